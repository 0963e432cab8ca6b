"""A day and an amount that a borrower named. Never a change of what is owed."""

from __future__ import annotations

from typing import Final

from django.db import models

from reprieve.storage.models.constraint import more_than, one_of

STATES: Final = ("open", "kept", "broken", "withdrawn")


class Promise(models.Model):
    """A promise and whether it was kept; one open promise a contract."""

    contract = models.ForeignKey("Contract", models.PROTECT, related_name="promises")
    amount_minor = models.BigIntegerField()
    promised_on = models.DateField()
    state = models.TextField()
    recorded_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "promise"
        constraints = [
            one_of("promise", "state", STATES),
            more_than("promise", "amount_minor"),
            models.CheckConstraint(
                condition=models.Q(state="open", decided_at__isnull=True)
                | (~models.Q(state="open") & models.Q(decided_at__isnull=False)),
                name="promise_end_has_its_instant",
            ),
            models.UniqueConstraint(fields=["contract"], condition=models.Q(state="open"), name="promise_one_open"),
        ]
