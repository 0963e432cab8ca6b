"""Risk classes of a bank's loan by the Chinese pack: days past due, a cure that lasts, a plan that is observed."""

from datetime import date

import pytest

from reprieve.lending.delinquency import Transition
from reprieve.lending.risk_class import Plan, observed_until, risk_class
from reprieve.rules import rules

pytestmark = pytest.mark.fast


def on(day, lender="bank"):
    return rules("cn", date.fromisoformat(day), lender, "consumer_loan")


def change(day, days, contractual=None):
    bucket = "current" if days == 0 else f"late {days}"
    return Transition(date.fromisoformat(day), "before", bucket, days, days if contractual is None else contractual)


def plan(signed, first_due):
    return Plan(date.fromisoformat(signed), date.fromisoformat(first_due))


@pytest.mark.parametrize(
    ("days", "name"),
    [
        (0, "normal"), (1, "special_mention"), (90, "special_mention"), (91, "substandard"), (270, "substandard"),
        (271, "doubtful"), (360, "doubtful"), (361, "loss"),
    ],
)  # fmt: skip
def test_days_past_due_allow_no_better_class(days, name):
    assert risk_class(on("2026-06-30"), days, []) == name


def test_a_pack_without_classes_for_the_lender_names_none():
    assert risk_class(on("2026-06-30", "consumer_finance"), 100, []) is None
    assert risk_class(rules("us", date(2026, 6, 30), "bank", "consumer_loan"), 100, []) is None


LATE = [change("2025-02-16", 1), change("2025-05-17", 91)]


@pytest.mark.parametrize(("day", "name"), [("2025-12-09", "substandard"), ("2025-12-10", "normal")])
def test_a_loan_that_was_non_performing_is_normal_again_after_six_months_on_time(day, name):
    assert risk_class(on(day), 0, [*LATE, change("2025-06-10", 0)]) == name


def test_a_new_lateness_starts_the_months_again():
    again = [*LATE, change("2025-06-10", 0), change("2025-11-16", 1), change("2025-11-20", 0)]
    assert risk_class(on("2025-12-20"), 0, again) == "substandard"
    assert risk_class(on("2026-05-20"), 0, again) == "normal"
    lasted = [*LATE, change("2025-06-10", 0), change("2026-02-16", 1), change("2026-02-20", 0)]
    assert risk_class(on("2026-03-01"), 0, lasted) == "normal", "it had lasted eight months before"


def test_a_loan_that_was_only_late_needs_no_months():
    assert risk_class(on("2025-06-11"), 0, [change("2025-02-16", 1), change("2025-06-10", 0)]) == "normal"


def test_a_restructured_loan_is_observed_for_a_year_from_its_first_due_date():
    plans = [plan("2025-01-20", "2025-02-15")]
    assert observed_until(on("2025-03-01"), [], plans) == date(2026, 2, 15)
    assert risk_class(on("2026-02-14"), 0, [], plans) == "special_mention"
    assert risk_class(on("2026-02-15"), 0, [], plans) == "normal"
    assert risk_class(on("2025-01-19"), 0, [], plans) == "normal", "not yet signed"


def test_a_missed_payment_starts_the_observation_again_from_its_day():
    plans, missed = [plan("2025-01-20", "2025-02-15")], [change("2025-08-19", 4), change("2025-08-25", 0)]
    assert observed_until(on("2026-03-01"), missed, plans) == date(2026, 8, 15)
    assert risk_class(on("2026-08-14"), 0, missed, plans) == "special_mention"


def test_a_second_restructuring_while_the_first_is_observed_is_substandard_at_least():
    plans = [plan("2025-01-20", "2025-02-15"), plan("2025-09-01", "2025-10-15")]
    assert risk_class(on("2026-01-01"), 0, [], plans) == "substandard"
    later = [plan("2024-01-20", "2024-02-15"), plan("2025-09-01", "2025-10-15")]
    assert risk_class(on("2026-01-01"), 0, [], later) == "special_mention"
