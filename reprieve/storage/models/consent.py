"""What a customer agreed to, or took back. Never edited: the latest row of a purpose holds."""

from __future__ import annotations

from django.db import models

from reprieve.storage.models.constraint import filled


class Consent(models.Model):
    """One answer to one question; `wording` names the words that were shown."""

    customer = models.ForeignKey("Customer", models.PROTECT, db_index=False, related_name="consents")
    purpose = models.TextField()
    is_given = models.BooleanField()
    wording = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "consent"
        indexes = [models.Index(fields=["customer", "purpose", "recorded_at"], name="consent_latest")]
        constraints = [filled("consent", "purpose"), filled("consent", "wording")]
