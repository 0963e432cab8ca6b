"""Loans that were taken over: what is left is laid out by the contract's method, and what was late has no row."""

from datetime import date

import pytest

import reprieve
from tests.engine.loans import loan, position

pytestmark = pytest.mark.fast


def opening(**more):
    return {"kind": "opening", "on": "2026-02-01", "balances": {"principal_not_due": 600_000}, **more}


def to_come(document):
    shown = reprieve.remaining(reprieve.Case.read(document), date(2026, 2, 1)).to_dict()
    return [(one["due_on"][:7], one["principal"]) for one in shown["payments"]]


@pytest.mark.parametrize(("every", "bearing"), [(1, [1, 2, 3, 4, 5, 6, 7]), (2, [2, 4, 6, 7]), (3, [3, 6, 7])])
def test_principal_of_every_so_many_rows_counts_from_the_opening_and_ends_with_the_last(every, bearing):
    left = opening(instalments=7, next_due_on="2026-02-15")
    rows = to_come(loan(left, method="level_principal", principal_every=every))
    assert [place for place, (_, principal) in enumerate(rows, 1) if principal] == bearing
    assert sum(principal for _, principal in rows) == 600_000
    assert len({principal for _, principal in rows[:-1] if principal}) == 1


def test_what_was_late_at_the_opening_belongs_to_no_row():
    balances = {"principal_not_due": 600_000, "principal": 50_000, "interest": 9_000, "penalty": 100}
    left = opening(balances=balances, instalments=7, next_due_on="2026-02-15", oldest_unpaid_due_on="2026-01-20")
    document = loan(left)
    spans = reprieve.explain(reprieve.Case.read(document), date(2026, 2, 11), "penalty")["spans"]
    assert {span["instalment"] for span in spans} == {None}
    shown = position(document, "2026-02-11")
    assert (shown["days_past_due"], shown["arrears"]["principal"]) == (22, 50_000)
    assert shown["arrears"]["penalty"] == 100 + round(50_000 * 0.27 * 10 / 365)
