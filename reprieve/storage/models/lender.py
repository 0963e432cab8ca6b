"""The one lender of this database and its day. Never more than one row."""

from __future__ import annotations

from django.db import models

from reprieve.storage.models.constraint import currency_code, filled


class Lender(models.Model):
    """The lender: its place (whose rules apply), currency and time zone; in a sandbox also its business day."""

    id = models.SmallAutoField(primary_key=True)
    name = models.TextField()
    place = models.TextField()
    currency = models.CharField(max_length=3)
    time_zone = models.TextField()
    is_sandbox = models.BooleanField(default=False)
    business_on = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "lender"
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="lender_is_one"),
            models.CheckConstraint(
                condition=models.Q(is_sandbox=True) | models.Q(business_on__isnull=True),
                name="lender_day_is_set_in_a_sandbox_only",
            ),
            currency_code("lender"),
            filled("lender", "name"),
        ]
