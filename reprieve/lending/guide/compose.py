"""Puts the whole answer together, part by part. Computes nothing itself; the parts do, with the engine."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from pydantic import BaseModel

from reprieve.lending.guide.advice import advice_of, asking_of, headline_of, outlook_of, relief_of
from reprieve.lending.guide.budget import budget_of
from reprieve.lending.guide.ceiling import Ceiling, ceiling_of
from reprieve.lending.guide.cost import cost_of
from reprieve.lending.guide.debts import first_months, order_of, shares_of
from reprieve.lending.guide.growth import growth_of
from reprieve.lending.guide.guide_answer import Answer, BudgetAnswer, Citation, DebtAnswer, Plan
from reprieve.lending.guide.law import Law, law_of
from reprieve.lending.guide.owed import owed_of
from reprieve.lending.guide.plans import PAUSE_MONTHS, plans_of
from reprieve.lending.guide.record import record_of
from reprieve.lending.guide.request import GuideRequest
from reprieve.lending.guide.terms import Terms, terms_of
from reprieve.lending.guide.wording import Proposal, contact_of, letter_of, phone_of
from reprieve.rules import Rule
from reprieve.words.message import Figure, Message

PAUSE_MOST: Final = 12
"""The longest pause that is worked out, in months."""


def compose(request: GuideRequest, on: date) -> Answer:
    """Return the whole answer to a request on a day."""
    laws = [law_of(request.place, on, debt) for debt in request.debts]
    terms = [
        terms_of(debt, place, on, request.currency, law)
        for place, (debt, law) in enumerate(zip(request.debts, laws, strict=True))
    ]
    budget = budget_of(request)
    offers = shares_of(terms, budget.available)
    pause = _pause(request, budget)
    ceilings = [ceiling_of(law) for law in laws]
    plans = [
        plans_of(one, offer, _months_most(request, law), ceiling.rate if ceiling else None, pause)
        for one, law, offer, ceiling in zip(terms, laws, offers, ceilings, strict=True)
    ]
    debts = tuple(
        _debt(one, law, ceiling, _proposal(request, one, offer, some))
        for one, law, ceiling, offer, some in zip(terms, laws, ceilings, offers, plans, strict=True)
    )
    return _answer(request, on, laws, terms, debts, [plan for some in plans for plan in some])


def _answer(
    request: GuideRequest, on: date, laws: Sequence[Law], terms: Sequence[Terms], debts: tuple[DebtAnswer, ...],
    plans: Sequence[Plan],
) -> Answer:  # fmt: skip
    budget = budget_of(request)
    outlook = outlook_of(budget.available, plans, len(debts))
    answer = Answer(
        on=on, place=request.place, rules_hash=laws[0].rules.pack.content_hash, currency=request.currency,
        outlook=outlook, headline=headline_of(outlook, debts, _put_forward(request, plans), budget.available),
        owed=sum(one.total for one in terms),
        assumptions=_once(one.assumptions for one in terms),
        debts=debts, budget=budget, plans=tuple(plans),
        order=order_of(request, terms, budget.available, plans),
        contact=_once(contact_of(law) for law in laws), relief=_once(relief_of(law) for law in laws),
        asking=asking_of(), advice=advice_of(outlook, terms, budget.available, debts), rules=(),
    )  # fmt: skip
    return answer.model_copy(update={"rules": _cited(answer, laws)})


def _debt(terms: Terms, law: Law, ceiling: Ceiling | None, offer: Proposal) -> DebtAnswer:
    cost = cost_of(terms, law, ceiling)
    above = [finding for finding in cost.findings if finding.is_above]
    return DebtAnswer(
        number=terms.place + 1, name=terms.debt.name or None, lender=terms.debt.lender,
        lender_name=terms.debt.lender_name, offer=offer.monthly, owed=owed_of(terms),
        growth=growth_of(terms, law, ceiling.rate if ceiling else None), cost=cost,
        record=record_of(terms, law, offer.plan),
        letter=letter_of(terms, law, offer, above), phone=phone_of(terms, law, offer, above),
        assumptions=terms.assumptions,
    )  # fmt: skip


def _proposal(request: GuideRequest, terms: Terms, offer: int | None, plans: Sequence[Plan]) -> Proposal:
    """Return what to put to a lender: the shortest plan at the contract rate, after a pause where bills come first.

    Where one month's money covers all that is overdue there is no plan to ask for.
    """
    if offer is not None and not request.arrears_first and terms.debt.overdue and offer >= terms.total:
        return Proposal(None, offer, plans, is_at_once=True)
    shortest = next((plan for plan in plans if plan.is_shortest_affordable), None)
    paused = next((plan for plan in plans if plan.name == "pause"), None)
    return Proposal(paused if request.arrears_first else shortest, offer, plans)


def _put_forward(request: GuideRequest, plans: Sequence[Plan]) -> list[Plan]:
    """Return the plans that the letters offer."""
    return [plan for plan in plans if (plan.name == "pause" if request.arrears_first else plan.is_shortest_affordable)]


def _months_most(request: GuideRequest, law: Law) -> int:
    """Return the longest plan to look at, no longer than a rule allows one for this product."""
    most = law.value("relief.instalment_agreement_months_most")
    return min(request.months_most, most) if isinstance(most, int) else request.months_most


def _pause(request: GuideRequest, budget: BudgetAnswer) -> int:
    """Return the months to ask a pause for: long enough for the bills that come first."""
    needed = first_months(sum(arrear.amount for arrear in request.arrears_first), budget.available)
    return min(max(PAUSE_MONTHS, needed or 0), PAUSE_MOST)


def _once(groups: Iterator[tuple[Message, ...]]) -> tuple[Message, ...]:
    """Return the messages of several debts, each once, in order."""
    kept: list[Message] = []
    for group in groups:
        kept += [message for message in group if all(_said(message) != _said(other) for other in kept)]
    return tuple(kept)


def _said(message: Message) -> tuple[str, dict[str, Figure]]:
    """Return what a message says, wherever it is said."""
    return message.key, {name: figure for name, figure in message.figures.items() if name != "source"}


def _cited(answer: Answer, laws: Sequence[Law]) -> tuple[Citation, ...]:
    """Return every rule that a message of the answer carries, each once, in order."""
    keys = dict.fromkeys(message.rule for message in messages_in(answer) if message.rule)
    return tuple(_citation(_rule(key, laws)) for key in keys)


def _rule(key: str, laws: Sequence[Law]) -> Rule:
    """Return the rule of a key as the laws have it: in force for certain, in force perhaps, or as history."""
    found = next((rule for law in laws if (rule := law.find(key)) is not None), None)
    if found is None:
        maybe = [rule for law in laws for rule in law.rules.all(key) if rule.key == key]
        found = maybe[0] if maybe else laws[0].rules.pack.history(key)[-1]
    return found


def _citation(rule: Rule) -> Citation:
    says = {"zh": rule.says["zh"], "en": rule.says["en"]}
    return Citation(key=rule.key, level=rule.level, says=says, source={"zh": rule.cite("zh"), "en": rule.cite("en")})


def messages_in(part: object) -> Iterator[Message]:
    """Yield every message of an answer or of a part of it, in order."""
    if isinstance(part, Message):
        yield part
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from messages_in(getattr(part, name))
    elif isinstance(part, tuple | list):
        for below in part:
            yield from messages_in(below)
    elif isinstance(part, Mapping):
        for below in part.values():
            yield from messages_in(below)
