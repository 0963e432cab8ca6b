"""Rotation of the keys that wrap persons' keys and index identifiers: draw, move over, leave out. Never shows a key.

An embedded home keeps its keys in its secrets file, and this draws the new one; for a server of one's own they stand in
the environment, and only moving over is done here. Killed at any point, the next call goes on where it stopped.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.db.models import Count

from reprieve.errors import BadInput, Refusal, Refused
from reprieve.storage.advisory import drop_keyring, take_keyring
from reprieve.storage.keyring import KEY_BYTES, Keyring, keyring_of
from reprieve.storage.models import AuditEntry, Identifier, PersonKey, WebhookEndpoint
from reprieve.storage.people import current_keyring, rotate_keys
from reprieve.storage.secret_file import Secrets, read_secrets, write_privately
from reprieve.storage.webhooks import rotate_webhook_keys

PREFIX: Final = "home-"
"""What the ids of drawn keys begin with; a number follows."""


def status(path: Path | None) -> dict[str, Any]:
    """Return the ids of both kinds of keys, the current first, with how many records use each, and what is left."""
    keyring = _keyring(path)
    wrapping, indexing = _used()
    return {
        "wrapping": _ranked(keyring.wrapping, wrapping), "indexing": _ranked(keyring.indexing, indexing),
        "to_move": _stale(keyring),
        "unused": [*_unused(keyring.wrapping, wrapping), *_unused(keyring.indexing, indexing)],
    }  # fmt: skip


@contextmanager
def _alone() -> Iterator[None]:
    """Let nobody else change the keys meanwhile: of two keys drawn at once, one would be lost with all it wraps."""
    if not take_keyring():
        because = "Another process is rotating the keys right now. Look again with --status when it has ended."
        raise Refused((Refusal("keys.rotating", because, "one rotation at a time"),))
    try:
        yield
    finally:
        drop_keyring()


@_alone()
def rotate(path: Path | None, at: datetime, *, index: bool = False) -> dict[str, Any]:
    """Draw a new key where a home keeps its own, and move every person, endpoint and index over to the current keys.

    `index` draws a new key of the indexes too. Where an earlier rotation was not finished, that one is, and none drawn.
    """
    is_resumed = _stale(_keyring(path)) > 0
    if path is not None and not is_resumed:
        _draw(path, index=index)
    keyring = _keyring(path)
    moved = {"persons": rotate_keys(keyring), "endpoints": rotate_webhook_keys(keyring)}
    _trace("rotate_keys", keyring.wrapping_id, {**moved, "resumed": is_resumed}, at)
    return {**moved, "resumed": is_resumed, "current": [keyring.wrapping_id, keyring.indexing_id], **status(path)}


@_alone()
def forget(path: Path | None, at: datetime) -> dict[str, Any]:
    """Leave out of a home's keys those that nothing uses any more. Refused while anything is still to be moved.

    Whatever was sealed under them stays closed for good, also in backups.
    """
    if path is None:
        raise BadInput("--forget", "beside DATABASE_URL", "leaving the key out of the environment yourself")
    keyring = _keyring(path)
    if _stale(keyring):
        because = f"{_stale(keyring)} records still use an older key. Run `reprieve database rotate-keys` first."
        raise Refused((Refusal("keys.in_use", because, "an old key is left out when nothing uses it"),))
    left_out = [*list(keyring.wrapping)[1:], *list(keyring.indexing)[1:]]
    kept = _secrets(path)
    _write(path, replace(kept, identifier_keys=_first(kept.identifier_keys), index_keys=_first(kept.index_keys)))
    _trace("forget_keys", keyring.wrapping_id, {"left_out": left_out}, at)
    return {"left_out": left_out, **status(path)}


def _keyring(path: Path | None) -> Keyring:
    """Return the keys of a home as its file has them now, or those of the settings."""
    if path is None:
        return current_keyring()
    held = _secrets(path)
    return keyring_of(held.identifier_keys, held.index_keys)


def _secrets(path: Path) -> Secrets:
    held = read_secrets(path)
    if held is None:
        raise BadInput(str(path), "no file", "a home whose database was started once", code="secrets_missing")
    return held


def _draw(path: Path, *, index: bool) -> None:
    """Put a new key first in the file, which is written whole or not at all; the old ones stand behind it."""
    held = _secrets(path)
    drawn = replace(held, identifier_keys=_with_new(held.identifier_keys))
    _write(path, replace(drawn, index_keys=_with_new(held.index_keys)) if index else drawn)


def _with_new(keys: str) -> str:
    numbers = [int(found[1]) for found in re.finditer(rf"(?:^|,){PREFIX}(\d+):", keys)]
    key = base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")
    return f"{PREFIX}{max(numbers, default=0) + 1}:{key},{keys}"


def _first(keys: str) -> str:
    return keys.split(",", maxsplit=1)[0]


def _write(path: Path, held: Secrets) -> None:
    write_privately(path, json.dumps(asdict(held), indent=1) + "\n")


def _used() -> tuple[Counter[str], Counter[str]]:
    """Return how many records use each key: those that wrap, and those that index."""
    wrapping = _counts(PersonKey.objects.values_list("key_id").annotate(Count("pk")))
    for endpoint in WebhookEndpoint.objects.all():
        wrapping.update({endpoint.key_id, endpoint.previous_key_id} - {""})
    found = Identifier.objects.exclude(index_key_id="").values_list("index_key_id").annotate(Count("pk"))
    return wrapping, _counts(found)


def _counts(rows: Iterable[tuple[str, int]]) -> Counter[str]:
    return Counter(dict(rows))


def _stale(keyring: Keyring) -> int:
    """Return how many records use another key than the current ones."""
    wrapping, indexing = _used()
    return wrapping.total() - wrapping[keyring.wrapping_id] + indexing.total() - indexing[keyring.indexing_id]


def _ranked(keys: Mapping[str, bytes], used: Counter[str]) -> dict[str, int]:
    """Return how many records use each key, the current first, those that are used and not there last."""
    return {key: used[key] for key in [*keys, *sorted({*used} - {*keys})]}


def _unused(keys: Mapping[str, bytes], used: Counter[str]) -> list[str]:
    return [key for key in list(keys)[1:] if not used[key]]


def _trace(action: str, key: str, facts: Mapping[str, Any], at: datetime) -> None:
    """Leave the trace of a rotation: the system's own, since whoever has the keys' file needs no user."""
    AuditEntry.objects.create(
        user=None, action=action, subject="keyring", subject_id=key, facts=dict(facts), recorded_at=at
    )
