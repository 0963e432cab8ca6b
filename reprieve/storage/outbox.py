"""What is to be delivered, written in the transaction that decides it. Supplies `ports.Outbox`; never sends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reprieve.lending.ports import Outgoing
from reprieve.storage.models import OutboxMessage


@dataclass(frozen=True, slots=True)
class StoredOutbox:
    """The outbox; what is put in bears one instant and is due at once."""

    at: datetime

    def put(self, outgoing: Outgoing) -> None:
        """Add something to deliver; the same key is delivered once."""
        payload = {"contract": outgoing.contract, "content": outgoing.content}
        row = OutboxMessage(key=outgoing.key, topic=outgoing.kind, payload=payload, recorded_at=self.at, due_at=self.at)
        OutboxMessage.objects.bulk_create([row], ignore_conflicts=True)


def waiting(now: datetime, limit: int) -> list[OutboxMessage]:
    """Return messages that are due and not delivered, kept from other workers until this transaction ends."""
    rows = OutboxMessage.objects.filter(sent_at__isnull=True, abandoned_at__isnull=True, due_at__lte=now)
    return list(rows.order_by("due_at", "id").select_for_update(skip_locked=True)[:limit])
