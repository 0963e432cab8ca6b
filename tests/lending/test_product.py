"""Products: what cannot be read, what the rule pack refuses or flags at publication, what a contract may choose."""

from datetime import date
from decimal import Decimal

import pytest

from reprieve.errors import BadInput
from reprieve.lending.lawfulness import penalty_rate
from reprieve.lending.product import Choice, contract_of, read_product
from reprieve.lending.product_review import cost_measures, review
from reprieve.rules import load
from tests.lending.products import FEE, STEADY, product

pytestmark = pytest.mark.fast

DAY = date(2026, 8, 1)


def refused(one, on=DAY):
    return [refusal.rule for refusal in review(one, on).refusals]


def found(one, on=DAY):
    return [finding.rule.key for finding in review(one, on).findings]


def test_a_product_within_the_rules_may_be_published_and_names_its_pack():
    result = review(product(), DAY)
    assert result.may_publish
    assert result.findings == ()
    assert result.pack_hash == load("cn").content_hash
    assert result.example.file.contract.principal == 100_000


def test_a_fee_of_half_a_percent_of_the_original_principal_beside_18_percent_is_found():
    dear = product({"fees": [FEE]}, rate_most="0.18")
    assert found(dear)[0] == "cost_ceiling.judicial"
    flagged = review(dear, DAY).findings[0]
    assert "above 0.24" in flagged.because
    twelve = contract_of(dear, Choice(800_000, 12, "0.18", DAY))
    assert cost_measures(twelve)["irr_nominal"] == Decimal("0.2836")


def test_a_micro_loan_above_the_ceiling_is_refused_with_both_figures():
    micro = product({"fees": [FEE]}, lender_type="micro_loan", rate_most="0.18")
    [refusal] = review(micro, DAY).refusals
    assert refusal.rule == "cost_ceiling.micro_loan"
    assert "the ceiling is 0.24" in refusal.because
    assert refusal.source


def test_a_rate_at_the_ceiling_is_within_in_spite_of_cents():
    at = product({"penalty": None}, lender_type="micro_loan", rate_most="0.24")
    assert refused(at) == []
    over = product({"penalty": None}, lender_type="micro_loan", rate_most="0.241")
    assert refused(over) == ["cost_ceiling.micro_loan"]


def test_penalty_interest_above_a_ceiling_that_counts_it_is_found_unless_the_contract_stops_it():
    late = product(rate_most="0.18")  # 27 % when late
    assert found(late) == ["cost_ceiling.judicial"]
    ceiling = {"rate": "0.24", "measure": "simple_on_outstanding", "clamp": "each_day"}
    assert found(product({"ceilings": [ceiling]}, rate_most="0.18")) == []


@pytest.mark.parametrize(
    ("multiple", "rule"),
    [("1.29", "penalty.multiple_least"), ("1.3", None), ("1.5", None), ("1.51", "penalty.multiple_most")],
)
def test_the_penalty_multiple_keeps_between_the_packs_ends(multiple, rule):
    one = product({"penalty": {"multiple": multiple, "base": "principal", "replaces_interest": True}})
    assert refused(one) == ([rule] if rule else [])


def test_a_sum_above_what_the_kind_of_lender_may_lend_is_refused():
    assert refused(product(principal_most=20_000_000)) == []
    assert refused(product(principal_most=20_000_001)) == ["loan.amount_most"]


def test_a_bank_lends_for_consumption_for_five_years_and_seven_for_the_time_being():
    bank = {"lender_type": "bank"}
    assert found(product(instalments=[60], **bank)) == []
    assert found(product(instalments=[61], **bank)) == ["loan.temporary_relaxation"]
    assert refused(product(instalments=[85], **bank)) == ["loan.consumption_years_most"]
    early = date(2025, 1, 1)
    assert refused(product(instalments=[61], offered_from="2025-01-01", **bank), early) == [
        "loan.consumption_years_most"
    ]


def test_a_fee_taken_out_of_the_money_is_pointed_out():
    fee = {"name": "f", "payee": "lender", "when": "disbursement", "amount": 100, "collected": "deducted"}
    assert found(product({"fees": [fee]})) == ["disbursement.interest_deducted_in_advance"]


def test_in_the_union_a_fee_for_paying_early_has_a_most():
    eu = {"place": "eu", "lender_type": "bank", "offered_from": "2026-12-01"}
    day = date(2026, 12, 1)
    assert refused(product({"currency": "EUR", "prepayment": {"fee": {"percent": "0.01"}}}, **eu), day) == []
    dear = product({"currency": "EUR", "prepayment": {"fee": {"percent": "0.011"}}}, **eu)
    assert refused(dear, day) == ["prepayment.fee_share_most_over_a_year_left"]


def test_a_penalty_rate_of_its_own_counts_as_it_is():
    one = product({"penalty": {"rate": "0.2", "base": "principal", "replaces_interest": True}})
    assert penalty_rate(review(one, DAY).example.file.contract) == Decimal("0.2")


def test_a_contract_has_the_products_terms_and_its_own_choice():
    case = contract_of(product(), Choice(800_000, 12, "0.14", date(2026, 9, 15)))
    contract = case.file.contract
    assert (contract.principal, contract.instalments, contract.grace_days) == (800_000, 12, 3)
    assert contract.first_due_on == date(2026, 10, 15)
    assert case.file.rules.lender_type == "consumer_finance"


@pytest.mark.parametrize(
    ("choice", "path"),
    [
        (Choice(99_999, 12, "0.14", DAY), "principal"),
        (Choice(5_000_001, 12, "0.14", DAY), "principal"),
        (Choice(100_000, 13, "0.14", DAY), "instalments"),
        (Choice(100_000, 12, "0.1501", DAY), "annual_rate"),
        (Choice(100_000, 12, "0.1199", DAY), "annual_rate"),
        (Choice(100_000, 12, {"value": "0.01", "per": "month"}, DAY), "annual_rate"),
        (Choice(100_000, 12, "0.14", date(2026, 7, 31)), "disbursed_on"),
    ],
)
def test_a_choice_outside_the_product_is_refused_with_what_is_offered(choice, path):
    with pytest.raises(BadInput) as caught:
        contract_of(product(), choice)
    assert caught.value.path == path


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"principal_most": 1}, "$.principal_most"),
        ({"instalments": [12, 6]}, "$.instalments"),
        ({"rate_least": "0.2"}, "$.rate_most"),
        ({"terms": STEADY["terms"] | {"principal": 5}}, "$.terms.principal"),
        ({"terms": STEADY["terms"] | {"grace_days": -1}}, "$.terms.grace_days"),
        ({"terms": STEADY["terms"] | {"metod": 1}}, "$.terms.metod"),
        ({"terms": STEADY["terms"] | {"fees": [FEE | {"payee": "third_party"}]}}, "$.terms.fees[0]"),
        ({"code": "Steady"}, "$.code"),
    ],
)
def test_a_product_that_cannot_be_read_says_where(changed, path):
    with pytest.raises(BadInput) as caught:
        read_product({**STEADY, **changed})
    assert caught.value.path == path
