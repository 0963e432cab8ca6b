"""The level amount between two bounds that round to the same money, or none: a quick answer that is never a guess.

Discount factors stand in 52 fractional bits, each rounded down by less than two units, so that the sum over n rows is
short by less than n(n+1) units and the amount, in micro units, is known to within `slack`. Where both ends of that
interval round to one amount it is the exact one; where they do not, `level.level_amount` decides.
"""

from typing import Final

from reprieve.engine import calendar as cal
from reprieve.engine import money
from reprieve.engine import records as rec
from reprieve.engine import terms as term
from reprieve.engine.jit import compiled, compiled_leaf
from reprieve.engine.loan import Loan
from reprieve.engine.word import product_high

UNSURE: Final = -1
_BITS: Final = 52
_ONE: Final = 1 << _BITS
_LEFT: Final = 6
"""Two fractions of 52 bits, each shifted left by 6, have a product whose 52 bits stand above the lower word."""
_LOOK_BACK: Final = 3


@compiled
def level_amount_between(loan: Loan, first: int, count: int, at: int, carried_micro: int) -> int:
    """Return the level amount (minor units) over rows `first` to `count`, or `UNSURE`.

    `carried_micro` is interest already accrued that the first row bears from day `at` on. Only plain rows are tried:
    equal weights, no balloon, no pause, and fractions of one denominator.
    """
    t, s, p, factors = loan.terms, loan.state, loan.plan, loan.factors
    base = s[rec.S_BASE]
    if s[rec.S_WINDOWS] > 0 or s[rec.S_BALLOON] > 0 or base <= 0 or base >= 1 << 42 or carried_micro >= 1 << 50:
        return UNSURE
    rows = count - first
    discount, annuity = _ONE, 0
    first_discount = 0
    for k in range(first, count):
        if not is_plain(loan, k):
            return UNSURE
        start = max(at, p[k, rec.P_START]) if k == first else p[k, rec.P_START]
        days = p[k, rec.P_END] - start
        length = p[k, rec.P_END] - p[k, rec.P_START] if t[term.DAY_COUNT] == cal.EQUAL_PERIODS else 0
        factors[k, 0], factors[k, 1] = days, length
        factors[k, 2] = one_row(loan, first, k)
        discount = product_high(discount << _LEFT, factors[k, 2] << _LEFT)
        annuity += discount
        if k == first:
            first_discount = discount
    if annuity < 1 << 40:
        return UNSURE
    present = base * money.MICRO + product_high(carried_micro << _LEFT, first_discount << _LEFT)
    amount = money.multiply_divide(present, _ONE, annuity, money.DOWN)
    slack = 4 + money.multiply_divide(amount + 1, 2 * rows * (rows + 1), annuity, money.UP)
    slack += money.multiply_divide(4, _ONE, annuity, money.UP)
    if amount <= slack:
        return UNSURE
    low = money.to_money(amount - slack, t[term.INSTALMENT_ROUNDING])
    high = money.to_money(amount + slack, t[term.INSTALMENT_ROUNDING])
    return low if low == high else UNSURE


@compiled_leaf
def is_plain(loan: Loan, k: int) -> bool:
    """Return whether a row has the whole weight and a fraction of a fixed denominator."""
    t, p = loan.terms, loan.plan
    day_count = t[term.DAY_COUNT]
    has_one = cal.counts_days(day_count)
    is_regular = day_count == cal.EQUAL_PERIODS and p[k, rec.P_REGULAR] == 1
    return bool(p[k, rec.P_WEIGHT] == term.SHARE_UNIT and (has_one or is_regular))


@compiled_leaf
def one_row(loan: Loan, first: int, k: int) -> int:
    """Return the discount over one row, 1 / (1 + factor), rounded down; rows alike share it."""
    t, factors = loan.terms, loan.factors
    days, length = factors[k, 0], factors[k, 1]
    for back in range(1, _LOOK_BACK + 1):
        if k - back >= first and factors[k - back, 0] == days and factors[k - back, 1] == length:
            return factors[k - back, 2]
    denominator = length * cal.periods_a_year(t[term.PERIOD_UNIT])
    if length == 0:
        denominator = cal.day_count_denominator(t[term.DAY_COUNT])
    else:
        days *= t[term.PERIOD_COUNT]
    bottom = denominator * term.RATE_UNIT
    return money.multiply_divide(bottom, _ONE, bottom + loan.state[rec.S_RATE] * days, money.DOWN)
