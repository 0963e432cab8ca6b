"""A customer's income and spending as stated on a day. Never edited: a new statement is a new row."""

from __future__ import annotations

from django.db import models

from reprieve.storage.models.constraint import at_least, currency_code


class Budget(models.Model):
    """A monthly budget; `rows` are the stated lines, which the three sums come from."""

    customer = models.ForeignKey("Customer", models.PROTECT, related_name="budgets")
    application = models.ForeignKey("Application", models.PROTECT, null=True, blank=True, related_name="budgets")
    relief_case = models.ForeignKey("ReliefCase", models.PROTECT, null=True, blank=True, related_name="budgets")
    currency = models.CharField(max_length=3)
    income_minor = models.BigIntegerField()
    spending_minor = models.BigIntegerField()
    debt_service_minor = models.BigIntegerField()
    rows = models.JSONField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "budget"
        constraints = [
            currency_code("budget"),
            at_least("budget", "income_minor"),
            at_least("budget", "spending_minor"),
            at_least("budget", "debt_service_minor"),
        ]
