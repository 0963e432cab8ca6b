"""Accrual: how much a base bears over a span of days, exactly, and where a span must break.

A span breaks where base, rate, denominator or row changes, never because someone looked. Each span is rounded
half-even to 1e-6 of a minor unit by one multiply-divide. Pauses and moratoria are windows that change the rate.
"""

from math import gcd
from typing import Final

from reprieve.engine import calendar as cal
from reprieve.engine import money
from reprieve.engine import records as rec
from reprieve.engine import terms as term
from reprieve.engine.jit import compiled, compiled_leaf
from reprieve.engine.loan import Loan

INTEREST: Final = 0
PENALTY: Final = 1
CEILING: Final = 2
FEES: Final = 3
"""What accrues: interest at the rate in force, penalty by the contract's rule, or plain time at rate 1."""

SCALE: Final = term.RATE_UNIT // money.MICRO
"""A rate in 1e-9 a year times a fraction of a year gives micro units after division by this."""


@compiled
def grid(loan: Loan, day: int) -> tuple[int, int]:
    """Return the nominal period that contains a day, on the grid in force."""
    t, s = loan.terms, loan.state
    return cal.grid_period(day, s[rec.S_ANCHOR], t[term.PERIOD_UNIT], t[term.PERIOD_COUNT], s[rec.S_DUE_DAY])


@compiled_leaf
def own_rate(loan: Loan, kind: int) -> tuple[int, int]:
    """Return rate and scale (rate/scale in 1e-9 a year) of interest or penalty where no window changes it."""
    t, s = loan.terms, loan.state
    if kind == INTEREST:
        return s[rec.S_RATE], 1
    if t[term.PENALTY_KIND] == term.BY_MULTIPLE:
        return t[term.PENALTY_VALUE] * s[rec.S_RATE], t[term.PENALTY_SCALE]
    return t[term.PENALTY_VALUE], 1


@compiled
def rate_on(loan: Loan, kind: int, day: int, end: int) -> tuple[int, int, int]:
    """Return rate and scale (rate/scale in 1e-9 a year) in force on a day, and the day before `end` it changes.

    A window counts once it has been agreed or has begun; where rows are fixed, once they are priced with it. A
    moratorium lies over any pause, a later pause over an earlier one.
    """
    t, s, w = loan.terms, loan.state, loan.windows
    scale = 1
    if kind == CEILING:
        return 1, scale, end
    rate, scale = own_rate(loan, kind)
    is_frozen = False
    known_by = s[rec.S_TODAY] if t[term.DAILY] == 1 else s[rec.S_PRICED_ON]
    for k in range(s[rec.S_WINDOWS]):
        start, stop = w[k, rec.W_FROM], w[k, rec.W_TO]
        if kind == INTEREST and min(w[k, rec.W_ON], start) > known_by:
            continue
        if start > day:
            end = min(end, start)
        elif day < stop:
            end = min(end, stop)
            if kind == PENALTY:
                is_frozen = is_frozen or w[k, rec.W_PENALTY_STOPS] == 1
            elif w[k, rec.W_MORATORIUM] == 1:
                is_frozen = True
            elif w[k, rec.W_RATE] >= 0:
                rate = w[k, rec.W_RATE]
    return (0 if is_frozen else rate), scale, end


@compiled
def fraction_on(loan: Loan, day_count: int, origin: int, start: int, end: int) -> tuple[int, int, int]:
    """Return numerator and denominator of the year fraction from `start`, and where its denominator ends."""
    t = loan.terms
    if day_count == cal.EQUAL_PERIODS:
        period_start, period_end = grid(loan, start)
        length = period_end - period_start
        while period_end < end:
            period_start, next_end = grid(loan, period_end)
            if next_end - period_start != length:
                end = period_end
                break
            period_end = next_end
        per_year = cal.periods_a_year(t[term.PERIOD_UNIT])
        return (end - start) * t[term.PERIOD_COUNT], length * per_year, end
    if day_count == cal.ACT_ACT_ISDA:
        days, stop = cal.same_year_length(start, end)
        return stop - start, days, stop
    return cal.day_count_numerator(origin, start, end, day_count), cal.day_count_denominator(day_count), end


@compiled
def span(
    loan: Loan, tracing: bool, kind: int, base: int, origin: int, start: int, end: int, item: int, number: int
) -> int:
    """Return micro units that `base` bears over `[start, end)`, as one span or as many as windows and grid ask.

    `origin` is where 30/360 fractions are measured from; with `tracing` the spans are written down.
    """
    t, s = loan.terms, loan.state
    total = 0
    if base <= 0 or end <= start:
        return total
    day_count = t[term.PENALTY_DAY_COUNT] if kind == PENALTY else t[term.DAY_COUNT]
    if s[rec.S_WINDOWS] == 0 and not tracing and kind != CEILING and cal.counts_days(day_count):
        rate, scale = own_rate(loan, kind)
        if scale == 1:
            return over_days(base, rate, end - start, day_count)
        return at_rate(base, rate, end - start, cal.day_count_denominator(day_count) * scale)
    at = start
    while at < end:
        rate, scale, stop = rate_on(loan, kind, at, end)
        numerator, denominator, stop = fraction_on(loan, day_count, origin, at, stop)
        micro = money.multiply_divide(base, rate * numerator, denominator * (SCALE * scale), money.HALF_EVEN)
        total += micro
        if tracing:
            write_span(loan, kind, item, number, at, stop, base, rate, scale, numerator, denominator, micro)
        at = stop
    return total


@compiled
def write_span(
    loan: Loan,
    kind: int,
    item: int,
    number: int,
    start: int,
    end: int,
    base: int,
    rate: int,
    scale: int,
    numerator: int,
    denominator: int,
    micro: int,
) -> None:
    """Write one span down, while there is room."""
    s = loan.state
    k = s[rec.S_SPANS]
    if k >= s[rec.S_ROOM]:
        return
    x = loan.trace
    x[k, rec.X_COMPONENT] = kind
    x[k, rec.X_ITEM] = item
    x[k, rec.X_NUMBER] = number
    x[k, rec.X_FROM] = start
    x[k, rec.X_TO] = end
    x[k, rec.X_BASE] = base
    x[k, rec.X_RATE] = rate
    x[k, rec.X_SCALE] = scale
    x[k, rec.X_NUMERATOR] = numerator
    x[k, rec.X_DENOMINATOR] = denominator
    x[k, rec.X_MICRO] = micro
    x[k, rec.X_RULE] = rec.ACCRUES
    x[k, rec.X_RUN] = s[rec.S_RUN] if kind == INTEREST else s[rec.S_PLANS]
    s[rec.S_SPANS] = k + 1


@compiled
def write_sum(loan: Loan, kind: int, rule: int, day: int, item: int, number: int, amount: int) -> None:
    """Write down a sum in minor units that is posted on a day."""
    s = loan.state
    k = s[rec.S_SPANS]
    if k < s[rec.S_ROOM] and amount != 0:
        write_span(loan, kind, item, number, day, day, 0, 0, 1, 0, 1, amount * money.MICRO)
        loan.trace[k, rec.X_RULE] = rule


@compiled
def drop_spans(loan: Loan, kind: int, item: int, since: int) -> None:
    """Mark the spans of an instalment from a day on as dropped: they counted only if it became overdue."""
    s = loan.state
    x = loan.trace
    for k in range(s[rec.S_SPANS] if s[rec.S_ROOM] > 0 else 0):
        if x[k, rec.X_COMPONENT] == kind and x[k, rec.X_ITEM] == item and x[k, rec.X_FROM] >= since:
            x[k, rec.X_RULE] = rec.DROPPED


@compiled
def count_spans_now(loan: Loan, kind: int, item: int) -> None:
    """Let the spans of an instalment belong to the row or plan that runs now: they were not sure to count before."""
    s = loan.state
    x = loan.trace
    for k in range(s[rec.S_SPANS] if s[rec.S_ROOM] > 0 else 0):
        if x[k, rec.X_COMPONENT] == kind and x[k, rec.X_ITEM] == item:
            x[k, rec.X_RUN] = s[rec.S_RUN] if kind == INTEREST else s[rec.S_PLANS]


@compiled
def continue_run(loan: Loan, run: int) -> None:
    """Let the interest spans of a run that was ended be part of the row that runs now, which states its own sum."""
    s = loan.state
    x = loan.trace
    for k in range(s[rec.S_SPANS] if s[rec.S_ROOM] > 0 else 0):
        if x[k, rec.X_COMPONENT] == INTEREST and x[k, rec.X_RUN] == run:
            x[k, rec.X_RUN] = s[rec.S_RUN]
            if x[k, rec.X_RULE] == rec.ROW_INTEREST:
                x[k, rec.X_RULE] = rec.DROPPED


@compiled_leaf
def row_span(loan: Loan, tracing: bool, row: int, base: int, start: int, end: int) -> int:
    """Return micro units of interest that `base` bears in a part of a planned row."""
    t, s, p = loan.terms, loan.state, loan.plan
    if base <= 0 or end <= start:
        return 0
    if s[rec.S_WINDOWS] == 0 and not tracing:
        day_count = t[term.DAY_COUNT]
        if cal.counts_days(day_count):
            return over_days(base, s[rec.S_RATE], end - start, day_count)
        if day_count == cal.EQUAL_PERIODS and p[row, rec.P_REGULAR] == 1:
            days = p[row, rec.P_END] - p[row, rec.P_START]
            denominator = days * cal.periods_a_year(t[term.PERIOD_UNIT])
            return at_rate(base, s[rec.S_RATE], (end - start) * t[term.PERIOD_COUNT], denominator)
    return span(loan, tracing, INTEREST, base, p[row, rec.P_START], start, end, -1, p[row, rec.P_NUMBER])


@compiled_leaf
def over_days(base: int, rate: int, days: int, day_count: int) -> int:
    """Return micro units borne at a rate over days of a year of 365 or 360; either is a constant to divide by."""
    if day_count == cal.ACT_365:
        return at_rate(base, rate, days, 365)
    return at_rate(base, rate, days, 360)


@compiled_leaf
def at_rate(base: int, rate: int, numerator: int, denominator: int) -> int:
    """Return micro units that a base bears at a rate (1e-9 a year) over a fraction of a year: one rounded span."""
    return money.multiply_divide(base, rate * numerator, denominator * SCALE, money.HALF_EVEN)


@compiled
def row_factor(loan: Loan, origin: int, start: int, end: int) -> tuple[int, int]:
    """Return the rate factor of `[start, end)` as a reduced fraction: the sum of rate times year fraction."""
    t = loan.terms
    numerator, denominator = 0, 1
    at = start
    while at < end:
        rate, _, stop = rate_on(loan, INTEREST, at, end)
        top, bottom, stop = fraction_on(loan, t[term.DAY_COUNT], origin, at, stop)
        common = gcd(top, bottom)
        if common > 1:
            top //= common
            bottom //= common
        shared = gcd(rate, term.RATE_UNIT)
        if rate == 0:
            at = stop
            continue
        part_top = top * (rate // shared)
        part_bottom = bottom * (term.RATE_UNIT // shared)
        common = gcd(part_top, part_bottom)
        part_top //= common
        part_bottom //= common
        if numerator == 0:
            numerator, denominator = part_top, part_bottom
        else:
            common = gcd(denominator, part_bottom)
            step = part_bottom // common
            numerator = numerator * step + part_top * (denominator // common)
            denominator *= step
            common = gcd(numerator, denominator)
            numerator //= common
            denominator //= common
        at = stop
    return numerator, denominator


@compiled
def weight(loan: Loan, kind: int, origin: int, start: int, end: int, common: int) -> int:
    """Return the sum of rate times year fraction over `[start, end)`, times `common` (see `common_denominator`)."""
    t = loan.terms
    total = 0
    at = start
    while at < end:
        rate, _, stop = rate_on(loan, kind, at, end)
        top, bottom, stop = fraction_on(loan, t[term.DAY_COUNT], origin, at, stop)
        total += rate * top * (common // bottom)
        at = stop
    return total


@compiled
def common_denominator(loan: Loan, start: int, end: int) -> int:
    """Return a denominator that every fraction of `[start, end)` divides."""
    t = loan.terms
    if t[term.DAY_COUNT] != cal.EQUAL_PERIODS:
        return 365 * 366 if t[term.DAY_COUNT] == cal.ACT_ACT_ISDA else cal.day_count_denominator(t[term.DAY_COUNT])
    common = 1
    per_year = cal.periods_a_year(t[term.PERIOD_UNIT])
    at = start
    while at < end:
        period_start, period_end = grid(loan, at)
        length = period_end - period_start
        common = common // gcd(common, length) * length
        at = period_end
    return common * per_year
