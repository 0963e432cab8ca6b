"""Business days of a place: public holidays from the `holidays` package or from a loaded arrangement. Never guesses.

A day beyond what is announced is provisional: it follows the holidays of the law without what will be substituted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from reprieve.rules.pack import Pack

ARRANGEMENT = "calendar.arrangement"
BUSINESS_DAYS = "calendar.business_days"


@dataclass(frozen=True, slots=True)
class Year:
    """One year of a business calendar: weekdays without business, weekend days with it, and whether that may change."""

    closed: frozenset[date]
    opened: frozenset[date]
    is_provisional: bool


def is_business_day(pack: Pack, on: date) -> bool:
    """Return whether a day is a business day."""
    year = year_of(pack, on.year)
    return on in year.opened or (on.weekday() < 5 and on not in year.closed)


def following_business_day(pack: Pack, on: date) -> date:
    """Return the day itself, or the first business day after it."""
    while not is_business_day(pack, on):
        on += timedelta(days=1)
    return on


def is_provisional(pack: Pack, on: date) -> bool:
    """Return whether the arrangement of a day's year is still to be announced."""
    return year_of(pack, on.year).is_provisional


def year_of(pack: Pack, year: int) -> Year:
    """Return a year's calendar: a loaded `calendar.arrangement` of that year, else the `holidays` package.

    An arrangement is a rule over the year whose table lists `closed` weekdays and `open` weekend days.
    """
    first = date(year, 1, 1)
    loaded = pack.on(first).find(ARRANGEMENT)
    if loaded is not None:
        table = _table(loaded.value)
        return Year(frozenset(table["closed"]), frozenset(table["open"]), is_provisional=False)
    return _year(_table(pack.on(first).get(BUSINESS_DAYS).value), year)


def earlier_year_of(pack: Pack, year: int) -> Year:
    """Return a year's calendar as `year_of` does; years before the pack's first rule go by that rule."""
    rule = next(iter(pack.history(BUSINESS_DAYS)), None)
    if rule is None or date(year, 1, 1) >= rule.from_:
        return year_of(pack, year)
    return _year(_table(rule.value), year)


def country_year_of(country: str, year: int) -> Year:
    """Return a year's calendar of a country without a pack. Raises `NotImplementedError` for one that is not known."""
    closed, opened = _known(country, None, year)
    return Year(closed, opened, is_provisional=True)


def _year(table: Mapping[str, Any], year: int) -> Year:
    closed, opened = _known(table["country"], table.get("subdivision"), year)
    announced_to = table.get("announced_to")
    is_provisional = announced_to is not None and date(year, 12, 31) > announced_to
    return Year(
        closed, opened if "announced_working_weekends" in table.get("open", ()) else frozenset(), is_provisional
    )


def _table(value: object) -> Mapping[str, Any]:
    assert isinstance(value, Mapping), "a calendar is a table"
    return value


@cache
def _known(country: str, subdivision: str | None, year: int) -> tuple[frozenset[date], frozenset[date]]:
    import holidays  # slow to load, and few questions need it

    found = holidays.country_holidays(country, subdiv=subdivision, years=year)
    opened = getattr(found, "weekend_workdays", ())
    return frozenset(found), frozenset(day for day in opened if day.year == year)
