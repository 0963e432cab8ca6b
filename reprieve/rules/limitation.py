"""Limitation: until when a claim can be sued for. Never says that a debt is gone: it says what a court would hear."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reprieve.rules.figure import whole
from reprieve.rules.month_steps import months_after
from reprieve.rules.pack import Pack


@dataclass(frozen=True, slots=True)
class Limitation:
    """The day the time began, its last day, and whether it has passed."""

    began_on: date
    last_day: date
    has_passed: bool
    rule: str


def judge(
    pack: Pack, on: date, *, last_due_on: date, restarted_on: Sequence[date] = (), product: str | None = None
) -> Limitation:
    """Return how limitation stands on a day for a debt whose last instalment was due on `last_due_on`.

    The time is that of the rule on `on`. A restart (a demand, a consent, a suit) counts if it fell within the time;
    once the time has passed only the debtor's own consent or payment matters, and that is not judged here. The last
    day is the same day of the year in which the time ends.
    """
    months = 12 * whole(pack.on(on, product=product).get("limitation.years"))
    began = last_due_on
    for restart in sorted(restarted_on):
        if began < restart <= min(on, months_after(began, months)):
            began = restart
    last_day = months_after(began, months)
    return Limitation(began, last_day, on > last_day, "limitation.years")
