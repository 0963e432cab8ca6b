"""The master keys of personal identifiers, by id. Never holds a person's key, and never prints one of its own.

Two texts, one per purpose: `id:key,id:key`, each key 32 bytes in URL-safe base64. The first of each is used for what is
new; the others still open and find what is old, until `rotate` has moved it over and they can be left out.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from reprieve.errors import BadInput

KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True, repr=False)
class Keyring:
    """The keys that wrap persons' keys, and those that index their identifiers; the first of each is current."""

    wrapping: Mapping[str, bytes]
    indexing: Mapping[str, bytes]

    @property
    def wrapping_id(self) -> str:
        """The id of the key that wraps new persons' keys."""
        return next(iter(self.wrapping))

    @property
    def indexing_id(self) -> str:
        """The id of the key that indexes new identifiers."""
        return next(iter(self.indexing))


def keyring_of(identifier_keys: str, index_keys: str) -> Keyring:
    """Read a keyring from its two texts. Raises `BadInput` that names the variable and the key's id, never the key."""
    keyring = Keyring(
        _keys("REPRIEVE_IDENTIFIER_KEYS", identifier_keys),
        _keys("REPRIEVE_INDEX_KEYS", index_keys),
    )
    if set(keyring.wrapping.values()) & set(keyring.indexing.values()):
        raise BadInput(
            "REPRIEVE_INDEX_KEYS", "a key of REPRIEVE_IDENTIFIER_KEYS", "keys of its own: one purpose, one key"
        )
    return keyring


def _keys(place: str, text: str) -> dict[str, bytes]:
    allowed = f"id:key,id:key with different ids, each key {KEY_BYTES} bytes in URL-safe base64"
    keys: dict[str, bytes] = {}
    for number, entry in enumerate(filter(None, (part.strip() for part in text.split(","))), start=1):
        key_id, _, encoded = entry.partition(":")
        try:
            key = base64.b64decode(encoded, altchars=b"-_", validate=True)
        except (ValueError, binascii.Error):
            key = b""
        if not key_id or key_id in keys or len(key) != KEY_BYTES:
            raise BadInput(place, f"entry {number}, which is not such a key", allowed)
        keys[key_id] = key
    if not keys:
        raise BadInput(place, "no key", allowed)
    return keys
