"""Payments that come last on their loans, many at once by column: what `payment.pay` says of one. Computes no claim.

Of a loan on which anything might be refused nothing is said: its payments are to be tried one by one.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from reprieve.engine import batch
from reprieve.engine import events as ev
from reprieve.engine import records as rec
from reprieve.engine import terms as term
from reprieve.lending.case_file import EVENTS_MOST
from reprieve.lending.changes import moved_by
from reprieve.lending.contract import Contract
from reprieve.lending.field import RATE_MOST
from reprieve.lending.history import DIRECTIONS, FIRST, History, lay_history, places_of
from reprieve.lending.limits import MOST_MICRO
from reprieve.lending.posting import PostingTable
from reprieve.lending.posting_columns import accounts, event_amounts

_CLOSED: Final = rec.STATUSES.index("closed")
_OLDEST: Final = DIRECTIONS.index("oldest")


@dataclass(frozen=True)
class Payments:
    """Payments to be made, in order: each the row it will have, its loan's row, its day number, its amount.

    All become known at one instant (microseconds).
    """

    row: np.ndarray
    loan: np.ndarray
    on: np.ndarray
    amount: np.ndarray
    seen: int


@dataclass(frozen=True)
class Paid:
    """What became of those that are sure: their places, each one's number on its loan, and what it posts.

    `amounts` is int64[accounts, payments] in order of the chart; `is_closed` says of each whether its loan owes nothing
    any more once all of them are made.
    """

    place: np.ndarray
    number: np.ndarray
    amounts: np.ndarray
    is_closed: np.ndarray


def pay_last(contracts: pa.Table, events: pa.Table, asked: Payments, *, today: int, table: PostingTable) -> Paid:
    """Return what payments do, seen from a day not before them, of each loan whose payments surely can be made.

    `contracts` and `events` are as `lay_history` has them, all that is known of the loans.
    """
    rows = contracts["row"].to_numpy()
    loan = np.searchsorted(rows, asked.loan)
    number, turn = _numbers(events, rows, loan)
    history, _ = lay_history(contracts, pa.concat_tables([events, _as_events(asked, number, events.schema)]))
    own = places_of(history.rows, asked.loan)
    if not len(history.rows):
        return Paid(np.empty(0, np.int64), number[:0], np.zeros((len(accounts(table)), 0), np.int64), np.empty(0, bool))
    sure = (own >= 0) & (asked.on <= today) & (number <= EVENTS_MOST)
    sure &= ~np.isin(asked.loan, _seen_late(events, asked.seen))
    sure &= _is_last(history, asked, own, turn) & ~_is_large(history, today)[own]
    loans = np.flatnonzero(_all_of(len(history.rows), own, sure))
    book = history.book_of(loans, history.counts(np.ones(len(history.row), bool)))
    error = batch.solve_instalments(book)
    place = np.flatnonzero(np.isin(own, loans))
    within = np.searchsorted(loans, own[place])
    last = book.offsets[1:][within] - _later(within, turn[place]) - 1
    order = np.argsort(last, kind="stable")
    place, within, last = place[order], within[order], last[order]
    moved = moved_by(book, last)
    positions = batch.positions(book, today)
    kept = (np.maximum.reduce([error, moved.error, positions[:, rec.O_ERROR]]) == 0)[within]
    amounts = event_amounts(book, moved, table)[:, kept]
    assert not amounts.sum(axis=0).any(), "debits equal credits"
    is_closed = (positions[:, rec.O_STATUS] == _CLOSED)[within]
    return Paid(place[kept], number[place[kept]], amounts, is_closed[kept])


def _numbers(events: pa.Table, rows: np.ndarray, loan: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each payment's number among the events of its loan, from 1, and its turn among those asked, from 0."""
    known = np.searchsorted(rows, events["contract"].to_numpy()[events["code"].to_numpy() != FIRST])
    counts = np.bincount(known, minlength=len(rows))
    order = np.argsort(loan, kind="stable")
    first = np.searchsorted(loan[order], loan[order])
    turn = np.empty(len(loan), np.int64)
    turn[order] = np.arange(len(loan)) - first
    return counts[loan] + turn + 1, turn


def _as_events(asked: Payments, number: np.ndarray, schema: pa.Schema) -> pa.Table:
    count = len(asked.row)
    columns = {
        "row": asked.row, "contract": asked.loan, "on": asked.on, "order": np.zeros(count, np.int64),
        "amount": asked.amount, "seen": np.full(count, asked.seen), "code": np.full(count, _OLDEST),
        "name": [name_of(one) for one in number.tolist()],
    }  # fmt: skip
    arrays = [
        pa.array(columns[field.name], field.type) if field.name in columns else pa.nulls(count, field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def name_of(number: int) -> str:
    """Return the id of an event by its number on its loan."""
    return f"{number:06}"


def _seen_late(events: pa.Table, seen: int) -> np.ndarray:
    """Return the loans of which something became known at the same instant or later: their order hangs on names."""
    late: np.ndarray = events["contract"].to_numpy()[events["seen"].to_numpy() >= seen]
    return late


def _is_last(history: History, asked: Payments, own: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """Return which payments come behind all else that is known of their loans, in the order asked for."""
    asked_of = np.bincount(own[own >= 0], minlength=len(history.rows))
    end = history.book.offsets[1:][own]
    found: np.ndarray = places_of(history.row, asked.row) == end - asked_of[own] + turn
    return found


def _is_large(history: History, today: int) -> np.ndarray:
    """Return the loans that might bear more until a day than the kernel's integers hold, by the highest rate there is.

    `limits.check_day` says it exactly.
    """
    book = history.book
    lent = book.terms[:, term.PRINCIPAL].copy()
    more = book.kind == ev.DISBURSEMENT
    np.add.at(lent, history.loan[more], book.amount[more])
    most = np.array([_years_most(contract) for contract in history.templates], np.int64)[history.template]
    years = (today - book.terms[:, term.DISBURSED_ON]) // 365 + 2
    found: np.ndarray = lent * years >= most
    return found


def _years_most(contract: Contract | None) -> int:
    """Return for how many years, of one unit lent, a template's figures surely fit."""
    penalty = None if contract is None else contract.penalty
    multiple = 1 if penalty is None or penalty.multiple is None else max(1, math.ceil(penalty.multiple))
    return MOST_MICRO * 1000 // (RATE_MOST * 10**9 * (1 + multiple))


def _all_of(loans: int, own: np.ndarray, sure: np.ndarray) -> np.ndarray:
    """Return the loans that have payments, all of them sure."""
    asked = np.bincount(own[own >= 0], minlength=loans)
    unsure = np.bincount(own[(own >= 0) & ~sure], minlength=loans)
    found: np.ndarray = (asked > 0) & (unsure == 0)
    return found


def _later(loan: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """Return how many payments of its loan come behind each."""
    counts = np.bincount(loan, minlength=int(loan.max(initial=-1)) + 1)
    later: np.ndarray = counts[loan] - turn - 1
    return later
