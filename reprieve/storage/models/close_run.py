"""The close of one business day. Never run twice for a day: a second start resumes it."""

from __future__ import annotations

from typing import Final

from django.db import models

from reprieve.storage.models.constraint import one_of

STATES: Final = ("running", "finished", "finished_with_exceptions")


class CloseRun(models.Model):
    """A close: the engine that computed it, by its content hash, and how far it has come."""

    business_on = models.DateField(unique=True)
    engine_sha256 = models.BinaryField()
    state = models.TextField()
    totals = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "close_run"
        constraints = [
            one_of("close_run", "state", STATES),
            models.CheckConstraint(
                condition=models.Q(state="running", finished_at__isnull=True)
                | (
                    ~models.Q(state="running")
                    & models.Q(finished_at__isnull=False, finished_at__gte=models.F("started_at"))
                ),
                name="close_run_end_has_its_instant",
            ),
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="running"), name="close_run_one_running"
            ),
        ]
