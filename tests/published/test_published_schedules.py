"""Published mortgage schedules: textbooks, regulators, calculators and banks, mapped to case files by one rule."""

from __future__ import annotations

from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

import pytest

import reprieve
from tests.published.official import Case, cases, rounded

pytestmark = pytest.mark.fast

PERIODS = {
    "annual": ("12 month", 1),
    "semi_annual": ("6 month", 2),
    "quarterly": ("3 month", 4),
    "monthly": ("1 month", 12),
    "semi_monthly": ("1 semimonth", 24),
    "biweekly": ("2 week", 26),
    "weekly": ("1 week", 52),
}
"""Our period and its number in a year, by the word that the sources use for both payments and compounding."""
ROUNDINGS = {"ROUND_HALF_UP": "half_up", "ROUND_HALF_EVEN": "half_even", "ROUND_UP": "up", "ROUND_DOWN": "down"}
COLUMNS = {"payment_amount": "due", "principal": "principal", "interest": "interest", "balance": "balance"}
CARRIED = {
    "fhlbb_1935_plan_a_3k_6pct_30_per_mo": [
        ("3", "balance", "2954.77", 295_478),
        ("35", "balance", "2427.82", 242_781),
        ("70", "balance", "1746.51", 174_652),
        ("105", "balance", "935.25", 93_530),
        ("138", "balance", "29.13", 2_920),
        ("139", "payment_amount", "29.27", 2_935),
        ("139", "principal", "29.12", 2_920),
    ],
    "goldstein_ch10_3_ex1_563_1200_5mo": [
        ("4", "balance", "114.85", 11_486),
        ("5", "payment_amount", "116.00", 11_601),
        ("5", "principal", "114.85", 11_486),
    ],
}
"""Row, figure, printed and ours, where a source carries unrounded balances: each is derived in docs/differences.md."""
DIFFERENCES = Path(__file__).parents[2] / "docs" / "differences.md"


def annual_rate(published: Case) -> Decimal:
    """Return the nominal rate that compounds with the payments, to the 1e-9 a year that a contract can carry."""
    printed = Decimal(published["annual_rate_percent"]) / 100
    compounded, paid = PERIODS[published["compounding"]][1], PERIODS[published["payment_frequency"]][1]
    if compounded == paid:
        return printed
    with localcontext(prec=50):
        growth = (1 + printed / compounded) ** (Decimal(compounded) / paid)
        return ((growth - 1) * paid).quantize(Decimal("1e-9"))


def minor(amount: str, published: Case) -> int:
    return int(Decimal(amount) * (1 if has_no_cents(published) else 100))


def has_no_cents(published: Case) -> bool:
    return published["other_params"].get("currency_unit") == "1"


def case_file(published: Case) -> dict[str, Any]:
    """Map published parameters to a case file; the dates are arbitrary, for a month is a twelfth whatever its days."""
    contract = {
        "currency": "JPY" if has_no_cents(published) else "USD",
        "principal": minor(published["principal"], published),
        "disbursed_on": "2024-01-01",
        "annual_rate": str(annual_rate(published)),
        "method": "level_instalment",
        "instalments": published["n_payments"],
        "period": PERIODS[published["payment_frequency"]][0],
        "day_count": "equal_periods",
        "interest": "scheduled",
        "rounding": ROUNDINGS[published["interest_rounding"]],
        "instalment_rounding": ROUNDINGS[published["payment_rounding"]],
        "allocation": {
            "order": ["fee", "penalty", "interest", "principal"],
            "across": "oldest_instalment_first",
            "surplus": "hold",
        },
    }
    if "payment_override" in published["other_params"]:
        contract["instalment"] = minor(published["other_params"]["payment_override"], published)
    return {"contract": contract, "events": []}


def instalments(published: Case) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = reprieve.schedule(reprieve.Case.read(case_file(published))).to_dict()["instalments"]
    return rows


PUBLISHED = cases("published_schedules")


@pytest.mark.parametrize("published", PUBLISHED)
def test_the_payment_is_the_printed_one(published: Case) -> None:
    expected = published["expected"]
    printed = {expected[key] for key in ("periodic_payment", "monthly_payment") if key in expected}
    assert {minor(amount, published) for amount in printed} == {instalments(published)[0]["due"]}


@pytest.mark.parametrize("published", [case for case in PUBLISHED if case.values[0]["schedule_rows"]])
def test_the_rows_are_the_printed_ones(published: Case) -> None:
    rows = instalments(published)
    differences = [
        (printed["payment"], figure, printed[figure], rows[int(printed["payment"]) - 1][ours])
        for printed in published["schedule_rows"]
        for figure, ours in COLUMNS.items()
        if rows[int(printed["payment"]) - 1][ours] != minor(printed[figure], published)
    ]
    assert differences == CARRIED.get(published["id"], [])


@pytest.mark.parametrize(
    "published", [case for case in PUBLISHED if "amortization_ranges" in case.values[0]["expected"]]
)
def test_ranges_of_rows_sum_to_the_printed_totals(published: Case) -> None:
    rows = instalments(published)
    for span in published["expected"]["amortization_ranges"]:
        within = rows[span["start_payment"] - 1 : span["end_payment"]]
        summed = {
            "principal": sum(row["principal"] for row in within),
            "interest": sum(row["interest"] for row in within),
            "balance": within[-1]["balance"],
        }
        assert summed == {figure: minor(span[figure], published) for figure in summed}


def test_an_accelerated_payment_is_half_the_monthly_one() -> None:
    """The bank prints 1,017.81 without saying from what; the monthly payment at the same compounding is 2,035.62."""
    (accelerated,) = [case.values[0] for case in PUBLISHED if case.id.startswith("rbc_accelerated")]
    monthly = {**accelerated, "payment_frequency": "monthly", "n_payments": accelerated["term_months"]}
    monthly = {**monthly, "other_params": {}}
    assert instalments(monthly)[0]["due"] == 2 * minor(accelerated["expected"]["periodic_payment"], accelerated)


@pytest.mark.parametrize("published", [case for case in PUBLISHED if case.id in CARRIED])
def test_a_carried_balance_rounds_to_every_printed_one(published: Case) -> None:
    """The printed balance is the unrounded P(1+i)^k - A((1+i)^k - 1)/i, which docs/differences.md works by hand."""
    rate = annual_rate(published) / PERIODS[published["payment_frequency"]][1]
    principal, payment = Decimal(published["principal"]), Decimal(published["expected"]["periodic_payment"])
    for printed in published["schedule_rows"][:-1]:
        growth = (1 + rate) ** int(printed["payment"])
        carried = principal * growth - payment * (growth - 1) / rate
        assert rounded(carried, 2) == Decimal(printed["balance"])


def test_every_difference_is_derived() -> None:
    page = DIFFERENCES.read_text("utf-8")
    converted = [case.id for case in PUBLISHED if annual_rate(case.values[0]) != rate_as_printed(case.values[0])]
    for name in [*CARRIED, *converted]:
        assert f"`{name}`" in page


def rate_as_printed(published: Case) -> Decimal:
    return Decimal(published["annual_rate_percent"]) / 100
