"""The edges: what does not fit is refused, what fits is right; nothing wraps and nothing is guessed."""

from fractions import Fraction
from typing import Any

import pytest

import reprieve
from reprieve.errors import BadInput, ReprieveError, Unsupported
from reprieve.lending.case import Case
from reprieve.lending.limits import PRINCIPAL_MOST
from tests import reference
from tests.engine.loans import COMPONENTS, LEVEL, half_even, loan, paid, position, rows

PARTS = ("due", "arrears", "accrued", "not_due", "parked")


def is_whole(answer: dict[str, Any]) -> bool:
    """Whether no part is negative and the parts sum to what is outstanding."""
    sums = {component: sum(answer[part][component] for part in PARTS) for component in (*COMPONENTS, "total")}
    return min(min(answer[part].values()) for part in PARTS) >= 0 and sums == answer["outstanding"]


@pytest.mark.parametrize("rate", ["-0.01", "-0", "0.18%", "1e-2", ".5", "", " 0.1", "nan", "101", -0.1, 0.18, 18, None])
def test_a_rate_that_is_no_plain_decimal_is_refused(rate):
    with pytest.raises(BadInput) as refused:
        Case.read(loan(annual_rate=rate))
    assert refused.value.path.startswith("$.contract.annual_rate")


@pytest.mark.parametrize("value", ["0.0000000001", "100.000000001", {"value": "0.0833333333333", "per": "month"}])
def test_a_rate_that_does_not_fit_is_refused_and_not_rounded(value):
    with pytest.raises(BadInput):
        Case.read(loan(annual_rate=value))


def test_the_finest_rate_is_taken():
    found = position(loan(annual_rate="0.000000001", principal=10**12, day_count="act_365"), "2026-02-14")
    assert found["accrued"]["interest"] == half_even(Fraction(10**12, 10**9) * 30 / 365)


@pytest.mark.parametrize("principal", [0, -1, 1.0, "800000", True, None, 10**15 + 1, 2**63])
def test_a_principal_that_is_no_positive_whole_number_is_refused(principal):
    with pytest.raises(BadInput):
        Case.read(loan(principal=principal))


@pytest.mark.parametrize(
    "terms",
    [
        {"principal": PRINCIPAL_MOST + 1},
        {"principal": 10**15},
        {"principal": PRINCIPAL_MOST, "annual_rate": "100"},
        {
            "principal": 10**12,
            "annual_rate": "99",
            "penalty": {"multiple": "100", "base": "principal", "replaces_interest": False},
        },
    ],
)
def test_what_could_overflow_is_refused_at_intake(terms):
    with pytest.raises(Unsupported):
        Case.read(loan(**terms))


def test_tranches_count_towards_the_largest_principal():
    tranche = {"kind": "disbursement", "on": "2026-01-20", "amount": PRINCIPAL_MOST // 2}
    Case.read(loan(tranche, principal=PRINCIPAL_MOST // 2, annual_rate="0.01"))
    with pytest.raises(Unsupported):
        Case.read(loan(tranche, {**tranche, "amount": 1}, principal=PRINCIPAL_MOST // 2, annual_rate="0.01"))


def test_a_day_by_which_the_figures_could_overflow_is_refused():
    document = loan(principal=PRINCIPAL_MOST, annual_rate="0.36", instalments=12)
    assert is_whole(position(document, "2026-02-14"))
    with pytest.raises(Unsupported):
        position(document, "2299-12-31")


@pytest.mark.parametrize("rate", ["0.06", "0.18", "0.36"])
@pytest.mark.parametrize("principal", [10**12, PRINCIPAL_MOST])
def test_the_largest_loans_are_right_or_refused_and_never_wrong(rate, principal):
    terms = {"principal": principal, "annual_rate": rate, "day_count": "act_365", "grace_days": 0}
    document = loan(**terms, method="bullet", instalments=1, first_due_on="2027-01-15")
    asked = 0
    for year in (2027, 2028, 2030, 2040, 2076):
        try:
            found = position(document, f"{year}-01-16")
        except Unsupported:
            continue
        asked += 1
        assert is_whole(found)
        days = {2027: 1, 2028: 366, 2030: 1097, 2040: 4749, 2076: 17898}[year]
        interest = half_even(principal * Fraction(rate))
        assert found["arrears"]["interest"] == interest
        assert found["arrears"]["penalty"] == half_even(principal * Fraction(rate) * Fraction(3, 2) * days / 365)
    assert asked >= (2 if principal == 10**12 else 0)


@pytest.mark.parametrize("method", ["level_instalment", "level_principal", "interest_only", "bullet"])
@pytest.mark.parametrize("interest", ["daily", "scheduled"])
def test_a_loan_without_interest_owes_its_principal_and_nothing_else(method, interest):
    document = loan(annual_rate="0", method=method, interest=interest, penalty=None)
    for on in ("2026-01-15", "2026-02-15", "2026-08-20", "2027-01-15", "2030-01-01"):
        found = position(document, on)
        assert is_whole(found)
        assert found["outstanding"] == {"principal": 800_000, "interest": 0, "penalty": 0, "fees": 0, "total": 800_000}


def test_a_multiple_of_a_zero_rate_is_no_penalty():
    found = position(loan(annual_rate="0"), "2026-06-01")
    assert (found["arrears"]["penalty"], found["days_past_due"]) == (0, 106)


def test_a_penalty_rate_of_its_own_holds_where_the_contract_rate_is_zero():
    penalty = {"rate": "0.10", "base": "principal", "replaces_interest": True, "day_count": "act_360"}
    found = position(loan(annual_rate="0", penalty=penalty, grace_days=0, tolerance=0, instalments=1), "2026-02-25")
    assert found["arrears"]["penalty"] == half_even(800_000 * Fraction(1, 10) * 10 / 360)


@pytest.mark.parametrize("method", ["level_instalment", "level_principal", "interest_only", "bullet"])
def test_one_cent_is_lent_repaid_and_late_like_any_other_sum(method):
    document = loan(principal=1, method=method, tolerance=0, grace_days=0)
    final = rows(document)[-1]["due_on"]
    found = position(document, "2030-01-01")
    assert found["arrears"]["principal"] == 1
    assert found["arrears"]["penalty"] == half_even(Fraction(27, 100) * found["days_past_due"] / 365)
    closed = position(document | {"events": [paid("2026-01-16", 1)]}, final)
    assert (closed["status"], closed["outstanding"]["total"]) == ("closed", 0)


def test_29_february_is_a_day_like_any_other():
    terms = {"disbursed_on": "2024-01-29", "first_due_on": "2024-02-29", "instalments": 3, "grace_days": 0}
    document = loan(**terms)
    assert [row["due_on"] for row in rows(document)] == ["2024-02-29", "2024-03-29", "2024-04-29"]
    before, due, late = (position(document, on) for on in ("2024-02-28", "2024-02-29", "2024-03-01"))
    assert before["accrued"]["interest"] == half_even(12_000 * Fraction(30, 31))
    assert (due["due"]["interest"], due["accrued"]["interest"], due["days_past_due"]) == (12_000, 0, 0)
    assert late["days_past_due"] == 1


def test_a_leap_day_bears_interest_by_each_day_count():
    expected = {
        "act_365": Fraction(29, 365), "act_360": Fraction(29, 360), "act_act_isda": Fraction(29, 366),
        "30_360": Fraction(30, 360), "30e_360": Fraction(30, 360), "equal_periods": Fraction(1, 12),
    }  # fmt: skip
    for day_count, fraction in expected.items():
        terms = {"disbursed_on": "2024-02-01", "first_due_on": "2024-03-01", "instalments": 1}
        found = rows(loan(day_count=day_count, **terms))
        assert found[0]["interest"] == half_even(800_000 * Fraction(18, 100) * fraction), day_count


def test_the_first_and_last_days_of_the_calendar_hold_a_loan():
    early = loan(disbursed_on="1900-01-01", first_due_on="1900-02-01", instalments=12)
    assert position(early, "1900-02-01")["due"]["total"] == LEVEL
    late = loan(disbursed_on="2299-01-15", first_due_on="2299-02-15", instalments=10)
    assert rows(late)[-1]["due_on"] == "2299-11-15"
    with pytest.raises(BadInput):
        Case.read(loan(disbursed_on="2299-01-15", first_due_on="2299-02-15", instalments=13))
    with pytest.raises(BadInput):
        Case.read(loan(disbursed_on="1899-12-31"))


def test_a_day_before_the_disbursement_is_before_everything():
    found = position(loan(), "2026-01-14")
    assert (found["outstanding"]["total"], found["next_due"]) == (0, None)
    assert position(loan(), "2026-01-15")["outstanding"]["total"] == 800_000


def test_an_amount_that_does_not_cover_the_interest_is_refused():
    for instalment, is_refused in ((11_999, True), (12_000, False), (12_001, False)):
        document = loan(instalment=instalment)
        if is_refused:
            with pytest.raises(Unsupported):
                reprieve.schedule(Case.read(document))
        else:
            assert rows(document)[0]["principal"] == instalment - 12_000


def test_what_the_kernel_refuses_is_an_error_of_the_family():
    impossible = loan(balloon=800_000, annual_rate="0", instalments=3)
    assert [row["principal"] for row in rows(impossible)] == [0, 0, 800_000]
    with pytest.raises(ReprieveError):
        Case.read(loan(balloon=800_001))


def test_1200_instalments_are_the_most():
    assert len(rows(loan(instalments=1_200, annual_rate="0.01"))) == 1_200
    with pytest.raises(BadInput):
        Case.read(loan(instalments=1_201))


@pytest.mark.parametrize(("principal", "rate", "months"), [(10**12, "0.36", 360), (4 * 10**12, "0.36", 96)])
def test_a_bullet_whose_interest_does_not_fit_is_refused(principal, rate, months):
    with pytest.raises(Unsupported, match="longest row"):
        rows(loan(principal=principal, annual_rate=rate, method="bullet", instalments=months, penalty=None))


@pytest.mark.parametrize(("period", "count"), [("7 month", 20), ("11 month", 9), ("1 month", 600)])
def test_scheduled_interest_inside_a_long_row_is_what_the_reference_says(period, count):
    document = loan(
        method="bullet", interest="scheduled", period=period, instalments=count, first_due_on=..., penalty=None
    )
    found = position(document, "2026-01-25")
    assert found["accrued"] == reference.position(document, "2026-01-25")["accrued"]
