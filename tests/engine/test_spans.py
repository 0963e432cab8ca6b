"""The spans of an explanation, one by one: from, to, base, fraction and micro units, each derived by hand."""

from datetime import date
from fractions import Fraction

import pytest

import reprieve
from tests.engine.loans import LEVEL, half_even, loan, paid

pytestmark = pytest.mark.fast

PENALTY = Fraction(27, 100)
FIRST, SECOND = 61_344, 62_264
"""Principal of the first two rows of the 8,000-yuan case."""


def spans(document, on, figure):
    """What is written down of a figure: days, instalment, base and micro units."""
    answer = reprieve.explain(reprieve.Case.read(document), date.fromisoformat(on), figure).to_dict()
    return [(one["from"], one["to"], one["instalment"], one["base"], one["amount_micro"]) for one in answer["spans"]]


def micro(base, year_fraction):
    return half_even(Fraction(base) * year_fraction * 1_000_000)


def sums(document, on, figure):
    """The sums that were posted: day, instalment, amount and rule."""
    answer = reprieve.explain(reprieve.Case.read(document), date.fromisoformat(on), figure).to_dict()
    return [(one["from"], one["instalment"], one["amount_micro"] // 10**6, one["rule"]) for one in answer["spans"]]


def test_a_penalty_breaks_where_principal_is_paid_and_runs_from_its_own_due_date():
    # 30,000 on the first day of grace: 12,000 of interest, then 18,000 of principal.
    document = loan(paid("2026-02-16", 30_000))
    assert spans(document, "2026-03-20", "penalty") == [
        ("2026-02-15", "2026-02-16", 1, FIRST, micro(FIRST, PENALTY / 365)),
        ("2026-02-16", "2026-03-20", 1, FIRST - 18_000, micro(FIRST - 18_000, PENALTY * 32 / 365)),
        ("2026-03-15", "2026-03-20", 2, SECOND, micro(SECOND, PENALTY * 5 / 365)),
    ]


def test_an_instalment_in_grace_shows_no_penalty_and_one_paid_in_grace_never_did():
    assert spans(loan(), "2026-02-18", "penalty") == []
    late = micro(FIRST, PENALTY * 4 / 365)
    assert spans(loan(), "2026-02-19", "penalty") == [("2026-02-15", "2026-02-19", 1, FIRST, late)]
    assert spans(loan(paid("2026-02-16", 30_000), paid("2026-02-18", LEVEL - 30_000)), "2026-03-01", "penalty") == []


def test_interest_breaks_at_each_row_and_where_principal_is_prepaid():
    # 100,000 on 1 March, 14 of 28 days into the second row, of which 99,256 is principal.
    document = loan(paid("2026-02-15", LEVEL), paid("2026-03-01", 100_000), surplus="lower")
    left = 800_000 - FIRST
    month = Fraction(18, 100) / 12
    assert spans(document, "2026-03-05", "interest") == [
        ("2026-01-15", "2026-02-15", 1, 800_000, micro(800_000, month)),
        ("2026-02-15", "2026-03-01", 2, left, micro(left, month * 14 / 28)),
        ("2026-03-01", "2026-03-05", 2, left - 99_256, micro(left - 99_256, month * 4 / 28)),
    ]


def test_interest_that_runs_in_grace_is_dropped_where_a_penalty_takes_its_place():
    month = Fraction(18, 100) / 12
    document = loan(grace_interest="runs")
    row = ("2026-02-15", "2026-02-18", 2, 800_000 - FIRST, micro(800_000 - FIRST, month * 3 / 28))
    in_grace = ("2026-02-15", "2026-02-18", 1, FIRST, micro(FIRST, month * 3 / 28))
    assert sorted(spans(document, "2026-02-18", "interest")[1:]) == sorted([row, in_grace])
    late = ("2026-02-15", "2026-02-19", 2, 800_000 - FIRST, micro(800_000 - FIRST, month * 4 / 28))
    assert spans(document, "2026-02-19", "interest")[1:] == [late]


def test_fees_are_written_on_the_day_they_are_posted_with_their_instalment():
    fee = {"name": "service fee", "payee": "lender", "when": "each_instalment", "amount": 700}
    notice = {"kind": "fee", "on": "2026-02-20", "name": "notice", "amount": 450}
    assert sums(loan(notice, fees=[fee], late_fee={"fixed": 1_300}), "2026-03-20", "fees") == [
        ("2026-02-15", 1, 700, "scheduled fee"),
        ("2026-02-19", 1, 1_300, "late fee"),
        ("2026-02-20", None, 450, "fee charged"),
        ("2026-03-15", 2, 700, "scheduled fee"),
        ("2026-03-19", 2, 1_300, "late fee"),
    ]


def test_the_interest_of_a_scheduled_row_is_one_sum_on_the_day_its_interest_ends():
    # 1.5 % of 800,000, then of 738,656 to the nearest cent.
    assert sums(loan(interest="scheduled"), "2026-03-20", "interest")[:2] == [
        ("2026-02-15", 1, 12_000, "interest of the row, fixed by the schedule"),
        ("2026-03-15", 2, half_even(Fraction(738_656 * 15, 1_000)), "interest of the row, fixed by the schedule"),
    ]
