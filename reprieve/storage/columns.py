"""The contracts and events of a shard, read by column. Never computes what is owed, and never changes a row.

Each query gathers its columns into arrays, so a shard arrives as one row however many loans it has: the work is the
server's, over the connection of the transaction at hand. What each loan has of its own are numbers; the rest of its
terms arrives as text that many loans share. Only events that are not plain payments bring their document along.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import numpy as np
import psycopg
import pyarrow as pa
from django.db import connection, transaction
from psycopg.adapt import Dumper
from psycopg.pq import Format

from reprieve.lending.history import OTHER
from reprieve.lending.template import OWN
from reprieve.storage.contracts import NO_PRODUCT, Cut
from reprieve.storage.events import DISBURSED

_HEADER: Final = 20
"""Bytes before the elements of an array in PostgreSQL's binary form: dimensions, flags, type, length, first index."""
_BIGINT: Final = 20
_BIGINTS: Final = 1016
_TEXT: Final = 25
_INSTANTS: Final = 1185
_SIZES: Final = {_BIGINTS: 8, 1007: 4, _INSTANTS: 8}
"""Bytes of an element, by type of array: of bigints, of integers, of instants; other arrays are of texts."""
_START: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH: Final = 946_684_800_000_000
"""Microseconds from 1970 to 2000, where PostgreSQL counts instants from."""

_CONTRACTS: Final = """
SELECT shared::text, array_agg(id), array_agg(number), array_agg(product), array_agg(currency), array_agg(recorded_at),
    array_agg(coalesce((terms->>'principal')::bigint, -1)),
    array_agg(coalesce((terms->>'disbursed_on')::date - DATE '1970-01-01', -1000000)),
    array_agg(coalesce(((terms->'annual_rate'->>'value')::numeric * 1000000000000000)::bigint, -1)),
    array_agg(CASE terms->'annual_rate'->>'per' WHEN 'year' THEN 1 WHEN 'month' THEN 12 WHEN 'day' THEN 365
        ELSE -1 END),
    array_agg(coalesce((terms->>'instalments')::bigint, -1)),
    array_agg(coalesce((terms->>'first_due_on')::date - DATE '1970-01-01', -1000000)),
    array_agg(coalesce((terms->>'due_day')::bigint, -1)),
    array_agg(coalesce((terms->>'instalment')::bigint, -1))
FROM (
    SELECT contract.id, number, coalesce(code, %(none)s) AS product, currency, recorded_at, contract.terms,
        contract.terms - %(own)s::text[] AS shared
    FROM contract LEFT JOIN product_version ON product_version.id = product_version_id
        LEFT JOIN product ON product.id = product_id
    WHERE contract.id >= %(first)s AND contract.id < %(end)s AND contract.id <= %(contract)s
        AND recorded_at < %(before)s {only}
) AS known
GROUP BY shared
"""
_CONTRACT_FIELDS: Final = (
    "row", "number", "product", "currency", "seen", "principal", "disbursed_on", "rate", "per", "instalments",
    "first_due_on", "due_day", "instalment",
)  # fmt: skip
_EVENTS: Final = """
SELECT array_agg(id), array_agg(contract_id), array_agg(event_on - DATE '1970-01-01'), array_agg(event_order),
    array_agg(coalesce(amount_minor, -1)), array_agg(recorded_at),
    array_agg(CASE
        WHEN kind = 'payment' THEN CASE terms->>'direct_to' WHEN 'oldest' THEN 0 WHEN 'current' THEN 1
            WHEN 'principal' THEN 2 ELSE 9 END
        WHEN event_id = %(disbursed)s THEN 8 ELSE 9 END)
FROM event
WHERE contract_id >= %(first)s AND contract_id < %(end)s AND id <= %(event)s AND recorded_at < %(before)s {only}
"""
_EVENT_FIELDS: Final = ("row", "contract", "on", "order", "amount", "seen", "code")
_DOCUMENTS: Final = """
SELECT id, kind, terms::text, CASE WHEN kind = 'reversal' THEN (
    SELECT paid.id FROM event paid WHERE paid.contract_id = event.contract_id AND paid.event_id = event.terms->>'of')
    END
FROM event WHERE id = ANY(%s)
"""


def shard_tables(rows: range, cut: Cut) -> tuple[pa.Table, pa.Table]:
    """Return the contracts and events of a shard as known at a cut: all that a close reads of it."""
    contracts = contract_columns(rows, cut)
    assert contracts is not None, "a document of the shard has another shape than its columns"
    return contracts, event_columns(rows, cut)


def contract_columns(rows: range, cut: Cut, only: np.ndarray | None = None) -> pa.Table | None:
    """Return the contracts of a shard as known at a cut, or some of them, in order of row.

    Returns nothing where a document has another shape than the columns: those loans are read one by one.
    """
    query = _CONTRACTS.format(only="" if only is None else "AND contract.id = ANY(%(only)s)")
    try:
        groups = _arrays(query, _known(rows, cut, only))
    except psycopg.DataError:
        return None
    template = pa.DictionaryArray.from_arrays(
        np.repeat(np.arange(len(groups), dtype=np.int32), [len(numbers) for _, numbers, *_ in groups]),
        pa.array([text for text, *_ in groups], pa.string()),
    )
    tables = [pa.table(values, list(_CONTRACT_FIELDS)) for _, *values in groups] or [_no_contracts()]
    whole = pa.concat_tables(tables).unify_dictionaries().combine_chunks()
    return whole.append_column("template", template).sort_by("row")


def _no_contracts() -> pa.Table:
    texts = ("number", "product", "currency")
    return pa.table({name: _texts(b"") if name in texts else pa.array([], pa.int64()) for name in _CONTRACT_FIELDS})


def event_columns(rows: range, cut: Cut, only: np.ndarray | None = None) -> pa.Table:
    """Return the events of a shard as known at a cut, or of some of its loans, in order of row."""
    query = _EVENTS.format(only="" if only is None else "AND contract_id = ANY(%(only)s)")
    [found] = _arrays(query, _known(rows, cut, only))
    return _with_documents(_table(found, _EVENT_FIELDS))


def _known(rows: range, cut: Cut, only: np.ndarray | None = None) -> dict[str, Any]:
    return {
        "first": rows.start, "end": rows.stop, "contract": cut.contract, "event": cut.event, "before": cut.before,
        "none": NO_PRODUCT, "own": list(OWN), "disbursed": DISBURSED, "only": only,
    }  # fmt: skip


def micros(instant: datetime) -> int:
    """Return microseconds since 1970."""
    return (instant - _START) // timedelta(microseconds=1)


def index_columns(rows: range, cut: Cut) -> pa.Table:
    """Return row, number, product and currency of the contracts of a shard as known at a cut, in order of row."""
    [found] = _arrays(_INDEX, _known(rows, cut))
    return _table(found, ("row", "number", "product", "currency"))


_INDEX: Final = """
SELECT array_agg(contract.id), array_agg(number), array_agg(coalesce(code, %(none)s)), array_agg(currency)
FROM contract LEFT JOIN product_version ON product_version.id = product_version_id
    LEFT JOIN product ON product.id = product_id
WHERE contract.id >= %(first)s AND contract.id < %(end)s AND contract.id <= %(contract)s AND recorded_at < %(before)s
"""


def posted_columns(events: np.ndarray, upto: date, accounts: Sequence[str]) -> pa.Table:
    """Return what events have posted up to a day, line by line: the event's row, the account, the amount.

    The account is its place among `accounts`, or -1.
    """
    known = {"events": events, "upto": upto, "accounts": list(accounts)}
    [found] = _arrays(_POSTED, known, by_index=True)
    return _table(found, ("event", "account", "amount"))


_POSTED: Final = """
SELECT array_agg(event_id), array_agg(coalesce(array_position(%(accounts)s::text[], account), 0) - 1),
    array_agg(amount_minor)
FROM unnest(%(events)s::bigint[]) AS wanted JOIN journal_entry ON event_id = wanted
    JOIN journal_line ON entry_id = journal_entry.id
WHERE posted_on <= %(upto)s
"""


def accounts_posted_to(events: np.ndarray) -> list[str]:
    """Return the accounts that events have posted to, in order of their names."""
    return [account for (account,) in _rows(_ACCOUNTS, [events])]


_ACCOUNTS: Final = """
SELECT DISTINCT account FROM journal_entry JOIN journal_line ON entry_id = journal_entry.id WHERE event_id = ANY(%s)
ORDER BY account
"""


def names_of(events: np.ndarray) -> dict[int, str]:
    """Return the ids that events have within their loans, by row."""
    return dict(_rows("SELECT id, event_id FROM event WHERE id = ANY(%s)", [events]))


def _with_documents(events: pa.Table) -> pa.Table:
    """Return events with the kind, terms and reversed payment of those that are not plain, and names where those tie.

    Events of a loan follow each other by day, kind, order and instant of recording; only where all are equal by name.
    """
    others = events["row"].to_numpy()[events["code"].to_numpy() == OTHER]
    found = {row: rest for row, *rest in _rows(_DOCUMENTS, [others])} if len(others) else {}
    tied = _tied(events)
    names = names_of(tied) if len(tied) else {}
    place = {row: at for at, row in enumerate(events["row"].to_pylist())} if found or names else {}
    columns: list[list[Any]] = [[None] * len(events) for _ in range(4)]
    for row, values in found.items():
        for column, value in zip(columns, values, strict=False):
            column[place[row]] = value
    for row, name in names.items():
        columns[3][place[row]] = name
    types = {"kind": pa.string(), "terms": pa.string(), "of": pa.int64(), "name": pa.string()}
    for (name, kind), column in zip(types.items(), columns, strict=True):
        events = events.append_column(name, pa.array(column, kind))
    return events


def _tied(events: pa.Table) -> np.ndarray:
    """Return the rows of events that another of the same loan may equal in day, order and instant."""
    key = np.zeros(len(events), np.uint64)
    for name, factor in (("contract", 0x9E3779B97F4A7C15), ("on", 0xC2B2AE3D27D4EB4F), ("seen", 0x165667B19E3779F9),
                         ("order", 0x27D4EB2F165667C5)):  # fmt: skip
        key += events[name].to_numpy().astype(np.uint64) * np.uint64(factor)
    order = np.argsort(key)
    same = np.flatnonzero(key[order][1:] == key[order][:-1])
    rows: np.ndarray = events["row"].to_numpy()[order[np.union1d(same, same + 1)]]
    return rows


def _table(values: Sequence[Any], names: Sequence[str]) -> pa.Table:
    """Return arrays as a table in order of the first."""
    order = np.argsort(np.asarray(values[0]), kind="stable")
    return pa.table([pa.array(value).take(pa.array(order)) for value in values], list(names))


def _rows(query: str, params: Any) -> list[tuple[Any, ...]]:
    with _cursor() as cursor:
        return cursor.execute(query, params).fetchall()


def _cursor() -> psycopg.Cursor:
    """Return a cursor of the transaction at hand that takes arrays of numbers as they are."""
    connection.ensure_connection()
    cursor = psycopg.Cursor(connection.connection)
    cursor.adapters.register_dumper(np.ndarray, _Numbers)
    return cursor


class _Numbers(Dumper):
    """An array of int64 in PostgreSQL's binary form."""

    format = Format.BINARY
    oid = _BIGINTS

    def dump(self, obj: np.ndarray) -> bytes:
        """Return the array; one without elements has no dimension."""
        cells = np.empty(len(obj), [("length", ">i4"), ("value", ">i8")])
        cells["length"], cells["value"] = 8, obj
        header = (1, 0, _BIGINT, len(obj), 1) if len(obj) else (0, 0, _BIGINT)
        return np.array(header, ">i4").tobytes() + cells.tobytes()


def _arrays(query: str, params: Any, *, by_index: bool = False) -> list[list[Any]]:
    """Return the arrays of a query, row by row: int64 of numbers, dictionaries of texts; a text alone as it is.

    Gathering in parallel costs more than it brings. With `by_index` rows are looked up one by one, where the planner
    would read the whole of a table for each shard.
    """
    with transaction.atomic(), _cursor() as cursor:
        for name in ("enable_hashjoin", "enable_mergejoin") if by_index else ():
            cursor.execute(f"SET LOCAL {name} TO off")
        cursor.execute("SET LOCAL max_parallel_workers_per_gather TO 0")
        cursor.execute(query, params, binary=True)
        result = cursor.pgresult
        assert result is not None
        fields = range(result.nfields)
        found = [
            [_array(result.get_value(row, at) or b"", result.ftype(at)) for at in fields]
            for row in range(result.ntuples)
        ]
        for name in ("enable_hashjoin", "enable_mergejoin", "max_parallel_workers_per_gather"):
            cursor.execute(f"SET LOCAL {name} TO DEFAULT")
        return found


def _array(value: bytes, kind: int) -> np.ndarray | pa.DictionaryArray | str:
    """Return an array of PostgreSQL's binary form, empty where no row gave it one."""
    if kind == _TEXT:
        return value.decode()
    if kind not in _SIZES:
        return _texts(value)
    size = _SIZES[kind]
    cells = np.frombuffer(value, [("length", ">i4"), ("value", f">i{size}")], offset=min(_HEADER, len(value)))
    assert (cells["length"] == size).all(), "no element is null"
    numbers = cells["value"].astype(np.int64)
    return numbers + _EPOCH if kind == _INSTANTS else numbers


def _texts(value: bytes) -> pa.DictionaryArray:
    """Return the texts of an array; one that is repeated is decoded once."""
    count = int.from_bytes(value[12:16], "big") if value else 0
    size = (len(value) - _HEADER) // count - 4 if count else 0
    cells = np.frombuffer(value, [("length", ">i4"), ("value", f"S{size}")], count, _HEADER) if size else None
    if cells is not None and len(value) == _HEADER + cells.nbytes and (cells["length"] == size).all():
        raw = pa.py_buffer(np.ascontiguousarray(cells["value"]).tobytes())
        fixed = pa.FixedSizeBinaryArray.from_buffers(pa.binary(size), count, [None, raw])
        return fixed.cast(pa.binary()).cast(pa.string()).dictionary_encode()
    return _texts_of_any_length(value)


def _texts_of_any_length(value: bytes) -> pa.DictionaryArray:
    at, end = _HEADER, len(value)
    places: dict[bytes, int] = {}
    found = []
    while at < end:
        start = at + 4
        at = start + int.from_bytes(value[at:start], "big")
        found.append(places.setdefault(value[start:at], len(places)))
    texts = pa.array([text.decode() for text in places], pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(found, pa.int32()), texts)
