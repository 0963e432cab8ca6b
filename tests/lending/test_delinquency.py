"""Transitions are recorded once, with both counts of days; a cure has to last."""

from datetime import date, timedelta

import pytest

import reprieve
from reprieve.lending.delinquency import (
    Lateness,
    Transition,
    is_cure_sustained,
    lateness,
    revised,
    sustained_cure_on,
    transitions,
)
from reprieve.rules import load
from tests.ledger.books import loan

pytestmark = pytest.mark.fast

CN = load("cn")
START = date(2026, 3, 1)


def seen(*days_past_due):
    """One day after another with these days past due, in buckets of 30."""
    names = {0: "current"}
    return [
        Lateness(START + timedelta(place), days, days + 1, names.get(days, "late" if days < 31 else "worse"), "active")
        for place, days in enumerate(days_past_due)
    ]


def test_a_change_of_bucket_is_recorded_once_with_both_counts():
    days = seen(0, 0, 29, 30, 31, 32)
    found = transitions(days)
    assert [(one.from_bucket, one.to_bucket, one.days_past_due) for one in found] == [
        ("current", "late", 29), ("late", "worse", 31),
    ]  # fmt: skip
    assert [one.contractual_days_past_due for one in found] == [30, 32]
    assert transitions(days, found[-1]) == ()


def test_days_seen_again_give_nothing_new_and_later_days_go_on():
    days = seen(0, 29, 31, 0)
    first = transitions(days[:2])
    assert first + transitions(days, first[-1]) == transitions(days)


def test_a_loan_on_time_from_the_start_has_no_transition_and_one_taken_over_late_has():
    assert transitions(seen(0, 0, 0)) == ()
    assert transitions(seen(5))[0].from_bucket is None


def test_the_bucket_of_a_real_position_is_the_packs():
    case = reprieve.Case(loan())
    late = lateness(reprieve.position(case, date(2026, 3, 18)).to_dict(), CN)
    assert (late.days_past_due, late.bucket, late.status) == (31, "31-60", "active")
    assert lateness(reprieve.position(case, date(2026, 3, 17)).to_dict(), CN).bucket == "1-30"
    assert lateness(reprieve.position(case, date(2026, 2, 18)).to_dict(), CN).bucket == "current"


def test_what_became_known_late_withdraws_a_transition_and_adds_another():
    recorded, now = transitions(seen(0, 29, 31)), transitions(seen(0, 29, 0))
    added, withdrawn = revised(recorded, now)
    assert [one.to_bucket for one in added] == ["current"]
    assert [one.to_bucket for one in withdrawn] == ["worse"]
    assert revised(now, now) == ((), ())


def test_a_cure_is_sustained_after_three_months_on_time_and_not_a_day_before():
    changes = transitions(seen(29, 0))
    cured_on = changes[-1].on
    assert changes[-1].is_cure
    ends = sustained_cure_on(changes, 3)
    assert ends == date(2026, 6, cured_on.day)
    assert not is_cure_sustained(changes, 3, ends - timedelta(1))
    assert is_cure_sustained(changes, 3, ends)


def test_a_new_lateness_takes_a_young_cure_back():
    changes = transitions(seen(29, 0, 29))
    assert sustained_cure_on(changes, 3) is None
    assert not is_cure_sustained(changes, 3, date(2027, 1, 1))
    assert sustained_cure_on((), 3) is None


def test_a_cure_seen_from_a_day_before_a_later_lateness_was_sustained_then():
    cure = Transition(date(2026, 1, 31), "late", "current", 0, 0)
    late = Transition(date(2026, 1, 1), "current", "late", 5, 5)
    again = Transition(date(2026, 8, 1), "current", "late", 5, 5)
    assert sustained_cure_on((late, cure), 1) == date(2026, 2, 28)
    assert is_cure_sustained((late, cure, again), 3, date(2026, 7, 1))
    assert not is_cure_sustained((late, cure, again), 3, date(2026, 8, 1))
