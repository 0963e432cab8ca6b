"""European effective rates and intervals: Directives 98/7/EC and 2008/48/EC, COM(2005)483, and DG FISMA's examples."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from reprieve.engine.cost import Flow, solve_apr
from reprieve.engine.unit_period import eu_interval, step_months
from tests.published.official import Case, cases, cents, rounded

pytestmark = pytest.mark.fast

OWN_ROUNDING = {"EU-MCD-37", "EU-MCD-39"}
"""Printed digits that the printed amounts do not give exactly: each is derived in docs/differences.md."""


def flows(streams: list[dict[str, Any]]) -> list[Flow]:
    return [
        (Fraction(stream["t0"]) + k * Fraction(stream["step"]), cents(stream["amount"]))
        for stream in streams
        for k in range(stream["count"])
    ]


def assert_printed(percent: Decimal, case: Case) -> None:
    """Hold a rate to its printed digits; the two of docs/differences.md, to half the last digit compared."""
    printed, places = Decimal(case["expected"]["apr_percent"]), case["expected"]["rounding_dp"]
    if case["id"] in OWN_ROUNDING:
        assert abs(percent - printed) < Decimal("0.5").scaleb(-places)
    else:
        assert rounded(percent, places) == rounded(printed, places)


@pytest.mark.parametrize("case", cases("apr_eu", "apr_eu"))
def test_the_rate_follows_from_amounts_and_years(case: Case) -> None:
    inputs = case["inputs"]
    answer = solve_apr("eu_effective", flows(inputs["drawdowns"]), flows(inputs["payments"]))
    assert_printed(answer.apr_percent, case)


@pytest.mark.parametrize(
    ("first", "unit", "years"),
    [
        (date(2012, 2, 15), "month", Fraction(401, 4380)),
        (date(2012, 2, 15), "year", Fraction(34, 365)),
    ],
)
def test_a_dated_mortgage_has_the_intervals_of_the_commissions_example(first: date, unit: str, years: Fraction) -> None:
    """DG FISMA example 2: signed on 12 January 2012, paid monthly (case 1) or yearly (case 3) from 15 February."""
    count, amount = (240, 143_357) if unit == "month" else (20, 1_654_186)
    months = 1 if unit == "month" else 12
    paid: list[Flow] = [(date(2012, 1, 12), 400_000)]
    paid += [(step_months(first, months * k, 15), amount) for k in range(count)]
    dated = solve_apr("eu_effective", [(date(2012, 1, 12), 20_000_000)], paid)
    assert dated.unit_period == f"1 {unit}"
    assert eu_interval(date(2012, 1, 12), first, unit) == years
    assert rounded(dated.apr_percent, 3) == (Decimal("6.434") if unit == "month" else Decimal("6.282"))


@pytest.mark.parametrize("case", cases("apr_eu", "apr_eu_schedule"))
def test_the_rate_of_a_schedule_described_by_its_rule(case: Case) -> None:
    paid = [rounded_cents(amount) for amount in schedule(case)]
    expected = case["inputs"]
    assert len(paid) == expected["n_payments"]
    assert paid[:2] == [cents(amount) for amount in expected["first_payments"]]
    assert paid[-1] == cents(expected["last_payment"])
    dated: list[Flow] = [(Fraction(k, 12), amount) for k, amount in enumerate(paid, start=1)]
    fee: Flow = (Fraction(0), cents(expected["upfront_fee"]))
    answer = solve_apr("eu_effective", [(Fraction(0), cents(expected["principal"]))], [fee, *dated])
    assert_printed(answer.apr_percent, case)


def schedule(case: Case) -> Iterator[Fraction]:
    """Yield the unrounded payments of examples 12, 14 and 17, in currency units."""
    inputs = case["inputs"]
    balance = Fraction(inputs["principal"])
    for row in range(1, inputs["n_payments"] + 1):
        interest = balance * Fraction(inputs["nominal_rate"]) / 12
        is_fixed = case["id"] == "EU-MCD-12"
        principal = Fraction(900) if is_fixed else max(balance * Fraction(2, 100), Fraction(100))
        if row == inputs["n_payments"] and case["id"] == "EU-MCD-17":
            principal = balance
        principal = min(principal, balance)
        yield interest + principal
        balance -= principal
    assert balance == 0


def rounded_cents(amount: Fraction) -> int:
    return int(amount * 100 + Fraction(1, 2))


@pytest.mark.parametrize("case", cases("intervals_eu"))
def test_an_interval_is_whole_periods_and_then_days(case: Case) -> None:
    inputs = case["inputs"]
    years = eu_interval(date.fromisoformat(inputs["start"]), date.fromisoformat(inputs["end"]), inputs["basis"])
    assert years == sum(map(Fraction, case["expected"]["fraction"].split("+")))
