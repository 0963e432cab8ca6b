"""The credit record by day, from the pack: edges of the codes, deletion, and the repair that is over."""

from datetime import date, timedelta

import pytest

from reprieve.lending.guide import answer
from tests.guide.people import ON, answer_to, eight_thousand

pytestmark = pytest.mark.fast


def entries(days):
    record = answer(eight_thousand(days_overdue=days), ON).debts[0].record
    return [(event.code, event.on) for event in record if event.code]


@pytest.mark.parametrize(
    ("days", "code"), [(1, "1"), (30, "1"), (31, "2"), (60, "2"), (61, "3"), (180, "6"), (181, "7"), (900, "7")]
)
def test_today_s_code_follows_the_days(days, code):
    assert entries(days)[0] == (code, ON)


def test_the_next_codes_come_on_their_days():
    due_on = ON - timedelta(60)
    assert entries(60)[1:] == [
        ("3", due_on + timedelta(61)),
        ("4", due_on + timedelta(91)),
        ("5", due_on + timedelta(121)),
    ]


def test_growth_carries_the_code_of_its_day():
    growth = answer_to("the 8,000 case").debts[0].growth
    assert [row.record_code for row in growth] == ["3", "4", "5", "7", "7"]


def test_without_the_days_no_date_is_claimed():
    record = answer_to("only an amount, a rate and a surplus").debts[0].record
    assert not [event for event in record if event.code]
    assert record[0].message.key == "guide.record.codes"


def test_a_debt_that_is_not_overdue_shows_what_would_come():
    record = answer_to("not overdue yet").debts[0].record
    assert (record[0].code, record[0].on, record[0].message.key) == ("1", date(2026, 12, 9), "guide.record.from")


def test_the_entry_goes_five_years_after_the_last_payment():
    found = answer_to("the 8,000 case")
    kept = next(event for event in found.debts[0].record if event.message.key == "guide.record.kept_until")
    assert kept.on == date(2033, 4, 23)
    assert found.shortest().last_on == date(2028, 4, 23)


def repair(on, **over):
    """Return what is said of the repair on a day, without the words before its name."""
    record = answer(eight_thousand(**over), on).debts[0].record
    keys = [event.message.key for event in record]
    return [key.removeprefix("guide.record.repair_") for key in keys if key.startswith("guide.record.repair_")]


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2025, 12, 21), []),
        (date(2025, 12, 22), ["open", "effect"]),
        (date(2026, 2, 1), ["open", "effect"]),
        (date(2026, 3, 1), ["open", "effect"]),
        (date(2026, 3, 2), ["open", "too_new", "effect"]),
        (date(2026, 3, 31), ["open", "too_new", "effect"]),
        (date(2026, 4, 1), ["closed"]),
        (ON, ["closed"]),
    ],
)
def test_the_one_off_repair_is_open_in_its_window_and_history_after(on, said):
    """Sixty days before 1 March is 31 December 2025, the last day of overdue items that it is for."""
    assert repair(on) == said


@pytest.mark.parametrize(("fen", "said"), [(1_000_000, []), (1_000_001, ["too_large"])])
def test_an_open_repair_says_where_the_amount_is_above_its_limit(fen, said):
    parts = {"principal": fen}
    assert repair(date(2026, 2, 1), overdue=fen, parts=parts) == ["open", *said, "effect"]


def test_without_the_days_an_open_repair_is_not_denied():
    assert repair(date(2026, 3, 31), days_overdue=None) == ["open", "effect"]


@pytest.mark.parametrize("name", ["the United States", "Britain", "the European Union"])
def test_elsewhere_only_what_the_pack_says_is_said(name):
    record = answer_to(name).debts[0].record
    assert not [event for event in record if event.message.key in ("guide.record.kept_until", "guide.record.kept")]
