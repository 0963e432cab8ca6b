"""What a position is called under a rule pack, and what the credit record would show if nothing more is paid."""

from datetime import date

import pytest

import reprieve
from reprieve import Case
from tests.case_file.examples import eight_thousand

pytestmark = pytest.mark.fast


def case_of(rules=..., **terms):
    document = eight_thousand()
    document["contract"] |= terms
    if rules is not ...:
        document["rules"] = rules
    return Case.read(document)


def shown(case, *days, on=None):
    answer = reprieve.project(case, list(days), on)
    return [(day["bucket"], day["credit_record"]) for day in answer["days"]], answer["credit_record"]


PAID = date(2026, 2, 15)
"""The day of the last payment; the next row falls due on 15 March and has three days of grace."""


def test_codes_and_buckets_follow_the_days_past_due():
    days, _ = shown(case_of(), 31, 32, 58, 59, 88, 89, on=PAID)
    assert days == [
        ("current", "N"), ("1-30", "1"), ("1-30", "1"), ("31-60", "2"), ("31-60", "2"), ("61-90", "3"),
    ]  # fmt: skip


def test_the_first_late_day_is_the_first_after_grace_and_comes_with_its_rules():
    _, effect = shown(case_of(), 10, 400, on=PAID)
    assert (effect["first_adverse_on"], effect["code"]) == ("2026-03-19", "1")
    assert (effect["retention_years"], effect["retention_from"], effect["prior_notice"]) == (5, "end", True)
    assert [one["rule"] for one in effect["sources"]] == [
        "credit_record.status_codes", "credit_record.retention_years", "credit_record.prior_notice",
    ]  # fmt: skip
    assert "第16" in effect["sources"][1]["source"]["zh"]


@pytest.mark.parametrize(("days", "first"), [(31, None), (32, "2026-03-19")])
def test_a_late_day_beyond_the_days_asked_about_is_not_claimed(days, first):
    _, effect = shown(case_of(), days, on=PAID)
    assert effect["first_adverse_on"] == first
    assert (effect["code"] is None) == (first is None)


def test_the_first_late_day_is_the_same_however_far_one_looks():
    case = case_of()
    assert {shown(case, days, on=PAID)[1]["first_adverse_on"] for days in range(32, 48)} == {"2026-03-19"}


def test_a_loan_that_is_late_already_shows_it_from_the_day_asked():
    _, effect = shown(case_of(), 30, on=date(2026, 4, 20))
    assert (effect["first_adverse_on"], effect["code"]) == ("2026-04-20", "2")


def test_a_month_without_a_row_has_a_code_of_its_own():
    case = case_of(period="3 month", instalments=4, first_due_on="2026-04-15", tolerance=1000000)
    days, _ = shown(case, 10, 45, 60, on=PAID)
    assert [day[1] for day in days] == ["*", "N", "N"]


def test_a_metro_2_month_is_late_from_thirty_days_and_kept_from_the_start():
    days, effect = shown(case_of({"place": "us"}), 57, 58, on=PAID)
    assert [day[1] for day in days] == ["11", "71"]
    assert (effect["first_adverse_on"], effect["retention_years"], effect["retention_from"]) == (
        "2026-04-14", 7, "start",
    )  # fmt: skip


@pytest.mark.parametrize("rules", [None, {"place": "gb"}, {"place": "eu"}, {"place": "cn", "lender_type": "private"}])
def test_nothing_is_claimed_where_no_rule_keeps_a_record(rules):
    days, effect = shown(case_of(rules), 90, on=PAID)
    assert (days[0][1], effect) == (None, None)


def test_a_position_has_a_bucket_only_where_the_pack_has_one_that_day():
    assert reprieve.position(case_of(), date(2026, 4, 15))["bucket"] == "31-60"
    assert reprieve.position(case_of("cn"), date(2026, 4, 14))["bucket"] == "1-30"
    assert reprieve.position(case_of(None), date(2026, 4, 15))["bucket"] is None
    assert reprieve.position(case_of("eu"), date(2026, 4, 15))["bucket"] is None


@pytest.mark.parametrize(("day", "bucket"), [("2020-01-18", None), ("2020-01-19", "current")])
def test_an_older_day_than_the_buckets_has_none(day, bucket):
    case = case_of(disbursed_on="2019-12-15", first_due_on="2020-02-15")
    assert reprieve.position(case, date.fromisoformat(day))["bucket"] == bucket
