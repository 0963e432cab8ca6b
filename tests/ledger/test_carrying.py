"""Carrying amounts are targets of the position: suspense, stages, charge-off, recoveries, modification."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import reprieve
from reprieve.engine import batch
from reprieve.engine import records as rec
from reprieve.errors import BadInput
from reprieve.lending.carrying import (
    STAGES,
    Carrying,
    CarryingRules,
    allowance_flow,
    carrying_amounts,
    carrying_of,
    nothing,
    present_value,
    presumed_days,
)
from reprieve.lending.case import Case
from reprieve.lending.columns import day_number
from reprieve.lending.ledger import CloseSource, trial_balance
from reprieve.lending.movement import AsKnown
from reprieve.rules import rules
from tests.ledger.books import TABLE, Journal, loan

pytestmark = pytest.mark.fast

RATES = (Decimal("0.01"), Decimal("0.1"), Decimal("0.6"))
RULES = CarryingRules(suspended_after_days=90, stage_two_after_days=30, stage_three_after_days=90, loss_rates=RATES)


def row(**figures):
    values = np.zeros((1, rec.POSITION_WIDTH), np.int64)
    for name, value in figures.items():
        values[0, rec.POSITION_FIELDS.index(name)] = value
    return values


def one(rules=RULES, **figures):
    return carrying_of(row(**figures), rules)


@pytest.mark.parametrize(("days", "stage"), [(0, 1), (30, 1), (31, 2), (90, 2), (91, 3)])
def test_days_past_due_presume_a_stage_on_both_sides_of_each_edge(days, stage):
    assert one(days_past_due=days).stage.tolist() == [stage]


def test_a_loan_in_relief_is_in_stage_two_at_least():
    assert one(status=rec.IN_RELIEF).stage.tolist() == [2]
    assert one(status=rec.IN_RELIEF, days_past_due=91).stage.tolist() == [3]


def test_a_lender_may_count_contractual_days():
    rules = CarryingRules(90, 30, 90, RATES, days="contractual")
    assert one(rules, days_past_due=0, contractual_days_past_due=91).stage.tolist() == [3]
    assert one(days_past_due=0, contractual_days_past_due=91).stage.tolist() == [1]


def test_income_is_in_suspense_from_the_day_after_the_rule_and_back_after_a_cure():
    figures = {"arrears_interest": 700, "accrued_interest": 50, "arrears_penalty": 30, "arrears_fees": 20}
    before, after = one(**figures, days_past_due=90), one(**figures, days_past_due=91)
    assert before.suspended_interest.tolist() == [0]
    assert [after.suspended_interest[0], after.suspended_penalty[0], after.suspended_fees[0]] == [750, 30, 20]
    posted = carrying_amounts(after, before, TABLE.carrying)
    assert posted["interest_income"] == -posted["interest_suspended"] == 750
    back = carrying_amounts(before, after, TABLE.carrying)
    assert back == {account: -amount for account, amount in posted.items()}


def test_the_allowance_is_the_loss_rate_on_what_is_carried_rounded_up():
    assert one(not_due_principal=100_001, held=1).allowance.tolist() == [1000]
    assert one(not_due_principal=100_002, held=1).allowance.tolist() == [1001]
    late = one(arrears_principal=1000, arrears_interest=500, days_past_due=91)
    assert late.allowance.tolist() == [600], "suspended interest is not carried, so nothing is allowed for it"
    assert one(not_due_principal=10, held=50).allowance.tolist() == [0]


def test_a_charge_off_uses_the_allowance_and_a_later_payment_is_a_recovery():
    bad = {"arrears_principal": 1000, "arrears_interest": 100, "days_past_due": 200}
    before, off = one(**bad), one(**bad, status=rec.CHARGED_OFF)
    posted = carrying_amounts(off, before, TABLE.carrying)
    assert posted == {"loss_allowance": 600, "loans_charged_off": -1000, "impairment": 400}
    paid = one(**{**bad, "arrears_principal": 700}, status=rec.CHARGED_OFF)
    assert carrying_amounts(paid, off, TABLE.carrying) == {"loans_charged_off": 300, "recoveries": -300}


def balances(targets, names=("suspended_interest", "suspended_penalty", "suspended_fees", "charged_off", "allowance")):
    return {TABLE.carrying[name]["asset"]: -int(getattr(targets, name).sum()) for name in names}


figures_of_a_loan = st.fixed_dictionaries(
    {
        name: st.integers(0, 10**9)
        for name in ("not_due_principal", "arrears_principal", "arrears_interest", "due_penalty", "parked_fees", "held")
    }
    | {"days_past_due": st.sampled_from([0, 30, 31, 90, 91, 400]), "status": st.sampled_from([0, 1, 2, 3])}
)


@given(st.lists(st.tuples(figures_of_a_loan, figures_of_a_loan, figures_of_a_loan), min_size=1, max_size=8))
def test_differences_add_up_to_the_targets_after_any_history(loans):
    closes = [np.vstack([row(**history[place]) for history in loans]) for place in range(3)]
    then, sums = nothing(len(loans)), {}
    for positions in closes:
        now = carrying_of(positions, RULES)
        for account, amount in carrying_amounts(now, then, TABLE.carrying).items():
            sums[account] = sums.get(account, 0) + amount
        then = now
        for account, target in balances(now).items():
            assert sums.get(account, 0) == target, account
    assert sum(sums.values()) == 0


@given(st.lists(st.tuples(figures_of_a_loan, figures_of_a_loan, st.booleans()), min_size=1, max_size=8))
def test_the_flow_of_the_allowance_foots_by_stage(loans):
    then = carrying_of(np.vstack([row(**first) for first, _, _ in loans]), RULES)
    now = carrying_of(np.vstack([row(**second) for _, second, _ in loans]), RULES)
    is_new = np.array([fresh for _, _, fresh in loans])
    is_gone = np.array([second["status"] == rec.CHARGED_OFF for _, second, _ in loans])
    flows = allowance_flow(now, then, is_new, is_gone)
    assert set(flows) == set(STAGES)
    assert sum(flow.closing for flow in flows.values()) == int(now.allowance.sum())
    assert sum(flow.moved_in for flow in flows.values()) == sum(flow.moved_out for flow in flows.values())


def test_a_flow_shows_what_moved_and_what_was_remeasured():
    def of(stage, allowance):
        zero = np.zeros(2, np.int64)
        return Carrying(np.array(stage), zero, zero, zero, zero, np.array(allowance, np.int64))

    none = np.zeros(2, bool)
    flow = allowance_flow(of([2, 1], [70, 10]), of([1, 1], [50, 10]), none, none)
    assert (flow[1].opening, flow[1].moved_out, flow[1].closing) == (60, 50, 10)
    assert (flow[2].moved_in, flow[2].remeasured, flow[2].closing) == (50, 20, 70)


def test_the_targets_of_a_real_loan_follow_its_position():
    case = Case(loan())
    day = date(2026, 2, 15)
    for days, is_suspended in ((90, False), (91, True)):
        values = batch.positions(case.book, day_number(day) + days)
        on = date.fromordinal(day.toordinal() + days)
        answer = reprieve.position(case, on).to_dict()
        assert answer["days_past_due"] == days
        found = carrying_of(values, RULES)
        assert found.suspended_interest[0] == (answer["outstanding"]["interest"] if is_suspended else 0)
        assert found.suspended_penalty[0] == (answer["outstanding"]["penalty"] if is_suspended else 0)


def test_present_value_discounts_by_days_over_365_and_leaves_out_what_is_past():
    on = date(2026, 1, 1)
    assert present_value([(date(2027, 1, 1), 11000)], Decimal("0.1"), on) == 10000
    assert present_value([(on, 5), (date(2025, 1, 1), 9)], Decimal("0.1"), on) == 0
    assert present_value([(date(2028, 1, 1), 12100), (date(2027, 1, 1), 11000)], Decimal("0.1"), on) == 20000


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        ((90, 30, 90, (Decimal("1.1"), Decimal(0), Decimal(0))), "loss_rates[0]"),
        ((90, 30, 90, (Decimal(0), Decimal("0.0000001"), Decimal(0))), "loss_rates[1]"),
        ((90, 100, 90, RATES), "stage_three_after_days"),
    ],
)
def test_rules_that_make_no_sense_are_refused(rules, path):
    with pytest.raises(BadInput) as caught:
        CarryingRules(*rules)
    assert caught.value.path == path


def test_the_days_of_the_stages_come_from_the_pack_that_has_them():
    assert presumed_days(rules("eu", date(2026, 1, 1), "bank", "consumer_loan")) == (30, 89)
    assert presumed_days(rules("cn", date(2026, 1, 1), "bank", "consumer_loan")) is None


def test_a_journal_with_carrying_amounts_foots_and_its_income_is_what_is_not_in_suspense():
    journal, then = Journal(loan({"id": "c", "kind": "charge_off", "on": "2026-09-01"})), nothing(1)
    for day in (date(2026, 1, 15), date(2026, 3, 1), date(2026, 5, 16), date(2026, 5, 17), date(2026, 9, 1)):
        journal.close(day)
        now = carrying_of(batch.positions(Case(AsKnown.of(journal.file, day).file).book, day_number(day)), RULES)
        journal.post(carrying_amounts(now, then, TABLE.carrying), CloseSource("steady", day, None), day)
        then = now
    held = journal.balances()
    trial = trial_balance(journal.entries, TABLE.chart)
    assert trial.debit == trial.credit
    assert held["interest_income"] == held["penalty_income"] == 0, "nothing was collected, and all of it is in suspense"
    assert held["loans_charged_off"] == -800_000, "the claim stays, the lender carries nothing"
    assert held["loss_allowance"] == 0
    assert held["impairment"] == 800_000


def test_a_book_made_by_hand_is_carried_as_the_ledgers_page_says():
    """Six loans, each a line of the table of the page, in whole minor units; rates 1 %, 10 % and 60 %."""
    lines = [
        # on time: stage 1; (10,000 + 50 - 40 held) at 1 % is 100.1, rounded up to 101
        row(not_due_principal=10_000, accrued_interest=50, held=40),
        # 31 days late: stage 2; (8,000 + 100 + 7 + 3) at 10 % is 811
        row(arrears_principal=8_000, arrears_interest=100, arrears_penalty=7, due_fees=3, days_past_due=31),
        # in relief and on time: stage 2; (5,000 + 400 parked) at 10 % is 540
        row(not_due_principal=5_000, parked_interest=400, status=rec.IN_RELIEF),
        # 90 days late: stage 2 still, nothing in suspense; (2,000 + 90) at 10 % is 209
        row(arrears_principal=2_000, arrears_interest=90, days_past_due=90),
        # 91 days late: stage 3, 300 + 20 + 10 in suspense; 4,001 at 60 % is 2,400.6, rounded up to 2,401
        row(arrears_principal=4_001, arrears_interest=300, parked_penalty=20, arrears_fees=10, days_past_due=91),
        # charged off: 70 in suspense, 6,000 off, no allowance left
        row(arrears_principal=6_000, arrears_interest=70, days_past_due=200, status=rec.CHARGED_OFF),
    ]
    now = carrying_of(np.vstack(lines), RULES)
    assert now.stage.tolist() == [1, 2, 2, 2, 3, 3]
    assert now.allowance.tolist() == [101, 811, 540, 209, 2_401, 0]
    assert carrying_amounts(now, nothing(6), TABLE.carrying) == {
        "interest_income": 370, "interest_suspended": -370, "penalty_income": 20, "penalty_suspended": -20,
        "fee_income": 10, "fees_suspended": -10, "loans_charged_off": -6_000,
        "loss_allowance": -4_062, "impairment": 10_062,
    }  # fmt: skip
