"""That the owner changed history by hand: which row, how, and why. Never written by Reprieve: the database does it."""

from __future__ import annotations

from django.db import models

from reprieve.storage.models.constraint import filled


class Amendment(models.Model):
    """A change of an append-only row, flagged by the trigger that guards it; see `docs/threat_model.md`."""

    table_name = models.TextField()
    operation = models.TextField()
    role = models.TextField()
    reason = models.TextField()
    row_before = models.JSONField(null=True, blank=True)
    row_after = models.JSONField(null=True, blank=True)
    amended_at = models.DateTimeField()

    class Meta:
        db_table = "amendment"
        constraints = [filled("amendment", "reason")]
