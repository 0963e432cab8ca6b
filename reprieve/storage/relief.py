"""Relief in the database: the contact gate that closes with it. Never opens a gate."""

from __future__ import annotations

from datetime import datetime

from reprieve.storage.models import GateClosure


def close_gate(customer: int, because: str, *, closed_at: datetime, until_at: datetime | None = None) -> None:
    """Close a customer's contact gate from an instant on."""
    GateClosure.objects.create(customer_id=customer, because=because, closed_at=closed_at, until_at=until_at)
