"""Money beyond what is due: held, taken ahead, prepaid, or enough to pay the loan off; and money that comes back.

Interest collected ahead of its row counts against that row. Nothing accrues on a loan that is paid off.
"""

import numpy as np

from reprieve.engine import accrual, allocation, money, schedule
from reprieve.engine import events as ev
from reprieve.engine import records as rec
from reprieve.engine import terms as term
from reprieve.engine.jit import compiled


@compiled
def close_span(t: np.ndarray, s: np.ndarray, w: np.ndarray, p: np.ndarray, x: np.ndarray, day: int) -> None:
    """End the span of interest on principal not due on a day because its base, rate or row changes."""
    if day <= s[rec.S_FROM]:
        return
    row = s[rec.S_BASE_ROW]
    if t[term.DAILY] == 1:
        if row < s[rec.S_ROWS]:
            s[rec.S_ACCRUED] += accrual.row_span(t, s, w, p, x, row, s[rec.S_BASE], s[rec.S_FROM], day)
        s[rec.S_FROM] = day


@compiled
def running_micro(t: np.ndarray, s: np.ndarray, w: np.ndarray, p: np.ndarray, x: np.ndarray, day: int) -> int:
    """Return the running row's interest on principal not due up to a day (micro units); its span stays open."""
    row = s[rec.S_BASE_ROW]
    if row >= s[rec.S_ROWS] or day <= s[rec.S_FROM]:
        return s[rec.S_ACCRUED]
    if t[term.DAILY] == 1:
        return s[rec.S_ACCRUED] + accrual.row_span(t, s, w, p, x, row, s[rec.S_BASE], s[rec.S_FROM], day)
    return scheduled_micro(t, s, w, p, row, day)


@compiled
def scheduled_micro(t: np.ndarray, s: np.ndarray, w: np.ndarray, p: np.ndarray, row: int, day: int) -> int:
    """Return the part of the running row's fixed interest that has accrued by a day (micro units): one span (32)."""
    start, end = s[rec.S_FROM], p[row, rec.P_END]
    carried = s[rec.S_ACCRUED]
    whole = p[row, rec.P_INTEREST] * money.MICRO
    kind = accrual.INTEREST if s[rec.S_WINDOWS] > 0 else accrual.CEILING  # a single rate cancels
    if day >= end:
        return whole
    common = accrual.common_denominator(t, s, start, end)
    bottom = accrual.weight(t, s, w, kind, s[rec.S_ORIGIN], start, end, common)
    if bottom == 0:
        return carried
    top = accrual.weight(t, s, w, kind, s[rec.S_ORIGIN], start, day, common)
    if whole >= carried:
        return carried + money.multiply_divide(whole - carried, top, bottom, money.HALF_EVEN)
    return carried - money.multiply_divide(carried - whole, top, bottom, money.HALF_EVEN)


@compiled
def accrued_micro(
    t: np.ndarray, s: np.ndarray, w: np.ndarray, p: np.ndarray, it: np.ndarray, x: np.ndarray, day: int
) -> int:  # fmt: skip
    """Return all interest of the running row up to a day (micro units), that on overdue principal included."""
    micro = running_micro(t, s, w, p, x, day) + allocation.overdue_interest_micro(t, s, w, it, x, day)
    return max(0, micro)


@compiled
def accrued(
    t: np.ndarray, s: np.ndarray, w: np.ndarray, p: np.ndarray, it: np.ndarray, x: np.ndarray, day: int
) -> tuple[int, int]:  # fmt: skip
    """Return the running row's interest not collected, as money, and what was collected beyond what has accrued.

    The second figure counts rows to come as well.
    """
    bears = money.to_money(accrued_micro(t, s, w, p, it, x, day), t[term.ROUNDING]) - s[rec.S_MOVED]
    owed = max(0, bears) - s[rec.S_COLLECTED]
    beyond = max(0, -owed)
    if t[term.DAILY] == 0 and t[term.SURPLUS] == term.NEXT_INSTALMENT:
        for row in range(s[rec.S_BASE_ROW] + 1, s[rec.S_ROWS]):
            beyond += p[row, rec.P_AHEAD]
    return max(0, owed), beyond


@compiled
def closed_interest(s: np.ndarray, p: np.ndarray) -> int:
    """Return the interest of rows whose interest has ended and that fall due later (rolled due dates)."""
    total = 0
    for row in range(s[rec.S_NEXT], s[rec.S_BASE_ROW]):
        total += max(0, p[row, rec.P_INTEREST] - p[row, rec.P_AHEAD])
    return total


@compiled
def close_row(
    t: np.ndarray, s: np.ndarray, w: np.ndarray, p: np.ndarray, it: np.ndarray, x: np.ndarray, ledger: np.ndarray,
    day: int,
) -> None:  # fmt: skip
    """End the running row's interest: at its end, or as it falls due before that; the next row runs from there."""
    row = s[rec.S_BASE_ROW]
    end = p[row, rec.P_END]
    if t[term.DAILY] == 1 and not (allocation.is_replaced(t) and t[term.GRACE_RUNS] == 0):
        for j in range(s[rec.S_FIRST], s[rec.S_ITEMS]):
            if allocation.bears_interest(t, it, j) == 1:
                allocation.close_interest(t, s, w, it, x, j, day)
                it[j, rec.I_GRACE_MICRO] = 0
                it[j, rec.I_ORIGIN] = day
    close_span(t, s, w, p, x, end)
    micro = s[rec.S_ACCRUED] + s[rec.S_ACCRUED_OVERDUE]
    if t[term.DAILY] == 0:
        micro = p[row, rec.P_INTEREST] * money.MICRO
        accrual.write_sum(
            s, x, accrual.INTEREST, rec.ROW_INTEREST, end, -1, p[row, rec.P_NUMBER], p[row, rec.P_INTEREST]
        )
    bears = max(0, money.to_money(max(0, micro), t[term.ROUNDING]) - s[rec.S_MOVED])
    collected = s[rec.S_COLLECTED]
    if collected > bears:
        hold_ahead(s, ledger, collected - bears)
        collected = bears
    p[row, rec.P_INTEREST] = bears
    p[row, rec.P_AHEAD] = collected
    s[rec.S_BASE] -= p[row, rec.P_PRINCIPAL]
    s[rec.S_BASE_ROW] = row + 1
    start_row(s, p, end)


@compiled
def start_row(s: np.ndarray, p: np.ndarray, day: int) -> None:
    """Let interest from a day on belong to the row that now runs first."""
    s[rec.S_ACCRUED] = 0
    s[rec.S_ACCRUED_OVERDUE] = 0
    s[rec.S_MOVED] = 0
    s[rec.S_COLLECTED] = 0
    s[rec.S_FROM] = day
    s[rec.S_ORIGIN] = day
    row = s[rec.S_BASE_ROW]
    if row < s[rec.S_ROWS]:
        s[rec.S_COLLECTED] = p[row, rec.P_AHEAD]
        p[row, rec.P_AHEAD] = 0


@compiled
def running_state(
    t: np.ndarray, s: np.ndarray, w: np.ndarray, p: np.ndarray, it: np.ndarray, x: np.ndarray, day: int
) -> int:  # fmt: skip
    """Return all interest (micro) the running row has borne; a scheduled row's span breaks here."""
    micro = accrued_micro(t, s, w, p, it, x[0:0], day)
    if t[term.DAILY] == 0:
        s[rec.S_ACCRUED] = micro
        s[rec.S_FROM] = max(s[rec.S_FROM], day)
    return micro


@compiled
def reprice(
    t: np.ndarray, s: np.ndarray, w: np.ndarray, p: np.ndarray, x: np.ndarray, factors: np.ndarray,
    day: int, carried: int, mode: int,
) -> None:  # fmt: skip
    """Price the open rows for what is not due, the running row bearing what it has accrued (readings 19, 35)."""
    row = s[rec.S_BASE_ROW]
    if row >= s[rec.S_ROWS] - s[rec.S_CORRECTION_ROWS]:
        return
    if mode != schedule.FIXED:
        if s[rec.S_METHOD] == term.EXPLICIT:
            s[rec.S_ERROR] = rec.ERROR_FIXED_INTEREST
        for k in range(row, s[rec.S_ROWS]):
            p[k, rec.P_TAKEN] = 0
    collected = s[rec.S_COLLECTED] + s[rec.S_MOVED]
    at = max(day, s[rec.S_ORIGIN])
    schedule.price(t, s, p, w, x, factors, row, at, carried, collected, mode)
    if t[term.DAILY] == 0 and row < s[rec.S_ROWS] and s[rec.S_METHOD] != term.FLAT:
        rest = accrual.row_span(t, s, w, p, x[0:0], row, s[rec.S_BASE], at, p[row, rec.P_END])
        p[row, rec.P_INTEREST] = money.to_money(carried + rest, t[term.ROUNDING])


@compiled
def parked_in(p: np.ndarray, row: int) -> int:
    """Return what is parked in a planned row, all components."""
    return (
        p[row, rec.P_PARKED_FEES]
        + p[row, rec.P_PARKED_PENALTY]
        + p[row, rec.P_PARKED_INTEREST]
        + p[row, rec.P_PARKED_PRINCIPAL]
    )


@compiled
def trim(s: np.ndarray, p: np.ndarray, ledger: np.ndarray) -> None:
    """Drop the rows at the end that have no principal and nothing deferred or parked (reading 36)."""
    while s[rec.S_ROWS] > s[rec.S_NEXT]:
        last = s[rec.S_ROWS] - 1
        if last < s[rec.S_BASE_ROW] or p[last, rec.P_PRINCIPAL] + p[last, rec.P_EXTRA] + parked_in(p, last) > 0:
            return
        if p[last, rec.P_AHEAD] > 0 and last > s[rec.S_BASE_ROW]:
            hold_ahead(s, ledger, p[last, rec.P_AHEAD])
            p[last, rec.P_AHEAD] = 0
        s[rec.S_ROWS] = last


@compiled
def hold(s: np.ndarray, ledger: np.ndarray, amount: int) -> None:
    """Keep money for what falls due next."""
    s[rec.S_HELD] += amount
    if s[rec.S_TRACKED] == 1:
        ledger[s[rec.S_LEDGER] if s[rec.S_LEDGER] >= 0 else ledger.shape[0] - 1, rec.L_HELD] += amount


@compiled
def hold_ahead(s: np.ndarray, ledger: np.ndarray, amount: int) -> None:
    """Turn interest collected ahead that no row bears into held money, the latest payment first (reading 38)."""
    s[rec.S_HELD] += amount
    s[rec.S_PROMISE_KEPT] -= amount
    if s[rec.S_TRACKED] == 0:
        return
    for k in range(ledger.shape[0] - 1, -1, -1):
        part = min(amount, ledger[k, rec.L_AHEAD])
        if part > 0:
            ledger[k, rec.L_AHEAD] -= part
            ledger[k, rec.L_HELD] += part
            amount -= part
    ledger[ledger.shape[0] - 1, rec.L_HELD] += amount


@compiled
def use_ahead(s: np.ndarray, ledger: np.ndarray, amount: int) -> None:
    """Count interest collected ahead as covering dues, now that its row has fallen due."""
    if s[rec.S_TRACKED] == 1:
        count_as_covered(ledger, rec.L_AHEAD, rec.L_INTEREST, amount)


@compiled
def count_as_covered(ledger: np.ndarray, taken: int, covered: int, amount: int) -> None:
    """Move what payments took ahead to what they covered, the oldest payment first."""
    for k in range(ledger.shape[0]):
        part = min(amount, ledger[k, taken])
        ledger[k, taken] -= part
        ledger[k, covered] += part
        amount -= part


@compiled
def apply_held(
    t: np.ndarray, s: np.ndarray, w: np.ndarray, p: np.ndarray, it: np.ndarray, x: np.ndarray, ledger: np.ndarray,
    day: int,
) -> None:  # fmt: skip
    """Pay what is due with held money, in the contract's order."""
    if s[rec.S_HELD] <= 0:
        return
    if s[rec.S_TRACKED] == 0:
        s[rec.S_HELD] = allocation.pay_due(
            t, s, w, p, it, x, ledger, s[rec.S_FIRST], s[rec.S_ITEMS], True, day, s[rec.S_HELD]
        )
        return
    before = s[rec.S_LEDGER]
    for k in range(ledger.shape[0]):
        available = min(ledger[k, rec.L_HELD], s[rec.S_HELD])
        if available > 0:
            s[rec.S_LEDGER] = k
            left = allocation.pay_due(t, s, w, p, it, x, ledger, s[rec.S_FIRST], s[rec.S_ITEMS], True, day, available)
            ledger[k, rec.L_HELD] -= available - left
            s[rec.S_HELD] -= available - left
    s[rec.S_LEDGER] = before


@compiled
def prepayment_fee(t: np.ndarray, prepaid: int) -> int:
    """Return the fee for prepaying a sum."""
    if prepaid <= 0 or t[term.PREPAY_FEE_KIND] == term.NONE:
        return 0
    if t[term.PREPAY_FEE_KIND] == term.FIXED:
        return t[term.PREPAY_FEE_VALUE]
    return money.multiply_divide(prepaid, t[term.PREPAY_FEE_VALUE], term.SHARE_UNIT, t[term.ROUNDING])


@compiled
def interest_on(t: np.ndarray, s: np.ndarray, open_micro: int, prepaid: int) -> int:
    """Return the interest that has accrued on a prepaid sum: its share of what is uncollected (reading 18)."""
    if open_micro <= 0 or prepaid <= 0:
        return 0
    return money.multiply_divide(open_micro, prepaid, s[rec.S_BASE] * money.MICRO, t[term.ROUNDING])


@compiled
def largest_prepaid(t: np.ndarray, s: np.ndarray, open_micro: int, surplus: int) -> int:
    """Return the largest principal that, with its interest and fee, the surplus pays for."""
    low, high = 0, min(surplus, s[rec.S_BASE])
    while low < high:
        middle = (low + high + 1) // 2
        if middle + interest_on(t, s, open_micro, middle) + prepayment_fee(t, middle) <= surplus:
            low = middle
        else:
            high = middle - 1
    return low


@compiled
def collect_accrued(
    t: np.ndarray, s: np.ndarray, w: np.ndarray, p: np.ndarray, it: np.ndarray, x: np.ndarray, ledger: np.ndarray,
    day: int, amount: int,
) -> int:  # fmt: skip
    """Collect interest accrued and not due, rows whose interest has ended first; return what was taken."""
    used = 0
    for row in range(s[rec.S_NEXT], s[rec.S_BASE_ROW]):
        part = max(0, min(amount - used, p[row, rec.P_INTEREST] - p[row, rec.P_AHEAD]))
        p[row, rec.P_AHEAD] += part
        used += part
    owed, _ = accrued(t, s, w, p, it, x[0:0], day)
    part = min(amount - used, owed)
    s[rec.S_COLLECTED] += part
    used += part
    allocation.credit(s, ledger, rec.L_AHEAD, used)
    s[rec.S_PROMISE_KEPT] += used
    return used


@compiled
def prepay(
    t: np.ndarray, s: np.ndarray, w: np.ndarray, p: np.ndarray, it: np.ndarray, x: np.ndarray, factors: np.ndarray,
    ledger: np.ndarray, day: int, surplus: int, how: int,
) -> int:  # fmt: skip
    """Prepay principal with a surplus; return what is left of it."""
    if surplus <= 0 or surplus < t[term.PREPAY_MINIMUM] or s[rec.S_BASE] == 0 or s[rec.S_BASE_ROW] >= s[rec.S_ROWS]:
        return surplus
    if s[rec.S_METHOD] == term.FLAT or s[rec.S_FIXED] == 1:
        s[rec.S_ERROR] = rec.ERROR_FIXED_INTEREST
    if t[term.PREPAY_ALL_ACCRUED] == 1:
        surplus -= collect_accrued(t, s, w, p, it, x, ledger, day, surplus)
        prepaid = largest_prepaid(t, s, 0, surplus)
        interest = 0
    else:
        running = running_micro(t, s, w, p, x[0:0], day)
        whole = accrued_micro(t, s, w, p, it, x[0:0], day)
        open_micro = min(running, whole - (s[rec.S_COLLECTED] + s[rec.S_MOVED]) * money.MICRO)
        prepaid = largest_prepaid(t, s, open_micro, surplus)
        interest = interest_on(t, s, open_micro, prepaid)
    if prepaid == 0:
        return surplus
    fee = prepayment_fee(t, prepaid)
    s[rec.S_COLLECTED] += interest
    s[rec.S_PROMISE_KEPT] += interest + prepaid
    allocation.credit(s, ledger, rec.L_AHEAD, interest)
    allocation.credit(s, ledger, rec.L_PREPAID, prepaid)
    allocation.credit(s, ledger, rec.L_PREPAY_FEE, fee)
    carried = running_state(t, s, w, p, it, x, day)
    change_principal(t, s, w, p, it, x, factors, ledger, day, carried, -prepaid, how)
    return surplus - prepaid - interest - fee


@compiled
def change_principal(
    t: np.ndarray, s: np.ndarray, w: np.ndarray, p: np.ndarray, it: np.ndarray, x: np.ndarray, factors: np.ndarray,
    ledger: np.ndarray, day: int, carried: int, change: int, how: int,
) -> None:  # fmt: skip
    """Add to or take from the principal not due, and price the rows again: shorten, lower or from the last rows."""
    close_span(t, s, w, p, x, day)
    s[rec.S_NOT_DUE] += change
    s[rec.S_BASE] += change
    mode = schedule.SOLVE
    if how == term.TO_PRINCIPAL:
        if change < 0:
            take_from_last(s, p, -change)
        mode = schedule.FIXED
    elif how == term.SHORTEN:
        mode = schedule.KEEP
    reprice(t, s, w, p, x, factors, day, carried, mode)
    if mode != schedule.SOLVE:
        trim(s, p, ledger)


@compiled
def take_from_last(s: np.ndarray, p: np.ndarray, amount: int) -> None:
    """Lessen principal from the last row backwards."""
    for row in range(s[rec.S_ROWS] - s[rec.S_CORRECTION_ROWS] - 1, s[rec.S_BASE_ROW] - 1, -1):
        part = min(amount, p[row, rec.P_PRINCIPAL])
        p[row, rec.P_PRINCIPAL] -= part
        amount -= part
        if amount == 0:
            return


@compiled
def take_ahead(
    t: np.ndarray, s: np.ndarray, w: np.ndarray, p: np.ndarray, it: np.ndarray, x: np.ndarray, ledger: np.ndarray,
    day: int, surplus: int,
) -> int:  # fmt: skip
    """Pay the coming rows now, row by row (readings 17, 37); return what is left."""
    if s[rec.S_NEXT] >= s[rec.S_ROWS]:
        return surplus
    if t[term.DAILY] == 1:
        surplus -= collect_accrued(t, s, w, p, it, x, ledger, day, surplus)
    if surplus > 0:
        close_span(t, s, w, p, x, day)
    for row in range(s[rec.S_NEXT], s[rec.S_ROWS]):
        if surplus == 0:
            break
        for place in range(4):
            component = (t[term.ORDER] >> (2 * place)) & 3
            part = 0
            if component == term.INTEREST and t[term.DAILY] == 0:
                part = take_interest_ahead(s, p, row, surplus)
                allocation.credit(s, ledger, rec.L_AHEAD, part)
            elif component == term.PRINCIPAL_PART:
                part = min(surplus, p[row, rec.P_PRINCIPAL])
                p[row, rec.P_PRINCIPAL] -= part
                p[row, rec.P_TAKEN] += part
                s[rec.S_NOT_DUE] -= part
                if row >= s[rec.S_BASE_ROW]:
                    s[rec.S_BASE] -= part
                allocation.credit(s, ledger, rec.L_PREPAID, part)
            surplus -= part
            s[rec.S_PROMISE_KEPT] += part
    return surplus


@compiled
def take_interest_ahead(s: np.ndarray, p: np.ndarray, row: int, surplus: int) -> int:
    """Collect a row's fixed interest ahead; return what was taken."""
    if row == s[rec.S_BASE_ROW]:
        part = max(0, min(surplus, p[row, rec.P_INTEREST] - s[rec.S_MOVED] - s[rec.S_COLLECTED]))
        s[rec.S_COLLECTED] += part
        return part
    part = max(0, min(surplus, p[row, rec.P_INTEREST] - p[row, rec.P_AHEAD]))
    p[row, rec.P_AHEAD] += part
    return part


@compiled
def interest_to_end(
    t: np.ndarray, s: np.ndarray, w: np.ndarray, p: np.ndarray, it: np.ndarray, x: np.ndarray, day: int
) -> int:  # fmt: skip
    """Return, where a payoff runs to the end of the period, the interest to come until then."""
    row = s[rec.S_BASE_ROW]
    if t[term.PAYOFF_PERIOD_END] == 0 or row >= s[rec.S_ROWS] or s[rec.S_BASE] == 0:
        return 0
    none = x[0:0]
    micro = running_micro(t, s, w, p, none, p[row, rec.P_END])
    micro = max(0, micro + allocation.overdue_interest_micro(t, s, w, it, none, day))
    whole = money.to_money(micro, t[term.ROUNDING]) - s[rec.S_MOVED] - s[rec.S_COLLECTED]
    now, _ = accrued(t, s, w, p, it, none, day)
    return max(0, max(0, whole) - now)


@compiled
def fees_on_payoff(t: np.ndarray, s: np.ndarray, p: np.ndarray, w: np.ndarray, day: int) -> int:
    """Return the fees that paying off adds: for prepaying, and scheduled ones that a payoff makes due."""
    fees = prepayment_fee(t, s[rec.S_NOT_DUE])
    if t[term.FEES_N] == 0:
        return fees
    for row in range(s[rec.S_NEXT], s[rec.S_ROWS]):
        fees += p[row, rec.P_FEE_AT_PAYOFF]
        if p[row, rec.P_FEE_PRORATED] == 0:
            continue
        if row < s[rec.S_BASE_ROW]:
            fees += p[row, rec.P_FEE_PRORATED]
        elif row == s[rec.S_BASE_ROW]:
            start, end = s[rec.S_ORIGIN], p[row, rec.P_END]
            common = accrual.common_denominator(t, s, start, end)
            whole = accrual.weight(t, s, w, accrual.CEILING, start, start, end, common)
            if whole > 0:
                elapsed = accrual.weight(t, s, w, accrual.CEILING, start, start, min(day, end), common)
                fees += money.multiply_divide(p[row, rec.P_FEE_PRORATED], elapsed, whole, t[term.ROUNDING])
    return fees


@compiled
def deferred_interest(s: np.ndarray, p: np.ndarray) -> int:
    """Return interest that pauses have put on later rows."""
    total = s[rec.S_DEFERRED]
    if s[rec.S_RELIEF] + s[rec.S_HAS_EXTRA] > 0:
        for row in range(s[rec.S_NEXT], s[rec.S_ROWS]):
            total += p[row, rec.P_EXTRA]
    return total


@compiled
def parked_total(s: np.ndarray, it: np.ndarray, p: np.ndarray) -> int:
    """Return parked claims that a payoff pays: a kept plan leaves out what its completion would waive."""
    total = 0
    if s[rec.S_RELIEF] == 1:
        for row in range(s[rec.S_NEXT], s[rec.S_ROWS]):
            total += parked_in(p, row)
        if not is_kept(s, it):
            total += conditional(s)
    return total


@compiled
def is_kept(s: np.ndarray, it: np.ndarray) -> bool:
    """Return whether a plan is in force and no instalment is overdue."""
    if s[rec.S_AGEING] == 0:
        return False
    for j in range(s[rec.S_FIRST], s[rec.S_ITEMS]):
        if it[j, rec.I_STATUS] == rec.OVERDUE:
            return False
    return True


@compiled
def due_total(t: np.ndarray, s: np.ndarray, w: np.ndarray, it: np.ndarray, x: np.ndarray, day: int) -> int:
    """Return everything unpaid of the instalments that have fallen due."""
    total = 0
    for j in range(s[rec.S_FIRST], s[rec.S_ITEMS]):
        total += allocation.scheduled_unpaid(it, j) + it[j, rec.I_LATE]
        total += allocation.penalty_owed(t, s, w, it, x[0:0], j, day)
    return total


@compiled
def payoff(
    t: np.ndarray, s: np.ndarray, w: np.ndarray, p: np.ndarray, it: np.ndarray, x: np.ndarray, day: int
) -> int:  # fmt: skip
    """Return what closes the loan today; below zero where more is held than is owed."""
    owed, beyond = accrued(t, s, w, p, it, x[0:0], day)
    total = due_total(t, s, w, it, x, day) + owed + closed_interest(s, p) + deferred_interest(s, p)
    total += s[rec.S_NOT_DUE] + parked_total(s, it, p)
    total += fees_on_payoff(t, s, p, w, day) + interest_to_end(t, s, w, p, it, x, day)
    return total - s[rec.S_HELD] - beyond


@compiled
def conditional(s: np.ndarray) -> int:
    """Return the claims that a plan waives on completion."""
    total = 0
    for component in range(4):
        total += s[rec.S_ON_COMPLETION_FEES + component]
    return total


@compiled
def has_more_to_come(s: np.ndarray, p: np.ndarray) -> bool:
    """Return whether a row to come carries anything at all."""
    if s[rec.S_CLOSED] == 1:
        return False
    for row in range(s[rec.S_NEXT], s[rec.S_ROWS]):
        if p[row, rec.P_PRINCIPAL] + p[row, rec.P_INTEREST] + p[row, rec.P_FEE] + p[row, rec.P_EXTRA] > 0:
            return True
        if parked_in(p, row) > 0:
            return True
    return False


@compiled
def receive(
    t: np.ndarray, s: np.ndarray, w: np.ndarray, p: np.ndarray, it: np.ndarray, x: np.ndarray, factors: np.ndarray,
    ledger: np.ndarray, day: int, amount: int, direct: int,
) -> None:  # fmt: skip
    """Take a payment: pay off if it reaches, else pay what is due, then do what was agreed with a surplus."""
    if amount + s[rec.S_HELD] + collected_ahead(t, s, p) >= s[rec.S_NOT_DUE]:
        needed = payoff(t, s, w, p, it, x, day)
        if needed + s[rec.S_HELD] <= 0 and not has_more_to_come(s, p) and conditional(s) == 0:
            hold(s, ledger, amount)
            return
        if amount >= needed:
            pay_off(t, s, w, p, it, x, ledger, day, amount)
            return
    left = amount
    how = t[term.SURPLUS]
    if direct == ev.TO_PRINCIPAL:
        if how != term.SHORTEN and how != term.LOWER:
            how = term.TO_PRINCIPAL
        left = prepay(t, s, w, p, it, x, factors, ledger, day, left, how)
        how = term.HOLD
    elif direct == ev.TO_CURRENT and s[rec.S_ITEMS] > s[rec.S_FIRST]:
        j = current_item(it, s[rec.S_FIRST], s[rec.S_ITEMS])
        left = allocation.pay_due(t, s, w, p, it, x, ledger, j, j + 1, False, day, left)
    left = allocation.pay_due(t, s, w, p, it, x, ledger, s[rec.S_FIRST], s[rec.S_ITEMS], True, day, left)
    if left > 0 and how == term.NEXT_INSTALMENT:
        left = take_ahead(t, s, w, p, it, x, ledger, day, left)
    elif left > 0 and how != term.HOLD:
        left = prepay(t, s, w, p, it, x, factors, ledger, day, left, how)
    if left > 0:
        hold(s, ledger, left)


@compiled
def collected_ahead(t: np.ndarray, s: np.ndarray, p: np.ndarray) -> int:
    """Return interest collected on rows that have not fallen due: at most this much counts as held in a payoff."""
    total = s[rec.S_COLLECTED]
    if t[term.DAILY] == 0 and t[term.SURPLUS] == term.NEXT_INSTALMENT:
        for row in range(s[rec.S_BASE_ROW] + 1, s[rec.S_ROWS]):
            total += p[row, rec.P_AHEAD]
    return total


@compiled
def current_item(it: np.ndarray, first: int, last: int) -> int:
    """Return the index of the row that fell due last."""
    for j in range(last - 1, first, -1):
        if it[j, rec.I_AGES] == 1:
            return j
    return first


@compiled
def draw(s: np.ndarray, ledger: np.ndarray, field: int, amount: int) -> None:
    """Note what held money covers, the oldest payment first; without returned payments nothing is noted."""
    if s[rec.S_TRACKED] == 0:
        return
    for k in range(ledger.shape[0]):
        part = min(amount, max(0, ledger[k, rec.L_HELD]))
        ledger[k, rec.L_HELD] -= part
        ledger[k, field] += part
        amount -= part


@compiled
def pay_off(
    t: np.ndarray, s: np.ndarray, w: np.ndarray, p: np.ndarray, it: np.ndarray, x: np.ndarray, ledger: np.ndarray,
    day: int, amount: int,
) -> None:  # fmt: skip
    """Close the loan with what is held and a payment; what is left is held for the borrower (readings 16, 29)."""
    completion = parked_total(s, it, p)
    waives = is_kept(s, it)
    fees = fees_on_payoff(t, s, p, w, day)
    to_end = interest_to_end(t, s, w, p, it, x, day)
    _, beyond = accrued(t, s, w, p, it, x[0:0], day)
    release_ahead(s, p, ledger, beyond)
    hold(s, ledger, amount)
    s[rec.S_LEDGER] = -1
    for j in range(s[rec.S_FIRST], s[rec.S_ITEMS]):
        settle_item(t, s, w, it, x, ledger, j, day)
    allocation.settle(t, s, w, it, x, day)
    draw(s, ledger, rec.L_PREPAID, s[rec.S_NOT_DUE])
    owed, _ = accrued(t, s, w, p, it, x[0:0], day)
    close_span(t, s, w, p, x, day)
    running_state(t, s, w, p, it, x, day)
    s[rec.S_COLLECTED] += owed
    draw(s, ledger, rec.L_AHEAD, owed)
    deferred = closed_interest(s, p) + deferred_interest(s, p) + to_end
    draw(s, ledger, rec.L_INTEREST, deferred)
    draw_parked(s, p, ledger, waives)
    draw(s, ledger, rec.L_PREPAY_FEE, fees)
    s[rec.S_PROMISE_KEPT] += s[rec.S_NOT_DUE] + owed + deferred
    s[rec.S_HELD] -= s[rec.S_NOT_DUE] + owed + deferred + completion + fees
    for k in range(4):
        s[rec.S_ON_COMPLETION_FEES + k] = 0
    s[rec.S_DEFERRED] = 0
    s[rec.S_NOT_DUE] = 0
    s[rec.S_BASE] = 0
    s[rec.S_SAVED_ROW] = s[rec.S_BASE_ROW]
    s[rec.S_SAVED_NEXT] = s[rec.S_NEXT]
    s[rec.S_SAVED_ROWS] = s[rec.S_ROWS]
    s[rec.S_NEXT] = s[rec.S_ROWS]
    s[rec.S_BASE_ROW] = s[rec.S_ROWS]
    s[rec.S_CLOSED] = 1
    s[rec.S_PAID_OFF] = 1


@compiled
def draw_parked(s: np.ndarray, p: np.ndarray, ledger: np.ndarray, waives: bool) -> None:
    """Note what held money covers of parked claims, by component."""
    for component in range(4):
        amount = 0 if waives else s[rec.S_ON_COMPLETION_FEES + component]
        for row in range(s[rec.S_NEXT], s[rec.S_ROWS]):
            amount += p[row, rec.P_PARKED_FEES + component]
        draw(s, ledger, covering(component), amount)


@compiled
def covering(component: int) -> int:
    """Return the ledger field of a component: fees that are not scheduled, penalty, interest, principal."""
    if component == term.FEE:
        return rec.L_LATE
    if component == term.PENALTY:
        return rec.L_PENALTY
    return rec.L_INTEREST if component == term.INTEREST else rec.L_PRINCIPAL


@compiled
def release_ahead(s: np.ndarray, p: np.ndarray, ledger: np.ndarray, beyond: int) -> None:
    """Turn interest collected beyond what has accrued into held money."""
    if beyond <= 0:
        return
    hold_ahead(s, ledger, beyond)
    for row in range(s[rec.S_ROWS] - 1, s[rec.S_BASE_ROW], -1):
        part = min(beyond, p[row, rec.P_AHEAD])
        p[row, rec.P_AHEAD] -= part
        beyond -= part
    s[rec.S_COLLECTED] -= beyond


@compiled
def settle_item(
    t: np.ndarray, s: np.ndarray, w: np.ndarray, it: np.ndarray, x: np.ndarray, ledger: np.ndarray, j: int, day: int
) -> None:  # fmt: skip
    """Pay one instalment in full with held money."""
    penalty = allocation.penalty_owed(t, s, w, it, x[0:0], j, day)
    allocation.close_penalty(t, s, w, it, x, j, day)
    allocation.close_interest(t, s, w, it, x, j, day)
    unpaid = allocation.scheduled_unpaid(it, j)
    draw(s, ledger, rec.L_FEES, it[j, rec.I_FEE])
    draw(s, ledger, rec.L_LATE, it[j, rec.I_LATE])
    draw(s, ledger, rec.L_PENALTY, penalty)
    draw(s, ledger, rec.L_INTEREST, it[j, rec.I_INTEREST])
    draw(s, ledger, rec.L_PRINCIPAL, it[j, rec.I_PRINCIPAL])
    s[rec.S_HELD] -= unpaid + it[j, rec.I_LATE] + penalty
    s[rec.S_PROMISE_KEPT] += unpaid
    allocation.settle_penalty(it, j, penalty)
    it[j, rec.I_FEE] = 0
    it[j, rec.I_LATE] = 0
    it[j, rec.I_INTEREST] = 0
    it[j, rec.I_PRINCIPAL] = 0


@compiled
def take_return(
    t: np.ndarray, s: np.ndarray, w: np.ndarray, p: np.ndarray, it: np.ndarray, x: np.ndarray, factors: np.ndarray,
    ledger: np.ndarray, promised: np.ndarray, day: int, k: int,
) -> None:  # fmt: skip
    """Undo a payment that came back: what it covered is due again from its own day (readings 23, 40)."""
    s[rec.S_LEDGER] = -1
    principal, interest = ledger[k, rec.L_PRINCIPAL], ledger[k, rec.L_INTEREST]
    fee, late, penalty = ledger[k, rec.L_FEES], ledger[k, rec.L_LATE], ledger[k, rec.L_PENALTY]
    prepaid, ahead = ledger[k, rec.L_PREPAID], ledger[k, rec.L_AHEAD]
    s[rec.S_HELD] -= ledger[k, rec.L_HELD]
    for field in range(rec.LEDGER_WIDTH):
        ledger[k, field] = 0
    was_paid_off = s[rec.S_PAID_OFF]
    if principal + interest + fee + late + penalty + prepaid + ahead > 0:
        s[rec.S_CLOSED] = 0
    if was_paid_off == 1 and prepaid > 0:
        reopen(t, s, p, ledger, day)
    carried = running_state(t, s, w, p, it, x, day)
    if ahead > 0:
        interest += ahead - (0 if s[rec.S_PAID_OFF] == 1 else give_back_ahead(s, p, ahead))
    if prepaid > 0:
        if s[rec.S_BASE_ROW] < schedule.solved_rows(s):
            s[rec.S_PROMISE_KEPT] -= prepaid
            if s[rec.S_METHOD] == term.EXPLICIT or s[rec.S_METHOD] == term.FLAT:
                give_back_principal(s, p, ledger, k, prepaid, was_paid_off)
                change_principal(t, s, w, p, it, x, factors, ledger, day, carried, prepaid, term.TO_PRINCIPAL)
            else:
                change_principal(t, s, w, p, it, x, factors, ledger, day, carried, prepaid, term.LOWER)
        else:
            principal += prepaid
    if principal + interest + fee + late + penalty > 0:
        j = allocation.append_item(t, s, it, day, principal, interest, fee, late, penalty, 1, 0)
        it[j, rec.I_LATE_FEE] = 0
        promise(s, promised, day, principal + interest + fee)
    apply_held(t, s, w, p, it, x, ledger, day)


@compiled
def reopen(t: np.ndarray, s: np.ndarray, p: np.ndarray, ledger: np.ndarray, day: int) -> None:
    """Let the rows due later come back after a payoff is returned; the same row runs on, another starts today."""
    s[rec.S_PAID_OFF] = 0
    row = s[rec.S_SAVED_ROW]
    s[rec.S_ROWS] = s[rec.S_SAVED_ROWS]
    while row < s[rec.S_ROWS] and p[row, rec.P_DUE] <= day:
        row += 1
    s[rec.S_NEXT] = row
    s[rec.S_BASE_ROW] = row
    is_same = row == s[rec.S_SAVED_ROW] and row < s[rec.S_ROWS]
    for k in range(row, s[rec.S_ROWS]):
        p[k, rec.P_TAKEN] = p[k, rec.P_PRINCIPAL]
        p[k, rec.P_PRINCIPAL] = 0
        p[k, rec.P_EXTRA] = 0
        for component in range(4):
            p[k, rec.P_PARKED_FEES + component] = 0
    if is_same:
        s[rec.S_FROM] = max(s[rec.S_FROM], day)
        return
    use_ahead(s, ledger, s[rec.S_COLLECTED])
    start_row(s, p, day)
    if row < s[rec.S_ROWS]:
        p[row, rec.P_START] = day
        schedule.mark_regular(t, s, p, row)


@compiled
def give_back_ahead(s: np.ndarray, p: np.ndarray, amount: int) -> int:
    """Undo interest collected ahead on rows that have not fallen due; return how much was undone."""
    undone = 0
    for row in range(s[rec.S_ROWS] - 1, s[rec.S_NEXT] - 1, -1):
        part = min(amount - undone, p[row, rec.P_AHEAD])
        p[row, rec.P_AHEAD] -= part
        undone += part
    part = min(amount - undone, s[rec.S_COLLECTED])
    s[rec.S_COLLECTED] -= part
    undone += part
    s[rec.S_PROMISE_KEPT] -= undone
    return undone


@compiled
def give_back_principal(
    s: np.ndarray, p: np.ndarray, ledger: np.ndarray, k: int, amount: int, was_paid_off: int
) -> None:
    """Put a payment's prepaid principal back on the rows it was taken from; after a payoff on the last rows first.

    Rows are taken ahead in their order, so what older payments took stands before what this one took.
    """
    last = s[rec.S_ROWS] - 1
    skipped = 0
    if was_paid_off == 0:
        for older in range(k):
            skipped += ledger[older, rec.L_PREPAID]
    for turn in range(s[rec.S_BASE_ROW], s[rec.S_ROWS]):
        row = last - (turn - s[rec.S_BASE_ROW]) if was_paid_off == 1 else turn
        passed = min(skipped, p[row, rec.P_TAKEN])
        skipped -= passed
        part = min(amount, p[row, rec.P_TAKEN] - passed)
        p[row, rec.P_PRINCIPAL] += part
        p[row, rec.P_TAKEN] -= part
        amount -= part
    p[last, rec.P_PRINCIPAL] += amount


@compiled
def promise(s: np.ndarray, promised: np.ndarray, day: int, amount: int) -> None:
    """Add an amount due to what contractual days past due are counted by, in order of due dates."""
    if s[rec.S_PROMISING] == 0 or amount <= 0:
        return
    place = s[rec.S_PROMISED]
    while place > 0 and promised[place - 1, 0] > day:
        promised[place, 0] = promised[place - 1, 0]
        promised[place, 1] = promised[place - 1, 1]
        place -= 1
    promised[place, 0] = day
    promised[place, 1] = amount
    s[rec.S_PROMISED] += 1
