"""Money arithmetic against exact fractions: every rounding and size of operand, ties, and splits that lose nothing."""

import random
from fractions import Fraction
from itertools import product
from math import ceil, floor

import numpy as np
import pytest

from reprieve.engine import money

pytestmark = pytest.mark.fast

MOST = 2**63 - 1
SEED = 20260115
CODES = list(money.ROUNDINGS.values())
EDGES = sorted(
    {1, 2, 3, 10**6, 10**9, MOST}
    | {2**bits + near for bits in (16, 31, 32, 33, 47, 48, 61, 62) for near in (-1, 0, 1)}
    | {(2**31 - 1) << 32, (2**31 - 1) << 32 | 1, 0x7FFFFFFF00000001, 0x40000000FFFFFFFF, 0x00000001FFFFFFFF}
)


def rounded(value: Fraction, rounding: int) -> int:
    """Round a non-negative fraction by the code of a named rounding."""
    if rounding == money.UP:
        return ceil(value)
    if rounding == money.DOWN:
        return floor(value)
    if rounding == money.HALF_UP:
        return floor(value + Fraction(1, 2))
    return round(value)


def of_any_size(rng: random.Random) -> int:
    """A number whose length in bits is equally likely to be any from 1 to 63."""
    return rng.getrandbits(rng.randint(1, 63)) or 1


def fits(a: int, b: int, denominator: int) -> bool:
    """Whether the quotient rounded up is an int64."""
    return ceil(Fraction(a * b, denominator)) <= MOST


def test_the_four_roundings_differ_where_they_should():
    halves = {money.HALF_EVEN: (2, 2, 4), money.HALF_UP: (2, 3, 4), money.UP: (2, 3, 4), money.DOWN: (1, 2, 3)}
    for rounding, expected in halves.items():
        assert tuple(money.divide_rounded(top, 2, rounding) for top in (3, 5, 7)) == expected
    for rounding, expected in {**dict.fromkeys(CODES, (1, 2)), money.UP: (2, 2), money.DOWN: (1, 1)}.items():
        assert (money.divide_rounded(14, 10, rounding), money.divide_rounded(16, 10, rounding)) == expected
    for rounding in CODES:
        assert money.divide_rounded(0, 7, rounding) == 0
        assert money.divide_rounded(21, 7, rounding) == 3


def test_micro_units_become_money_by_name():
    micro = (499_999, 500_000, 500_001, 1_500_000, 2_000_000)
    expected = {
        money.HALF_EVEN: (0, 0, 1, 2, 2),
        money.HALF_UP: (0, 1, 1, 2, 2),
        money.UP: (1, 1, 1, 2, 2),
        money.DOWN: (0, 0, 0, 1, 2),
    }
    assert {rounding: tuple(money.to_money(one, rounding) for one in micro) for rounding in CODES} == expected


def test_division_agrees_with_fractions_on_operands_of_any_size():
    rng = random.Random(SEED)
    for _ in range(2_000):
        top, bottom = of_any_size(rng), of_any_size(rng)
        for rounding in CODES:
            assert money.divide_rounded(top, bottom, rounding) == rounded(Fraction(top, bottom), rounding)


def test_multiply_divide_agrees_with_fractions_on_operands_of_any_size():
    rng = random.Random(SEED)
    wide = 0
    for _ in range(4_000):
        a, b, denominator = of_any_size(rng), of_any_size(rng), of_any_size(rng)
        if not fits(a, b, denominator):
            denominator = min(MOST, a * b // MOST + 1 + of_any_size(rng) // 2)
        if fits(a, b, denominator):
            wide += a * b > MOST
            exact = Fraction(a * b, denominator)
            for rounding in CODES:
                assert money.multiply_divide(a, b, denominator, rounding) == rounded(exact, rounding), (
                    a,
                    b,
                    denominator,
                )
    assert wide > 1_000


def test_multiply_divide_agrees_with_fractions_where_limbs_are_full_or_empty():
    rng = random.Random(SEED)
    triples = [triple for triple in product(EDGES, repeat=3) if fits(*triple)]
    for a, b, denominator in rng.sample(triples, 6_000):
        exact = Fraction(a * b, denominator)
        rounding = rng.choice(CODES)
        assert money.multiply_divide(a, b, denominator, rounding) == rounded(exact, rounding), (a, b, denominator)


def test_multiply_divide_sees_an_exact_tie_however_large_the_product():
    rng = random.Random(SEED)
    for bits in range(1, 62):
        half = rng.getrandbits(bits) | 1 << (bits - 1)
        for whole in (0, 1, 2, 3, rng.getrandbits(60), rng.getrandbits(61) | 1):
            odd = 2 * whole + 1
            for a, b in ((odd, half), (half, odd)):
                tie = [money.multiply_divide(a, b, 2 * half, rounding) for rounding in CODES]
                assert tie == [whole + whole % 2, whole + 1, whole + 1, whole]
                if half > 1:
                    nearly = [money.multiply_divide(odd * 1, half - 1, 2 * half, code) for code in CODES]
                    assert nearly == [rounded(Fraction(odd * (half - 1), 2 * half), code) for code in CODES]


def test_multiply_divide_by_itself_gives_the_other_back():
    for a in EDGES:
        for b in EDGES:
            assert all(money.multiply_divide(a, b, b, rounding) == a for rounding in CODES)


def test_nothing_times_anything_is_nothing():
    for rounding in CODES:
        assert money.multiply_divide(0, MOST, 3, rounding) == money.multiply_divide(MOST, 0, 3, rounding) == 0


def test_the_wide_product_is_the_product():
    rng = random.Random(SEED)
    pairs = [(of_any_size(rng), of_any_size(rng)) for _ in range(1_000)] + list(product(EDGES, repeat=2))
    for a, b in pairs:
        high, low = money.wide_product(a, b)
        assert (int(high) << 64) + int(low) == a * b


def test_the_wide_quotient_and_rest_make_the_whole_again():
    rng = random.Random(SEED)
    divisors = [*EDGES, *(of_any_size(rng) for _ in range(500))]
    for divisor in divisors:
        quotients = (0, 1, MOST // 2, MOST, rng.getrandbits(63), (2**31 - 1) << 32, 0xFFFFFFFF)
        for quotient, rest in product(quotients, {0, 1 % divisor, divisor - 1}):
            whole = quotient * divisor + rest
            found = money.wide_divide(np.uint64(whole >> 64), np.uint64(whole & (2**64 - 1)), divisor)
            assert tuple(map(int, found)) == (quotient, rest)


def test_shares_sum_to_their_whole_and_only_the_last_differs():
    rng = random.Random(SEED)
    for _ in range(300):
        parts = rng.randint(1, 60)
        total = rng.choice([0, 1, parts - 1, parts, parts + 1, rng.randint(0, 10**12)])
        shares = [money.share(total, parts, index) for index in range(parts)]
        assert sum(shares) == total
        assert set(shares[:-1]) <= {total // parts}
        assert 0 <= shares[-1] - total // parts < parts
