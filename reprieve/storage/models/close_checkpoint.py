"""A step of a close that is done for a shard, with its control totals. Never done twice."""

from __future__ import annotations

from django.db import models

from reprieve.storage.models.constraint import filled


class CloseCheckpoint(models.Model):
    """A checkpoint, written in the transaction that did the work."""

    close_run = models.ForeignKey("CloseRun", models.PROTECT, db_index=False, related_name="checkpoints")
    step = models.TextField()
    shard = models.PositiveIntegerField()
    totals = models.JSONField(default=dict)
    done_at = models.DateTimeField()

    class Meta:
        db_table = "close_checkpoint"
        constraints = [
            models.UniqueConstraint(fields=["close_run", "step", "shard"], name="close_checkpoint_once"),
            filled("close_checkpoint", "step"),
        ]
