"""What was shown before signing, as it was shown. Never rebuilt from today's figures, never edited."""

from __future__ import annotations

from django.db import models

from reprieve.storage.models.constraint import filled


class Disclosure(models.Model):
    """A document as shown, sealed with the customer's key; `document_sha256` is what a signature refers to."""

    customer = models.ForeignKey("Customer", models.PROTECT, related_name="disclosures")
    application = models.ForeignKey("Application", models.PROTECT, null=True, blank=True, related_name="disclosures")
    quote = models.ForeignKey("Quote", models.PROTECT, null=True, blank=True, related_name="disclosures")
    kind = models.TextField()
    language = models.TextField()
    sealed = models.BinaryField()
    document_sha256 = models.BinaryField()
    rules_sha256 = models.BinaryField()
    shown_at = models.DateTimeField()

    class Meta:
        db_table = "disclosure"
        constraints = [
            filled("disclosure", "kind"),
            models.CheckConstraint(
                condition=models.Q(application__isnull=False, quote__isnull=True)
                | models.Q(application__isnull=True, quote__isnull=False),
                name="disclosure_is_of_one_thing",
            ),
        ]
