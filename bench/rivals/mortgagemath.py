"""Schedules by `mortgagemath`: level, monthly, the instalment rounded up, interest half-up. The only figures it has.

Rates are multiples of 0.03 %, so that a twelfth is a finite decimal. Elsewhere the library cuts the month's rate at 28
digits and misses exact halves: 41,100.00 at 26.98 % bears 924.065 in a month, half-up 924.07; it says 924.06.
"""

from decimal import Decimal
from typing import Final

import mortgagemath
import numpy as np
from mortgagemath import Installment, LoanParams

from bench.contracts import draw_contracts
from reprieve.engine import batch, money
from reprieve.engine import calendar as cal
from reprieve.engine import terms as term
from reprieve.engine.batch import Book

_CENTS: Final = 100


def draw_book(loans: int, seed: int = 2026) -> Book:
    """Return contracts both sides can schedule, whose level amount has yet to be found."""
    terms, _ = draw_contracts(np.random.default_rng(seed), loans)
    terms[:, term.DAY_COUNT] = cal.EQUAL_PERIODS
    terms[:, term.ROUNDING] = money.HALF_UP
    terms[:, term.INSTALMENT_ROUNDING] = money.UP
    terms[:, term.RATE] -= terms[:, term.RATE] % 300_000
    terms[:, term.FEES_N] = 0
    none = np.zeros(0, np.int64)
    return Book(
        terms, np.zeros(loans + 1, np.int64), none.astype(np.int32), none.astype(np.uint8), none, none,
        np.zeros((0, 3), np.int64), np.zeros((0, 6), np.int64), np.zeros((0, 4), np.int64), none, batch.NO_CALENDAR,
    )  # fmt: skip


def read_contracts(book: Book) -> list[LoanParams]:
    """Return the contracts as the library has them."""
    columns = book.terms[:, [term.PRINCIPAL, term.RATE, term.INSTALMENTS]].tolist()
    return [
        LoanParams(
            principal=Decimal(principal) / _CENTS,
            annual_rate=Decimal(rate) / (term.RATE_UNIT // 100),
            term_months=count,
        )
        for principal, rate, count in columns
    ]


def run(contracts: list[LoanParams]) -> list[list[Installment]]:
    """Return every schedule."""
    return [mortgagemath.amortization_schedule(contract) for contract in contracts]


def minor_units_different(schedules: list[list[Installment]], book: Book) -> int:
    """Return by how much the schedules differ from the kernel's: principal, interest and balance of every row."""
    rows, places, errors = batch.schedules(book)
    assert not errors.any(), "every contract has a schedule"
    different = 0
    for loan, schedule in enumerate(schedules):
        theirs = [
            [int(row.principal * _CENTS), int(row.interest * _CENTS), int(row.balance * _CENTS)]
            for row in schedule
            if row.number > 0
        ]
        ours = rows[places[loan] : places[loan + 1], [1, 2, 4]]
        assert len(theirs) == len(ours), f"loan {loan} has {len(ours)} rows, by mortgagemath {len(theirs)}"
        different += int(np.abs(ours - np.array(theirs)).sum())
    return different
