"""Terms into instalments: the rows of a plan, their dates, principal, interest and fees.

A plan is priced in one of three ways: `SOLVE` (the amount is found anew), `KEEP` (the amount stays and the plan ends
earlier) and `FIXED` (principal parts stand, interest follows). Schedules use the same 1e-6 spans as life.
"""

from typing import Final

from reprieve.engine import accrual, level, level_bounds, money, row_dates, row_fees
from reprieve.engine import calendar as cal
from reprieve.engine import records as rec
from reprieve.engine import terms as term
from reprieve.engine.jit import compiled, compiled_leaf, compiled_within
from reprieve.engine.loan import Loan

SOLVE: Final = 0
KEEP: Final = 1
FIXED: Final = 2


@compiled
def sign(loan: Loan, lays_later: bool) -> None:
    """Fill state and plan with the contract as signed; sets the error field where a principal part is negative.

    With `lays_later` a plan whose rows are sure may stop at the first one: `lay_to` lays the others as they come.
    """
    t, s, fees = loan.terms, loan.state, loan.fees
    for field in range(rec.S_EVENTS):
        s[field] = 0
    s[rec.S_RATE] = t[term.RATE]
    s[rec.S_METHOD] = t[term.METHOD]
    s[rec.S_AGREED] = t[term.INSTALMENT_AGREED]
    row_dates.set_grid(loan, t[term.FIRST_DUE_ON], t[term.DUE_DAY])
    s[rec.S_BALLOON] = t[term.BALLOON]
    s[rec.S_TODAY] = t[term.DISBURSED_ON]
    s[rec.S_FROM] = t[term.DISBURSED_ON]
    s[rec.S_ORIGIN] = t[term.DISBURSED_ON]
    s[rec.S_LEDGER] = -1
    s[rec.S_ACCELERATED_ITEM] = -1
    balance = t[term.PRINCIPAL] - t[term.DOWN_PAYMENT]
    for k in range(t[term.FEES_AT], t[term.FEES_AT] + t[term.FEES_N]):
        if fees[k, term.FEE_ROW] == -1 and fees[k, term.FEE_COLLECTED] == term.FEE_FINANCED:
            balance += row_fees.fee_amount(loan, k, t[term.PRINCIPAL], 0)
        if fees[k, term.FEE_ON_PAYOFF] > 0:
            s[rec.S_PAYOFF_FEES] = 1
    s[rec.S_NOT_DUE] = balance
    s[rec.S_BASE] = balance
    s[rec.S_FLAT_BASE] = balance
    s[rec.S_LAID_BALANCE] = balance
    count = t[term.ROWS_N] if t[term.METHOD] == term.EXPLICIT else t[term.INSTALMENTS]
    s[rec.S_ROWS] = 1 if t[term.METHOD] == term.BULLET else count
    s[rec.S_AMOUNT] = t[term.INSTALMENT]
    if t[term.METHOD] != term.EXPLICIT and t[term.INSTALMENT] > 0:
        lay_next(loan)
        if not may_lay_later(loan, balance):
            while s[rec.S_LAID] < s[rec.S_ROWS]:
                lay_next(loan)
            s[rec.S_LAID] = rec.NEVER
        elif not lays_later:
            lay_all(loan)
    else:
        sign_rows(loan)
    s[rec.S_SIGNED] = 1


@compiled_within
def sign_rows(loan: Loan) -> None:
    """Price all rows at once, where the amount is yet to be found or the rows are given."""
    t, s, p = loan.terms, loan.state, loan.plan
    mode = SOLVE
    for k in range(s[rec.S_ROWS]):
        row_dates.date_row(loan, k)
        if s[rec.S_METHOD] == term.EXPLICIT:
            mode = FIXED
            if p[k, rec.P_SIGNED] >= 0:
                s[rec.S_FIXED] = 1
    s[rec.S_LAID] = rec.NEVER
    price(loan, 0, t[term.DISBURSED_ON], 0, 0, mode)
    row_fees.set_fees(loan)


@compiled_within
def may_lay_later(loan: Loan, balance: int) -> bool:
    """Return whether rows after the first may be priced when they are needed: none can fail, none is looked at before.

    The amount must cover the interest of the longest period on the whole balance.
    """
    t, s = loan.terms, loan.state
    if s[rec.S_PAYOFF_FEES] > 0 or t[term.CEILINGS_N] > 0 or t[term.SURPLUS] == term.NEXT_INSTALMENT:
        return False
    if t[term.METHOD] != term.LEVEL_INSTALMENT or t[term.ROLL_ADJUSTS] == 1 or t[term.BALLOON] > 0:
        return False
    if t[term.PRINCIPAL_EVERY] != 1 or t[term.PRINCIPAL_GRACE] > 0:
        return False
    unit = t[term.PERIOD_UNIT]
    days = t[term.PERIOD_COUNT] * (31 if unit == cal.MONTH else 17 if unit == cal.SEMIMONTH else 7)
    most = money.multiply_divide(balance, t[term.RATE] * days, 360 * term.RATE_UNIT, money.UP)
    return bool(most < t[term.INSTALMENT])


@compiled
def lay_next(loan: Loan) -> None:
    """Lay the first row that is not laid yet: its dates, and its parts of the amount that was agreed."""
    t, s, p = loan.terms, loan.state, loan.plan
    k, balance = s[rec.S_LAID], s[rec.S_LAID_BALANCE]
    row_dates.date_row(loan, k)
    lay_row(loan, k, balance, p[k, rec.P_START], 0, 0, KEEP)
    if t[term.FEES_N] > 0:
        row_fees.set_fee(loan, k, balance)
    s[rec.S_LAID_BALANCE] = balance - p[k, rec.P_PRINCIPAL]
    s[rec.S_LAID] = k + 1


@compiled_leaf
def lay_all(loan: Loan) -> None:
    """Lay every row, because all of them are about to be looked at or changed."""
    s = loan.state
    if s[rec.S_LAID] < s[rec.S_ROWS]:
        lay_to(loan, s[rec.S_ROWS])
    s[rec.S_LAID] = rec.NEVER


@compiled
def lay_to(loan: Loan, stop: int) -> None:
    """Lay the rows up to `stop` of a plan whose rows are sure (see `may_lay_later`)."""
    t, s, p = loan.terms, loan.state, loan.plan
    balance, amount, rows = s[rec.S_LAID_BALANCE], s[rec.S_AMOUNT], s[rec.S_ROWS]
    first = s[rec.S_LAID]
    start = p[first - 1, rec.P_END]
    is_period = t[term.DAY_COUNT] == cal.EQUAL_PERIODS
    is_regular = first > 1 or start == row_dates.period_date(loan, 0)
    for k in range(first, stop):
        row_dates.clear_row(loan, k)
        end = row_dates.roll_row(loan, k, start, row_dates.period_date(loan, k), t[term.DISBURSED_ON])
        interest = regular_interest(loan, balance, start, end, is_regular)
        principal = min(balance, amount - interest) if k < rows - 1 else balance
        p[k, rec.P_REGULAR] = 1 if is_period and is_regular else 0
        p[k, rec.P_NUMBER] = k + 1
        p[k, rec.P_WEIGHT] = term.SHARE_UNIT
        p[k, rec.P_PRINCIPAL] = principal
        p[k, rec.P_INTEREST] = interest
        if t[term.FEES_N] > 0:
            p[k, rec.P_FEE] = row_fees.fees_of(loan, k, balance, principal + interest)
        balance -= principal
        start, is_regular = end, True
    s[rec.S_LAID] = stop
    s[rec.S_LAID_BALANCE] = balance


@compiled_leaf
def regular_interest(loan: Loan, balance: int, start: int, end: int, is_regular: bool) -> int:
    """Return the interest, as money, that a balance bears in a row; a regular one is exactly one period of the grid."""
    t, s = loan.terms, loan.state
    day_count = t[term.DAY_COUNT]
    if day_count == cal.EQUAL_PERIODS and is_regular:
        if t[term.PERIOD_UNIT] == cal.MONTH:
            micro = accrual.at_rate(balance, s[rec.S_RATE], t[term.PERIOD_COUNT], 12)
        else:
            years = cal.periods_a_year(t[term.PERIOD_UNIT])
            micro = accrual.at_rate(balance, s[rec.S_RATE], t[term.PERIOD_COUNT], years)
    elif cal.counts_days(day_count):
        micro = accrual.over_days(balance, s[rec.S_RATE], end - start, day_count)
    else:
        micro = accrual.span(loan, False, accrual.INTEREST, balance, start, start, end, -1, 0)
    return money.to_money(micro, t[term.ROUNDING])


@compiled
def price(loan: Loan, first: int, at: int, carried: int, collected: int, mode: int) -> None:
    """Write principal and interest of the rows from `first` on, for the principal not due.

    `carried` is all interest (micro) that row `first` has borne up to day `at`, of which `collected` (minor units)
    was paid; the rest follows from the rates of the days ahead. A row's interest is what it has yet to collect.
    """
    t, s = loan.terms, loan.state
    if carried < collected * money.MICRO:
        carried = collected * money.MICRO
    if s[rec.S_METHOD] == term.EXPLICIT and mode == SOLVE:
        mode = FIXED
    if mode == SOLVE and s[rec.S_METHOD] == term.LEVEL_INSTALMENT:
        solve_level(loan, first, at, carried - collected * money.MICRO)
    elif mode == SOLVE and (s[rec.S_METHOD] == term.LEVEL_PRINCIPAL or s[rec.S_METHOD] == term.FLAT):
        parts = principal_rows(loan, first)
        if parts > 0:
            spread = s[rec.S_BASE] - s[rec.S_BALLOON]
            s[rec.S_AMOUNT] = money.divide_rounded(spread if spread > 0 else 0, parts, t[term.INSTALMENT_ROUNDING])
    last_total = lay_rows(loan, first, at, carried, collected, mode)
    is_signing = s[rec.S_SIGNED] == 0
    if (
        t[term.EVEN_LAST] == 1
        and mode == SOLVE
        and s[rec.S_METHOD] == term.LEVEL_INSTALMENT
        and (s[rec.S_AGREED] == 0 or not is_signing)
    ):
        even_last(loan, first, at, carried, collected, last_total)


@compiled_leaf
def solved_rows(loan: Loan) -> int:
    """Return how many rows a price is found for: all but one that a correction has put after the last."""
    s = loan.state
    return s[rec.S_ROWS] - s[rec.S_CORRECTION_ROWS]


@compiled
def principal_rows(loan: Loan, first: int) -> int:
    """Return how many rows from `first` on carry principal."""
    p = loan.plan
    parts = 0
    last = solved_rows(loan) - 1
    for k in range(first, last + 1):
        if p[k, rec.P_WEIGHT] > 0:
            parts += 1
    return parts


@compiled
def fill_factors(loan: Loan, first: int, at: int) -> None:
    """Write the rate factor and weight of every row from `first` on."""
    t, s, p, factors = loan.terms, loan.state, loan.plan, loan.factors
    for k in range(first, solved_rows(loan)):
        start = p[k, rec.P_START]
        if k == first and at > start:
            start = at
        origin = p[k, rec.P_START]
        end = p[k, rec.P_END]
        if k == 0 and t[term.ON_TOP] == 1 and s[rec.S_SIGNED] == 0 and s[rec.S_OPENING] == 0:
            start = row_dates.period_date(loan, -1)
            origin = start
            end = p[k, rec.P_NOMINAL]
        regular = p[k, rec.P_REGULAR] == 1 and s[rec.S_WINDOWS] == 0
        if regular and k > first + 1 and p[k - 1, rec.P_REGULAR] == 1:
            factors[k, 0] = factors[k - 1, 0]
            factors[k, 1] = factors[k - 1, 1]
        else:
            factors[k, 0], factors[k, 1] = accrual.row_factor(loan, origin, start, end)
        factors[k, 2] = p[k, rec.P_WEIGHT]


@compiled
def solve_level(loan: Loan, first: int, at: int, carried: int) -> None:
    """Set the level amount that repays the principal not due (readings 3, 4, 19)."""
    t, s = loan.terms, loan.state
    count = solved_rows(loan)
    if first >= count:
        return
    amount = level_bounds.UNSURE
    if s[rec.S_SIGNED] == 1 or t[term.ON_TOP] == 0:
        amount = level_bounds.level_amount_between(loan, first, count, at, carried)
    if amount == level_bounds.UNSURE:
        amount = exact_level(loan, first, count, at, carried)
    if t[term.MULTIPLE] > 1:
        amount = (amount + t[term.MULTIPLE] - 1) // t[term.MULTIPLE] * t[term.MULTIPLE]
    s[rec.S_AMOUNT] = amount


@compiled
def exact_level(loan: Loan, first: int, count: int, at: int, carried: int) -> int:
    """Return the level amount by exact arithmetic; rows at the start that bear no principal are left out."""
    t, s, p, factors = loan.terms, loan.state, loan.plan, loan.factors
    fill_factors(loan, first, at)
    row = first
    while row < count - 1 and p[row, rec.P_WEIGHT] == 0:
        row += 1
    if row > first:
        carried = 0
    if p[row, rec.P_WEIGHT] == 0:
        factors[row, 2] = term.SHARE_UNIT
    balloon = min(s[rec.S_BALLOON], s[rec.S_BASE])
    amount = level.level_amount(factors, row, count, s[rec.S_BASE], carried, balloon, t[term.INSTALMENT_ROUNDING])
    if amount < 0:
        s[rec.S_ERROR] = rec.ERROR_LEVEL
        amount = 0
    return amount


@compiled
def lay_rows(loan: Loan, first: int, at: int, carried: int, collected: int, mode: int) -> int:
    """Write the rows for the amount in force; return the last row's principal and interest."""
    s, p = loan.state, loan.plan
    balance = s[rec.S_BASE]
    last_total = 0
    for k in range(first, solved_rows(loan)):
        start = p[k, rec.P_START]
        if k == first and at > start:
            start = at
        lay_row(loan, k, balance, start, carried, collected, mode)
        carried, collected = 0, 0
        balance -= p[k, rec.P_PRINCIPAL]
        last_total = p[k, rec.P_PRINCIPAL] + p[k, rec.P_INTEREST]
    return last_total


@compiled_leaf
def lay_row(loan: Loan, k: int, balance: int, start: int, carried: int, collected: int, mode: int) -> None:
    """Write interest and principal of a row that bears on `balance` from `start`, beside what it has borne before."""
    t, s, p = loan.terms, loan.state, loan.plan
    interest = p[k, rec.P_SIGNED]
    if interest < 0:
        base = s[rec.S_FLAT_BASE] if s[rec.S_METHOD] == term.FLAT else balance
        micro = carried + accrual.row_span(loan, False, k, base, start, p[k, rec.P_END])
        interest = money.to_money(micro, t[term.ROUNDING]) - collected
    is_first = s[rec.S_SIGNED] == 0 and k == 0
    if s[rec.S_METHOD] == term.LEVEL_INSTALMENT and mode != FIXED and not is_first and is_plain(loan, k):
        principal = min(balance, s[rec.S_AMOUNT] - interest)
    else:
        principal = row_principal(loan, k, balance, interest, mode, is_first)
    if principal < 0:
        s[rec.S_ERROR] = rec.ERROR_NEGATIVE_PRINCIPAL
        principal = 0
    p[k, rec.P_PRINCIPAL] = principal
    p[k, rec.P_INTEREST] = interest


@compiled_leaf
def is_plain(loan: Loan, k: int) -> bool:
    """Return whether a row of a level instalment bears the whole amount and is not the last."""
    return bool(loan.plan[k, rec.P_WEIGHT] == term.SHARE_UNIT and k < solved_rows(loan) - 1)


@compiled
def row_principal(loan: Loan, k: int, balance: int, interest: int, mode: int, is_first: bool) -> int:
    """Return the principal part of a row, below 0 where the amount does not cover the interest."""
    t, s, p = loan.terms, loan.state, loan.plan
    if mode == FIXED:
        return p[k, rec.P_PRINCIPAL]
    if k == solved_rows(loan) - 1:
        return balance
    method = s[rec.S_METHOD]
    if method == term.INTEREST_ONLY or p[k, rec.P_WEIGHT] == 0:
        return 0
    amount = s[rec.S_AMOUNT]
    if method == term.LEVEL_INSTALMENT:
        if p[k, rec.P_WEIGHT] != term.SHARE_UNIT:
            amount = money.multiply_divide(amount, p[k, rec.P_WEIGHT], term.SHARE_UNIT, t[term.INSTALMENT_ROUNDING])
        if is_first and t[term.ON_TOP] == 1 and s[rec.S_OPENING] == 0:
            start = row_dates.period_date(loan, -1)
            regular = accrual.span(
                loan, False, accrual.INTEREST, balance, start, start, p[k, rec.P_NOMINAL], -1, p[k, rec.P_NUMBER]
            )
            interest = money.to_money(regular, t[term.ROUNDING])
        amount -= interest
    return amount if amount < balance else balance


@compiled
def even_last(loan: Loan, first: int, at: int, carried: int, collected: int, last_total: int) -> None:
    """Move the level amount so that the last row differs least: at most three steps, each kept only if it improves."""
    t, s = loan.terms, loan.state
    parts = principal_rows(loan, first)
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
        total = lay_rows(loan, first, at, carried, collected, SOLVE)
        new_gap = total - balloon - s[rec.S_AMOUNT]
        if s[rec.S_ERROR] == error and abs(new_gap) < abs(gap):
            gap = new_gap
            continue
        s[rec.S_ERROR] = error
        s[rec.S_AMOUNT] -= step
        lay_rows(loan, first, at, carried, collected, SOLVE)
        return
