"""Statements over the connection of the transaction at hand: one and its first row, or rows by column. No loops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyarrow as pa
from django.db import connection
from psycopg import sql
from pyarrow import csv

_PLAIN: Final = csv.WriteOptions(include_header=False)


def ask(statement: str, values: Sequence[Any] | Mapping[str, Any]) -> tuple[Any, ...] | None:
    """Run a statement and return its first row, or nothing where it has none."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


def tell(statement: str, values: Sequence[Any] | Mapping[str, Any]) -> None:
    """Run a statement whose answer is of no interest."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def next_rows(table: str, count: int) -> list[int]:
    """Return the primary keys that the next rows of a table are to have; nobody else is given them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count])
        return [row for (row,) in cursor.fetchall()]


def copy(table: str, rows: pa.Table) -> None:
    """Add rows to a table, by the names of their columns; a null is a null, an empty text is one."""
    names = sql.SQL(", ").join(map(sql.Identifier, rows.column_names))
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(sql.Identifier(table), names)
    sink = pa.BufferOutputStream()
    csv.write_csv(rows, sink, _PLAIN)
    with connection.cursor() as cursor, cursor.copy(statement) as target:
        target.write(sink.getvalue())
