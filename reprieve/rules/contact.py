"""Whether a lender may contact someone now: whom, at which hour, and how often a day; each counter is its own.

Times are those of the place where the person is (see `contact_hours` where the place is in doubt). Never sends anything
and never stores an attempt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from reprieve.errors import Refusal
from reprieve.rules.figure import whole
from reprieve.rules.pack import Pack, RulesInForce
from reprieve.rules.rule import Rule

DEBTOR: Final = "debtor"
GUARANTOR: Final = "guarantor"
OTHER_PERSON: Final = "contact"
COUNTERS: Final = (
    ("contact.connected_calls_a_day", "connected"),
    ("contact.unanswered_dials_a_number_a_day", "unanswered"),
    ("contact.notification_dials_a_day", "notification"),
)
"""Each counter's rule, and the outcome of a call that it counts."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call that was made: when (local time), its outcome (connected, unanswered, notification), and the number."""

    at: datetime
    outcome: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact that is wished for.

    `person` is debtor, guarantor or contact; `because` says why a contact person is asked (as the pack words it:
    debtor_unreachable, …). `has_agreed` means the person agreed to be contacted in quiet hours.
    """

    at: datetime
    number: str = ""
    channel: str = "call"
    person: str = DEBTOR
    because: str = ""
    has_agreed: bool = False
    has_refused: bool = False


@dataclass(frozen=True, slots=True)
class Permission:
    """A yes: what is left of each counter after this contact is not yet counted, and when quiet hours begin."""

    left: Mapping[str, int]
    until: datetime | None
    allowed: bool = True


@dataclass(frozen=True, slots=True)
class ContactRefusal:
    """A no: the rule that says it, and the next time it would not; None where waiting does not help."""

    rule: Rule
    next_allowed_at: datetime | None
    allowed: bool = False

    def in_words(self, language: str) -> Refusal:
        """Return the refusal with the rule's sentence and citation in `zh` or `en`."""
        return Refusal(self.rule.key, self.rule.says[language], self.rule.cite(language))


def may_contact(
    pack: Pack,
    contact: Contact,
    *,
    earlier: Sequence[Attempt] = (),
    lender_type: str | None = None,
    product: str | None = None,
) -> Permission | ContactRefusal:
    """Return whether a contact is allowed: the person first, then the hour, then the counters of that local day.

    `earlier` are the attempts of the lender and of its agencies together. Connected calls and notification dials count
    for the debtor whatever the number, unanswered dials for each number. Counters are about calls alone.
    """
    rules = pack.on(contact.at.date(), lender_type, product)
    barred = _person_barred_by(rules, contact)
    if barred is not None:
        return ContactRefusal(barred, None)
    quiet = rules.find("contact.quiet_hours")
    if quiet is not None and not contact.has_agreed and is_quiet(quiet, contact.at.time()):
        return ContactRefusal(quiet, _after_quiet(quiet, contact.at))
    left = _left(rules, contact, earlier)
    for key, rest in left.items():
        if rest <= 0:
            return ContactRefusal(rules.get(key), _next_morning(quiet, contact.at))
    return Permission(left, None if quiet is None or contact.has_agreed else _next(contact.at, _hours(quiet)[0]))


def is_quiet(quiet: Rule, at: time) -> bool:
    """Return whether a local time lies in quiet hours, `[from, until)`, also when they run past midnight."""
    from_, until = _hours(quiet)
    if from_ <= until:
        return from_ <= at < until
    return at >= from_ or at < until


def _person_barred_by(rules: RulesInForce, contact: Contact) -> Rule | None:
    """Return the rule that keeps this person from being contacted, or nothing."""
    if contact.person in (DEBTOR, GUARANTOR):
        return None
    assert contact.person == OTHER_PERSON, contact.person
    only = rules.find("contact.only_debtor_and_guarantor")
    if only is not None and only.value:
        return only
    others = rules.find("contact.third_parties")
    if others is not None:
        assert isinstance(others.value, Mapping), others.key
        is_refused = contact.has_refused and others.value["stop_when_refused"]
        return others if is_refused or contact.because not in others.value["only_when"] else None
    unrelated = rules.find("contact.may_collect_from_unrelated_persons")
    return unrelated if unrelated is not None and not unrelated.value else None


def _left(rules: RulesInForce, contact: Contact, earlier: Sequence[Attempt]) -> dict[str, int]:
    """Return what is left of each counter in force; a contact that is no call counts nowhere."""
    if contact.channel != "call":
        return {}
    today = [attempt for attempt in earlier if attempt.at.date() == contact.at.date() and attempt.at <= contact.at]
    left = {}
    for key, outcome in COUNTERS:
        rule = rules.find(key)
        if rule is not None:
            made = [attempt for attempt in today if attempt.outcome == outcome]
            if outcome == "unanswered":
                made = [attempt for attempt in made if attempt.number == contact.number]
            left[key] = whole(rule) - len(made)
    return left


def _after_quiet(quiet: Rule, at: datetime) -> datetime:
    return _next(at, _hours(quiet)[1])


def _next_morning(quiet: Rule | None, at: datetime) -> datetime:
    """Return when the next day's counters may first be used."""
    midnight = datetime.combine(at.date() + timedelta(days=1), time(), at.tzinfo)
    is_open = quiet is None or not is_quiet(quiet, midnight.time())
    return midnight if quiet is None or is_open else _after_quiet(quiet, midnight)


def _next(at: datetime, clock: time) -> datetime:
    """Return the first moment at or after `at` when the clock shows a time."""
    today = datetime.combine(at.date(), clock, at.tzinfo)
    return today if today >= at else today + timedelta(days=1)


def _hours(quiet: Rule) -> tuple[time, time]:
    value: Any = quiet.value
    return value["from"], value["until"]
