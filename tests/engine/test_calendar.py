"""Days, months, grids, rolls and day counts, against the standard library and the exact fractions of `day_count`."""

import random
from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from reprieve import year_fraction
from reprieve.engine import accrual
from reprieve.engine import calendar as cal
from reprieve.engine import records as rec
from reprieve.engine import terms as term
from reprieve.engine.calendar import CALENDAR_DAYS, CALENDAR_START
from reprieve.engine.loan import Loan
from tests.engine.loans import loan, rows

pytestmark = pytest.mark.fast

EPOCH = date(1970, 1, 1)
SEED = 20260115
FIRST, LAST = date(1900, 1, 1), date(2299, 12, 31)


def number(day: date) -> int:
    return (day - EPOCH).days


def day_of(found: int) -> date:
    return EPOCH + timedelta(int(found))


def a_day(rng: random.Random) -> date:
    """A day of four centuries, often at the end of a month or in February."""
    year = rng.randint(1900, 2299)
    month = rng.choice([1, 2, 2, 3, 4, 12, rng.randint(1, 12)])
    length = monthrange(year, month)[1]
    return date(year, month, rng.choice([1, 15, length - 1, length, rng.randint(1, length)]))


def clamped(year: int, month: int, due_day: int) -> date:
    return date(year, month, min(due_day, monthrange(year, month)[1]))


def months_after(day: date, months: int, due_day: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return clamped(year, month + 1, due_day)


def half_months(due_day: int, years: range) -> list[date]:
    """Every date of the pair of due days that `due_day` belongs to, in order."""
    early = due_day if due_day <= 15 else due_day - 15
    return [clamped(year, month, early + late) for year in years for month in range(1, 13) for late in (0, 15)]


def test_every_day_of_four_centuries_is_the_day_the_library_says():
    assert number(FIRST) == CALENDAR_START
    assert number(LAST) - CALENDAR_START + 1 == CALENDAR_DAYS
    for found in range(CALENDAR_START, CALENDAR_START + CALENDAR_DAYS):
        day = day_of(found)
        assert cal.civil(found) == (day.year, day.month, day.day)


@pytest.mark.parametrize("year", [1, 1600, 1899, 1900, 1970, 2000, 2023, 2024, 2100, 2299, 2400, 9998])
def test_every_day_of_a_year_at_an_edge_is_the_day_the_library_says(year):
    for found in range(number(date(year, 1, 1)), number(date(year + 1, 1, 1))):
        day = day_of(found)
        assert cal.civil(found) == (day.year, day.month, day.day)
        assert cal.month_index_of(found) == 12 * day.year + day.month - 1
    assert cal.is_leap_year(year) == (monthrange(year, 2)[1] == 29)


def test_every_month_starts_where_the_library_says():
    for index in range(12 * 1890, 12 * 2310):
        assert day_of(cal.month_start(index)) == date(index // 12, index % 12 + 1, 1)


@pytest.mark.parametrize("due_day", [1, 15, 28, 29, 30, 31])
def test_a_due_day_is_clamped_to_the_end_of_its_month(due_day):
    for year in (1900, 2000, 2023, 2024):
        for month in range(1, 13):
            assert day_of(cal.day_in_month(12 * year + month - 1, due_day)) == clamped(year, month, due_day)


def test_months_are_added_on_the_due_day_and_come_back_from_the_end_of_february():
    rng = random.Random(SEED)
    for _ in range(1_500):
        anchor, steps, count, due_day = a_day(rng), rng.randint(-40, 40), rng.randint(1, 13), rng.randint(1, 31)
        if FIRST.year - 60 < months_after(anchor, steps * count, due_day).year:
            found = cal.add_periods(number(anchor), steps, cal.MONTH, count, due_day)
            assert day_of(found) == months_after(anchor, steps * count, due_day)


def test_half_months_are_added_along_the_pair_of_due_days():
    rng = random.Random(SEED)
    for due_day in range(1, 32):
        dates = half_months(due_day, range(2022, 2027))
        for _ in range(20):
            at, steps, count = rng.randint(30, 90), rng.randint(-9, 9), rng.choice([1, 1, 2, 3])
            found = cal.add_periods(number(dates[at]), steps, cal.SEMIMONTH, count, due_day)
            assert day_of(found) == dates[at + steps * count]


def test_weeks_and_days_are_added_by_counting_days():
    for steps in (-7, -1, 0, 1, 52):
        assert cal.add_periods(20_000, steps, cal.WEEK, 2, 9) == 20_000 + 14 * steps
        assert cal.add_periods(20_000, steps, cal.DAY, 10, 9) == 20_000 + 10 * steps


GRIDS = [
    (unit, count, due_day)
    for unit, counts, due_days in (
        (cal.MONTH, (1, 2, 3, 12), (1, 15, 28, 29, 30, 31)),
        (cal.SEMIMONTH, (1, 2, 3), (1, 14, 15, 16, 30, 31)),
        (cal.WEEK, (1, 2), (1,)),
        (cal.DAY, (1, 10), (1,)),
    )
    for count in counts
    for due_day in due_days
]


@pytest.mark.parametrize(("unit", "count", "due_day"), GRIDS)
def test_every_day_lies_in_the_one_period_of_the_grid_that_contains_it(unit, count, due_day):
    anchor = cal.add_periods(number(date(2024, 2, 15)), 0, unit, 1, due_day)
    marks = [cal.add_periods(anchor, step, unit, count, due_day) for step in range(-60, 61)]
    assert marks == sorted(set(marks))
    first, last = max(marks[0], anchor - 500), min(marks[-1], anchor + 500)
    for start, end in pairwise(mark for mark in marks if first <= mark <= last):
        for day in sorted({start, start + 1, (start + end) // 2, end - 1}):
            if day < end:
                assert cal.grid_period(day, anchor, unit, count, due_day) == (start, end)


def test_a_grid_whose_due_day_is_not_the_anchors_own_still_covers_every_day():
    anchor = number(date(2024, 2, 10))
    for due_day in (5, 20, 31):
        day = anchor - 400
        while day < anchor + 400:
            start, end = cal.grid_period(day, anchor, cal.MONTH, 1, due_day)
            assert start <= day < end
            assert day_of(end) == months_after(day_of(start), 1, due_day)
            day = end


def test_the_single_units_of_a_year():
    assert [cal.periods_a_year(unit) for unit in (cal.MONTH, cal.SEMIMONTH, cal.WEEK, cal.DAY)] == [12, 24, 52, 365]


def closed_days(days: list[date]) -> np.ndarray:
    calendar = np.zeros((1, CALENDAR_DAYS), np.uint8)
    for day in days:
        calendar[0, number(day) - CALENDAR_START] = 1
    return calendar


def test_a_due_date_rolls_to_the_business_day_that_was_agreed():
    holidays = [date(2026, 5, day) for day in (1, 2, 3, 4, 5)] + [date(2026, 1, 31), date(2026, 2, 1)]
    calendar = closed_days(holidays)
    expected = {
        date(2026, 4, 30): (date(2026, 4, 30),) * 3,
        date(2026, 5, 1): (date(2026, 5, 6), date(2026, 5, 6), date(2026, 4, 30)),
        date(2026, 5, 5): (date(2026, 5, 6), date(2026, 5, 6), date(2026, 4, 30)),
        date(2026, 5, 6): (date(2026, 5, 6),) * 3,
        date(2026, 1, 31): (date(2026, 2, 2), date(2026, 1, 30), date(2026, 1, 30)),
        date(2026, 2, 1): (date(2026, 2, 2), date(2026, 2, 2), date(2026, 1, 30)),
    }
    for day, rolled in expected.items():
        directions = (cal.FOLLOWING, cal.MODIFIED_FOLLOWING, cal.PRECEDING)
        assert tuple(day_of(cal.roll(number(day), one, calendar, 0)) for one in directions) == rolled
        assert cal.roll(number(day), cal.ROLL_NONE, calendar, 0) == number(day)


def test_days_outside_the_calendar_are_open_and_its_first_and_last_count():
    calendar = closed_days([FIRST, LAST])
    assert [cal.is_closed(number(day), calendar, 0) for day in (FIRST, LAST)] == [True, True]
    beyond = [FIRST - timedelta(1), FIRST + timedelta(1), LAST - timedelta(1), LAST + timedelta(1)]
    assert not any(cal.is_closed(number(day), calendar, 0) for day in beyond)


@pytest.fixture(autouse=True)
def _what_takes_a_loan_is_plain_python(monkeypatch):
    monkeypatch.setattr(accrual, "grid", getattr(accrual.grid, "py_func", accrual.grid))


FRACTION_ON = getattr(accrual.fraction_on, "py_func", accrual.fraction_on)
"""Compiled, it is called by compiled code alone."""


def fraction_of(start: date, end: date, day_count: int, **grid: int) -> Fraction:
    """Add up the pieces that the engine's `fraction_on` breaks a span into."""
    t, s = np.zeros(term.WIDTH, np.int64), np.zeros(rec.STATE_WIDTH, np.int64)
    loan = Loan(state=s, terms=t)
    t[term.PERIOD_UNIT], t[term.PERIOD_COUNT] = grid.get("unit", cal.MONTH), grid.get("count", 1)
    s[rec.S_ANCHOR], s[rec.S_DUE_DAY] = grid.get("anchor", 0), grid.get("due_day", 1)
    total, at = Fraction(0), number(start)
    while at < number(end):
        numerator, denominator, stop = FRACTION_ON(loan, day_count, number(start), at, number(end))
        assert at < stop <= number(end)
        total += Fraction(int(numerator), int(denominator))
        at = stop
    return total


@pytest.mark.parametrize("name", ["act_365", "act_360", "act_act_isda", "30_360", "30e_360"])
def test_a_day_count_of_columns_is_the_exact_fraction(name):
    rng = random.Random(SEED)
    for _ in range(400):
        start = a_day(rng)
        end = start + timedelta(rng.choice([0, 1, 29, 30, 31, 365, 366, rng.randint(0, 20_000)]))
        assert fraction_of(start, end, cal.DAY_COUNTS[name]) == year_fraction(start, end, name)


def test_breaking_a_30_360_span_changes_nothing():
    rng = random.Random(SEED)
    for _ in range(300):
        origin = a_day(rng)
        middle = origin + timedelta(rng.randint(0, 100))
        end = middle + timedelta(rng.randint(0, 100))
        days = [number(day) for day in (origin, middle, end)]
        for day_count in (cal.THIRTY_360, cal.THIRTY_E_360):
            parts = [cal.day_count_numerator(days[0], start, stop, day_count) for start, stop in pairwise(days)]
            assert sum(parts) == cal.days_360(days[0], days[2], day_count)


@pytest.mark.parametrize(
    ("start", "end", "thirty", "thirty_e"),
    [
        (date(2024, 1, 31), date(2024, 3, 31), 60, 60),
        (date(2024, 1, 30), date(2024, 3, 31), 60, 60),
        (date(2024, 1, 29), date(2024, 3, 31), 62, 61),
        (date(2024, 2, 29), date(2024, 3, 31), 32, 31),
        (date(2024, 2, 29), date(2024, 3, 30), 31, 31),
        (date(2023, 2, 28), date(2024, 2, 29), 361, 361),
        (date(2023, 12, 31), date(2024, 2, 29), 59, 59),
    ],
)
def test_days_of_30_360_at_the_ends_of_months(start, end, thirty, thirty_e):
    found = [cal.days_360(number(start), number(end), code) for code in (cal.THIRTY_360, cal.THIRTY_E_360)]
    assert found == [thirty, thirty_e]


@pytest.mark.parametrize(
    ("unit", "count"), [("month", 1), ("month", 3), ("semimonth", 1), ("week", 1), ("week", 2), ("day", 10)]
)
def test_equal_periods_of_columns_are_the_exact_fraction(unit, count):
    rng = random.Random(SEED)
    for _ in range(60):
        anchor = a_day(rng)
        start = anchor + timedelta(rng.randint(-200, 200))
        end = start + timedelta(rng.randint(0, 200))
        exact = year_fraction(start, end, "equal_periods", period=f"{count} {unit}", first_due_on=anchor)
        grid = {"unit": cal.PERIOD_UNITS[unit], "count": count, "anchor": number(anchor), "due_day": anchor.day}
        assert fraction_of(start, end, cal.EQUAL_PERIODS, **grid) == exact


@pytest.mark.parametrize("year", [1999, 2021, 2022, 2023, 2024, 2025, 2096, 2097])
def test_years_of_one_length_are_counted_together(year):
    start = number(date(year, 6, 1))
    length = 366 if monthrange(year, 2)[1] == 29 else 365
    stop = year + 1
    while (monthrange(stop, 2)[1] == 29) == (length == 366):
        stop += 1
    assert cal.same_year_length(start, start + 40_000) == (length, number(date(stop, 1, 1)))
    assert cal.same_year_length(start, start + 10) == (length, start + 10)


def test_due_dates_at_the_end_of_a_month_come_back_after_february():
    found = [row["due_on"] for row in rows(loan(disbursed_on="2023-12-31", first_due_on=..., instalments=4))]
    assert found == ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"]


def test_a_due_day_that_was_agreed_beats_the_first_due_date_of_february():
    found = [row["due_on"] for row in rows(loan(first_due_on="2026-02-28", due_day=30, instalments=3))]
    assert found == ["2026-02-28", "2026-03-30", "2026-04-30"]


def test_a_loan_of_29_february_falls_due_on_the_29th_except_in_short_februaries():
    found = [row["due_on"] for row in rows(loan(disbursed_on="2024-02-29", first_due_on=..., period="12 month"))]
    assert found[:4] == ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]


def test_half_months_pair_the_due_day_with_the_one_fifteen_days_away():
    found = [row["due_on"] for row in rows(loan(period="1 semimonth", first_due_on="2026-01-31", instalments=5))]
    assert found == ["2026-01-31", "2026-02-16", "2026-02-28", "2026-03-16", "2026-03-31"]
