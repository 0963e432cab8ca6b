"""Whether a promise to pay was kept: what was paid from the day it was given to the day it named. Changes no debt."""

from collections.abc import Iterable
from datetime import date

from reprieve.lending.event_kind import AnyEvent


def paid_between(events: Iterable[AnyEvent], first: date, last: date) -> int:
    """Return what was paid from one day to another, both counted; a payment that was reversed is none."""
    known = tuple(events)
    reversed_ids = {event.of for event in known if event.kind == "reversal"}
    return sum(
        event.amount
        for event in known
        if event.kind == "payment" and first <= event.on <= last and event.id not in reversed_ids
    )
