"""Pauses one by one: what a pause bears, where that goes, which days count, on both sides of its first and last day."""

from datetime import date
from fractions import Fraction

import pytest

import reprieve
from tests.engine.loans import half_even, loan, paid, position

pytestmark = pytest.mark.fast

MONTH = Fraction(18, 100) / 12
"""What the 8,000-yuan case bears in one period; a day bears it over the 31 or 28 days of its own."""
BEFORE = 800_000 * MONTH * 26 / 31
"""Interest from the disbursement on 15 January to the pause on 10 February."""
AFTER = 800_000 * MONTH * 5 / 28
"""Interest from the end of the pause on 10 March to the due date on 15 March."""
WITHIN = 800_000 * Fraction(6, 100) / 12 * (Fraction(5, 31) + Fraction(23, 28))
"""Interest of the pause at 6 %: five days of the first period, 23 of the second."""


def pause(**more):
    return {
        "kind": "pause", "on": "2026-02-01", "from": "2026-02-10", "to": "2026-03-10", "rows": "shift",
        "interest": {"rate": "0.06"}, "accrued": "next_due", "ageing": "runs", "penalty": "runs", **more,
    }  # fmt: skip


def extra_of_rows(document, on):
    """What the rows to come ask for beyond a loan whose pause is frozen, by place."""
    shown, frozen = (
        reprieve.remaining(reprieve.Case.read(one), date.fromisoformat(on)).to_dict()["payments"]
        for one in (document, loan(pause(interest="frozen")))
    )
    return [one["total"] - other["total"] for one, other in zip(shown, frozen, strict=True)]


def test_a_pause_bears_its_own_rate_on_its_own_days():
    for on, micro in (
        ("2026-02-10", BEFORE),
        ("2026-02-11", BEFORE + 800_000 * Fraction(6, 1_200) / 31),
        ("2026-03-10", BEFORE + WITHIN),
        ("2026-03-11", BEFORE + WITHIN + 800_000 * MONTH / 28),
    ):
        assert position(loan(pause()), on)["accrued"]["interest"] == half_even(micro)
    found = position(loan(pause(interest="frozen")), "2026-03-15")
    assert found["due"]["interest"] == half_even(BEFORE + AFTER)


def test_what_a_pause_bore_is_due_next_or_spread_or_at_the_end():
    whole = half_even(WITHIN)
    each, rest = divmod(whole, 12)
    by_part = {"spread": [each] * 11 + [each + rest], "end": [0] * 11 + [whole]}
    for accrued, expected in by_part.items():
        document = loan(pause(accrued=accrued))
        found = extra_of_rows(document, "2026-03-10")
        # The running row keeps the cent that rounding once, before and after the pause, may move.
        assert (found[1:], abs(found[0] - expected[0]) <= 1) == (expected[1:], True)
        assert position(document, "2026-03-10")["accrued"]["interest"] == half_even(BEFORE + WITHIN)
    found = extra_of_rows(loan(pause()), "2026-03-10")
    assert found == [half_even(BEFORE + WITHIN + AFTER) - half_even(BEFORE + AFTER)] + [0] * 11


def test_what_a_pause_bore_becomes_principal_on_its_last_day():
    document = loan(pause(accrued="capitalised"))
    assert position(document, "2026-03-09")["not_due"]["principal"] == 800_000
    found = position(document, "2026-03-10")
    assert found["not_due"]["principal"] == 800_000 + half_even(WITHIN)
    assert found["accrued"]["interest"] == half_even(BEFORE + WITHIN) - half_even(WITHIN)


def test_a_loan_is_in_relief_from_the_first_day_of_a_pause_to_the_day_before_its_end():
    days = ("2026-02-09", "2026-02-10", "2026-03-09", "2026-03-10")
    assert [position(loan(pause()), on)["status"] for on in days] == ["active", "in_relief", "in_relief", "active"]


def test_rows_due_in_a_pause_move_by_its_mode_and_a_row_due_at_its_end_stays():
    moved = {
        "shift": ["2026-04-15", "2026-05-15", "2026-06-15"],
        "to_end": ["2026-03-15", "2026-04-15", "2026-05-15"],
        "due_after": ["2026-03-10", "2026-03-15", "2026-04-15"],
    }
    spans = {"shift": ("2026-02-15", "2026-03-16"), "to_end": ("2026-02-10", "2026-03-15")}
    for rows, dues in moved.items():
        start, end = spans.get(rows, ("2026-02-10", "2026-03-10"))
        document = loan(pause(rows=rows, **{"from": start, "to": end}))
        shown = reprieve.remaining(reprieve.Case.read(document), date(2026, 2, 1)).to_dict()["payments"]
        assert [one["due_on"] for one in shown[:3]] == dues
        assert len(shown) == 12
        assert sum(one["principal"] for one in shown) == 800_000


def test_days_on_which_ageing_stops_are_not_counted_and_days_by_the_contract_are():
    stopped = pause(**{"from": "2026-02-25", "to": "2026-03-07", "ageing": "stopped"})
    for on, effective in (("2026-02-25", 10), ("2026-02-26", 10), ("2026-03-07", 10), ("2026-03-08", 11)):
        found = position(loan(stopped), on)
        contractual = (date.fromisoformat(on) - date(2026, 2, 15)).days
        assert (found["days_past_due"], found["contractual_days_past_due"]) == (effective, contractual)


def test_two_pauses_that_overlap_stop_each_day_once():
    first = pause(**{"from": "2026-02-20", "to": "2026-03-02", "ageing": "stopped"})
    second = pause(**{"from": "2026-02-25", "to": "2026-03-07", "ageing": "stopped"})
    for events in ((first, second), (second, first)):
        # 20 February to 7 March is 15 days, of which none counts.
        assert position(loan(*events), "2026-03-10")["days_past_due"] == 23 - 15


def test_a_penalty_that_stops_bears_nothing_in_the_pause_and_runs_on_after_it():
    stopped = pause(**{"from": "2026-02-25", "to": "2026-03-07", "penalty": "stopped"})
    for on, days in (("2026-02-25", 10), ("2026-02-26", 10), ("2026-03-07", 10), ("2026-03-08", 11)):
        penalty = half_even(61_344 * Fraction(27, 100) * days / 365)
        assert position(loan(stopped), on)["arrears"]["penalty"] == penalty


def test_no_late_fee_is_posted_while_a_moratorium_runs():
    # The first row expires on 19 February: before the moratorium, on its first day, and on the day it has ended.
    for start, end, fee in (("2026-02-20", "2026-02-27", 2_000), ("2026-02-19", "2026-02-26", 0),
                            ("2026-02-16", "2026-02-20", 0), ("2026-02-16", "2026-02-19", 2_000)):  # fmt: skip
        moratorium = {"kind": "moratorium", "on": "2026-02-16", "from": start, "to": end}
        assert position(loan(moratorium, late_fee={"fixed": 2_000}), "2026-02-26")["outstanding"]["fees"] == fee


def test_a_pause_changes_nothing_of_what_was_paid_before_it():
    document = loan(paid("2026-02-05", 5_000), pause())
    assert position(document, "2026-02-12")["held"] == 5_000
    paid_nothing, found = (position(one, "2026-03-15")["due"]["total"] for one in (loan(pause()), document))
    assert found == paid_nothing - 5_000
