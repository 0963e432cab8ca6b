"""The rate at which what is advanced and what is paid are worth the same, to 30 digits. Never knows a date or a law.

Times are exact fractions of whatever unit the caller counts in. A flow lies `whole` units after the first and then
`part` of a unit: it is worth amount / ((1 + part*i) * (1 + i)^whole), the general equation of Regulation Z Appendix J
(b)(8). With every `part` zero and `whole` in years it is the equation of Directive 2008/48/EC Annex I.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import Final, NamedTuple

from reprieve.errors import BadInput

DIGITS: Final = 30
"""Significant digits of every rate handed out; the work behind them carries 60."""

_SEARCH: Final = Context(prec=24, Emax=999999999999999999, Emin=-999999999999999999)
_POLISH: Final = Context(prec=60, Emax=999999999999999999, Emin=-999999999999999999)
_HIGHEST_LOG: Final = Decimal(100_000)
"""No rate above e^100000 - 1 a unit is looked for: more than a cent that becomes the largest amount within a day."""

_FINEST: Final = 10**300
"""The finest fraction of a unit that all times of one calculation may be counted in."""

_FAR: Final = 10
"""How many times as high, in ln(1 + rate), a second rate must be not to compete with the first."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Money at a time: advances positive, payments negative, in minor units."""

    amount: int
    whole: Fraction
    part: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Rate:
    """`log_growth` = ln(1 + rate) of one unit, to 60 digits, and how many times the flows were valued to find it."""

    log_growth: Decimal
    iterations: int

    def over(self, units: Fraction = Fraction(1)) -> Decimal:
        """Return the rate compounded over a number of units, as a fraction of one."""
        with localcontext(_POLISH):
            return (self.log_growth * _decimal(units)).exp() - 1


def internal_rate(flows: Sequence[Placed]) -> Rate:
    """Return the one rate that balances the flows; negative where less is paid than was advanced.

    Flows of the same time are netted first. Where the flows change sign once, exactly one rate fits. Where they change
    sign more often a rate that is not negative is preferred, and flows that fit two such rates are refused, unless one
    is far above the other. Raises `BadInput` where no rate, or more than one, fits.
    """
    net = _netted(flows)
    changes = sum((before.amount > 0) != (after.amount > 0) for before, after in pairwise(net))
    if changes == 0:
        raise _no_rate("payments must follow advances: netted by day, all the money goes one way")
    if changes == 1 and net[0].amount < 0:
        raise _no_rate("the payments come before the advances, so nothing is ever owed")
    with localcontext(_POLISH):
        columns = _columns(net)
        if changes == 1 and sum(flow.amount for flow in net) == 0:
            return Rate(Decimal(0), 0)
        if changes == 1 or _one_rate_above_zero(net):
            return _solve(columns, (None, None), Decimal(0))
        low, high = _bracket(columns, net, changes)
        return _solve(columns, (low, high), (low + high) / 2)


class _Net(NamedTuple):
    """All the money of one time: `whole` and `part` are counted in units of 1 / `shared`."""

    amount: int
    whole: int
    part: int
    shared: int


class _Crossing(NamedTuple):
    """Bounds of one rate, and whether the payments lose against the advances above it."""

    low: Decimal
    high: Decimal
    falls: bool


@dataclass(frozen=True, slots=True)
class _Columns:
    """Net flows in time order, with every distinct step and part of a unit written once."""

    rows: tuple[tuple[Decimal, int, int, Decimal], ...]
    """amount, index of the step from the flow before, index of the part, whole units."""
    steps: tuple[Decimal, ...]
    parts: tuple[Decimal, ...]


def _netted(flows: Sequence[Placed]) -> list[_Net]:
    """Return one flow a time, in order; times become whole numbers over a denominator they share."""
    shared = lcm(*(flow.whole.denominator for flow in flows), *(flow.part.denominator for flow in flows))
    if shared > _FINEST:
        raise _no_rate("their times have too many unlike denominators; use fractions such as 3/12 or 34/365")
    totals: dict[tuple[int, int], int] = {}
    for flow in flows:
        whole = flow.whole.numerator * (shared // flow.whole.denominator)
        place = (whole, flow.part.numerator * (shared // flow.part.denominator))
        totals[place] = totals.get(place, 0) + flow.amount
    return [_Net(amount, *place, shared) for place, amount in sorted(totals.items()) if amount]


def _columns(net: Sequence[_Net]) -> _Columns:
    shared = net[0].shared
    steps: dict[int, int] = {}
    parts: dict[int, int] = {}
    rows: list[tuple[Decimal, int, int, Decimal]] = []
    before = net[0].whole
    for flow in net:
        step = steps.setdefault(flow.whole - before, len(steps))
        part = parts.setdefault(flow.part, len(parts))
        rows.append((Decimal(flow.amount), step, part, Decimal(flow.whole - net[0].whole) / shared))
        before = flow.whole
    units = [tuple(Decimal(size) / shared for size in sizes) for sizes in (steps, parts)]
    return _Columns(tuple(rows), *units)


def _one_rate_above_zero(net: Sequence[_Net]) -> bool:
    """Return whether the running balance changes sign once, from owed to repaid: then one positive rate fits."""
    balance, changes, last = 0, 0, 1
    for flow in net:
        balance += flow.amount
        if balance:
            sign = 1 if balance > 0 else -1
            changes += sign != last
            last = sign
    return net[0].amount > 0 and changes == 1 and last < 0


def _bracket(columns: _Columns, net: Sequence[_Net], changes: int) -> tuple[Decimal, Decimal]:
    """Return bounds around the rate, looked for on a grid that is finest near zero.

    At the rate of a loan a higher rate makes the payments worth less than the advances; where it makes them worth
    more, the borrower is the lender. Of several rates the nearest to zero stands if it is a loan's and the next is
    far above it: in a case like Appendix J (c)(7)(ii), payments that begin before the first advance also fit a rate
    of some 900 %.
    """
    span = Decimal(net[-1].whole + net[-1].part - net[0].whole) / net[0].shared
    with localcontext(_SEARCH):
        grid = [size * scale / span for scale in (Decimal(1), Decimal(-1)) for size in _grid()]
        rising, falling = grid[: len(grid) // 2], grid[len(grid) // 2 :]
        found = _crossings(columns, [falling[0], *rising])
        if not found or (len(found) == 1 and not found[0].falls):
            found = _crossings(columns, falling)
    is_one = bool(found) and found[0].falls and (len(found) == 1 or found[1].low > _FAR * found[0].high)
    if not is_one:
        fit = f"{len(found)} different rates" if len(found) > 1 else "no rate at which they are a loan"
        raise _no_rate(f"the flows change direction {changes} times over and fit {fit}")
    return found[0].low, found[0].high


def _grid() -> Iterator[Decimal]:
    """Yield sizes of ln(1 + rate) over the whole term: from a millionth up to e^300, each 8 % above the last."""
    size, step = Decimal("0.000001"), Decimal("1.08")
    while size < 300:
        yield size
        size *= step


def _crossings(columns: _Columns, grid: Sequence[Decimal]) -> list[_Crossing]:
    """Return where the log ratio changes sign along a grid, from its start to its end."""
    points = [(log_growth, _log_ratio(columns, log_growth)[0] > 0) for log_growth in grid]
    pairs = [sorted(pair) for pair in pairwise(points) if pair[0][1] != pair[1][1]]
    return [_Crossing(low, high, falls=is_above) for (low, is_above), (high, _) in pairs]


def _solve(columns: _Columns, bracket: tuple[Decimal | None, Decimal | None], start: Decimal) -> Rate:
    """Return the root: Newton's steps, kept inside what is known to hold it, first with 24 digits and then with 60."""
    with localcontext(_SEARCH):
        rough, first = _newton(columns, bracket, start, Decimal("1e-12"))
    exact, last = _newton(columns, (None, None), rough, Decimal("1e-25"))
    return Rate(exact, first + last)


def _newton(
    columns: _Columns, bracket: tuple[Decimal | None, Decimal | None], start: Decimal, near: Decimal
) -> tuple[Decimal, int]:
    """Return where the log ratio is zero once a step is shorter than `near`, and the number of valuations."""
    low, high = bracket
    at = start
    for count in range(1, 400):
        value, slope = _log_ratio(columns, at)
        if value == 0:
            return at, count
        if value > 0:
            low = at
        else:
            high = at
        step = -value / slope if slope else Decimal(0)
        following = at + step
        inside = (low is None or following >= low) and (high is None or following <= high)
        if abs(step) < near * max(Decimal(1), abs(at)) and inside and slope:
            return following, count
        if not inside or not slope or following == at:
            following = _halfway(low, high, at)
        at = following
        if abs(at) > _HIGHEST_LOG:
            break
    raise _no_rate("no rate, however high or low, makes the payments worth the advances")


def _halfway(low: Decimal | None, high: Decimal | None, at: Decimal) -> Decimal:
    if low is not None and high is not None:
        return (low + high) / 2
    stride = max(Decimal(1), abs(at))
    return at + stride if high is None else at - stride


def _log_ratio(columns: _Columns, log_growth: Decimal) -> tuple[Decimal, Decimal]:
    """Return ln(worth of the payments / worth of the advances) at a rate, and its slope in `log_growth`."""
    growth = log_growth.exp()
    discounts = [(-log_growth * step).exp() for step in columns.steps]
    part_discounts = [1 / (1 + part * (growth - 1)) for part in columns.parts]
    part_times = [part * growth * discount for part, discount in zip(columns.parts, part_discounts, strict=True)]
    running = Decimal(1)
    advanced = paid = advanced_slope = paid_slope = Decimal(0)
    for amount, step, part, whole in columns.rows:
        running *= discounts[step]
        worth = amount * running * part_discounts[part]
        if amount > 0:
            advanced += worth
            advanced_slope += worth * (whole + part_times[part])
        else:
            paid -= worth
            paid_slope -= worth * (whole + part_times[part])
    return (paid / advanced).ln(), advanced_slope / advanced - paid_slope / paid


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / value.denominator


def _no_rate(because: str) -> BadInput:
    sentence = f"These flows have no single rate: {because}."
    return BadInput("$.payments", because, "advances repaid by later payments", sentence, "no_rate")
