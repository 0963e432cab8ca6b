"""Days as integers since 1970-01-01: month steps, due-day grids, rolls to business days, day-count fractions.

Ranges are `[start, end)`. A fraction is a pair numerator, denominator of whole numbers, never a float.
Civil dates follow the proleptic Gregorian calendar by the usual era arithmetic.
"""

from typing import Final

import numpy as np

from reprieve.engine.jit import compiled, compiled_leaf

EQUAL_PERIODS: Final = 0
ACT_365: Final = 1
ACT_360: Final = 2
ACT_ACT_ISDA: Final = 3
THIRTY_360: Final = 4
THIRTY_E_360: Final = 5
DAY_COUNTS: Final = {
    "equal_periods": EQUAL_PERIODS,
    "act_365": ACT_365,
    "act_360": ACT_360,
    "act_act_isda": ACT_ACT_ISDA,
    "30_360": THIRTY_360,
    "30e_360": THIRTY_E_360,
}

MONTH: Final = 0
SEMIMONTH: Final = 1
WEEK: Final = 2
DAY: Final = 3
PERIOD_UNITS: Final = {"month": MONTH, "semimonth": SEMIMONTH, "week": WEEK, "day": DAY}

ROLL_NONE: Final = 0
FOLLOWING: Final = 1
MODIFIED_FOLLOWING: Final = 2
PRECEDING: Final = 3
ROLLS: Final = {"following": FOLLOWING, "modified_following": MODIFIED_FOLLOWING, "preceding": PRECEDING}

CALENDAR_START: Final = -25567
"""First day a business-day calendar covers: 1900-01-01. Bit `day - CALENDAR_START` is 1 on a day without business."""

CALENDAR_DAYS: Final = 146097
"""Days a business-day calendar covers (400 years)."""


FIRST_MONTH: Final = 1900 * 12
_MONTHS: Final = 300 * 12
"""Months whose first days are kept in a table, counted from January of year 0; others are computed."""


@compiled
def civil(day: int) -> tuple[int, int, int]:
    """Return year, month (1-12) and day of month of a day number."""
    shifted = day + 719468
    era = shifted // 146097
    day_of_era = shifted - era * 146097
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted_month = (5 * day_of_year + 2) // 153
    day_of_month = day_of_year - (153 * shifted_month + 2) // 5 + 1
    month = shifted_month + 3 if shifted_month < 10 else shifted_month - 9
    year = year_of_era + era * 400
    return (year + 1 if month <= 2 else year), month, day_of_month


def _month_start(month_index: int) -> int:
    """Return the day number of the first of a month by the era arithmetic."""
    year, month = month_index // 12, month_index % 12
    if month < 2:
        year -= 1
        shifted_month = month + 10
    else:
        shifted_month = month - 2
    era = year // 400
    year_of_era = year - era * 400
    day_of_year = (153 * shifted_month + 2) // 5
    return era * 146097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719468


_MONTH_STARTS: Final = np.array([_month_start(month) for month in range(FIRST_MONTH, FIRST_MONTH + _MONTHS)], np.int32)
_computed_month_start = compiled(_month_start)
_FIRST_DAY: Final = int(_MONTH_STARTS[0])
_LAST_DAY: Final = int(_MONTH_STARTS[-1])


@compiled_leaf
def month_start(month_index: int) -> int:
    """Return the day number of the first of a month; the index counts months from January of year 0."""
    place = month_index - FIRST_MONTH
    if 0 <= place < _MONTHS:
        return np.int64(_MONTH_STARTS[place])  # type: ignore[return-value]
    return _computed_month_start(month_index)


@compiled_leaf
def month_index_of(day: int) -> int:
    """Return the month index of a day number (see `month_start`)."""
    if _FIRST_DAY <= day < _LAST_DAY:
        place = (day - _FIRST_DAY) * 4800 // 146097
        if _MONTH_STARTS[place + 1] <= day:
            return place + 1 + FIRST_MONTH
        return place + FIRST_MONTH if _MONTH_STARTS[place] <= day else place - 1 + FIRST_MONTH
    year, month, _ = civil(day)
    return year * 12 + month - 1


@compiled_leaf
def day_in_month(month_index: int, due_day: int) -> int:
    """Return the day number of `due_day` (1-31) in a month, clamped to the month's end."""
    first = month_start(month_index)
    length = month_start(month_index + 1) - first
    return first + (due_day if due_day < length else length) - 1


@compiled
def add_periods(anchor: int, steps: int, unit: int, count: int, due_day: int) -> int:
    """Return the date `steps` periods of `count` units after `anchor`, on the due day and clamped to month end.

    For months the result lies `steps * count` months after the anchor's month; for semimonths the due day d pairs
    with d + 15 (or d - 15). Steps may be negative.
    """
    if unit == MONTH:
        return day_in_month(month_index_of(anchor) + steps * count, due_day)
    if unit == SEMIMONTH:
        return _half_month(_half_month_index(anchor, due_day) + steps * count, due_day)
    return anchor + steps * count * (7 if unit == WEEK else 1)


@compiled
def _half_month(index: int, due_day: int) -> int:
    """Return the date of a half-month index (two a month) for the pair of due days that contains `due_day`."""
    early = due_day if due_day <= 15 else due_day - 15
    return day_in_month(index // 2, early if index % 2 == 0 else early + 15)


@compiled
def _half_month_index(day: int, due_day: int) -> int:
    """Return the index of the last half-month date on or before `day`."""
    index = 2 * month_index_of(day) + 1
    while _half_month(index, due_day) > day:
        index -= 1
    return index


@compiled
def grid_period(day: int, anchor: int, unit: int, count: int, due_day: int) -> tuple[int, int]:
    """Return the nominal period `[start, end)` that contains `day` on the grid through `anchor`."""
    if unit == MONTH:
        base = month_index_of(anchor)
        step = month_index_of(day) - base
        if count > 1:
            step //= count
        start = day_in_month(base + step * count, due_day)
        if start > day:
            step -= 1
            start = day_in_month(base + step * count, due_day)
        end = day_in_month(base + (step + 1) * count, due_day)
        if end <= day:
            return end, day_in_month(base + (step + 2) * count, due_day)
        return start, end
    if unit == SEMIMONTH:
        base = _half_month_index(anchor, due_day)
        index = base + (_half_month_index(day, due_day) - base) // count * count
        return _half_month(index, due_day), _half_month(index + count, due_day)
    length = count * (7 if unit == WEEK else 1)
    start = anchor + (day - anchor) // length * length
    return start, start + length


@compiled_leaf
def periods_a_year(unit: int) -> int:
    """Return how many single units the convention counts in a year: month 12, semimonth 24, week 52, day 365."""
    if unit == MONTH:
        return 12
    if unit == SEMIMONTH:
        return 24
    return 52 if unit == WEEK else 365


@compiled
def roll(day: int, direction: int, calendars: np.ndarray, place: int) -> int:
    """Return the business day that a due date rolls to, by row `place` of uint8[n, CALENDAR_DAYS] (1 = no business)."""
    if direction == ROLL_NONE:
        return day
    step = -1 if direction == PRECEDING else 1
    rolled = day
    while is_closed(rolled, calendars, place):
        rolled += step
    if direction == MODIFIED_FOLLOWING and month_index_of(rolled) != month_index_of(day):
        rolled = day
        while is_closed(rolled, calendars, place):
            rolled -= 1
    return rolled


@compiled
def is_closed(day: int, calendars: np.ndarray, place: int) -> bool:
    """Return whether a day is without business; days outside the calendar are open."""
    position = day - CALENDAR_START
    return 0 <= position < CALENDAR_DAYS and calendars[place, position] == 1


@compiled_leaf
def counts_days(day_count: int) -> bool:
    """Return whether a fraction is the days that pass over a year of 365 or 360."""
    return bool(day_count == ACT_365 or day_count == ACT_360)


@compiled
def day_count_numerator(origin: int, start: int, end: int, day_count: int) -> int:
    """Return the numerator of the fraction of `[start, end)` over `day_count_denominator`; for 365, 360 and 30/360.

    The 30/360 counts are differences of fractions measured from `origin`, so breaking a span changes nothing.
    """
    if counts_days(day_count):
        return end - start
    return days_360(origin, end, day_count) - days_360(origin, start, day_count)


@compiled
def day_count_denominator(day_count: int) -> int:
    """Return the denominator that goes with `day_count_numerator`."""
    if day_count == ACT_365:
        return 365
    return 360


@compiled
def same_year_length(start: int, end: int) -> tuple[int, int]:
    """Return the length of the year of `start` (365 or 366) and where, before `end`, years of another length begin."""
    year, _, _ = civil(start)
    is_leap = is_leap_year(year)
    stop = month_start((year + 1) * 12)
    while stop < end and is_leap_year(year + 1) == is_leap:
        year += 1
        stop = month_start((year + 1) * 12)
    return (366 if is_leap else 365), min(stop, end)


@compiled
def is_leap_year(year: int) -> bool:
    """Return whether a year has 366 days."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


@compiled
def days_360(start: int, end: int, day_count: int) -> int:
    """Return the days of `[start, end)` by 30/360 (ISDA 2006 4.16(f)) or 30E/360 (4.16(g))."""
    start_year, start_month, start_day = civil(start)
    end_year, end_month, end_day = civil(end)
    if start_day == 31:
        start_day = 30
    if end_day == 31 and (day_count == THIRTY_E_360 or start_day == 30):
        end_day = 30
    return 360 * (end_year - start_year) + 30 * (end_month - start_month) + end_day - start_day
