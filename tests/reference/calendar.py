"""Days as ordinals, period grids, rolls and day counts; knows nothing of money."""

from datetime import date
from functools import lru_cache

from .money import Unsupported

CALENDARS: dict[str, set[date]] = {}
"""Every day without business by calendar, weekends included; some weekends have business."""

DAY_COUNTS = ("equal_periods", "act_365", "act_360", "act_act_isda", "30_360", "30e_360")


@lru_cache(maxsize=65536)
def parse_day(text):
    return date.fromisoformat(text).toordinal()


def iso(day):
    return date.fromordinal(day).isoformat()


def is_leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month_length(year, month):
    return (31, 29 if is_leap(year) else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


@lru_cache(maxsize=65536)
def day_in_month(month_index, day):
    """The ordinal of `day` (clamped) in the month numbered year * 12 + month - 1."""
    year, month = divmod(month_index, 12)
    return date(year, month + 1, min(day, month_length(year, month + 1))).toordinal()


@lru_cache(maxsize=65536)
def civil(day):
    value = date.fromordinal(day)
    return value.year, value.month, value.day


def month_index(day):
    year, month, _ = civil(day)
    return year * 12 + month - 1


def is_business_day(day, calendar):
    value = date.fromordinal(day)
    if calendar in CALENDARS:
        return value not in CALENDARS[calendar]
    return value.weekday() < 5


def roll_day(day, roll):
    """The business day a nominal day rolls to."""
    if roll is None:
        return day
    to = roll["to"]
    step = -1 if to == "preceding" else 1
    rolled = day
    while not is_business_day(rolled, roll["calendar"]):
        rolled += step
    if to == "modified_following" and month_index(rolled) != month_index(day):
        rolled = day
        while not is_business_day(rolled, roll["calendar"]):
            rolled -= 1
    return rolled


class Grid:
    """Nominal period boundaries: boundary 1 is the first due date, 0 the one before, without end either way."""

    def __init__(self, unit, count, first, due_day=None):
        self.unit, self.count, self.first = unit, count, first
        day = civil(first)[2]
        self.due_day = day if due_day is None else due_day
        self.year_part = {"month": (count, 12), "semimonth": (count, 24), "week": (count, 52), "day": (count, 365)}[
            unit
        ]
        self._found = {}
        if unit == "month":
            self._base = month_index(first)
        elif unit == "semimonth":
            low = self.due_day if self.due_day <= 15 else self.due_day - 15
            self._pair = (low, low + 15)
            half = 2 * month_index(first) + 1
            while self._half(half) > first:
                half -= 1
            self._base = half
        else:
            self._length = count * (7 if unit == "week" else 1)

    def _half(self, half):
        return day_in_month(half // 2, self._pair[half % 2])

    def boundary(self, k):
        if self.unit == "month":
            return day_in_month(self._base + (k - 1) * self.count, self.due_day)
        if self.unit == "semimonth":
            return self._half(self._base + (k - 1) * self.count)
        return self.first + (k - 1) * self._length

    def index(self, day):
        """The k with boundary(k) <= day < boundary(k + 1)."""
        if day in self._found:
            return self._found[day]
        if self.unit in ("week", "day"):
            k = 1 + (day - self.first) // self._length
        else:
            days = {"month": 30, "semimonth": 15}[self.unit] * self.count
            k = 1 + (day - self.first) // days  # a guess, corrected exactly below
            while self.boundary(k) > day:
                k -= 1
            while self.boundary(k + 1) <= day:
                k += 1
        self._found[day] = k
        return k

    def shift(self, day, periods):
        """`day` moved by whole periods: along the grid if it lies on it, else from its own day of the month."""
        k = self.index(day)
        if self.boundary(k) == day:
            return self.boundary(k + periods)
        if self.unit == "month":
            return day_in_month(month_index(day) + periods * self.count, civil(day)[2])
        if self.unit == "semimonth":
            return self.boundary(k + periods) + (day - self.boundary(k))
        return day + periods * self._length


def days_360(start, end, is_european):
    year1, month1, day1 = civil(start)
    year2, month2, day2 = civil(end)
    day1 = min(day1, 30)
    if day2 == 31 and (is_european or day1 == 30):
        day2 = 30
    return (year2 - year1) * 360 + (month2 - month1) * 30 + day2 - day1


def year_parts(day_count, start, end, origin, grid):
    """The year fraction of [start, end) as (numerator, denominator) pairs, one for each run of equal denominators."""
    if start >= end:
        return []
    if day_count == "act_365":
        return [(end - start, 365)]
    if day_count == "act_360":
        return [(end - start, 360)]
    if day_count in ("30_360", "30e_360"):
        is_european = day_count == "30e_360"
        return [(days_360(origin, end, is_european) - days_360(origin, start, is_european), 360)]
    if day_count == "act_act_isda":
        return _parts_by_year(start, end)
    if day_count == "equal_periods":
        return _parts_by_period(start, end, grid)
    raise Unsupported(f"day count {day_count}")


def _parts_by_year(start, end):
    parts = []
    while start < end:
        year = civil(start)[0]
        stop = min(end, date(year + 1, 1, 1).toordinal())
        _join(parts, stop - start, 366 if is_leap(year) else 365)
        start = stop
    return parts


def _parts_by_period(start, end, grid):
    parts = []
    above, below = grid.year_part
    k = grid.index(start)
    while start < end:
        low, high = grid.boundary(k), grid.boundary(k + 1)
        stop = min(end, high)
        _join(parts, (stop - start) * above, (high - low) * below)
        start, k = stop, k + 1
    return parts


def _join(parts, numerator, denominator):
    if parts and parts[-1][1] == denominator:
        parts[-1] = (parts[-1][0] + numerator, denominator)
    else:
        parts.append((numerator, denominator))
