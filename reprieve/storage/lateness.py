"""What the closes recorded of how late loans were, and the plans that were signed for them. Never counts a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from reprieve.lending.delinquency import Transition
from reprieve.lending.risk_class import Plan
from reprieve.storage import models


def changes_of(contracts: Collection[int], until: date) -> dict[int, list[Transition]]:
    """Return the transitions of contracts up to a day, by row number, oldest first."""
    found: defaultdict[int, list[Transition]] = defaultdict(list)
    rows = models.Transition.objects.filter(contract__in=contracts, business_on__lte=until)
    for row in rows.order_by("contract_id", "business_on"):
        change = Transition(
            row.business_on, row.bucket_before or None, row.bucket, row.days_past_due, row.contractual_days_past_due
        )
        found[row.contract_id].append(change)
    return found


def plans_of(contracts: Collection[int], until: date) -> dict[int, list[Plan]]:
    """Return the restructurings of contracts signed up to a day, by row number, oldest first."""
    found: defaultdict[int, list[Plan]] = defaultdict(list)
    rows = models.Event.objects.filter(contract__in=contracts, kind="restructure", on__lte=until)
    for contract, signed_on, terms in rows.order_by("on", "id").values_list("contract_id", "on", "terms"):
        found[contract].append(Plan(signed_on, date.fromisoformat(terms["first_due_on"])))
    return found
