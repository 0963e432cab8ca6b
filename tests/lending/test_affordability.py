"""Affordability: what is left and what debts take, both, and also when income falls."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reprieve.errors import BadInput
from reprieve.lending.affordability import AffordabilityPolicy, assess, month_with, monthly_payment, most_affordable
from reprieve.lending.budget import read_budget
from reprieve.lending.case import Case
from reprieve.lending.product import Choice, contract_of
from tests.ledger.books import loan
from tests.lending.products import product

pytestmark = pytest.mark.fast

POLICY = AffordabilityPolicy(Decimal("0.5"), 50_000, Decimal("0.1"), "lending policy 3")
MONTH = {
    "currency": "CNY", "income": {"wages": 800_000}, "savings": 300_000,
    "spending": {"rent": 250_000, "food": 180_000, "other_debts": 100_000},
}  # fmt: skip


def budget(**changed):
    return read_budget({**MONTH, **changed})


def rules_of(assessment):
    return [refusal.rule for refusal in assessment.refusals]


def test_what_is_left_and_what_debts_take_are_both_computed():
    month = month_with(budget(), 73_344, Decimal(0))
    assert month.residual == 800_000 - 530_000 - 73_344
    assert month.ratio == Decimal("0.216680"), "173,344 of 800,000"
    assert assess(budget(), 73_344, POLICY).is_affordable


def test_a_ratio_alone_does_not_pass_a_household_with_nothing_left():
    poor = budget(income={"wages": 300_000}, spending={"rent": 120_000, "food": 150_000})
    found = assess(poor, 10_000, POLICY)
    assert found.months[0].ratio < Decimal("0.5")
    assert rules_of(found) == ["affordability.residual_income", "affordability.stress"]


def test_much_left_does_not_pass_a_ratio_that_is_too_high():
    rich = budget(income={"wages": 2_000_000}, spending={"other_debts": 900_000})
    assert rules_of(assess(rich, 100_000, POLICY)) == []
    assert rules_of(assess(rich, 100_001, POLICY)) == ["affordability.debt_service_ratio"]


def test_the_residual_edge_is_exact():
    free = 800_000 - 530_000 - 50_000
    relaxed = AffordabilityPolicy(Decimal(1), 50_000, Decimal(0), "policy")
    assert assess(budget(), free, relaxed).is_affordable
    assert rules_of(assess(budget(), free + 1, relaxed)) == ["affordability.residual_income"]


def test_a_fall_of_income_shows_how_long_money_at_hand_lasts():
    found = assess(budget(), 200_000, POLICY)
    ten, twenty = (month for month in found.months if month.fall)
    assert (ten.fall, ten.residual, ten.months_survived) == (Decimal("0.1"), -10_000, 30)
    assert (twenty.residual, twenty.months_survived) == (-90_000, 3)
    assert found.months[0].months_survived is None
    assert rules_of(found) == ["affordability.stress"]
    assert "30 months" in found.refusals[0].because


def test_no_income_is_no_ratio_and_no_loan():
    none = budget(income={"wages": 0}, spending={})
    assert month_with(none, 1, Decimal(0)).ratio is None
    assert "affordability.debt_service_ratio" in rules_of(assess(none, 1, POLICY))


def test_a_low_month_counts_and_weekly_money_becomes_a_month():
    gig = budget(income={"wages": {"amount": 150_000, "every": "week"}}, income_low=500_000)
    assert gig.monthly_income == 500_000
    assert budget(income={"wages": {"amount": 150_000, "every": "week"}}).monthly_income == 650_000
    assert budget(spending={"tax": {"amount": 100_001, "every": "quarter"}}).spent == 33_334, "spending is rounded up"


def test_a_contract_is_measured_by_its_dearest_month():
    assert monthly_payment(Case(loan())) == 73_344 + 1, "the last row takes the residue"
    weekly = Case(loan(period="2 week", first_due_on="2026-01-29", day_count="act_365"))
    rows = 800_000 // 12
    assert 2 * rows < monthly_payment(weekly) < 3.2 * rows, "three of the two-week rows fall into one month at most"


def test_borrow_less_works_with_the_rows_of_a_product():
    offer, day = product(), date(2026, 9, 1)

    def payment_of(principal):
        return monthly_payment(contract_of(offer, Choice(principal, 12, "0.15", day)))

    found = most_affordable(budget(), POLICY, payment_of, least=100_000, most=5_000_000)
    assert assess(budget(), payment_of(found), POLICY).is_affordable
    assert not assess(budget(), payment_of(found + 1000), POLICY).is_affordable


@given(st.integers(0, 600_000))
def test_borrow_less_finds_the_largest_sum_that_passes(other_debts):
    month = budget(spending={"rent": 250_000, "other_debts": other_debts})
    found = most_affordable(month, POLICY, lambda amount: amount // 10, least=1000, most=5_000_000)
    if found is None:
        assert not assess(month, 100, POLICY).is_affordable
    else:
        assert assess(month, found // 10, POLICY).is_affordable
        assert found == 5_000_000 or not assess(month, (found + 1) // 10, POLICY).is_affordable


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"income": {"luck": 5}}, "$.income"),
        ({"income": {}}, "$.income"),
        ({"currency": "QQQ"}, "$.currency"),
        ({"savings": -1}, "$.savings"),
        ({"spending": {"rent": 10.5}}, "$.spending"),
    ],
)
def test_a_budget_that_cannot_be_read_says_where(changed, path):
    with pytest.raises(BadInput) as caught:
        budget(**changed)
    assert caught.value.path.startswith(path)


def test_a_policy_states_shares():
    with pytest.raises(BadInput, match="ratio_most"):
        AffordabilityPolicy(Decimal(50), 0, Decimal(0), "policy")
