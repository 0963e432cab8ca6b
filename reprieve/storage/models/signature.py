"""That somebody signed exactly what was shown. Never edited or taken back; a new fact is a new row."""

from __future__ import annotations

from django.db import models

from reprieve.storage.models.constraint import filled


class Signature(models.Model):
    """A signature: who, on which document (by its hash), how they were known, and when."""

    customer = models.ForeignKey("Customer", models.PROTECT, related_name="signatures")
    disclosure = models.OneToOneField("Disclosure", models.PROTECT, related_name="signature")
    document_sha256 = models.BinaryField()
    method = models.TextField()
    signed_at = models.DateTimeField()

    class Meta:
        db_table = "signature"
        constraints = [filled("signature", "method")]
