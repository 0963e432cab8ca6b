"""A person's own figures become a case file, and the months to clear it are the fewest that do."""

from datetime import date
from decimal import Decimal

import pytest

from reprieve.lending.case_file import parse_case
from reprieve.lending.own_debt import months_to_clear, own_debt

pytestmark = pytest.mark.fast

TODAY = date(2026, 3, 31)


@pytest.mark.parametrize("days", [0, 1, 29, 3650])
@pytest.mark.parametrize("rate", ["0", "0.18", "1"])
def test_own_figures_make_a_valid_case(days, rate):
    case = parse_case(own_debt(800000, Decimal(rate), days, today=TODAY, payment=60000, months=3))
    assert case.events[0].balances.principal == 800000
    assert [event.on for event in case.events[1:]] == [date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 30)]


@pytest.mark.parametrize(("owed", "each"), [(1, 1), (100, 7), (120, 1), (5, 100)])
def test_months_to_clear_is_the_fewest_that_clear(owed, each):
    assert months_to_clear(lambda months: max(0, owed - each * months), 120) == -(-owed // each)


def test_a_debt_that_is_not_cleared_in_time_has_no_months():
    assert months_to_clear(lambda months: 121 - months, 120) is None
