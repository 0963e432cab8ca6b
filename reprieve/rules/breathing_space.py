"""The Breathing Space of England and Wales: how long it lasts and whether one may begin. Never decides who qualifies.

Ranges of days are `[start, end)`.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from reprieve.rules.figure import whole
from reprieve.rules.month_steps import months_after
from reprieve.rules.pack import Pack
from reprieve.rules.rule import Rule


def standard(pack: Pack, on: date) -> tuple[date, date]:
    """Return the days of a standard Breathing Space whose first day is `on`."""
    return on, on + timedelta(days=whole(_rule(pack, on, "days")))


def crisis(pack: Pack, on: date, *, treatment_ended_on: date) -> tuple[date, date]:
    """Return the days of a mental-health crisis Breathing Space whose first day is `on`.

    The days after treatment are counted in full after its last day, which is never to the person's disadvantage.
    """
    after = whole(_rule(pack, on, "crisis_days_after_treatment"))
    return on, max(on, treatment_ended_on) + timedelta(days=after + 1)


def review(pack: Pack, on: date) -> tuple[date, date]:
    """Return the days in which the debt adviser reviews a standard Breathing Space whose first day, day 1, is `on`."""
    days = _rule(pack, on, "review_days").value
    assert isinstance(days, tuple)
    return on + timedelta(days=days[0] - 1), on + timedelta(days=days[1])


def may_begin(pack: Pack, on: date, *, earlier: Sequence[date] = ()) -> Rule | None:
    """Return nothing where a standard Breathing Space may begin, or the rule that says no.

    `earlier` are the first days of the person's standard ones; one for a mental-health crisis is never refused.
    """
    rule = _rule(pack, on, "months_between")
    if any(on < months_after(day, whole(rule)) for day in earlier):
        return rule
    return None


def _rule(pack: Pack, on: date, name: str) -> Rule:
    return pack.on(on).get(f"relief.moratorium.{name}")
