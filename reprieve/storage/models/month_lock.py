"""That a month's ledger is closed for good. Never undone: what belongs there later is posted on the open day."""

from __future__ import annotations

from django.db import models


class MonthLock(models.Model):
    """A locked month, named by its first day; entries posted in it are refused from then on."""

    month = models.DateField(primary_key=True)
    locked_at = models.DateTimeField()
    locked_by = models.ForeignKey("User", models.PROTECT, null=True, blank=True, db_index=False, related_name="+")

    class Meta:
        db_table = "month_lock"
        constraints = [
            models.CheckConstraint(condition=models.Q(month__day=1), name="month_lock_is_a_first_day"),
        ]
