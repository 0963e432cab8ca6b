"""The lender of this database and the day that is open. Supplies `ports.Clock`; never reads the machine's clock itself.

The open day is the lender's local day, and never a day that has been closed. In a sandbox it is a setting, and an
instant there is the wall clock's time of that day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from reprieve.errors import BadInput, Refusal, Refused
from reprieve.storage.models import CloseRun, Lender
from reprieve.storage.models.lender import BOUNDS

SETTINGS: Final = tuple(BOUNDS)
"""What of the lender may be changed."""


@dataclass(frozen=True, slots=True)
class OpenDay:
    """The day that is open, the instant it is asked at, and the lender's terms."""

    instant: datetime
    day: date
    place: str
    currency: str
    is_sandbox: bool

    def now(self) -> datetime:
        """Return the instant, UTC."""
        return self.instant

    def business_date(self) -> date:
        """Return the day that is open."""
        return self.day


@dataclass(frozen=True, slots=True)
class Terms:
    """What of the lender decides which day is open."""

    place: str
    currency: str
    time_zone: str
    is_sandbox: bool
    business_on: date | None


def open_day(now: datetime) -> OpenDay:
    """Return the open day at an instant of the wall clock. Raises `Refused` where no lender has been set up."""
    lender = the_lender()
    terms = Terms(lender.place, lender.currency, lender.time_zone, lender.is_sandbox, lender.business_on)
    return open_day_of(now, terms, last_closed_on())


def open_day_of(now: datetime, lender: Terms, closed_on: date | None) -> OpenDay:
    """Return the open day of a lender whose last close was of a day: never that day or one before it."""
    zone = zone_of(lender.time_zone)
    local = now.astimezone(zone)
    day = local.date()
    if lender.is_sandbox and lender.business_on is not None:
        day = lender.business_on
    if closed_on is not None and day <= closed_on:
        day = closed_on + timedelta(days=1)
    instant = now
    if lender.is_sandbox:
        instant = datetime.combine(day, local.timetz().replace(tzinfo=None), zone).astimezone(UTC)
    return OpenDay(instant, day, lender.place, lender.currency, lender.is_sandbox)


def has_lender() -> bool:
    """Return whether a lender has been set up."""
    return Lender.objects.exists()


def the_lender() -> Lender:
    """Return the lender. Raises `Refused` where none has been set up."""
    found = Lender.objects.first()
    if found is None:
        raise missing_lender()
    return found


def missing_lender() -> Refused:
    """Return the refusal to do anything before a lender has been set up."""
    because = "No lender has been set up in this database yet. Set one up first."
    return Refused((Refusal("lender.missing", because, "a database is of one lender"),))


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone by its name. Raises `BadInput` for one that is not known."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise BadInput("time_zone", f'"{name}"', "a time zone such as Asia/Shanghai", code="time_zone") from None


def day_of(instant: datetime) -> date:
    """Return the day that an instant lies in, by the lender's clock."""
    return instant.astimezone(zone_of(the_lender().time_zone)).date()


def midnight_after(day: date) -> datetime:
    """Return the instant at which a business day ends by the lender's clock."""
    zone = zone_of(the_lender().time_zone)
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


def last_closed_on() -> date | None:
    """Return the last day whose close has begun: nothing is posted on it any more but by that close."""
    return CloseRun.objects.order_by("-business_on").values_list("business_on", flat=True).first()


def set_business_date(day: date) -> None:
    """Set the open day of a sandbox."""
    Lender.objects.update(business_on=day)


def add_lender(row: Mapping[str, Any]) -> None:
    """Add the one lender; the same again changes nothing. Raises `BadInput` where another has been set up."""
    found, is_new = Lender.objects.get_or_create(id=1, defaults=dict(row))
    same = ("name", "place", "currency", "time_zone", "is_sandbox")
    if not is_new and any(getattr(found, name) != row[name] for name in same):
        raise BadInput("name", f'"{row["name"]}"', f'"{found.name}", the lender of this database', code="one_lender")


def change_settings(settings: Mapping[str, int]) -> None:
    """Change how the lender reminds, asks and keeps. Raises `BadInput` for a number that is not allowed."""
    for name, number in settings.items():
        least, most = BOUNDS[name]
        if not least <= number <= most:
            raise BadInput(name, str(number), f"a whole number from {least} to {most}", code="setting")
    the_lender()
    Lender.objects.update(**settings)


def local_day(now: datetime) -> date:
    """Return the day that it is for the lender, closed or not."""
    lender = the_lender()
    if lender.is_sandbox and lender.business_on is not None:
        return lender.business_on
    return now.astimezone(zone_of(lender.time_zone)).date()
