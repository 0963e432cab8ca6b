"""What two parties signed, or brought from another system. Never changed: what happens later is an event."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Upper

from reprieve.storage.models.constraint import currency_code, filled, more_than


class Contract(models.Model):
    """A contract: the `contract` of a case file, and the content hash of the rules it was signed under."""

    number = models.TextField(unique=True)
    customer = models.ForeignKey("Customer", models.PROTECT, related_name="contracts")
    product_version = models.ForeignKey(
        "ProductVersion", models.PROTECT, null=True, blank=True, related_name="contracts"
    )
    application = models.OneToOneField("Application", models.PROTECT, null=True, blank=True, related_name="contract")
    signature = models.OneToOneField("Signature", models.PROTECT, null=True, blank=True, related_name="contract")
    currency = models.CharField(max_length=3)
    principal_minor = models.BigIntegerField()
    disbursed_on = models.DateField()
    terms = models.JSONField()
    rules = models.JSONField(null=True, blank=True)
    rules_sha256 = models.BinaryField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "contract"
        indexes = [
            models.Index(
                models.Func(
                    Upper("number"), models.Value("[^0-9A-Z]+"), models.Value(""), models.Value("g"),
                    function="regexp_replace",
                ),
                name="contract_reference",
            )
        ]  # fmt: skip
        constraints = [
            filled("contract", "number"),
            currency_code("contract"),
            more_than("contract", "principal_minor"),
            models.CheckConstraint(
                condition=models.Q(rules__isnull=True, rules_sha256__isnull=True)
                | models.Q(rules__isnull=False, rules_sha256__isnull=False),
                name="contract_rules_have_their_hash",
            ),
        ]
