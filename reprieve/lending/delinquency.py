"""Delinquency: buckets, transitions recorded once, and the cure that lasts. Never moves money."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from reprieve.lending.field import Period
from reprieve.rules import Pack
from reprieve.rules.delinquency import bucket

MONTH: Final = Period(count=1, unit="month")


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late a loan is at the end of a day: by its relief, by its contract, and the bucket of the former."""

    on: date
    days_past_due: int
    contractual_days_past_due: int
    bucket: str
    status: str


@dataclass(frozen=True, slots=True)
class Transition:
    """A change of bucket, recorded once, with both counts of days past due beside it."""

    on: date
    from_bucket: str | None
    to_bucket: str
    days_past_due: int
    contractual_days_past_due: int

    @property
    def is_cure(self) -> bool:
        """Whether the loan stopped being late."""
        return self.days_past_due == 0 and self.from_bucket is not None


def lateness(position: Mapping[str, Any], pack: Pack) -> Lateness:
    """Return the lateness a published position shows, in the pack's bucket for that day."""
    on = date.fromisoformat(position["on"])
    days = position["days_past_due"]
    return Lateness(on, days, position["contractual_days_past_due"], bucket(pack, on, days), position["status"])


def transitions(days: Iterable[Lateness], before: Transition | None = None) -> tuple[Transition, ...]:
    """Return the changes of bucket over days in rising order, after the last one recorded.

    A loan begins in no bucket: the first day seen is a transition too, unless it is on time. Giving the same days again
    gives nothing new.
    """
    found = []
    bucket, since = (None, None) if before is None else (before.to_bucket, before.on)
    for day in days:
        if since is not None and day.on <= since:
            continue
        is_first_on_time = bucket is None and day.days_past_due == 0
        if day.bucket != bucket and not is_first_on_time:
            found.append(Transition(day.on, bucket, day.bucket, day.days_past_due, day.contractual_days_past_due))
        bucket, since = day.bucket, day.on
    return tuple(found)


def revised(
    recorded: Sequence[Transition], now: Sequence[Transition]
) -> tuple[tuple[Transition, ...], tuple[Transition, ...]]:
    """Return what to add and what to withdraw, so that what is recorded becomes what is known now.

    A payment that becomes known late can undo a transition. The record is not edited: it gets a withdrawal.
    """
    return tuple(one for one in now if one not in recorded), tuple(one for one in recorded if one not in now)


def sustained_cure_on(changes: Sequence[Transition], months: int) -> date | None:
    """Return the day a loan has been on time for some months in a row since it was last late; nothing if never late.

    The day lies ahead while the cure is still young; a new lateness takes it back.
    """
    if not changes or not changes[-1].is_cure:
        return None
    cured_on = changes[-1].on
    return MONTH.after(cured_on, months, cured_on.day)


def is_cure_sustained(changes: Sequence[Transition], months: int, on: date) -> bool:
    """Return whether, at the end of a day, the last lateness lies that many months of being on time back."""
    ends = sustained_cure_on([change for change in changes if change.on <= on], months)
    return ends is not None and on >= ends
