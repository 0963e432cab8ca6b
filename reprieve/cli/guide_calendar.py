"""The reminders of an answer as a calendar (RFC 5545). Never holds a name, and never reads a clock.

The same answer gives the same bytes. An event's UID comes from its debt and its day, its SEQUENCE and DTSTAMP from the
answer's day: a later plan for the same debt and day takes the place of an earlier one.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from reprieve.cli.guide_proposal import proposal_of
from reprieve.lending.guide.guide_answer import Answer, DebtAnswer, Plan, PlanRow
from reprieve.words import Words

if TYPE_CHECKING:
    from icalendar import Alarm, Calendar, Event

ALARMS: Final = (timedelta(days=-3, hours=9), timedelta(hours=9))
"""When a reminder rings, from the start of its day: at nine in the morning three days before, and on the day."""
FOLLOW_UP_DAYS: Final = 7
"""Days after which to ask again if the lender has not answered."""
PRODUCT: Final = "-//Reprieve//Guide//EN"
UID_DOMAIN: Final = "reprieve.invalid"
"""A name that belongs to nobody (RFC 6761)."""
_FIRST_DAY: Final = date(2000, 1, 1)


@dataclass(frozen=True)
class Reminder:
    """One day of the calendar."""

    on: date
    identity: str
    """What it is about, without a name: the place, the debt, what is remembered."""
    title: str
    text: str
    alarms: tuple[timedelta, ...] = ALARMS


def calendar_of(answer: Answer, say: Words, *, has_amounts: bool = True) -> bytes:
    """Return the calendar of an answer: the payments of the plans put to the lenders, and when to ask again."""
    calendar = _empty(say)
    for reminder in reminders_of(answer, say, has_amounts=has_amounts):
        calendar.add_component(_event(reminder, answer.on))
    return bytes(calendar.to_ical())


def reminders_of(answer: Answer, say: Words, *, has_amounts: bool = True) -> list[Reminder]:
    """Return every reminder of an answer by day."""
    found = [_follow_up(answer, say)]
    for debt in answer.debts:
        plan = proposal_of(answer, debt.number - 1)
        if plan is not None:
            found += _payments(answer, debt, plan, _Speaker(answer, say, has_amounts))
            found.append(_settled(answer, debt, plan, say))
    return sorted(found, key=lambda one: (one.on, one.identity))


@dataclass(frozen=True)
class _Speaker:
    """The words of payments, with their amounts or without."""

    answer: Answer
    words: Words
    has_amounts: bool

    def title(self, plan: Plan, row: PlanRow) -> str:
        """Return the title of a payment."""
        key = "calendar.payment_amount" if self.has_amounts else "calendar.payment"
        text = self.words.text(key, number=row.number, count=plan.months, amount=self._amount(row.amount))
        return _of_debt(self.answer, plan.debt + 1, text, self.words)

    def text(self, row: PlanRow) -> str:
        """Return what there is to know about a payment."""
        left = self.words.text("calendar.left", left=self._amount(row.left))
        return "\n".join([*([left] if self.has_amounts else []), self.words.text("calendar.about_payment")])

    def _amount(self, minor: int) -> str:
        return self.words.money(minor, self.answer.currency)


def _payments(answer: Answer, debt: DebtAnswer, plan: Plan, speaker: _Speaker) -> Iterator[Reminder]:
    for row in plan.rows:
        yield Reminder(row.on, _identity(answer, debt, "payment"), speaker.title(plan, row), speaker.text(row))


def _settled(answer: Answer, debt: DebtAnswer, plan: Plan, say: Words) -> Reminder:
    """Remind of the settlement letter the day after the last payment."""
    title = _of_debt(answer, debt.number, say.text("calendar.settled"), say)
    identity = _identity(answer, debt, "settled")
    return Reminder(plan.last_on + timedelta(1), identity, title, say.text("calendar.about_settled"), ALARMS[1:])


def _follow_up(answer: Answer, say: Words) -> Reminder:
    """Remind of asking again, where a lender has not answered."""
    on = answer.on + timedelta(FOLLOW_UP_DAYS)
    identity = "|".join(_identity(answer, debt, "follow_up") for debt in answer.debts)
    return Reminder(on, identity, say.text("calendar.follow_up"), say.text("calendar.about_follow_up"), ALARMS[1:])


def _of_debt(answer: Answer, number: int, text: str, say: Words) -> str:
    """Return a title with the number of its debt, where there are several; names stay out of a calendar."""
    return say.text("calendar.of_debt", number=number, text=text) if len(answer.debts) > 1 else text


def _identity(answer: Answer, debt: DebtAnswer, what: str) -> str:
    return f"{answer.place} {debt.number} {debt.lender} {debt.owed.total} {answer.currency} {what}"


def _empty(say: Words) -> "Calendar":
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    for name in ("name", "x-wr-calname"):
        calendar.add(name, say.text("calendar.name"))
    return calendar


def _event(reminder: Reminder, made_on: date) -> "Event":
    from icalendar import Event

    event = Event()
    digest = hashlib.sha256(f"{reminder.identity} {reminder.on}".encode()).hexdigest()
    event.add("uid", f"{digest[:32]}@{UID_DOMAIN}")
    event.add("dtstamp", datetime.combine(made_on, time(), UTC))
    event.add("sequence", max(0, (made_on - _FIRST_DAY).days))
    event.add("dtstart", reminder.on)
    event.add("dtend", reminder.on + timedelta(1))
    event.add("summary", reminder.title)
    event.add("description", reminder.text)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    for before in reminder.alarms:
        event.add_component(_alarm(reminder.title, before))
    return event


def _alarm(title: str, before: timedelta) -> "Alarm":
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", before)
    alarm.add("description", title)
    return alarm
