"""Loans in quarantine: set aside by a close because a figure is off, until somebody clears them. Never hides one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reprieve.errors import BadInput
from reprieve.storage.models import Quarantine


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a loan, by the row number of its contract."""

    contract: int
    because: str
    expected: int | None = None
    found: int | None = None


def set_aside(run: int, faults: Mapping[int, Fault], recorded_at: datetime) -> None:
    """Put loans into quarantine; one that is there already stays as it is."""
    Quarantine.objects.bulk_create(
        [
            Quarantine(
                close_run_id=run, contract_id=fault.contract, because=fault.because, expected_minor=fault.expected,
                found_minor=fault.found, recorded_at=recorded_at,
            )
            for fault in faults.values()
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def open_quarantines() -> list[dict[str, Any]]:
    """Return the loans in quarantine by contract number, with why and since which close."""
    rows = Quarantine.objects.filter(cleared_at__isnull=True).select_related("contract", "close_run").order_by("id")
    return [
        {
            "contract": row.contract.number,
            "because": row.because,
            "expected": row.expected_minor,
            "found": row.found_minor,
            "closed_on": row.close_run.business_on.isoformat(),
        }
        for row in rows
    ]


def clear(contract: str, *, cleared_by: int, cleared_at: datetime) -> None:
    """Clear a loan. Raises `BadInput` where it is not in quarantine."""
    rows = Quarantine.objects.filter(contract__number=contract, cleared_at__isnull=True)
    if not rows.update(cleared_at=cleared_at, cleared_by_id=cleared_by):
        raise BadInput("contract", f'"{contract}"', "a contract in quarantine", code="not_quarantined")
