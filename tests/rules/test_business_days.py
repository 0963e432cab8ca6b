"""Business days: announced years are firm, later ones provisional until their arrangement is loaded."""

from datetime import date, timedelta

import pytest

from reprieve.rules import load, load_with
from reprieve.rules.business_days import following_business_day, is_business_day, is_provisional

pytestmark = pytest.mark.fast

CN = load("cn")
ARRANGEMENT = """
[[rule]]
key = "calendar.arrangement"
from = 2027-01-01
until = 2028-01-01
value = { closed = [2027-01-01, 2027-03-04], open = [2027-01-09] }
unit = "table"
level = "normative_notice"
applies_by = "event"
confidence = "verified"
says = { en = "The arrangement of 2027.", zh = "2027年放假安排。" }
source = { title = "通知" }
"""


def test_the_business_days_of_2026_are_those_announced():
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    weekdays_off = [day for day in days if day.weekday() < 5 and not is_business_day(CN, day)]
    weekends_on = [day for day in days if day.weekday() >= 5 and is_business_day(CN, day)]
    assert [f"{day:%m-%d}" for day in weekends_on] == ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]
    assert len(weekdays_off) == 19
    assert sum(is_business_day(CN, day) for day in days) == 261 - 19 + 6


def test_a_year_that_is_not_announced_is_provisional_until_loaded():
    loaded = load_with("cn", {"2027.toml": ARRANGEMENT})
    day = date(2027, 3, 4)
    assert (is_provisional(CN, day), is_business_day(CN, day)) == (True, True)
    assert (is_provisional(loaded, day), is_business_day(loaded, day)) == (False, False)
    assert is_business_day(loaded, date(2027, 1, 9))
    assert not is_business_day(loaded, date(2027, 1, 10))
    assert is_provisional(loaded, date(2028, 3, 6))


def test_the_following_business_day_is_the_day_itself_or_the_first_after():
    assert following_business_day(CN, date(2026, 9, 30)) == date(2026, 9, 30)
    assert following_business_day(CN, date(2026, 10, 1)) == date(2026, 10, 8)
    assert following_business_day(load("us"), date(2026, 7, 3)) == date(2026, 7, 6)


def test_the_days_of_contracts_are_the_days_of_the_pack_with_its_working_weekends():
    from reprieve.engine.calendar import CALENDAR_START
    from reprieve.lending.columns import calendar_row, day_number

    for place in ("cn", "us", "gb"):
        pack, row = load(place), calendar_row(place)
        for number in range(3 * 365):
            day = date(2024, 1, 1) + timedelta(number)
            assert row[day_number(day) - CALENDAR_START] == (not is_business_day(pack, day)), (place, day)
    saturday = date(2026, 2, 14)
    assert (saturday.weekday(), calendar_row("cn")[day_number(saturday) - CALENDAR_START]) == (5, 0)


def test_a_due_date_on_a_working_saturday_stays_where_it_is():
    import reprieve
    from tests.ledger.books import loan

    roll = {"calendar": "cn", "to": "following", "interest": "unadjusted"}
    file = loan(first_due_on="2026-02-14", roll=roll)
    days = [row["due_on"] for row in reprieve.schedule(reprieve.Case(file))["instalments"]]
    assert days[:4] == ["2026-02-14", "2026-03-16", "2026-04-14", "2026-05-14"]
