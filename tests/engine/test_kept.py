"""Rows that are paid on time, several between two looks: each takes its principal, interest and fees, and no more."""

import pytest

from tests.engine.loans import loan, paid, position, rows

pytestmark = pytest.mark.fast

FEES = {
    "of the principal": {"name": "service", "when": "each_instalment", "rate": "0.0025", "base": "original"},
    "of the balance": {"name": "service", "when": "each_instalment", "rate": "0.005", "base": "balance"},
    "of the instalment": {"name": "service", "when": "each_instalment", "rate": "0.01", "base": "instalment"},
    "of two rows": {"name": "review", "when": [3, 5], "amount": 1_500},
}
PASSED = 7


@pytest.mark.parametrize("day_count", ["equal_periods", "act_365", "30_360"])
@pytest.mark.parametrize("interest", ["scheduled", "daily"])
@pytest.mark.parametrize("fee", FEES)
def test_rows_paid_to_the_cent_leave_nothing_and_the_next_is_as_signed(fee, interest, day_count):
    fees = [FEES[fee] | {"payee": "lender", "collected": "paid", "on_payoff": "stops"}]
    terms = {"fees": fees, "interest": interest, "day_count": day_count, "surplus": "hold"}
    signed = rows(loan(**terms))
    assert sum(row["fees"] for row in signed) > 0
    payments = [paid(row["due_on"], row["due"]) for row in signed[:PASSED]]
    answer = position(loan(*payments, **terms), signed[PASSED - 1]["due_on"])
    assert answer["outstanding"]["total"] == answer["not_due"]["principal"] == signed[PASSED - 1]["balance"]
    assert answer["held"] == 0
    assert answer["next_due"] == {"on": signed[PASSED]["due_on"], "amount": signed[PASSED]["due"]}


@pytest.mark.parametrize("fee", FEES)
def test_one_unit_short_in_the_last_of_them_stays_due(fee):
    terms = {"fees": [FEES[fee] | {"payee": "lender", "collected": "paid", "on_payoff": "stops"}], "surplus": "hold"}
    signed = rows(loan(**terms))
    payments = [paid(row["due_on"], row["due"] - (row is signed[4])) for row in signed[:5]]
    assert position(loan(*payments, **terms), signed[4]["due_on"])["due"]["total"] == 1


def test_what_a_prepayment_leaves_over_pays_the_interest_of_the_row_it_ended():
    """One unit short of the payoff with its share of the running row's fee: the row falls away, and its fee with it."""
    fee = {"name": "service", "payee": "lender", "when": "each_instalment", "amount": 3_000, "on_payoff": "prorated"}
    terms = {"fees": [fee], "interest": "daily", "day_count": "act_365", "surplus": "shorten"}
    day = "2026-01-25"
    needed = position(loan(**terms), day)["payoff"]
    answer = position(loan(paid(day, needed - 1), **terms), day)
    assert (answer["outstanding"]["total"], answer["status"]) == (0, "closed")
    assert 0 < answer["held"] < 3_000
    assert answer["payoff"] == -answer["held"]
