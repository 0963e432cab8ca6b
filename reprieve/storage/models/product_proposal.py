"""A version of a product that somebody proposes. Never on sale: somebody else publishes it as a version, or nobody."""

from __future__ import annotations

from django.db import models


class ProductProposal(models.Model):
    """A proposal: the product as it was read, and the rule pack that let it pass on the day it was proposed."""

    product = models.JSONField()
    rules_sha256 = models.BinaryField()
    proposed_by = models.ForeignKey("User", models.PROTECT, db_index=False, related_name="+")
    proposed_at = models.DateTimeField()

    class Meta:
        db_table = "product_proposal"
