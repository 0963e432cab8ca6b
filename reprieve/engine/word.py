"""64-bit words: what a machine does in one instruction and Numba would spell in many. Never rounds, never decides.

Each function is plain Python, and says what it does; compiled, one instruction stands in its place.
"""

from typing import Any, Final

from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload

_MOST: Final = (1 << 63) - 1
_SHIFT: Final = 64


def fits(a: int, b: int) -> bool:
    """Return whether the product of two non-negative int64 is an int64."""
    return int(a) * int(b) <= _MOST


def divided(numerator: int, denominator: int) -> tuple[int, int]:
    """Return quotient and rest of a non-negative int64 by a positive one."""
    return divmod(numerator, denominator)


def product_high(a: int, b: int) -> int:
    """Return the upper 64 bits of the product of two non-negative int64."""
    return int(a) * int(b) >> _SHIFT


def leading_zeros(number: int) -> int:
    """Return how many bits above the highest set bit of a non-negative int64 are clear, of 64."""
    return _SHIFT - int(number).bit_length()


@intrinsic
def _overflows(_context: Any, _a: types.Type, _b: types.Type) -> Any:
    def instruction(_context: Any, builder: ir.IRBuilder, _signature: Any, args: tuple[ir.Value, ir.Value]) -> ir.Value:
        return builder.extract_value(builder.smul_with_overflow(*args), 1)

    return types.boolean(types.int64, types.int64), instruction


@intrinsic
def _divided(_context: Any, _a: types.Type, _b: types.Type) -> Any:
    def instruction(context: Any, builder: ir.IRBuilder, signature: Any, args: tuple[ir.Value, ir.Value]) -> ir.Value:
        return context.make_tuple(builder, signature.return_type, [builder.udiv(*args), builder.urem(*args)])

    return types.UniTuple(types.int64, 2)(types.int64, types.int64), instruction


@intrinsic
def _product_high(_context: Any, _a: types.Type, _b: types.Type) -> Any:
    def instruction(_context: Any, builder: ir.IRBuilder, _signature: Any, args: tuple[ir.Value, ir.Value]) -> ir.Value:
        wide = ir.IntType(2 * _SHIFT)
        whole = builder.mul(builder.zext(args[0], wide), builder.zext(args[1], wide))
        return builder.trunc(builder.lshr(whole, ir.Constant(wide, _SHIFT)), ir.IntType(_SHIFT))

    return types.int64(types.int64, types.int64), instruction


@intrinsic
def _leading_zeros(_context: Any, _number: types.Type) -> Any:
    def instruction(_context: Any, builder: ir.IRBuilder, _signature: Any, args: tuple[ir.Value]) -> ir.Value:
        return builder.ctlz(args[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(types.int64), instruction


# Numba compares bare signatures, so what stands in for a function carries no annotations.


@overload(fits)
def _fits(a, b):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    return lambda a, b: not _overflows(a, b)


@overload(divided)
def _divide(numerator, denominator):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    return lambda numerator, denominator: _divided(numerator, denominator)  # noqa: PLW0108


@overload(product_high)
def _high(a, b):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    return lambda a, b: _product_high(a, b)  # noqa: PLW0108


@overload(leading_zeros)
def _zeros(number):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    return lambda number: _leading_zeros(number)  # noqa: PLW0108
