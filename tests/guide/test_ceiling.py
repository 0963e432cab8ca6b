"""Which ceiling stands beside a debt: by lender, by the day of the contract, and never a guess."""

from datetime import date
from decimal import Decimal

import pytest

from reprieve.lending.guide import answer, ceiling
from reprieve.lending.guide.ceiling import Ceiling, ceiling_of, ceilings_of
from reprieve.lending.guide.law import law_of
from reprieve.lending.guide.request import Debt
from reprieve.rules import rules
from tests.guide.people import ON, answer_to, eight_thousand

pytestmark = pytest.mark.fast


def law(lender, signed_on=None, on=ON, **over):
    original = {"principal": 1, "instalments": 1, "signed_on": signed_on} if signed_on else None
    debt = Debt.model_validate({"overdue": 1, "lender": lender, "original": original} | over)
    return law_of("cn", on, debt)


@pytest.mark.parametrize(
    ("lender", "signed_on", "key", "rate", "is_certain"),
    [
        ("bank", None, "cost_ceiling.judicial", "0.24", True),
        ("consumer_finance", "2024-01-01", "cost_ceiling.judicial", "0.24", True),
        ("private", "2020-08-20", "cost_ceiling.private_lending", "0.154", True),
        ("private", "2024-10-20", "cost_ceiling.private_lending", "0.134", True),
        ("private", "2024-10-21", "cost_ceiling.private_lending", "0.124", True),
        ("private", "2025-05-20", "cost_ceiling.private_lending", "0.120", True),
        ("platform", "2025-10-01", "cost_ceiling.facilitated", "0.24", True),
        ("platform", None, "cost_ceiling.facilitated", "0.24", False),
        ("unknown", None, "cost_ceiling.judicial", "0.24", False),
    ],
)
def test_the_ceiling_follows_the_lender_and_the_day_of_the_contract(lender, signed_on, key, rate, is_certain):
    found = ceiling_of(law(lender, signed_on))
    assert (found.key, found.rate, found.is_certain) == (key, Decimal(rate), is_certain)


@pytest.mark.parametrize(
    ("lender", "signed_on"), [("private", None), ("private", "2020-08-19"), ("platform", "2025-09-30")]
)
def test_no_figure_is_named_where_the_rules_give_none(lender, signed_on):
    assert ceiling_of(law(lender, signed_on)) is None


def test_before_the_rule_there_is_no_ceiling():
    assert ceiling_of(law("bank", on=date(2017, 8, 3))) is None
    assert ceiling_of(law("bank", on=date(2017, 8, 4))).rate == Decimal("0.24")


def test_of_two_that_apply_the_lower_counts_and_of_two_that_may_the_higher(monkeypatch):
    rule = rules("cn", ON, "bank").get("cost_ceiling.judicial")
    pair = [Ceiling(rule, Decimal("0.24"), True), Ceiling(rule, Decimal("0.20"), True)]
    monkeypatch.setattr(ceiling, "ceilings_of", lambda _: pair)
    assert ceiling_of(law("bank")).rate == Decimal("0.20")
    unsure = [Ceiling(rule, one.rate, is_certain=False) for one in pair]
    monkeypatch.setattr(ceiling, "ceilings_of", lambda _: unsure)
    assert ceiling_of(law("bank")).rate == Decimal("0.24")


def test_every_ceiling_found_is_of_the_pack():
    assert {one.key for one in ceilings_of(law("micro_loan", "2026-11-01"))} == {
        "cost_ceiling.judicial", "cost_ceiling.micro_loan",
    }  # fmt: skip


@pytest.mark.parametrize(("rate", "is_above"), [("24%", False), ("24.0001%", True)])
def test_exactly_the_ceiling_is_within_it(rate, is_above):
    cost = answer(eight_thousand(rate=rate, penalty_multiple="1"), ON).debts[0].cost
    assert [finding.is_above for finding in cost.findings] == [is_above, is_above]


def test_an_unsure_ceiling_is_said_with_an_if():
    cost = answer(eight_thousand(lender="unknown"), ON).debts[0].cost
    assert [finding.message.key[-3:] for finding in cost.findings] == ["_if", "_if"]
    assert answer_to("the 8,000 case").debts[0].cost.findings[1].message.key == "guide.finding.late_above"


def test_a_rounded_instalment_does_not_make_a_rate_of_24_percent_more_than_24():
    original = {"principal": 81_300, "instalments": 7}
    cost = answer(eight_thousand(rate="24%", penalty_multiple="1", original=original), ON).debts[0].cost
    assert cost.nominal_percent != 24
    assert not cost.findings[0].is_above


@pytest.mark.parametrize(
    ("lender", "signed_on", "rate", "is_told"),
    [
        ("micro_loan", "2025-12-24", "24.01%", True),
        ("micro_loan", "2025-12-24", "24%", False),
        ("micro_loan", "2025-12-23", "24.01%", False),
        ("micro_loan", None, "24.01%", False),
        ("bank", "2025-12-24", "24.01%", False),
    ],
)
def test_a_rule_that_forbids_the_contract_is_told_beside_the_one_that_is_compared_with(
    lender, signed_on, rate, is_told
):
    signed = {"original": {"principal": 900_000, "instalments": 12, "signed_on": signed_on}} if signed_on else {}
    found = answer(eight_thousand(lender=lender, rate=rate, **signed), ON)
    cost = found.debts[0].cost
    assert {finding.message.rule for finding in cost.findings} == {"cost_ceiling.judicial"}
    assert ("cost_ceiling.micro_loan" in [message.rule for message in cost.messages]) is is_told
    assert ("cost_ceiling.micro_loan" in [rule.key for rule in found.rules]) is is_told
