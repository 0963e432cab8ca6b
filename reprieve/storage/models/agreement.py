"""A signed relief plan. Never edited: how it goes on is computed from the contract's events."""

from __future__ import annotations

from django.db import models

from reprieve.storage.models.constraint import different


class Agreement(models.Model):
    """An agreement: the quote both sides saw, who proposed and who approved it, and the event that carries it out."""

    relief_case = models.ForeignKey("ReliefCase", models.PROTECT, related_name="agreements")
    quote = models.OneToOneField("Quote", models.PROTECT, related_name="agreement")
    event = models.OneToOneField("Event", models.PROTECT, related_name="agreement")
    signature = models.OneToOneField("Signature", models.PROTECT, null=True, blank=True, related_name="agreement")
    proposed_by = models.ForeignKey("User", models.PROTECT, db_index=False, related_name="+")
    approved_by = models.ForeignKey("User", models.PROTECT, db_index=False, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        db_table = "agreement"
        constraints = [different("agreement", "proposed_by", "approved_by")]
