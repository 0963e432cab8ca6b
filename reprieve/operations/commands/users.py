"""Users and their roles: given and taken back by whoever runs the machine, each with a trace. Never by their holder.

No commands: the first user is added before anybody can sign in.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from reprieve.storage import users
from reprieve.storage.actors import leave_system_trace


@transaction.atomic
def add_user(username: str, *, roles: Sequence[str] = (), customer: str | None = None, now: datetime) -> None:
    """Add a user with roles over every customer, or a borrower, who is the customer that is named."""
    users.add(username, customer=customer, joined_at=now)
    leave_system_trace("add_user", ("user", username), facts={}, at=now)
    for role in (*roles, *(["borrower"] if customer is not None else [])):
        grant_role(username, role, customer=customer, now=now)


@transaction.atomic
def grant_role(
    username: str, role: str, *, now: datetime, customer: str | None = None, granted_by: str | None = None,
    expires_at: datetime | None = None,
) -> None:  # fmt: skip
    """Give a user a role. An adviser's is for one customer, is given by somebody, and ends."""
    users.grant(username, role, customer=customer, granted_by=granted_by, granted_at=now, expires_at=expires_at)
    leave_system_trace("grant_role", ("user", username), facts={"role": role}, at=now)


@transaction.atomic
def revoke_role(username: str, role: str, *, now: datetime) -> bool:
    """Take a role back, and return whether it was held."""
    was_held = users.revoke(username, role, revoked_at=now) > 0
    if was_held:
        leave_system_trace("revoke_role", ("user", username), facts={"role": role}, at=now)
    return was_held


@transaction.atomic
def deactivate_user(username: str, *, now: datetime) -> None:
    """Let a user sign in no more, at once; tokens and roles count for nothing. What they did stays."""
    users.deactivate(username)
    leave_system_trace("deactivate_user", ("user", username), facts={}, at=now)


def all_users(now: datetime) -> Sequence[dict[str, Any]]:
    """Return every user with the roles held at an instant."""
    return users.listed(now)
