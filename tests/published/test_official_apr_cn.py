"""The annex example of PBoC notice 2021 No. 3: one loan, 12.80 % simple and 13.58 % compound."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from reprieve.engine.cost import Flow, irr_effective, irr_nominal, solve_apr
from reprieve.engine.unit_period import step_months
from tests.published.official import Case, cases, cents, rounded

pytestmark = pytest.mark.fast


@pytest.mark.parametrize("case", cases("apr_cn"))
@pytest.mark.parametrize("is_dated", [True, False])
def test_the_annex_example_holds_in_both_measures(case: Case, is_dated: bool) -> None:
    inputs, expected = case["inputs"], case["expected"]
    start = date(2021, 3, 31)
    advances: list[Flow] = [(start if is_dated else Fraction(0), cents(inputs["contract_principal"]))]
    payments: list[Flow] = [(advances[0][0], cents(inputs["upfront_service_fee"]))]
    for month in range(1, inputs["count"] + 1):
        payments.append((step_months(start, month, 31) if is_dated else Fraction(month, 12), cents(inputs["payment"])))
    simple = solve_apr("cn_simple", advances, payments).apr_percent
    compound = solve_apr("cn_irr", advances, payments).apr_percent
    assert rounded(simple, 2) == Decimal(expected["simple_annualised_percent"])
    assert rounded(compound, 2) == Decimal(expected["compound_irr_annualised_percent"])
    assert (simple, compound) == (irr_nominal(advances, payments), irr_effective(advances, payments))
