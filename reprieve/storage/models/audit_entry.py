"""Who did what to which record, and when. Never edited, and never holds personal data in the clear."""

from __future__ import annotations

from django.db import models

from reprieve.storage.models.constraint import filled


class AuditEntry(models.Model):
    """An entry: the user (none for the system itself), the command, what it concerned, and the request it came with."""

    user = models.ForeignKey("User", models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    action = models.TextField()
    subject = models.TextField()
    subject_id = models.TextField(blank=True)
    request_id = models.TextField(blank=True)
    facts = models.JSONField(default=dict)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "audit_entry"
        indexes = [
            models.Index(fields=["subject", "subject_id"], name="audit_entry_subject"),
            models.Index(fields=["recorded_at"], name="audit_entry_recorded"),
        ]
        constraints = [filled("audit_entry", "action"), filled("audit_entry", "subject")]
