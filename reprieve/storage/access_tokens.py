"""Tokens of programs: issued, found by what was shown, revoked. Never stores or logs one in the clear.

A token is 256 random bits, so its plain SHA-256 cannot be guessed back; no slow hash is needed as for passwords.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import OperationalError, connection

from reprieve.errors import BadInput
from reprieve.storage.models import AccessToken, User
from reprieve.storage.scopes import SCOPES
from reprieve.storage.statements import ask

PREFIX: Final = "rpv_"
"""How every token begins, so that scanners of leaked secrets can know one."""

_BEARER: Final = "SELECT * FROM find_bearer(%s, %s)"


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whose token it is, its scopes, and the user's roles of now: each a role and the customer it is for, if any."""

    token: int
    user: str
    customer: str | None
    scopes: frozenset[str]
    roles: tuple[tuple[str, str | None], ...]


def issue_token(
    user: str, name: str, *, scopes: Sequence[str], issued_at: datetime, expires_at: datetime
) -> tuple[int, str]:
    """Return a new token's number and the token itself, which is shown this once.

    Raises `BadInput` for a user or a scope that is not known.
    """
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown:
        raise BadInput("scope", f'"{unknown[0]}"', f"one of {', '.join(SCOPES)}", code="unknown_word")
    holder = User.objects.filter(username=user, is_active=True).first()
    if holder is None:
        raise BadInput("user", user, "the name of an active user", code="unknown_user")
    shown = PREFIX + secrets.token_urlsafe(32)
    made = AccessToken.objects.create(
        user=holder, name=name, token_sha256=_hash(shown), scopes=sorted(set(scopes)), issued_at=issued_at,
        expires_at=expires_at,
    )  # fmt: skip
    return made.pk, shown


def find_bearer(shown: str, *, now: datetime) -> Bearer | None:
    """Return the bearer of a token as it was shown; nothing where it is not known, has ended or was revoked."""
    if not shown.startswith(PREFIX) or not shown.isascii():
        return None
    row = _asked_first(_BEARER, [_hash(shown), now])
    if row is None or row[0] is None:
        return None
    token, user, customer, scopes, roles, customers = row
    grants = tuple(zip(roles, customers, strict=True))
    return Bearer(token, user, customer, frozenset(scopes), grants)


def _asked_first(statement: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
    """Run a request's first query, which also tells whether its connection still works; if not, a new one is opened."""
    connection.health_check_done = True  # type: ignore[attr-defined]
    try:
        return ask(statement, values)
    except OperationalError:
        if connection.in_atomic_block:
            raise
        connection.close()
        return ask(statement, values)


def revoke_token(number: int, *, revoked_at: datetime) -> bool:
    """Revoke a token from now on, and return whether it was still good."""
    return bool(AccessToken.objects.filter(pk=number, revoked_at__isnull=True).update(revoked_at=revoked_at))


def list_tokens() -> list[dict[str, object]]:
    """Return what may be shown of every token: never the token or its hash."""
    shown = AccessToken.objects.select_related("user").order_by("pk")
    return [
        {
            "number": one.pk, "user": one.user.username, "name": one.name, "scopes": ",".join(one.scopes),
            "expires_at": one.expires_at, "revoked_at": one.revoked_at,
        }
        for one in shown
    ]  # fmt: skip


def _hash(shown: str) -> bytes:
    return hashlib.sha256(shown.encode()).digest()
