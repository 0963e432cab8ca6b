"""Webhook endpoints in the database, and what they are to be told. Never posts, and never answers with a key.

A key is drawn here, wrapped under the master key, and shown once. Telling is one statement in the transaction at hand.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Max, Q

from reprieve.errors import BadInput
from reprieve.storage import identifiers
from reprieve.storage.keyring import Keyring
from reprieve.storage.models import OutboxMessage, WebhookEndpoint
from reprieve.storage.people import current_keyring

TOPIC: Final = "webhook"
AGAIN: Final = ":again:"
"""Marks the key of a replay; nothing else in a key of a webhook holds it."""
REST: Final = timedelta(seconds=30)
"""How long an endpoint is left alone after a failure, so that one that is down holds nobody up."""
_TELL: Final = """
INSERT INTO outbox_message (key, topic, payload, endpoint_id, recorded_at, due_at, attempts, last_error)
SELECT 'webhook:' || endpoint.id || ':' || (told.payload->>'id'), %(topic)s, told.payload, endpoint.id, %(at)s, %(at)s,
    0, ''
FROM jsonb_array_elements(%(payloads)s::jsonb) WITH ORDINALITY AS told (payload, place)
    JOIN webhook_endpoint endpoint ON disabled_at IS NULL AND events ? (told.payload->>'type')
ORDER BY place, endpoint.id
ON CONFLICT (key) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint as delivery needs it: its address and the secrets that sign, the newest first."""

    row: int
    url: str
    secrets: tuple[str, ...]
    is_disabled: bool


@dataclass(frozen=True, slots=True)
class News:
    """An event to be told. `id` makes it exist once: each receiver sees it, on every try and replay."""

    id: str
    kind: str
    data: Mapping[str, Any]


def tell(news: Sequence[News], at: datetime) -> None:
    """Put events into the outbox for every endpoint that asked for their kinds, in the transaction at hand."""
    if not news:
        return
    payloads = [{"id": one.id, "type": one.kind, "timestamp": at.isoformat(), "data": one.data} for one in news]
    with connection.cursor() as cursor:
        cursor.execute(_TELL, {"topic": TOPIC, "payloads": json.dumps(payloads, ensure_ascii=False), "at": at})


def body_of(payload: Mapping[str, Any]) -> str:
    """Return what is posted of a stored event: the same letters on every try."""
    shown = {key: payload[key] for key in ("type", "timestamp", "data")}
    return json.dumps(shown, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def register(url: str, events: list[str], *, registered_by: int, registered_at: datetime) -> int:
    """Add an endpoint with a secret of its own, and return its number."""
    row = WebhookEndpoint(
        url=url, events=events, key_id="-", wrapped=b"-", registered_by_id=registered_by, registered_at=registered_at
    )
    with transaction.atomic():
        row.save()
        _draw(row)
        row.save()
    return row.pk


def renew(endpoint: int, until_at: datetime) -> None:
    """Give an endpoint a new secret; until an instant, by the wall clock, the one before signs too."""
    row = _locked(endpoint)
    row.previous_key_id, row.previous_wrapped, row.previous_until_at = row.key_id, row.wrapped, until_at
    _draw(row)
    row.save()


def disable(endpoint: int, because: str, at: datetime) -> None:
    """Tell an endpoint nothing more. Raises `BadInput` for one that is not known, or was disabled before."""
    row = _locked(endpoint)
    if row.disabled_at is not None:
        raise BadInput("endpoint", f"{endpoint}, which is disabled", "an endpoint in use", code="disabled")
    row.disabled_at, row.disabled_because = at, because
    row.save()


def rest(endpoint: int, now: datetime) -> None:
    """Leave an endpoint alone for a while."""
    WebhookEndpoint.objects.filter(pk=endpoint).update(resting_until_at=now + REST)


def find(endpoint: int, now: datetime, *, keyring: Keyring | None = None) -> Endpoint:
    """Return an endpoint with the secrets that sign now. Raises `BadInput` for one that is not known."""
    keys = keyring or current_keyring()
    row = WebhookEndpoint.objects.filter(pk=endpoint).first()
    if row is None:
        raise _unknown(endpoint)
    secrets = [_shown(row.pk, row.key_id, bytes(row.wrapped), keys)]
    if row.previous_wrapped is not None and row.previous_until_at is not None and row.previous_until_at > now:
        secrets.append(_shown(row.pk, row.previous_key_id, bytes(row.previous_wrapped), keys))
    return Endpoint(row.pk, row.url, tuple(secrets), row.disabled_at is not None)


def listed(after: int, limit: int) -> list[dict[str, Any]]:
    """Return endpoints in order of number, after one, as plain values without their secrets."""
    rows = WebhookEndpoint.objects.filter(pk__gt=after).select_related("registered_by").order_by("pk")[:limit]
    return [
        {
            "endpoint": row.pk, "url": row.url, "events": row.events, "registered_at": row.registered_at.isoformat(),
            "registered_by": row.registered_by.username, "disabled_because": row.disabled_because,
            "disabled_at": row.disabled_at and row.disabled_at.isoformat(),
        }
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Since:
    """From where on to tell again: an instant, or the number of a delivery."""

    at: datetime | None
    after: int | None


def replay(endpoint: int, since: Since, *, at: datetime, most: int) -> tuple[int, int | None]:
    """Put again what an endpoint was told, the oldest first; the receiver sees the same ids.

    Returns how many were put, and the number of the last where there are more. What still waits is left as it is.
    """
    told = OutboxMessage.objects.filter(endpoint=endpoint, topic=TOPIC).exclude(key__contains=AGAIN)
    told = told.exclude(sent_at__isnull=True, abandoned_at__isnull=True)
    told = told.filter(recorded_at__gte=since.at) if since.at is not None else told.filter(pk__gt=since.after or 0)
    found = list(told.order_by("pk")[: most + 1])
    last = OutboxMessage.objects.aggregate(last=Max("pk"))["last"] or 0
    rows = [
        OutboxMessage(
            key=f"{row.key}{AGAIN}{last}", topic=TOPIC, payload=row.payload, endpoint_id=endpoint, recorded_at=at,
            due_at=at,
        )
        for row in found[:most]
    ]  # fmt: skip
    OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows), found[most - 1].pk if len(found) > most else None


def rotate_webhook_keys(keyring: Keyring | None = None) -> int:
    """Wrap every endpoint's keys under the current master key, and return how many were moved; safe to repeat."""
    keyring = keyring or current_keyring()
    stale = ~Q(key_id=keyring.wrapping_id) | ~Q(previous_key_id__in=["", keyring.wrapping_id])
    moved = 0
    for number in list(WebhookEndpoint.objects.filter(stale).values_list("pk", flat=True)):
        with transaction.atomic():
            row = _locked(number)
            row.key_id, row.wrapped = _rewrapped(row.pk, row.key_id, row.wrapped, keyring)
            if row.previous_wrapped is not None:
                before = row.previous_wrapped
                row.previous_key_id, row.previous_wrapped = _rewrapped(row.pk, row.previous_key_id, before, keyring)
            row.save()
            moved += 1
    return moved


def _draw(row: WebhookEndpoint) -> None:
    row.key_id, row.wrapped = identifiers.new_person_key(_holder(row.pk), current_keyring())


def _shown(number: int, key_id: str, wrapped: bytes, keyring: Keyring) -> str:
    """Return a key as Standard Webhooks writes it."""
    key = identifiers.person_key(_holder(number), wrapped, key_id=key_id, keyring=keyring)
    return "whsec_" + base64.b64encode(key).decode("ascii")


def _rewrapped(number: int, key_id: str, wrapped: bytes | memoryview, keyring: Keyring) -> tuple[str, bytes]:
    return identifiers.rewrapped(_holder(number), bytes(wrapped), key_id=key_id, keyring=keyring)


def _holder(number: int) -> str:
    """Return whose key it is, as sealed into it: no key of a person opens as one of an endpoint."""
    return f"webhook endpoint {number}"


def _locked(endpoint: int) -> WebhookEndpoint:
    row = WebhookEndpoint.objects.select_for_update().filter(pk=endpoint).first()
    if row is None:
        raise _unknown(endpoint)
    return row


def _unknown(endpoint: int) -> BadInput:
    return BadInput("endpoint", str(endpoint), "the number of a webhook endpoint", code="unknown_endpoint")
