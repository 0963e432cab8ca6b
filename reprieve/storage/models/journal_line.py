"""One side of an entry: an account and an amount. Never stands alone."""

from __future__ import annotations

from django.db import models

from reprieve.storage.models.constraint import filled


class JournalLine(models.Model):
    """A line, in minor units of its entry's currency: debit positive, credit negative, never zero."""

    entry = models.ForeignKey("JournalEntry", models.PROTECT, db_index=False, related_name="lines")
    account = models.TextField()
    amount_minor = models.BigIntegerField()

    class Meta:
        db_table = "journal_line"
        indexes = [models.Index(fields=["account"], name="journal_line_account")]
        constraints = [
            models.UniqueConstraint(fields=["entry", "account"], name="journal_line_one_an_account"),
            filled("journal_line", "account"),
            models.CheckConstraint(condition=~models.Q(amount_minor=0), name="journal_line_moves_something"),
        ]
