"""The plain book as the tables an analyst would have: contracts and payments, with dates as dates. Computes nothing."""

from typing import Final

import numpy as np
import pyarrow as pa

from bench.contracts import row_fees
from reprieve.engine import calendar as cal
from reprieve.engine import money
from reprieve.engine import terms as term
from reprieve.engine.batch import Book

_COLUMNS: Final = {
    "principal": term.PRINCIPAL, "rate": term.RATE, "instalments": term.INSTALMENTS, "instalment": term.INSTALMENT,
    "grace_days": term.GRACE_DAYS, "tolerance": term.TOLERANCE, "late_kind": term.LATE_KIND,
    "late_value": term.LATE_VALUE, "late_min": term.LATE_MIN, "late_max": term.LATE_MAX,
}  # fmt: skip


def contracts_table(book: Book) -> pa.Table:
    """Return one row a loan: its number from 0, money in minor units, rates in 1e-9, shares in 1e-6, no limit as -1."""
    columns = {name: np.ascontiguousarray(book.terms[:, place]) for name, place in _COLUMNS.items()}
    disbursed_on = book.terms[:, term.DISBURSED_ON].astype(np.int32)
    return pa.table({
        "loan": np.arange(len(book), dtype=np.int64),
        "disbursed_on": pa.array(disbursed_on, pa.date32()),
        "fee": row_fees(book.terms, book.fees),
        "is_actual": book.terms[:, term.DAY_COUNT] == cal.ACT_365,
        "is_half_up": book.terms[:, term.ROUNDING] == money.HALF_UP,
        **columns,
    })  # fmt: skip


def payments_table(book: Book) -> pa.Table:
    """Return one row a payment, in order of loan and day: loan, number within the loan from 0, day and amount."""
    count = np.diff(book.offsets)
    return pa.table({
        "loan": np.repeat(np.arange(len(book)), count),
        "number": np.arange(len(book.on)) - np.repeat(book.offsets[:-1], count),
        "paid_on": pa.array(book.on, pa.date32()),
        "amount": book.amount,
    })  # fmt: skip
