"""Regulation Z Appendix J (c) and Appendix K: every example, from its dates alone and from its unit-periods."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from reprieve.engine.cost import Flow, solve_apr
from reprieve.engine.unit_period import UnitPeriod, count_periods, find_unit_period, step_months
from tests.published.official import Case, cases, cents, rounded

pytestmark = pytest.mark.fast

DATED = cases("apr_us", "apr_us_actuarial") + cases("apr_us_more")


def unit_of(case: Case) -> UnitPeriod:
    unit, *count = case["inputs"]["unit_period"]
    return UnitPeriod(unit, *count or [1])


def advances(case: Case) -> list[Flow]:
    inputs = case["inputs"]
    given = inputs.get("advances") or [inputs["advance"]]
    return [(date.fromisoformat(advance["date"]), cents(advance["amount"])) for advance in given]


def payments(case: Case) -> list[Flow]:
    flows: list[Flow] = []
    for stream in case["inputs"]["payment_streams"]:
        first = date.fromisoformat(stream["first_date"])
        flows += [(later(first, place, unit_of(case)), cents(stream["amount"])) for place in range(stream["count"])]
    return flows


def later(first: date, steps: int, unit: UnitPeriod) -> date:
    if unit.unit == "semimonth":
        return step_months(first, steps // 2, first.day) + timedelta(days=15 * (steps % 2))
    if unit.unit in ("month", "year"):
        return step_months(first, steps * unit.count * (12 if unit.unit == "year" else 1), first.day)
    return first + timedelta(days=steps * unit.nominal_days)


def days(flows: list[Flow]) -> list[date]:
    return [when for when, _ in flows if isinstance(when, date)]


@pytest.mark.parametrize("case", DATED)
def test_the_rate_follows_from_dates_and_amounts_alone(case: Case) -> None:
    answer = solve_apr("us_actuarial", advances(case), payments(case))
    assert rounded(answer.apr_percent, case["expected"]["rounding_dp"]) == case["expected"]["apr_percent"]


@pytest.mark.parametrize("case", DATED)
def test_the_unit_period_is_the_one_the_regulation_names(case: Case) -> None:
    assert find_unit_period(days(advances(case)), days(payments(case))) == unit_of(case)


@pytest.mark.parametrize("case", [case for case in DATED if "first_payment_unit_periods" in case.values[0]["inputs"]])
def test_the_first_payment_lies_as_many_unit_periods_away(case: Case) -> None:
    printed = case["inputs"]["first_payment_unit_periods"]
    counted = count_periods(days(advances(case))[0], days(payments(case))[0], unit_of(case))
    assert counted == (printed["t"], Fraction(printed["f"]))


@pytest.mark.parametrize("case", cases("apr_us", "apr_us_actuarial_single"))
def test_a_single_payment_is_rated_over_its_term(case: Case) -> None:
    advance, payment = case["inputs"]["advance"], case["inputs"]["payment"]
    answer = solve_apr(
        "us_actuarial",
        [(date.fromisoformat(advance["date"]), cents(advance["amount"]))],
        [(date.fromisoformat(payment["date"]), cents(payment["amount"]))],
    )
    assert rounded(answer.apr_percent, case["expected"]["rounding_dp"]) == case["expected"]["apr_percent"]


@pytest.mark.parametrize("case", cases("apr_us", "apr_us_actuarial_simple"))
def test_a_rate_without_dates_takes_periods(case: Case) -> None:
    inputs = case["inputs"]
    per_year = inputs["unit_periods_per_year"]
    flows: list[Flow] = [(Fraction(k, per_year), cents(inputs["payment"])) for k in range(1, inputs["count"] + 1)]
    answer = solve_apr("us_actuarial", [(Fraction(0), cents(inputs["advance"]))], flows)
    assert rounded(answer.apr_percent, 2) == case["expected"]["apr_percent"]


@pytest.mark.parametrize("case", cases("apr_us", "talc_us"))
def test_a_reverse_mortgage_is_many_advances_and_one_payment(case: Case) -> None:
    inputs = case["inputs"]
    first, per_year = inputs["first_advance_at_unit_period"], inputs["w"]
    lent: list[Flow] = [
        (Fraction(first + k, per_year), cents(inputs["monthly_advance"])) for k in range(inputs["advances"])
    ]
    owed: list[Flow] = [(Fraction(inputs["repayment_unit_period"], per_year), cents(inputs["amount_owed"]))]
    answer = solve_apr("us_actuarial", lent, owed, "1 month")
    assert rounded(answer.apr_percent, 2) == Decimal(case["expected"]["rate_percent"])


def test_payments_before_the_first_advance_take_the_lower_of_two_distant_rates() -> None:
    """The shape of (c)(7)(ii), a student loan; its printed rate was not at hand, so only uniqueness is held."""
    lent: list[Flow] = [(date(1978 + k, 9, 5), 180_000) for k in range(4)]
    lent += [(date(1979 + k, 1, 5), 100_000) for k in range(4)]
    paid: list[Flow] = [(step_months(date(1978, 7, 1), k, 1), 24_000) for k in range(50)]
    answer = solve_apr("us_actuarial", lent, paid)
    assert answer.unit_period == "1 month"
    assert rounded(answer.apr_percent, 2) == Decimal("32.04")
