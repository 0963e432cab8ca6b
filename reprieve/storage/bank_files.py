"""Bank files that were taken, by the hash of their bytes, with what each came to. Never keeps the file itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from reprieve.storage.models import BankFile


def add(
    name: str, media_type: str, *, file_sha256: bytes, report: Mapping[str, Any], taken_by: int, recorded_at: datetime
) -> int:
    """Keep that a file was taken, and return its number."""
    return BankFile.objects.create(
        name=name, media_type=media_type, file_sha256=file_sha256, report=dict(report), taken_by_id=taken_by,
        recorded_at=recorded_at,
    ).pk  # fmt: skip


def listed(after: int, limit: int) -> list[dict[str, Any]]:
    """Return files in order of number, after one, as plain values."""
    rows = BankFile.objects.filter(pk__gt=after).select_related("taken_by").order_by("pk")
    return [
        {
            "bank_file": row.pk, "name": row.name, "media_type": row.media_type,
            "file_sha256": bytes(row.file_sha256).hex(), "taken_by": row.taken_by.username,
            "recorded_at": row.recorded_at.isoformat(), **row.report,
        }
        for row in rows[:limit]
    ]  # fmt: skip
