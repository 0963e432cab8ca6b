"""The constraints that many records share, each in one line. Never guards what only one record needs.

A comparison with a missing value is neither true nor false, and a constraint refuses only what is false: one that wants
a value must say so (`__isnull=False`) before it compares it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db.models import CheckConstraint, F, Q

CURRENCY: Final = r"^[A-Z]{3}$"
HASH_BYTES: Final = 32


def one_of(table: str, column: str, values: Iterable[str]) -> CheckConstraint:
    """Allow a column only the values of a closed list."""
    return CheckConstraint(condition=Q(**{f"{column}__in": list(values)}), name=f"{table}_{column}_known")


def filled(table: str, column: str) -> CheckConstraint:
    """Refuse an empty text."""
    return CheckConstraint(condition=~Q(**{column: ""}), name=f"{table}_{column}_filled")


def currency_code(table: str) -> CheckConstraint:
    """Allow three capital letters as a currency."""
    return CheckConstraint(condition=Q(currency__regex=CURRENCY), name=f"{table}_currency_code")


def more_than(table: str, column: str, least: int = 0) -> CheckConstraint:
    """Allow only whole numbers above a bound; a missing number is not asked."""
    return CheckConstraint(condition=Q(**{f"{column}__gt": least}), name=f"{table}_{column}_above_{least}")


def at_least(table: str, column: str, least: int = 0) -> CheckConstraint:
    """Allow only whole numbers from a bound on; a missing number is not asked."""
    return CheckConstraint(condition=Q(**{f"{column}__gte": least}), name=f"{table}_{column}_from_{least}")


def in_order(table: str, first: str, then: str) -> CheckConstraint:
    """Refuse an end that is not after its beginning; an open end is not asked."""
    return CheckConstraint(condition=Q(**{f"{then}__gt": F(first)}), name=f"{table}_{then}_after")


def different(table: str, one: str, other: str) -> CheckConstraint:
    """Refuse the same person in two roles; nobody approves their own proposal."""
    return CheckConstraint(condition=~Q(**{one: F(other)}), name=f"{table}_{other}_is_another")
