"""A document made for a customer, such as a certificate as a PDF: its bytes, sealed. Never computed again once made."""

from __future__ import annotations

from typing import Final

from django.db import models

from reprieve.storage.models.constraint import one_of
from reprieve.storage.models.customer import LANGUAGES

KINDS: Final = ("settlement_certificate", "schedule", "plan")


class Document(models.Model):
    """A document that was asked for: what stands on it, sealed, and, once a worker has made it, its sealed bytes."""

    contract = models.ForeignKey("Contract", models.PROTECT, related_name="documents")
    kind = models.TextField()
    language = models.TextField()
    sheet_sealed = models.BinaryField()
    pdf_sealed = models.BinaryField(null=True, blank=True)
    asked_by = models.ForeignKey("User", models.PROTECT, db_index=False, related_name="+")
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "document"
        constraints = [
            one_of("document", "kind", KINDS),
            one_of("document", "language", LANGUAGES),
            models.CheckConstraint(
                condition=models.Q(pdf_sealed__isnull=True, made_at__isnull=True)
                | models.Q(pdf_sealed__isnull=False, made_at__isnull=False),
                name="document_made_has_its_instant",
            ),
        ]
