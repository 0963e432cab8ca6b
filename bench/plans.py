"""Restructures of a full book: plans whose claims are the positions of their day, to the cent. Guesses no claim."""

from dataclasses import dataclass

import numpy as np

from bench.contracts import AS_OF, due_dates
from bench.happenings import Events, join, make_events
from reprieve.engine import batch
from reprieve.engine import events as ev
from reprieve.engine import records as rec
from reprieve.engine import terms as term

SHARE = 0.04
"""Loans that are restructured."""


@dataclass(frozen=True)
class Plans:
    """Plans to sign: loans and their days."""

    loan: np.ndarray
    on: np.ndarray


def draw_plans(rng: np.random.Generator, t: np.ndarray) -> Plans:
    """Return who signs a plan and when: 70 to 500 days after disbursement."""
    loan = np.flatnonzero((rng.random(len(t)) < SHARE) & (t[:, term.DISBURSED_ON] < AS_OF - 80))
    start = t[loan, term.DISBURSED_ON]
    return Plans(loan, rng.integers(start + 70, np.minimum(AS_OF + 1, start + 500)))


def clear_the_way(events: Events, plans: Plans, loans: int) -> Events:
    """Return the events that stay once plans are signed: none of the signing day, no payment after it."""
    signed = np.full(loans, AS_OF + 1)
    signed[plans.loan] = plans.on
    day = signed[events.loan]
    return events.where((events.on < day) | (events.on > day) & (events.kind != ev.PAYMENT))


def sign(rng: np.random.Generator, book: batch.Book, plans: Plans, extra_at: int) -> tuple[Events, np.ndarray]:
    """Return the restructures, what is paid on their rows, and the extra fields, which stand from `extra_at` on.

    Principal is capitalised, interest capitalised or parked, penalty waived now or on completion, fees paid at
    signing or waived. Loans with nothing to capitalise sign nothing. Seven rows in eight are paid.
    """
    claims = claims_of(book, plans)
    kept = claims[:, term.PRINCIPAL_PART] > 0
    loan, on, claims = plans.loan[kept], plans.on[kept], claims[kept]
    count = len(loan)
    fields = np.zeros((count, ev.PLAN_WIDTH), np.int64)
    fields[:, ev.PLAN_RATE] = book.terms[loan, term.RATE] // 2
    fields[:, ev.PLAN_METHOD] = term.LEVEL_INSTALMENT
    fields[:, ev.PLAN_COUNT] = rng.integers(6, 25, count)
    fields[:, ev.PLAN_FIRST_DUE] = due_dates(on, 1)[:, 0]
    fields[:, ev.PLAN_PARKED_END] = rng.integers(0, 2, count)
    fields[:, ev.PLAN_AGEING] = rng.integers(0, 4, count)
    fields[:, ev.PLAN_KEPT_ROWS] = np.where(fields[:, ev.PLAN_AGEING] == ev.AGE_CURES, 3, 0)
    split = fields[:, ev.PLAN_CLAIMS :].reshape(count, 4, len(ev.TREATMENTS))
    choices = (
        (ev.PAID, ev.WAIVED), (ev.WAIVED, ev.WAIVED_ON_COMPLETION), (ev.TO_CAPITAL, ev.PARKED), (ev.TO_CAPITAL,)
    )  # fmt: skip
    for component, treatments in enumerate(choices):
        split[np.arange(count), component, rng.choice(treatments, count)] = claims[:, component]
    assert np.array_equal(split.sum(axis=2), claims), "claims are conserved"
    signed = make_events(loan, on, ev.RESTRUCTURE, 0, extra_at + np.arange(count) * ev.PLAN_WIDTH)
    return _with_payments(rng, signed, fields), fields.ravel()


def claims_of(book: batch.Book, plans: Plans) -> np.ndarray:
    """Return int64[plans, 4]: what is owed by component on the signing day, in the order of `terms.COMPONENTS`."""
    count = book.offsets[plans.loan + 1] - book.offsets[plans.loan]
    offsets = np.concatenate([[0], np.cumsum(count)])
    at = np.repeat(book.offsets[plans.loan] - offsets[:-1], count) + np.arange(offsets[-1])
    some = batch.Book(
        book.terms[plans.loan], offsets, book.on[at], book.kind[at], book.amount[at], book.argument[at], book.rows,
        book.fees, book.ceilings, book.extra, book.calendars,
    )  # fmt: skip
    owed = batch.positions(some, plans.on)
    places = (
        (rec.O_DUE_FEES, rec.O_ARREARS_FEES),
        (rec.O_DUE_PENALTY, rec.O_ARREARS_PENALTY),
        (rec.O_DUE_INTEREST, rec.O_ARREARS_INTEREST, rec.O_ACCRUED_INTEREST),
        (rec.O_DUE_PRINCIPAL, rec.O_ARREARS_PRINCIPAL, rec.O_NOT_DUE_PRINCIPAL),
    )
    return np.stack([owed[:, place].sum(axis=1) for place in places], axis=1)


def _with_payments(rng: np.random.Generator, signed: Events, fields: np.ndarray) -> Events:
    """Return the restructures and payments of about a plan row, on the day the row falls due."""
    rows = 24
    due = due_dates(signed.on, rows)
    capital = fields[:, ev.PLAN_CLAIMS :].reshape(-1, 4, len(ev.TREATMENTS))[:, :, ev.TO_CAPITAL].sum(axis=1)
    count = fields[:, ev.PLAN_COUNT]
    amount = capital // count + capital * (fields[:, ev.PLAN_RATE] // 1_000) // 12_000_000 + 500
    pays = (np.arange(rows) < count[:, None]) & (due <= AS_OF) & (rng.random(due.shape) < 0.875)
    plan, row = np.nonzero(pays)
    paid = make_events(signed.loan[plan], due[plan, row], ev.PAYMENT, amount[plan])
    return join(signed, paid)
