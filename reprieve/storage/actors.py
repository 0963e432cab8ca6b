"""Who acts: users, the roles they hold at an instant, and the trace they leave. Never gives anyone a role."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q

from reprieve.errors import BadInput
from reprieve.storage.models import AuditEntry, RoleGrant, User


def user_row(username: str, path: str = "user") -> int:
    """Return the primary key of an active user. Raises `BadInput` for one that is not known."""
    found = User.objects.filter(username=username, is_active=True).values_list("id", flat=True).first()
    if found is None:
        raise unknown_user(username, path)
    return found


def unknown_user(username: str, path: str = "user") -> BadInput:
    """Return the error of a user that is not known."""
    return BadInput(path, f'"{username}"', "the name of somebody who may sign in", code="unknown_user")


def roles_of(user: int, at: datetime) -> frozenset[str]:
    """Return the roles a user holds at an instant over every customer; an adviser's single one is left out."""
    is_in_force = Q(revoked_at__isnull=True) & (Q(expires_at__isnull=True) | Q(expires_at__gt=at))
    grants = RoleGrant.objects.filter(is_in_force, user=user, granted_at__lte=at, customer__isnull=True)
    return frozenset(grants.values_list("role", flat=True))


def leave_trace(
    action: str, subject: tuple[str, str], *, user: int, request_id: str, facts: Mapping[str, Any], at: datetime
) -> None:
    """Record who did what to which record; `subject` is its kind and number. Facts hold no personal data."""
    AuditEntry.objects.create(
        user_id=user, action=action, subject=subject[0], subject_id=subject[1], request_id=request_id,
        facts=dict(facts), recorded_at=at,
    )  # fmt: skip


def leave_system_trace(action: str, subject: tuple[str, str], *, facts: Mapping[str, Any], at: datetime) -> None:
    """Record what whoever runs the machine did, who is no user."""
    AuditEntry.objects.create(
        user=None, action=action, subject=subject[0], subject_id=subject[1], facts=dict(facts), recorded_at=at
    )
