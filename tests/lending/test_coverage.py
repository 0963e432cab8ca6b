"""Which instalments a payment covers: sums to the cent, oldest first, in agreement with the kernel."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reprieve.lending.case import Case, position
from reprieve.lending.coverage import PARTS, instalments_covered
from tests.case_file.examples import EIGHT_THOUSAND as CASE

pytestmark = pytest.mark.fast


def covered(amount, on, *earlier, **terms):
    """What a payment of a day covers, and the positions before and after it."""
    contract = {**CASE["contract"], **terms}
    events = [{"id": f"e{place}", **event} for place, event in enumerate(earlier)]
    own = {"id": "own", "kind": "payment", "on": on, "amount": amount}
    before = Case.read({"contract": contract, "rules": CASE["rules"], "events": events})
    after = Case.read({"contract": contract, "rules": CASE["rules"], "events": [*events, own]})
    day = date.fromisoformat(on)
    rows = instalments_covered(before.file, after.file, day)
    return rows, position(before, day).to_dict(), position(after, day).to_dict()


def due(shown, part):
    return shown["due"][part] + shown["arrears"][part]


def paid(amount, on, **more):
    return {"kind": "payment", "amount": amount, "on": on, **more}


def test_a_whole_instalment_on_its_day_is_that_instalment():
    rows, _, _ = covered(73_344, "2026-02-15")
    assert rows == [
        {"number": 1, "due_on": "2026-02-15", "principal": 61_344, "interest": 12_000, "fees": 0, "left": 0}
    ]


def test_the_oldest_is_covered_first_and_the_next_in_part():
    rows, before, after = covered(100_000, "2026-03-15")
    assert [(row["number"], row["left"] > 0) for row in rows] == [(1, False), (2, True)]
    for part in PARTS:
        assert sum(row[part] for row in rows) == due(before, part) - due(after, part)


def test_a_part_payment_leaves_the_rest_of_its_instalment():
    rows, _, _ = covered(73_343, "2026-02-15")
    assert [(row["number"], row["left"]) for row in rows] == [(1, 1)]
    rows, _, _ = covered(1, "2026-02-15", paid(73_343, "2026-02-15"))
    assert [(row["number"], row["left"]) for row in rows] == [(1, 0)]


def test_paying_before_anything_is_due_covers_no_instalment():
    assert covered(1000, "2026-02-14")[0] == []
    assert covered(1000, "2026-02-16", paid(73_344, "2026-02-15"))[0] == []


def test_penalty_and_fees_of_no_instalment_are_not_listed():
    fee = {"kind": "fee", "name": "copy", "amount": 500, "on": "2026-04-01"}
    rows, before, _ = covered(before_all := 400_000, "2026-04-14", fee)
    assert before["arrears"]["penalty"] > 0
    assert sum(row["fees"] for row in rows) == 0
    assert sum(row[part] for row in rows for part in PARTS) < before_all


def test_after_a_pause_instalments_are_told_by_the_days_they_moved_to():
    pause = {
        "kind": "pause", "on": "2026-02-01", "from": "2026-02-01", "to": "2026-04-01", "rows": "shift",
        "interest": "frozen", "accrued": "next_due", "ageing": "stopped", "penalty": "stopped",
    }  # fmt: skip
    rows, before, after = covered(73_344, "2026-05-15", pause)
    first = rows[0]["due_on"]
    assert first > "2026-04-01"
    assert first == before_pause_next(pause)
    for part in PARTS:
        assert sum(row[part] for row in rows) == due(before, part) - due(after, part)


def before_pause_next(pause):
    case = Case.read({"contract": CASE["contract"], "rules": CASE["rules"], "events": [{"id": "e0", **pause}]})
    return position(case, date(2026, 4, 1))["next_due"]["on"]


def test_a_payment_to_the_current_instalment_leaves_it_untold():
    assert covered(1000, "2026-03-20", paid(500, "2026-03-16", direct_to="current"))[0] is None


def test_a_loan_that_is_paid_off_has_nothing_left_of_any_instalment():
    _, before, _ = covered(1, "2026-04-14")
    rows, _, after = covered(before["payoff"], "2026-04-14")
    assert after["status"] == "closed"
    assert [row["left"] for row in rows] == [0, 0]


@settings(max_examples=30, deadline=None)
@given(
    amount=st.integers(1, 300_000), day=st.integers(40, 300), earlier=st.integers(0, 200_000),
    earlier_day=st.integers(20, 39), across=st.sampled_from(["oldest_instalment_first", "component_first"]),
)  # fmt: skip
def test_parts_sum_to_what_the_kernel_took_off_what_is_due(amount, day, earlier, earlier_day, across):
    start = date(2026, 1, 15).toordinal()
    on = date.fromordinal(start + day).isoformat()
    first = [paid(earlier, date.fromordinal(start + earlier_day).isoformat())] if earlier else []
    allocation = {**CASE["contract"]["allocation"], "across": across}
    rows, before, after = covered(amount, on, *first, allocation=allocation)
    for part in ("principal", "interest"):
        assert sum(row[part] for row in rows) == due(before, part) - due(after, part)
    assert all(row[part] >= 0 for row in rows for part in PARTS)
    assert all(row["left"] == 0 for row in rows[:-1]) or across == "component_first"
    assert [row["due_on"] for row in rows] == sorted(row["due_on"] for row in rows)
