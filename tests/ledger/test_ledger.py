"""Entries balance, the trial balance foots, a balance leads to its sources, a locked month stays locked."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reprieve.errors import BadInput
from reprieve.lending import ledger
from reprieve.lending.ledger import Account, CloseSource, Entry, EventSource, Line, MonthFacts, entry_of
from reprieve.lending.posting import posting_table

pytestmark = pytest.mark.fast

DAY = date(2026, 2, 15)
NEXT = date(2026, 2, 16)
PAID = EventSource("l1", "p1")
CHART = posting_table().chart


def entry(amounts, source=PAID, day=DAY, currency="CNY"):
    return entry_of(amounts, source, posted_on=day, value_on=day, product="steady", currency=currency)


def test_an_entry_that_does_not_balance_cannot_be_made():
    with pytest.raises(AssertionError, match="debits equal credits"):
        entry({"bank": 100, "held_money": -99})


@pytest.mark.parametrize("amounts", [{"bank": 1.0, "held_money": -1.0}, {"bank": True, "held_money": -1}])
def test_an_amount_that_is_not_a_whole_number_cannot_be_posted(amounts):
    with pytest.raises(AssertionError, match="integers"):
        entry(amounts)


def test_an_entry_has_two_lines_and_none_of_zero():
    with pytest.raises(AssertionError):
        Entry(DAY, DAY, "steady", "CNY", PAID, (Line("bank", 0),))
    assert entry({"bank": 5, "held_money": -5, "loans_principal": 0}).lines == (Line("bank", 5), Line("held_money", -5))
    assert entry({"bank": 0, "held_money": 0}) is None


def test_a_reversed_entry_takes_back_every_line_on_a_later_day():
    first = entry({"bank": 100, "held_money": -60, "interest_receivable": -40})
    back = ledger.reversed_entry(first, NEXT)
    assert ledger.balances([first, back]) == {"bank": 0, "held_money": 0, "interest_receivable": 0}
    assert (back.posted_on, back.value_on) == (NEXT, DAY)
    assert ledger.balances([first, back], upto=DAY)["bank"] == 100


transfers = st.lists(
    st.tuples(st.sampled_from(sorted(CHART)), st.sampled_from(sorted(CHART)), st.integers(1, 10**12)), max_size=30
)


@given(transfers)
def test_the_trial_balance_foots_and_shows_each_account_on_one_side(moved):
    entries = [entry({one: amount, other: -amount}) for one, other, amount in moved if one != other]
    trial = ledger.trial_balance(entries, CHART)
    assert trial.debit == trial.credit == sum(row.debit for row in trial.rows)
    for row in trial.rows:
        assert (row.debit == 0) != (row.credit == 0)
        expected = sum(a for one, _, a in moved if one == row.account.name)
        expected -= sum(a for one, other, a in moved if other == row.account.name)
        assert row.debit - row.credit == expected
    assert [row.account.code for row in trial.rows] == sorted(row.account.code for row in trial.rows)


def test_a_trial_balance_mixes_no_currencies():
    with pytest.raises(AssertionError, match="one currency"):
        ledger.trial_balance(
            [entry({"bank": 1, "held_money": -1}), entry({"bank": 1, "held_money": -1}, currency="USD")], CHART
        )


def test_a_balance_leads_to_the_events_and_closes_behind_it():
    close = CloseSource("steady", NEXT, DAY)
    entries = [
        entry({"bank": 100, "interest_receivable": -100}),
        entry({"interest_receivable": 40, "interest_income": -40}, close, NEXT),
        entry({"bank": 7, "held_money": -7}, EventSource("l2", "p9")),
    ]
    assert ledger.behind("interest_receivable", entries) == {PAID: -100, close: 40}
    assert sum(ledger.behind("bank", entries).values()) == ledger.balances(entries)["bank"]


def test_a_close_is_the_sum_of_its_loans_and_leads_back_to_them():
    loans = {
        "l1": {"interest_accrued": 40, "interest_income": -40},
        "l2": {"interest_accrued": 2, "interest_income": -2},
    }
    assert ledger.total_of(loans.values()) == {"interest_accrued": 42, "interest_income": -42}
    assert ledger.contributions("interest_accrued", loans) == {"l1": 40, "l2": 2}


def test_nothing_is_posted_into_a_locked_month_and_everything_after_it():
    locked = date(2026, 1, 31)
    assert ledger.may_post(locked, locked).rule == "ledger.month_lock"
    assert ledger.may_post(date(2026, 2, 1), locked) is None
    assert ledger.may_post(DAY, None) is None


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"locked_until": date(2026, 2, 28)}, "ledger.month_lock"),
        ({"days_not_closed": (date(2026, 2, 27),)}, "ledger.days_not_closed"),
        ({"quarantined": ("l7",)}, "ledger.quarantine"),
        ({"control_differences": {"held_money": 1}}, "ledger.control_totals"),
    ],
)
def test_a_month_is_not_locked_while_something_is_open(facts, rule):
    given_facts = {"last_day": date(2026, 2, 28), "locked_until": date(2026, 1, 31), **facts}
    refused = ledger.may_lock(MonthFacts(**given_facts))
    assert refused.rule == rule


def test_a_month_with_nothing_open_is_locked():
    assert ledger.may_lock(MonthFacts(date(2026, 2, 28), date(2026, 1, 31), control_differences={"bank": 0})) is None


def test_a_control_total_off_by_a_cent_is_named():
    entries = [entry({"bank": 100, "held_money": -100})]
    assert ledger.control_differences(entries, {"held_money": -100}, ["held_money"]) == {}
    assert ledger.control_differences(entries, {"held_money": -99}, ["held_money"]) == {"held_money": -1}


def test_a_chart_names_each_account_once():
    says = {"en": "Bank", "zh": "银行存款"}
    with pytest.raises(BadInput, match="code 1"):
        ledger.check_chart([Account("a", "1", "asset", says), Account("b", "1", "asset", says)], "accounts")
    with pytest.raises(BadInput, match="asset, liability"):
        ledger.check_chart([Account("a", "1", "money", says)], "accounts")
