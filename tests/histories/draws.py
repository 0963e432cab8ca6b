"""Small draws from a seeded generator, and the calendar steps the histories need. Never computes what is owed."""

import random
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any


def happens(rng: random.Random, share: float) -> bool:
    """True in `share` of the draws."""
    return rng.random() < share


def pick(rng: random.Random, weights: Mapping[Any, float]) -> Any:
    """One key of `weights`, as often as its weight says."""
    return rng.choices(list(weights), list(weights.values()))[0]


def log_uniform(rng: random.Random, low: int, high: int) -> int:
    """A whole number in `[low, high]`, small ones as likely as large ones of the same ratio."""
    return min(high, max(low, int(low * (high / low) ** rng.random())))


def step_months(start: date, months: int, due_day: int) -> date:
    """The due day `months` after the month of `start`, clamped to the end of its month."""
    month = start.year * 12 + start.month - 1 + months
    year, month = divmod(month, 12)
    return date(year, month + 1, min(due_day, monthrange(year, month + 1)[1]))


def due_dates(first: date, due_day: int, period: str, count: int) -> list[date]:
    """The first `count` due dates of a grid that starts on `first`; no roll."""
    size, unit = period.split()
    width = int(size)
    if unit == "month":
        return [first, *(step_months(first, width * row, due_day) for row in range(1, count))]
    if unit == "semimonth":
        return _semimonth_dates(first, due_day, width, count)
    days = width * (7 if unit == "week" else 1)
    return [first + timedelta(days * row) for row in range(count)]


def first_regular_due(disbursed: date, period: str) -> date:
    """One period after the disbursement."""
    size, unit = period.split()
    if unit == "month":
        return step_months(disbursed, int(size), disbursed.day)
    if unit == "semimonth":
        return _semimonth_dates(disbursed, disbursed.day, int(size), 2)[1]
    return disbursed + timedelta(int(size) * (7 if unit == "week" else 1))


def period_days(period: str) -> float:
    """The mean length of a period, for sizes and horizons only."""
    size, unit = period.split()
    return int(size) * {"month": 30.4, "semimonth": 15.2, "week": 7, "day": 1}[unit]


def _semimonth_dates(first: date, due_day: int, width: int, count: int) -> list[date]:
    low, high = (due_day - 15, due_day) if due_day > 15 else (due_day, due_day + 15)
    is_high = first == step_months(first, 0, high)
    dates = [first]
    for half in range(width, width * count, width):
        months, in_high = divmod(half + is_high, 2)
        dates.append(step_months(first, months, high if in_high else low))
    return dates[:count]
