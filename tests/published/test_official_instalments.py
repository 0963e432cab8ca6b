"""Level instalments, outstanding balances and a compounded balance, from present values at a periodic rate."""

from __future__ import annotations

from decimal import Decimal

import pytest

from reprieve.engine.cost import amortised_cost, revised_amortised_cost
from tests.published.official import Case, cases, rounded

pytestmark = pytest.mark.fast


def instalment(principal: Decimal, rate: Decimal, count: int) -> Decimal:
    """Return the level payment whose present value at the periodic rate is the principal, unrounded."""
    return principal / revised_amortised_cost([Decimal(1)] * count, rate * 100)


@pytest.mark.parametrize("case", cases("instalments", "level_instalment"))
def test_the_level_instalment_is_the_printed_one(case: Case) -> None:
    inputs = case["inputs"]
    level = instalment(Decimal(inputs["principal"]), inputs["periodic_rate"], inputs["n"])
    assert rounded(level, 2) == rounded(Decimal(case["expected"]["instalment"]), 2)


@pytest.mark.parametrize("case", cases("instalments", "outstanding_balance"))
def test_the_balance_left_is_what_the_rest_is_worth(case: Case) -> None:
    inputs = case["inputs"]
    rate, count, after = inputs["periodic_rate"], inputs["amortisation_n"], inputs["after"]
    level = instalment(Decimal(inputs["principal"]), rate, count)
    left = revised_amortised_cost([level] * (count - after), rate * 100)
    repaid = amortised_cost(Decimal(inputs["principal"]), [level] * after, rate * 100)
    assert rounded(left, 2) == rounded(repaid[-1].closing, 2) == Decimal(case["expected"]["balance"])


@pytest.mark.parametrize("case", cases("instalments", "compound_balance"))
def test_a_balance_that_nobody_pays_compounds(case: Case) -> None:
    inputs = case["inputs"]
    unpaid = [Decimal(0)] * inputs["years"]
    rows = amortised_cost(Decimal(inputs["opening_balance"]), unpaid, inputs["annual_rate"] * 100)
    assert rounded(rows[-1].closing, 2) == Decimal(case["expected"]["balance"])
