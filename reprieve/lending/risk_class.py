"""The best risk class a pack allows a loan: by days past due, till a cure has lasted, while a plan is observed.

Never chooses: a lender may always take a worse class, and what only people can judge (the ability to pay, other debts)
is not looked at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from reprieve.lending.delinquency import Transition, is_cure_sustained
from reprieve.lending.field import Period
from reprieve.rules import RulesInForce
from reprieve.rules.delinquency import CLASSES

NORMAL: Final = "normal"
WATCHED: Final = "special_mention"
NON_PERFORMING: Final = "substandard"
UPGRADE: Final = "asset_class.upgrade"
OBSERVATION: Final = "asset_class.observation"


@dataclass(frozen=True, slots=True)
class Plan:
    """A restructuring: the day it was signed, and the first day something falls due under it."""

    signed_on: date
    first_due_on: date


def risk_class(
    rules: RulesInForce, days_past_due: int, changes: Sequence[Transition], plans: Sequence[Plan] = ()
) -> str | None:
    """Return the best class at the end of the rules' day, or nothing where the pack has no classes for the lender.

    `changes` are the loan's transitions up to that day, oldest first; `plans` its restructurings.
    """
    rule = rules.find(CLASSES)
    if rule is None:
        return None
    first_days = rule.value
    assert isinstance(first_days, Mapping), "first days stand in a table"
    ranked = [NORMAL, *sorted(first_days, key=lambda name: int(first_days[name]))]
    by_days = max((name for name in first_days if first_days[name] <= days_past_due), key=ranked.index, default=NORMAL)
    found = [by_days]
    if _is_cure_young(rules, changes, int(first_days[NON_PERFORMING])):
        found.append(NON_PERFORMING)
    if _is_observed(rules, changes, plans):
        found.append(NON_PERFORMING if _is_again(rules, changes, plans) else WATCHED)
    return max(found, key=ranked.index)


def observed_until(rules: RulesInForce, changes: Sequence[Transition], plans: Sequence[Plan]) -> date | None:
    """Return the day the observation of the last restructuring ends, a payment missed since starting it again."""
    rule = rules.find(OBSERVATION)
    known = [plan for plan in plans if plan.signed_on <= rules.on]
    if rule is None or not known:
        return None
    begins = known[-1].first_due_on
    missed = [change.on - timedelta(change.days_past_due) for change in changes if change.days_past_due > 0]
    begins = max([begins, *(day for day in missed if day > known[-1].signed_on)])
    return Period(count=12 * int(_table(rule.value)["years_least"]), unit="month").after(begins, 1, begins.day)


def _is_cure_young(rules: RulesInForce, changes: Sequence[Transition], non_performing_from: int) -> bool:
    """Return whether a loan was non-performing and has not been on time since for as long as the pack wants."""
    rule = rules.find(UPGRADE)
    worst = [number for number, change in enumerate(changes) if change.days_past_due >= non_performing_from]
    if rule is None or not worst:
        return False
    months = int(_table(rule.value)["normal_months_least"])
    ends = [number for number, change in enumerate(changes) if number > worst[-1] and change.is_cure]
    lasted = [
        number for number in ends
        if is_cure_sustained(changes[: number + 1], months, _until(changes, number, rules.on))
    ]  # fmt: skip
    return not lasted


def _until(changes: Sequence[Transition], number: int, on: date) -> date:
    """Return the last day that a change held: the day before the next one, or the day asked about."""
    return changes[number + 1].on - timedelta(days=1) if number + 1 < len(changes) else on


def _is_observed(rules: RulesInForce, changes: Sequence[Transition], plans: Sequence[Plan]) -> bool:
    ends = observed_until(rules, changes, plans)
    return ends is not None and rules.on < ends


def _is_again(rules: RulesInForce, changes: Sequence[Transition], plans: Sequence[Plan]) -> bool:
    """Return whether the last restructuring was signed while the one before was still observed."""
    known = [plan for plan in plans if plan.signed_on <= rules.on]
    if len(known) < 2:
        return False
    last = known[-1].signed_on
    before = rules.pack.on(last, rules.lender_type, rules.product)
    return _is_observed(before, [change for change in changes if change.on <= last], known[:-1])


def _table(value: Any) -> Mapping[str, Any]:
    assert isinstance(value, Mapping), "the rule is a table"
    return value
