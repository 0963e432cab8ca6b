"""Schedules: what is lent is repaid, the last row takes the residue, and extremes of size, length and number hold."""

import random
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from reprieve.errors import ReprieveError
from tests.engine.loans import half_even, loan, rows

SEED = 20260115


def a_contract(rng: random.Random) -> dict[str, Any]:
    """Terms of any method, size and length, with the options that go with the method."""
    method = rng.choice(["level_instalment", "level_instalment", "level_principal", "interest_only", "bullet", "flat"])
    count = rng.choice([1, 2, 12, rng.randint(1, 48)])
    terms: dict[str, Any] = {
        "method": method,
        "principal": rng.choice([1, 99, 800_000, rng.randint(1, 10**9)]),
        "instalments": count,
        "annual_rate": rng.choice(["0", "0.18", "0.36", "0.000000001", "0.1234"]),
        "interest": "scheduled" if method == "flat" else rng.choice(["scheduled", "daily"]),
        "day_count": rng.choice(["equal_periods", "act_365", "act_360", "act_act_isda", "30_360", "30e_360"]),
        "period": rng.choice(["1 month", "1 semimonth", "2 week", "10 day", "3 month"]),
        "first_due_on": rng.choice([..., "2026-02-28", "2026-01-31"]),
        "rounding": rng.choice(["half_even", "half_up", "up", "down"]),
        "first_period": rng.choice(["in_formula", "on_top"]),
    }
    if method == "level_instalment":
        terms |= {"even_last": rng.random() < 0.3, "instalment_multiple": rng.choice([1, 1, 10, 100])}
    if method == "level_principal":
        terms["principal_every"] = rng.randint(1, count)
    if method in ("level_instalment", "level_principal") and rng.random() < 0.3:
        terms |= {"balloon": terms["principal"] // 4, "principal_grace": rng.randint(0, count - 1)}
    return terms


def some_schedules(count: int) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Random contracts with their rows; those whose amount does not cover its interest are refused and left out."""
    rng = random.Random(SEED)
    found = []
    for _ in range(count):
        terms = a_contract(rng)
        try:
            found.append((terms, rows(loan(**terms))))
        except ReprieveError:
            continue
    assert len(found) > 0.8 * count
    return found


@pytest.fixture(name="schedules", scope="module")
def _schedules() -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    return some_schedules(400)


def test_principal_parts_are_never_negative_and_sum_to_what_was_lent(schedules):
    for terms, found in schedules:
        assert min(row["principal"] for row in found) >= 0
        assert sum(row["principal"] for row in found) == terms["principal"]


def test_each_balance_is_the_one_before_less_the_principal_and_the_last_is_nothing(schedules):
    for terms, found in schedules:
        balance = terms["principal"]
        for row in found:
            balance -= row["principal"]
            assert (row["balance"], row["due"]) == (balance, row["principal"] + row["interest"] + row["fees"])
        assert balance == 0


def test_due_dates_rise(schedules):
    for _, found in schedules:
        days = [row["due_on"] for row in found]
        assert days == sorted(set(days))


def test_every_row_but_the_last_is_the_level_amount(schedules):
    for terms, found in schedules:
        if terms["method"] == "level_instalment" and terms["first_period"] == "in_formula":
            dues = {row["due"] for row in found[terms.get("principal_grace", 0) : -1] if row["balance"] > 0}
            assert len(dues) <= 1
            assert all(due % terms["instalment_multiple"] == 0 for due in dues)


def test_without_interest_nothing_but_principal_falls_due(schedules):
    free = [found for terms, found in schedules if terms["annual_rate"] == "0"]
    assert len(free) > 20
    assert all(row["interest"] == 0 for found in free for row in found)


def test_interest_of_equal_periods_is_the_balance_times_the_factor_rounded_once():
    balance = 800_000
    for row in rows(loan(interest="scheduled")):
        assert row["interest"] == half_even(balance * Fraction(15, 1000))
        balance = row["balance"]


def test_the_last_row_takes_the_residue():
    found = rows(loan())
    assert [row["due"] for row in found] == [73_344] * 11 + [73_345]
    short = rows(loan(annual_rate="0", principal=100, instalments=3))
    assert [row["due"] for row in short] == [33, 33, 34]
    long = rows(loan(annual_rate="0", principal=101, instalments=3, instalment_rounding="up"))
    assert [row["due"] for row in long] == [34, 34, 33]


def test_level_principal_leaves_the_residue_to_the_last_row():
    found = rows(loan(method="level_principal", principal=100, instalments=3, annual_rate="0"))
    assert [row["principal"] for row in found] == [33, 33, 34]
    every_second = rows(
        loan(method="level_principal", principal=101, instalments=5, principal_every=2, annual_rate="0")
    )
    assert [row["principal"] for row in every_second] == [0, 34, 0, 34, 33]


def test_interest_only_and_bullet_repay_at_the_end():
    only = rows(loan(method="interest_only", instalments=3))
    assert [(row["principal"], row["interest"]) for row in only] == [(0, 12_000), (0, 12_000), (800_000, 12_000)]
    bullet = rows(loan(method="bullet", instalments=3))
    assert [(row["due_on"], row["principal"], row["interest"]) for row in bullet] == [("2026-04-15", 800_000, 36_000)]


def test_flat_interest_is_on_the_original_principal():
    found = rows(loan(method="flat", interest="scheduled", instalments=12))
    assert {row["interest"] for row in found} == {12_000}
    assert [row["principal"] for row in found] == [66_667] * 11 + [66_663]


def test_a_balloon_is_added_to_the_last_row():
    found = rows(loan(balloon=200_000))
    amount = found[0]["due"]
    assert {row["due"] for row in found[:-1]} == {amount}
    assert abs(found[-1]["due"] - amount - 200_000) <= 12


def test_a_long_first_period_is_in_the_formula_or_on_top():
    solved = rows(loan(first_due_on="2026-03-15"))
    on_top = rows(loan(first_due_on="2026-03-15", first_period="on_top"))
    assert solved[0]["interest"] == on_top[0]["interest"] == 24_000
    assert on_top[0]["principal"] == rows(loan())[0]["principal"] == 61_344
    assert on_top[1]["due"] == 73_344 < solved[1]["due"] == solved[0]["due"]


def gap(found: list[dict[str, Any]]) -> int:
    return abs(found[-1]["due"] - found[0]["due"])


def test_even_last_never_widens_the_gap_and_often_closes_it():
    rng = random.Random(SEED)
    closer = 0
    for _ in range(60):
        terms = {"principal": rng.randint(10**5, 10**9), "instalments": rng.randint(2, 60), "interest": "scheduled"}
        terms |= {"instalment_multiple": rng.choice([1, 1, 10, 100])}
        plain, even = rows(loan(**terms)), rows(loan(even_last=True, **terms))
        assert gap(even) <= gap(plain)
        assert even[0]["due"] % terms["instalment_multiple"] == 0
        closer += gap(even) < gap(plain)
        if gap(plain) <= terms["instalments"] // 2:
            assert even == plain
    assert closer >= 5


def test_even_last_moves_in_multiples_and_keeps_what_improves():
    plain, even = (rows(loan(instalment_multiple=100, even_last=wanted)) for wanted in (False, True))
    assert (plain[0]["due"], plain[-1]["due"]) == (73_400, 72_670)
    assert (even[0]["due"], even[-1]["due"]) == (73_300, 73_872)
    steps = {("down", 12): [(73_343, 73_357), (73_344, 73_345)], ("up", 24): [(39_940, 39_923), (39_939, 39_949)]}
    for (rounding, count), ends in steps.items():
        terms = {"instalment_rounding": rounding, "instalments": count}
        found = [rows(loan(even_last=wanted, **terms)) for wanted in (False, True)]
        assert [(one[0]["due"], one[-1]["due"]) for one in found] == ends


def test_even_last_takes_back_a_step_that_does_not_improve():
    plain, even = (rows(loan(instalments=60, even_last=wanted)) for wanted in (False, True))
    assert (plain[0]["due"], plain[-1]["due"]) == (20_315, 20_281), "34 apart; one minor unit less would be 75"
    assert even == plain


def test_an_agreed_instalment_is_kept():
    found = rows(loan(instalment=80_000, even_last=True))
    assert {row["due"] for row in found[:-1] if row["balance"]} == {80_000}
    assert sum(row["principal"] for row in found) == 800_000


@pytest.mark.parametrize("method", ["level_instalment", "level_principal", "interest_only", "bullet"])
@pytest.mark.parametrize("principal", [1, 10**12])
def test_one_cent_and_ten_billion_yuan_are_repaid(method, principal):
    found = rows(loan(method=method, principal=principal))
    assert sum(row["principal"] for row in found) == principal
    assert sum(row["interest"] for row in found) <= principal
    if principal == 1:
        assert sum(row["interest"] for row in found) == 0


def test_ten_billion_yuan_bear_interest_to_the_cent():
    balance = 10**12
    for row in rows(loan(principal=10**12, interest="scheduled")):
        assert row["interest"] == half_even(balance * Fraction(15, 1000))
        balance = row["balance"]


@pytest.mark.parametrize("interest", ["daily", "scheduled"])
def test_a_term_of_one_day(interest):
    terms = {"instalments": 1, "period": "1 day", "first_due_on": "2026-01-16", "interest": interest}
    assert rows(loan(**terms))[0]["due"] == 800_000 + half_even(800_000 * Fraction(18, 36_500))


def test_a_term_of_fifty_years():
    found = rows(loan(instalments=600, annual_rate="0.06"))
    assert (len(found), found[-1]["due_on"]) == (600, "2076-01-15")
    assert sum(row["principal"] for row in found) == 800_000
    assert len({row["due"] for row in found[:-1]}) == 1
    assert abs(found[-1]["due"] - found[0]["due"]) < found[0]["due"]
    yearly = rows(loan(instalments=50, period="12 month", first_due_on=..., day_count="act_act_isda"))
    assert yearly[-1]["due_on"] == "2076-01-15"


def test_six_hundred_instalments_of_ten_billion_yuan():
    found = rows(loan(principal=10**12, instalments=600))
    assert sum(row["principal"] for row in found) == 10**12
    assert date.fromisoformat(found[-1]["due_on"]) == date(2076, 1, 15)
