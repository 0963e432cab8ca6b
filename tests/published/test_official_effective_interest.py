"""IFRS 9 IG B.26 and B.27: the effective rate, its amortised cost table, and a revision at the original rate.

The tables are printed in whole units. Ours carries every digit, so a printed figure may lie one unit away.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from reprieve.engine.cost import amortised_cost, effective_interest_rate, revised_amortised_cost
from tests.published.official import Case, cases, rounded

pytestmark = pytest.mark.fast


def solved(opening: int, cash: list[int]) -> Decimal:
    return effective_interest_rate(
        [(Fraction(0), opening)], [(Fraction(year), paid) for year, paid in enumerate(cash, start=1)]
    ).apr_percent


def b26() -> Decimal:
    return solved(1000, [59, 59, 59, 59, 1309])


@pytest.mark.parametrize("case", cases("effective_interest", "eir"))
def test_the_effective_rate_spreads_a_discount(case: Case) -> None:
    expected = case["expected"]
    cash = [row["cash"] for row in expected["table"]]
    rate = solved(case["inputs"]["initial_carrying"], cash)
    assert rounded(rate, 1) == Decimal(expected["eir"]) * 100
    rows = amortised_cost(Decimal(case["inputs"]["initial_carrying"]), list(map(Decimal, cash)), rate)
    for row, printed in zip(rows, expected["table"], strict=True):
        assert abs(row.interest - printed["interest"]) < 1
        assert abs(row.closing - printed["closing"]) < 1
    assert abs(rows[-1].closing) < Decimal("1e-20")


@pytest.mark.parametrize("case", cases("effective_interest", "eir_revision"))
def test_a_revision_is_worth_its_cash_at_the_original_rate(case: Case) -> None:
    expected = case["expected"]
    cash = [Decimal(paid) for paid in case["inputs"]["revised_cash"]]
    revised = revised_amortised_cost(cash, b26())
    assert abs(revised - expected["revised_amortised_cost"]) < 1
    assert abs(revised - case["inputs"]["opening_20X2"] - expected["adjustment"]) < 1
    for row, printed in zip(amortised_cost(revised, cash, b26()), expected["table"], strict=True):
        assert abs(row.closing - printed["closing"]) < 1


@pytest.mark.parametrize("case", cases("effective_interest", "eir_stepped"))
def test_stepped_coupons_have_one_effective_rate(case: Case) -> None:
    inputs, expected = case["inputs"], case["expected"]
    rate = solved(inputs["initial_carrying"], inputs["cash"])
    assert rounded(rate, 1) == Decimal(expected["eir"]) * 100
    rows = amortised_cost(Decimal(inputs["initial_carrying"]), list(map(Decimal, inputs["cash"])), rate)
    for row, closing in zip(rows, expected["closing"], strict=True):
        assert abs(row.closing - closing) < 1
