"""Integer money arithmetic: the rounded multiply-divide, the named roundings, splits that lose nothing.

Money is int64 minor units; accrual is int64 micro units (1e-6 of a minor unit). Nothing here ever holds a float.
Every function is compiled and also runs uncompiled (`NUMBA_DISABLE_JIT=1`).
"""

from typing import Any, Final

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload

from reprieve.engine.jit import compiled, compiled_leaf

MICRO: Final = 1_000_000
"""Micro units in one minor unit."""

HALF_EVEN: Final = 0
HALF_UP: Final = 1
UP: Final = 2
DOWN: Final = 3
ROUNDINGS: Final = {"half_even": HALF_EVEN, "half_up": HALF_UP, "up": UP, "down": DOWN}
"""The named roundings and their codes. Figures are never negative, so `up` is away from zero and `down` towards it."""

_MOST: Final = (1 << 63) - 1
_LIMB: Final = 32
_MASK: Final = 0xFFFFFFFF


@compiled_leaf
def divide_rounded(numerator: int, denominator: int, rounding: int) -> int:
    """Return `numerator / denominator` rounded by name; both are non-negative int64, the denominator positive."""
    quotient = numerator // denominator
    return quotient + _carry(quotient, numerator - quotient * denominator, denominator, rounding)


@compiled_leaf
def to_money(micro: int, rounding: int) -> int:
    """Return micro units as minor units, rounded by name."""
    return divide_rounded(micro, MICRO, rounding)


@compiled
def multiply_divide(a: int, b: int, denominator: int, rounding: int) -> int:
    """Return `a * b / denominator` rounded once by name, with a two-limb intermediate.

    `a`, `b` are non-negative int64, `denominator` a positive int64; the result must fit int64 (checked at intake,
    see `reprieve.lending.limits`). Exact for every such input.
    """
    if a == 0 or b == 0:
        return 0
    if fits(a, b):
        return divide_rounded(a * b, denominator, rounding)
    high, low = wide_product(a, b)
    quotient, rest = wide_divide(high, low, denominator)
    return quotient + _carry(quotient, rest, denominator, rounding)


def fits(a: int, b: int) -> bool:
    """Return whether the product of two non-negative int64 is an int64."""
    return int(a) * int(b) <= _MOST


@intrinsic
def _overflows(_context: Any, a: types.Type, b: types.Type) -> Any:
    """One multiplication that notes its overflow, where a comparison would need a division."""

    def multiply(_context: Any, builder: ir.IRBuilder, _signature: Any, args: tuple[ir.Value, ir.Value]) -> ir.Value:
        return builder.extract_value(builder.smul_with_overflow(*args), 1)

    return types.boolean(types.int64, types.int64), multiply


@overload(fits)
def _fits(a, b):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 -- Numba compares bare signatures
    return lambda a, b: not _overflows(a, b)


@compiled_leaf
def _carry(quotient: int, rest: int, denominator: int, rounding: int) -> int:
    """Return 1 where the named rounding goes up from `quotient`, else 0."""
    if rest == 0 or rounding == DOWN:
        return 0
    if rounding == UP:
        return 1
    other = denominator - rest
    if rest > other:
        return 1
    if rest < other:
        return 0
    if rounding == HALF_UP:
        return 1
    return quotient & 1


@compiled
def wide_product(a: int, b: int) -> tuple[np.uint64, np.uint64]:
    """Return the 128-bit product of two non-negative int64 as two uint64 limbs (high, low)."""
    mask = np.uint64(_MASK)
    shift = np.uint64(_LIMB)
    a_low, a_high = np.uint64(a) & mask, np.uint64(a) >> shift
    b_low, b_high = np.uint64(b) & mask, np.uint64(b) >> shift
    low_low = a_low * b_low
    high_low = a_high * b_low
    low_high = a_low * b_high
    middle = (low_low >> shift) + (high_low & mask) + (low_high & mask)
    low = (middle << shift) | (low_low & mask)
    high = a_high * b_high + (high_low >> shift) + (low_high >> shift) + (middle >> shift)
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
    up = np.uint64(0)
    while (divisor >> np.uint64(63)) == np.uint64(0):
        divisor <<= one
        up += one
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
