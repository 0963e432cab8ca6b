"""One statement and its first row, over the connection of the transaction at hand. Never a query in a loop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection


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
