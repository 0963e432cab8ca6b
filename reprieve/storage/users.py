"""Users and their roles, in the database. Never keeps a password, and never lets anyone give themself a role."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from reprieve.errors import BadInput
from reprieve.storage.models import Customer, RoleGrant, User
from reprieve.storage.models.role_grant import ROLES


def add(username: str, *, customer: str | None, joined_at: datetime) -> int:
    """Add a user: staff, or the customer who is named. Raises `BadInput` for a name that is taken."""
    if not 0 < len(username) <= 150 or not username.isprintable():
        raise BadInput("username", f"{len(username)} characters", "a name of 1 to 150 characters", code="username")
    if User.objects.filter(username=username).exists():
        raise BadInput("username", f'"{username}"', "a name that nobody else has", code="username_taken")
    user = User(
        username=username, is_staff=customer is None, joined_at=joined_at,
        customer=None if customer is None else _customer(customer),
    )  # fmt: skip
    user.set_unusable_password()
    user.save()
    return user.pk


def grant(
    username: str, role: str, *, granted_at: datetime, customer: str | None = None, granted_by: str | None = None,
    expires_at: datetime | None = None,
) -> None:  # fmt: skip
    """Give a user a role; one that is held already stays as it is. Raises `BadInput` for what cannot be given."""
    if role not in ROLES:
        raise BadInput("role", f'"{role}"', f"one of {', '.join(ROLES)}", code="unknown_word")
    user, giver = _user(username), None if granted_by is None else _user(granted_by, "by")
    if role == "adviser" and None in (customer, granted_by, expires_at):
        allowed = "a role for one customer, given by somebody, that ends"
        raise BadInput("role", '"adviser"', allowed, code="adviser")
    if giver == user:
        raise BadInput("by", f'"{granted_by}"', "somebody else than who is given the role", code="own_role")
    scoped = None if customer is None else _customer(customer)
    if RoleGrant.objects.filter(user=user, role=role, customer=scoped, revoked_at__isnull=True).exists():
        return
    RoleGrant.objects.create(
        user=user, role=role, customer=scoped, granted_by=giver, granted_at=granted_at, expires_at=expires_at
    )


def revoke(username: str, role: str, *, revoked_at: datetime) -> int:
    """Take a role back, for whichever customer; return how often it was held."""
    held = RoleGrant.objects.filter(user=_user(username), role=role, revoked_at__isnull=True)
    return held.update(revoked_at=revoked_at)


@transaction.atomic
def deactivate(username: str) -> None:
    """Let a user sign in no more; what they did stays."""
    user = User.objects.select_for_update().get(pk=_user(username).pk)
    user.is_active = False
    user.save(update_fields=["is_active"])


def listed(at: datetime) -> Sequence[dict[str, Any]]:
    """Return every user with the roles held at an instant, by name."""
    rows = []
    for user in User.objects.prefetch_related("role_grants__customer").order_by("username"):
        held = [
            one
            for one in user.role_grants.all()
            if one.revoked_at is None and (one.expires_at is None or one.expires_at > at)
        ]
        roles = [one.role if one.customer is None else f"{one.role} of {one.customer.number}" for one in held]
        rows.append({"user": user.username, "is_active": user.is_active, "roles": sorted(roles)})
    return rows


def _user(username: str, path: str = "username") -> User:
    found = User.objects.filter(username=username).first()
    if found is None:
        raise BadInput(path, f'"{username}"', "the name of a user", code="unknown_user")
    return found


def _customer(number: str) -> Customer:
    found = Customer.objects.filter(number=number).first()
    if found is None:
        raise BadInput("customer", f'"{number}"', "the number of a customer", code="unknown_customer")
    return found
