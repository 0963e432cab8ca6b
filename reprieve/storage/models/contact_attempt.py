"""An attempt to reach a customer, or one that the gate refused. Never edited: limits are counted from these rows."""

from __future__ import annotations

from typing import Final

from django.db import models

from reprieve.storage.models.constraint import one_of
from reprieve.storage.models.contact_preference import CHANNELS

OUTCOMES: Final = ("refused", "sent", "delivered", "failed", "conversation", "no_answer")


class ContactAttempt(models.Model):
    """An attempt: on which channel, to whom, whether a rule refused it, and what came of it."""

    customer = models.ForeignKey("Customer", models.PROTECT, db_index=False, related_name="contact_attempts")
    message = models.ForeignKey("Message", models.PROTECT, null=True, blank=True, related_name="contact_attempts")
    channel = models.TextField()
    is_third_party = models.BooleanField(default=False)
    outcome = models.TextField()
    rule = models.TextField(blank=True)
    attempted_by = models.ForeignKey("User", models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    attempted_at = models.DateTimeField()

    class Meta:
        db_table = "contact_attempt"
        indexes = [models.Index(fields=["customer", "channel", "attempted_at"], name="contact_attempt_count")]
        constraints = [
            one_of("contact_attempt", "channel", CHANNELS),
            one_of("contact_attempt", "outcome", OUTCOMES),
            models.CheckConstraint(
                condition=~models.Q(outcome="refused") | ~models.Q(rule=""),
                name="contact_attempt_refusal_names_its_rule",
            ),
        ]
