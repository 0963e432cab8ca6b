"""The keys of commands with their first answers. Never answers another request under the same key.

A key is written with its answer in the transaction that did the work: there is no half-done command to find.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from reprieve.errors import BadInput, Refusal, Refused
from reprieve.storage.advisory import take_key
from reprieve.storage.models import IdempotencyKey

LETTERS_MOST: Final = 255
DONE: Final = 200


def first_answer(user: int, key: str, request_sha256: bytes) -> dict[str, Any] | None:
    """Return what this request was answered first, or nothing if it is new; holds the key until the transaction ends.

    Raises `BadInput` for a key that stood for another request, `Refused` while the same key is being worked on.
    """
    check_key(key)
    if not take_key(user, key):
        raise still_running()
    row = IdempotencyKey.objects.filter(user=user, key=key).first()
    if row is None:
        return None
    return answer_of(bytes(row.request_sha256), request_sha256, json.dumps(row.answer))


def check_key(key: str) -> None:
    """Raise `BadInput` for a key that is none."""
    if not 0 < len(key) <= LETTERS_MOST:
        raise BadInput("key", f"{len(key)} characters", f"a text of 1 to {LETTERS_MOST} characters", code="key")


def still_running() -> Refused:
    """Return the refusal of a request whose key is being worked on."""
    because = "A request with this key is still being worked on. Ask again in a moment for its answer."
    return Refused((Refusal("command.still_running", because, "each key is worked on once"),))


def answer_of(first_sha256: bytes, request_sha256: bytes, answer: str) -> dict[str, Any]:
    """Return the first answer of a key. Raises `BadInput` where the key stood for another request than this one."""
    if first_sha256 != request_sha256:
        raise BadInput("key", "a key that stood for another request", "a new key for a new request", code="key_reused")
    found: dict[str, Any] = json.loads(answer)
    return found


def keep_answer(user: int, key: str, request_sha256: bytes, *, answer: Mapping[str, Any], started_at: datetime) -> None:
    """Keep the first answer of a key, in the transaction that did the work."""
    IdempotencyKey.objects.create(
        user_id=user, key=key, request_sha256=request_sha256, status=DONE, answer=dict(answer),
        recorded_at=started_at, answered_at=started_at,
    )  # fmt: skip


def answered_keys(username: str, keys: Sequence[str]) -> list[str]:
    """Return those of a user's keys that have been answered."""
    return list(IdempotencyKey.objects.filter(user__username=username, key__in=keys).values_list("key", flat=True))


def forget_before(instant: datetime) -> int:
    """Forget the keys recorded before an instant, and return how many: after it, a key is new again."""
    return IdempotencyKey.objects.filter(recorded_at__lt=instant).delete()[0]
