"""Cash flows written as series become an explicit list."""

from datetime import date
from fractions import Fraction

import pytest

from reprieve.engine.cost import solve_apr
from reprieve.errors import BadInput
from reprieve.lending.apr_file import parse_apr

pytestmark = pytest.mark.fast

APPENDIX_J = {
    "convention": "us_actuarial",
    "unit_period": "1 month",
    "advances": [{"on": "1978-01-10", "amount": 500000}],
    "payments": [{"on": "1978-02-10", "amount": 23000, "count": 24, "every": "1 month"}],
}


def paid(**series):
    return APPENDIX_J | {"payments": [{"amount": 1} | series]}


def test_a_series_of_months_keeps_its_day_and_clamps_to_the_end_of_the_month():
    flows = parse_apr(paid(on="2026-01-31", count=4, every="1 month")).flows("payments")
    assert [on for on, _ in flows] == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]


@pytest.mark.parametrize(
    ("every", "third"),
    [
        ("2 week", date(2026, 1, 29)),
        ("1 semimonth", date(2026, 2, 1)),
        ("1 year", date(2028, 1, 1)),
        ("10 day", date(2026, 1, 21)),
    ],
)
def test_a_series_steps_by_its_period(every, third):
    assert parse_apr(paid(on="2026-01-01", count=3, every=every)).flows("payments")[2] == (third, 1)


def test_times_may_be_fractions_of_a_year():
    document = APPENDIX_J | {
        "convention": "eu_effective",
        "advances": [{"at": "0", "amount": 100000}],
        "payments": [{"at": "546/365", "amount": 120000}, {"at": "1.5", "amount": 1, "count": 2, "every": "1/12"}],
    }
    flows = parse_apr(document).flows("payments")
    assert flows == [(Fraction(546, 365), 120000), (Fraction(3, 2), 1), (Fraction(19, 12), 1)]


def test_the_flows_are_what_the_solver_takes():
    read = parse_apr(APPENDIX_J)
    answer = solve_apr(read.convention, read.flows("advances"), read.flows("payments"), read.unit_period)
    assert round(answer.apr_percent, 2) == round(answer.apr_percent.__class__("9.69"), 2)


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (APPENDIX_J | {"convention": "uk"}, "$.convention"),
        (APPENDIX_J | {"unit_period": "monthly"}, "$.unit_period"),
        (APPENDIX_J | {"advances": []}, "$.advances"),
        (APPENDIX_J | {"currency": "USD"}, "$.currency"),
        (paid(), "$.payments[0]"),
        (paid(on="2026-01-01", at="1"), "$.payments[0]"),
        (paid(at="1"), "$.payments[0]"),
        (paid(on="2026-01-01", amount=-1), "$.payments[0].amount"),
        (paid(on="2026-01-01", amount=1.5), "$.payments[0].amount"),
        (paid(on="2026-01-01", count=2), "$.payments[0].every"),
        (paid(on="2026-01-01", count=2, every="1/12"), "$.payments[0].every"),
        (paid(on="2026-01-01", count=2, every="month"), "$.payments[0].every"),
        (paid(on="2026-01-01", count=9999, every="1 year"), "$.payments[0].count"),
        (paid(at="1/0"), "$.payments[0].at"),
        (paid(at="-1"), "$.payments[0].at"),
        (paid(at=1), "$.payments[0].at"),
    ],
)
def test_broken_flows_are_refused_where_they_are_broken(document, path):
    with pytest.raises(BadInput) as refused:
        parse_apr(document)
    assert refused.value.path == path
