"""Books as Arrow tables, in and out by the PyCapsule interface: Polars, pandas and DuckDB need no converter.

A contracts table has one row a loan and the columns of `reprieve.engine.terms.FIELDS` (those left out are 0); an
events table has `loan` (row number), `on` (date32 or day number), `kind`, `amount` and `argument`. Never computes.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reprieve.engine import batch
from reprieve.engine import events as ev
from reprieve.engine import records as rec
from reprieve.engine import terms as term
from reprieve.errors import BadInput
from reprieve.lending.case import Case, refuse
from reprieve.lending.columns import book_of, day_number

_PLAIN_KINDS = {
    "disbursement": ev.DISBURSEMENT, "rate_change": ev.RATE_CHANGE, "due_day_change": ev.DUE_DAY_CHANGE,
    "acceleration": ev.ACCELERATION, "reinstatement": ev.REINSTATEMENT, "fee": ev.FEE_EVENT, "waiver": ev.WAIVER,
    "payment": ev.PAYMENT, "refund": ev.REFUND, "charge_off": ev.CHARGE_OFF,
}  # fmt: skip
"""Kinds an events table can carry: those whose fields are an amount and one argument."""
_SIDE = ("rows_at", "rows_n", "fees_at", "fees_n", "ceilings_at", "ceilings_n")


def columns(cases: Iterable[Case]) -> tuple[pa.Table, pa.Table]:
    """Return the contracts and the events of cases as two Arrow tables, as the kernel reads them."""
    files = list(cases)
    book = book_of([case.file for case in files])
    for error in batch.solve_instalments(book).tolist():
        refuse(error)
    contracts = pa.table({name: book.terms[:, place] for place, name in enumerate(term.FIELDS)})
    loans = np.repeat(np.arange(len(book)), np.diff(book.offsets))
    events = pa.table({
        "loan": loans,
        "on": pa.array(book.on, pa.int32()).cast(pa.date32()),
        "kind": [ev.KINDS[kind] for kind in book.kind.tolist()],
        "amount": book.amount,
        "argument": book.argument,
    })  # fmt: skip
    return contracts, events


def positions(source: Any, on: date, events: Any = None, threads: int = 1) -> pa.Table:
    """Return the position of every loan on a day as an Arrow table: one column a figure, in minor units.

    `source` is a sequence of `Case`, or a contracts table with `events` beside it (anything that speaks Arrow).
    Raises `BadInput` for a column or a kind that is not known.
    """
    if isinstance(source, Sequence) and all(isinstance(case, Case) for case in source):
        book = book_of([case.file for case in source])
    else:
        book = _book(pa.table(source), None if events is None else pa.table(events))
    batch.solve_instalments(book)
    out = batch.positions(book, day_number(on), threads)
    names = rec.POSITION_FIELDS
    shown = {name: out[:, place] for place, name in enumerate(names) if name not in ("status", "next_due_on")}
    shown["status"] = pa.DictionaryArray.from_arrays(out[:, rec.O_STATUS].astype(np.int8), list(rec.STATUSES))
    due = out[:, rec.O_NEXT_DUE_ON]
    shown["next_due_on"] = pa.array(due.astype(np.int32), pa.int32(), mask=due == -1).cast(pa.date32())
    return pa.table({name: shown[name] for name in names})


def _book(contracts: pa.Table, events: pa.Table | None) -> batch.Book:
    """Return the native book of two tables; events are put in order of loan, day and stage."""
    unknown = [name for name in contracts.column_names if name not in term.FIELDS]
    if unknown:
        raise BadInput(f"$.contracts.{unknown[0]}", "a column", ", ".join(term.FIELDS))
    terms = np.zeros((contracts.num_rows, term.WIDTH), np.int64)
    for place, name in enumerate(term.FIELDS):
        if name in contracts.column_names:
            terms[:, place] = contracts[name].cast(pa.int64()).to_numpy()
    for name in _SIDE:
        if terms[:, term.FIELDS.index(name)].any():
            raise BadInput(f"$.contracts.{name}", "a side table", "contracts without explicit rows, fees or ceilings")
    terms[:, term.PENALTY_SCALE] = np.maximum(terms[:, term.PENALTY_SCALE], 1)
    terms[:, term.PRINCIPAL_EVERY] = np.maximum(terms[:, term.PRINCIPAL_EVERY], 1)
    loan, on, kind, amount, argument = _event_columns(events)
    order = np.lexsort((np.arange(len(loan)), kind, on, loan))
    offsets = np.searchsorted(loan[order], np.arange(contracts.num_rows + 1))
    none = np.zeros(0, np.int64)
    return batch.Book(
        terms, offsets.astype(np.int64), on[order].astype(np.int32), kind[order].astype(np.uint8), amount[order],
        argument[order], none.reshape(0, 3), none.reshape(0, 6), none.reshape(0, 4), none, batch.NO_CALENDAR,
    )  # fmt: skip


def _event_columns(events: pa.Table | None) -> tuple[np.ndarray, ...]:
    """Return loan, day, kind code, amount and argument of an events table."""
    if events is None:
        return tuple(np.zeros(0, np.int64) for _ in range(5))
    kinds = pc.unique(events["kind"]).to_pylist()
    unknown = [kind for kind in kinds if kind not in _PLAIN_KINDS]
    if unknown:
        raise BadInput("$.events.kind", str(unknown[0]), ", ".join(_PLAIN_KINDS))
    codes = np.array([_PLAIN_KINDS[kind] for kind in events["kind"].to_pylist()], np.int64)
    day = events["on"].cast(pa.int32()) if pa.types.is_date32(events["on"].type) else events["on"]
    plain = [events[name].cast(pa.int64()).to_numpy() for name in ("loan", "amount", "argument")]
    return plain[0], day.cast(pa.int64()).to_numpy(), codes, plain[1], plain[2]
