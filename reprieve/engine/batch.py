"""Batches: columns in, columns out. One loan is a batch of one; blocks run in threads, since kernels free the lock.

The native form of a book is `Book`: arrays the kernel reads as they are. Nothing here knows dates as text or JSON.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from reprieve.engine import calendar as cal
from reprieve.engine import events as ev
from reprieve.engine import position, schedule
from reprieve.engine import records as rec
from reprieve.engine import terms as term
from reprieve.engine.jit import compiled_allocating, compiled_within
from reprieve.engine.loan import WORDS, Loan, loan_of

BLOCK = 16_384


@dataclass(frozen=True)
class Book:
    """Contracts and their events as arrays.

    `terms` is int64[loans, terms.WIDTH]; `offsets` int64[loans + 1] says where each loan's events lie in `on` (int32
    days), `kind` (uint8), `amount` (int64 minor units) and `argument` (int64), sorted as `reprieve.engine.events`
    says. `rows`, `fees`, `ceilings` and `extra` are the side tables, `calendars` uint8[n, days].
    """

    terms: np.ndarray
    offsets: np.ndarray
    on: np.ndarray
    kind: np.ndarray
    amount: np.ndarray
    argument: np.ndarray
    rows: np.ndarray
    fees: np.ndarray
    ceilings: np.ndarray
    extra: np.ndarray
    calendars: np.ndarray

    def __len__(self) -> int:
        """Return the number of loans."""
        return len(self.terms)


def positions(book: Book, on: int | np.ndarray, threads: int = 1) -> np.ndarray:
    """Return int64[loans, records.POSITION_WIDTH]: the position of every loan at the end of day `on`.

    `on` is one day number for all, or one a loan. The result does not depend on `threads`.
    """
    count = len(book)
    days = np.full(count, on, np.int64) if np.ndim(on) == 0 else np.ascontiguousarray(on, np.int64)
    out = np.empty((count, rec.POSITION_WIDTH), np.int64)
    blocks = [(at, min(count, at + BLOCK)) for at in range(0, count, BLOCK)]
    if threads == 1 or len(blocks) == 1:
        for block in blocks:
            run_block(book, days, out, *block)
    else:
        with ThreadPoolExecutor(threads) as pool:
            for done in [pool.submit(run_block, book, days, out, *block) for block in blocks]:
                done.result()
    return out


def run_block(book: Book, days: np.ndarray, out: np.ndarray, start: int, end: int, spans: int = 0) -> np.ndarray:
    """Compute the positions of one block; return the spans written down (of its last loan)."""
    return fold_block(
        book.terms, book.offsets, book.on, book.kind, book.amount, book.argument, book.rows, book.fees, book.ceilings,
        book.extra, book.calendars, days, out, start, end, spans,
    )  # fmt: skip


@compiled_allocating
def fold_block(
    terms: np.ndarray, offsets: np.ndarray, on: np.ndarray, kind: np.ndarray, amount: np.ndarray,
    argument: np.ndarray, rows: np.ndarray, fees: np.ndarray, caps: np.ndarray, extra: np.ndarray,
    calendars: np.ndarray, days: np.ndarray, out: np.ndarray, start: int, end: int, spans: int,
) -> np.ndarray:  # fmt: skip
    """Fold the loans `start` to `end` and write their positions."""
    most_rows, most_events = sizes(terms, offsets, kind, argument, extra, start, end)
    most_items = 2 * most_rows + 2 * most_events + 4
    block = np.zeros(WORDS, np.int64)
    plan = np.zeros((most_rows, rec.PLAN_WIDTH), np.int64)
    items = np.zeros((most_items, rec.ITEM_WIDTH), np.int64)
    windows = np.zeros((most_events + 1, rec.WINDOW_WIDTH), np.int64)
    factors = np.zeros((most_rows, rec.FACTOR_WIDTH), np.int64)
    promised = np.zeros((most_items, rec.PROMISE_WIDTH), np.int64)
    ledger = np.zeros((most_events + 1, rec.LEDGER_WIDTH), np.int64)
    capped = most_ceilings(terms, start, end)
    accounts = np.zeros((capped, rec.ACCOUNT_WIDTH), np.int64)
    borne = np.zeros((most_items if capped > 0 else 0, rec.BORNE_WIDTH), np.int64)
    trace = np.zeros((spans, rec.SPAN_WIDTH), np.int64)
    loan = loan_of(block)
    loan.plan, loan.items, loan.windows, loan.factors = plan, items, windows, factors
    loan.promised, loan.ledger, loan.accounts, loan.borne, loan.trace = promised, ledger, accounts, borne, trace
    loan.on, loan.kind, loan.amount, loan.argument = on, kind, amount, argument
    loan.rows, loan.fees, loan.ceilings, loan.extra, loan.calendars = rows, fees, caps, extra, calendars
    for at in range(start, end):
        loan.terms = terms[at]
        loan.position = out[at]
        loan.state[rec.S_ROOM] = spans
        fold(loan, offsets[at], offsets[at + 1], days[at])
    for table in (plan, items, windows, factors, promised, ledger, accounts, borne):
        assert table.shape[1] > 0  # a loan holds addresses alone: what it points to is named here, to outlive it
    return trace[: block[WORDS - rec.STATE_WIDTH + rec.S_SPANS]]


@compiled_within
def fold(loan: Loan, start: int, end: int, day: int) -> None:
    """Fold one loan's events `start` to `end` and write its position; nothing is owed before it begins."""
    if day < loan.terms[term.DISBURSED_ON] and not opens_by(loan, start, end, day):
        for field in range(rec.POSITION_WIDTH):
            loan.position[field] = 0
        loan.position[rec.O_NEXT_DUE_ON] = -1
        return
    position.walk(loan, start, end, day)
    position.show(loan, day)
    if loan.state[rec.S_ERROR] == 0:
        position.find_next_due(loan)


@compiled_within
def most_ceilings(terms: np.ndarray, start: int, end: int) -> int:
    """Return the most ceilings a loan of a block has."""
    most = 0
    for loan in range(start, end):
        most = max(most, terms[loan, term.CEILINGS_N])
    return most


@compiled_within
def opens_by(loan: Loan, start: int, end: int, day: int) -> bool:
    """Return whether a loan was taken over by a day."""
    for at in range(start, end):
        if loan.kind[at] == ev.OPENING and loan.on[at] <= day:
            return True
    return False


@compiled_within
def sizes(
    terms: np.ndarray, offsets: np.ndarray, kind: np.ndarray, argument: np.ndarray, extra: np.ndarray,
    start: int, end: int,
) -> tuple[int, int]:  # fmt: skip
    """Return room for the rows and events of the largest loan of a block."""
    most_rows, most_events = 1, 1
    for loan in range(start, end):
        rows = max(terms[loan, term.INSTALMENTS], terms[loan, term.ROWS_N])
        plans = 0
        for at in range(offsets[loan], offsets[loan + 1]):
            if kind[at] == ev.RESTRUCTURE:
                plans += extra[argument[at] + ev.PLAN_COUNT] + 1
            elif kind[at] == ev.OPENING:
                plans += max(extra[argument[at] + ev.OPEN_COUNT], extra[argument[at] + ev.OPEN_ROWS_N])
        most_rows = max(most_rows, rows + plans + 1)
        most_events = max(most_events, offsets[loan + 1] - offsets[loan])
    return most_rows, most_events


@compiled_allocating
def schedule_block(
    terms: np.ndarray, rows: np.ndarray, fees: np.ndarray, calendars: np.ndarray, places: np.ndarray,
    out: np.ndarray, errors: np.ndarray, start: int, end: int,
) -> None:  # fmt: skip
    """Write the rows as signed of the loans `start` to `end`: due day, principal, interest, fees, balance."""
    most = 1
    for at in range(start, end):
        most = max(most, terms[at, term.INSTALMENTS], terms[at, term.ROWS_N])
    block = np.zeros(WORDS, np.int64)
    plan = np.zeros((most, rec.PLAN_WIDTH), np.int64)
    factors = np.zeros((most, rec.FACTOR_WIDTH), np.int64)
    loan = loan_of(block)
    loan.plan, loan.factors, loan.rows, loan.fees, loan.calendars = plan, factors, rows, fees, calendars
    state = loan.state
    for at in range(start, end):
        loan.terms = terms[at]
        schedule.sign(loan, False)
        errors[at] = state[rec.S_ERROR]
        terms[at, term.INSTALMENT] = state[rec.S_AMOUNT]
        balance = state[rec.S_NOT_DUE]
        for k in range(state[rec.S_ROWS]):
            place = places[at] + k
            if place >= out.shape[0]:
                break
            balance -= plan[k, rec.P_PRINCIPAL]
            out[place, 0] = plan[k, rec.P_DUE]
            out[place, 1] = plan[k, rec.P_PRINCIPAL]
            out[place, 2] = plan[k, rec.P_INTEREST]
            out[place, 3] = plan[k, rec.P_FEE]
            out[place, 4] = balance
    assert block.shape[0] > 0
    assert factors.shape[1] > 0  # they outlive the loan, which holds addresses alone


def schedules(book: Book) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return rows int64[n, 5] (due day, principal, interest, fees, balance), where each loan's begin, and errors."""
    counts = np.where(book.terms[:, term.METHOD] == term.BULLET, 1, book.terms[:, term.INSTALMENTS])
    counts = np.where(book.terms[:, term.METHOD] == term.EXPLICIT, book.terms[:, term.ROWS_N], counts)
    places = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    out = np.empty((int(places[-1]), 5), np.int64)
    errors = np.zeros(len(book), np.int64)
    schedule_block(book.terms.copy(), book.rows, book.fees, book.calendars, places, out, errors, 0, len(book))
    return out, places, errors


def solve_instalments(book: Book) -> np.ndarray:
    """Store the level amount (or principal part) of every contract that has none as its term; return error codes.

    A loan that was taken over is priced from its opening on: that it could not be signed so is no error of its own.
    """
    errors = np.zeros(len(book), np.int64)
    none = np.empty((0, 5), np.int64)
    places = np.zeros(len(book) + 1, np.int64)
    schedule_block(book.terms, book.rows, book.fees, book.calendars, places, none, errors, 0, len(book))
    openings = np.flatnonzero(book.kind == ev.OPENING)
    errors[np.searchsorted(book.offsets, openings, side="right") - 1] = 0
    return errors


NO_CALENDAR = np.zeros((1, 1), np.uint8)
"""The calendar table of a book without rolled due dates: every day is a business day."""

assert cal.CALENDAR_DAYS > 0
