"""Appendix J (b)(3)-(5) and remark (c), clause by clause, on both sides of every edge."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reprieve.engine.unit_period import (
    UnitPeriod,
    count_periods,
    eu_basis,
    eu_interval,
    find_unit_period,
    read_unit_period,
    series_due_day,
    step_months,
)
from reprieve.errors import BadInput

pytestmark = pytest.mark.fast

MONTH = UnitPeriod("month", 1)
days = st.dates(date(1990, 1, 1), date(2060, 1, 1))


def monthly(first: date, count: int, months: int = 1, due_day: int = 0) -> list[date]:
    return [step_months(first, k * months, due_day or first.day) for k in range(count)]


@pytest.mark.parametrize("text", ["1 month", "2 week", "10 day", "1 semimonth", "1 year", "11 month"])
def test_a_unit_period_reads_as_it_is_written(text: str) -> None:
    assert str(read_unit_period(text)) == text


@pytest.mark.parametrize("text", ["", "month", "0 month", "-1 week", "1 quarter", "1.5 month", "13 month", "٢ week"])
def test_other_words_are_refused(text: str) -> None:
    with pytest.raises(BadInput):
        read_unit_period(text)


@pytest.mark.parametrize(
    ("advances", "payments", "unit"),
    [
        ([date(2026, 1, 10)], monthly(date(2026, 2, 25), 6), "1 month"),
        ([date(2026, 1, 10)], [date(2026, 1, 10) + timedelta(14 * k) for k in range(1, 27)], "2 week"),
        ([date(2026, 1, 10)], [date(2026, 1, 10) + timedelta(10 * k) for k in range(1, 7)], "10 day"),
        ([date(2026, 1, 1)], [date(2026, 1, 1) + timedelta(k) for k in range(1, 9)], "1 day"),
        ([date(2026, 1, 16)], [date(2026, m, d) for m in range(2, 6) for d in (1, 16)], "1 semimonth"),
        ([date(2026, 1, 15)], [date(2026, 1, 31), date(2026, 2, 15), date(2026, 2, 28), date(2026, 3, 15)],
         "1 semimonth"),
        ([date(2026, 1, 31)], monthly(date(2026, 2, 28), 6, 1, 31), "1 month"),
        ([date(2026, 1, 10)], monthly(date(2026, 4, 10), 8, 3), "3 month"),
        ([date(2026, 1, 10)], monthly(date(2027, 1, 10), 4, 12), "1 year"),
        ([date(2026, 1, 10)], monthly(date(2028, 1, 10), 4, 24), "1 year"),
    ],
)  # fmt: skip
def test_the_period_that_occurs_most_often_is_the_unit(advances: list[date], payments: list[date], unit: str) -> None:
    assert str(find_unit_period(advances, payments)) == unit


def test_of_two_equally_frequent_periods_the_smaller_is_the_unit() -> None:
    payments = [date(2026, 2, 10), date(2026, 3, 10), date(2026, 5, 10), date(2026, 7, 10)]
    assert str(find_unit_period([date(2026, 1, 10)], payments)) == "1 month"
    assert str(find_unit_period([date(2026, 1, 20)], [*payments, date(2026, 9, 10)])) == "2 month"


@pytest.mark.parametrize(
    ("gaps", "unit"),
    [
        ((45, 106), "11 week"),  # 75.5 days on average: 77 is nearer than 70 or 90
        ((20, 38), "4 week"),  # 29 lies between 28 and 30: the lower
        ((20, 39), "1 month"),  # 29.5
        ((9, 12), "1 week"),  # 10.5 lies between 7 and 14: the lower
        ((500, 700), "1 year"),
    ],
)
def test_without_a_common_period_the_average_decides(gaps: tuple[int, int], unit: str) -> None:
    start = date(2025, 1, 6)
    payments = [start + timedelta(gaps[0]), start + timedelta(gaps[0] + gaps[1])]
    assert str(find_unit_period([start], payments)) == unit


@pytest.mark.parametrize(
    ("end", "unit"),
    [
        (date(2026, 9, 15), "8 month"),
        (date(2026, 9, 16), "244 day"),
        (date(2026, 1, 29), "14 day"),
        (date(2027, 1, 14), "364 day"),
        (date(2027, 1, 15), "1 year"),
        (date(2027, 1, 16), "1 year"),
    ],
)
def test_a_single_payment_has_its_term_for_unit(end: date, unit: str) -> None:
    assert str(find_unit_period([date(2026, 1, 15)], [end])) == unit


@pytest.mark.parametrize(
    ("start", "end", "unit", "whole", "part"),
    [
        (date(2026, 1, 10), date(2026, 2, 10), "1 month", 1, Fraction(0)),
        (date(2026, 1, 9), date(2026, 2, 10), "1 month", 1, Fraction(1, 30)),
        (date(2026, 1, 11), date(2026, 2, 10), "1 month", 1, Fraction(0)),  # 30 days are 30/30
        (date(2026, 1, 12), date(2026, 2, 10), "1 month", 0, Fraction(29, 30)),
        (date(2026, 2, 23), date(2026, 3, 16), "1 semimonth", 1, Fraction(6, 15)),
        (date(2026, 1, 1), date(2026, 1, 20), "2 week", 1, Fraction(5, 14)),
        (date(2026, 1, 1), date(2026, 1, 20), "1 day", 19, Fraction(0)),
        (date(2025, 1, 17), date(2026, 7, 17), "1 year", 1, Fraction(6, 12)),
        (date(2025, 1, 17), date(2026, 7, 18), "1 year", 1, Fraction(182, 365)),
    ],
)
def test_unit_periods_are_counted_back_from_the_later_date(
    start: date, end: date, unit: str, whole: int, part: Fraction
) -> None:
    assert count_periods(start, end, read_unit_period(unit)) == (whole, part)


@pytest.mark.parametrize("last_day", [29, 30, 31])
@pytest.mark.parametrize("year", [2023, 2024])
def test_a_series_at_month_end_has_whole_months(last_day: int, year: int) -> None:
    """Appendix J (b)(3)(iv): the last of February stands for the 29th, 30th or 31st."""
    start = date(year, 1, last_day)
    due = monthly(start, 24, due_day=last_day)[1:]
    counted = [count_periods(start, day, MONTH, series_due_day(due)) for day in due]
    assert counted == [(k, Fraction(0)) for k in range(1, 24)]
    assert find_unit_period([start], due) == MONTH
    assert eu_basis([start], due) == "month"


def test_a_series_of_last_days_is_measured_from_last_day_to_last_day() -> None:
    due = [date(2026, 9, 30), date(2026, 11, 30)]
    assert eu_interval(date(2026, 7, 31), due[0], "month", series_due_day(due)) == Fraction(2, 12)
    on_the_30th = series_due_day([*due, date(2027, 1, 30)])
    assert eu_interval(date(2026, 7, 31), due[0], "month", on_the_30th) == Fraction(1, 12) + Fraction(30, 365)


@given(days, st.integers(0, 20000), st.sampled_from(["1 day", "1 week", "1 semimonth", "1 month", "5 month", "1 year"]))
def test_the_broken_part_is_less_than_a_whole(start: date, length: int, unit: str) -> None:
    whole, part = count_periods(start, start + timedelta(length), read_unit_period(unit))
    assert whole >= 0
    assert 0 <= part < 1


@given(days, st.integers(0, 20000), st.sampled_from(["year", "month", "week"]))
def test_an_interval_is_near_its_days(start: date, length: int, basis: str) -> None:
    years = eu_interval(start, start + timedelta(length), basis)
    assert abs(years - Fraction(length * 400, 146097)) < Fraction(length, 50000) + Fraction(4, 365)


@pytest.mark.parametrize(
    ("start", "end", "basis", "years"),
    [
        (date(2012, 1, 12), date(2012, 1, 12), "month", Fraction(0)),
        (date(2012, 1, 12), date(2012, 1, 15), "month", Fraction(3, 365)),
        (date(2012, 2, 26), date(2012, 3, 29), "month", Fraction(1, 12) + Fraction(3, 366)),
        (date(2013, 1, 12), date(2014, 1, 12), "month", Fraction(1)),
        (date(2012, 1, 12), date(2013, 2, 15), "year", 1 + Fraction(34, 365)),
        (date(2013, 1, 12), date(2013, 2, 15), "year", Fraction(34, 366)),
    ],
)
def test_the_year_that_divides_the_days_ends_where_they_end(
    start: date, end: date, basis: str, years: Fraction
) -> None:
    assert eu_interval(start, end, basis) == years


@pytest.mark.parametrize(
    ("payments", "basis"),
    [
        ([date(2027, 1, 12)], "year"),
        ([date(2026, 7, 12)], "month"),
        ([date(2026, 1, 26)], "week"),
        ([date(2026, 2, 11)], "year"),  # 30 days: neither months nor weeks
        (monthly(date(2026, 2, 15), 12), "month"),
        (monthly(date(2026, 2, 15), 3, 12), "year"),
        ([date(2026, 1, 20) + timedelta(7 * k) for k in range(6)], "week"),
    ],
)
def test_intervals_are_stated_in_the_largest_whole_period(payments: list[date], basis: str) -> None:
    assert eu_basis([date(2026, 1, 12)], payments) == basis


def test_an_interval_refuses_other_bases_and_ends_before_starts() -> None:
    with pytest.raises(BadInput):
        eu_interval(date(2026, 1, 1), date(2026, 2, 1), "day")
    with pytest.raises(BadInput):
        eu_interval(date(2026, 2, 1), date(2026, 1, 1), "month")
