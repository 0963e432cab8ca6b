"""What happens to a loan besides payments: charges, waivers, terms, relief, settlement, charge-off."""

from datetime import date

import pytest

from reprieve.errors import BadInput, Refused
from tests.operations.lending import PRODUCT, act, balances, close, controls, establish, held, publish, sign, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def loan(db):
    establish()
    sign()


def refused(rule):
    return pytest.raises(Refused, check=lambda error: error.refusals[0].rule == rule)


def closes_right(on):
    [*_, done] = close(on)
    assert done["state"] == "finished"
    assert held() == controls(on)


def test_a_fee_is_due_at_once_and_may_be_waived(loan):
    from reprieve.operations.commands.charges import charge_fee, waive

    answer = charge_fee(act("2026-02-01", user="core"), contract="L-1", name="notice fee", amount=3_000).answer
    assert answer["posted"] == {"fees_receivable": 3_000, "fee_income": -3_000}
    assert answer["position"]["due"]["fees"] == 3_000
    waived = waive(act("2026-02-02"), contract="L-1", component="fees", amount="all").answer
    assert waived["posted"] == {"fees_receivable": -3_000, "claims_waived": 3_000}
    with refused("waiver.nothing_owed"):
        waive(act("2026-02-02"), contract="L-1", component="fees", amount=1)
    closes_right("2026-02-03")


@pytest.mark.parametrize(
    ("component", "user", "is_allowed"),
    [
        ("fees", "officer", True), ("penalty", "officer", True), ("interest", "officer", True),
        ("principal", "officer", False), ("principal", "approver", True), ("fees", "clerk", False),
    ],
)  # fmt: skip
def test_a_waiver_takes_authority_over_its_component(loan, component, user, is_allowed):
    from reprieve.operations.commands.charges import charge_fee, waive
    from reprieve.storage.models import User

    User.objects.create(username="clerk", is_staff=True)
    charge_fee(act("2026-02-01", user="core"), contract="L-1", name="notice fee", amount=3_000)
    asked = act("2026-02-25", user=user)
    if is_allowed:
        answer = waive(asked, contract="L-1", component=component, amount=100).answer
        assert answer["posted"]["claims_waived"] == 100
    else:
        with refused("authority.role"):
            waive(asked, contract="L-1", component=component, amount=100)


def test_a_waiver_of_something_else_is_bad_input(loan):
    from reprieve.operations.commands.charges import waive

    with pytest.raises(BadInput, match="fees, penalty, interest, principal"):
        waive(act("2026-02-25"), contract="L-1", component="everything", amount=1)


def test_the_rate_and_the_due_day_change_from_a_day_on(loan):
    from reprieve.operations.commands.terms import change_due_day, change_rate

    changed = change_rate(act("2026-02-01", user="approver"), contract="L-1", annual_rate="0.12").answer
    assert changed["event"]["annual_rate"]["value"] == "0.12"
    moved = change_due_day(act("2026-02-01", user="core"), contract="L-1", due_day=20, if_version=1).answer
    assert moved["position"]["next_due"]["on"] == "2026-02-20"
    closes_right("2026-02-25")


def test_a_debt_is_made_due_only_when_something_is_overdue_and_can_be_taken_back(loan):
    from reprieve.operations.commands.terms import accelerate, reinstate

    asked = {"contract": "L-1"}
    with refused("acceleration.not_overdue"):
        accelerate(act("2026-02-10", user="approver"), **asked)
    with refused("authority.role"):
        accelerate(act("2026-03-20"), **asked)
    with refused("reinstatement.nothing"):
        reinstate(act("2026-03-20", user="approver"), **asked)
    due = accelerate(act("2026-03-20", user="approver"), **asked).answer
    assert due["position"]["not_due"]["principal"] == 0
    with refused("acceleration.twice"):
        accelerate(act("2026-03-20", user="approver"), **asked)
    closes_right("2026-03-25")
    back = reinstate(act("2026-03-26", user="approver"), **asked).answer
    assert back["position"]["not_due"]["principal"] > 0
    closes_right("2026-03-26")


def plan(number=17, **claims):
    return {
        "kind": "restructure", "annual_rate": "0.12", "method": "level_instalment", "instalments": number,
        "first_due_on": "2026-04-25", "ageing": "hold", "claims": claims,
    }  # fmt: skip


def claims_of(on):
    from reprieve.operations.reading import position

    owed = position("L-1", on=date.fromisoformat(on))["outstanding"]
    return {
        "principal": {"capitalised": owed["principal"]}, "interest": {"parked": owed["interest"]},
        "penalty": {"waived": owed["penalty"]},
    }  # fmt: skip


def test_a_plan_is_quoted_then_signed_by_somebody_else_and_closes_the_gate(loan):
    from reprieve.operations.commands.relief import quote_plan, sign_plan
    from reprieve.storage.models import GateClosure

    quoted = quote_plan(act("2026-03-20"), contract="L-1", plan=plan(**claims_of("2026-03-20"))).answer
    asked = {"contract": "L-1", "quote_id": quoted["quote_id"]}
    with refused("authority.role"):
        sign_plan(act("2026-03-20"), **asked)
    own = quote_plan(act("2026-03-20", user="approver"), contract="L-1", plan=plan(**claims_of("2026-03-20"))).answer
    with refused("authority.own_proposal"):
        sign_plan(act("2026-03-20", user="approver"), contract="L-1", quote_id=own["quote_id"])
    assert not GateClosure.objects.exists()
    signed = sign_plan(act("2026-03-20", user="approver"), **asked).answer
    assert signed["position"] == quoted["after"]
    assert signed["posted"] == quoted["posted"]
    assert signed["posted"]["claims_waived"] == quoted["before"]["outstanding"]["penalty"] > 0
    assert signed["position"]["status"] == "in_relief"
    [gate] = GateClosure.objects.values_list("because", flat=True)
    assert gate == "plan"
    closes_right("2026-04-01")


@pytest.mark.parametrize("cents", [-1, 1])
def test_a_plan_that_loses_or_makes_a_cent_is_refused(loan, cents):
    from reprieve.operations.commands.relief import quote_plan

    claims = claims_of("2026-03-20")
    claims["interest"]["parked"] += cents
    with refused("relief.conservation"):
        quote_plan(act("2026-03-20"), contract="L-1", plan=plan(**claims))


@pytest.mark.parametrize("moved", ["payment", "day"])
def test_a_quote_whose_facts_have_moved_is_not_signed(loan, moved):
    from reprieve.operations.commands.relief import quote_plan, sign_plan

    quoted = quote_plan(act("2026-03-20"), contract="L-1", plan=plan(**claims_of("2026-03-20"))).answer
    day = "2026-03-20"
    if moved == "payment":
        take("L-1", 500, "2026-03-20")
    else:
        day = "2026-03-21"
    asked = {"contract": "L-1", "quote_id": quoted["quote_id"]}
    with pytest.raises((Refused, BadInput)):
        sign_plan(act(day, user="approver"), **asked)


def test_a_pause_is_quoted_and_signed(loan):
    from reprieve.operations.commands.relief import quote_plan, sign_plan

    pause = {
        "kind": "pause", "from": "2026-02-10", "to": "2026-04-10", "rows": "shift", "interest": "frozen",
        "accrued": "spread", "ageing": "stopped", "penalty": "stopped",
    }  # fmt: skip
    quoted = quote_plan(act("2026-02-10"), contract="L-1", plan=pause).answer
    assert quoted["claims"] == {}
    asked = {"contract": "L-1", "quote_id": quoted["quote_id"]}
    signed = sign_plan(act("2026-02-10", user="approver"), **asked).answer
    assert signed["position"]["next_due"]["on"] == "2026-04-15"
    closes_right("2026-03-01")


def test_relief_that_is_no_relief_is_bad_input(loan):
    from reprieve.operations.commands.relief import quote_plan

    with pytest.raises(BadInput, match="restructure, pause, moratorium"):
        quote_plan(act("2026-02-10"), contract="L-1", plan={"kind": "payment", "amount": 1})
    with pytest.raises(BadInput) as caught:
        quote_plan(act("2026-02-10"), contract="L-1", plan=plan(number=0))
    assert caught.value.path == "instalments"


def test_a_settlement_is_quoted_paid_and_certified(loan):
    from reprieve.operations.commands.settlement import certify_settlement, quote_settlement

    quoted = quote_settlement(act("2026-02-20"), contract="L-1").answer
    assert quoted["valid_until_at"] == "2026-02-21T00:00:00+00:00"
    with refused("settlement.owed"):
        certify_settlement(act("2026-02-20"), contract="L-1")
    paid = take("L-1", quoted["payoff"], "2026-02-20")
    assert paid["position"]["status"] == "closed"
    certified = certify_settlement(act("2026-02-21"), contract="L-1").answer
    assert (certified["owed"], certified["settled_by"]) == (0, "2026-02-20")
    with refused("settlement.closed"):
        quote_settlement(act("2026-02-21"), contract="L-1")
    closes_right("2026-02-22")
    assert held() == {}


def test_a_cent_less_than_the_payoff_settles_nothing(loan):
    from reprieve.operations.commands.settlement import certify_settlement, quote_settlement

    quoted = quote_settlement(act("2026-02-20"), contract="L-1").answer
    take("L-1", quoted["payoff"] - 1, "2026-02-20")
    with refused("settlement.owed"):
        certify_settlement(act("2026-02-20"), contract="L-1")


def test_a_loan_is_charged_off_once_and_what_is_paid_later_is_a_recovery(loan):
    from decimal import Decimal

    from reprieve.lending.carrying import CarryingRules
    from reprieve.operations.commands.terms import charge_off

    rules = CarryingRules(90, 30, 89, (Decimal("0.01"), Decimal("0.1"), Decimal("0.5")))
    close("2026-03-01", carrying=rules)
    asked = {"contract": "L-1"}
    with refused("authority.role"):
        charge_off(act("2026-03-02"), **asked)
    off = charge_off(act("2026-03-02", user="approver"), **asked).answer
    assert off["position"]["status"] == "charged_off"
    with refused("charge_off.twice"):
        charge_off(act("2026-03-02", user="approver"), **asked)
    closes_right("2026-03-02")
    assert balances()["loans_charged_off"] == -800_000, "the claim stays; a contra account carries it at nothing"
    take("L-1", 100_000, "2026-03-03")
    closes_right("2026-03-03")
    assert balances()["recoveries"] < 0


def test_a_product_is_judged_before_it_is_published(db):
    establish()
    terms = {**PRODUCT["terms"], "penalty": {"multiple": "2", "base": "principal", "replaces_interest": True}}
    dear = {**PRODUCT, "code": "dear", "offered_from": "2026-01-02", "terms": terms}
    with pytest.raises(Refused) as caught:
        publish("2026-01-02", **dear)
    assert [refusal.rule for refusal in caught.value.refusals] == ["penalty.multiple_most"]
    assert all(refusal.source for refusal in caught.value.refusals)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"version": 3}, "version"),
        ({"kind": "auto_loan", "version": 2}, "another_product"),
        ({"version": 2, "offered_from": "2026-01-01"}, "past"),
        ({"version": 2, "place": "gb"}, "place"),
        ({"version": 2, "terms": {**PRODUCT["terms"], "currency": "USD"}}, "currency"),
    ],
)
def test_a_version_out_of_turn_is_refused(db, change, code):
    establish()
    with pytest.raises(BadInput) as caught:
        publish("2026-01-02", **{"offered_from": "2026-01-05", **change})
    assert caught.value.code == code


def test_a_new_version_takes_the_place_of_the_old_on_its_day(db):
    from reprieve.operations.reading import all_products

    establish()
    publish("2026-01-05", version=2, offered_from="2026-02-01", principal_most=100_000)
    assert [(one["sold_from"], one["sold_until"]) for one in all_products()] == [
        ("2026-01-01", "2026-02-01"), ("2026-02-01", None),
    ]  # fmt: skip
    sign("L-1", on="2026-01-31")
    with pytest.raises(BadInput) as caught:
        sign("L-2", on="2026-02-01")
    assert caught.value.path == "principal"


def test_a_customer_is_registered_once_and_erased_when_nothing_runs(loan):
    from reprieve.operations.commands.customers import erase_customer, register_customer
    from reprieve.operations.commands.settlement import quote_settlement

    who = {"name": "张三", "national_id": "11010519491231002X"}
    register_customer(act("2026-01-20", user="core"), number="C-9", language="zh", identifiers=who)
    with refused("customer.known"):
        register_customer(act("2026-01-20", user="core"), number="C-10", language="zh", identifiers=who)
    with pytest.raises(BadInput):
        register_customer(act("2026-01-20", user="core"), number="C-9", language="zh")
    asked = act("2026-02-20", user="approver")
    with refused("customer.has_loans"):
        erase_customer(asked, number="C-L-1")
    take("L-1", quote_settlement(act("2026-02-20"), contract="L-1").answer["payoff"], "2026-02-20")
    erase_customer(asked, number="C-L-1")
    with pytest.raises(BadInput, match="erased"):
        sign_again()


def sign_again():
    from reprieve.operations.commands.contracts import sign_contract
    from tests.operations.lending import TERMS

    sign_contract(act("2026-02-21", user="core"), number="L-7", customer="C-L-1", **TERMS)


def test_every_command_leaves_a_trace_without_figures(loan):
    from reprieve.storage.models import AuditEntry

    take("L-1", 500, "2026-02-01")
    row = AuditEntry.objects.get(action="take_payment")
    assert (row.subject, row.subject_id, row.facts) == ("contract", "L-1", {"event": "000001"})
    assert "500" not in str(row.facts)
