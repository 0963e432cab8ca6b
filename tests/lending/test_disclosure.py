"""The cost table and the questions beside it: every charge, the yearly cost, both languages, the customer's numbers."""

import json
import re
import tomllib
from datetime import date
from decimal import Decimal
from importlib.resources import files
from string import Formatter

import pytest

import reprieve
from reprieve.lending.comprehension import questions
from reprieve.lending.disclosure import contents, disclosure_of, disclosure_words
from reprieve.lending.product import Choice, contract_of
from reprieve.rules import rules
from reprieve.words.message import Money
from tests.lending.products import FEE, product

pytestmark = pytest.mark.fast

DAY = date(2026, 9, 15)
UPFRONT = {"name": "guarantee fee", "payee": "third_party", "when": "disbursement", "amount": 8000}
WORDS = tomllib.loads(files("reprieve.lending").joinpath("disclosure.toml").read_text("utf-8"))


def a_case(terms=None, choice=None, **changed):
    changed.setdefault("rate_most", "0.18")
    return contract_of(product(terms, **changed), choice or Choice(800_000, 12, "0.18", DAY))


def test_the_table_of_the_8000_loan_has_its_figures():
    table = disclosure_of(a_case(), DAY)
    assert (table.principal, table.received, table.total_repaid) == (800_000, 800_000, 880_129)
    assert table.annualised == {"cn_simple": Decimal("18.00"), "cn_irr": Decimal("19.56")}
    assert [charge.name for charge in table.charges] == ["interest"]
    assert table.charges[0].total == 80_129
    assert table.required_by == "disclosure.cost_table"
    assert table.confirmed_how["online"] == "pop_up_with_reading_time_and_confirmation"


def test_before_the_duty_began_nothing_asks_for_the_table():
    early = a_case(choice=Choice(800_000, 12, "0.18", date(2026, 7, 31)), offered_from="2026-07-31")
    assert disclosure_of(early, date(2026, 7, 31)).required_by is None
    assert disclosure_of(early, date(2026, 8, 1)).required_by is not None


def test_every_charge_stands_alone_with_payee_standard_total_and_its_own_yearly_cost():
    fees = [FEE, UPFRONT | {"collected": "deducted"}]
    named = {"guarantee fee": "Example Guarantee Ltd"}
    table = disclosure_of(a_case({"fees": fees}, third_parties=named), DAY, named)
    interest, service, guarantee = table.charges
    assert (interest.total, service.total, guarantee.total) == (80_129, 48_000, 8_000)
    assert (service.payee, guarantee.payee) == (None, "Example Guarantee Ltd")
    assert table.received == 792_000
    assert service.annualised == Decimal("10.90")
    assert table.total_repaid == 800_000 + 80_129 + 48_000 + 8_000
    said = "\n".join(table.say("en"))
    assert "Example Guarantee Ltd" in said
    assert re.search(r"service fee: 0\.50?% of the sum borrowed each time", said)
    assert "You borrow ¥8,000.00 and receive ¥7,920.00." in said


def test_the_table_says_what_default_costs_and_that_nothing_else_is_charged():
    terms = {"late_fee": {"fixed": 2000}, "prepayment": {"fee": {"percent": "0.01"}}}
    chinese = disclosure_of(a_case(terms), DAY).say("zh")
    assert chinese[0] == "综合融资成本明示表"
    assert any(re.search(r"27(\.00)?%", line) and "罚息" in line for line in chinese)
    assert any("¥20.00" in line and "违约金" in line for line in chinese)
    assert any(re.search(r"\D1(\.00)?%", line) and "提前" in line for line in chinese)
    assert chinese[-1] == "除以上列明的各项外，不再收取任何其他费用。"


def test_a_loan_without_default_costs_says_so():
    assert "逾期不另收罚息或违约金。" in disclosure_of(a_case({"penalty": None}), DAY).say("zh")


@pytest.mark.parametrize(
    ("place", "currency", "convention"),
    [("us", "USD", "us_actuarial"), ("eu", "EUR", "eu_effective"), ("gb", "GBP", "eu_effective")],
)
def test_each_place_states_its_own_rate_in_its_own_money(place, currency, convention):
    fee = FEE | {"rate": None, "amount": 500, "when": "disbursement"}
    fee = {key: value for key, value in fee.items() if value is not None}
    case = a_case({"currency": currency, "fees": [fee]}, place=place, lender_type="bank")
    table = disclosure_of(case, DAY)
    assert set(table.annualised) == {convention}
    exact = Decimal(str(reprieve.cost(case)["apr"][convention]))
    assert abs(table.annualised[convention] - exact) <= Decimal("0.005")
    assert table.currency == currency
    assert not any("¥" in line for line in table.say("en"))


def test_the_words_stand_in_both_languages_with_the_same_figures():
    for key, said in WORDS.items():
        assert set(said) == {"zh", "en"}, key
        names = [{name for _, name, _, _ in Formatter().parse(said[language]) if name} for language in ("zh", "en")]
        assert names[0] == names[1], key


def test_every_sentence_of_a_table_can_be_said_in_both_languages():
    terms = {"fees": [FEE, UPFRONT | {"payee": "lender"}], "late_fee": {"percent": "0.05"}}
    table = disclosure_of(a_case(terms), DAY)
    for language in ("zh", "en"):
        lines = table.say(language)
        assert len(lines) == len(table.messages)
        assert not any("{" in line or "disclosure_" in line for line in lines)


def test_the_questions_use_the_customers_own_numbers_and_have_one_right_answer():
    case = a_case()
    asked = questions(case, disclosure_of(case, DAY))
    assert len(asked) == 3
    for question in asked:
        assert len(question.options) == len(set(question.options)) == 3
        assert [question.is_right(place) for place in range(3)].count(True) == 1
        for language in ("zh", "en"):
            assert all(question.say(language, "CNY"))
    assert asked[0].options[asked[0].right] == Money(880_129)


def test_the_right_answer_to_being_late_is_what_the_kernel_charges():
    case = a_case({"late_fee": {"fixed": 2000}})
    late = questions(case, disclosure_of(case, DAY))[1]
    due = case.file.contract.first_due_on
    owed = reprieve.position(case, date(due.year, due.month + 1, due.day - 1)).to_dict()
    assert owed["days_past_due"] == 30
    assert late.options[late.right] == Money(owed["arrears"]["penalty"] + owed["arrears"]["fees"])
    assert late.options[late.right].minor > 2000


def test_a_loan_that_costs_nothing_when_late_still_has_three_options():
    case = a_case({"penalty": None})
    late = questions(case, disclosure_of(case, DAY))[1]
    assert late.options[late.right] == Money(0)
    assert len(set(late.options)) == 3


def test_the_words_of_a_question_never_blame():
    for language, hard in (("zh", ("必须", "警告", "后果自负")), ("en", ("must", "warning", "fault"))):
        said = " ".join(disclosure_words(language).messages.values()).lower()
        assert not any(word in said for word in hard)


@pytest.mark.parametrize("collected", ["paid", "deducted", "financed"])
def test_in_the_united_states_every_item_the_rule_names_is_there(collected):
    fee = {"name": "f", "payee": "lender", "when": "disbursement", "amount": 8000, "collected": collected}
    case = a_case({"currency": "USD", "fees": [fee]}, place="us", lender_type="bank")
    found = contents(case, disclosure_of(case, DAY))
    assert set(found) == set(rules("us", DAY, "bank", "consumer_loan").get("disclosure.contents").value)
    assert found["amount_financed"] == (800_000 if collected == "financed" else 792_000)
    assert found["total_of_payments"] == found["amount_financed"] + found["finance_charge"]
    assert len(found["payment_schedule"]) == 12
    assert [one.key for one in found["late_charge"]] == ["disclosure_late_interest"]


def test_where_no_rule_lists_contents_there_is_no_list():
    assert contents(a_case(), disclosure_of(a_case(), DAY)) == {}


def test_what_is_stored_is_what_was_shown():
    table = disclosure_of(a_case({"fees": [FEE]}), DAY)
    stored = json.loads(json.dumps(table.as_shown("zh")))
    assert stored["lines"] == table.say("zh")
    assert (stored["total_repaid"], stored["charges"][1]["total"]) == (table.total_repaid, 48_000)
    assert stored["pack_hash"] == table.pack_hash
