"""An answer to a question about what was shown. Never edited: a second try is a second row."""

from __future__ import annotations

from django.db import models

from reprieve.storage.models.constraint import filled


class Comprehension(models.Model):
    """One answer with the customer's own figures, and whether it was right."""

    disclosure = models.ForeignKey("Disclosure", models.PROTECT, related_name="comprehensions")
    question = models.TextField()
    answer = models.TextField()
    is_right = models.BooleanField()
    answered_at = models.DateTimeField()

    class Meta:
        db_table = "comprehension"
        constraints = [filled("comprehension", "question")]
