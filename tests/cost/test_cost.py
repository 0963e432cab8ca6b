"""What a schedule costs: totals, fees inside and outside a rate, and the conventions side by side."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reprieve.engine.cost import (
    Flow,
    SplitPayment,
    amortised_cost,
    cost_of_credit,
    effective_interest_rate,
    irr_nominal,
    revised_amortised_cost,
    solve_apr,
)
from reprieve.engine.unit_period import step_months

pytestmark = pytest.mark.fast

START = date(2026, 1, 15)


def rows(count: int, fee: int = 0, *, in_apr: bool = True) -> list[SplitPayment]:
    """Return level principal rows of a 1,200.00 loan at 18 % with a fee on each."""
    principal = 120_000 // count
    return [
        SplitPayment(
            step_months(START, k, 15),
            principal,
            (120_000 - principal * (k - 1)) * 15 // 1000,
            fee if in_apr else 0,
            0 if in_apr else fee,
        )
        for k in range(1, count + 1)
    ]


def test_a_schedule_without_fees_costs_its_contract_rate() -> None:
    cost = cost_of_credit([(START, 120_000)], rows(12))
    assert cost["total_repaid"] == cost["advanced"] + cost["finance_charge"] == 120_000 + 11_700
    assert cost["irr_nominal_percent"] == cost["apr_percent"]["us_actuarial"] == cost["apr_percent"]["cn_simple"] == 18
    assert round(cost["apr_percent"]["eu_effective"], 4) == Decimal("19.5618")
    assert cost["irr_effective_percent"] == cost["apr_percent"]["cn_irr"] == cost["apr_percent"]["eu_effective"]


def test_fees_enter_the_rate_only_where_they_belong() -> None:
    plain = cost_of_credit([(START, 120_000)], rows(12))
    inside = cost_of_credit([(START, 120_000)], rows(12, 600))
    outside = cost_of_credit([(START, 120_000)], rows(12, 600, in_apr=False))
    assert inside["total_repaid"] == outside["total_repaid"] == plain["total_repaid"] + 7_200
    assert inside["finance_charge"] == plain["finance_charge"] + 7_200
    assert outside["finance_charge"] == plain["finance_charge"]
    assert outside["apr_percent"] == plain["apr_percent"]
    assert inside["irr_nominal_percent"] > plain["irr_nominal_percent"]


def test_half_a_percent_a_month_beside_eighteen_is_twenty_eight() -> None:
    """Design section 4, Fees: 0.5 % a month of original principal beside a level 18 % is 28.4 % nominal."""
    level = Decimal(120_000_000) / revised_amortised_cost([Decimal(1)] * 12, Decimal("1.5"))
    paid: list[Flow] = [(step_months(START, k, 15), int(level) + 600_000) for k in range(1, 13)]
    assert round(irr_nominal([(START, 120_000_000)], paid), 1) == Decimal("28.4")


def test_a_deducted_fee_is_a_payment_on_the_day_of_the_advance() -> None:
    deducted = [SplitPayment(START, fees=1_200), *rows(12)]
    gross = cost_of_credit([(START, 120_000)], deducted)
    net: list[Flow] = [(row.when, row.principal + row.interest) for row in rows(12)]
    assert gross["apr_percent"]["us_actuarial"] == solve_apr("us_actuarial", [(START, 118_800)], net).apr_percent


def test_dates_off_the_month_are_placed_by_actual_days_in_the_chinese_measures() -> None:
    late = [(date(2026, 2, 20), 60_000), (date(2026, 3, 15), 62_000)]
    answer = solve_apr("cn_irr", [(START, 120_000)], list(late))
    years: list[Flow] = [(Fraction((when - START).days, 365), amount) for when, amount in late]
    assert answer.apr_percent == solve_apr("eu_effective", [(Fraction(0), 120_000)], years).apr_percent
    assert answer.unit_period == "1 month"


def test_a_single_payment_in_days_has_simple_interest_for_its_simple_rate() -> None:
    answer = solve_apr("cn_simple", [(START, 100_000)], [(START + timedelta(days=73), 102_000)])
    assert answer.apr_percent == 10
    assert answer.unit_period == "73 day"


@pytest.mark.parametrize(
    ("unit", "step", "a_year"),
    [("1 week", 7, 52), ("2 week", 14, 26), ("1 day", 1, 365), ("10 day", 10, Fraction(73, 2))],
)
def test_other_periods_compound_as_often_as_they_occur(unit: str, step: int, a_year: Fraction) -> None:
    paid: list[Flow] = [(START + timedelta(days=step * k), 11_000) for k in range(1, 11)]
    simple = solve_apr("cn_simple", [(START, 100_000)], paid)
    compound = solve_apr("cn_irr", [(START, 100_000)], paid)
    assert simple.unit_period == compound.unit_period == unit
    assert simple.apr_percent == solve_apr("us_actuarial", [(START, 100_000)], paid).apr_percent
    growth = (1 + float(simple.periodic_rate)) ** float(a_year) - 1
    assert float(compound.apr_percent) / 100 == pytest.approx(growth, rel=1e-12)


def test_semimonthly_payments_lie_on_whole_periods() -> None:
    due = [date(2026, month, day) for month in range(2, 8) for day in (1, 16)]
    paid: list[Flow] = [(day, 9_000) for day in due]
    answer = solve_apr("cn_simple", [(date(2026, 1, 16), 100_000)], paid)
    regular: list[Flow] = [(Fraction(k, 24), 9_000) for k in range(1, 13)]
    assert answer.unit_period == "1 semimonth"
    assert answer.apr_percent == solve_apr("us_actuarial", [(Fraction(0), 100_000)], regular).apr_percent


@given(st.integers(1, 10**9), st.lists(st.integers(1, 10**9), min_size=1, max_size=40))
def test_an_amortised_cost_table_at_the_effective_rate_ends_at_nothing(opening: int, cash: list[int]) -> None:
    rate = effective_interest_rate(
        [(Fraction(0), opening)], [(Fraction(k), paid) for k, paid in enumerate(cash, start=1)]
    ).apr_percent
    table = amortised_cost(Decimal(opening), [Decimal(paid) for paid in cash], rate)
    scale = max(abs(row.opening) + abs(row.interest) for row in table) + sum(cash)
    growth = max(Decimal(1), 1 + rate / 100) ** len(cash)
    assert abs(table[-1].closing) <= scale * growth * len(cash) * Decimal("1e-27")
    for row in table:
        assert abs(row.opening + row.interest - row.cash - row.closing) <= scale * Decimal("1e-27")


def test_a_revision_without_a_change_leaves_the_amount() -> None:
    table = amortised_cost(Decimal(1000), [Decimal(59)] * 4 + [Decimal(1309)], Decimal(10))
    cash = [row.cash for row in table[2:]]
    left = revised_amortised_cost([*cash[:-1], cash[-1] + table[-1].closing], Decimal(10))
    assert round(left, 20) == round(table[2].opening, 20)


def test_an_effective_rate_of_dates_is_by_actual_days() -> None:
    answer = effective_interest_rate([(START, 100_000)], [(START + timedelta(days=730), 121_000)])
    assert answer.apr_percent == 10
