"""What a month adds to positions for the credit record: dues, payments, the day a lateness began. Never files a row.

It works on the columns of many loans and asks the kernel about other days of a few of them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np

from reprieve.engine import batch
from reprieve.engine import events as ev
from reprieve.engine import records as rec
from reprieve.engine import terms as term
from reprieve.engine.batch import Book
from reprieve.lending.columns import day_number, to_date
from reprieve.lending.credit_record import MonthFacts
from reprieve.lending.joined import taken

NEVER: Final = -1
_CLAIMS: Final = list(range(rec.O_PARKED_FEES + 1))
"""The fields of a position whose sum is what is outstanding."""
_ARREARS: Final = [rec.O_ARREARS_PRINCIPAL, rec.O_ARREARS_INTEREST, rec.O_ARREARS_PENALTY, rec.O_ARREARS_FEES]
_PRINCIPAL: Final = ev.CLAIM_COMPONENTS.index("principal")


@dataclass(frozen=True)
class Month:
    """The loans of a month: their columns, the day each began, and the days past due from which each is reported."""

    book: Book
    end: int
    first: int
    began: np.ndarray
    reported_from: np.ndarray

    @classmethod
    def of(cls, book: Book, month_end: date, began: np.ndarray, reported_from: np.ndarray) -> "Month":
        """Return the month that ends on a day."""
        return cls(book, day_number(month_end), day_number(month_end.replace(day=1)), began, reported_from)

    def at(self, loans: np.ndarray, days: np.ndarray) -> np.ndarray:
        """Return the positions of some loans, each on its own day."""
        return batch.positions(taken(self.book, loans), days)


def facts_of(month: Month, at_end: np.ndarray) -> list[tuple[bool, MonthFacts]]:
    """Return for each loan whether an instalment fell due in the month, and the month's facts.

    `at_end` is the positions at the month's end, int64[loans, records.POSITION_WIDTH].
    """
    has_due, scheduled = _fallen_due(month, np.maximum(month.began, month.first - 1), month.end)
    paid, last_paid = _paid(month)
    closed_on, late = _closed(month, at_end)
    since, charged_off = _delinquent_since(month, at_end, closed_on, late), _charged_off(month)
    past_due, relief, is_waived = _past_due_reported(month, at_end), _relief(month, at_end), _principal_waived(month)
    return [
        (
            bool(has_due[loan]),
            MonthFacts(
                scheduled=int(scheduled[loan]), paid=int(paid[loan]), accrued=int(at_end[loan, rec.O_ACCRUED_INTEREST]),
                past_due_reported=int(past_due[loan]), last_paid_on=_day(last_paid[loan]),
                delinquent_since=_day(since[loan]), closed_on=_day(closed_on[loan]), late_before_end=int(late[loan]),
                charged_off=None if charged_off[loan] == NEVER else int(charged_off[loan]), relief=relief[loan],
                is_principal_waived=bool(is_waived[loan]),
            ),
        )
        for loan in range(len(month.book))
    ]  # fmt: skip


def _fallen_due(month: Month, after: np.ndarray, until: int | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return whether and how much falls due after a day and until another, by the plan as it stands on the way."""
    count = len(month.book)
    sums, has_due = np.zeros(count, np.int64), np.zeros(count, bool)
    last = np.broadcast_to(until, count)
    loans, days = np.arange(count), after
    while len(loans):
        shown = month.at(loans, days)
        due_on = shown[:, rec.O_NEXT_DUE_ON]
        falls = (due_on > days) & (due_on <= last[loans])
        loans, days = loans[falls], due_on[falls]
        has_due[loans] = True
        sums[loans] += shown[falls, rec.O_NEXT_DUE_AMOUNT]
    return has_due, sums


def _past_due_reported(month: Month, at_end: np.ndarray) -> np.ndarray:
    """Return the amount past due less what is not late enough to be reported: instalments due since, grace over.

    The oldest instalment is paid first, so what fell due since is unpaid in full while an older one is.
    """
    arrears: np.ndarray = at_end[:, _ARREARS].sum(axis=1)
    is_reported = at_end[:, rec.O_DAYS_PAST_DUE] >= month.reported_from
    amounts = np.where(is_reported, arrears, 0)
    loans = np.flatnonzero(is_reported & (month.reported_from > 1))
    if len(loans):
        some = replace(
            month, book=taken(month.book, loans), began=month.began[loans], reported_from=month.reported_from[loans]
        )
        after = np.maximum(some.began, month.end - some.reported_from)
        recent = _fallen_due(some, after, month.end - 1 - some.book.terms[:, term.GRACE_DAYS])[1]
        amounts[loans] = np.maximum(0, amounts[loans] - recent)
    return amounts


def _paid(month: Month) -> tuple[np.ndarray, np.ndarray]:
    """Return what was paid in the month, and the last day anything was; a payment returned by its end is none."""
    book, count = month.book, len(month.book)
    owner = np.repeat(np.arange(count), np.diff(book.offsets))
    counts = (book.kind == ev.PAYMENT) & (book.on <= month.end)
    returned = (book.kind == ev.RETURN) & (book.on <= month.end) & (book.argument >= 0)
    counts[book.offsets[owner[returned]] + book.argument[returned]] = False
    paid, last = np.zeros(count, np.int64), np.full(count, NEVER, np.int64)
    np.maximum.at(last, owner[counts], book.on[counts])
    in_month = counts & (book.on >= month.first)
    np.add.at(paid, owner[in_month], book.amount[in_month])
    return paid, last


def _closed(month: Month, at_end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the day each loan was closed, and its days past due on the day before; never and 0 while it runs."""
    closed_on, late = np.full(len(month.book), NEVER, np.int64), np.zeros(len(month.book), np.int64)
    loans = np.flatnonzero(at_end[:, rec.O_STATUS] == rec.CLOSED)
    if not len(loans):
        return closed_on, late
    low = month.began[loans]
    before = np.maximum(low, month.first - 1)
    is_new = month.at(loans, before)[:, rec.O_STATUS] != rec.CLOSED
    closed_on[loans] = _first_day(
        np.where(is_new, before, low), np.full(len(loans), month.end, np.int64),
        lambda days: month.at(loans, days)[:, rec.O_STATUS] == rec.CLOSED,
    )  # fmt: skip
    late[loans] = month.at(loans, np.maximum(low, closed_on[loans] - 1))[:, rec.O_DAYS_PAST_DUE]
    return closed_on, late


def _first_day(low: np.ndarray, high: np.ndarray, holds: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Return the first day from `low` on that something holds, which holds on `high` and stays so once it does."""
    while (low < high).any():
        middle = (low + high) // 2
        has = holds(middle)
        low, high = np.where(has, low, np.minimum(middle + 1, high)), np.where(has, middle, high)
    return high


def _delinquent_since(month: Month, at_end: np.ndarray, closed_on: np.ndarray, late: np.ndarray) -> np.ndarray:
    """Return the day each reported lateness reached the days from which it is reported, and has not left them since.

    A day's count is at most one more than the day before, so on a day as far back as the count is above the limit the
    loan was late beyond it too; from there the search goes on, until the day before was not. A lateness that was taken
    over with the loan began as long before as its days past due say.
    """
    since = np.full(len(month.book), NEVER, np.int64)
    is_closed = closed_on != NEVER
    count = np.where(is_closed, late, at_end[:, rec.O_DAYS_PAST_DUE])
    loans = np.flatnonzero(count >= month.reported_from)
    days, count = np.where(is_closed, closed_on - 1, month.end)[loans], count[loans]
    while len(loans):
        limit, began = month.reported_from[loans], month.began[loans]
        reached = days - (count - limit)
        since[loans] = reached
        before = np.maximum(began, reached - 1)
        count = month.at(loans, before)[:, rec.O_DAYS_PAST_DUE]
        goes_on = (reached > began) & (count >= limit)
        loans, days, count = loans[goes_on], before[goes_on], count[goes_on]
    return since


def _charged_off(month: Month) -> np.ndarray:
    """Return what was outstanding of each loan at the end of the day it was charged off; never for the others."""
    book = month.book
    amounts = np.full(len(book), NEVER, np.int64)
    owner = np.repeat(np.arange(len(book)), np.diff(book.offsets))
    is_off = (book.kind == ev.CHARGE_OFF) & (book.on <= month.end)
    loans, first = np.unique(owner[is_off], return_index=True)
    if len(loans):
        shown = month.at(loans, book.on[is_off][first].astype(np.int64))
        amounts[loans] = shown[:, _CLAIMS].sum(axis=1)
    return amounts


def _relief(month: Month, at_end: np.ndarray) -> list[str | None]:
    """Return the kind of relief each loan is in at the month's end: a pause or moratorium that day, else its plan."""
    book = month.book
    kinds: list[str | None] = [None] * len(book)
    for loan in np.flatnonzero(at_end[:, rec.O_STATUS] == rec.IN_RELIEF).tolist():
        kinds[loan] = ev.KINDS[ev.RESTRUCTURE]
        for event in range(book.offsets[loan], book.offsets[loan + 1]):
            fields = book.extra[book.argument[event] :]
            is_pause = book.kind[event] in (ev.PAUSE, ev.MORATORIUM)
            if is_pause and fields[ev.PAUSE_FROM] <= month.end < fields[ev.PAUSE_TO]:
                kinds[loan] = ev.KINDS[book.kind[event]]
    return kinds


def _principal_waived(month: Month) -> np.ndarray:
    """Return the loans of which principal was given up by the month's end, by a waiver or a signed plan."""
    book = month.book
    owner = np.repeat(np.arange(len(book)), np.diff(book.offsets))
    known = book.on <= month.end
    waived = np.zeros(len(book), bool)
    is_waiver = known & (book.kind == ev.WAIVER)
    waived[owner[is_waiver][book.argument[is_waiver] == term.COMPONENTS["principal"]]] = True
    for event in np.flatnonzero(known & (book.kind == ev.RESTRUCTURE)).tolist():
        at = book.argument[event] + ev.PLAN_CLAIMS + _PRINCIPAL * len(ev.TREATMENTS)
        waived[owner[event]] |= bool(book.extra[at + ev.WAIVED] or book.extra[at + ev.WAIVED_ON_COMPLETION])
    return waived


def _day(number: int) -> date | None:
    return None if number == NEVER else to_date(int(number))
