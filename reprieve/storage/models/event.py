"""Something that happened to a loan on a day and was recorded at an instant. Never edited: correct it by another."""

from __future__ import annotations

from typing import Final

from django.db import models

from reprieve.storage.models.constraint import at_least, filled, one_of

KINDS: Final = (
    "opening",
    "disbursement",
    "payment",
    "reversal",
    "refund",
    "fee",
    "waiver",
    "rate_change",
    "due_day_change",
    "acceleration",
    "reinstatement",
    "pause",
    "moratorium",
    "restructure",
    "correction",
    "charge_off",
)
"""Those of the case file, and the correction that the system itself records."""


class Event(models.Model):
    """An event of a case file. `terms` holds the fields that only its kind has; the common ones are columns."""

    contract = models.ForeignKey("Contract", models.PROTECT, db_index=False, related_name="events")
    event_id = models.TextField()
    on = models.DateField(db_column="event_on")
    order = models.IntegerField(db_column="event_order", default=0)
    kind = models.TextField()
    amount_minor = models.BigIntegerField(null=True, blank=True)
    terms = models.JSONField(default=dict)
    reference = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("User", models.PROTECT, null=True, blank=True, db_index=False, related_name="+")

    class Meta:
        db_table = "event"
        indexes = [models.Index(fields=["recorded_at"], name="event_recorded")]
        constraints = [
            models.UniqueConstraint(fields=["contract", "event_id"], name="event_once"),
            filled("event", "event_id"),
            one_of("event", "kind", KINDS),
            at_least("event", "amount_minor"),
            models.CheckConstraint(
                condition=~models.Q(kind__in=["payment", "refund"])
                | models.Q(amount_minor__isnull=False, amount_minor__gt=0),
                name="event_money_has_an_amount",
            ),
        ]
