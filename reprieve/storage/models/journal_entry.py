"""A balanced entry of the ledger and what explains it. Never edited: taken back by another entry."""

from __future__ import annotations

from django.db import models

from reprieve.storage.models.constraint import currency_code


class JournalEntry(models.Model):
    """An entry: an event's money or relief, or what a close found grown, posted on the open day.

    The database refuses an entry without lines, one whose lines do not sum to zero, and one in a locked month.
    """

    posted_on = models.DateField()
    value_on = models.DateField()
    product = models.TextField()
    currency = models.CharField(max_length=3)
    event = models.ForeignKey("Event", models.PROTECT, null=True, blank=True, related_name="entries")
    close_run = models.ForeignKey("CloseRun", models.PROTECT, null=True, blank=True, related_name="entries")
    previous_close_on = models.DateField(null=True, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "journal_entry"
        indexes = [models.Index(fields=["posted_on"], name="journal_entry_day")]
        constraints = [
            currency_code("journal_entry"),
            models.CheckConstraint(
                condition=models.Q(event__isnull=False, close_run__isnull=True)
                | models.Q(event__isnull=True, close_run__isnull=False),
                name="journal_entry_has_one_source",
            ),
        ]
