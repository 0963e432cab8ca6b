"""A person who borrows, by number. Never holds an identifier: those are sealed, see `identifier.py`."""

from __future__ import annotations

from typing import Final

from django.db import models

from reprieve.storage.models.constraint import filled, one_of

LANGUAGES: Final = ("zh", "en")


class Customer(models.Model):
    """A customer. After erasure the number and the history of money stay; who it was can no longer be read."""

    number = models.TextField(unique=True)
    language = models.TextField()
    time_zone = models.TextField(blank=True)
    registered_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "customer"
        constraints = [
            filled("customer", "number"),
            one_of("customer", "language", LANGUAGES),
            models.CheckConstraint(
                condition=models.Q(erased_at__gte=models.F("registered_at")), name="customer_erased_at_after"
            ),
        ]
