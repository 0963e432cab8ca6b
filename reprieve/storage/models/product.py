"""A product a lender offers, by its code. Never holds terms: those are its versions'."""

from __future__ import annotations

from django.db import models

from reprieve.storage.models.constraint import filled


class Product(models.Model):
    """A product; what it costs is said by the version on sale that day."""

    code = models.TextField(unique=True)
    lender_type = models.TextField()
    kind = models.TextField()

    class Meta:
        db_table = "product"
        constraints = [filled("product", "code"), filled("product", "lender_type"), filled("product", "kind")]
