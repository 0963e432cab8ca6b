"""What the rules say of a contract as signed: each side of each limit, what is counted, and what is left unsaid."""

import copy
from datetime import date
from fractions import Fraction

import pytest

import reprieve
from reprieve import Case
from reprieve.errors import BadInput
from reprieve.lending.lawfulness import late_rate, months_of

pytestmark = pytest.mark.fast

ALLOCATION = {
    "order": ["fee", "penalty", "interest", "principal"], "across": "oldest_instalment_first", "surplus": "hold",
}  # fmt: skip
LEVEL = {
    "currency": "CNY", "principal": 800000, "disbursed_on": "2026-01-15", "annual_rate": "0.18",
    "method": "level_instalment", "instalments": 12, "period": "1 month", "day_count": "equal_periods",
    "allocation": ALLOCATION,
}  # fmt: skip
MONTH = LEVEL | {"principal": 100000000, "method": "bullet", "instalments": 1}
"""A million yuan for one month: the simple rate a year is twelve times the interest, exactly."""
PENALTY = {"multiple": "1.5", "base": "principal", "replaces_interest": True}
SERVICE = {"name": "service fee", "payee": "lender", "when": "each_instalment", "rate": "0.005"}
BANK = {"place": "cn", "lender_type": "bank", "product": "consumer_loan"}
MICRO = BANK | {"lender_type": "micro_loan"}
PRIVATE = BANK | {"lender_type": "private"}


def case_of(terms, rules=None, **more):
    document = {"contract": copy.deepcopy(terms) | more} | ({"rules": rules} if rules else {})
    return Case.read(document)


def lawfulness(terms, rules=None, on=None, **more):
    return reprieve.cost(case_of(terms, rules, **more), on)["lawfulness"]


def the(found, rule, about="cost"):
    [finding] = [one for one in found["findings"] if (one["rule"], one["about"]) == (rule, about)]
    return finding


def nominal_by_bisection(payments, principal):
    """The yearly rate, twelve times the monthly one, by halving; nothing of ours."""
    low, high = Fraction(0), Fraction(1)
    for _ in range(40):
        middle = (low + high) / 2
        worth = sum(paid / (1 + middle) ** month for month, paid in enumerate(payments, 1))
        low, high = (middle, high) if worth > principal else (low, middle)
    return low * 12


def test_a_service_fee_beside_the_rate_is_found():
    found = lawfulness(LEVEL, BANK, fees=[SERVICE])
    finding = the(found, "cost_ceiling.judicial")
    dues = [row["due"] for row in reprieve.schedule(case_of(LEVEL, fees=[SERVICE]))["instalments"]]
    by_hand = nominal_by_bisection(dues, 800000)
    assert f"{float(by_hand):.4f}" == finding["measured"] == "0.2836"
    assert (finding["limit"], finding["verdict"], finding["level"]) == ("0.24", "flag", "normative_notice")
    assert (finding["counted"], finding["counted_fees"]) == (["interest", "fees"], ["service fee"])
    assert "24 %" in finding["says"]["en"]
    assert "第2条" in finding["source"]["zh"]
    assert not found["is_refused"]


def test_without_the_fee_it_is_within():
    finding = the(lawfulness(LEVEL, BANK), "cost_ceiling.judicial")
    assert (finding["measured"], finding["verdict"], finding["counted_fees"]) == ("0.18", "within", [])


def test_a_fee_left_out_of_the_apr_still_counts():
    found = lawfulness(LEVEL, BANK, fees=[SERVICE | {"in_apr": False}])
    assert the(found, "cost_ceiling.judicial")["measured"] == "0.2836"


@pytest.mark.parametrize(
    ("rate", "measured", "verdict"),
    [("0.2399", "0.2399", "within"), ("0.24", "0.24", "within"), ("0.24004", "0.24", "within"),
     ("0.24005", "0.2401", "refuse"), ("0.2401", "0.2401", "refuse")],
)  # fmt: skip
def test_a_ceiling_that_forbids_refuses_from_the_first_hundredth_above(rate, measured, verdict):
    found = lawfulness(MONTH, MICRO, annual_rate=rate)
    finding = the(found, "cost_ceiling.micro_loan")
    assert (finding["measured"], finding["verdict"], finding["measure"]) == (measured, verdict, "irr_nominal")
    assert found["is_refused"] == (verdict == "refuse")


@pytest.mark.parametrize(
    ("day", "limit", "verdict"),
    [("2025-12-31", "0.12", "refuse"), ("2026-01-01", None, "unknown"), ("2020-08-20", "0.154", "refuse"),
     ("2020-08-19", "0.24", "within")],
)  # fmt: skip
def test_a_private_loan_is_held_against_the_reference_rate_of_its_day(day, limit, verdict):
    finding = the(lawfulness(MONTH, PRIVATE, disbursed_on=day, annual_rate="0.1541"), "cost_ceiling.private_lending")
    assert (finding["limit"], finding["verdict"], finding["measured"]) == (limit, verdict, "0.1541")


def test_a_rule_that_goes_by_the_suit_is_that_of_the_day_asked():
    terms = LEVEL | {"disbursed_on": "2016-01-15"}
    assert lawfulness(terms, BANK)["findings"] == []
    found = lawfulness(terms, BANK, date(2017, 8, 4))
    assert (found["on"], the(found, "cost_ceiling.judicial")["verdict"]) == ("2017-08-04", "within")
    assert lawfulness(terms, BANK, date(2017, 8, 3))["findings"] == []


def test_a_rule_that_goes_by_the_contract_is_that_of_its_day_whatever_day_is_asked():
    found = lawfulness(MONTH, PRIVATE, date(2026, 11, 23), disbursed_on="2025-12-31", annual_rate="0.1201")
    finding = the(found, "cost_ceiling.private_lending")
    assert (finding["limit"], finding["verdict"]) == ("0.12", "refuse")


@pytest.mark.parametrize(
    ("multiple", "rule", "verdict"),
    [("1.29", "penalty.multiple_least", "flag"), ("1.3", "penalty.multiple_most", "within"),
     ("1.5", "penalty.multiple_most", "within"), ("1.51", "penalty.multiple_most", "flag")],
)  # fmt: skip
def test_the_penalty_rate_is_held_against_its_limits(multiple, rule, verdict):
    found = lawfulness(LEVEL, BANK, penalty=PENALTY | {"multiple": multiple})
    finding = the(found, rule, "penalty")
    assert (finding["verdict"], finding["measured"]) == (verdict, f"{float(multiple) * 0.18:.4f}".rstrip("0"))


def test_being_late_is_held_against_a_ceiling_that_counts_penalty():
    found = lawfulness(LEVEL, BANK, penalty=PENALTY)
    finding = the(found, "cost_ceiling.judicial", "late")
    assert (finding["measured"], finding["verdict"], finding["counted"]) == ("0.27", "flag", ["penalty"])
    assert [one["about"] for one in lawfulness(LEVEL, BANK)["findings"]] == ["cost"]


def test_a_ceiling_that_counts_no_penalty_is_not_held_against_being_late():
    found = lawfulness(LEVEL, MICRO, penalty=PENALTY)
    assert [one["about"] for one in found["findings"] if one["rule"] == "cost_ceiling.micro_loan"] == ["cost"]


@pytest.mark.parametrize(
    ("more", "rate"),
    [
        ({"penalty": PENALTY}, "0.27"),
        ({"penalty": PENALTY | {"replaces_interest": False}}, "0.45"),
        ({"penalty": PENALTY | {"replaces_interest": False}, "interest": "scheduled"}, "0.27"),
        ({"penalty": {**PENALTY, "multiple": None, "rate": "0.2"}}, "0.2"),
    ],
)
def test_what_overdue_principal_bears_counts_interest_that_runs_on(more, rate):
    assert str(late_rate(case_of(LEVEL, **more).file.contract).normalize()) == rate


@pytest.mark.parametrize(
    ("own", "rate"),
    [({}, "0.24"), ({"to": "2027-01-01"}, "0.27"), ({"from": "2026-01-16"}, "0.27"), ({"from": "2026-01-15"}, "0.24"),
     ({"clamp": "cumulative"}, "0.27")],
)  # fmt: skip
def test_an_own_ceiling_holds_late_interest_down_only_if_it_cuts_every_day(own, rate):
    ceiling = {"rate": "0.24", "measure": "simple_on_outstanding", "clamp": "each_day"} | own
    contract = case_of(LEVEL, penalty=PENALTY, ceilings=[ceiling]).file.contract
    assert str(late_rate(contract).normalize()) == rate


@pytest.mark.parametrize(("rate", "verdict"), [("0.2835", "refuse"), ("0.2836", "within")])
def test_a_contracts_own_ceiling_on_its_cash_flows_is_judged_without_rules(rate, verdict):
    found = lawfulness(LEVEL, fees=[SERVICE], ceilings=[{"rate": rate, "measure": "irr_nominal"}])
    finding = the(found, "contract.ceilings[0]")
    assert (finding["verdict"], finding["measured"], finding["limit"]) == (verdict, "0.2836", rate)
    assert (finding["source"], found["place"], found["is_refused"]) == (None, None, verdict == "refuse")


def test_an_own_effective_ceiling_is_held_against_the_compound_rate():
    found = lawfulness(LEVEL, fees=[SERVICE], ceilings=[{"rate": "0.3", "measure": "irr_effective"}])
    dues = [row["due"] for row in reprieve.schedule(case_of(LEVEL, fees=[SERVICE]))["instalments"]]
    compound = (1 + nominal_by_bisection(dues, 800000) / 12) ** 12 - 1
    finding = the(found, "contract.ceilings[0]")
    assert (finding["measured"], finding["verdict"]) == (f"{float(compound):.4f}", "refuse")


@pytest.mark.parametrize(
    ("days", "judged"),
    [({"from": "2026-01-15"}, True), ({"from": "2026-01-16"}, False), ({"to": "2026-01-16"}, True),
     ({"to": "2026-01-15"}, False)],
)  # fmt: skip
def test_an_own_ceiling_judges_the_day_of_the_contract(days, judged):
    found = lawfulness(LEVEL, ceilings=[{"rate": "0.1", "measure": "irr_nominal"} | days])
    assert [one["verdict"] for one in found["findings"]] == ["refuse"] * judged


def test_a_simple_own_ceiling_acts_in_the_fold_and_is_not_judged_here():
    assert lawfulness(LEVEL, ceilings=[{"rate": "0.1", "measure": "simple_on_outstanding"}]) is None


def test_nothing_is_judged_without_rules():
    assert lawfulness(LEVEL, fees=[SERVICE]) is None


def test_limits_that_hang_on_what_was_not_said_are_named():
    found = lawfulness(LEVEL, "cn", fees=[SERVICE])
    assert found["findings"] == []
    assert set(found["not_judged"]) == {
        "cost_ceiling.facilitated", "cost_ceiling.judicial", "cost_ceiling.micro_loan", "cost_ceiling.private_lending",
    }  # fmt: skip
    assert lawfulness(LEVEL, BANK)["not_judged"] == []


@pytest.mark.parametrize(("field", "word"), [("lender_type", "banks"), ("product", "loan")])
def test_an_unknown_kind_of_lender_or_product_is_named_with_its_path(field, word):
    with pytest.raises(BadInput) as caught:
        case_of(LEVEL, BANK | {field: word})
    assert caught.value.path == f"$.rules.{field}"
    assert "consumer" in caught.value.allowed


GB = {"place": "gb", "lender_type": "any_creditor", "product": "payday"}
PAYDAY = LEVEL | {
    "currency": "GBP", "principal": 10000, "annual_rate": "0", "method": "bullet", "instalments": 1, "period": "30 day",
    "day_count": "act_365",
}  # fmt: skip


def fee_of(amount):
    return [{"name": "fee", "payee": "lender", "when": "each_instalment", "amount": amount}]


@pytest.mark.parametrize(("amount", "verdict"), [(2400, "within"), (2401, "refuse")])
def test_the_price_cap_of_a_payday_loan_is_held_a_penny_on_each_side(amount, verdict):
    found = lawfulness(PAYDAY, GB, fees=fee_of(amount))
    assert the(found, "high_cost_cap.daily_share_most")["verdict"] == verdict
    assert the(found, "high_cost_cap.total_share_most")["measured"] == f"0.{amount}".rstrip("0")


@pytest.mark.parametrize(("fixed", "verdict"), [(1500, "within"), (1501, "refuse")])
def test_default_fees_of_a_payday_loan_are_held_against_their_cap(fixed, verdict):
    found = lawfulness(PAYDAY, GB, fees=fee_of(2000), late_fee={"fixed": fixed})
    finding = the(found, "high_cost_cap.default_fees_most", "late")
    assert (finding["verdict"], finding["measured"], finding["limit"]) == (verdict, str(fixed), "1500")


def test_ordinary_credit_is_not_under_the_price_cap():
    assert lawfulness(PAYDAY, GB, fees=fee_of(100))["findings"] == []


@pytest.mark.parametrize(
    ("terms", "months"),
    [
        ({"period": "1 month", "instalments": 1}, 1),
        ({"period": "31 day", "instalments": 1}, 1),
        ({"period": "32 day", "instalments": 1}, 2),
        ({"period": "1 month", "instalments": 12}, 12),
        ({"period": "1 month", "instalments": 12, "first_due_on": "2026-02-16"}, 13),
        ({"disbursed_on": "2026-01-31", "period": "1 month", "instalments": 1}, 1),
    ],
)
def test_a_begun_month_counts_as_a_whole_one(terms, months):
    assert months_of(case_of(MONTH | terms).file.contract) == months


def test_the_front_door_offers_the_rules_of_a_day():
    found = reprieve.rules("cn", date(2026, 11, 23), "bank").get("penalty.multiple_most")
    assert (str(found.value), found.level) == ("1.5", "normative_notice")
