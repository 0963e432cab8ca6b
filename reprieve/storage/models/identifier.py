"""Who a customer is, sealed: name, identity number, phone, address. Never readable without the person's key."""

from __future__ import annotations

from typing import Final

from django.db import models

from reprieve.storage.models.constraint import one_of

KINDS: Final = (
    "name", "national_id", "phone", "email", "address", "bank_account", "family_name", "given_name", "middle_name",
    "birth_date", "street", "city", "region", "postal_code",
)  # fmt: skip
"""A name and an address in one piece, or in the pieces that a credit record's format asks for."""


class Identifier(models.Model):
    """One identifier. `blind_index` finds equal values without reading any; kinds that are not looked up have none."""

    customer = models.ForeignKey("Customer", models.PROTECT, related_name="identifiers")
    kind = models.TextField()
    sealed = models.BinaryField()
    blind_index = models.BinaryField(null=True, blank=True)
    index_key_id = models.TextField(blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "identifier"
        indexes = [models.Index(fields=["kind", "blind_index"], name="identifier_lookup")]
        constraints = [
            one_of("identifier", "kind", KINDS),
            models.UniqueConstraint(
                fields=["blind_index"],
                condition=models.Q(kind="national_id"),
                name="identifier_one_customer_a_national_id",
            ),
            models.CheckConstraint(
                condition=models.Q(blind_index__isnull=True, index_key_id="")
                | (models.Q(blind_index__isnull=False) & ~models.Q(index_key_id="")),
                name="identifier_index_names_its_key",
            ),
        ]
