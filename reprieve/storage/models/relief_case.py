"""A borrower's request for help and how it goes on. Never decides a plan."""

from __future__ import annotations

from typing import Final

from django.db import models

from reprieve.storage.models.constraint import one_of

STATES: Final = ("open", "waiting", "offered", "agreed", "closed")
OUTCOMES: Final = ("agreed", "no_plan_fits", "advised_elsewhere", "withdrawn")
"""How a case ends: with a plan, without one that fits, with somebody else's advice, or taken back by who asked."""


class ReliefCase(models.Model):
    """A case: why help is needed, in the customer's words (sealed), where it stands, and how it ended."""

    customer = models.ForeignKey("Customer", models.PROTECT, related_name="relief_cases")
    contract = models.ForeignKey("Contract", models.PROTECT, null=True, blank=True, related_name="relief_cases")
    reasons = models.JSONField(default=list)
    sealed = models.BinaryField(null=True, blank=True)
    state = models.TextField()
    outcome = models.TextField(blank=True, default="")
    officer = models.ForeignKey("User", models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "relief_case"
        indexes = [models.Index(fields=["state", "opened_at"], name="relief_case_queue")]
        constraints = [
            one_of("relief_case", "state", STATES),
            one_of("relief_case", "outcome", ("", *OUTCOMES)),
            models.CheckConstraint(
                condition=models.Q(state="closed") & ~models.Q(outcome="")
                | ~models.Q(state="closed") & models.Q(outcome=""),
                name="relief_case_end_has_its_outcome",
            ),
            models.CheckConstraint(
                condition=models.Q(state="closed", closed_at__isnull=False, closed_at__gte=models.F("opened_at"))
                | (~models.Q(state="closed") & models.Q(closed_at__isnull=True)),
                name="relief_case_end_has_its_instant",
            ),
            models.UniqueConstraint(
                fields=["customer", "contract"],
                condition=~models.Q(state="closed"),
                nulls_distinct=False,
                name="relief_case_one_open",
            ),
        ]
