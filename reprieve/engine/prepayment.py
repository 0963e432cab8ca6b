"""Money beyond what is due: held, taken ahead, prepaid, or enough to pay the loan off; and money that comes back.

Interest collected ahead of its row counts against that row. Nothing accrues on a loan that is paid off.
"""

from reprieve.engine import accrual, allocation, elapsed, money, schedule
from reprieve.engine import events as ev
from reprieve.engine import records as rec
from reprieve.engine import terms as term
from reprieve.engine.jit import compiled
from reprieve.engine.loan import Loan


@compiled
def close_span(loan: Loan, day: int) -> None:
    """End the span of interest on principal not due on a day because its base, rate or row changes."""
    t, s = loan.terms, loan.state
    if day <= s[rec.S_FROM]:
        return
    row = s[rec.S_BASE_ROW]
    if t[term.DAILY] == 1:
        if row < s[rec.S_ROWS]:
            s[rec.S_ACCRUED] += accrual.row_span(loan, s[rec.S_ROOM] > 0, row, s[rec.S_BASE], s[rec.S_FROM], day)
        s[rec.S_FROM] = day


@compiled
def running_micro(loan: Loan, day: int) -> int:
    """Return the running row's interest on principal not due up to a day (micro units); its span stays open."""
    t, s = loan.terms, loan.state
    row = s[rec.S_BASE_ROW]
    if row >= s[rec.S_ROWS] or day <= s[rec.S_FROM]:
        return s[rec.S_ACCRUED]
    if t[term.DAILY] == 1:
        return s[rec.S_ACCRUED] + accrual.row_span(loan, s[rec.S_SHOWING] == 1, row, s[rec.S_BASE], s[rec.S_FROM], day)
    return scheduled_micro(loan, row, day)


@compiled
def scheduled_micro(loan: Loan, row: int, day: int) -> int:
    """Return the part of the running row's fixed interest that has accrued by a day (micro units): one span (32)."""
    s, p = loan.state, loan.plan
    start, end = s[rec.S_FROM], p[row, rec.P_END]
    carried = s[rec.S_ACCRUED]
    whole = p[row, rec.P_INTEREST] * money.MICRO
    kind = accrual.INTEREST if s[rec.S_WINDOWS] > 0 else accrual.CEILING  # a single rate cancels
    if day >= end:
        return whole
    common = accrual.common_denominator(loan, start, end)
    bottom = accrual.weight(loan, kind, s[rec.S_ORIGIN], start, end, common)
    if bottom == 0:
        return carried
    top = accrual.weight(loan, kind, s[rec.S_ORIGIN], start, day, common)
    if whole >= carried:
        return carried + money.multiply_divide(whole - carried, top, bottom, money.HALF_EVEN)
    return carried - money.multiply_divide(carried - whole, top, bottom, money.HALF_EVEN)


@compiled
def accrued_micro(loan: Loan, day: int) -> int:
    """Return all interest of the running row up to a day (micro units), that on overdue principal included."""
    micro = running_micro(loan, day) + allocation.overdue_interest_micro(loan, day)
    return max(0, micro)


@compiled
def accrued(loan: Loan, day: int) -> tuple[int, int]:
    """Return the running row's interest not collected, as money, and what was collected beyond what has accrued.

    The second figure counts rows to come as well.
    """
    t, s, p = loan.terms, loan.state, loan.plan
    bears = money.to_money(accrued_micro(loan, day), t[term.ROUNDING]) - s[rec.S_MOVED]
    owed = max(0, bears) - s[rec.S_COLLECTED]
    beyond = max(0, -owed)
    if t[term.DAILY] == 0 and t[term.SURPLUS] == term.NEXT_INSTALMENT:
        for row in range(s[rec.S_BASE_ROW] + 1, s[rec.S_ROWS]):
            beyond += p[row, rec.P_AHEAD]
    return max(0, owed), beyond


@compiled
def write_running(loan: Loan, day: int) -> None:
    """Write down what the running row has borne by a day of the interest that the schedule fixes."""
    t, s, p = loan.terms, loan.state, loan.plan
    row = s[rec.S_BASE_ROW]
    if t[term.DAILY] == 0 and s[rec.S_ROOM] > 0 and row < s[rec.S_ROWS]:
        borne = money.to_money(accrued_micro(loan, day), t[term.ROUNDING])
        accrual.write_sum(loan, accrual.INTEREST, rec.ROW_INTEREST, day, -1, p[row, rec.P_NUMBER], borne)


@compiled
def closed_interest(loan: Loan) -> int:
    """Return the interest of rows whose interest has ended and that fall due later (rolled due dates)."""
    s, p = loan.state, loan.plan
    total = 0
    for row in range(s[rec.S_NEXT], s[rec.S_BASE_ROW]):
        total += max(0, p[row, rec.P_INTEREST] - p[row, rec.P_AHEAD])
    return total


@compiled
def close_row(loan: Loan, day: int) -> None:
    """End the running row's interest: at its end, or as it falls due before that; the next row runs from there."""
    t, s, p, it = loan.terms, loan.state, loan.plan, loan.items
    row = s[rec.S_BASE_ROW]
    end = p[row, rec.P_END]
    if t[term.DAILY] == 1 and not (allocation.is_replaced(loan) and t[term.GRACE_RUNS] == 0):
        for j in range(s[rec.S_FIRST], s[rec.S_ITEMS]):
            if allocation.bears_interest(loan, j) == 1:
                allocation.close_interest(loan, j, day)
                it[j, rec.I_GRACE_MICRO] = 0
                it[j, rec.I_ORIGIN] = day
    close_span(loan, end)
    micro = s[rec.S_ACCRUED] + s[rec.S_ACCRUED_OVERDUE]
    if t[term.DAILY] == 0:
        micro = p[row, rec.P_INTEREST] * money.MICRO
        accrual.write_sum(
            loan, accrual.INTEREST, rec.ROW_INTEREST, end, -1, p[row, rec.P_NUMBER], p[row, rec.P_INTEREST]
        )
    bears = max(0, money.to_money(max(0, micro), t[term.ROUNDING]) - s[rec.S_MOVED])
    collected = s[rec.S_COLLECTED]
    if collected > bears:
        hold_ahead(loan, collected - bears, row)
        collected = bears
    p[row, rec.P_INTEREST] = bears
    p[row, rec.P_AHEAD] = collected
    s[rec.S_BASE] -= p[row, rec.P_PRINCIPAL]
    s[rec.S_BASE_ROW] = row + 1
    if row + 1 == s[rec.S_LAID] and row + 1 < s[rec.S_ROWS]:
        schedule.lay_to(loan, row + 2)
    start_row(loan, end)


@compiled
def start_row(loan: Loan, day: int) -> None:
    """Let interest from a day on belong to the row that now runs first."""
    s, p = loan.state, loan.plan
    s[rec.S_RUN] += 1
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
def running_state(loan: Loan, day: int) -> int:
    """Return all interest (micro) the running row has borne; a scheduled row's span breaks here."""
    t, s = loan.terms, loan.state
    micro = accrued_micro(loan, day)
    if t[term.DAILY] == 0:
        s[rec.S_ACCRUED] = micro
        s[rec.S_FROM] = max(s[rec.S_FROM], day)
    return micro


@compiled
def reprice(loan: Loan, day: int, carried: int, mode: int) -> None:
    """Price the open rows for what is not due, the running row bearing what it has accrued (readings 19, 35)."""
    t, s, p = loan.terms, loan.state, loan.plan
    row = s[rec.S_BASE_ROW]
    if row >= s[rec.S_ROWS] - s[rec.S_CORRECTION_ROWS] or s[rec.S_METHOD] == term.FLAT or s[rec.S_FIXED] == 1:
        return
    if mode != schedule.FIXED:
        if s[rec.S_METHOD] == term.EXPLICIT:
            s[rec.S_ERROR] = rec.ERROR_FIXED_INTEREST
        leave_rows(loan, row)
    s[rec.S_PRICED_ON] = s[rec.S_TODAY]
    collected = s[rec.S_COLLECTED] + s[rec.S_MOVED]
    at = max(day, s[rec.S_ORIGIN])
    schedule.price(loan, row, at, carried, collected, mode)
    if t[term.DAILY] == 0 and row < s[rec.S_ROWS]:
        rest = accrual.row_span(loan, False, row, s[rec.S_BASE], at, p[row, rec.P_END])
        p[row, rec.P_INTEREST] = money.to_money(carried + rest, t[term.ROUNDING])


@compiled
def leave_rows(loan: Loan, first: int) -> None:
    """Let principal taken ahead belong to no row any longer: the rows from `first` on are solved again, or are gone."""
    s, p, ledger = loan.state, loan.plan, loan.ledger
    amount = 0
    for row in range(first, s[rec.S_ROWS]):
        amount += p[row, rec.P_TAKEN]
        p[row, rec.P_TAKEN] = 0
    if s[rec.S_TRACKED] == 0:
        return
    for k in range(s[rec.S_EVENTS] - 1, -1, -1):
        part = min(amount, ledger[k, rec.L_TAKEN])
        ledger[k, rec.L_TAKEN] -= part
        ledger[k, rec.L_PREPAID] += part
        amount -= part


@compiled
def parked_in(loan: Loan, row: int) -> int:
    """Return what is parked in a planned row, all components."""
    p = loan.plan
    return (
        p[row, rec.P_PARKED_FEES]
        + p[row, rec.P_PARKED_PENALTY]
        + p[row, rec.P_PARKED_INTEREST]
        + p[row, rec.P_PARKED_PRINCIPAL]
    )


@compiled
def trim(loan: Loan) -> None:
    """Drop the rows at the end that have no principal, taken or to come, and nothing deferred or parked (36)."""
    s, p = loan.state, loan.plan
    while s[rec.S_ROWS] > s[rec.S_NEXT]:
        last = s[rec.S_ROWS] - 1
        principal = p[last, rec.P_PRINCIPAL] + p[last, rec.P_TAKEN]
        if last < s[rec.S_BASE_ROW] or principal + p[last, rec.P_EXTRA] + parked_in(loan, last) > 0:
            return
        if p[last, rec.P_AHEAD] > 0 and last > s[rec.S_BASE_ROW]:
            hold_ahead(loan, p[last, rec.P_AHEAD], last)
            p[last, rec.P_AHEAD] = 0
        s[rec.S_ROWS] = last


@compiled
def hold(loan: Loan, amount: int) -> None:
    """Keep money for what falls due next."""
    s, ledger = loan.state, loan.ledger
    s[rec.S_HELD] += amount
    if s[rec.S_TRACKED] == 1:
        ledger[s[rec.S_LEDGER] if s[rec.S_LEDGER] >= 0 else s[rec.S_EVENTS] - 1, rec.L_HELD] += amount


@compiled
def hold_ahead(loan: Loan, amount: int, row: int) -> None:
    """Turn interest collected ahead on a row that bears less into held money, the latest payment first (reading 38).

    Rows are taken in their order, so what later rows have stands behind what this one has.
    """
    s, p, ledger = loan.state, loan.plan, loan.ledger
    s[rec.S_HELD] += amount
    s[rec.S_PROMISE_KEPT] -= amount
    if s[rec.S_TRACKED] == 0:
        return
    later = 0
    for k in range(row + 1, s[rec.S_ROWS]):
        later += p[k, rec.P_AHEAD]
    for k in range(s[rec.S_EVENTS] - 1, -1, -1):
        passed = min(later, ledger[k, rec.L_AHEAD])
        later -= passed
        part = min(amount, ledger[k, rec.L_AHEAD] - passed)
        if part > 0:
            ledger[k, rec.L_AHEAD] -= part
            ledger[k, rec.L_HELD] += part
            amount -= part
    ledger[s[rec.S_EVENTS] - 1, rec.L_HELD] += amount


@compiled
def use_ahead(loan: Loan, amount: int) -> None:
    """Count interest collected ahead as covering dues, now that its row has fallen due."""
    s = loan.state
    if s[rec.S_TRACKED] == 1:
        count_as_covered(loan, rec.L_AHEAD, rec.L_INTEREST, amount)


@compiled
def count_as_covered(loan: Loan, taken: int, covered: int, amount: int) -> None:
    """Move what payments took ahead to what they covered, the oldest payment first."""
    s, ledger = loan.state, loan.ledger
    for k in range(s[rec.S_EVENTS]):
        part = min(amount, ledger[k, taken])
        ledger[k, taken] -= part
        ledger[k, covered] += part
        amount -= part


@compiled
def apply_held(loan: Loan, day: int) -> None:
    """Pay what is due with held money, in the contract's order."""
    s, ledger = loan.state, loan.ledger
    if s[rec.S_HELD] <= 0:
        return
    if s[rec.S_TRACKED] == 0:
        s[rec.S_HELD] = allocation.pay_due(loan, s[rec.S_FIRST], s[rec.S_ITEMS], True, day, s[rec.S_HELD])
        return
    before = s[rec.S_LEDGER]
    for k in range(s[rec.S_EVENTS]):
        available = min(ledger[k, rec.L_HELD], s[rec.S_HELD])
        if available > 0:
            s[rec.S_LEDGER] = k
            left = allocation.pay_due(loan, s[rec.S_FIRST], s[rec.S_ITEMS], True, day, available)
            ledger[k, rec.L_HELD] -= available - left
            s[rec.S_HELD] -= available - left
    s[rec.S_LEDGER] = before


@compiled
def prepayment_fee(loan: Loan, prepaid: int) -> int:
    """Return the fee for prepaying a sum."""
    t = loan.terms
    if prepaid <= 0 or t[term.PREPAY_FEE_KIND] == term.NONE:
        return 0
    if t[term.PREPAY_FEE_KIND] == term.FIXED:
        return t[term.PREPAY_FEE_VALUE]
    return money.multiply_divide(prepaid, t[term.PREPAY_FEE_VALUE], term.SHARE_UNIT, t[term.ROUNDING])


@compiled
def interest_on(loan: Loan, open_micro: int, prepaid: int) -> int:
    """Return the interest that has accrued on a prepaid sum: its share of what is uncollected (reading 18)."""
    t, s = loan.terms, loan.state
    if open_micro <= 0 or prepaid <= 0:
        return 0
    return money.multiply_divide(open_micro, prepaid, s[rec.S_BASE] * money.MICRO, t[term.ROUNDING])


@compiled
def largest_prepaid(loan: Loan, open_micro: int, surplus: int) -> int:
    """Return the largest principal that, with its interest and fee, the surplus pays for."""
    s = loan.state
    low, high = 0, min(surplus, s[rec.S_BASE])
    while low < high:
        middle = (low + high + 1) // 2
        if middle + interest_on(loan, open_micro, middle) + prepayment_fee(loan, middle) <= surplus:
            low = middle
        else:
            high = middle - 1
    return low


@compiled
def collect_accrued(loan: Loan, day: int, amount: int) -> int:
    """Collect interest accrued and not due, rows whose interest has ended first; return what was taken."""
    s, p = loan.state, loan.plan
    used = 0
    for row in range(s[rec.S_NEXT], s[rec.S_BASE_ROW]):
        part = max(0, min(amount - used, p[row, rec.P_INTEREST] - p[row, rec.P_AHEAD]))
        p[row, rec.P_AHEAD] += part
        used += part
    owed, _ = accrued(loan, day)
    part = min(amount - used, owed)
    s[rec.S_COLLECTED] += part
    used += part
    allocation.credit(loan, rec.L_AHEAD, used)
    s[rec.S_PROMISE_KEPT] += used
    return used


@compiled
def prepay(loan: Loan, day: int, surplus: int, how: int) -> int:
    """Prepay principal with a surplus; return what is left of it."""
    t, s = loan.terms, loan.state
    if surplus <= 0 or surplus < t[term.PREPAY_MINIMUM] or s[rec.S_BASE] == 0 or s[rec.S_BASE_ROW] >= s[rec.S_ROWS]:
        return surplus
    schedule.lay_all(loan)
    if s[rec.S_METHOD] == term.FLAT or s[rec.S_FIXED] == 1:
        s[rec.S_ERROR] = rec.ERROR_FIXED_INTEREST
    if t[term.PREPAY_ALL_ACCRUED] == 1:
        surplus -= collect_accrued(loan, day, surplus)
        prepaid = largest_prepaid(loan, 0, surplus)
        interest = 0
    else:
        running = running_micro(loan, day)
        whole = accrued_micro(loan, day)
        open_micro = min(running, whole - (s[rec.S_COLLECTED] + s[rec.S_MOVED]) * money.MICRO)
        prepaid = largest_prepaid(loan, open_micro, surplus)
        interest = interest_on(loan, open_micro, prepaid)
    if prepaid == 0:
        return surplus
    fee = prepayment_fee(loan, prepaid)
    s[rec.S_COLLECTED] += interest
    s[rec.S_PROMISE_KEPT] += interest + prepaid
    allocation.credit(loan, rec.L_AHEAD, interest)
    allocation.credit(loan, rec.L_PREPAID, prepaid)
    allocation.credit(loan, rec.L_PREPAY_FEE, fee)
    carried = running_state(loan, day)
    change_principal(loan, day, carried, -prepaid, how)
    return surplus - prepaid - interest - fee


@compiled
def change_principal(loan: Loan, day: int, carried: int, change: int, how: int) -> None:
    """Add to or take from the principal not due, and price the rows again: shorten, lower or from the last rows."""
    s = loan.state
    close_span(loan, day)
    s[rec.S_NOT_DUE] += change
    s[rec.S_BASE] += change
    mode = schedule.SOLVE
    if how == term.TO_PRINCIPAL:
        if change < 0:
            take_from_last(loan, -change)
        mode = schedule.FIXED
    elif how == term.SHORTEN:
        mode = schedule.KEEP
    reprice(loan, day, carried, mode)
    if mode != schedule.SOLVE:
        trim(loan)


@compiled
def take_from_last(loan: Loan, amount: int) -> None:
    """Lessen principal from the last row backwards."""
    s, p = loan.state, loan.plan
    for row in range(s[rec.S_ROWS] - s[rec.S_CORRECTION_ROWS] - 1, s[rec.S_BASE_ROW] - 1, -1):
        part = min(amount, p[row, rec.P_PRINCIPAL])
        p[row, rec.P_PRINCIPAL] -= part
        amount -= part
        if amount == 0:
            return


@compiled
def take_ahead(loan: Loan, day: int, surplus: int) -> int:
    """Pay the coming rows now, row by row (readings 17, 37); return what is left."""
    t, s, p = loan.terms, loan.state, loan.plan
    if s[rec.S_NEXT] >= s[rec.S_ROWS]:
        return surplus
    if t[term.DAILY] == 1:
        surplus -= collect_accrued(loan, day, surplus)
    for row in range(s[rec.S_NEXT], s[rec.S_ROWS]):
        if surplus == 0:
            break
        for place in range(4):
            component = (t[term.ORDER] >> (2 * place)) & 3
            part = 0
            if component == term.INTEREST and t[term.DAILY] == 0:
                part = take_interest_ahead(loan, row, surplus)
                allocation.credit(loan, rec.L_AHEAD, part)
            elif component == term.PRINCIPAL_PART:
                part = min(surplus, p[row, rec.P_PRINCIPAL])
                if part > 0 and row >= s[rec.S_BASE_ROW]:
                    close_span(loan, day)
                p[row, rec.P_PRINCIPAL] -= part
                p[row, rec.P_TAKEN] += part
                s[rec.S_NOT_DUE] -= part
                if row >= s[rec.S_BASE_ROW]:
                    s[rec.S_BASE] -= part
                allocation.credit(loan, rec.L_TAKEN, part)
            surplus -= part
            s[rec.S_PROMISE_KEPT] += part
    return surplus


@compiled
def take_interest_ahead(loan: Loan, row: int, surplus: int) -> int:
    """Collect a row's fixed interest ahead; return what was taken."""
    s, p = loan.state, loan.plan
    if row == s[rec.S_BASE_ROW]:
        part = max(0, min(surplus, p[row, rec.P_INTEREST] - s[rec.S_MOVED] - s[rec.S_COLLECTED]))
        s[rec.S_COLLECTED] += part
        return part
    part = max(0, min(surplus, p[row, rec.P_INTEREST] - p[row, rec.P_AHEAD]))
    p[row, rec.P_AHEAD] += part
    return part


@compiled
def interest_to_end(loan: Loan, day: int) -> int:
    """Return, where a payoff runs to the end of the period, the interest to come until then."""
    t, s, p = loan.terms, loan.state, loan.plan
    row = s[rec.S_BASE_ROW]
    if t[term.PAYOFF_PERIOD_END] == 0 or row >= s[rec.S_ROWS] or s[rec.S_BASE] == 0:
        return 0
    micro = running_micro(loan, p[row, rec.P_END])
    micro = max(0, micro + allocation.overdue_interest_micro(loan, day))
    whole = money.to_money(micro, t[term.ROUNDING]) - s[rec.S_MOVED] - s[rec.S_COLLECTED]
    now, _ = accrued(loan, day)
    return max(0, max(0, whole) - now)


@compiled
def fees_on_payoff(loan: Loan, day: int) -> int:
    """Return the fees that paying off adds: for prepaying, and scheduled ones that a payoff makes due."""
    s, p = loan.state, loan.plan
    fees = prepayment_fee(loan, s[rec.S_NOT_DUE])
    if s[rec.S_PAYOFF_FEES] == 0:
        return fees
    for row in range(s[rec.S_NEXT], s[rec.S_ROWS]):
        fees += p[row, rec.P_FEE_AT_PAYOFF]
        if p[row, rec.P_FEE_PRORATED] == 0:
            continue
        if row < s[rec.S_BASE_ROW]:
            fees += p[row, rec.P_FEE_PRORATED]
        elif row == s[rec.S_BASE_ROW]:
            fees += elapsed.prorated_fee(loan, row, day)
    return fees


@compiled
def deferred_interest(loan: Loan) -> int:
    """Return interest that pauses have put on later rows."""
    s, p = loan.state, loan.plan
    total = s[rec.S_DEFERRED]
    if s[rec.S_RELIEF] + s[rec.S_HAS_EXTRA] > 0:
        for row in range(s[rec.S_NEXT], s[rec.S_ROWS]):
            total += p[row, rec.P_EXTRA]
    return total


@compiled
def parked_total(loan: Loan) -> int:
    """Return parked claims that a payoff pays: a kept plan leaves out what its completion would waive."""
    s = loan.state
    total = 0
    if s[rec.S_RELIEF] == 1:
        for row in range(s[rec.S_NEXT], s[rec.S_ROWS]):
            total += parked_in(loan, row)
        if not is_kept(loan):
            total += conditional(loan)
    return total


@compiled
def is_kept(loan: Loan) -> bool:
    """Return whether a plan is in force and no instalment is overdue."""
    s, it = loan.state, loan.items
    if s[rec.S_AGEING] == 0:
        return False
    for j in range(s[rec.S_FIRST], s[rec.S_ITEMS]):
        if it[j, rec.I_STATUS] == rec.OVERDUE:
            return False
    return True


@compiled
def due_total(loan: Loan, day: int) -> int:
    """Return everything unpaid of the instalments that have fallen due."""
    s, it = loan.state, loan.items
    total = 0
    for j in range(s[rec.S_FIRST], s[rec.S_ITEMS]):
        total += allocation.scheduled_unpaid(loan, j) + it[j, rec.I_LATE]
        total += allocation.penalty_owed(loan, j, day)
    return total


@compiled
def payoff(loan: Loan, day: int) -> int:
    """Return what closes the loan today; below zero where more is held than is owed."""
    s = loan.state
    owed, beyond = accrued(loan, day)
    total = due_total(loan, day) + owed + closed_interest(loan) + deferred_interest(loan)
    total += s[rec.S_NOT_DUE] + parked_total(loan)
    total += fees_on_payoff(loan, day) + interest_to_end(loan, day)
    return total - s[rec.S_HELD] - beyond


@compiled
def conditional(loan: Loan) -> int:
    """Return the claims that a plan waives on completion."""
    s = loan.state
    total = 0
    for component in range(4):
        total += s[rec.S_ON_COMPLETION_FEES + component]
    return total


@compiled
def has_more_to_come(loan: Loan) -> bool:
    """Return whether a row to come carries anything at all."""
    s, p = loan.state, loan.plan
    if s[rec.S_CLOSED] == 1:
        return False
    schedule.lay_all(loan)
    for row in range(s[rec.S_NEXT], s[rec.S_ROWS]):
        if p[row, rec.P_PRINCIPAL] + p[row, rec.P_INTEREST] + p[row, rec.P_FEE] + p[row, rec.P_EXTRA] > 0:
            return True
        if parked_in(loan, row) > 0:
            return True
    return False


@compiled
def receive(loan: Loan, day: int, amount: int, direct: int) -> None:
    """Take a payment: pay off if it reaches, else pay what is due, then do what was agreed with a surplus."""
    t, s = loan.terms, loan.state
    if amount + s[rec.S_HELD] + collected_ahead(loan) >= s[rec.S_NOT_DUE]:
        schedule.lay_all(loan)
        needed = payoff(loan, day)
        if needed + s[rec.S_HELD] <= 0 and not has_more_to_come(loan) and conditional(loan) == 0:
            hold(loan, amount)
            return
        if amount >= needed:
            pay_off(loan, day, amount)
            return
    left = amount
    how = t[term.SURPLUS]
    if direct == ev.TO_PRINCIPAL:
        if how != term.SHORTEN and how != term.LOWER:
            how = term.TO_PRINCIPAL
        left = prepay(loan, day, left, how)
        how = term.HOLD
    elif direct == ev.TO_CURRENT and s[rec.S_ITEMS] > s[rec.S_FIRST]:
        j = current_item(loan, s[rec.S_FIRST], s[rec.S_ITEMS])
        left = allocation.pay_due(loan, j, j + 1, False, day, left)
    left = allocation.pay_due(loan, s[rec.S_FIRST], s[rec.S_ITEMS], True, day, left)
    if left > 0 and how == term.NEXT_INSTALMENT:
        left = take_ahead(loan, day, left)
    elif left > 0 and how != term.HOLD:
        left = prepay(loan, day, left, how)
        if left > 0 and s[rec.S_NEXT] >= s[rec.S_ROWS]:
            left = allocation.pay_due(loan, s[rec.S_FIRST], s[rec.S_ITEMS], True, day, left)
    if left > 0:
        hold(loan, left)


@compiled
def collected_ahead(loan: Loan) -> int:
    """Return interest collected on rows that have not fallen due: at most this much counts as held in a payoff."""
    t, s, p = loan.terms, loan.state, loan.plan
    total = s[rec.S_COLLECTED]
    if t[term.DAILY] == 0 and t[term.SURPLUS] == term.NEXT_INSTALMENT:
        for row in range(s[rec.S_BASE_ROW] + 1, s[rec.S_ROWS]):
            total += p[row, rec.P_AHEAD]
    return total


@compiled
def current_item(loan: Loan, first: int, last: int) -> int:
    """Return the index of the row that fell due last."""
    it = loan.items
    for j in range(last - 1, first, -1):
        if it[j, rec.I_AGES] == 1:
            return j
    return first


@compiled
def draw(loan: Loan, field: int, amount: int) -> None:
    """Note what held money covers, the oldest payment first; without returned payments nothing is noted."""
    s, ledger = loan.state, loan.ledger
    if s[rec.S_TRACKED] == 0:
        return
    for k in range(s[rec.S_EVENTS]):
        part = min(amount, max(0, ledger[k, rec.L_HELD]))
        ledger[k, rec.L_HELD] -= part
        ledger[k, field] += part
        amount -= part


@compiled
def pay_off(loan: Loan, day: int, amount: int) -> None:
    """Close the loan with what is held and a payment; what is left is held for the borrower (readings 16, 29)."""
    s = loan.state
    completion = parked_total(loan)
    waives = is_kept(loan)
    fees = fees_on_payoff(loan, day)
    to_end = interest_to_end(loan, day)
    write_running(loan, day)
    _, beyond = accrued(loan, day)
    release_ahead(loan, beyond)
    hold(loan, amount)
    s[rec.S_LEDGER] = -1
    for j in range(s[rec.S_FIRST], s[rec.S_ITEMS]):
        settle_item(loan, j, day)
    allocation.settle(loan, day)
    draw(loan, rec.L_PREPAID, s[rec.S_NOT_DUE])
    owed, _ = accrued(loan, day)
    close_span(loan, day)
    running_state(loan, day)
    s[rec.S_COLLECTED] += owed
    draw(loan, rec.L_AHEAD, owed)
    deferred = closed_interest(loan) + deferred_interest(loan) + to_end
    draw(loan, rec.L_INTEREST, deferred)
    draw_parked(loan, waives)
    draw(loan, rec.L_PREPAY_FEE, fees)
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
    leave_rows(loan, s[rec.S_NEXT])
    s[rec.S_NEXT] = s[rec.S_ROWS]
    s[rec.S_BASE_ROW] = s[rec.S_ROWS]
    save_running(loan)
    start_row(loan, day)
    s[rec.S_CLOSED] = 1
    s[rec.S_PAID_OFF] = 1


@compiled
def save_running(loan: Loan) -> None:
    """Keep where the running row stood as it is paid off: a return may bring it back; its interest is covered."""
    s, ledger = loan.state, loan.ledger
    s[rec.S_SAVED_FROM] = s[rec.S_FROM]
    s[rec.S_SAVED_ORIGIN] = s[rec.S_ORIGIN]
    s[rec.S_SAVED_ACCRUED] = s[rec.S_ACCRUED]
    s[rec.S_SAVED_OVERDUE] = s[rec.S_ACCRUED_OVERDUE]
    s[rec.S_SAVED_COLLECTED] = s[rec.S_COLLECTED]
    s[rec.S_SAVED_MOVED] = s[rec.S_MOVED]
    s[rec.S_SAVED_RUN] = s[rec.S_RUN]
    if s[rec.S_TRACKED] == 1:
        for k in range(s[rec.S_EVENTS]):
            ledger[k, rec.L_SAVED] = ledger[k, rec.L_AHEAD]
            ledger[k, rec.L_INTEREST] += ledger[k, rec.L_AHEAD]
            ledger[k, rec.L_AHEAD] = 0


@compiled
def draw_parked(loan: Loan, waives: bool) -> None:
    """Note what held money covers of parked claims, by component."""
    s, p = loan.state, loan.plan
    for component in range(4):
        amount = 0 if waives else s[rec.S_ON_COMPLETION_FEES + component]
        for row in range(s[rec.S_NEXT], s[rec.S_ROWS]):
            amount += p[row, rec.P_PARKED_FEES + component]
        draw(loan, covering(component), amount)


@compiled
def covering(component: int) -> int:
    """Return the ledger field of a component: fees that are not scheduled, penalty, interest, principal."""
    if component == term.FEE:
        return rec.L_LATE
    if component == term.PENALTY:
        return rec.L_PENALTY
    return rec.L_INTEREST if component == term.INTEREST else rec.L_PRINCIPAL


@compiled
def release_ahead(loan: Loan, beyond: int) -> None:
    """Turn interest collected beyond what has accrued into held money."""
    s, p = loan.state, loan.plan
    if beyond <= 0:
        return
    hold_ahead(loan, beyond, s[rec.S_ROWS])
    for row in range(s[rec.S_ROWS] - 1, s[rec.S_BASE_ROW], -1):
        part = min(beyond, p[row, rec.P_AHEAD])
        p[row, rec.P_AHEAD] -= part
        beyond -= part
    s[rec.S_COLLECTED] -= beyond


@compiled
def settle_item(loan: Loan, j: int, day: int) -> None:
    """Pay one instalment in full with held money."""
    s, it = loan.state, loan.items
    penalty = allocation.penalty_owed(loan, j, day)
    allocation.close_penalty(loan, j, day)
    allocation.close_interest(loan, j, day)
    unpaid = allocation.scheduled_unpaid(loan, j)
    draw(loan, rec.L_FEES, it[j, rec.I_FEE])
    draw(loan, rec.L_LATE, it[j, rec.I_LATE])
    draw(loan, rec.L_PENALTY, penalty)
    draw(loan, rec.L_INTEREST, it[j, rec.I_INTEREST])
    draw(loan, rec.L_PRINCIPAL, it[j, rec.I_PRINCIPAL])
    s[rec.S_HELD] -= unpaid + it[j, rec.I_LATE] + penalty
    s[rec.S_PROMISE_KEPT] += unpaid
    allocation.settle_penalty(loan, j, penalty)
    it[j, rec.I_FEE] = 0
    it[j, rec.I_LATE] = 0
    it[j, rec.I_INTEREST] = 0
    it[j, rec.I_PRINCIPAL] = 0


@compiled
def promise(loan: Loan, day: int, amount: int) -> None:
    """Add an amount due to what contractual days past due are counted by, in order of due dates."""
    s, promised = loan.state, loan.promised
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
