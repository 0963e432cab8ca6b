"""What events and closes post, worked by hand on the 8,000.00 loan; and what a posting table must hold."""

from datetime import date, timedelta
from importlib.resources import files

import numpy as np
import pytest

from reprieve.errors import BadInput
from reprieve.lending.closed import looked_into
from reprieve.lending.ledger import CloseSource, EventSource, behind, total_of, trial_balance
from reprieve.lending.movement import BALANCES, COMPONENTS, AsKnown, balances_on, movements
from reprieve.lending.posting import (
    control_totals,
    growth_amounts,
    movement_amounts,
    posting_table,
    read_table,
    recorded,
    unmatched_amounts,
)
from reprieve.lending.posting_columns import growth_sums
from tests.ledger.books import TABLE, Journal, loan

pytestmark = pytest.mark.fast

PAYMENT = {"id": "p1", "kind": "payment", "on": "2026-02-15", "amount": 73344}


def days(first, last):
    day = date.fromisoformat(first)
    while day <= date.fromisoformat(last):
        yield day
        day += timedelta(1)


def posted(file, event, on):
    [movement] = [one for one in movements(AsKnown.of(file, date.fromisoformat(on))) if one.event == event]
    return movement_amounts(movement, TABLE)


def test_the_disbursement_pays_out_the_principal():
    assert posted(loan(), "contract", "2026-01-15") == {"loans_principal": 800000, "bank": -800000}


def test_a_payment_on_the_due_date_pays_a_months_interest_and_the_rest_is_principal():
    assert posted(loan(PAYMENT), "p1", "2026-02-15") == {
        "bank": 73344, "interest_receivable": -12000, "loans_principal": -61344,
    }  # fmt: skip


def test_money_beyond_what_is_due_is_held_and_owed_to_the_borrower():
    amounts = posted(loan(PAYMENT | {"amount": 80000}), "p1", "2026-02-15")
    assert amounts["held_money"] == -(80000 - 73344)


def test_fees_at_disbursement_lessen_what_is_paid_out_and_go_to_whom_they_are_owed():
    fee = {"name": "f", "payee": "lender", "when": "disbursement", "amount": 1000, "collected": "deducted"}
    other = fee | {"name": "g", "payee": "third_party", "amount": 300, "collected": "financed"}
    assert posted(loan(fees=[fee, other]), "contract", "2026-01-15") == {
        "loans_principal": 800300, "bank": -799000, "fee_income": -1000, "third_parties": -300,
    }  # fmt: skip


def test_a_prepayment_fee_is_income_of_the_day_it_is_paid():
    prepayment = {"fee": {"fixed": 5000}}
    allocation = {"order": ["fee", "penalty", "interest", "principal"], "across": "oldest_instalment_first"}
    file = loan(PAYMENT | {"amount": 173344}, prepayment=prepayment, allocation=allocation | {"surplus": "shorten"})
    assert posted(file, "p1", "2026-02-15")["early_payment_income"] == -5000


def test_a_waiver_costs_the_lender_what_the_borrower_no_longer_owes():
    file = loan({"id": "w", "kind": "waiver", "on": "2026-03-01", "component": "penalty", "amount": "all"})
    owed = balances_on(AsKnown.of(loan(), date(2026, 3, 1)))["arrears_penalty"]
    assert owed > 0
    assert posted(file, "w", "2026-03-01") == {"penalty_receivable": -owed, "claims_waived": owed}


def test_an_opening_stands_against_what_was_taken_over_and_no_money_moves():
    balances = {"principal_not_due": 600000, "principal": 120000, "interest": 12000, "penalty": 240, "fees": 10}
    opening = {
        "id": "o", "kind": "opening", "on": "2026-06-01", "balances": balances, "oldest_unpaid_due_on": "2026-05-15",
        "instalments": 8, "next_due_on": "2026-06-15",
    }  # fmt: skip
    amounts = posted(loan(opening), "o", "2026-06-01")
    assert amounts["taken_over"] == -sum(balances.values())
    assert "bank" not in amounts
    assert [one.event for one in movements(AsKnown.of(loan(opening), date(2026, 6, 1)))] == ["o"]


def test_a_restructure_moves_claims_and_what_is_waived_is_lost():
    owed = balances_on(AsKnown.of(loan(), date(2026, 6, 1)))
    total = {
        part: sum(v for name, v in owed.items() if name.endswith(part)) for part in ("principal", "interest", "penalty")
    }
    plan = {
        "id": "r", "kind": "restructure", "on": "2026-06-01", "annual_rate": "0.12", "method": "level_instalment",
        "instalments": 12, "first_due_on": "2026-07-01", "ageing": "hold",
        "claims": {
            "principal": {"capitalised": total["principal"]},
            "interest": {"parked": total["interest"] - 500, "paid": 500},
            "penalty": {"waived": total["penalty"]},
        },
    }  # fmt: skip
    amounts = posted(loan(plan), "r", "2026-06-01")
    assert amounts["claims_waived"] == total["penalty"]
    assert amounts["bank"] == 500
    assert amounts["interest_parked"] == total["interest"] - 500


def test_growth_is_posted_as_differences_of_the_rounded_figure_and_corrects_itself():
    late = PAYMENT | {"recorded_at": "2026-02-27T09:00:00Z"}
    journal = Journal(loan(late))
    closes = {day: journal.close(day) for day in days("2026-02-14", "2026-02-27")}
    penalty = {day.day: -amounts.get("penalty_income", 0) for day, amounts in closes.items()}
    assert (penalty[25], penalty[26], penalty[27]) == (46, 45, -499)
    assert sum(penalty[day] for day in range(14, 25)) == 408
    assert journal.balances()["penalty_income"] == 0


def test_a_void_reversal_takes_back_what_the_payment_posted():
    paid = loan(PAYMENT)
    void = loan(PAYMENT, {"id": "v", "kind": "reversal", "on": "2026-02-16", "of": "p1", "mode": "void"})
    on = date(2026, 2, 16)
    undone = recorded(AsKnown.of(paid, on), AsKnown.of(void, on), TABLE)
    assert undone == {"p1": {name: -amount for name, amount in posted(paid, "p1", "2026-02-16").items()}}


def test_a_returned_payment_leaves_the_bank_and_is_due_again():
    file = loan(PAYMENT, {"id": "v", "kind": "reversal", "on": "2026-02-20", "of": "p1", "mode": "returned"})
    amounts = posted(file, "v", "2026-02-20")
    assert amounts["bank"] == -73344
    assert amounts["interest_receivable"] == 12000


def test_an_earlier_payment_known_later_moves_what_a_later_one_had_posted():
    first = PAYMENT | {"recorded_at": "2026-03-20T09:00:00Z"}
    second = {"id": "p2", "kind": "payment", "on": "2026-03-15", "amount": 73344}
    file = loan(first, second)
    then, now = (AsKnown.of(file, date(2026, 3, day), date(2026, 3, day)) for day in (19, 20))
    changed = recorded(then, now, TABLE)
    assert set(changed) == {"p1", "p2"}
    assert changed["p2"].get("bank", 0) == 0, "the money of the later payment came in once"
    assert sum(amounts.get("bank", 0) for amounts in changed.values()) == 73344


def test_recording_the_same_facts_again_posts_nothing():
    known = AsKnown.of(loan(PAYMENT), date(2026, 2, 20))
    assert recorded(known, known, TABLE) == {}


def test_facts_that_only_follow_post_the_same_as_all_facts_at_once():
    later = [PAYMENT | {"id": f"p{month}", "on": f"2026-0{month}-15"} for month in (3, 4, 5)]
    file = loan(PAYMENT, *later, {"id": "v", "kind": "reversal", "on": "2026-05-20", "of": "p4", "mode": "returned"})
    steps = [AsKnown.of(file, day, day) for day in (date(2026, 2, 20), date(2026, 4, 20), date(2026, 6, 1))]
    at_once = recorded(None, steps[-1], TABLE)
    by_step = [recorded(then, now, TABLE) for then, now in zip([None, *steps], steps, strict=False)]
    assert [sorted(step) for step in by_step] == [["contract", "p1"], ["p3", "p4"], ["p5", "v"]]
    assert {event: amounts for step in by_step for event, amounts in step.items()} == at_once


def test_a_payment_recorded_ahead_is_posted_on_its_day_and_once():
    ahead = PAYMENT | {"recorded_at": "2026-02-10T09:00:00Z"}
    journal = Journal(loan(ahead))
    for day in ("2026-02-10", "2026-02-14", "2026-02-15", "2026-02-16"):
        journal.close(date.fromisoformat(day))
    paid = [entry.posted_on for entry in journal.entries if entry.source == EventSource("l1", "p1")]
    assert paid == [date(2026, 2, 15)]
    assert journal.balances()["bank"] == -800000 + 73344


def test_held_money_that_pays_a_due_lessens_no_income():
    with_held, without = Journal(loan(PAYMENT | {"amount": 100000})), Journal(loan(PAYMENT))
    for day in days("2026-02-14", "2026-03-16"):
        grown = with_held.close(day), without.close(day)
        assert grown[0].get("interest_income", 0) == grown[1].get("interest_income", 0), day
    assert with_held.balances()["held_money"] == 0
    assert with_held.balances()["early_payment_income"] == with_held.balances()["claims_waived"] == 0


def test_the_journal_of_a_loan_foots_and_every_balance_leads_to_events_and_closes():
    journal = Journal(loan(PAYMENT, {"id": "f", "kind": "fee", "on": "2026-02-20", "name": "notice", "amount": 300}))
    for day in days("2026-01-15", "2026-02-21"):
        journal.close(day)
    trial = trial_balance(journal.entries, TABLE.chart)
    assert trial.debit == trial.credit > 0
    sources = behind("fees_receivable", journal.entries)
    assert sources == {EventSource("l1", "f"): 300}
    assert all(isinstance(one, CloseSource) for one in behind("interest_accrued", journal.entries))


def test_many_loans_post_in_sum_what_they_post_singly():
    grown = np.zeros((4, len(BALANCES)), np.int64)
    grown[0, BALANCES.index("accrued_interest")] = 387
    grown[1, BALANCES.index("arrears_penalty")] = 46
    grown[2, BALANCES.index("held")] = -500
    grown[2, BALANCES.index("due_interest")] = -100
    grown[3, BALANCES.index("not_due_principal")] = -70
    assert looked_into(grown).tolist() == [False, False, True, True]
    applied = np.zeros((4, len(COMPONENTS)), np.int64)
    applied[2, COMPONENTS.index("interest")] = 500
    singly = [
        growth_amounts(dict(zip(BALANCES, row, strict=True)), dict(zip(COMPONENTS, paid, strict=True)), TABLE)
        for row, paid in zip(grown.tolist(), applied.tolist(), strict=True)
    ]
    assert singly[2] == {"held_money": 500, "interest_receivable": -100, "interest_income": -400}
    assert singly[3] == {"loans_principal": -70, "claims_waived": 70}
    assert growth_sums(grown, applied, TABLE) == {name: amount for name, amount in total_of(singly).items() if amount}


def test_control_totals_show_held_money_as_owed():
    position = dict.fromkeys(BALANCES, 0) | {"held": 500, "due_principal": 70, "not_due_principal": 30}
    assert control_totals(position, TABLE) == {"held_money": -500, "loans_principal": 100}


def test_money_nobody_can_place_waits_in_suspense_until_its_loan_is_found():
    waiting = unmatched_amounts(73344)
    assert waiting == {"bank": 73344, "unmatched_money": -73344}
    paid = posted(loan(PAYMENT), "p1", "2026-02-15")
    total = total_of([waiting, paid, {name: -amount for name, amount in waiting.items()}])
    assert {name: amount for name, amount in total.items() if amount} == paid


def test_every_account_is_named_in_both_languages():
    for account in posting_table().chart.values():
        assert set(account.says) == {"en", "zh"}
        assert all(account.says.values())


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ('held = "held_money"', 'held = "helt_money"', "balances.held"),
        ('held = "held_money"', "", "balances.held"),
        ("[event.waiver]", "[event.gift]", "event."),
        ('given_up = "claims_waived"\n\n[event.contract]', "\n[event.contract]", "growth.given_up"),
        ("[accounts.bank]", "[accounts.bank", "posting.toml"),
        ("[accounts.bank]", "[accounts.till]", "accounts.bank"),
    ],
)
def test_a_posting_table_with_a_gap_is_refused_with_its_place(old, new, path):
    text = files("reprieve.lending").joinpath("posting.toml").read_text("utf-8")
    assert old in text
    with pytest.raises(BadInput) as caught:
        read_table(text.replace(old, new, 1))
    assert caught.value.path.startswith(path)
