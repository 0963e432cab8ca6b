"""Seeded books of any size, straight into the kernel's columns: `plain` and `full`. Never goes through JSON.

*Plain*: 12 to 36 level monthly instalments on 1,000 to 50,000 yuan at 6 to 36 %, half `equal_periods`, half `act_365`,
daily interest, half-even or half-up, grace 0 to 5 days, tolerance 0, 1 or 10 yuan; penalty at 1.5 times the rate in
place of interest on overdue principal, `act_365`; late fee none (40 %), fixed or percent; a monthly service fee (70 %);
fee, penalty, interest, principal, oldest instalment first, surplus held; 0 to 24 payments (see `happenings`). About
15 % of the loans are past due. A tolerance is smaller than any instalment, and base times rate times days fits int64.

*Full*: the same, and on shares of the loans: fee events 4 %, waivers 4 %, rate changes 4 %, returned payments 5 %,
pauses 5 %, restructures 4 %; surplus `lower`, `shorten` or `principal` 8 % each, with a payment of two to six times its
row on half of those; component first across instalments 10 %; scheduled interest 10 %. In some 40 of a million loans
a change of rate meets a paused row whose interest the level amount cannot cover: kernel and reference both refuse them.
"""

from typing import Final

import numpy as np

from bench import plans
from bench.contracts import draw_contracts, row_fees
from bench.happenings import Events, draw_other_events, draw_payments, join, prepay_some
from reprieve.engine import batch
from reprieve.engine import events as ev
from reprieve.engine import terms as term
from reprieve.engine.batch import Book

CHUNK: Final = 500_000
"""Loans that are drawn at once; a chunk's seed is the book's seed and its number."""

_NO_EXTRA: Final = np.zeros(0, np.int64)


def plain(loans: int, seed: int = 2026) -> Book:
    """Return the plain book of `loans` loans."""
    return _join([_plain_chunk(rng, count) for rng, count in _chunks(loans, seed)])


def full(loans: int, seed: int = 2026) -> Book:
    """Return the full book of `loans` loans."""
    return _join([_full_chunk(rng, count) for rng, count in _chunks(loans, seed + 1)])


def part(book: Book, loans: int) -> Book:
    """Return the first loans of a book, without copying them."""
    end = book.offsets[loans]
    return Book(
        book.terms[:loans], book.offsets[: loans + 1], book.on[:end], book.kind[:end], book.amount[:end],
        book.argument[:end], book.rows, book.fees, book.ceilings, book.extra, book.calendars,
    )  # fmt: skip


def _chunks(loans: int, seed: int) -> list[tuple[np.random.Generator, int]]:
    starts = range(0, loans, CHUNK)
    return [(np.random.default_rng([seed, at]), min(CHUNK, loans - at)) for at in starts]


def _plain_chunk(rng: np.random.Generator, loans: int) -> Book:
    terms, fees = draw_contracts(rng, loans)
    solve(terms, fees)
    return book_from(terms, fees, draw_payments(rng, terms, row_fees(terms, fees)), _NO_EXTRA)


def _full_chunk(rng: np.random.Generator, loans: int) -> Book:
    terms, fees = draw_contracts(rng, loans)
    surpluses = [term.HOLD, term.LOWER, term.SHORTEN, term.TO_PRINCIPAL]
    terms[:, term.SURPLUS] = rng.choice(surpluses, loans, p=[0.76, 0.08, 0.08, 0.08])
    terms[:, term.COMPONENT_FIRST] = rng.random(loans) < 0.1
    terms[:, term.DAILY] = rng.random(loans) < 0.9
    solve(terms, fees)
    payments = prepay_some(rng, terms, draw_payments(rng, terms, row_fees(terms, fees)))
    others, extra = draw_other_events(rng, terms, payments)
    signing = plans.draw_plans(rng, terms)
    events = plans.clear_the_way(join(payments, others), signing, loans)
    signed, fields = plans.sign(rng, book_from(terms, fees, events, extra), signing, len(extra))
    return book_from(terms, fees, join(events, signed), np.concatenate([extra, fields]))


def solve(terms: np.ndarray, fees: np.ndarray) -> None:
    """Store every level amount as a term."""
    nothing = np.zeros(0, np.int64)
    book = book_from(terms, fees, Events(*[nothing] * 6), _NO_EXTRA)
    assert not batch.solve_instalments(book).any(), "every contract has a level amount"


def book_from(terms: np.ndarray, fees: np.ndarray, events: Events, extra: np.ndarray) -> Book:
    """Return a book of contracts and events in any order; a return of a payment that is not there is left out."""
    place = np.full(1 + events.name.max(initial=-1), -1)
    named = events.name >= 0
    place[events.name[named]] = 0
    returned = events.kind == ev.RETURN
    known = ~returned
    known[returned] = place[events.argument[returned]] == 0
    events = events.where(known)
    key = (events.loan << 40) | (events.on << 8) | events.kind
    events = events.where(np.argsort(key, kind="stable"))
    offsets = np.searchsorted(events.loan, np.arange(len(terms) + 1)).astype(np.int64)
    argument = events.argument.copy()
    at = np.arange(len(events.loan)) - offsets[events.loan]
    named, returned = events.name >= 0, events.kind == ev.RETURN
    place[events.name[named]] = at[named]
    argument[returned] = place[argument[returned]]
    return Book(
        terms, offsets, events.on.astype(np.int32), events.kind.astype(np.uint8), events.amount, argument,
        np.zeros((0, 3), np.int64), fees, np.zeros((0, 4), np.int64), extra, batch.NO_CALENDAR,
    )  # fmt: skip


def _join(chunks: list[Book]) -> Book:
    """Return chunks as one book, their side tables behind one another."""
    if len(chunks) == 1:
        return chunks[0]
    fees = extra = events = 0
    offsets = [np.zeros(1, np.int64)]
    for book in chunks:
        book.terms[:, term.FEES_AT] += fees
        has_fields = (book.kind == ev.PAUSE) | (book.kind == ev.RESTRUCTURE)
        book.argument[has_fields] += extra
        offsets.append(book.offsets[1:] + events)
        fees, extra, events = fees + len(book.fees), extra + len(book.extra), events + len(book.on)
    joined = {
        column: np.concatenate([getattr(book, column) for book in chunks])
        for column in ("terms", "on", "kind", "amount", "argument", "fees", "extra")
    }
    first = chunks[0]
    return Book(
        offsets=np.concatenate(offsets), rows=first.rows, ceilings=first.ceilings, calendars=first.calendars, **joined
    )
