"""The terms of a product over a range of days. Never changed once published, and never two on one day."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models

from reprieve.storage.models.constraint import different, more_than


class ProductVersion(models.Model):
    """A version: its terms, the rule pack that checked them, and the days `[from, to)` on which it is sold.

    Only the end of those days may be set later; everything else is append-only.
    """

    product = models.ForeignKey("Product", models.PROTECT, db_index=False, related_name="versions")
    version = models.PositiveIntegerField()
    terms = models.JSONField()
    rules_sha256 = models.BinaryField()
    on_sale = DateRangeField()
    proposal = models.OneToOneField("ProductProposal", models.PROTECT, null=True, blank=True, related_name="version")
    proposed_by = models.ForeignKey("User", models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    approved_by = models.ForeignKey("User", models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        db_table = "product_version"
        constraints = [
            models.UniqueConstraint(fields=["product", "version"], name="product_version_once"),
            more_than("product_version", "version"),
            different("product_version", "proposed_by", "approved_by"),
            ExclusionConstraint(
                name="product_version_one_a_day",
                expressions=[("product", RangeOperators.EQUAL), ("on_sale", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(condition=models.Q(on_sale__isempty=False), name="product_version_sold_some_day"),
        ]
