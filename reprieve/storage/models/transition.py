"""That a loan moved from one bucket to another, recorded once. Never a source of what is owed."""

from __future__ import annotations

from django.db import models

from reprieve.storage.models.constraint import different


class Transition(models.Model):
    """A transition found by a close, with days past due by both counts."""

    contract = models.ForeignKey("Contract", models.PROTECT, db_index=False, related_name="transitions")
    close_run = models.ForeignKey("CloseRun", models.PROTECT, related_name="transitions")
    business_on = models.DateField()
    bucket_before = models.TextField()
    bucket = models.TextField()
    days_past_due = models.PositiveIntegerField()
    contractual_days_past_due = models.PositiveIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "transition"
        constraints = [
            models.UniqueConstraint(fields=["contract", "business_on"], name="transition_once_a_day"),
            different("transition", "bucket_before", "bucket"),
        ]
