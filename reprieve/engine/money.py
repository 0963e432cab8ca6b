"""Integer money arithmetic: the rounded multiply-divide, the named roundings, splits that lose nothing.

Money is int64 minor units; accrual is int64 micro units (1e-6 of a minor unit). Nothing here ever holds a float.
Every function is compiled and also runs uncompiled (`NUMBA_DISABLE_JIT=1`).
"""

from typing import Final

import numpy as np

from reprieve.engine.jit import compiled, compiled_leaf
from reprieve.engine.word import divided, fits, leading_zeros, product_high

MICRO: Final = 1_000_000
"""Micro units in one minor unit."""

HALF_EVEN: Final = 0
HALF_UP: Final = 1
UP: Final = 2
DOWN: Final = 3
ROUNDINGS: Final = {"half_even": HALF_EVEN, "half_up": HALF_UP, "up": UP, "down": DOWN}
"""The named roundings and their codes. Figures are never negative, so `up` is away from zero and `down` towards it."""

_LIMB: Final = 32
_MASK: Final = 0xFFFFFFFF


@compiled_leaf
def divide_rounded(numerator: int, denominator: int, rounding: int) -> int:
    """Return `numerator / denominator` rounded by name; both are non-negative int64, the denominator positive."""
    quotient, rest = divided(numerator, denominator)
    return quotient + _carry(quotient, rest, denominator, rounding)


@compiled_leaf
def to_money(micro: int, rounding: int) -> int:
    """Return micro units as minor units, rounded by name."""
    return divide_rounded(micro, MICRO, rounding)


@compiled_leaf
def multiply_divide(a: int, b: int, denominator: int, rounding: int) -> int:
    """Return `a * b / denominator` rounded once by name, with a two-limb intermediate.

    `a`, `b` are non-negative int64, `denominator` a positive int64; the result must fit int64 (checked at intake,
    see `reprieve.lending.limits`). Exact for every such input.
    """
    if fits(a, b):
        return divide_rounded(a * b, denominator, rounding)
    return _multiply_divide_wide(a, b, denominator, rounding)


@compiled
def _multiply_divide_wide(a: int, b: int, denominator: int, rounding: int) -> int:
    """Return what `multiply_divide` does, where the product needs two limbs."""
    quotient, rest = wide_divide(*wide_product(a, b), denominator)
    return quotient + _carry(quotient, rest, denominator, rounding)


@compiled_leaf
def _carry(quotient: int, rest: int, denominator: int, rounding: int) -> int:
    """Return 1 where the named rounding goes up from `quotient`, else 0."""
    if rounding >= UP:
        return 1 if rest > 0 and rounding == UP else 0
    other = denominator - rest
    tie_goes_up = int(rounding == HALF_UP) | (quotient & 1)
    return int(rest > other) | (int(rest == other) & tie_goes_up)  # no branch: which way it goes cannot be foreseen


@compiled
def wide_product(a: int, b: int) -> tuple[np.uint64, np.uint64]:
    """Return the 128-bit product of two non-negative int64 as two uint64 limbs (high, low)."""
    low = np.uint64(a) * np.uint64(b)
    high = np.uint64(product_high(a, b))
    return high, low


@compiled
def wide_divide(high: np.uint64, low: np.uint64, denominator: int) -> tuple[int, int]:
    """Return quotient and rest of a 128-bit number by a positive int64 (Knuth, algorithm D, two digits of 32 bits)."""
    mask = np.uint64(_MASK)
    shift = np.uint64(_LIMB)
    one = np.uint64(1)
    base = one << shift
    divisor = np.uint64(denominator)
    if high == np.uint64(0):
        quotient = low // divisor
        return np.int64(quotient), np.int64(low - quotient * divisor)  # type: ignore[return-value]
    up = np.uint64(leading_zeros(denominator))
    divisor <<= up
    divisor_high, divisor_low = divisor >> shift, divisor & mask
    high = (high << up) | ((low >> one) >> (np.uint64(63) - up))
    low = low << up
    low_high, low_low = low >> shift, low & mask

    first = high // divisor_high
    rest = high - first * divisor_high
    while first >= base or first * divisor_low > ((rest << shift) | low_high):
        first -= one
        rest += divisor_high
        if rest >= base:
            break
    middle = ((high << shift) | low_high) - first * divisor
    second = middle // divisor_high
    rest = middle - second * divisor_high
    while second >= base or second * divisor_low > ((rest << shift) | low_low):
        second -= one
        rest += divisor_high
        if rest >= base:
            break
    remainder = (((middle << shift) | low_low) - second * divisor) >> up
    return np.int64((first << shift) | second), np.int64(remainder)  # type: ignore[return-value]


@compiled
def share(total: int, parts: int, index: int) -> int:
    """Return the `index`-th (from 0) of `parts` equal shares of `total`; the last share takes the residue."""
    each = total // parts
    return total - each * (parts - 1) if index == parts - 1 else each
