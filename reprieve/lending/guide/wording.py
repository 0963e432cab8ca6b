"""What to say to a lender: a letter and a phone script, as messages. A claim stands here only with its rule.

Never threatens, never promises, never says anything of the person that they did not say themselves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Final

from reprieve.lending.guide.guide_answer import Finding, Plan
from reprieve.lending.guide.law import Law, claimed, quoted
from reprieve.lending.guide.terms import Terms
from reprieve.words.message import Count, Figure, Message, Money, Name, On

ASKED: Final = (("lowest",), ("lower_rate", "penalty_waived"), ("interest_free",))
"""The plans whose requests go into a letter: those of the first group that there are, so that they agree."""
QUOTED: Final = (
    "contact.only_debtor_and_guarantor",
    "contact.may_collect_from_unrelated_persons",
    "contact.forbidden_ways",
)
"""Rules on contact that are told in the pack's own words."""
WEIGHT: Final = {
    "national_standard": "guide.contact.online_standard",
    "self_regulatory": "guide.contact.self_regulatory",
}
"""What is said of claims that rest on less than a law, by the level of their rule."""


@dataclass(frozen=True)
class Proposal:
    """What a person can put to a lender."""

    plan: Plan | None
    """The plan that is offered, if one fits."""
    monthly: int | None
    """What can be paid a month, in minor units; none where that is not known."""
    plans: Sequence[Plan]
    """All plans of the debt; what they ask for may be asked."""
    is_at_once: bool = False
    """Whether what can be paid in one month is all that is overdue, so that there is no plan to ask for."""


def letter_of(terms: Terms, law: Law, offer: Proposal, above: Sequence[Finding]) -> tuple[Message, ...]:
    """Return a letter: what is owed, what can be paid, what is asked for, what the rules say, what to confirm."""
    breakdown = [] if terms.split == "given" or not terms.debt.overdue else [Message("guide.letter.breakdown")]
    situation = [_situation("letter", terms), *breakdown, *_offer("letter", offer), *_asks("letter", offer)]
    once = "_at_once" if offer.is_at_once else ""
    return (
        _addressed(f"guide.letter.subject{once}", terms),
        Message("guide.letter.greeting"),
        *([_at_once("letter", terms), *breakdown] if once else situation),
        *_ceilings("letter", above),
        *_rules(law),
        Message(f"guide.letter.confirm{once}"),
        Message("guide.letter.close"),
        Message("guide.letter.sign"),
    )


def phone_of(terms: Terms, law: Law, offer: Proposal, above: Sequence[Finding]) -> tuple[Message, ...]:
    """Return what to say on the phone, line by line, and what to do when the answer is no."""
    situation = [_situation("phone", terms), *_offer("phone", offer), *_asks("phone", offer)]
    once = "_at_once" if offer.is_at_once else ""
    return (
        _addressed(f"guide.phone.open{once}", terms),
        *([_at_once("phone", terms)] if once else situation),
        *_ceilings("phone", above),
        *([] if law.is_private else law.claim("guide.phone.record", "credit_record.prior_notice")),
        Message("guide.phone.if_no"),
        Message("guide.phone.if_pressed"),
        Message("guide.phone.confirm"),
        Message("guide.phone.never"),
    )


def contact_of(law: Law) -> tuple[Message, ...]:
    """Return what a lender and its collectors may and may not do, as far as the rules say; then what one may do."""
    if law.is_private:
        return (Message("guide.contact.note"), Message("guide.contact.channel"))
    said: list[Message] = []
    hours = hours_of(law)
    if hours:
        said += law.claim("guide.contact.quiet_hours", "contact.quiet_hours", **hours)
    for key in ("connected_calls_a_day", "unanswered_dials_a_number_a_day"):
        count = law.value(f"contact.{key}")
        if isinstance(count, int):
            said += law.claim(f"guide.contact.{key}", f"contact.{key}", count=Count(count))
    calls, days = law.value("contact.calls_in_window_most"), law.value("contact.call_window_days")
    if isinstance(calls, int) and isinstance(days, int):
        figures: dict[str, Figure] = {"count": Count(calls), "days": Count(days)}
        said += law.claim("guide.contact.calls_in_window", "contact.calls_in_window_most", **figures)
    said += law.claim("guide.contact.third_parties", "contact.third_parties")
    for key in QUOTED:
        said += quoted(law, key)
    return (*said, *_weight(law, said), Message("guide.contact.note"), Message("guide.contact.channel"))


def _weight(law: Law, said: Sequence[Message]) -> list[Message]:
    """Say of each standard or guidance among some claims that it is one: it may be asked for, and is not a law."""
    found = [rule for message in said if message.rule and (rule := law.find(message.rule)) is not None]
    weak = {rule.cite("en"): rule for rule in found if rule.level in WEIGHT}
    return [claimed(WEIGHT[rule.level], rule) for rule in weak.values()]


def hours_of(law: Law) -> dict[str, Name]:
    """Return the first and the last hour in which nobody may call, as figures."""
    hours = law.value("contact.quiet_hours")
    if not isinstance(hours, Mapping):
        return {}
    ends = {name: hours.get(name, hours.get("to") if name == "until" else None) for name in ("from", "until")}
    return (
        {name: Name(f"{at:%H:%M}") for name, at in ends.items() if isinstance(at, time)} if all(ends.values()) else {}
    )


def _addressed(key: str, terms: Terms) -> Message:
    """Return a message that names the lender, or nobody where none was named; what a debt is called stays private."""
    name = terms.debt.lender_name
    return Message(key, {"name": Name(name)}) if name else Message(f"{key}_unnamed")


def _situation(door: str, terms: Terms) -> Message:
    key = "situation" if terms.debt.overdue else "ahead"
    return Message(f"guide.{door}.{key}", {"amount": Money(terms.total), "on": On(terms.on)})


def _at_once(door: str, terms: Terms) -> Message:
    return Message(f"guide.{door}.at_once", {"amount": Money(terms.total), "on": On(terms.on)})


def _offer(door: str, offer: Proposal) -> list[Message]:
    if offer.plan is not None:
        plan = offer.plan
        figures: dict[str, Figure] = {
            "monthly": Money(plan.monthly), "months": Count(plan.months), "first_on": On(plan.first_on),
            "total": Money(plan.total),
        }  # fmt: skip
        return [Message(f"guide.{door}.offer", figures)]
    if offer.monthly is None:
        return [Message(f"guide.{door}.offer_later")]
    if offer.monthly == 0:
        return [Message(f"guide.{door}.offer_nothing")]
    return [Message(f"guide.{door}.offer_short", {"monthly": Money(offer.monthly)})]


def _asks(door: str, offer: Proposal) -> list[Message]:
    """Return what is asked for, each request once."""
    groups = [[ask for plan in offer.plans if plan.name in names for ask in plan.asks] for names in ASKED]
    asks = next((group for group in groups if group), [])
    if offer.plan is not None and offer.plan.pause_months:
        asks = [*offer.plan.asks, *asks]
    if not asks:
        return [Message(f"guide.{door}.ask_time")] if offer.plan is not None else []
    return [Message(f"guide.{door}.asks"), *asks]


def _ceilings(door: str, above: Sequence[Finding]) -> list[Message]:
    """Return the request to look again at charges above a ceiling, with the rule of each finding."""
    return [
        Message(
            f"guide.{door}.{finding.charge}_above",
            {
                **{name: finding.message.figures[name] for name in ("percent", "ceiling", "source")},
            },
            finding.message.rule,
        )
        for finding in above
    ]  # fmt: skip


def _rules(law: Law) -> list[Message]:
    if law.is_private:
        return []
    said = law.claim("guide.letter.record", "credit_record.prior_notice")
    hours = hours_of(law)
    if hours:
        said += law.claim("guide.letter.quiet_hours", "contact.quiet_hours", **hours)
    return said + law.claim("guide.letter.third_parties", "contact.third_parties")
