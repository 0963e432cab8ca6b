"""What is reported about a loan for a month. Never edited: a correction is filed again under the next number."""

from __future__ import annotations

from django.db import models

from reprieve.storage.models.constraint import filled, more_than


class CreditRecordRow(models.Model):
    """A row as filed: its code by the place's rules, its figures, and the notice that came before it if adverse."""

    contract = models.ForeignKey("Contract", models.PROTECT, db_index=False, related_name="credit_record_rows")
    month = models.DateField()
    filing = models.PositiveIntegerField()
    status_code = models.TextField()
    is_adverse = models.BooleanField()
    figures = models.JSONField()
    rules_sha256 = models.BinaryField()
    prior_notice = models.ForeignKey("Message", models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "credit_record_row"
        constraints = [
            models.UniqueConstraint(fields=["contract", "month", "filing"], name="credit_record_row_once"),
            models.CheckConstraint(condition=models.Q(month__day=1), name="credit_record_row_month_is_a_first_day"),
            more_than("credit_record_row", "filing"),
            filled("credit_record_row", "status_code"),
        ]
