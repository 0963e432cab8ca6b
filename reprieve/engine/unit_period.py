"""Unit-periods: the interval a rate is stated for, found among dates and counted between two. Never solves a rate.

Sources: Regulation Z (12 CFR 1026) Appendix J (b)(3)-(5) for the American count; Directive 2008/48/EC Annex I, remark
(c) as amended by 2011/90/EU (kept by 2014/17/EU and 2023/2225 Annex III), for the European one.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from reprieve.errors import BadInput

_A_YEAR: Final = {"day": 365, "week": 52, "semimonth": 24, "month": 12, "year": 1}
"""How many of each unit the conventions count in a year."""

_NOMINAL_DAYS: Final = {"day": 1, "week": 7, "semimonth": 15, "month": 30, "year": 365}
"""Days of each unit where periods of different units are compared: all months have 30 (Appendix J (b)(3)(iv))."""

_NONE: Final = Fraction(0)

_LAST_DAY: Final = 31
"""The due day of a series that falls on the last day of each month."""


@dataclass(frozen=True, slots=True)
class UnitPeriod:
    """A count of days, weeks, semimonths, months or years; twelve months are written as one year."""

    unit: str
    count: int

    @property
    def per_year(self) -> Fraction:
        """How many of these make a year: 12 divided by the months, 52 by the weeks, 365 by the days."""
        return Fraction(_A_YEAR[self.unit], self.count)

    @property
    def nominal_days(self) -> int:
        """Its length in days, for comparing lengths only."""
        return _NOMINAL_DAYS[self.unit] * self.count

    def __str__(self) -> str:
        return f"{self.count} {self.unit}"


def read_unit_period(text: str) -> UnitPeriod:
    """Read `"1 month"`, `"2 week"`, `"10 day"`, `"1 semimonth"`, `"1 year"`; raise `BadInput` for anything else.

    >>> read_unit_period("12 month")
    UnitPeriod(unit='year', count=1)
    """
    count, _, unit = text.partition(" ")
    if unit not in _A_YEAR or not count.isascii() or not count.isdigit() or int(count) < 1:
        allowed = 'a count and one of day, week, semimonth, month, year, such as "1 month"'
        raise BadInput("$.unit_period", text, allowed, f"$.unit_period is {text!r}; it must be {allowed}.")
    period = _unit_period(unit, int(count))
    if period.per_year < 1:
        sentence = f"$.unit_period is {text!r}; a unit-period is at most one year (Appendix J (b)(4))."
        raise BadInput("$.unit_period", text, "at most one year", sentence)
    return period


def find_unit_period(advances: Sequence[date], payments: Sequence[date]) -> UnitPeriod:
    """Return the unit-period of a transaction by Appendix J (b)(4).

    It is the period up to a year that occurs most often between advances and between payments, the smaller of two that
    occur equally often; where none occurs twice, the average period taken to the nearest standard interval, the lower
    of two equally near; with one advance and one payment the term, or one year if that is shorter. Periods run from
    the first flow of all. Flows of one day count as one.
    """
    origin = min(*advances, *payments)
    if len(set(advances)) == 1 and len(set(payments)) == 1:
        return _term(*sorted((advances[0], payments[0])))
    counts: Counter[UnitPeriod] = Counter()
    lengths: list[int] = []
    for series in (advances, payments):
        due_day = series_due_day(series)
        days = sorted({origin, *series})
        for place in range(len(days) - 1):
            lengths.append((days[place + 1] - days[place]).days)
            counts.update(_readings(days, place, due_day))
    most = max((count for period, count in counts.items() if period.per_year >= 1), default=0)
    if most < 2:
        return _nearest_standard(Fraction(sum(lengths), len(lengths)))
    common = [period for period, count in counts.items() if count == most and period.per_year >= 1]
    return min(common, key=lambda period: (period.nominal_days, period.unit in ("day", "week")))


def count_periods(start: date, end: date, unit: UnitPeriod, due_day: int = 0) -> tuple[int, Fraction]:
    """Return the full unit-periods from `start` to `end` and the fraction left, by Appendix J (b)(5).

    Months are counted back from the later date and the days left are over 30 a month; days and weeks are counted as
    they are; a year's rest is its months over 12 where they are whole, its days over 365 otherwise. `due_day` is the
    `series_due_day` of the series `end` belongs to.

    >>> count_periods(date(1978, 2, 10), date(1978, 4, 1), UnitPeriod("month", 1))
    (1, Fraction(19, 30))
    """
    if unit.unit in ("day", "week"):
        return _divide((end - start).days, unit.nominal_days)
    months, anchor = months_back(start, end, due_day)
    if unit.unit != "year":
        return _divide(30 * months + (anchor - start).days, unit.nominal_days)
    years = months // 12
    if anchor == start:
        return years, Fraction(months % 12, 12)
    left, part = _divide((_step_back(end, 12 * years, due_day) - start).days, 365)
    return years + left, part


def eu_interval(start: date, end: date, basis: str, due_day: int = 0) -> Fraction:
    """Return the years from `start` to `end` by remark (c): whole years, months or weeks, then days.

    `basis` is `year`, `month` or `week`. Whole periods are counted back from the later date; the days left are
    divided by the 365 or 366 days of the year that ends where they end.

    >>> eu_interval(date(2013, 1, 12), date(2013, 2, 15), "month") == Fraction(1, 12) + Fraction(3, 366)
    True
    """
    if basis not in ("year", "month", "week"):
        raise BadInput("$.basis", basis, "year, month, week", f"the basis is {basis!r}; it must be year, month or week")
    if end < start:
        raise BadInput("$.end", str(end), f"{start} or later", f"the interval ends on {end}, before it starts")
    if basis == "week":
        weeks = (end - start).days // 7
        anchor = end - timedelta(days=7 * weeks)
        whole = Fraction(weeks, 52)
    else:
        months, anchor = months_back(start, end, due_day)
        if basis == "year":
            months -= months % 12
            anchor = _step_back(end, months, due_day)
        whole = Fraction(months, 12)
    left = (anchor - start).days
    return whole + (Fraction(left, (anchor - _step_back(anchor, 12, 0)).days) if left else 0)


def eu_basis(advances: Sequence[date], payments: Sequence[date], unit: UnitPeriod | None = None) -> str:
    """Return the basis that the intervals of a European rate are stated in.

    The basis of `unit` where one is given. Otherwise the first of years, months and weeks in which every interval is
    whole, then that of the period found by `find_unit_period`. Days go with years, semimonths with months.
    """
    if unit is None:
        origin = min(*advances, *payments)
        months = [_whole_months(origin, series) for series in (advances, payments)]
        if None not in months:
            return "month" if any(count % 12 for series in months if series for count in series) else "year"
        if all((end - origin).days % 7 == 0 for end in (*advances, *payments)):
            return "week"
        unit = find_unit_period(advances, payments)
    return {"day": "year", "semimonth": "month"}.get(unit.unit, unit.unit)


def is_semimonthly(days: Sequence[date]) -> bool:
    """Return whether dates in order follow each other by semimonths: two fixed days of every month."""
    due_day = series_due_day(days)
    semimonth = UnitPeriod("semimonth", 1)
    return all(semimonth in _readings(days, place, due_day) for place in range(len(days) - 1))


def series_due_day(series: Sequence[date]) -> int:
    """Return the day of the month that a series' month-end dates stand for (Appendix J (b)(3)(iv)).

    31 where every date from the 28th on is the last of its month: months are then measured from last day to last day.
    Otherwise the latest day, so that the last of February stands for the 29th or 30th.
    """
    late = {day for day in series if day.day >= 28}
    if len(late) > 1 and all(_is_month_end(day) for day in late):
        return _LAST_DAY
    return max((day.day for day in late), default=0)


def months_back(start: date, end: date, due_day: int = 0) -> tuple[int, date]:
    """Return how many full months lie between two dates, counted back from the later, and the date they reach."""
    months = (end.year - start.year) * 12 + end.month - start.month
    anchor = _step_back(end, months, due_day)
    if anchor < start:
        months -= 1
        anchor = _step_back(end, months, due_day)
    return months, anchor


def step_months(on: date, months: int, due_day: int) -> date:
    """Return the date `months` later (or earlier), on `due_day`, clamped to the month's end."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month + 1, due_day if due_day <= 28 else min(due_day, monthrange(year, month + 1)[1]))


def _whole_months(origin: date, series: Sequence[date]) -> list[int] | None:
    """Return the months from the origin to each date, or nothing where one is not whole."""
    due_day = series_due_day(series)
    counted = [months_back(origin, end, due_day) for end in series]
    return [months for months, _ in counted] if all(anchor == origin for _, anchor in counted) else None


def _step_back(on: date, months: int, due_day: int) -> date:
    if months == 0:
        return on
    stands_for = due_day if due_day > on.day and _is_month_end(on) else on.day
    return step_months(on, -months, stands_for)


def _is_month_end(on: date) -> bool:
    return on.day >= 28 and on.day == monthrange(on.year, on.month)[1]


def _unit_period(unit: str, count: int) -> UnitPeriod:
    return UnitPeriod("year", 1) if (unit, count) == ("month", 12) else UnitPeriod(unit, count)


def _divide(days: int, length: int) -> tuple[int, Fraction]:
    whole, left = divmod(days, length)
    return whole, Fraction(left, length) if left else _NONE


def _term(start: date, end: date) -> UnitPeriod:
    """Return the unit-period of one advance and one payment: (b)(4)(ii), (b)(5)(vi) and (vii)."""
    months, anchor = months_back(start, end)
    if months >= 12:
        return UnitPeriod("year", 1)
    if anchor == start and months:
        return UnitPeriod("month", months)
    return UnitPeriod("day", max((end - start).days, 1))


def _readings(days: Sequence[date], place: int, due_day: int) -> list[UnitPeriod]:
    """Return every period that the gap after `days[place]` may be read as: months, a semimonth, weeks or days."""
    start, end = days[place], days[place + 1]
    length = (end - start).days
    readings = [UnitPeriod("day", length) if length % 7 else UnitPeriod("week", length // 7)]
    months, anchor = months_back(start, end, due_day)
    if anchor == start and months:
        readings.append(_unit_period("month", months))
    around = [(days[i], days[i + 2]) for i in (place - 1, place) if 0 <= i < len(days) - 2]
    if 13 <= length <= 16 and any(months_back(*pair, due_day) == (1, pair[0]) for pair in around):
        readings.append(UnitPeriod("semimonth", 1))
    return readings


def _nearest_standard(average: Fraction) -> UnitPeriod:
    """Return the standard interval nearest to a number of days, the lower of two equally near."""
    standard = [UnitPeriod("day", 1), UnitPeriod("semimonth", 1), UnitPeriod("year", 1)]
    standard += [UnitPeriod("week", count) for count in range(1, 53)]
    standard += [UnitPeriod("month", count) for count in range(1, 12)]
    return min(standard, key=lambda period: (abs(period.nominal_days - average), period.nominal_days))
