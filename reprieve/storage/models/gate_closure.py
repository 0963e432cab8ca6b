"""That a customer's contact gate is closed, from an instant on. Never opened early except by a recorded end."""

from __future__ import annotations

from typing import Final

from django.db import models

from reprieve.storage.models.constraint import in_order, one_of

REASONS: Final = ("hardship", "promise", "plan", "dispute", "pause", "moratorium", "adviser")


class GateClosure(models.Model):
    """Why collection contact is stopped, and until when. The gate is closed while any closure holds."""

    customer = models.ForeignKey("Customer", models.PROTECT, related_name="gate_closures")
    because = models.TextField()
    relief_case = models.ForeignKey("ReliefCase", models.PROTECT, null=True, blank=True, related_name="gate_closures")
    closed_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "gate_closure"
        indexes = [
            models.Index(fields=["customer"], condition=models.Q(ended_at__isnull=True), name="gate_closure_in_force")
        ]
        constraints = [
            one_of("gate_closure", "because", REASONS),
            in_order("gate_closure", "closed_at", "until_at"),
            models.CheckConstraint(
                condition=models.Q(ended_at__gte=models.F("closed_at")), name="gate_closure_ended_at_after"
            ),
        ]
