"""Loans between two closes, by column: positions at both, what events moved, what has grown. Posts nothing.

A loan with news is compared with itself as it was known then; one without news is asked about two days.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from reprieve.engine import batch
from reprieve.engine import events as ev
from reprieve.engine import records as rec
from reprieve.engine import terms as term
from reprieve.engine.batch import Book
from reprieve.lending.changes import HELD, End, Moved, applied, ask, moved
from reprieve.lending.history import History
from reprieve.lending.movement import BALANCES, COMPONENT_OF, PLACES

_PRINCIPAL: Final = [place for place, name in enumerate(BALANCES) if COMPONENT_OF.get(name) == "principal"]


@dataclass(frozen=True)
class Known:
    """How far the world was known at a close, one value a loan: the day, the last rows, the instant (microseconds).

    A loan that was in no close before has -1 as its last contract.
    """

    day: np.ndarray
    contract: np.ndarray
    event: np.ndarray
    before: np.ndarray

    @classmethod
    def alike(cls, loans: int, day: int, *, contract: int, event: int, before: int) -> "Known":
        """Return the same for all loans."""
        return cls(*(np.full(loans, value, np.int64) for value in (day, contract, event, before)))

    def loans(self, history: History) -> np.ndarray:
        """Return which loans of a history were known."""
        found: np.ndarray = (history.rows <= self.contract) & (history.rows_seen < self.before)
        return found

    def counts(self, history: History) -> np.ndarray:
        """Return which events counted."""
        loan = history.loan
        is_recorded = (history.row <= self.event[loan]) & (history.seen < self.before[loan])
        return history.counts(is_recorded & self.loans(history)[loan])


@dataclass(frozen=True)
class Closed:
    """Loans between two closes: their book as known now, and int64 rows of positions, movements and held money.

    `now` and `then` are [loans, records.POSITION_WIDTH], zeros where a loan was in no close before; `moved` is
    [loans, len(BALANCES)], `applied` what held money paid without an event, [loans, len(COMPONENTS)]; `error` is 0
    or the engine's. Loans with news have `movements`, all that events ever moved, and `counts`, which events do.
    """

    book: Book
    now: np.ndarray
    then: np.ndarray
    moved: np.ndarray
    applied: np.ndarray
    error: np.ndarray
    movements: Moved | None = None
    counts: np.ndarray | None = None

    @cached_property
    def grown(self) -> np.ndarray:
        """What has grown of each balance: the change of the position less what events moved."""
        return grown_of(self.now, self.then, self.moved)


def grown_of(now: np.ndarray, then: np.ndarray, moved: np.ndarray) -> np.ndarray:
    """Return what has grown of each balance."""
    grown: np.ndarray = now[:, PLACES] - then[:, PLACES] - moved
    return grown


def looked_into(grown: np.ndarray) -> np.ndarray:
    """Return the loans whose principal or held money changed without an event: what held money paid must be known."""
    found: np.ndarray = (grown[:, HELD] != 0) | (grown[:, _PRINCIPAL].sum(axis=1) != 0)
    return found


def without_news(book: Book, now: int, then: int) -> Closed:
    """Return loans of which nothing became known: both days are asked of the same events. The book is solved."""
    before, after = batch.positions(book, then), batch.positions(book, now)
    nothing = np.zeros((len(book), len(BALANCES)), np.int64)
    wanted = looked_into(grown_of(after, before, nothing))
    days = (np.full(len(book), then, np.int64), np.full(len(book), now, np.int64))
    start, end = _end(days[0], before), _end(days[1], after)
    paid, error = applied(book, moved(book, days[1], days[1]), start, end, wanted)
    error = np.maximum.reduce([error, before[:, rec.O_ERROR], after[:, rec.O_ERROR]])
    return Closed(book, after, before, nothing, paid, error)


def with_news(history: History, now: Known, then: Known) -> Closed:
    """Return loans as known now and at the closes they were last in, each with what events have moved in between."""
    counts_now, counts_then = now.counts(history), then.counts(history)
    is_old = then.loans(history)
    old = np.flatnonzero(is_old)
    book, error = _solved(history, np.arange(len(history.rows)), counts_now)
    past, past_error = _solved(history, old, counts_then)
    after = batch.positions(book, now.day)
    before = np.zeros_like(after)
    before[old] = batch.positions(past, then.day[old])
    alike = _alike_until(history, counts_now != counts_then, then, is_old)
    full = moved(book, book.terms[:, term.DISBURSED_ON] - 1, now.day)
    news, undone = full.since(book, alike), moved(past, alike[old], then.day[old])
    sums = news.sums.copy()
    sums[old] -= undone.sums
    wanted = looked_into(grown_of(after, before, sums))
    start = _start(book, alike, wanted & is_old)
    paid, paid_error = applied(book, news, start, _end(now.day, after), wanted)
    unpaid, unpaid_error = applied(
        past, undone, start.of(old), _end(then.day[old], before[old]), wanted[old] & (alike < then.day)[old]
    )
    paid[old] -= unpaid
    for of_old in (past_error, undone.error, unpaid_error):
        error[old] = np.maximum(error[old], of_old)
    error = np.maximum.reduce([error, full.error, paid_error, after[:, rec.O_ERROR], before[:, rec.O_ERROR]])
    return Closed(book, after, before, sums, paid, error, full, counts_now)


def _solved(history: History, loans: np.ndarray, counts: np.ndarray) -> tuple[Book, np.ndarray]:
    """Return the book of some loans with the events that count, level amounts solved, and errors."""
    book = history.book_of(loans, counts)
    return book, batch.solve_instalments(book)


def _alike_until(history: History, differs: np.ndarray, then: Known, is_old: np.ndarray) -> np.ndarray:
    """Return by loan the last day up to which nothing became known; of a new loan, the day before it began."""
    began = history.book.terms[:, term.DISBURSED_ON] - 1
    alike = np.where(is_old, then.day, began)
    some = np.flatnonzero(differs & is_old[history.loan])
    loan = history.loan[some]
    is_opening = history.book.kind[some] == ev.OPENING  # it stands in place of the first disbursement
    np.minimum.at(alike, loan, np.where(is_opening, began[loan], history.book.on[some].astype(np.int64) - 1))
    return alike


def _start(book: Book, day: np.ndarray, wanted: np.ndarray) -> End:
    """Return held money and next due day of some loans at the end of a day; of the others, none."""
    loans = np.flatnonzero(wanted)
    owner = np.repeat(np.arange(len(book)), np.diff(book.offsets))
    known = np.bincount(owner[book.on <= day[owner]], minlength=len(book))
    asked = ask(book, loans, known[loans], day[loans])
    held, next_due = np.zeros(len(book), np.int64), np.full(len(book), -1, np.int64)
    held[loans], next_due[loans] = asked.balances[:, HELD], asked.next_due
    return End(day, held, next_due)


def _end(day: np.ndarray, positions: np.ndarray) -> End:
    return End(day, positions[:, rec.O_HELD], positions[:, rec.O_NEXT_DUE_ON])


def began_on(book: Book) -> np.ndarray:
    """Return the day number each loan of a book began on: its disbursement, or the day it was taken over."""
    began = book.terms[:, term.DISBURSED_ON].copy()
    openings = np.flatnonzero(book.kind == ev.OPENING)
    began[np.searchsorted(book.offsets, openings, side="right") - 1] = book.on[openings]
    return began
