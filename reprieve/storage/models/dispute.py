"""A customer's objection to what is claimed or reported, and its clock. Never ends without an answer."""

from __future__ import annotations

from typing import Final

from django.db import models

from reprieve.storage.models.constraint import filled, one_of

STATES: Final = ("open", "upheld", "rejected", "withdrawn")


class Dispute(models.Model):
    """A dispute: what it is about (the customer's words sealed), and the day by which the rule wants an answer."""

    customer = models.ForeignKey("Customer", models.PROTECT, related_name="disputes")
    contract = models.ForeignKey("Contract", models.PROTECT, null=True, blank=True, related_name="disputes")
    credit_record_row = models.ForeignKey(
        "CreditRecordRow", models.PROTECT, null=True, blank=True, related_name="disputes"
    )
    sealed = models.BinaryField()
    rule = models.TextField()
    answer_due_on = models.DateField()
    state = models.TextField()
    recorded_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "dispute"
        constraints = [
            filled("dispute", "rule"),
            one_of("dispute", "state", STATES),
            models.CheckConstraint(
                condition=models.Q(state="open", answered_at__isnull=True)
                | (
                    ~models.Q(state="open")
                    & models.Q(answered_at__isnull=False, answered_at__gte=models.F("recorded_at"))
                ),
                name="dispute_answer_has_its_instant",
            ),
        ]
