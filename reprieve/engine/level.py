"""The level amount: the exact solution of a row-by-row annuity, rounded by name. Never sees dates.

`A = (B + e/(1+f1) - balloon * D_n) / sum(w_k * D_k)` with `D_k = 1 / ((1+f1)...(1+fk))`, in fixed point with 192
fractional bits. A result nearer to a tie or to a whole number than 2**-90 is taken to be it: the error of the
computation is below 2**-120, so only true ties are (see docs/arithmetic.md).
"""

from typing import Final

import numpy as np

from reprieve.engine import money
from reprieve.engine.jit import compiled_allocating

LIMBS: Final = 10
_FRACTION: Final = 6
_SLACK: Final = 3
_ONE: Final = 1 << 32
_MASK: Final = 0xFFFFFFFF


@compiled_allocating
def level_amount(
    factors: np.ndarray, start: int, end: int, balance: int, carried_micro: int, balloon: int, rounding: int
) -> int:
    """Return the level amount in minor units that repays `balance` over rows `start` to `end`, or -1 if none does.

    `factors` is int64[rows, 3]: numerator and denominator of the row's rate factor (reduced, each below 2**62) and
    the row's weight in 1e-6. `carried_micro` is interest already accrued that the first row bears.
    """
    discount = np.zeros(LIMBS, np.uint64)
    discount[_FRACTION] = np.uint64(1)
    annuity = np.zeros(LIMBS, np.uint64)
    present = np.zeros(LIMBS, np.uint64)
    term = np.zeros(LIMBS, np.uint64)
    present[_FRACTION] = np.uint64(1)
    _multiply(present, balance)
    _multiply(present, money.MICRO)
    for row in range(start, end):
        denominator = factors[row, 1]
        _multiply(discount, denominator)
        _divide(discount, denominator + factors[row, 0])
        if row == start and carried_micro > 0:
            term[:] = discount
            _multiply(term, carried_micro)
            _add(present, term)
        weight = factors[row, 2]
        if weight > 0:
            term[:] = discount
            _multiply(term, weight)
            _add(annuity, term)
    if balloon > 0:
        term[:] = discount
        _multiply(term, balloon)
        _multiply(term, money.MICRO)
        if _is_less(present, term):
            return -1
        _subtract(present, term)
    if _is_near_zero(annuity):
        return -1
    return _quotient(present, annuity, rounding)


@compiled_allocating
def _quotient(numerator: np.ndarray, denominator: np.ndarray, rounding: int) -> int:
    """Return the rounded quotient of two wide numbers; leaves the rest in `numerator`."""
    result = 0
    shifted = np.zeros(LIMBS, np.uint64)
    bits = 0
    shifted[:] = denominator
    while not _is_less(numerator, shifted) and bits < 62:
        _multiply(shifted, 2)
        bits += 1
    while bits > 0:
        _divide(shifted, 2)
        bits -= 1
        result *= 2
        if not _is_less(numerator, shifted):
            _subtract(numerator, shifted)
            result += 1
    # The rest is below the denominator; compare it with zero, the half and the whole within the slack.
    if _is_near_zero(numerator):
        return result
    shifted[:] = denominator
    _subtract(shifted, numerator)
    if _is_near_zero(shifted):
        return result + 1
    if rounding == money.UP:
        return result + 1
    if rounding == money.DOWN:
        return result
    if _is_less(shifted, numerator):
        _subtract(numerator, shifted)
        if not _is_near_zero(numerator):
            return result + 1
    else:
        _subtract(shifted, numerator)
        if not _is_near_zero(shifted):
            return result
    if rounding == money.HALF_UP:
        return result + 1
    return result + (result & 1)


@compiled_allocating
def _multiply(number: np.ndarray, factor: int) -> None:
    """Multiply a wide number in place by a non-negative int64."""
    high = factor >> 32
    if high == 0:
        _multiply_limb(number, factor)
        return
    upper = number.copy()
    _multiply_limb(number, factor & _MASK)
    _multiply_limb(upper, high)
    for place in range(LIMBS - 1, 0, -1):
        upper[place] = upper[place - 1]
    upper[0] = np.uint64(0)
    _add(number, upper)


@compiled_allocating
def _multiply_limb(number: np.ndarray, factor: int) -> None:
    """Multiply a wide number in place by a factor below 2**32."""
    mask, shift, by = np.uint64(_MASK), np.uint64(32), np.uint64(factor)
    carry = np.uint64(0)
    for place in range(LIMBS):
        product = number[place] * by + carry
        number[place] = product & mask
        carry = product >> shift


@compiled_allocating
def _divide(number: np.ndarray, divisor: int) -> None:
    """Divide a wide number in place by a positive int64, dropping what lies below the last limb."""
    shift, by = np.uint64(32), np.uint64(divisor)
    rest = np.uint64(0)
    for place in range(LIMBS - 1, -1, -1):
        if divisor <= _MASK:
            value = (rest << shift) | number[place]
            number[place] = value // by
            rest = value - number[place] * by
        else:
            quotient, remainder = money.wide_divide(rest >> shift, (rest << shift) | number[place], divisor)
            number[place] = np.uint64(quotient)
            rest = np.uint64(remainder)


@compiled_allocating
def _add(number: np.ndarray, other: np.ndarray) -> None:
    """Add a wide number in place."""
    mask, shift = np.uint64(_MASK), np.uint64(32)
    carry = np.uint64(0)
    for place in range(LIMBS):
        total = number[place] + other[place] + carry
        number[place] = total & mask
        carry = total >> shift


@compiled_allocating
def _subtract(number: np.ndarray, other: np.ndarray) -> None:
    """Subtract in place a wide number that is not greater."""
    base, mask, shift = np.uint64(_ONE), np.uint64(_MASK), np.uint64(32)
    borrow = np.uint64(0)
    for place in range(LIMBS):
        total = base + number[place] - other[place] - borrow
        number[place] = total & mask
        borrow = np.uint64(1) - (total >> shift)


@compiled_allocating
def _is_less(number: np.ndarray, other: np.ndarray) -> bool:
    """Return whether a wide number is below another."""
    for place in range(LIMBS - 1, -1, -1):
        if number[place] != other[place]:
            return bool(number[place] < other[place])
    return False


@compiled_allocating
def _is_near_zero(number: np.ndarray) -> bool:
    """Return whether a wide number is below 2**-96."""
    for place in range(_SLACK, LIMBS):
        if number[place] != np.uint64(0):
            return False
    return True
