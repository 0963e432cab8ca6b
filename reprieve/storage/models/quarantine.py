"""A loan that a close set aside because a figure is off. Never hides it: the month stays open until it is cleared."""

from __future__ import annotations

from django.db import models

from reprieve.storage.models.constraint import filled


class Quarantine(models.Model):
    """A loan in quarantine: what was expected, what was found, and who cleared it."""

    close_run = models.ForeignKey("CloseRun", models.PROTECT, related_name="quarantines")
    contract = models.ForeignKey("Contract", models.PROTECT, related_name="quarantines")
    because = models.TextField()
    expected_minor = models.BigIntegerField(null=True, blank=True)
    found_minor = models.BigIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.ForeignKey("User", models.PROTECT, null=True, blank=True, db_index=False, related_name="+")

    class Meta:
        db_table = "quarantine"
        constraints = [
            filled("quarantine", "because"),
            models.UniqueConstraint(
                fields=["contract"], condition=models.Q(cleared_at__isnull=True), name="quarantine_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(cleared_at__isnull=True) | models.Q(cleared_by__isnull=False),
                name="quarantine_is_cleared_by_somebody",
            ),
        ]
