"""What is put to a lender, a plan or the whole at once: headline, letter, phone and calendar say the same."""

import pytest

from reprieve.cli.guide_proposal import proposal_of
from reprieve.lending.guide import answer
from reprieve.lending.guide.compose import messages_in
from tests.guide.people import ON, answer_to, eight_thousand

pytestmark = pytest.mark.fast


def keys_of(messages):
    return [message.key for message in messages]


def small(overdue, **over):
    return {"debts": [{"overdue": overdue, "rate": "18%", "days_overdue": 5} | over], "surplus": 60_000}


@pytest.mark.parametrize(("overdue", "is_at_once"), [(53_999, True), (54_000, True), (54_001, False)])
def test_what_a_month_covers_to_the_fen_is_paid_at_once_and_no_plan_is_asked_for(overdue, is_at_once):
    found = answer(small(overdue), ON)
    letter, phone = keys_of(found.debts[0].letter), keys_of(found.debts[0].phone)
    assert (found.headline[1].key == "guide.headline.at_once") is is_at_once
    assert ("guide.letter.at_once" in letter) is is_at_once
    assert ("guide.phone.at_once" in phone) is is_at_once
    assert ("guide.letter.situation" in letter) is not is_at_once
    assert ("guide.letter.offer" in letter) is not is_at_once
    assert (proposal_of(found, 0) is None) is is_at_once


def test_where_bills_come_first_even_a_small_debt_waits():
    found = answer(small(50_000) | {"arrears_first": [{"bill": "rent", "amount": 100_000}]}, ON)
    assert "guide.letter.at_once" not in keys_of(found.debts[0].letter)
    assert found.headline[1].key == "guide.headline.after_bills"


def test_the_headline_names_the_plan_that_the_letter_offers():
    for name in ("the 8,000 case", "an income that changes, and rent behind"):
        found = answer_to(name)
        said = found.headline[1].figures
        offered = next(one.figures for one in found.debts[0].letter if one.key == "guide.letter.offer")
        assert {key: said[key] for key in ("monthly", "months", "total")} == {
            key: offered[key] for key in ("monthly", "months", "total")
        }
    assert said["first_on"] == offered["first_on"]


def test_what_a_person_calls_a_debt_is_not_the_lender_a_letter_goes_to():
    found = answer(eight_thousand(name="card A"), ON).debts[0]
    assert found.letter[0].key == "guide.letter.subject_unnamed"
    assert found.phone[0].key == "guide.phone.open_unnamed"


@pytest.mark.parametrize(
    ("overdue", "product", "is_said"),
    [(1000, "credit_card", True), (1001, "credit_card", False), (1000, "consumer_loan", False), (1000, None, False)],
)
def test_a_card_bill_short_by_ten_yuan_counts_as_paid_and_one_by_a_fen_more_does_not(overdue, product, is_said):
    record = answer(small(overdue, product=product, lender="card_issuer"), ON).debts[0].record
    keys = keys_of(event.message for event in record)
    assert ("guide.record.tolerance" in keys) is is_said
    assert ("guide.record.now" in keys) is not is_said


def told_of(found):
    return [message.rule for message in messages_in(found.debts[0].cost) if message.key == "guide.rule"]


def test_a_private_lender_without_a_known_reference_rate_is_told_the_one_rule():
    original = {"principal": 2_000_000, "instalments": 12, "signed_on": "2026-03-01"}
    debt = {"overdue": 2_000_000, "rate": "24%", "lender": "private", "original": original}
    assert told_of(answer({"debts": [debt]}, ON)) == ["cost_ceiling.private_lending"]


@pytest.mark.parametrize("is_deducted", [True, False])
def test_a_fee_taken_out_of_the_money_paid_out_is_told_with_its_rule(is_deducted):
    fees = [{"name": "service fee", "when": "once", "amount": 40_000, "is_deducted": is_deducted}]
    found = answer(eight_thousand(fees=fees, original={"principal": 800_000, "instalments": 12}), ON)
    assert told_of(found) == ["disbursement.interest_deducted_in_advance"] * is_deducted


@pytest.mark.parametrize(("multiple", "key"), [("1", "late_same"), ("1.5", "late")])
def test_late_interest_at_the_contract_rate_is_not_called_once_the_rate(multiple, key):
    findings = answer(eight_thousand(penalty_multiple=multiple), ON).debts[0].cost.findings
    assert findings[1].counted[0].key == f"guide.counted.{key}"
