"""A bank file that was taken: which, by whom, and what became of its lines. Never holds the file or a line."""

from __future__ import annotations

from django.db import models

from reprieve.storage.models.constraint import filled


class BankFile(models.Model):
    """A file by the hash of its bytes; `report` is what its first reading came to, as it was answered."""

    name = models.TextField(blank=True)
    media_type = models.TextField()
    file_sha256 = models.BinaryField()
    report = models.JSONField()
    taken_by = models.ForeignKey("User", models.PROTECT, db_index=False, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "bank_file"
        constraints = [filled("bank_file", "media_type")]
