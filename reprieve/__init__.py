"""Reprieve: what is owed, what it becomes, and which plan works, exactly.

The front door. `Case.read` takes a case file (JSON text, bytes or a dict); every function returns a frozen answer
whose `to_dict()` is the published JSON. Money is in minor units of the case's currency. Batches go in and out as Arrow
tables: `columns` and `positions`. Names load on first use, so importing this costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reprieve.engine.day_count import year_fraction
    from reprieve.lending.case import Case, apr, cost, explain, position, project, schedule
    from reprieve.lending.remaining import remaining
    from reprieve.lending.table import columns, positions
    from reprieve.rules import rules

_HOMES = {
    "Case": "reprieve.lending.case",
    "schedule": "reprieve.lending.case",
    "position": "reprieve.lending.case",
    "explain": "reprieve.lending.case",
    "project": "reprieve.lending.case",
    "remaining": "reprieve.lending.remaining",
    "cost": "reprieve.lending.case",
    "apr": "reprieve.lending.case",
    "columns": "reprieve.lending.table",
    "positions": "reprieve.lending.table",
    "year_fraction": "reprieve.engine.day_count",
    "rules": "reprieve.rules",
}

__all__ = [
    "Case", "apr", "columns", "cost", "explain", "position", "positions", "project", "remaining", "rules",
    "schedule", "year_fraction",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'reprieve' has no attribute {name!r}; it offers {', '.join(__all__)}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
