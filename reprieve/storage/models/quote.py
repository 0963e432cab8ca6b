"""Figures promised until an instant: a plan, a payoff, a preview. Never changed, and never honoured after its end."""

from __future__ import annotations

from typing import Final

from django.db import models

from reprieve.storage.models.constraint import in_order, one_of

KINDS: Final = ("plan", "payoff", "preview")


class Quote(models.Model):
    """A quote. `facts_sha256` names the facts it rests on: a commit is refused if they have moved."""

    contract = models.ForeignKey("Contract", models.PROTECT, related_name="quotes")
    relief_case = models.ForeignKey("ReliefCase", models.PROTECT, null=True, blank=True, related_name="quotes")
    kind = models.TextField()
    as_of = models.DateField()
    figures = models.JSONField()
    facts_sha256 = models.BinaryField()
    quoted_by = models.ForeignKey("User", models.PROTECT, db_index=False, null=True, related_name="+")
    """Who asked for it: who proposed, where it is a plan. Nothing where that was not noted."""
    quoted_at = models.DateTimeField()
    valid_until_at = models.DateTimeField()

    class Meta:
        db_table = "quote"
        constraints = [one_of("quote", "kind", KINDS), in_order("quote", "quoted_at", "valid_until_at")]
