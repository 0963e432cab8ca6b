"""Payments that came back: what they covered is due again from that day on, and what they prepaid is not due again."""

from fractions import Fraction

import pytest

from tests.engine.loans import DAILY_PENALTY, LEVEL, half_even, loan, owed, paid, position

pytestmark = pytest.mark.fast

MONTH = Fraction(15, 1_000)
FIRST = LEVEL - 12_000
LEFT = 800_000 - FIRST
FEE = {"name": "service fee", "payee": "lender", "when": "each_instalment", "amount": 700}


def returned(of, on, **more):
    return {"kind": "reversal", "on": on, "of": of, "mode": "returned", **more}


def test_what_a_payment_covered_is_due_again_from_the_day_it_came_back():
    document = loan(
        paid("2026-02-15", LEVEL + 700, id="a"), returned("a", "2026-02-25"), fees=[FEE], late_fee={"fixed": 2_000}
    )
    assert position(document, "2026-02-24")["outstanding"]["fees"] == 0
    found = position(document, "2026-02-25")
    assert owed(found) == {"principal": FIRST, "interest": 12_000, "penalty": 0, "fees": 700}
    assert (found["days_past_due"], found["due"]["total"], found["held"]) == (0, LEVEL + 700, 0)
    in_grace, late = position(document, "2026-02-28"), position(document, "2026-03-01")
    assert (in_grace["days_past_due"], in_grace["outstanding"]["penalty"]) == (0, 0)
    # Four days from the return, not fourteen from the due date; and no second charge for being late.
    assert (late["days_past_due"], late["arrears"]["penalty"]) == (4, half_even(FIRST * DAILY_PENALTY * 4))
    assert late["arrears"]["fees"] == 700


def test_a_return_undoes_each_component_that_its_payment_covered_and_no_other_payment():
    # On 25 February 10 days of penalty are owed. The first payment takes fees, penalty and 5,000 of interest.
    penalty = half_even(FIRST * DAILY_PENALTY * 10)
    terms = {"fees": [FEE], "late_fee": {"fixed": 2_000}}
    first, second = 2_700 + penalty + 5_000, LEVEL - 5_000
    document = loan(
        paid("2026-02-25", first, id="a"), paid("2026-02-25", second, id="b", order=1), returned("a", "2026-03-05"),
        **terms,
    )  # fmt: skip
    assert position(document, "2026-03-04")["due"]["total"] + position(document, "2026-03-04")["arrears"]["total"] == 0
    assert owed(position(document, "2026-03-05")) == {
        "principal": 0, "interest": 5_000, "penalty": penalty, "fees": 2_700,
    }  # fmt: skip
    document["events"][2]["of"] = "b"
    assert owed(position(document, "2026-03-05")) == {
        "principal": FIRST, "interest": 7_000, "penalty": 0, "fees": 0,
    }  # fmt: skip


def test_held_money_leaves_with_the_payment_that_brought_it():
    document = loan(paid("2026-01-20", 5_000, id="a"), paid("2026-01-21", 3_000, id="b"), returned("a", "2026-02-01"))
    assert position(document, "2026-01-31")["held"] == 8_000
    assert position(document, "2026-02-01")["held"] == 3_000
    assert position(document, "2026-02-15")["due"]["total"] == LEVEL - 3_000


def test_a_return_after_held_money_was_used_asks_for_the_part_that_was_its_own():
    # The oldest money is used first: all 5,000, then 3,000 of what came later, towards interest of 12,000.
    for of, interest in (("a", 5_000), ("b", 3_000)):
        document = loan(
            paid("2026-01-20", 5_000, id="a"), paid("2026-01-21", 3_000, id="b"), paid("2026-02-15", LEVEL - 8_000),
            returned(of, "2026-02-20"),
        )  # fmt: skip
        assert position(document, "2026-02-19")["due"]["total"] == 0
        found = position(document, "2026-02-20")
        assert owed(found) == {"principal": 0, "interest": interest, "penalty": 0, "fees": 0}


def test_prepaid_principal_is_not_due_again_and_bears_interest_from_the_return():
    # Of 100,000 on 1 March 99,256 is principal and 744 its interest of 14 days of 28.
    document = loan(
        paid("2026-02-15", LEVEL), paid("2026-03-01", 100_000, id="a"), returned("a", "2026-03-10"), surplus="lower"
    )
    before, after = position(document, "2026-03-09"), position(document, "2026-03-10")
    assert (before["not_due"]["principal"], after["not_due"]["principal"]) == (LEFT - 99_256, LEFT)
    micro = (LEFT * Fraction(14, 28) + (LEFT - 99_256) * Fraction(9, 28)) * MONTH
    assert after["accrued"]["interest"] == half_even(micro)
    assert (sum(owed(after).values()), after["held"], after["days_past_due"]) == (0, 0, 0)
    due = position(document, "2026-03-15")["due"]
    assert due["interest"] == half_even(micro + LEFT * Fraction(5, 28) * MONTH)


def test_a_payoff_that_comes_back_opens_the_loan_and_its_rows_again():
    open_loan = loan(paid("2026-02-15", LEVEL))
    payoff = position(open_loan, "2026-03-01")["payoff"]
    assert payoff == LEFT + half_even(LEFT * MONTH * 14 / 28)
    document = loan(paid("2026-02-15", LEVEL), paid("2026-03-01", payoff, id="a"), returned("a", "2026-03-05"))
    closed, again = position(document, "2026-03-04"), position(document, "2026-03-05")
    assert (closed["status"], closed["outstanding"]["total"], closed["next_due"]) == ("closed", 0, None)
    assert (again["status"], again["not_due"]["principal"]) == ("active", LEFT)
    assert again["next_due"]["on"] == "2026-03-15"
    # Nothing accrued while it was closed: 14 days before, 10 days after.
    due = position(document, "2026-03-15")["due"]
    assert due["interest"] == half_even(LEFT * MONTH * 24 / 28)
    rows = [position(document, f"2026-{month:02}-16")["next_due"]["on"] for month in range(3, 13)]
    assert rows == [f"2026-{month:02}-15" for month in range(4, 13)] + ["2027-01-15"]


def test_a_payoff_that_comes_back_after_two_due_dates_begins_with_the_next_row():
    payoff = position(loan(paid("2026-02-15", LEVEL)), "2026-03-01")["payoff"]
    document = loan(paid("2026-02-15", LEVEL), paid("2026-03-01", payoff, id="a"), returned("a", "2026-04-20"))
    found = position(document, "2026-04-20")
    assert (found["not_due"]["principal"], found["next_due"]["on"]) == (LEFT, "2026-05-15")
    # The interest it had paid is due again; new interest runs from the return, 25 days of 30.
    assert owed(found) == {"principal": 0, "interest": payoff - LEFT, "penalty": 0, "fees": 0}
    due = position(document, "2026-05-15")["due"]
    assert due["interest"] == half_even(LEFT * MONTH * 25 / 30)


def test_a_payment_taken_back_before_it_counted_leaves_no_trace():
    plain = loan(paid("2026-02-15", LEVEL))
    document = loan(paid("2026-02-15", LEVEL), paid("2026-02-20", 1_000, id="a"), returned("a", "2026-02-20", order=1))
    for on in ("2026-02-20", "2026-03-15", "2026-04-01"):
        assert position(document, on) == position(plain, on)
