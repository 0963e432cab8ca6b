"""Day counts over civil dates: additive where they should be, and the same as over columns of day numbers."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reprieve.engine import calendar
from reprieve.engine.day_count import year_fraction
from reprieve.errors import BadInput

EPOCH = date(1970, 1, 1)
days = st.dates(date(1900, 1, 1), date(2200, 1, 1))
UNITS = {"month": calendar.MONTH, "semimonth": calendar.SEMIMONTH, "week": calendar.WEEK, "day": calendar.DAY}


@given(days, st.integers(0, 30000), st.sampled_from(["act_365", "act_360", "30_360", "30e_360"]))
def test_columns_and_dates_count_the_same(start: date, length: int, name: str) -> None:
    first = (start - EPOCH).days
    method = calendar.DAY_COUNTS[name]
    numerator = calendar.day_count_numerator(first, first, first + length, method)
    columns = Fraction(int(numerator), int(calendar.day_count_denominator(method)))
    assert columns == year_fraction(start, start + timedelta(length), name)


@given(days, st.integers(0, 3000))
def test_actual_actual_weighs_each_day_by_its_own_year(start: date, length: int) -> None:
    each = [date((start + timedelta(offset)).year, 12, 31).timetuple().tm_yday for offset in range(length)]
    total = Fraction(each.count(365), 365) + Fraction(each.count(366), 366)
    assert year_fraction(start, start + timedelta(length), "act_act_isda") == total


@given(
    days,
    st.integers(0, 1200),
    days,
    st.sampled_from(["1 month", "2 month", "1 semimonth", "1 week", "2 week", "10 day"]),
    st.none() | st.integers(1, 31),
)
def test_equal_periods_weigh_each_day_by_its_own_period(
    start: date, length: int, first_due_on: date, period: str, due_day: int | None
) -> None:
    """Day by day on the columns' grid: each day is one part of the period it lies in."""
    count, unit = period.split()
    per_year = int(calendar.periods_a_year(UNITS[unit]))
    anchor, total = (first_due_on - EPOCH).days, Fraction(0)
    for offset in range(length):
        day = (start - EPOCH).days + offset
        cell = calendar.grid_period(day, anchor, UNITS[unit], int(count), due_day or first_due_on.day)
        total += Fraction(int(count), per_year) / (int(cell[1]) - int(cell[0]))
    end = start + timedelta(length)
    fraction = year_fraction(start, end, "equal_periods", period=period, first_due_on=first_due_on, due_day=due_day)
    assert fraction == total


@pytest.mark.parametrize(
    ("start", "end", "fraction"),
    [
        (date(2026, 1, 15), date(2026, 2, 15), Fraction(1, 12)),
        (date(2026, 1, 16), date(2026, 2, 15), Fraction(30, 31) / 12),
        (date(2026, 1, 15), date(2027, 1, 15), Fraction(1)),
        (date(2026, 2, 15), date(2026, 2, 15), Fraction(0)),
        (date(2026, 2, 10), date(2026, 2, 20), Fraction(5, 31) / 12 + Fraction(5, 28) / 12),
    ],
)
def test_a_broken_month_is_measured_against_its_own_days(start: date, end: date, fraction: Fraction) -> None:
    span = year_fraction(start, end, "equal_periods", period="1 month", first_due_on=date(2026, 2, 15))
    assert span == fraction


@given(days, st.integers(0, 5000), st.integers(0, 5000), st.sampled_from(["act_365", "act_360", "act_act_isda"]))
def test_actual_days_add_up(start: date, one: int, two: int, name: str) -> None:
    middle = start + timedelta(one)
    end = middle + timedelta(two)
    assert year_fraction(start, middle, name) + year_fraction(middle, end, name) == year_fraction(start, end, name)


def test_a_span_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(BadInput, match="before its start"):
        year_fraction(date(2026, 2, 1), date(2026, 1, 1), "act_365")


def test_an_unknown_day_count_is_refused_with_what_is_allowed() -> None:
    with pytest.raises(BadInput, match="act_act_isda"):
        year_fraction(date(2026, 1, 1), date(2026, 2, 1), "act_act_icma")


def test_equal_periods_ask_for_a_grid() -> None:
    with pytest.raises(BadInput, match="give period and first_due_on"):
        year_fraction(date(2026, 1, 1), date(2026, 2, 1), "equal_periods")
