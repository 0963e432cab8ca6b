"""Lateness as a table: each day from the due date to the end of grace + 2, unpaid or short by a little or a lot."""

from fractions import Fraction
from itertools import product

import pytest

from tests.engine.loans import LEVEL, after, half_even, loan, paid, position

pytestmark = pytest.mark.fast

DUE_ON = "2026-02-15"
INTEREST = 12_000
PRINCIPAL = LEVEL - INTEREST
TOLERANCE = 1_000
SHORT_BY = (LEVEL, TOLERANCE, TOLERANCE + 1)
LATE_FEE = 2_000

PENALTIES = {
    "in place of interest": {"multiple": "1.5", "base": "principal", "replaces_interest": True, "day_count": "act_365"},
    "on top": {"rate": "0.09", "base": "principal_and_interest", "replaces_interest": False, "day_count": "act_360"},
    "none": None,
}


def penalty_of(kind: str, principal: int, interest: int, days: int) -> int:
    if kind == "none":
        return 0
    if kind == "on top":
        return half_even((principal + interest) * Fraction(9, 100) * days / 360)
    return half_even(principal * Fraction(27, 100) * days / 365)


def accrued_on(kind: str, grace_interest: str, grace: int, overdue: int, days: int, is_late: bool) -> int:
    """Interest of the row that now runs (28 days): on principal not due, and on overdue principal if it bears any."""
    base = Fraction(800_000 - PRINCIPAL) * days
    runs_in_grace = grace_interest == "runs" and days <= grace
    if overdue and (runs_in_grace or (is_late and kind != "in place of interest")):
        base += overdue * days
    return half_even(base * Fraction(15, 1000) / 28)


@pytest.mark.parametrize(("grace", "grace_interest"), [(0, "stops"), (3, "stops"), (3, "runs")])
@pytest.mark.parametrize("kind", PENALTIES)
@pytest.mark.parametrize("short", SHORT_BY)
def test_each_day_from_the_due_date_to_the_end_of_grace_and_two_more(short, kind, grace, grace_interest):
    payments = [paid(DUE_ON, LEVEL - short)] if short < LEVEL else []
    terms = {"penalty": PENALTIES[kind], "late_fee": {"fixed": LATE_FEE}, "grace_interest": grace_interest}
    document = loan(*payments, grace_days=grace, tolerance=TOLERANCE, **terms)
    interest = max(0, short - PRINCIPAL)
    principal = short - interest
    for days in range(grace + 3):
        is_late = days > grace and short > TOLERANCE
        is_tolerated = days > grace and not is_late
        found = position(document, after(DUE_ON, days))
        bucket, other = ("arrears", "due") if is_late else ("due", "arrears")
        penalty = penalty_of(kind, principal, interest, days) if is_late else 0
        fees = LATE_FEE if is_late else 0
        assert found[bucket] == {
            "principal": principal, "interest": interest, "penalty": penalty, "fees": fees,
            "total": short + penalty + fees,
        }, days  # fmt: skip
        assert set(found[other].values()) == {0}
        assert found["days_past_due"] == found["contractual_days_past_due"] == (days if is_late else 0)
        if not is_tolerated:
            bearing = accrued_on(kind, grace_interest, grace, principal, days, is_late)
            assert found["accrued"]["interest"] == bearing, days


def test_the_day_before_the_due_date_nothing_is_due():
    found = position(loan(), "2026-02-14")
    assert (found["due"]["total"], found["arrears"]["total"], found["days_past_due"]) == (0, 0, 0)
    assert found["next_due"] == {"on": DUE_ON, "amount": LEVEL}


def test_a_payment_on_the_due_date_or_in_grace_is_not_late():
    for days in range(4):
        found = position(loan(paid(after(DUE_ON, days), LEVEL), late_fee={"fixed": 2_000}), "2026-03-01")
        assert (found["due"]["total"], found["arrears"]["total"], found["days_past_due"]) == (0, 0, 0)
    found = position(loan(paid(after(DUE_ON, 4), LEVEL), late_fee={"fixed": 2_000}), "2026-03-01")
    assert found["arrears"]["total"] + found["due"]["total"] > 0


def test_penalty_from_the_due_date_uses_what_was_unpaid_on_each_day_of_grace():
    found = position(loan(paid("2026-02-17", 30_000)), "2026-02-19")
    base = Fraction(27, 100) / 365
    days = PRINCIPAL * base * 2 + (PRINCIPAL - 18_000) * base * 2
    assert found["arrears"]["penalty"] == half_even(days) == 155
    assert found["days_past_due"] == 4


def test_looking_every_day_changes_nothing():
    document = loan()
    seen = [position(document, after(DUE_ON, days)) for days in range(60)]
    assert seen[59] == position(document, after(DUE_ON, 59))


def test_the_tolerance_is_cumulative_through_the_expiring_instalment():
    first = paid(DUE_ON, LEVEL - 600)
    for short, late, arrears in ((400, 0, 0), (401, 4, 401)):
        document = loan(first, paid("2026-03-15", LEVEL - short, direct_to="current"))
        found = position(document, "2026-03-19")
        assert (found["arrears"]["principal"], found["due"]["total"]) == (arrears, 1_000 + (short - 400) - arrears)
        assert found["days_past_due"] == found["contractual_days_past_due"] == late


def test_an_overdue_instalment_paid_down_to_within_tolerance_keeps_its_penalty_and_ages_no_more():
    late = position(loan(), "2026-02-25")["arrears"]
    document = loan(paid("2026-02-25", late["total"] - TOLERANCE))
    found = position(document, "2026-03-10")
    assert (found["due"]["total"], found["arrears"]["total"], found["days_past_due"]) == (TOLERANCE, 0, 0)
    document = loan(paid("2026-02-25", late["total"] - TOLERANCE - 1))
    found = position(document, "2026-03-10")
    assert (found["due"]["total"], found["days_past_due"]) == (0, 23)


def test_days_past_due_follow_the_oldest_uncovered_due_date():
    document = loan()
    assert position(document, "2026-03-14")["days_past_due"] == 27
    assert position(document, "2026-03-31")["days_past_due"] == 44
    cured = loan(paid("2026-03-31", position(document, "2026-03-31")["arrears"]["total"] - LEVEL))
    assert position(cured, "2026-03-31")["days_past_due"] == 16


LATE_FEES = {
    "fixed": ({"fixed": 2_000}, LEVEL, 2_000),
    "percent": ({"percent": "0.05"}, LEVEL, 3_667),
    "percent of what is unpaid": ({"percent": "0.05"}, 20_010, 1_000),
    "minimum": ({"percent": "0.05", "min": 4_000}, LEVEL, 4_000),
    "minimum not reached": ({"percent": "0.05", "min": 3_667}, LEVEL, 3_667),
    "maximum": ({"percent": "0.05", "max": 3_000}, LEVEL, 3_000),
    "maximum not reached": ({"percent": "0.05", "max": 3_668}, LEVEL, 3_667),
    "maximum of nothing": ({"percent": "0.05", "max": 0}, LEVEL, 0),
    "minimum and maximum": ({"percent": "0.05", "min": 3_700, "max": 3_800}, LEVEL, 3_700),
    "cap": ({"fixed": 2_000, "cap_total": 1_500}, LEVEL, 1_500),
}


@pytest.mark.parametrize("name", LATE_FEES)
def test_the_late_fee_is_posted_on_the_first_day_after_grace(name):
    fee, short, amount = LATE_FEES[name]
    document = loan(*([paid(DUE_ON, LEVEL - short)] if short < LEVEL else []), late_fee=fee)
    assert position(document, "2026-02-18")["due"]["fees"] == 0
    for days in (4, 5, 20):
        assert position(document, after(DUE_ON, days))["arrears"]["fees"] == amount


def test_each_missed_instalment_has_one_late_fee_up_to_the_total_cap():
    document = loan(late_fee={"fixed": 2_000, "cap_total": 5_000})
    fees = [position(document, f"2026-{month:02}-20")["arrears"]["fees"] for month in (2, 3, 4, 5)]
    assert fees == [2_000, 4_000, 5_000, 5_000]


def test_a_late_fee_bears_no_penalty_and_does_not_make_a_loan_late():
    plain, charged = (position(loan(late_fee=fee), "2026-03-10") for fee in (None, {"fixed": 50_000}))
    assert plain["arrears"]["penalty"] == charged["arrears"]["penalty"]
    without_fee = loan(paid("2026-02-20", LEVEL + 1_000), late_fee={"fixed": 2_000}, order=[
        "principal", "interest", "penalty", "fee",
    ])  # fmt: skip
    found = position(without_fee, "2026-03-10")
    assert found["days_past_due"] == 0
    assert found["due"]["fees"] + found["due"]["penalty"] > 0


def test_a_scheduled_fee_alone_makes_a_loan_late():
    fee = {"name": "service fee", "payee": "lender", "when": "each_instalment", "amount": 1_500}
    order = ["principal", "interest", "fee", "penalty"]
    found = position(loan(paid(DUE_ON, LEVEL), fees=[fee], order=order), "2026-02-19")
    assert (found["arrears"]["fees"], found["days_past_due"], found["arrears"]["penalty"]) == (1_500, 4, 0)


def test_a_fee_event_is_due_at_once_and_never_ages():
    event = {"kind": "fee", "on": "2026-02-01", "name": "notice", "amount": 5_000}
    for on in ("2026-02-01", "2026-02-14"):
        found = position(loan(event), on)
        assert (found["due"]["fees"], found["days_past_due"], found["arrears"]["total"]) == (5_000, 0, 0)


@pytest.mark.parametrize(("grace", "tolerance"), list(product((0, 1, 30), (0, 1))))
def test_an_unpaid_instalment_is_late_on_the_first_day_after_grace_whatever_the_terms(grace, tolerance):
    document = loan(grace_days=grace, tolerance=tolerance)
    before, late = (position(document, after(DUE_ON, grace + more)) for more in (0, 1))
    assert (before["arrears"]["total"], before["days_past_due"]) == (0, 0)
    assert (late["arrears"]["principal"], late["days_past_due"]) == (PRINCIPAL, grace + 1)


def test_a_penalty_multiple_follows_the_contract_rate_of_each_day():
    change = {"kind": "rate_change", "on": "2026-03-01", "annual_rate": "0.12"}
    found = position(loan(change), "2026-03-10")
    exact = Fraction(PRINCIPAL) * (Fraction(27, 100) * 14 + Fraction(18, 100) * 9) / 365
    assert found["arrears"]["penalty"] == half_even(exact)
