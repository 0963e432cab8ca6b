"""A customer's request for credit. Never lends: a contract does."""

from __future__ import annotations

from typing import Final

from django.db import models

from reprieve.storage.models.constraint import currency_code, more_than, one_of

STATES: Final = ("submitted", "approved", "declined", "withdrawn", "contracted")


class Application(models.Model):
    """What a customer asked for and what became of it; the state says where it stands."""

    customer = models.ForeignKey("Customer", models.PROTECT, related_name="applications")
    product_version = models.ForeignKey("ProductVersion", models.PROTECT, related_name="applications")
    currency = models.CharField(max_length=3)
    principal_minor = models.BigIntegerField()
    instalments = models.PositiveIntegerField()
    purpose = models.TextField(blank=True)
    state = models.TextField()
    reasons = models.JSONField(default=list)
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey("User", models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    """Who entered it, and so cannot decide on it. Nothing where that was not noted."""
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey("User", models.PROTECT, null=True, blank=True, db_index=False, related_name="+")

    class Meta:
        db_table = "application"
        indexes = [models.Index(fields=["state", "submitted_at"], name="application_queue")]
        constraints = [
            one_of("application", "state", STATES),
            currency_code("application"),
            more_than("application", "principal_minor"),
            more_than("application", "instalments"),
            models.CheckConstraint(
                condition=models.Q(state="submitted", decided_at__isnull=True)
                | (
                    ~models.Q(state="submitted")
                    & models.Q(decided_at__isnull=False, decided_at__gte=models.F("submitted_at"))
                ),
                name="application_decision_has_its_instant",
            ),
        ]
