"""Tokens of programs: issued, found by what was shown, revoked. Never stores or logs one in the clear.

A token is 256 random bits, so its plain SHA-256 cannot be guessed back; no slow hash is needed as for passwords.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q

from reprieve.errors import BadInput
from reprieve.storage.models import AccessToken, RoleGrant, User
from reprieve.storage.scopes import SCOPES

PREFIX: Final = "rpv_"
"""How every token begins, so that scanners of leaked secrets can know one."""


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
    found = (
        AccessToken.objects.select_related("user", "user__customer")
        .filter(token_sha256=_hash(shown), revoked_at__isnull=True, expires_at__gt=now, issued_at__lte=now)
        .filter(user__is_active=True)
        .first()
    )
    if found is None:
        return None
    grants = RoleGrant.objects.filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=now),
        user=found.user,
        revoked_at__isnull=True,
        granted_at__lte=now,
    ).values_list("role", "customer__number")
    customer = found.user.customer.number if found.user.customer else None
    return Bearer(found.pk, found.user.username, customer, frozenset(found.scopes), tuple(grants))


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
