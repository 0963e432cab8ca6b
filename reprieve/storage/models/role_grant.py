"""A role given to a user: for how long, over whom, by whom. Never given by its holder."""

from __future__ import annotations

from typing import Final

from django.db import models

from reprieve.storage.models.constraint import different, in_order, one_of

ROLES: Final = (
    "borrower",
    "agent",
    "hardship_officer",
    "approver",
    "risk",
    "accountant",
    "auditor",
    "adviser",
    "integrator",
)


class RoleGrant(models.Model):
    """A role and its holder. An adviser's is for one customer and ends; any may be revoked."""

    user = models.ForeignKey("User", models.PROTECT, related_name="role_grants")
    role = models.TextField()
    customer = models.ForeignKey("Customer", models.PROTECT, null=True, blank=True, related_name="+")
    granted_by = models.ForeignKey("User", models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    granted_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "role_grant"
        constraints = [
            one_of("role_grant", "role", ROLES),
            different("role_grant", "user", "granted_by"),
            in_order("role_grant", "granted_at", "expires_at"),
            models.CheckConstraint(
                condition=~models.Q(role="adviser")
                | models.Q(customer__isnull=False, expires_at__isnull=False, granted_by__isnull=False),
                name="role_grant_adviser_is_scoped",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "customer"],
                condition=models.Q(revoked_at__isnull=True),
                nulls_distinct=False,
                name="role_grant_once",
            ),
        ]
