"""Terms into instalments: the rows of a plan, their dates, principal, interest and fees.

A plan is priced in one of three ways: `SOLVE` (the amount is found anew), `KEEP` (the amount stays and the plan ends
earlier) and `FIXED` (principal parts stand, interest follows). Schedules use the same 1e-6 spans as life.
"""

from typing import Final

import numpy as np

from reprieve.engine import accrual, level, money
from reprieve.engine import calendar as cal
from reprieve.engine import records as rec
from reprieve.engine import terms as term
from reprieve.engine.jit import compiled

SOLVE: Final = 0
KEEP: Final = 1
FIXED: Final = 2


@compiled
def sign(
    t: np.ndarray, s: np.ndarray, p: np.ndarray, w: np.ndarray, x: np.ndarray, factors: np.ndarray,
    rows: np.ndarray, fees: np.ndarray, calendars: np.ndarray,
) -> None:  # fmt: skip
    """Fill state and plan with the contract as signed; sets the error field where a principal part is negative."""
    s[:] = 0
    s[rec.S_RATE] = t[term.RATE]
    s[rec.S_METHOD] = t[term.METHOD]
    s[rec.S_AGREED] = t[term.INSTALMENT_AGREED]
    s[rec.S_ANCHOR] = t[term.FIRST_DUE_ON]
    s[rec.S_DUE_DAY] = t[term.DUE_DAY]
    s[rec.S_BALLOON] = t[term.BALLOON]
    s[rec.S_FROM] = t[term.DISBURSED_ON]
    s[rec.S_ORIGIN] = t[term.DISBURSED_ON]
    s[rec.S_LEDGER] = -1
    s[rec.S_ACCELERATED_ITEM] = -1
    balance = t[term.PRINCIPAL] - t[term.DOWN_PAYMENT]
    for k in range(t[term.FEES_AT], t[term.FEES_AT] + t[term.FEES_N]):
        if fees[k, term.FEE_ROW] == -1 and fees[k, term.FEE_COLLECTED] == term.FEE_FINANCED:
            balance += fee_amount(t, fees, k, t[term.PRINCIPAL], 0)
    s[rec.S_NOT_DUE] = balance
    s[rec.S_BASE] = balance
    s[rec.S_FLAT_BASE] = balance
    set_dates(t, s, p, rows, calendars)
    if s[rec.S_METHOD] == term.EXPLICIT:
        for k in range(s[rec.S_ROWS]):
            if p[k, rec.P_SIGNED] >= 0:
                s[rec.S_FIXED] = 1
        price(t, s, p, w, x, factors, 0, t[term.DISBURSED_ON], 0, 0, FIXED)
    else:
        s[rec.S_AMOUNT] = t[term.INSTALMENT]
        mode = KEEP if t[term.INSTALMENT] > 0 else SOLVE
        price(t, s, p, w, x, factors, 0, t[term.DISBURSED_ON], 0, 0, mode)
    if t[term.FEES_N] > 0:
        set_fees(t, s, p, fees)
    s[rec.S_SIGNED] = 1


@compiled
def fee_amount(t: np.ndarray, fees: np.ndarray, k: int, balance: int, instalment: int) -> int:
    """Return a fee in minor units, given the row's opening balance and its principal and interest."""
    if fees[k, term.FEE_RATE] == 0:
        return fees[k, term.FEE_VALUE]
    base = t[term.PRINCIPAL]
    if fees[k, term.FEE_BASE] == 1:
        base = balance
    elif fees[k, term.FEE_BASE] == 2:
        base = instalment
    return money.multiply_divide(base, fees[k, term.FEE_VALUE], term.RATE_UNIT, t[term.ROUNDING])


@compiled
def set_fees(t: np.ndarray, s: np.ndarray, p: np.ndarray, fees: np.ndarray) -> None:
    """Write the scheduled fees of every row, as computed at signing."""
    balance = s[rec.S_NOT_DUE]
    for row in range(s[rec.S_ROWS]):
        for k in range(t[term.FEES_AT], t[term.FEES_AT] + t[term.FEES_N]):
            if fees[k, term.FEE_ROW] == 0 or fees[k, term.FEE_ROW] == row + 1:
                amount = fee_amount(t, fees, k, balance, p[row, rec.P_PRINCIPAL] + p[row, rec.P_INTEREST])
                p[row, rec.P_FEE] += amount
                if fees[k, term.FEE_ON_PAYOFF] == 1:
                    p[row, rec.P_FEE_AT_PAYOFF] += amount
                elif fees[k, term.FEE_ON_PAYOFF] == 2:
                    p[row, rec.P_FEE_PRORATED] += amount
        balance -= p[row, rec.P_PRINCIPAL]


@compiled
def set_dates(t: np.ndarray, s: np.ndarray, p: np.ndarray, rows: np.ndarray, calendars: np.ndarray) -> None:
    """Write the dates, numbers and weights of the contract's rows."""
    count = t[term.INSTALMENTS]
    if t[term.METHOD] == term.EXPLICIT:
        count = t[term.ROWS_N]
    last = count
    if t[term.METHOD] == term.BULLET:
        count = 1
    s[rec.S_ROWS] = count
    start = t[term.DISBURSED_ON]
    for k in range(count):
        clear_row(p, k)
        if t[term.METHOD] == term.EXPLICIT:
            nominal = rows[t[term.ROWS_AT] + k, term.ROW_DUE_ON]
            p[k, rec.P_PRINCIPAL] = rows[t[term.ROWS_AT] + k, term.ROW_PRINCIPAL]
            p[k, rec.P_SIGNED] = rows[t[term.ROWS_AT] + k, term.ROW_INTEREST]
        else:
            step = last - 1 if t[term.METHOD] == term.BULLET else k
            nominal = t[term.FIRST_DUE_ON] if step == 0 else period_date(t, s, step)
        start = place_row(t, s, p, calendars, k, start, nominal)
        p[k, rec.P_NUMBER] = k + 1
        p[k, rec.P_WEIGHT] = term.SHARE_UNIT
        after_grace = k + 1 - t[term.PRINCIPAL_GRACE]
        if k < count - 1 and (after_grace <= 0 or after_grace % t[term.PRINCIPAL_EVERY] != 0):
            p[k, rec.P_WEIGHT] = 0


@compiled
def clear_row(p: np.ndarray, k: int) -> None:
    """Empty a planned row."""
    for field in range(rec.PLAN_WIDTH):
        p[k, field] = 0
    p[k, rec.P_SIGNED] = -1


@compiled
def period_date(t: np.ndarray, s: np.ndarray, steps: int) -> int:
    """Return the nominal due date `steps` periods after the anchor of the grid in force."""
    return cal.add_periods(s[rec.S_ANCHOR], steps, t[term.PERIOD_UNIT], t[term.PERIOD_COUNT], s[rec.S_DUE_DAY])


@compiled
def place_row(
    t: np.ndarray, s: np.ndarray, p: np.ndarray, calendars: np.ndarray, k: int, start: int, nominal: int
) -> int:
    """Write start, end and rolled due date of a row; return its end, where the next row starts."""
    due = nominal
    if t[term.ROLL] != cal.ROLL_NONE:
        due = cal.roll(nominal, t[term.ROLL], calendars[t[term.CALENDAR]])
    end = due if t[term.ROLL_ADJUSTS] == 1 else nominal
    if end < start:
        end = start
    p[k, rec.P_NOMINAL] = nominal
    p[k, rec.P_START] = start
    p[k, rec.P_END] = end
    p[k, rec.P_DUE] = due
    mark_regular(t, s, p, k)
    return end


@compiled
def mark_regular(t: np.ndarray, s: np.ndarray, p: np.ndarray, k: int) -> None:
    """Note whether a row is exactly one period of the grid, so that its fraction needs no search."""
    start, end = p[k, rec.P_START], p[k, rec.P_END]
    p[k, rec.P_REGULAR] = 0
    if t[term.DAY_COUNT] == cal.EQUAL_PERIODS and end > start:
        period_start, period_end = accrual.grid(t, s, start)
        if period_start == start and period_end == end:
            p[k, rec.P_REGULAR] = 1


@compiled
def price(
    t: np.ndarray, s: np.ndarray, p: np.ndarray, w: np.ndarray, x: np.ndarray, factors: np.ndarray,
    first: int, at: int, carried: int, collected: int, mode: int,
) -> None:  # fmt: skip
    """Write principal and interest of the rows from `first` on, for the principal not due.

    `carried` is all interest (micro) that row `first` has borne up to day `at`, of which `collected` (minor units)
    was paid; the rest follows from the rates of the days ahead. A row's interest is what it has yet to collect.
    """
    if carried < collected * money.MICRO:
        carried = collected * money.MICRO
    none = x[0:0]
    if s[rec.S_METHOD] == term.EXPLICIT and mode == SOLVE:
        mode = FIXED
    if mode == SOLVE and s[rec.S_METHOD] == term.LEVEL_INSTALMENT:
        fill_factors(t, s, p, w, factors, first, at)
        solve_level(t, s, p, factors, first, carried - collected * money.MICRO)
    elif mode == SOLVE and (s[rec.S_METHOD] == term.LEVEL_PRINCIPAL or s[rec.S_METHOD] == term.FLAT):
        parts = principal_rows(s, p, first)
        if parts > 0:
            spread = s[rec.S_BASE] - s[rec.S_BALLOON]
            s[rec.S_AMOUNT] = money.divide_rounded(spread if spread > 0 else 0, parts, t[term.INSTALMENT_ROUNDING])
    last_total = lay_rows(t, s, p, w, none, first, at, carried, collected, mode)
    is_signing = s[rec.S_SIGNED] == 0
    if (
        t[term.EVEN_LAST] == 1
        and mode == SOLVE
        and s[rec.S_METHOD] == term.LEVEL_INSTALMENT
        and (s[rec.S_AGREED] == 0 or not is_signing)
    ):
        even_last(t, s, p, w, none, first, at, carried, collected, last_total)


@compiled
def solved_rows(s: np.ndarray) -> int:
    """Return how many rows a price is found for: all but one that a correction has put after the last."""
    return s[rec.S_ROWS] - s[rec.S_CORRECTION_ROWS]


@compiled
def principal_rows(s: np.ndarray, p: np.ndarray, first: int) -> int:
    """Return how many rows from `first` on carry principal."""
    parts = 0
    last = solved_rows(s) - 1
    for k in range(first, last + 1):
        if p[k, rec.P_WEIGHT] > 0:
            parts += 1
    return parts


@compiled
def fill_factors(
    t: np.ndarray, s: np.ndarray, p: np.ndarray, w: np.ndarray, factors: np.ndarray, first: int, at: int
) -> None:
    """Write the rate factor and weight of every row from `first` on."""
    for k in range(first, solved_rows(s)):
        start = p[k, rec.P_START]
        if k == first and at > start:
            start = at
        origin = p[k, rec.P_START]
        end = p[k, rec.P_END]
        if k == 0 and t[term.ON_TOP] == 1 and s[rec.S_SIGNED] == 0 and s[rec.S_OPENING] == 0:
            start = period_date(t, s, -1)
            origin = start
            end = p[k, rec.P_NOMINAL]
        regular = p[k, rec.P_REGULAR] == 1 and s[rec.S_WINDOWS] == 0
        if regular and k > first + 1 and p[k - 1, rec.P_REGULAR] == 1:
            factors[k, 0] = factors[k - 1, 0]
            factors[k, 1] = factors[k - 1, 1]
        else:
            factors[k, 0], factors[k, 1] = accrual.row_factor(t, s, w, origin, start, end)
        factors[k, 2] = p[k, rec.P_WEIGHT]


@compiled
def solve_level(t: np.ndarray, s: np.ndarray, p: np.ndarray, factors: np.ndarray, first: int, carried: int) -> None:
    """Set the level amount that repays the principal not due (readings 3, 4, 19)."""
    row = first
    count = solved_rows(s)
    while row < count - 1 and p[row, rec.P_WEIGHT] == 0:
        row += 1
    if row >= count:
        return
    if row > first:
        carried = 0
    if p[row, rec.P_WEIGHT] == 0:
        factors[row, 2] = term.SHARE_UNIT
    balloon = s[rec.S_BALLOON]
    if balloon > s[rec.S_BASE]:
        balloon = s[rec.S_BASE]
    amount = level.level_amount(factors, row, count, s[rec.S_BASE], carried, balloon, t[term.INSTALMENT_ROUNDING])
    if amount < 0:
        s[rec.S_ERROR] = rec.ERROR_LEVEL
        amount = 0
    if t[term.MULTIPLE] > 1:
        amount = (amount + t[term.MULTIPLE] - 1) // t[term.MULTIPLE] * t[term.MULTIPLE]
    s[rec.S_AMOUNT] = amount


@compiled
def lay_rows(
    t: np.ndarray, s: np.ndarray, p: np.ndarray, w: np.ndarray, none: np.ndarray,
    first: int, at: int, carried: int, collected: int, mode: int,
) -> int:  # fmt: skip
    """Write the rows for the amount in force; return the last row's principal and interest."""
    balance = s[rec.S_BASE]
    count = solved_rows(s)
    is_signing = s[rec.S_SIGNED] == 0
    last_total = 0
    for k in range(first, count):
        start = p[k, rec.P_START]
        if k == first and at > start:
            start = at
        base = s[rec.S_FLAT_BASE] if s[rec.S_METHOD] == term.FLAT else balance
        micro = accrual.row_span(t, s, w, p, none, k, base, start, p[k, rec.P_END])
        if k == first:
            micro += carried
        interest = money.to_money(micro, t[term.ROUNDING])
        if k == first:
            interest -= collected
        if p[k, rec.P_SIGNED] >= 0:
            interest = p[k, rec.P_SIGNED]
        principal = row_principal(t, s, p, w, none, k, balance, interest, mode, is_signing and k == 0)
        if principal < 0:
            s[rec.S_ERROR] = rec.ERROR_NEGATIVE_PRINCIPAL
            principal = 0
        p[k, rec.P_PRINCIPAL] = principal
        p[k, rec.P_INTEREST] = interest
        balance -= principal
        last_total = principal + interest
    return last_total


@compiled
def row_principal(
    t: np.ndarray, s: np.ndarray, p: np.ndarray, w: np.ndarray, none: np.ndarray,
    k: int, balance: int, interest: int, mode: int, is_first: bool,
) -> int:  # fmt: skip
    """Return the principal part of a row, below 0 where the amount does not cover the interest."""
    if mode == FIXED:
        return p[k, rec.P_PRINCIPAL]
    if k == solved_rows(s) - 1:
        return balance
    method = s[rec.S_METHOD]
    if method == term.INTEREST_ONLY or p[k, rec.P_WEIGHT] == 0:
        return 0
    amount = s[rec.S_AMOUNT]
    if method == term.LEVEL_INSTALMENT:
        if p[k, rec.P_WEIGHT] != term.SHARE_UNIT:
            amount = money.multiply_divide(amount, p[k, rec.P_WEIGHT], term.SHARE_UNIT, t[term.INSTALMENT_ROUNDING])
        if is_first and t[term.ON_TOP] == 1 and s[rec.S_OPENING] == 0:
            start = period_date(t, s, -1)
            regular = accrual.span(
                t, s, w, none, accrual.INTEREST, balance, start, start, p[k, rec.P_NOMINAL], -1, p[k, rec.P_NUMBER]
            )
            interest = money.to_money(regular, t[term.ROUNDING])
        amount -= interest
    return amount if amount < balance else balance


@compiled
def even_last(
    t: np.ndarray, s: np.ndarray, p: np.ndarray, w: np.ndarray, none: np.ndarray,
    first: int, at: int, carried: int, collected: int, last_total: int,
) -> None:  # fmt: skip
    """Move the level amount so that the last row differs least: at most three steps, each kept only if it improves."""
    parts = principal_rows(s, p, first)
    balloon = s[rec.S_BALLOON]
    multiple = t[term.MULTIPLE] if t[term.MULTIPLE] > 1 else 1
    gap = last_total - balloon - s[rec.S_AMOUNT]
    for _ in range(3):
        if abs(gap) <= parts // 2:
            return
        size = money.divide_rounded(abs(gap), parts * multiple, money.HALF_EVEN) * multiple
        step = size if gap > 0 else -size
        if step == 0 or s[rec.S_AMOUNT] + step <= 0:
            return
        error = s[rec.S_ERROR]
        s[rec.S_AMOUNT] += step
        total = lay_rows(t, s, p, w, none, first, at, carried, collected, SOLVE)
        new_gap = total - balloon - s[rec.S_AMOUNT]
        if s[rec.S_ERROR] == error and abs(new_gap) < abs(gap):
            gap = new_gap
            continue
        s[rec.S_ERROR] = error
        s[rec.S_AMOUNT] -= step
        lay_rows(t, s, p, w, none, first, at, carried, collected, SOLVE)
        return
