"""The kernel: fold a loan's events over its terms, and show what is owed on a day. Looking changes nothing.

`walk` moves the scratch of one loan to the end of a day, in the order of a day's stages: grace that expires, pauses,
openings and disbursements, dues, held money, terms, relief, fees, waivers, payments, returns, refunds, charge-off.
`show` reads the position off the scratch; what is next due is found by walking on with no more events.
"""

import numpy as np

from reprieve.engine import accrual, allocation, ceilings, expiry, kept, prepayment, relief, returns, schedule
from reprieve.engine import events as ev
from reprieve.engine import records as rec
from reprieve.engine import terms as term
from reprieve.engine.jit import compiled, compiled_leaf, compiled_within
from reprieve.engine.loan import Loan
from reprieve.engine.servicing import accelerate, change_due_day, change_rate, disburse, open_loan, reinstate, waive


@compiled_within
def walk(loan: Loan, start: int, end: int, day_end: int) -> None:
    """Sign the contract and fold events `start` to `end` over it, up to and including day `day_end`."""
    t, s, on, kind = loan.terms, loan.state, loan.on, loan.kind
    s[rec.S_EVENTS] = end - start + 1
    schedule.sign(loan, True)
    for k in range(t[term.CEILINGS_N]):
        loan.accounts[k, 0] = 0
        loan.accounts[k, 1] = 0
    opening = note_ahead(loan, start, end, day_end)
    at = start
    begin = t[term.DISBURSED_ON]
    if opening >= 0:
        begin = on[opening]
        s[rec.S_TODAY] = begin - 1
        s[rec.S_PRICED_ON] = begin - 1
        open_loan(loan, loan.argument[opening], begin)
        while at < end and on[at] < begin:
            at += 1
    s[rec.S_TODAY] = begin
    begin_windows(loan, begin, opening >= 0)
    while s[rec.S_ERROR] == 0:
        if kept.may_pass(loan):
            at = kept.pass_kept_rows(loan, at, end, day_end)
        event_day = rec.NEVER
        while s[rec.S_WINDOWS] > 0 and at < end and kind[at] <= ev.MORATORIUM:
            at += 1
        if at < end:
            event_day = max(begin, np.int64(on[at]))
        day = next_day(loan, event_day)
        if day > day_end:
            break
        if s[rec.S_AGEING] > 0 and day > s[rec.S_TODAY]:
            complete_plan(loan, s[rec.S_TODAY])
        pass_days(loan, day)
        if step(loan, day):
            continue
        if event_day == day and kind[at] <= ev.BEFORE_DUES:
            if kind[at] == ev.DISBURSEMENT:
                schedule.lay_all(loan)
                disburse(loan, day, loan.amount[at])
            at += 1
        elif is_turning(loan, day):
            fall_due(loan, day)
        elif event_day == day:
            s[rec.S_LEDGER] = at - start if s[rec.S_TRACKED] == 1 else -1
            apply_event(loan, day, kind[at], loan.amount[at], loan.argument[at])
            s[rec.S_LEDGER] = -1
            at += 1
    pass_days(loan, day_end)
    if s[rec.S_AGEING] > 0:
        complete_plan(loan, day_end)


@compiled_within
def note_ahead(loan: Loan, start: int, end: int, day_end: int) -> int:
    """Note pauses, and whether a payment is returned; return the place of the opening event, or -1."""
    s, on = loan.state, loan.on
    opening = -1
    for at in range(start, end):
        kind = loan.kind[at]
        if on[at] > day_end:
            break
        if kind <= ev.MORATORIUM:
            schedule.lay_all(loan)
            relief.note_window(loan, loan.argument[at], int(on[at]), kind)
        elif kind == ev.OPENING and opening < 0:
            schedule.lay_all(loan)
            opening = at
        elif kind == ev.RETURN:
            s[rec.S_TRACKED] = 1
    if s[rec.S_TRACKED] == 1:
        for k in range(s[rec.S_EVENTS]):
            for field in range(rec.LEDGER_WIDTH):
                loan.ledger[k, field] = 0
    return opening


@compiled_within
def begin_windows(loan: Loan, begin: int, is_opening: bool) -> None:
    """Begin the pauses that began before the loan did; those that are over count for nothing in an opening."""
    s, w = loan.state, loan.windows
    for k in range(s[rec.S_WINDOWS]):
        if w[k, rec.W_FROM] < begin:
            if is_opening and w[k, rec.W_TO] <= begin:
                w[k, rec.W_STAGE] = rec.ENDED
            else:
                w[k, rec.W_STAGE] = rec.RUNNING
                relief.start_window(loan, begin, k)
            if w[k, rec.W_TO] <= begin:
                w[k, rec.W_STAGE] = rec.ENDED


@compiled_leaf
def next_day(loan: Loan, event_day: int) -> int:
    """Return the next day on which something happens."""
    t, s, p, it = loan.terms, loan.state, loan.plan, loan.items
    day = event_day
    if t[term.CEILINGS_N] > 0:
        ceilings.pass_settled(loan)
    if s[rec.S_EXPIRY] < s[rec.S_ITEMS]:
        day = min(day, it[s[rec.S_EXPIRY], rec.I_EXPIRY])
    if s[rec.S_NEXT] < s[rec.S_ROWS]:
        day = min(day, p[s[rec.S_NEXT], rec.P_DUE])
        if s[rec.S_BASE_ROW] < s[rec.S_ROWS]:
            day = min(day, p[s[rec.S_BASE_ROW], rec.P_END])
    if s[rec.S_WINDOWS] > 0:
        day = min(day, relief.next_window_day(loan))
    if t[term.CEILINGS_N] > 0 and (s[rec.S_NEXT] < s[rec.S_ROWS] or s[rec.S_ITEMS] > 0):
        day = min(day, ceilings.next_boundary(loan))
    return max(day, s[rec.S_TODAY])


@compiled_within
def pass_days(loan: Loan, day: int) -> None:
    """Let the days up to `day` pass, under the ceilings there are."""
    t, s = loan.terms, loan.state
    if t[term.CEILINGS_N] > 0:
        ceilings.clamp(loan, day)
    s[rec.S_TODAY] = max(s[rec.S_TODAY], day)


@compiled_within
def step(loan: Loan, day: int) -> bool:
    """Do what comes before a day's events: one grace that expires, or the pauses that turn; return whether it did."""
    s, it = loan.state, loan.items
    j = s[rec.S_EXPIRY]
    if j < s[rec.S_ITEMS] and it[j, rec.I_EXPIRY] <= day:
        s[rec.S_EXPIRY] = j + 1
        if it[j, rec.I_STATUS] == rec.IN_GRACE:
            expiry.expire(loan, j)
        return True
    if s[rec.S_WINDOWS] > 0 and relief.next_window_day(loan) <= day:
        relief.turn_windows(loan, day)
        return True
    return False


@compiled_leaf
def is_turning(loan: Loan, day: int) -> bool:
    """Return whether a row falls due, or its interest ends, by a day."""
    s, p = loan.state, loan.plan
    if s[rec.S_NEXT] >= s[rec.S_ROWS]:
        return False
    if p[s[rec.S_NEXT], rec.P_DUE] <= day:
        return True
    return bool(s[rec.S_BASE_ROW] < s[rec.S_ROWS] and p[s[rec.S_BASE_ROW], rec.P_END] <= day)


@compiled
def fall_due(loan: Loan, day: int) -> None:
    """Let what ends or falls due by a day do so, one row at a time; the last of the day is paid with held money."""
    s = loan.state
    if turn_row(loan, day) and s[rec.S_HELD] > 0 and not is_turning(loan, day):
        prepayment.apply_held(loan, day)


@compiled
def turn_row(loan: Loan, day: int) -> bool:
    """End the running row's interest if its time has come, and let the first row fall due; return whether it did."""
    s, p = loan.state, loan.plan
    row = s[rec.S_BASE_ROW]
    if row < s[rec.S_ROWS] and (p[row, rec.P_END] <= day or p[row, rec.P_DUE] <= day):
        prepayment.close_row(loan, day)
    row = s[rec.S_NEXT]
    if row < s[rec.S_BASE_ROW] and p[row, rec.P_DUE] <= day:
        add_row(loan, row)
        return True
    return False


@compiled
def add_row(loan: Loan, row: int) -> None:
    """Let one row fall due: its instalment, and beside it what was parked in it, which bears nothing."""
    s, p, it = loan.state, loan.plan, loan.items
    s[rec.S_NEXT] = row + 1
    s[rec.S_NOT_DUE] -= p[row, rec.P_PRINCIPAL]
    if s[rec.S_TRACKED] == 1:
        prepayment.count_as_covered(loan, rec.L_TAKEN, rec.L_PRINCIPAL, p[row, rec.P_TAKEN])
        prepayment.use_ahead(loan, p[row, rec.P_AHEAD])
    interest = p[row, rec.P_INTEREST] - p[row, rec.P_AHEAD] + p[row, rec.P_EXTRA]
    number = p[row, rec.P_NUMBER]
    s[rec.S_FEES_CHARGED] += p[row, rec.P_FEE]
    if s[rec.S_ROOM] > 0:
        accrual.write_sum(loan, accrual.FEES, rec.SCHEDULED_FEE, p[row, rec.P_DUE], -1, number, p[row, rec.P_FEE])
    if p[row, rec.P_CORRECTION] == 0:
        allocation.append_item(
            loan, p[row, rec.P_DUE], p[row, rec.P_PRINCIPAL], interest, p[row, rec.P_FEE], 0, 0, 1, number
        )
    else:
        s[rec.S_CORRECTION_ROWS] = 0
    if prepayment.parked_in(loan, row) > 0:
        j = allocation.append_item(
            loan,
            p[row, rec.P_DUE],
            p[row, rec.P_PARKED_PRINCIPAL],
            p[row, rec.P_PARKED_INTEREST],
            0,
            p[row, rec.P_PARKED_FEES],
            p[row, rec.P_PARKED_PENALTY],
            1,
            0,
        )
        it[j, rec.I_PARKED] = 1
        it[j, rec.I_LATE_FEE] = 0


@compiled_within
def apply_event(loan: Loan, day: int, kind: int, amount: int, argument: int) -> None:
    """Apply one event at its stage of the day."""
    s, it = loan.state, loan.items
    if kind == ev.PAYMENT:
        prepayment.receive(loan, day, amount, argument)
    elif kind == ev.FEE_EVENT:
        j = allocation.append_item(loan, day, 0, 0, 0, amount, 0, 0, 0)
        it[j, rec.I_STATUS] = rec.WITHIN_TOLERANCE
        s[rec.S_FEES_CHARGED] += amount
        accrual.write_sum(loan, accrual.FEES, rec.FEE_CHARGED, day, j, 0, amount)
        prepayment.apply_held(loan, day)
    elif kind == ev.WAIVER:
        waive(loan, day, argument, amount)
    elif kind == ev.REFUND:
        used = min(amount, s[rec.S_HELD])
        prepayment.draw(loan, rec.L_CLOSED, used)
        s[rec.S_HELD] -= used
    elif kind == ev.CHARGE_OFF:
        s[rec.S_CHARGED_OFF] = 1
    else:
        schedule.lay_all(loan)
        change(loan, day, kind, argument)


@compiled_within
def change(loan: Loan, day: int, kind: int, argument: int) -> None:
    """Apply an event that changes the rows to come, all of which are laid."""
    if kind == ev.RETURN:
        returns.take_return(loan, day, argument)
    elif kind == ev.RATE_CHANGE:
        change_rate(loan, day, argument)
    elif kind == ev.DUE_DAY_CHANGE:
        change_due_day(loan, day, argument)
    elif kind == ev.ACCELERATION:
        accelerate(loan, day)
    elif kind == ev.REINSTATEMENT:
        reinstate(loan, day)
    else:
        relief.restructure(loan, argument, day)


@compiled
def complete_plan(loan: Loan, day: int) -> None:
    """Waive what a plan waives on completion, once its rows are all due and paid."""
    s, it = loan.state, loan.items
    if s[rec.S_NEXT] < s[rec.S_ROWS]:
        return
    for j in range(s[rec.S_FIRST], s[rec.S_ITEMS]):
        if it[j, rec.I_AGES] == 1:
            owed = allocation.scheduled_unpaid(loan, j) + it[j, rec.I_LATE]
            if owed + allocation.penalty_owed(loan, j, day) > 0:
                return
    for component in range(4):
        s[rec.S_ON_COMPLETION_FEES + component] = 0


@compiled_within
def show(loan: Loan, day: int) -> None:
    """Write the position of a day into the loan's row of positions."""
    s, p, it, out = loan.state, loan.plan, loan.items, loan.position
    for field in range(rec.POSITION_WIDTH):
        out[field] = 0
    s[rec.S_SHOWING] = 1 if s[rec.S_ROOM] > 0 else 0
    total = 0
    for j in range(s[rec.S_FIRST], s[rec.S_ITEMS]):
        bucket = rec.O_ARREARS_PRINCIPAL if it[j, rec.I_STATUS] == rec.OVERDUE else rec.O_DUE_PRINCIPAL
        penalty = allocation.penalty_owed(loan, j, day)
        fees = it[j, rec.I_FEE] + it[j, rec.I_LATE]
        out[bucket] += it[j, rec.I_PRINCIPAL]
        out[bucket + 1] += it[j, rec.I_INTEREST]
        out[bucket + 2] += penalty
        out[bucket + 3] += fees
        total += it[j, rec.I_PRINCIPAL] + it[j, rec.I_INTEREST] + penalty + fees
    owed, beyond = prepayment.accrued(loan, day)
    s[rec.S_SHOWING] = 0
    drop_remembered(loan)
    prepayment.write_running(loan, day)
    owed += prepayment.closed_interest(loan) + prepayment.deferred_interest(loan)
    out[rec.O_ACCRUED_INTEREST] = owed
    out[rec.O_NOT_DUE_PRINCIPAL] = s[rec.S_NOT_DUE]
    payable = total + owed + s[rec.S_NOT_DUE]
    total = payable
    if s[rec.S_RELIEF] == 1:
        for component in range(4):
            parked = s[rec.S_ON_COMPLETION_FEES + component]
            for k in range(s[rec.S_NEXT], s[rec.S_ROWS]):
                parked += p[k, rec.P_PARKED_FEES + component]
            out[rec.O_PARKED_FEES - component] = parked
            total += parked
        payable += prepayment.parked_total(loan)
    payable += prepayment.fees_on_payoff(loan, day) + prepayment.interest_to_end(loan, day)
    out[rec.O_HELD] = s[rec.S_HELD]
    out[rec.O_PAYOFF] = payable - s[rec.S_HELD] - beyond
    is_closed = total == 0 and not prepayment.has_more_to_come(loan)
    status = rec.ACTIVE
    if is_closed:
        status = rec.CLOSED
    elif s[rec.S_CHARGED_OFF] == 1:
        status = rec.CHARGED_OFF
    elif s[rec.S_AGEING] > 0 or is_paused(loan, day):
        status = rec.IN_RELIEF
    out[rec.O_STATUS] = status
    if not is_closed:
        effective, contractual = relief.days_past_due(loan, day)
        out[rec.O_DAYS_PAST_DUE] = effective
        out[rec.O_CONTRACTUAL_DAYS_PAST_DUE] = contractual
    out[rec.O_NEXT_DUE_ON] = -1
    out[rec.O_ERROR] = s[rec.S_ERROR]


@compiled
def drop_remembered(loan: Loan) -> None:
    """Leave out of the derivation what instalments in grace bear only if they turn out overdue."""
    s, it = loan.state, loan.items
    for j in range(s[rec.S_ITEMS] if s[rec.S_ROOM] > 0 else 0):
        if it[j, rec.I_STATUS] == rec.IN_GRACE:
            accrual.drop_spans(loan, accrual.PENALTY, j, 0)
            if allocation.bears_interest(loan, j) == 2:
                accrual.drop_spans(loan, accrual.INTEREST, j, 0)


@compiled
def is_paused(loan: Loan, day: int) -> bool:
    """Return whether a pause or moratorium runs on a day."""
    s, w = loan.state, loan.windows
    for k in range(s[rec.S_WINDOWS]):
        if w[k, rec.W_FROM] <= day < w[k, rec.W_TO]:
            return True
    return False


@compiled_within
def find_next_due(loan: Loan) -> None:
    """Walk on, with no more events, to the first row that falls due, and write its day and amount (reading 25)."""
    s, p, it, out = loan.state, loan.plan, loan.items, loan.position
    s[rec.S_ROOM] = 0
    row = s[rec.S_NEXT]
    if kept.may_pass(loan) and p[row, rec.P_END] == p[row, rec.P_DUE]:
        out[rec.O_NEXT_DUE_ON] = p[row, rec.P_DUE]
        out[rec.O_NEXT_DUE_AMOUNT] = kept.total_due(loan, row)
        return
    while s[rec.S_NEXT] < s[rec.S_ROWS] and s[rec.S_ERROR] == 0:
        day = next_day(loan, rec.NEVER)
        pass_days(loan, day)
        if step(loan, day):
            continue
        first = s[rec.S_ITEMS]
        if turn_row(loan, day):
            amount = 0
            for j in range(first, s[rec.S_ITEMS]):
                amount += allocation.scheduled_unpaid(loan, j) + it[j, rec.I_LATE] + it[j, rec.I_PENALTY]
            out[rec.O_NEXT_DUE_ON] = p[s[rec.S_NEXT] - 1, rec.P_DUE]
            out[rec.O_NEXT_DUE_AMOUNT] = amount
            break
    out[rec.O_ERROR] = s[rec.S_ERROR]
