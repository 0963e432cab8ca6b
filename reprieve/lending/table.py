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
from reprieve.lending.limits import MOST_MICRO, PRINCIPAL_MOST, check_day

_PLAIN_KINDS = {
    "disbursement": ev.DISBURSEMENT, "rate_change": ev.RATE_CHANGE, "due_day_change": ev.DUE_DAY_CHANGE,
    "acceleration": ev.ACCELERATION, "reinstatement": ev.REINSTATEMENT, "fee": ev.FEE_EVENT, "waiver": ev.WAIVER,
    "payment": ev.PAYMENT, "refund": ev.REFUND, "charge_off": ev.CHARGE_OFF,
}  # fmt: skip
"""Kinds an events table can carry: those whose fields are an amount and one argument."""
_RATE_MOST = 100 * term.RATE_UNIT
_MULTIPLE_MOST = 100
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
        for case in source:
            check_day(case.file, on)
        book = book_of([case.file for case in source])
    else:
        book = _book(pa.table(source), None if events is None else pa.table(events))
        _check_fits(book.terms, day_number(on))
    batch.solve_instalments(book)
    out = batch.positions(book, day_number(on), threads)
    names = rec.POSITION_FIELDS
    shown = {name: out[:, place] for place, name in enumerate(names) if name not in ("status", "next_due_on")}
    shown["status"] = pa.DictionaryArray.from_arrays(out[:, rec.O_STATUS].astype(np.int8), list(rec.STATUSES))
    due = out[:, rec.O_NEXT_DUE_ON]
    shown["next_due_on"] = pa.array(due.astype(np.int32), pa.int32(), mask=due == -1).cast(pa.date32())
    return pa.table({name: shown[name] for name in names})


def _check_fits(terms: np.ndarray, day: int) -> None:
    """Raise `BadInput` for the first contract whose figures could pass what the kernel's integers hold by a day."""
    for place, name in ((term.PRINCIPAL, "principal"), (term.RATE, "rate"), (term.PENALTY_VALUE, "penalty_value")):
        _refuse_rows(terms[:, place] < 0, name, terms[:, place], "at least 0")
    _refuse_rows(terms[:, term.RATE] > _RATE_MOST, "rate", terms[:, term.RATE], f"at most {_RATE_MOST:,}")
    _refuse_rows(
        terms[:, term.PENALTY_VALUE] > _RATE_MOST,
        "penalty_value",
        terms[:, term.PENALTY_VALUE],
        f"at most {_RATE_MOST:,}",
    )
    multiple = terms[:, term.PENALTY_VALUE] // terms[:, term.PENALTY_SCALE] + 1
    by_multiple = terms[:, term.PENALTY_KIND] == term.BY_MULTIPLE
    _refuse_rows(
        by_multiple & (multiple > _MULTIPLE_MOST), "penalty_value", multiple, f"a multiple up to {_MULTIPLE_MOST}"
    )
    penalty = np.where(
        by_multiple, terms[:, term.RATE] * np.minimum(multiple, _MULTIPLE_MOST), terms[:, term.PENALTY_VALUE]
    )
    last = np.maximum(day, terms[:, term.FIRST_DUE_ON] + 31 * terms[:, term.INSTALMENTS] * terms[:, term.PERIOD_COUNT])
    years = np.maximum(last - terms[:, term.DISBURSED_ON], 0) // 365 + 1
    most = np.minimum(MOST_MICRO // ((terms[:, term.RATE] + penalty) // 1000 + 1) // years, PRINCIPAL_MOST)
    _refuse_rows(
        terms[:, term.PRINCIPAL] > most,
        "principal",
        terms[:, term.PRINCIPAL],
        "what its rates and years leave room for",
    )


def _refuse_rows(is_wrong: np.ndarray, name: str, values: np.ndarray, allowed: str) -> None:
    """Raise `BadInput` for the first row that is wrong, if any."""
    if is_wrong.any():
        row = int(is_wrong.argmax())
        raise BadInput(f"$.contracts.{name}[{row}]", f"{int(values[row]):,}", allowed)


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
