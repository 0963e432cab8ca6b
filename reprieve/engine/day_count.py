"""Day counts over civil dates as exact fractions of a year, for reading and checking. Never the batch path.

`calendar.py` holds the same rules over columns of day numbers; the two are tested against each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from reprieve.engine.unit_period import UnitPeriod, read_unit_period, step_months
from reprieve.errors import BadInput

_ALLOWED = "equal_periods, act_365, act_360, act_act_isda, 30_360, 30e_360"


def year_fraction(
    start: date,
    end: date,
    day_count: str,
    *,
    period: str | None = None,
    first_due_on: date | None = None,
    due_day: int | None = None,
) -> Fraction:
    """Return the fraction of a year that the days `[start, end)` are, exactly.

    `act_365`, `act_360`: the days over 365 or 360. `act_act_isda`: days of leap years over 366, the others over 365
    (ISDA 2006 s. 4.16(b)). `30_360`: s. 4.16(f), which has no rule for February; `30e_360`: s. 4.16(g).
    `equal_periods` needs `period` ("1 month") and `first_due_on`, which together with `due_day` (its own day unless
    given) lay a grid in both directions: a whole period is 1/12 a month, 1/24 a semimonth, 1/52 a week, n/365 for n
    days; a broken part is its actual days over those of its period. Raises `BadInput`.

    >>> year_fraction(date(2003, 11, 1), date(2004, 5, 1), "act_act_isda") == Fraction(61, 365) + Fraction(121, 366)
    True
    >>> year_fraction(date(2008, 2, 29), date(2008, 8, 31), "30_360")
    Fraction(91, 180)
    """
    if end < start:
        raise BadInput("$.end", str(end), f"{start} or later", f"the span ends on {end}, before its start on {start}")
    if day_count == "act_365":
        return Fraction((end - start).days, 365)
    if day_count == "act_360":
        return Fraction((end - start).days, 360)
    if day_count == "act_act_isda":
        return _actual_actual(start, end)
    if day_count in ("30_360", "30e_360"):
        return Fraction(_days_360(start, end, european=day_count == "30e_360"), 360)
    if day_count != "equal_periods":
        sentence = f"the day count is {day_count!r}; it must be one of {_ALLOWED}"
        raise BadInput("$.day_count", day_count, _ALLOWED, sentence)
    if period is None or first_due_on is None:
        sentence = "equal_periods measures spans on a grid: give period and first_due_on"
        raise BadInput("$.day_count", day_count, "period and first_due_on beside it", sentence)
    return _equal_periods(start, end, read_unit_period(period), first_due_on, due_day or first_due_on.day)


def _actual_actual(start: date, end: date) -> Fraction:
    if start.year == end.year:
        return Fraction((end - start).days, _days_of_year(start.year))
    head = Fraction((date(start.year + 1, 1, 1) - start).days, _days_of_year(start.year))
    tail = Fraction((end - date(end.year, 1, 1)).days, _days_of_year(end.year))
    return head + (end.year - start.year - 1) + tail


def _days_of_year(year: int) -> int:
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days


def _days_360(start: date, end: date, *, european: bool) -> int:
    start_day = min(start.day, 30)
    end_day = min(end.day, 30) if european or start_day == 30 else end.day
    return 360 * (end.year - start.year) + 30 * (end.month - start.month) + end_day - start_day


def _equal_periods(start: date, end: date, period: UnitPeriod, first_due_on: date, due_day: int) -> Fraction:
    total = Fraction(0)
    for cell_start, cell_end in _grid(start, end, period, first_due_on, due_day):
        days = (min(end, cell_end) - max(start, cell_start)).days
        total += Fraction(days, (cell_end - cell_start).days) / period.per_year
    return total


def _grid(start: date, end: date, period: UnitPeriod, first_due_on: date, due_day: int) -> Iterator[tuple[date, date]]:
    """Yield the periods through `first_due_on` that meet `[start, end)`, in order."""
    is_fixed = period.unit in ("day", "week")
    average_days = Fraction(period.nominal_days) if is_fixed else Fraction(146097, 400) / period.per_year
    step = (start - first_due_on).days // average_days - 2
    while _grid_date(first_due_on, step + 1, period, due_day) <= start:
        step += 1
    while (cell_start := _grid_date(first_due_on, step, period, due_day)) < end:
        yield cell_start, _grid_date(first_due_on, step + 1, period, due_day)
        step += 1


def _grid_date(first_due_on: date, step: int, period: UnitPeriod, due_day: int) -> date:
    units = step * period.count
    if period.unit in ("day", "week"):
        return first_due_on + timedelta(days=step * period.nominal_days)
    if period.unit == "semimonth":
        return _semimonth(first_due_on, units, due_day)
    return step_months(first_due_on, units * (12 if period.unit == "year" else 1), due_day)


def _semimonth(first_due_on: date, units: int, due_day: int) -> date:
    """Return the date `units` semimonths later, where day d of the month pairs with d + 15 (or d - 15), clamped."""
    early = due_day if due_day <= 15 else due_day - 15
    halves = sum(step_months(first_due_on, 0, day) <= first_due_on for day in (early, early + 15)) - 1
    months, late = divmod(units + halves, 2)
    return step_months(first_due_on, months, early + 15 * late)
