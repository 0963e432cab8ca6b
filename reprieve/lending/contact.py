"""Whether a lender may contact a customer now: the gate. Never sends, and never stores an attempt.

What a contact is for decides what can stop it:

| purpose | what it is | closed gate | channel refused | quiet hours | limits |
|---|---|---|---|---|---|
| `collection` | asks for money that is overdue | stops | stops | stop | stop |
| `notice` | tells in time what is coming, or what law wants told | – | stops | stop | – |
| `service` | answers what the customer asked for | – | stops | – | – |

The portal disturbs nobody: it cannot be refused and has no quiet hours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final, Literal

from reprieve.rules import contact as pack_contact
from reprieve.rules.call_frequency import may_call, next_call_on
from reprieve.rules.contact import Attempt, Contact, ContactRefusal
from reprieve.rules.pack import Pack
from reprieve.rules.refusal import refuse
from reprieve.rules.rule import Rule

Purpose = Literal["collection", "notice", "service"]
PURPOSES: Final[tuple[Purpose, ...]] = ("collection", "notice", "service")
PORTAL: Final = "portal"
PHONE: Final = "phone"
CALL_WINDOW: Final = "contact.calls_in_window_most"
"""The rule that calls are counted by over several days, where a place has it."""
CALLED: Final = {"connected": "call_answered", "unanswered": "call"}
OUTCOMES: Final = {"conversation": "connected", "no_answer": "unanswered"}
"""Outcomes of a call as they are kept, and as the rules count them."""


@dataclass(frozen=True, slots=True)
class Closure:
    """That the gate is closed, why, from an instant on, and until which."""

    because: str
    closed_at: datetime
    until_at: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether it holds at an instant."""
        return self.closed_at <= at and (self.until_at is None or at < self.until_at)


@dataclass(frozen=True, slots=True)
class Preference:
    """What a customer said of a channel: whether it may be used, and hours of their day in which it stays quiet."""

    is_allowed: bool = True
    quiet_from: time | None = None
    quiet_until: time | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """A contact that is wished for, at an instant of the customer's own clock."""

    at: datetime
    channel: str
    purpose: Purpose
    number: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a customer: closures of the gate, the preference for the channel, and what was sent already.

    `calls` are those of the lender and its agencies together; `asked_at` is when money was asked for in writing, on any
    channel.
    """

    closures: Sequence[Closure] = ()
    preference: Preference | None = None
    calls: Sequence[Attempt] = ()
    asked_at: Sequence[datetime] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """The lender's own limits, within those of the rules: how often it asks for money in writing."""

    asks_a_day: int = 1
    asks_a_week: int = 3
    source: str = "the lender's contact limits"


@dataclass(frozen=True, slots=True)
class Allowed:
    """A yes."""

    allowed: bool = True


@dataclass(frozen=True, slots=True)
class Stopped:
    """A no: the rule, a sentence, its source, and from when it would be a yes; None where waiting does not help."""

    rule: str
    because: str
    source: str
    next_allowed_at: datetime | None = None
    allowed: bool = False


def may_contact(
    pack: Pack,
    wish: Wish,
    standing: Standing,
    *,
    scope: tuple[str | None, str | None] = (None, None),
    limits: Limits = Limits(),
) -> Allowed | Stopped:
    """Return whether a contact may happen now. `scope` is the type of lender and the product that rules go by.

    The gate is asked first, then the customer's wishes, then the rules of the place, then the lender's limits.
    """
    stopped = (
        _by_gate(wish, standing)
        or _by_preference(wish, standing.preference)
        or _by_rules(pack, wish, standing, scope)
        or _by_call_window(pack, wish, standing, scope)
        or _by_limits(wish, standing, limits)
    )
    return stopped or Allowed()


def _by_gate(wish: Wish, standing: Standing) -> Stopped | None:
    """Return the closure that stops collection, the one that lasts longest."""
    holding = [closure for closure in standing.closures if closure.holds(wish.at)]
    if wish.purpose != "collection" or not holding:
        return None
    longest = max(holding, key=lambda closure: (closure.until_at is None, closure.until_at or wish.at))
    because = f"The contact gate is closed ({longest.because}): nobody asks this customer for money meanwhile."
    return Stopped(f"contact.gate.{longest.because}", because, "asking for help stops the chase", longest.until_at)


def _by_preference(wish: Wish, preference: Preference | None) -> Stopped | None:
    if preference is None or wish.channel == PORTAL:
        return None
    if not preference.is_allowed:
        because = f"The customer does not want to be reached by {wish.channel}."
        return Stopped("contact.preference.channel", because, "the customer's wish")
    if wish.purpose == "service" or preference.quiet_from is None or preference.quiet_until is None:
        return None
    if not _is_within(wish.at.time(), preference.quiet_from, preference.quiet_until):
        return None
    because = f"The customer asked for quiet from {preference.quiet_from:%H:%M} until {preference.quiet_until:%H:%M}."
    return Stopped(
        "contact.preference.quiet_hours", because, "the customer's wish", _next(wish.at, preference.quiet_until)
    )


def _by_rules(pack: Pack, wish: Wish, standing: Standing, scope: tuple[str | None, str | None]) -> Stopped | None:
    if wish.purpose == "service" or wish.channel == PORTAL:
        return None
    asked = Contact(wish.at, wish.number, channel="call" if wish.channel == PHONE else wish.channel)
    answer = pack_contact.may_contact(pack, asked, earlier=standing.calls, lender_type=scope[0], product=scope[1])
    if not isinstance(answer, ContactRefusal):
        return None
    said = answer.in_words("en")
    return Stopped(said.rule, said.because, said.source, answer.next_allowed_at)


def _by_call_window(pack: Pack, wish: Wish, standing: Standing, scope: tuple[str | None, str | None]) -> Stopped | None:
    """Count calls over days in a row, where the rules of the place do: all of a customer's loans together."""
    on = wish.at.date()
    rules = pack.on(on, *scope)
    if wish.channel != PHONE or wish.purpose == "service" or rules.find(CALL_WINDOW) is None:
        return None
    log = [(call.at.date(), CALLED[call.outcome]) for call in sorted(standing.calls, key=lambda call: call.at)]
    no = may_call(pack, on, log=log)
    if not isinstance(no, Rule):
        return None
    said, quiet = refuse(no, "en"), rules.find("contact.quiet_hours")
    hours: Any = None if quiet is None else quiet.value
    morning: time = time() if hours is None else hours["until"]
    frees = datetime.combine(next_call_on(pack, on, log=log), morning, wish.at.tzinfo)
    return Stopped(said.rule, said.because, said.source, frees)


def _by_limits(wish: Wish, standing: Standing, limits: Limits) -> Stopped | None:
    """Count what was asked in writing: on the customer's own day, and in the seven days up to now."""
    if wish.purpose != "collection" or wish.channel == PHONE:
        return None
    today = [at for at in standing.asked_at if at.astimezone(wish.at.tzinfo).date() == wish.at.date()]
    week = sorted(at for at in standing.asked_at if wish.at - timedelta(7) < at <= wish.at)
    if len(today) >= limits.asks_a_day:
        because = f"The customer was written to about money {len(today)} times today; at most {limits.asks_a_day}."
        tomorrow = datetime.combine(wish.at.date() + timedelta(1), time(), wish.at.tzinfo)
        return Stopped("contact.limits.asks_a_day", because, limits.source, tomorrow)
    if len(week) >= limits.asks_a_week:
        because = f"The customer was written to about money {len(week)} times in 7 days; at most {limits.asks_a_week}."
        frees = week[len(week) - limits.asks_a_week] + timedelta(7)
        return Stopped("contact.limits.asks_a_week", because, limits.source, frees)
    return None


def _is_within(at: time, start: time, end: time) -> bool:
    """Return whether a time lies in `[start, end)`, also past midnight; equal ends are the whole day."""
    return start <= at < end if start < end else at >= start or at < end


def _next(at: datetime, clock: time) -> datetime:
    """Return the first moment after `at` when the clock shows a time."""
    today = datetime.combine(at.date(), clock, at.tzinfo)
    return today if today > at else datetime.combine(at.date() + timedelta(1), clock, at.tzinfo)
