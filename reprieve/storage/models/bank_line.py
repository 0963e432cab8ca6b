"""A line of the bank's statement. Never guessed at: unmatched money waits in suspense until somebody knows."""

from __future__ import annotations

from django.db import models

from reprieve.storage.models.constraint import currency_code


class BankLine(models.Model):
    """A line: the money, what the bank says of it (sealed text aside), and the event it was matched with."""

    statement = models.TextField()
    line = models.PositiveIntegerField()
    booked_on = models.DateField()
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    reference = models.TextField(blank=True)
    event = models.OneToOneField("Event", models.PROTECT, null=True, blank=True, related_name="bank_line")
    recorded_at = models.DateTimeField()
    matched_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "bank_line"
        indexes = [
            models.Index(fields=["booked_on"], condition=models.Q(event__isnull=True), name="bank_line_in_suspense")
        ]
        constraints = [
            models.UniqueConstraint(fields=["statement", "line"], name="bank_line_once"),
            currency_code("bank_line"),
            models.CheckConstraint(condition=~models.Q(amount_minor=0), name="bank_line_moves_something"),
            models.CheckConstraint(
                condition=models.Q(event__isnull=True, matched_at__isnull=True)
                | models.Q(event__isnull=False, matched_at__isnull=False),
                name="bank_line_match_has_its_instant",
            ),
        ]
