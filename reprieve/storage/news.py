"""What became known of loans between two cuts, and since which day it can have changed them. Never reads a loan."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from reprieve.storage.contracts import Cut
from reprieve.storage.models import Contract, Event


def changed_from(rows: range, since: Cut, cut: Cut) -> dict[int, date]:
    """Return the contracts of a shard of which more is known, with the first day on which that can have changed them.

    What undoes a payment reaches back to it, relief to the day it begins, a new contract to its disbursement.
    """
    is_new = Q(id__gt=since.contract) | Q(recorded_at__gte=since.before)
    own = Contract.objects.filter(is_new, id__gte=rows.start, id__lt=rows.stop, id__lte=cut.contract)
    days = dict(own.filter(recorded_at__lt=cut.before).values_list("id", "disbursed_on"))
    is_new = Q(id__gt=since.event) | Q(recorded_at__gte=since.before)
    events = Event.objects.filter(is_new, contract__gte=rows.start, contract__lt=rows.stop, id__lte=cut.event)
    found = list(events.filter(recorded_at__lt=cut.before).values_list("contract_id", "on", "terms"))
    undone = _days_of({(contract, terms["of"]) for contract, _, terms in found if "of" in terms})
    for contract, on, terms in found:
        begins = date.fromisoformat(terms["from"]) if "from" in terms else on
        day = min(on, begins, undone.get((contract, terms.get("of", "")), on))
        days[contract] = min(day, days.get(contract, day))
    return days


def _days_of(events: Iterable[tuple[int, str]]) -> dict[tuple[int, str], date]:
    """Return the days of events, by contract row and event id."""
    wanted = {*events}
    rows = Event.objects.filter(
        contract__in={contract for contract, _ in wanted}, event_id__in={event for _, event in wanted}
    )
    return {(contract, event): on for contract, event, on in rows.values_list("contract_id", "event_id", "on")}
