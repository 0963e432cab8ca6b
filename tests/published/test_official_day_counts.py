"""ISDA's worked examples: the Actual/Actual memo and the 30/360 spreadsheet, the latter also over day numbers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from reprieve.engine import calendar
from reprieve.engine.day_count import year_fraction
from tests.published.official import Case, cases, rounded

pytestmark = pytest.mark.fast

NAMES = {"ACT/ACT.ISDA": "act_act_isda", "30/360": "30_360", "30E/360": "30e_360"}
EPOCH = date(1970, 1, 1)


@pytest.mark.parametrize("case", cases("day_counts"))
def test_the_fraction_is_the_printed_one(case: Case) -> None:
    inputs, expected = case["inputs"], case["expected"]
    start, end = date.fromisoformat(inputs["start"]), date.fromisoformat(inputs["end"])
    fraction = year_fraction(start, end, NAMES[inputs["convention"]])
    if "days" in expected:
        assert fraction == Fraction(expected["days"], 360)
    printed = Decimal(expected["year_fraction"])
    places = min(len(str(printed).partition(".")[2]), 12)
    assert rounded(Decimal(fraction.numerator) / fraction.denominator, places) == rounded(printed, places)


@pytest.mark.parametrize("case", [case for case in cases("day_counts") if "days" in case.values[0]["expected"]])
def test_the_columns_count_the_same(case: Case) -> None:
    inputs = case["inputs"]
    start, end = date.fromisoformat(inputs["start"]), date.fromisoformat(inputs["end"])
    name = NAMES[inputs["convention"]]
    first, last, method = (start - EPOCH).days, (end - EPOCH).days, calendar.DAY_COUNTS[name]
    columns = Fraction(calendar.day_count_numerator(first, first, last, method), calendar.day_count_denominator(method))
    assert columns == year_fraction(start, end, name)
