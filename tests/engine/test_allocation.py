"""Where money goes: every order across instalments, directed payments, and each thing a surplus may do."""

from fractions import Fraction
from itertools import permutations
from typing import Any

import pytest

from tests.engine.loans import COMPONENTS, DAILY_PENALTY, LEVEL, half_even, loan, owed, paid, position, rows

NAMES = {"fee": "fees", "penalty": "penalty", "interest": "interest", "principal": "principal"}
FEE = {"name": "service fee", "payee": "lender", "when": "each_instalment", "amount": 700}
ON = "2026-03-25"
DAYS_LATE = (38, 10)
LATE = {"interest": "scheduled", "tolerance": 0, "grace_days": 0, "fees": [FEE], "late_fee": {"fixed": 1_300}}


def two_missed() -> list[dict[str, int]]:
    """What the first two instalments come to on 25 March if nothing was paid, by component."""
    missed = []
    for row, days in zip(rows(loan(**LATE))[:2], DAYS_LATE, strict=True):
        penalty = half_even(row["principal"] * DAILY_PENALTY * days)
        missed.append(
            {"fee": 700 + 1_300, "penalty": penalty, "interest": row["interest"], "principal": row["principal"]}
        )
    return missed


def allocate(claims: list[dict[str, int]], amount: int, order: tuple[str, ...], across: str) -> dict[str, int]:
    """Pay claims in the order agreed; return what is left of each component."""
    left = [dict(claim) for claim in claims]
    by_instalment = [(claim, component) for claim in left for component in order]
    by_component = [(claim, component) for component in order for claim in left]
    for claim, component in by_instalment if across == "oldest_instalment_first" else by_component:
        part = min(amount, claim[component])
        claim[component] -= part
        amount -= part
    return {NAMES[component]: sum(claim[component] for claim in left) for component in order}


def test_what_two_missed_instalments_come_to():
    claims = two_missed()
    assert owed(position(loan(**LATE), ON)) == allocate(claims, 0, tuple(NAMES), "component_first")


@pytest.mark.parametrize("across", ["oldest_instalment_first", "component_first"])
@pytest.mark.parametrize("order", list(permutations(NAMES)), ids="-".join)
def test_a_payment_follows_the_order_across_instalments(order, across):
    claims = two_missed()
    first = sum(claims[0].values())
    whole = first + sum(claims[1].values())
    for amount in (1, 701, 15_000, first - 1, first, first + 1, 90_000, whole - 1, whole):
        document = loan(paid(ON, amount), order=list(order), across=across, **LATE)
        found = position(document, ON)
        assert owed(found) == allocate(claims, amount, order, across), amount
        assert found["held"] == 0


@pytest.mark.parametrize("across", ["oldest_instalment_first", "component_first"])
def test_two_payments_on_one_day_are_one(across):
    for first in (1, 2_000, 40_000, 100_000):
        whole = loan(paid(ON, 120_000), across=across, **LATE)
        parts = loan(paid(ON, first), paid(ON, 120_000 - first), across=across, **LATE)
        for on in (ON, "2026-04-20", "2026-12-31"):
            assert position(whole, on) == position(parts, on)


def test_a_payment_meant_for_the_current_instalment_pays_it_before_the_oldest():
    claims = two_missed()
    second = sum(claims[1].values())
    order = tuple(NAMES)
    for amount in (1, 2_100, second, second + 5_000):
        found = position(loan(paid(ON, amount, direct_to="current"), order=list(order), **LATE), ON)
        assert owed(found) == allocate([claims[1], claims[0]], amount, order, "oldest_instalment_first")


def test_a_payment_meant_for_principal_skips_what_is_due():
    document = loan(paid("2026-02-15", 100_000, direct_to="principal"), surplus="lower")
    found = position(document, "2026-02-15")
    assert found["due"]["total"] == LEVEL
    assert found["not_due"]["principal"] == 800_000 - 61_344 - 100_000
    assert found["held"] == 0


def test_what_is_meant_for_principal_pays_what_is_due_when_no_principal_is_left_to_come():
    document = loan(paid("2026-04-25", 10_000, direct_to="principal"), instalments=3)
    before = position(loan(instalments=3), "2026-04-25")
    found = position(document, "2026-04-25")
    assert sum(owed(found).values()) == sum(owed(before).values()) - 10_000


def surplus_on_1_march(surplus: str, **terms: Any) -> dict[str, Any]:
    return loan(paid("2026-02-15", LEVEL), paid("2026-03-01", 100_000), surplus=surplus, **terms)


SURPLUSES = {"shorten": 73_344, "lower": 63_489, "principal": 71_855}


@pytest.mark.parametrize("surplus", SURPLUSES)
def test_100_000_on_1_march_under_each_rule_that_prepays(surplus):
    found = position(surplus_on_1_march(surplus), "2026-03-01")
    assert found["next_due"] == {"on": "2026-03-15", "amount": SURPLUSES[surplus]}
    # Interest accrued on what is prepaid, x + x * 1.5 % * 14/28 <= 100,000, and no fee.
    assert found["not_due"]["principal"] == 738_656 - 99_256
    assert found["accrued"]["interest"] == half_even(738_656 * Fraction(15, 2_000)) - 744
    assert found["held"] == 0


def test_all_accrued_interest_is_collected_before_any_principal_where_that_was_agreed():
    document = surplus_on_1_march("lower", prepayment={"interest": "all_accrued"})
    found = position(document, "2026-03-01")
    assert found["accrued"]["interest"] == 0
    assert found["not_due"]["principal"] == 738_656 - (100_000 - 5_540)


def test_hold_keeps_the_surplus_and_pays_what_falls_due_next():
    document = surplus_on_1_march("hold")
    assert position(document, "2026-03-14")["held"] == 100_000
    assert position(document, "2026-03-14")["not_due"]["principal"] == 738_656
    found = position(document, "2026-03-15")
    assert (found["held"], found["due"]["total"]) == (100_000 - LEVEL, 0)
    assert position(document, "2026-04-15")["due"]["total"] == LEVEL - (100_000 - LEVEL)


def test_next_instalment_pays_coming_rows_now_and_leaves_the_others():
    document = surplus_on_1_march("next_instalment", interest="scheduled")
    found = position(document, "2026-03-01")
    assert found["held"] == 0
    assert found["not_due"]["principal"] == 738_656 - (LEVEL - 11_080) - max(0, 100_000 - LEVEL - 10_146)
    assert found["next_due"] == {"on": "2026-03-15", "amount": 0}
    assert position(document, "2026-03-15")["next_due"] == {"on": "2026-04-15", "amount": 2 * LEVEL - 100_000}
    daily = position(surplus_on_1_march("next_instalment"), "2026-03-01")
    assert daily["accrued"]["interest"] == 0
    assert daily["not_due"]["principal"] == 738_656 - (100_000 - 5_540)


def test_shorten_ends_earlier_and_lower_keeps_the_rows():
    dues = {}
    for surplus in ("shorten", "lower", "principal"):
        document = surplus_on_1_march(surplus)
        dues[surplus] = [position(document, f"2026-{month:02}-20")["next_due"] for month in range(3, 13)]
        assert position(document, "2027-06-01")["not_due"]["principal"] == 0
    assert [due["amount"] for due in dues["shorten"][:8]] == [LEVEL] * 8
    assert dues["shorten"][-1] is None
    assert {due["amount"] for due in dues["lower"][:-1]} == {63_489}
    assert dues["lower"][-1]["on"] == "2027-01-15"


def test_a_surplus_below_the_minimum_is_held():
    for least, held in ((100_000, 0), (100_001, 100_000)):
        document = surplus_on_1_march("lower", prepayment={"minimum": least})
        assert position(document, "2026-03-01")["held"] == held


@pytest.mark.parametrize("fee", [{"percent": "0.01"}, {"fixed": 5_000}])
def test_the_prepayment_fee_comes_out_of_the_surplus(fee):
    found = position(surplus_on_1_march("lower", prepayment={"fee": fee}), "2026-03-01")
    prepaid = 738_656 - found["not_due"]["principal"]
    interest = half_even(738_656 * Fraction(15, 2_000)) - found["accrued"]["interest"]

    def cost(principal: int) -> int:
        charge = half_even(Fraction(principal, 100)) if "percent" in fee else 5_000
        return principal + half_even(principal * Fraction(15, 2_000)) + charge

    assert interest == half_even(prepaid * Fraction(15, 2_000))
    assert cost(prepaid) <= 100_000 < cost(prepaid + 1)
    assert found["held"] == 100_000 - cost(prepaid)


@pytest.mark.parametrize("surplus", ["hold", "next_instalment", "shorten", "lower", "principal"])
@pytest.mark.parametrize("interest", ["daily", "scheduled"])
def test_a_payment_that_reaches_the_payoff_closes_the_loan_whatever_the_surplus_does(surplus, interest):
    terms = {"surplus": surplus, "interest": interest, "prepayment": {"fee": {"percent": "0.01"}}}
    open_loan = loan(paid("2026-02-15", LEVEL), **terms)
    payoff = position(open_loan, "2026-03-01")["payoff"]
    assert payoff == 738_656 + 5_540 + 7_387
    for more, status, held in ((-1, "active", None), (0, "closed", 0), (1, "closed", 1)):
        document = loan(paid("2026-02-15", LEVEL), paid("2026-03-01", payoff + more), **terms)
        found = position(document, "2026-06-01")
        assert found["status"] == status
        if held is not None:
            assert (found["held"], found["outstanding"]["total"], found["next_due"]) == (held, 0, None)


def test_held_money_never_pays_off_by_itself_but_helps_a_payment_to():
    held = loan(paid("2026-01-20", 800_000), surplus="hold")
    assert position(held, "2026-01-20")["status"] == "active"
    payoff = position(held, "2026-01-20")["payoff"]
    assert payoff == half_even(800_000 * Fraction(15, 1000) * 5 / 31)
    closed = loan(paid("2026-01-20", 800_000), paid("2026-01-20", payoff, order=1), surplus="hold")
    found = position(closed, "2026-01-20")
    assert (found["status"], found["held"], found["payoff"]) == ("closed", 0, 0)


def test_a_rate_change_inside_a_row_gives_it_mixed_interest():
    change = {"kind": "rate_change", "on": "2026-03-01", "annual_rate": "0.12"}
    found = position(loan(paid("2026-02-15", LEVEL), change), "2026-03-01")
    assert found["next_due"] == {"on": "2026-03-15", "amount": 71_423}
    due = position(loan(paid("2026-02-15", LEVEL), change), "2026-03-15")["due"]
    assert due["interest"] == half_even(738_656 * (Fraction(18, 100) + Fraction(12, 100)) / 24)


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_waiver_takes_the_lesser_of_its_amount_and_what_is_owed(component):
    before = owed(position(loan(**LATE), ON))
    for amount in (1, before[component], before[component] + 1, "all"):
        waiver = {"kind": "waiver", "on": ON, "component": component, "amount": amount}
        found = owed(position(loan(waiver, **LATE), ON))
        waived = before[component] if amount == "all" else min(amount, before[component])
        assert {key: before[key] - found[key] for key in found} == dict.fromkeys(found, 0) | {component: waived}


def test_a_refund_gives_back_at_most_what_is_held():
    for amount, left in ((30_000, 70_000), (100_000, 0), (100_001, 0)):
        refund = {"kind": "refund", "on": "2026-03-02", "amount": amount}
        document = loan(paid("2026-02-15", LEVEL), paid("2026-03-01", 100_000), refund)
        assert position(document, "2026-03-02")["held"] == left
