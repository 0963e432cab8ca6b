"""Loans whose terms a signed plan has changed, in the database. Never reads what was signed."""

from __future__ import annotations

from reprieve.storage.contracts import Cut
from reprieve.storage.models import Event


def with_a_plan(rows: range, cut: Cut) -> set[int]:
    """Return the contracts of a shard whose terms a signed plan has changed, as known at a cut."""
    plans = Event.objects.filter(kind="restructure", contract__gte=rows.start, contract__lt=rows.stop)
    return set(plans.filter(id__lte=cut.event, recorded_at__lt=cut.before).values_list("contract_id", flat=True))
