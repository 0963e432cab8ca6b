"""The part of a running row that has passed, which is the part of a prorated fee that a payoff makes due.

Each day is measured by the periods in force on it, as interest is; never looks at money that has accrued.
"""

from math import gcd

from reprieve.engine import accrual, money
from reprieve.engine import calendar as cal
from reprieve.engine import records as rec
from reprieve.engine import terms as term
from reprieve.engine.jit import compiled
from reprieve.engine.loan import Loan


@compiled
def prorated_fee(loan: Loan, row: int, day: int) -> int:
    """Return the running row's prorated fee for the part of the row that has passed."""
    t, s, p = loan.terms, loan.state, loan.plan
    start, end = s[rec.S_ORIGIN], p[row, rec.P_END]
    before, bottom = 0, 1
    if s[rec.S_ELAPSED_TO] > start:
        start, before, bottom = s[rec.S_ELAPSED_TO], s[rec.S_ELAPSED_TOP], s[rec.S_ELAPSED_BOTTOM]
    common = accrual.common_denominator(loan, start, end)
    shared = common // gcd(common, bottom) * bottom
    before *= shared // bottom
    passed = accrual.weight(loan, accrual.CEILING, s[rec.S_ORIGIN], start, min(day, end), shared)
    whole = accrual.weight(loan, accrual.CEILING, s[rec.S_ORIGIN], start, end, shared)
    if before + whole == 0:
        return 0
    fee = p[row, rec.P_FEE_PRORATED]
    return money.multiply_divide(fee, before + passed, before + whole, t[term.ROUNDING])


@compiled
def note_elapsed(loan: Loan, day: int) -> None:
    """Note which part of a year has passed in the running row, because other periods measure the days to come."""
    t, s = loan.terms, loan.state
    start, before, bottom = s[rec.S_ORIGIN], 0, 1
    if t[term.DAY_COUNT] != cal.EQUAL_PERIODS or day <= start:
        return
    if s[rec.S_ELAPSED_TO] > start:
        start, before, bottom = s[rec.S_ELAPSED_TO], s[rec.S_ELAPSED_TOP], s[rec.S_ELAPSED_BOTTOM]
    common = accrual.common_denominator(loan, start, day)
    shared = common // gcd(common, bottom) * bottom
    passed = accrual.weight(loan, accrual.CEILING, start, start, day, shared)
    s[rec.S_ELAPSED_TOP] = before * (shared // bottom) + passed
    s[rec.S_ELAPSED_BOTTOM] = shared
    s[rec.S_ELAPSED_TO] = day
