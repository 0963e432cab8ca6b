"""That asking is free, what to keep away from, when to seek independent advice, what to do where no plan fits."""

from collections.abc import Sequence
from typing import Final, Literal

from reprieve.lending.guide.guide_answer import DebtAnswer, Plan
from reprieve.lending.guide.law import Law, quoted
from reprieve.lending.guide.terms import Terms
from reprieve.words.message import Count, Figure, Message, Money, On

Outlook = Literal["affordable", "with_concession", "none", "unknown"]
MANY_DEBTS: Final = 4
LONG_MONTHS: Final = 36
"""Months of the available money from which a debt is called long."""

RELIEF: Final = (
    "temporary_difficulty", "extension_may_be_asked", "instalment_agreement_when",
    "instalment_agreement_months_most", "instalment_agreement_is_a_right", "collection_stops_after_agreement",
    "forbearance_before_enforcement", "forbearance_measures", "no_pressure_to", "moratorium.days", "moratorium.stops",
    "debt_advice",
)  # fmt: skip
"""The rules on relief that matter to a person who asks."""


def asking_of() -> tuple[Message, ...]:
    """Return that asking is free, that paid agents are a trap, and that a new loan is no way out."""
    return tuple(Message(f"guide.asking.{name}") for name in ("free", "early", "agents", "documents", "new_loan"))


def advice_of(
    outlook: Outlook, terms: Sequence[Terms], available: int | None, debts: Sequence[DebtAnswer]
) -> tuple[Message, ...]:
    """Return when to seek independent advice, and what then where no plan fits."""
    owed = sum(one.total for one in terms)
    said: list[Message] = []
    if outlook == "none":
        said += [Message(f"guide.advice.none_{number}") for number in (1, 2, 3, 4)]
    if outlook == "with_concession":
        said.append(Message("guide.advice.with_concession"))
    if available and owed > LONG_MONTHS * available:
        said.append(Message("guide.advice.long", {"months": Count(-(-owed // available))}))
    if len(terms) >= MANY_DEBTS:
        said.append(Message("guide.advice.many", {"count": Count(len(terms))}))
    if any(finding.is_above for debt in debts for finding in debt.cost.findings):
        said.append(Message("guide.advice.above_ceiling"))
    if any(one.debt.lender in ("private", "unknown") for one in terms):
        said.append(Message("guide.advice.private"))
    return (*said, Message("guide.advice.court"), Message("guide.advice.threats"), Message("guide.advice.where"),
            Message("guide.advice.safe"))  # fmt: skip


def relief_of(law: Law) -> tuple[Message, ...]:
    """Return what the rules say about relief, in the pack's own words, the most useful first."""
    return tuple(message for key in RELIEF for message in quoted(law, f"relief.{key}"))


def outlook_of(available: int | None, plans: Sequence[Plan], debts: int) -> Outlook:
    """Return whether every debt has an affordable plan at the contract rate, or only with a concession, or not."""
    if available is None:
        return "unknown"
    if {plan.debt for plan in plans if plan.is_shortest_affordable} == set(range(debts)):
        return "affordable"
    if {plan.debt for plan in plans if plan.is_affordable} == set(range(debts)):
        return "with_concession"
    return "none"


def headline_of(
    outlook: Outlook, debts: Sequence[DebtAnswer], offered: Sequence[Plan], available: int | None
) -> tuple[Message, ...]:
    """Return the answer in two sentences: what is owed and what a day adds, and which of the offered plans works."""
    is_late = any(debt.owed.overdue.total for debt in debts)
    total = sum(debt.owed.total for debt in debts)
    owed = Message(
        "guide.headline.owed" if is_late else "guide.headline.ahead",
        {
            "amount": Money(total),
            "a_day": Money(sum(debt.owed.a_day for debt in debts)),
        },
    )
    is_paused = any(plan.pause_months for plan in offered)
    if is_late and available is not None and available >= total and not is_paused:
        return (owed, Message("guide.headline.at_once", {"available": Money(available)}))
    if outlook != "affordable" or not offered:
        return (owed, Message(f"guide.headline.{outlook}"))
    months = Count(max(plan.pause_months + plan.months for plan in offered))
    if len(debts) > 1:
        return (owed, Message("guide.headline.shared", {"available": Money(available or 0), "months": months}))
    plan = offered[0]
    figures: dict[str, Figure] = {
        "monthly": Money(plan.monthly), "months": Count(plan.months), "total": Money(plan.total),
        **({"first_on": On(plan.first_on)} if is_paused else {}),
    }  # fmt: skip
    return (owed, Message("guide.headline.after_bills" if is_paused else "guide.headline.affordable", figures))
