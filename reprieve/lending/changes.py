"""What events moved and what held money paid, for many loans in few batches; `movement` says it for one loan.

Asks the kernel for positions of many loans as they were before and after their events; never computes a balance.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from reprieve.engine import batch
from reprieve.engine import events as ev
from reprieve.engine import records as rec
from reprieve.engine import terms as term
from reprieve.engine.batch import Book
from reprieve.lending.joined import spans
from reprieve.lending.movement import BALANCES, COMPONENT_OF, COMPONENTS, PLACES

AT_ONCE: Final = 4 * batch.BLOCK
"""How many positions are asked for in one batch."""
HELD: Final = BALANCES.index("held")
_PARTS: Final = {
    component: [place for place, name in enumerate(BALANCES) if COMPONENT_OF.get(name) == component]
    for component in COMPONENTS
}


@dataclass(frozen=True)
class Asked:
    """Answers of the kernel: the balances, int64[rows, len(BALANCES)], the next due day, and the error or 0."""

    balances: np.ndarray
    next_due: np.ndarray
    error: np.ndarray


@dataclass(frozen=True)
class Moved:
    """What events of a book moved: one row an event, and one a loan that was paid out meanwhile.

    `event` are places of events, `loan` and `on` theirs, `change` what each moved, `after` the position after it and
    `before` the one before the first of its day (rows of other events repeat the one before them). `opened` are the
    loans paid out, with what that moved; `sums` int64[loans, len(BALANCES)] is everything by loan, `error` by loan.
    """

    event: np.ndarray
    loan: np.ndarray
    on: np.ndarray
    change: np.ndarray
    before: np.ndarray
    after: np.ndarray
    next_due: np.ndarray
    opened: np.ndarray
    opened_change: np.ndarray
    sums: np.ndarray
    error: np.ndarray

    def since(self, book: Book, day: np.ndarray) -> "Moved":
        """Return what was moved after a day, one a loan."""
        kept = self.on > day[self.loan]
        opened = book.terms[self.opened, term.DISBURSED_ON] > day[self.opened]
        event, loan, on, change, before, after, next_due = (
            column[kept]
            for column in (self.event, self.loan, self.on, self.change, self.before, self.after, self.next_due)
        )
        first = self.opened_change[opened]
        sums = _sums(len(day), loan, change, self.opened[opened], first)
        return Moved(event, loan, on, change, before, after, next_due, self.opened[opened], first, sums, self.error)


def moved(book: Book, since: np.ndarray, until: np.ndarray) -> Moved:
    """Return what the events of each loan moved whose day lies in `(since, until]`, day numbers one a loan."""
    owner = np.repeat(np.arange(len(book)), np.diff(book.offsets))
    event = np.flatnonzero((book.on > since[owner]) & (book.on <= until[owner]))
    return moved_by(book, event, _paid_out(book, since, until))


def moved_by(book: Book, event: np.ndarray, opened: np.ndarray | None = None) -> Moved:
    """Return what some events moved, by rising place: of each day of a loan all from the first one that is asked for.

    `opened` are the loans whose first disbursement is asked for beside them.
    """
    opened = np.empty(0, np.int64) if opened is None else opened
    loan = np.searchsorted(book.offsets, event, side="right") - 1
    on = book.on[event].astype(np.int64)
    count = event - book.offsets[loan]
    is_start = np.ones(len(event), bool)
    is_start[1:] = (loan[1:] != loan[:-1]) | (on[1:] != on[:-1])
    starts = np.flatnonzero(is_start)
    asked = ask(
        book, np.concatenate([loan, loan[starts], opened]),
        np.concatenate([count + 1, count[starts], np.zeros(len(opened), np.int64)]),
        np.concatenate([on, on[starts], book.terms[opened, term.DISBURSED_ON]]),
    )  # fmt: skip
    after, early, first = np.split(asked.balances, [len(event), len(event) + len(starts)])
    before = np.empty_like(after)
    before[1:] = after[:-1]
    before[starts] = early
    before[book.kind[event] == ev.OPENING] = 0
    error = np.zeros(len(book), np.int64)
    np.maximum.at(error, np.concatenate([loan, loan[starts], opened]), asked.error)
    change = after - before
    sums = _sums(len(book), loan, change, opened, first)
    return Moved(event, loan, on, change, before, after, asked.next_due[: len(event)], opened, first, sums, error)


def _sums(loans: int, loan: np.ndarray, change: np.ndarray, opened: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Return what was moved by loan; events lie in order of their loans."""
    sums = np.zeros((loans, len(BALANCES)), np.int64)
    if len(loan):
        starts = np.flatnonzero(np.concatenate([[True], loan[1:] != loan[:-1]]))
        sums[loan[starts]] = np.add.reduceat(change, starts)
    sums[opened] += first
    return sums


def _paid_out(book: Book, since: np.ndarray, until: np.ndarray) -> np.ndarray:
    """Return the loans whose first disbursement lies in `(since, until]`; a loan that was taken over has none."""
    on = book.terms[:, term.DISBURSED_ON]
    has_events = np.diff(book.offsets) > 0
    first = np.minimum(book.offsets[:-1], max(len(book.on) - 1, 0))
    is_taken_over = np.zeros(len(book), bool)
    if len(book.on):
        is_taken_over = has_events & (book.kind[first] == ev.OPENING) & (book.on[first] <= until)
    return np.flatnonzero((on > since) & (on <= until) & ~is_taken_over)


@dataclass(frozen=True)
class Stretches:
    """Days `(first, last]` without events: the loan, how many of its events count, held money at both ends."""

    loan: np.ndarray
    count: np.ndarray
    first: np.ndarray
    last: np.ndarray
    held_first: np.ndarray
    held_last: np.ndarray
    next_due: np.ndarray

    def where(self, kept: np.ndarray) -> "Stretches":
        """Return some of them."""
        return Stretches(*(column[kept] for column in vars(self).values()))

    @property
    def days(self) -> np.ndarray:
        """How many days each has."""
        days: np.ndarray = self.last - self.first
        return days


@dataclass(frozen=True)
class End:
    """The positions at one end of the days that are asked about: the day, held money, and the next due day, by loan."""

    day: np.ndarray
    held: np.ndarray
    next_due: np.ndarray

    def of(self, loans: np.ndarray) -> "End":
        """Return that of the loans at some places."""
        return End(self.day[loans], self.held[loans], self.next_due[loans])


def applied(book: Book, done: Moved, start: End, end: End, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what held money paid without any event's doing, int64[loans, len(COMPONENTS)], and errors by loan.

    `done` is what `moved` returned for the days from `start` to `end`; only the loans of the mask `wanted` are asked.
    """
    sums = np.zeros((len(book), len(COMPONENTS)), np.int64)
    error = np.zeros(len(book), np.int64)
    found = _stretches(book, done, start, end)
    rest = found.where(wanted[found.loan] & (found.held_first > found.held_last))
    while len(rest.loan):
        is_day = rest.days == 1
        fell = rest.where(is_day)
        paid, of_loan = _paid_by_held(book, fell)
        np.add.at(sums, fell.loan, paid)
        np.maximum.at(error, fell.loan, of_loan)
        rest = _divided(book, rest.where(~is_day), error)
    return sums, error


def _stretches(book: Book, done: Moved, start: End, end: End) -> Stretches:
    """Return the days between events, from the start to the first, and from the last to the end."""
    loan, on = done.loan, done.on
    is_first = np.ones(len(loan), bool)
    is_first[1:] = loan[1:] != loan[:-1]
    is_new_day = is_first.copy()
    is_new_day[1:] |= on[1:] != on[:-1]
    count = done.event - book.offsets[loan]
    leads = np.flatnonzero(is_first)
    inner = np.flatnonzero(is_new_day & ~is_first)
    lasts = np.concatenate([leads[1:], [len(loan)]])[: len(leads)] - 1
    quiet = np.setdiff1d(np.arange(len(book)), loan)
    owner = np.repeat(np.arange(len(book)), np.diff(book.offsets))
    known = np.bincount(owner[book.on <= start.day[owner]], minlength=len(book))
    parts = [
        (loan[leads], count[leads], start.day[loan[leads]], on[leads], start.held[loan[leads]],
         done.before[leads, HELD], start.next_due[loan[leads]]),
        (loan[inner], count[inner], on[inner - 1], on[inner], done.after[inner - 1, HELD], done.before[inner, HELD],
         done.next_due[inner - 1]),
        (loan[lasts], count[lasts] + 1, on[lasts], end.day[loan[lasts]], done.after[lasts, HELD],
         end.held[loan[lasts]], done.next_due[lasts]),
        (quiet, known[quiet], start.day[quiet], end.day[quiet], start.held[quiet], end.held[quiet],
         start.next_due[quiet]),
    ]  # fmt: skip
    whole = Stretches(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
    return whole.where(whole.days > 0)


def _divided(book: Book, whole: Stretches, error: np.ndarray) -> Stretches:
    """Return the parts of stretches in which held money fell: before, on and after the next due day, or two halves.

    Held money pays what falls due, so the next due day is where to look first; wherever it is, halving finds it.
    """
    is_guess = (whole.next_due > whole.first) & (whole.next_due <= whole.last)
    late = np.where(is_guess, whole.next_due, whole.first + whole.days // 2)
    early = np.where(is_guess, late - 1, late)
    asked = ask(book, np.tile(whole.loan, 2), np.tile(whole.count, 2), np.concatenate([early, late]))
    np.maximum.at(error, np.tile(whole.loan, 2), asked.error)
    held_early, held_late = np.split(asked.balances[:, HELD], 2)
    unknown = np.full(len(late), -1)
    parts = [
        (whole.first, early, whole.held_first, held_early, unknown),
        (early, late, held_early, held_late, unknown),
        (late, whole.last, held_late, whole.held_last, np.split(asked.next_due, 2)[1]),
    ]
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    divided = Stretches(np.tile(whole.loan, 3), np.tile(whole.count, 3), *columns)
    return divided.where((divided.days > 0) & (divided.held_first > divided.held_last))


def _paid_by_held(book: Book, fell: Stretches) -> tuple[np.ndarray, np.ndarray]:
    """Return what held money paid on single days, by component: what would be owed more had it been given back."""
    as_is = ask(book, fell.loan, fell.count, fell.last)
    without = ask(book, fell.loan, fell.count, fell.last, refunded=fell.held_first)
    more = without.balances - as_is.balances
    paid = np.stack([more[:, places].sum(axis=1) for places in _PARTS.values()], axis=1)
    return paid, np.maximum(as_is.error, without.error)


def ask(
    book: Book, loans: np.ndarray, counts: np.ndarray, days: np.ndarray, *, refunded: np.ndarray | None = None
) -> Asked:
    """Return positions of loans at the end of days, only the first so many events of each known.

    With `refunded`, each loan's held money is given back on the day before: a what-if of that amount.
    """
    balances = np.empty((len(loans), len(BALANCES)), np.int64)
    next_due, error = np.empty(len(loans), np.int64), np.empty(len(loans), np.int64)
    for start in range(0, len(loans), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        some = _first_events(book, loans[part], counts[part])
        if refunded is not None:
            some = _with_refunds(some, days[part] - 1, refunded[part])
        rows = batch.positions(some, days[part])
        balances[part], next_due[part], error[part] = rows[:, PLACES], rows[:, rec.O_NEXT_DUE_ON], rows[:, rec.O_ERROR]
    return Asked(balances, next_due, error)


def _first_events(book: Book, loans: np.ndarray, counts: np.ndarray) -> Book:
    """Return a book of loans, each with its first so many events; the side tables are shared."""
    events = spans(book.offsets[loans], counts)
    return _with_events(
        book, book.terms[loans], np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)]),
        {name: getattr(book, name)[events] for name in ("on", "kind", "amount", "argument")},
    )  # fmt: skip


def _with_refunds(book: Book, on: np.ndarray, amount: np.ndarray) -> Book:
    """Return a book with one more event a loan, its last but for a charge-off of the same day: held money goes back."""
    end = book.offsets[1:].copy()
    for _ in range(int(np.diff(book.offsets).max(initial=0))):
        last = np.maximum(end - 1, 0)
        is_behind = (end > book.offsets[:-1]) & (book.kind[last] == ev.CHARGE_OFF) & (book.on[last] == on)
        if not is_behind.any():
            break
        end -= is_behind
    columns: dict[str, Any] = {"on": on, "kind": ev.REFUND, "amount": amount, "argument": 0}
    return _with_events(
        book, book.terms, book.offsets + np.arange(len(book.offsets)),
        {name: np.insert(getattr(book, name), end, value) for name, value in columns.items()},
    )  # fmt: skip


def _with_events(book: Book, terms: np.ndarray, offsets: np.ndarray, events: dict[str, np.ndarray]) -> Book:
    """Return a book of other terms and events with the same side tables."""
    return Book(**{**vars(book), "terms": terms, "offsets": offsets, **events})
