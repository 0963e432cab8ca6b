"""What is to be delivered, written in the transaction that decides it. Supplies `ports.Outbox`; never sends.

A worker takes a row (`claim`) and commits, sends, and commits what came of it. A row that is in hand is held until an
instant; where its worker dies, another takes it then, under the same key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When

from reprieve.lending.ports import Outgoing
from reprieve.storage.models import OutboxMessage


@dataclass(frozen=True, slots=True)
class StoredOutbox:
    """The outbox; what is put in bears one instant and is due at once."""

    at: datetime

    def put(self, outgoing: Outgoing) -> None:
        """Add something to deliver; the same key is delivered once."""
        self.put_all([outgoing])

    def put_all(self, outgoing: Iterable[Outgoing]) -> None:
        """Add things to deliver with one statement."""
        OutboxMessage.objects.bulk_create([self._row(one) for one in outgoing], ignore_conflicts=True)

    def put_message(self, message: int, content: Mapping[str, Any]) -> None:
        """Add a stored message to deliver, by its number."""
        OutboxMessage.objects.create(
            key=f"message:{message}", topic="message", payload=dict(content), message_id=message, recorded_at=self.at,
            due_at=self.at,
        )  # fmt: skip

    def _row(self, one: Outgoing) -> OutboxMessage:
        payload = {"contract": one.contract, "content": one.content}
        return OutboxMessage(key=one.key, topic=one.kind, payload=payload, recorded_at=self.at, due_at=self.at)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row in a worker's hand: which try this is, counted from 1."""

    row: int
    key: str
    topic: str
    payload: Mapping[str, Any]
    message: int | None
    endpoint: int | None
    recorded_at: datetime
    attempt: int


def claim(now: datetime, *, due_until: datetime, hold: timedelta) -> Claimed | None:
    """Take the row that is due longest, and keep it from other workers for a while; the caller commits, then sends.

    `now` is the wall clock; `due_until` the lender's, which in a sandbox is another.
    """
    is_free = Q(held_until_at__isnull=True) | Q(held_until_at__lte=now)
    is_awake = Q(endpoint__resting_until_at__isnull=True) | Q(endpoint__resting_until_at__lte=now)
    rows = _open().filter(is_free, is_awake, due_at__lte=due_until).order_by("due_at", "id")
    row = rows.select_for_update(skip_locked=True, of=("self",)).first()
    if row is None:
        return None
    row.attempts, row.held_until_at = row.attempts + 1, now + hold
    row.save(update_fields=["attempts", "held_until_at"])
    return Claimed(
        row.pk, row.key, row.topic, row.payload, row.message_id, row.endpoint_id, row.recorded_at, row.attempts
    )


def sent(claimed: Claimed, at: datetime) -> bool:
    """Keep that a row arrived; return whether nobody had ended it before."""
    return _end(claimed, sent_at=at, last_error="")


def abandoned(claimed: Claimed, because: str, at: datetime) -> bool:
    """Give a row up for good, with the reason; return whether nobody had ended it before."""
    return _end(claimed, abandoned_at=at, last_error=because[:500])


def failed(claimed: Claimed, because: str, next_at: datetime) -> None:
    """Keep why a try failed and when the next is; one whose worker has lost it to another changes nothing."""
    mine = _open().filter(pk=claimed.row, attempts=claimed.attempt)
    mine.update(held_until_at=next_at, last_error=because[:500])


def postponed(claimed: Claimed, because: str, next_at: datetime) -> None:
    """Put a row off that was not tried: it waits, and the try does not count."""
    mine = _open().filter(pk=claimed.row, attempts=claimed.attempt)
    mine.update(held_until_at=next_at, last_error=because[:500], attempts=claimed.attempt - 1)


def forget_sent(before: datetime) -> int:
    """Remove what was sent before an instant; return how much it was. What a message said stays with the message."""
    return OutboxMessage.objects.filter(sent_at__lt=before).delete()[0]


def abandon_for(endpoint: int, because: str, at: datetime) -> int:
    """Give up all that waits for an endpoint; return how much it was."""
    return _open().filter(endpoint=endpoint).update(abandoned_at=at, last_error=because[:500])


def tally() -> dict[str, int]:
    """Return how many rows wait, how many of these failed at least once, and how many were given up."""
    waiting = _open()
    return {
        "waiting": waiting.count(), "failing": waiting.filter(attempts__gt=0).exclude(last_error="").count(),
        "abandoned": OutboxMessage.objects.filter(abandoned_at__isnull=False).count(),
    }  # fmt: skip


def deliveries(
    after: int, limit: int, *, state: str | None = None, endpoint: int | None = None
) -> list[dict[str, Any]]:
    """Return deliveries in order of number, after one, as plain values; never what is in them."""
    rows = OutboxMessage.objects.filter(pk__gt=after).annotate(
        state=Case(
            When(sent_at__isnull=False, then=Value("sent")),
            When(abandoned_at__isnull=False, then=Value("abandoned")),
            default=Value("waiting"),
        )
    )
    if state is not None:
        rows = rows.filter(state=state)
    if endpoint is not None:
        rows = rows.filter(endpoint=endpoint)
    return [_plain(row) for row in rows.order_by("pk")[:limit]]


def _open() -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(sent_at__isnull=True, abandoned_at__isnull=True)


def _end(claimed: Claimed, **fields: Any) -> bool:
    return bool(_open().filter(pk=claimed.row).update(held_until_at=None, **fields))


def _plain(row: Any) -> dict[str, Any]:
    def shown(at: datetime | None) -> str | None:
        return None if at is None else at.isoformat()

    return {
        "number": row.pk, "key": row.key, "topic": row.topic, "state": row.state, "attempts": row.attempts,
        "endpoint": row.endpoint_id, "because": row.last_error, "recorded_at": row.recorded_at.isoformat(),
        "next_try_at": shown(row.held_until_at) if row.state == "waiting" else None,
        "sent_at": shown(row.sent_at), "abandoned_at": shown(row.abandoned_at),
    }  # fmt: skip
