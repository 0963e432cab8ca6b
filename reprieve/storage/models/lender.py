"""The one lender of this database and its day. Never more than one row."""

from __future__ import annotations

from typing import Final

from django.db import models

from reprieve.lending.notices import DAYS_BEFORE
from reprieve.storage.models.constraint import currency_code, filled

BOUNDS: Final = {"remind_days_before": (1, 14), "asks_a_week": (1, 3), "sent_kept_days": (30, 3650)}
"""What each setting may be: the least and the most."""


class Lender(models.Model):
    """The lender: its place (whose rules apply), currency and time zone; in a sandbox also its business day.

    How it contacts borrowers may be gentler than by default, never harder: earlier reminders, fewer demands in writing.
    """

    id = models.SmallAutoField(primary_key=True)
    name = models.TextField()
    place = models.TextField()
    currency = models.CharField(max_length=3)
    time_zone = models.TextField()
    is_sandbox = models.BooleanField(default=False)
    business_on = models.DateField(null=True, blank=True)
    remind_days_before = models.SmallIntegerField(default=DAYS_BEFORE)
    asks_a_week = models.SmallIntegerField(default=3)
    sent_kept_days = models.SmallIntegerField(default=365)

    class Meta:
        db_table = "lender"
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="lender_is_one"),
            models.CheckConstraint(
                condition=models.Q(is_sandbox=True) | models.Q(business_on__isnull=True),
                name="lender_day_is_set_in_a_sandbox_only",
            ),
            *(
                models.CheckConstraint(
                    condition=models.Q(**{f"{name}__gte": least, f"{name}__lte": most}), name=f"lender_{name}_bounded"
                )
                for name, (least, most) in BOUNDS.items()
            ),
            currency_code("lender"),
            filled("lender", "name"),
        ]
