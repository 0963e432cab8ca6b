"""How a customer wants to be reached. Never edited: the latest row of a channel holds."""

from __future__ import annotations

from typing import Final

from django.db import models

from reprieve.storage.models.constraint import one_of

CHANNELS: Final = ("portal", "email", "sms", "phone", "letter")


class ContactPreference(models.Model):
    """Whether a channel may be used, and the hours of the customer's day in which it must stay quiet."""

    customer = models.ForeignKey("Customer", models.PROTECT, db_index=False, related_name="contact_preferences")
    channel = models.TextField()
    is_allowed = models.BooleanField()
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "contact_preference"
        indexes = [models.Index(fields=["customer", "channel", "recorded_at"], name="contact_preference_latest")]
        constraints = [
            one_of("contact_preference", "channel", CHANNELS),
            models.CheckConstraint(
                condition=models.Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="contact_preference_quiet_hours_have_both_ends",
            ),
        ]
