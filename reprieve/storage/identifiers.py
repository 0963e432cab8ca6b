"""How what identifies a person is sealed, opened and looked up. Pure: knows no database, and draws nothing but nonces.

- Each person has a key of their own; it is stored only wrapped under a master key. Destroy it and nothing opens again.
- Everything is AES-256-GCM. What a text is and whose it is goes in as associated data, so a sealed text that was moved
  to another person or another kind does not open.
- A blind index is HMAC-SHA256 of kind and normalised value under a key that opens nothing: it finds equal values only.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import unicodedata
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from reprieve.errors import ReprieveError
from reprieve.storage.keyring import KEY_BYTES, Keyring

FORMAT: Final = b"\x01"
"""The first byte of everything sealed: which way it was sealed."""
NONCE_BYTES: Final = 12
INDEXED: Final = frozenset({"national_id", "phone", "email", "bank_account"})
"""Kinds that may be looked up. A name or an address is not: it is opened for whoever may see the customer."""
_PUNCTUATION: Final = str.maketrans("", "", " -().\u00a0")


class Unreadable(ReprieveError):
    """A sealed text that does not open: it was changed or moved, its key is missing, or the person was erased."""


def new_person_key(person: str, keyring: Keyring) -> tuple[str, bytes]:
    """Draw a person's key and return it wrapped, with the id of the master key: `(key_id, wrapped)`."""
    return keyring.wrapping_id, _wrapped(os.urandom(KEY_BYTES), person, keyring)


def person_key(person: str, wrapped: bytes, *, key_id: str, keyring: Keyring) -> bytes:
    """Return a person's key, unwrapped; keep it no longer than the request that needs it."""
    if key_id not in keyring.wrapping:
        raise Unreadable(f"The key {key_id!r} that wraps a person's key is not in REPRIEVE_IDENTIFIER_KEYS.")
    return _opened(wrapped, keyring.wrapping[key_id], _context("person", person))


def rewrapped(person: str, wrapped: bytes, *, key_id: str, keyring: Keyring) -> tuple[str, bytes]:
    """Return a person's key wrapped under the current master key. The key itself stays, so nothing is sealed again."""
    key = person_key(person, wrapped, key_id=key_id, keyring=keyring)
    return keyring.wrapping_id, _wrapped(key, person, keyring)


def seal(text: str, key: bytes, *, person: str, kind: str) -> bytes:
    """Seal a text of a kind with a person's key; the same text never looks the same twice."""
    return _sealed(text.encode("utf-8"), key, _context(kind, person))


def unseal(sealed: bytes, key: bytes, *, person: str, kind: str) -> str:
    """Return a sealed text. Raises `Unreadable` if a single bit, the person or the kind is another."""
    return _opened(sealed, key, _context(kind, person)).decode("utf-8")


def blind_index(kind: str, value: str, *, key_id: str, keyring: Keyring) -> bytes:
    """Return what equal values of a kind have in common under a key, and what tells nothing else about them."""
    assert kind in INDEXED, f"{kind} is not looked up"
    text = _context(kind, normalised(kind, value))
    return hmac.new(keyring.indexing[key_id], text, hashlib.sha256).digest()


def normalised(kind: str, value: str) -> str:
    """Return a value as it is compared: width, case, blanks and punctuation that people vary do not count.

    >>> normalised("national_id", "１１０１０５ 19491231 002x")
    '11010519491231002X'
    >>> normalised("phone", "+86 138-0013-8000"), normalised("email", " Anna.Li@Example.org ")
    ('+8613800138000', 'anna.li@example.org')
    """
    plain = unicodedata.normalize("NFKC", value).strip()
    return plain.casefold() if kind == "email" else plain.translate(_PUNCTUATION).upper()


def _wrapped(key: bytes, person: str, keyring: Keyring) -> bytes:
    return _sealed(key, keyring.wrapping[keyring.wrapping_id], _context("person", person))


def _sealed(plain: bytes, key: bytes, context: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return FORMAT + nonce + AESGCM(key).encrypt(nonce, plain, context)


def _opened(sealed: bytes, key: bytes, context: bytes) -> bytes:
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        if sealed[:1] == FORMAT:
            return AESGCM(key).decrypt(nonce, body, context)
    except (InvalidTag, ValueError):
        pass  # What was wrong with it is nobody's business: it is told as one thing, below.
    raise Unreadable("A sealed text does not open: it, its person or its kind is not what was sealed.")


def _context(*parts: str) -> bytes:
    """Return parts joined so that no two different lists look alike."""
    encoded = [part.encode("utf-8") for part in ("reprieve", *parts)]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)
