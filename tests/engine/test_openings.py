"""Loans that were taken over: what is left is laid out by the contract's method, and what was late has no row."""

from datetime import date
from fractions import Fraction

import pytest

import reprieve
from tests.engine.loans import DAILY_PENALTY, half_even, loan, owed, paid, position

pytestmark = pytest.mark.fast


def opening(**more):
    return {"kind": "opening", "on": "2026-02-01", "balances": {"principal_not_due": 600_000}, **more}


def to_come(document):
    shown = reprieve.remaining(reprieve.Case.read(document), date(2026, 2, 1)).to_dict()
    return [(one["due_on"][:7], one["principal"]) for one in shown["payments"]]


@pytest.mark.parametrize(("every", "bearing"), [(1, [1, 2, 3, 4, 5, 6, 7]), (2, [2, 4, 6, 7]), (3, [3, 6, 7])])
def test_principal_of_every_so_many_rows_counts_from_the_opening_and_ends_with_the_last(every, bearing):
    left = opening(instalments=7, next_due_on="2026-02-15")
    rows = to_come(loan(left, method="level_principal", principal_every=every))
    assert [place for place, (_, principal) in enumerate(rows, 1) if principal] == bearing
    assert sum(principal for _, principal in rows) == 600_000
    assert len({principal for _, principal in rows[:-1] if principal}) == 1


def test_what_was_late_at_the_opening_belongs_to_no_row():
    balances = {"principal_not_due": 600_000, "principal": 50_000, "interest": 9_000, "penalty": 100}
    left = opening(balances=balances, instalments=7, next_due_on="2026-02-15", oldest_unpaid_due_on="2026-01-20")
    document = loan(left)
    spans = reprieve.explain(reprieve.Case.read(document), date(2026, 2, 11), "penalty")["spans"]
    assert {span["instalment"] for span in spans} == {None}
    shown = position(document, "2026-02-11")
    assert (shown["days_past_due"], shown["arrears"]["principal"]) == (22, 50_000)
    assert shown["arrears"]["penalty"] == 100 + round(50_000 * 0.27 * 10 / 365)


MONTH = Fraction(15, 1_000)
"""What the contract bears in one period, 18 % a year."""


def test_interest_runs_from_the_opening_on_what_is_not_due():
    document = loan(opening(instalments=7, next_due_on="2026-02-15"))
    first, second = (position(document, on) for on in ("2026-02-01", "2026-02-02"))
    assert (first["outstanding"]["total"], first["accrued"]["interest"]) == (600_000, 0)
    assert second["accrued"]["interest"] == half_even(600_000 * MONTH / 31)
    assert position(document, "2026-02-15")["due"]["interest"] == half_even(600_000 * MONTH * 14 / 31)


def test_a_payment_on_the_day_of_the_opening_counts():
    left = opening(instalments=7, next_due_on="2026-02-15")
    assert position(loan(left, paid("2026-02-01", 9_000)), "2026-02-01")["held"] == 9_000


def test_rows_given_at_an_opening_bear_what_they_say_and_their_own_days():
    rows = [
        {"due_on": "2026-02-15", "principal": 100_000},
        {"due_on": "2026-03-15", "principal": 0},
        {"due_on": "2026-04-30", "principal": 500_000},
    ]
    document = loan(opening(rows=rows))
    assert [principal for _, principal in to_come(document)] == [100_000, 0, 500_000]
    due = position(document, "2026-02-15")["due"]
    assert (due["principal"], due["interest"]) == (100_000, half_even(600_000 * MONTH * 14 / 31))
    assert position(document, "2026-03-15")["due"]["interest"] == half_even(500_000 * MONTH)
    # 46 days from 15 March, of which 31 are one period and 15 half of the next.
    last = position(document, "2026-04-30")
    assert last["due"]["interest"] == half_even(500_000 * MONTH * (1 + Fraction(15, 30)))
    assert (last["not_due"]["principal"], last["next_due"]) == (0, None)


def test_rows_that_do_not_sum_to_what_is_not_due_are_refused():
    for principal in (599_999, 600_001):
        rows = [{"due_on": "2026-02-15", "principal": principal}]
        with pytest.raises(reprieve.errors.ReprieveError):
            position(loan(opening(rows=rows)), "2026-02-01")


def test_what_was_late_ages_from_its_oldest_due_date_and_bears_from_the_opening():
    balances = {"principal_not_due": 600_000, "principal": 50_000, "interest": 9_000, "penalty": 100, "fees": 700}
    for oldest, days in (("2026-01-20", 22), ("2026-01-28", 14)):
        left = opening(balances=balances, instalments=7, next_due_on="2026-02-15", oldest_unpaid_due_on=oldest)
        found = position(loan(left, late_fee={"fixed": 2_000}), "2026-02-11")
        assert (found["days_past_due"], found["arrears"]["total"] > 0) == (days, True)
        assert owed(found) == {
            "principal": 50_000, "interest": 9_000, "fees": 700,
            "penalty": 100 + half_even(50_000 * DAILY_PENALTY * 10),
        }  # fmt: skip


@pytest.mark.parametrize("part", ["principal", "interest", "penalty", "fees"])
def test_one_component_alone_is_taken_over(part):
    balances = {"principal_not_due": 600_000, part: 1}
    left = opening(balances=balances, instalments=7, next_due_on="2026-02-15", oldest_unpaid_due_on="2026-01-28")
    found = owed(position(loan(left), "2026-02-01"))
    assert found == dict.fromkeys(found, 0) | {part: 1}


def test_an_agreed_amount_is_kept_at_an_opening_and_another_is_found_anew():
    left = opening(instalments=7, next_due_on="2026-02-15")
    interest = half_even(600_000 * MONTH * 14 / 31)
    agreed = position(loan(left, instalment=80_000), "2026-02-15")["due"]
    assert (agreed["total"], agreed["principal"]) == (80_000, 80_000 - interest)
    found = position(loan(left), "2026-02-15")["due"]["total"]
    # Seven rows, the first of 14 days of 31: the amount repays 600,000 to the last, within half a cent a row.
    balance = Fraction(600_000) * (1 + MONTH * 14 / 31) - found
    for _ in range(6):
        balance = balance * (1 + MONTH) - found
    assert abs(balance) <= 4


def test_a_bullet_taken_over_has_one_row_at_the_end_of_those_that_remain():
    document = loan(opening(instalments=7, next_due_on="2026-02-15"), method="bullet")
    assert to_come(document) == [("2026-08", 600_000)]
    due = position(document, "2026-08-15")["due"]
    assert due["interest"] == half_even(600_000 * MONTH * (6 + Fraction(14, 31)))


def test_rows_after_an_opening_lie_on_the_due_day_of_the_contract_if_the_first_does():
    ends = {"disbursed_on": "2025-12-31", "first_due_on": "2026-01-31", "due_day": 31}
    on_it = loan(opening(instalments=3, next_due_on="2026-02-28"), **ends)
    beside = loan(opening(instalments=3, next_due_on="2026-02-27"), **ends)
    for document, days in ((on_it, ["02-28", "03-31", "04-30"]), (beside, ["02-27", "03-27", "04-27"])):
        shown = reprieve.remaining(reprieve.Case.read(document), date(2026, 2, 1)).to_dict()["payments"]
        assert [one["due_on"][5:] for one in shown] == days


@pytest.mark.parametrize(("end", "days"), [("2026-02-01", 0), ("2026-02-02", 1), ("2026-02-05", 4)])
def test_a_pause_that_began_before_an_opening_counts_only_for_its_days_from_there(end, days):
    pause = {
        "kind": "pause", "on": "2026-02-01", "from": "2026-01-20", "to": end, "rows": "shift", "interest": "frozen",
        "accrued": "next_due", "ageing": "runs", "penalty": "runs",
    }  # fmt: skip
    document = loan(pause, opening(instalments=7, next_due_on="2026-02-15"))
    found = position(document, "2026-02-10")
    assert found["accrued"]["interest"] == half_even(600_000 * MONTH * (9 - days) / 31)
    assert position(document, "2026-02-01")["status"] == ("in_relief" if days else "active")
