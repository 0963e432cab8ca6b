"""The level amount against two solvers of our own: exact whole numbers, and the textbook formula at 50 digits."""

import random
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest

from reprieve.engine import batch, level, money
from reprieve.engine import terms as term
from reprieve.lending.case_file import parse_case
from reprieve.lending.columns import book_of
from tests.engine.loans import Document, loan, rows

SEED = 20260115
SHARE = 1_000_000
MOST = 2**62

Row = tuple[int, int, int]
"""A row's rate factor as numerator and denominator, and its weight in 1e-6."""


def plain(count: int, numerator: int = 3, denominator: int = 200) -> list[Row]:
    """Rows of one factor, 1.5 % unless said."""
    return [(numerator, denominator, SHARE)] * count


def kernel(
    principal: int, terms: list[Row], carried: int = 0, balloon: int = 0, rounding: int = money.HALF_EVEN
) -> int:
    return int(level.level_amount(np.array(terms, np.int64), 0, len(terms), principal, carried, balloon, rounding))


def exact(principal: int, terms: list[Row], carried: int = 0, balloon: int = 0) -> Fraction:
    """The amount as an exact fraction: both sides of the equation carried to the last row, in whole numbers.

    With B the principal, e the interest carried by row 1 and w the weights:
    `A * sum(w_k * prod_{j>k}(1+f_j)) = B * prod(1+f_j) + e * prod_{j>1}(1+f_j) - balloon`.
    """
    worth, scale, weights = principal * 10**6, 10**6, 0
    for place, (numerator, denominator, weight) in enumerate(terms):
        worth *= denominator + numerator
        weights *= denominator + numerator
        scale *= denominator
        if place == 0:
            worth += carried * scale // 10**6
        weights += weight * scale // SHARE
    return Fraction(worth - balloon * scale, weights)


def rounded(value: Fraction, rounding: int) -> int:
    whole, rest = divmod(value, 1)
    if rounding == money.DOWN or rest == 0:
        return int(whole)
    if rounding == money.UP:
        return int(whole) + 1
    if rounding == money.HALF_UP:
        return int(whole) + (rest >= Fraction(1, 2))
    return round(value)


def by_decimal(principal: int, terms: list[Row], balloon: int = 0) -> Decimal:
    """`A = (P * prod(1+f) - balloon) / F_n` with `F_1 = 1`, `F_k = 1 + F_(k-1) * (1+f_k)`, at 50 digits."""
    with localcontext() as context:
        context.prec = 50
        grown, sums = Decimal(principal), Decimal(0)
        for numerator, denominator, _ in terms:
            growth = 1 + Decimal(numerator) / Decimal(denominator)
            grown *= growth
            sums = 1 + sums * growth
        return (grown - balloon) / sums


def decimal_rounded(value: Decimal, rounding: int) -> int:
    names = {
        money.HALF_EVEN: "ROUND_HALF_EVEN",
        money.HALF_UP: "ROUND_HALF_UP",
        money.UP: "ROUND_UP",
        money.DOWN: "ROUND_DOWN",
    }
    return int(value.to_integral_value(rounding=names[rounding]))


def is_clear(value: Decimal) -> bool:
    """Whether a value is so far from a whole number and from a tie that 50 digits decide its rounding."""
    twice = 2 * value
    return abs(twice - twice.to_integral_value()) > Decimal("1e-20")


def assert_agrees(principal: int, terms: list[Row], carried: int = 0, balloon: int = 0) -> None:
    value = exact(principal, terms, carried, balloon)
    for rounding in money.ROUNDINGS.values():
        assert kernel(principal, terms, carried, balloon, rounding) == rounded(value, rounding), (principal, terms[:3])


def a_factor(rng: random.Random) -> tuple[int, int]:
    """A rate factor as contracts have them: a rate in 1e-9 over twelfths, days or fractions of days; reduced."""
    rate = rng.choice([0, 1, 180_000_000, 240_000_000, 36 * 10**9, rng.randint(1, 10**9)])
    part = rng.choice([Fraction(1, 12), Fraction(1, 24), Fraction(1, 52), Fraction(rng.randint(1, 400), 365)])
    part *= Fraction(rng.randint(1, 31), 31) if rng.random() < 0.2 else 1
    factor = Fraction(rate, 10**9) * part
    return factor.numerator, factor.denominator


def test_the_eight_thousand_case():
    assert kernel(800_000, plain(12)) == decimal_rounded(by_decimal(800_000, plain(12)), money.HALF_EVEN) == 73_344


def test_the_two_solvers_are_one():
    rng = random.Random(SEED)
    for _ in range(50):
        terms = [(*a_factor(rng), SHARE) for _ in range(rng.randint(1, 40))]
        principal = rng.randint(1, 10**12)
        with localcontext() as context:
            context.prec = 50
            whole = exact(principal, terms)
            apart = by_decimal(principal, terms) - Decimal(whole.numerator) / Decimal(whole.denominator)
            assert abs(apart) < Decimal("1e-25")


def test_random_terms_agree_with_exact_fractions_by_every_rounding():
    rng = random.Random(SEED)
    for _ in range(80):
        first, rest = a_factor(rng), a_factor(rng)
        count = rng.choice([1, 2, 3, 12, 24, rng.randint(1, 60)])
        terms = [(*(first if k == 0 or rng.random() < 0.1 else rest), SHARE) for k in range(count)]
        assert_agrees(rng.choice([1, 100, 800_000, rng.randint(1, 10**12)]), terms)


def test_random_terms_agree_with_the_50_digit_decimal_solver():
    rng = random.Random(SEED + 1)
    clear = 0
    for _ in range(60):
        terms = [(*a_factor(rng), SHARE)] * rng.randint(1, 120)
        principal = rng.randint(1, 4 * 10**12)
        balloon = rng.choice([0, 0, principal // 3, principal])
        value = by_decimal(principal, terms, balloon)
        if not is_clear(value):
            continue
        clear += 1
        for rounding in money.ROUNDINGS.values():
            assert kernel(principal, terms, 0, balloon, rounding) == decimal_rounded(value, rounding)
    assert clear > 30


@pytest.mark.parametrize("principal", [1, 2, 99, 800_000, 4 * 10**12])
def test_one_row_repays_everything_with_its_interest(principal):
    for numerator, denominator in ((0, 1), (3, 200), (1, 3), (100, 1)):
        assert_agrees(principal, [(numerator, denominator, SHARE)])


@pytest.mark.parametrize("principal", [1, 800_000, 4 * 10**12])
def test_six_hundred_rows(principal):
    value = exact(principal, plain(600))
    for rounding in (money.HALF_EVEN, money.UP):
        assert kernel(principal, plain(600), rounding=rounding) == rounded(value, rounding)
    assert kernel(principal, plain(600, 3, 365)) == rounded(exact(principal, plain(600, 3, 365)), money.HALF_EVEN)


def test_six_hundred_rows_of_different_awkward_factors():
    rng = random.Random(SEED)
    terms = [(*a_factor(rng), SHARE) for _ in range(600)]
    value = exact(10**11, terms)
    assert kernel(10**11, terms) == rounded(value, money.HALF_EVEN)


@pytest.mark.parametrize(("principal", "count"), [(100, 3), (101, 3), (102, 3), (1, 7), (10**12, 600), (5, 10)])
def test_without_interest_the_amount_is_an_equal_part(principal, count):
    assert exact(principal, plain(count, 0, 1)) == Fraction(principal, count)
    assert_agrees(principal, plain(count, 0, 1))


@pytest.mark.parametrize(
    ("principal", "count", "floor"),
    [
        (40_300, 2, 20_604),  # 20604.5
        (120_900, 2, 61_813),  # 61813.5
        (12_180_900, 3, 4_182_713),  # 4182713.5
        (100, 1, 101),  # 101.5
        (300, 1, 304),  # 304.5
    ],
)
def test_an_exact_tie_is_seen_as_one(principal, count, floor):
    assert exact(principal, plain(count)) == floor + Fraction(1, 2)
    found = [kernel(principal, plain(count), rounding=code) for code in money.ROUNDINGS.values()]
    assert found == [floor + floor % 2, floor + 1, floor + 1, floor]
    for near in (-1, 1):
        assert_agrees(principal + near, plain(count))


@pytest.mark.parametrize(("principal", "count"), [(80_600, 2), (24_361_800, 3), (200, 1)])
def test_an_amount_that_is_whole_is_not_rounded_up_or_down(principal, count):
    value = exact(principal, plain(count))
    assert value.denominator == 1
    assert {kernel(principal, plain(count), rounding=code) for code in money.ROUNDINGS.values()} == {value}


def test_an_amount_nearer_to_a_whole_number_than_2_to_the_minus_90_is_taken_to_be_it():
    for count in (120, 600):
        assert 0 < exact(1_000_000, plain(count, 3, 1)) - 3_000_000 < Fraction(1, 2**90)
        assert {kernel(1_000_000, plain(count, 3, 1), rounding=code) for code in money.ROUNDINGS.values()} == {
            3_000_000
        }


def test_factors_of_up_to_62_bits():
    for denominator in (MOST - 1, MOST // 2 + 1, 2**32, 2**32 + 1, 2**32 - 1):
        for numerator in (1, denominator // 67, denominator - 1):
            assert_agrees(1_000_003, [(numerator, denominator, SHARE)] * 4)


def test_a_balloon_lowers_the_amount_by_what_it_is_worth():
    for balloon in (1, 200_000, 799_999, 800_000):
        assert_agrees(800_000, plain(12), balloon=balloon)
    assert kernel(800_000, plain(12), balloon=800_000) == 12_000


def test_a_balloon_above_what_is_owed_has_no_amount():
    owed = 800_000 * Fraction(203, 200) ** 12
    assert kernel(800_000, plain(12), balloon=int(owed)) == 0
    assert kernel(800_000, plain(12), balloon=int(owed) + 1) == -1


def test_interest_carried_is_borne_by_the_first_row():
    for carried in (1, 999_999, 5_540_000_000, 123_456_789):
        assert_agrees(738_656, plain(11), carried=carried)
        assert_agrees(738_656, [(3, 400, SHARE), *plain(10)], carried=carried, balloon=100_000)
    assert kernel(1_000, plain(1, 0, 1), carried=7_500_000, rounding=money.UP) == 1_008


def test_rows_without_weight_pay_nothing_and_shares_pay_their_share():
    steps = [(3, 200, 500_000)] * 6 + plain(6)
    holiday = [(3, 200, 0)] * 3 + plain(9)
    assert_agrees(800_000, steps)
    assert_agrees(800_000, holiday)
    assert_agrees(800_000, [(3, 200, 1), (3, 200, 333_333), (3, 200, SHARE)], carried=1_234_567, balloon=5)
    assert kernel(800_000, steps) > kernel(800_000, plain(12))


def test_no_row_with_weight_has_no_amount():
    assert kernel(800_000, [(3, 200, 0)] * 3) == -1


def test_only_the_rows_asked_for_count():
    terms = np.array([(9, 10, SHARE), *plain(12), (9, 10, SHARE)], np.int64)
    assert level.level_amount(terms, 1, 13, 800_000, 0, 0, money.HALF_EVEN) == 73_344


def a_contract(rng: random.Random, rounding: str, day_count: str) -> Document:
    """A level contract with a rate, a length and a day count drawn."""
    rate = Decimal(rng.choice([0, 1, 180_000_000, 359_900_000, 2_500_000_000, rng.randint(1, 10**9)])).scaleb(-9)
    return loan(
        principal=rng.choice([1, 100, 40_300, 800_000, 10**10, rng.randint(1, 10**9)]),
        annual_rate=f"{rate:f}",
        instalments=rng.choice([1, 2, 12, 24, 36, 360]),
        day_count=day_count,
        instalment_rounding=rounding,
        instalment_multiple=1,
    )


@pytest.mark.parametrize("day_count", ["equal_periods", "act_365", "act_360"])
@pytest.mark.parametrize("rounding", list(money.ROUNDINGS))
def test_a_contract_has_the_amount_of_exact_fractions_whichever_way_it_was_found(rounding, day_count):
    rng = random.Random(f"{SEED} {rounding} {day_count}")
    priced = 0
    for _ in range(25):
        document = a_contract(rng, rounding, day_count)
        book = book_of([parse_case(document)])
        if batch.solve_instalments(book).any():
            continue  # at a high rate a longer month may bear more than the amount: the contract is refused
        priced += 1
        signed = document["contract"]
        rate, terms, start = Fraction(signed["annual_rate"]), [], date.fromisoformat(signed["disbursed_on"])
        for row in rows(document):
            end = date.fromisoformat(row["due_on"])
            years = (
                Fraction(1, 12) if day_count == "equal_periods" else Fraction((end - start).days, int(day_count[4:]))
            )
            terms.append(((rate * years).numerator, (rate * years).denominator, SHARE))
            start = end
        wanted = rounded(exact(signed["principal"], terms), money.ROUNDINGS[rounding])
        assert int(book.terms[0, term.INSTALMENT]) == wanted, document
    assert priced > 15


def test_the_tie_shows_in_a_schedule_by_its_named_rounding():
    for rounding, amount in {"half_even": 20_604, "half_up": 20_605, "up": 20_605, "down": 20_604}.items():
        tie = loan(principal=40_300, instalments=2, instalment_rounding=rounding)
        assert rows(tie)[0]["due"] == amount
