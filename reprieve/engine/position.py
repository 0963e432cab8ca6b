"""The kernel: fold a loan's events over its terms, and show what is owed on a day. Looking changes nothing.

`walk` moves the scratch of one loan to the end of a day, in the order of a day's stages: grace that expires, pauses,
openings and disbursements, dues, held money, terms, relief, fees, waivers, payments, returns, refunds, charge-off.
`show` reads the position off the scratch; what is next due is found by walking on with no more events.
"""

import numpy as np

from reprieve.engine import accrual, allocation, ceilings, prepayment, relief, schedule
from reprieve.engine import events as ev
from reprieve.engine import records as rec
from reprieve.engine import terms as term
from reprieve.engine.jit import compiled
from reprieve.engine.servicing import accelerate, change_due_day, change_rate, disburse, open_loan, reinstate, waive


@compiled
def walk(
    t: np.ndarray, s: np.ndarray, w: np.ndarray, p: np.ndarray, it: np.ndarray, x: np.ndarray, factors: np.ndarray,
    ledger: np.ndarray, promised: np.ndarray, accounts: np.ndarray, calendars: np.ndarray, fees: np.ndarray,
    rows: np.ndarray, caps: np.ndarray, extra: np.ndarray, e_on: np.ndarray, e_kind: np.ndarray,
    e_amount: np.ndarray, e_arg: np.ndarray,
    start: int, end: int, day_end: int,
) -> None:  # fmt: skip
    """Sign the contract and fold events `start` to `end` over it, up to and including day `day_end`."""
    schedule.sign(t, s, p, w, x, factors, rows, fees, calendars)
    accounts[:, :] = 0
    opening = note_ahead(s, w, ledger, extra, e_on, e_kind, e_arg, start, end, day_end)
    at = start
    begin = t[term.DISBURSED_ON]
    if opening >= 0:
        begin = e_on[opening]
        open_loan(t, s, p, w, it, x, factors, rows, fees, calendars, extra, e_arg[opening], begin)
        while at < end and e_on[at] < begin:
            at += 1
    s[rec.S_TODAY] = begin
    begin_windows(t, s, w, p, it, x, factors, ledger, promised, calendars, begin, opening >= 0)
    while s[rec.S_ERROR] == 0:
        event_day = rec.NEVER
        if at < end:
            event_day = max(begin, np.int64(e_on[at]))
        day = next_day(t, s, w, p, it, caps, event_day)
        if day > day_end:
            break
        pass_days(t, s, w, p, it, x, caps, accounts, day)
        if step(t, s, w, p, it, x, factors, ledger, promised, calendars, day):
            continue
        if event_day == day and e_kind[at] <= ev.BEFORE_DUES:
            if e_kind[at] == ev.DISBURSEMENT:
                disburse(t, s, w, p, it, x, factors, ledger, day, e_amount[at])
            at += 1
        elif is_turning(s, p, day):
            fall_due(t, s, w, p, it, x, ledger, day)
        elif event_day == day:
            s[rec.S_LEDGER] = at - start if s[rec.S_TRACKED] == 1 else -1
            apply_event(
                t, s, w, p, it, x, factors, ledger, promised, calendars, extra,
                day, e_kind[at], e_amount[at], e_arg[at],
            )  # fmt: skip
            s[rec.S_LEDGER] = -1
            at += 1
    pass_days(t, s, w, p, it, x, caps, accounts, day_end)
    if s[rec.S_AGEING] > 0:
        complete_plan(t, s, w, it, x, day_end)


@compiled
def note_ahead(
    s: np.ndarray, w: np.ndarray, ledger: np.ndarray, extra: np.ndarray, e_on: np.ndarray, e_kind: np.ndarray,
    e_arg: np.ndarray, start: int, end: int, day_end: int,
) -> int:  # fmt: skip
    """Note pauses, and whether a payment is returned; return the place of the opening event, or -1."""
    opening = -1
    for at in range(start, end):
        kind = e_kind[at]
        if e_on[at] > day_end:
            break
        if kind <= ev.MORATORIUM:
            relief.note_window(w, s, extra, e_arg[at], int(e_on[at]), kind)
        elif kind == ev.OPENING and opening < 0:
            opening = at
        elif kind == ev.RETURN:
            s[rec.S_TRACKED] = 1
    if s[rec.S_TRACKED] == 1:
        ledger[:, :] = 0
    return opening


@compiled
def begin_windows(
    t: np.ndarray, s: np.ndarray, w: np.ndarray, p: np.ndarray, it: np.ndarray, x: np.ndarray, factors: np.ndarray,
    ledger: np.ndarray, promised: np.ndarray, calendars: np.ndarray, begin: int, is_opening: bool,
) -> None:  # fmt: skip
    """Begin the pauses that began before the loan did; those that are over count for nothing in an opening."""
    for k in range(s[rec.S_WINDOWS]):
        if w[k, rec.W_FROM] < begin:
            if is_opening and w[k, rec.W_TO] <= begin:
                w[k, rec.W_STAGE] = rec.ENDED
            else:
                w[k, rec.W_STAGE] = rec.RUNNING
                relief.start_window(t, s, w, p, it, x, factors, ledger, promised, calendars, begin, k)
            if w[k, rec.W_TO] <= begin:
                w[k, rec.W_STAGE] = rec.ENDED


@compiled
def next_day(
    t: np.ndarray, s: np.ndarray, w: np.ndarray, p: np.ndarray, it: np.ndarray, caps: np.ndarray, event_day: int
) -> int:
    """Return the next day on which something happens."""
    day = event_day
    if s[rec.S_EXPIRY] < s[rec.S_ITEMS]:
        day = min(day, it[s[rec.S_EXPIRY], rec.I_EXPIRY])
    if s[rec.S_NEXT] < s[rec.S_ROWS]:
        day = min(day, p[s[rec.S_NEXT], rec.P_DUE])
        if s[rec.S_BASE_ROW] < s[rec.S_ROWS]:
            day = min(day, p[s[rec.S_BASE_ROW], rec.P_END])
    if s[rec.S_WINDOWS] > 0:
        day = min(day, relief.next_window_day(s, w))
    if t[term.CEILINGS_N] > 0 and (s[rec.S_NEXT] < s[rec.S_ROWS] or s[rec.S_ITEMS] > 0):
        day = min(day, ceilings.next_boundary(t, s, caps))
    return max(day, s[rec.S_TODAY])


@compiled
def pass_days(
    t: np.ndarray, s: np.ndarray, w: np.ndarray, p: np.ndarray, it: np.ndarray, x: np.ndarray, caps: np.ndarray,
    accounts: np.ndarray, day: int,
) -> None:  # fmt: skip
    """Let the days up to `day` pass, under the ceilings there are."""
    if t[term.CEILINGS_N] > 0:
        ceilings.clamp(t, s, w, p, it, x, caps, accounts, day)
    s[rec.S_TODAY] = max(s[rec.S_TODAY], day)


@compiled
def step(
    t: np.ndarray, s: np.ndarray, w: np.ndarray, p: np.ndarray, it: np.ndarray, x: np.ndarray, factors: np.ndarray,
    ledger: np.ndarray, promised: np.ndarray, calendars: np.ndarray, day: int,
) -> bool:  # fmt: skip
    """Do what comes before a day's events: one grace that expires, or the pauses that turn; return whether it did."""
    j = s[rec.S_EXPIRY]
    if j < s[rec.S_ITEMS] and it[j, rec.I_EXPIRY] <= day:
        s[rec.S_EXPIRY] = j + 1
        if it[j, rec.I_STATUS] == rec.IN_GRACE:
            allocation.expire(t, s, w, it, x, j)
        return True
    if s[rec.S_WINDOWS] > 0 and relief.next_window_day(s, w) <= day:
        relief.turn_windows(t, s, w, p, it, x, factors, ledger, promised, calendars, day)
        return True
    return False


@compiled
def is_turning(s: np.ndarray, p: np.ndarray, day: int) -> bool:
    """Return whether a row falls due, or its interest ends, by a day."""
    if s[rec.S_NEXT] >= s[rec.S_ROWS]:
        return False
    if p[s[rec.S_NEXT], rec.P_DUE] <= day:
        return True
    return bool(s[rec.S_BASE_ROW] < s[rec.S_ROWS] and p[s[rec.S_BASE_ROW], rec.P_END] <= day)


@compiled
def fall_due(
    t: np.ndarray, s: np.ndarray, w: np.ndarray, p: np.ndarray, it: np.ndarray, x: np.ndarray, ledger: np.ndarray,
    day: int,
) -> None:  # fmt: skip
    """Let what ends or falls due by a day do so, one row at a time; the last of the day is paid with held money."""
    if turn_row(t, s, w, p, it, x, ledger, day) and s[rec.S_HELD] > 0 and not is_turning(s, p, day):
        prepayment.apply_held(t, s, w, p, it, x, ledger, day)


@compiled
def turn_row(
    t: np.ndarray, s: np.ndarray, w: np.ndarray, p: np.ndarray, it: np.ndarray, x: np.ndarray, ledger: np.ndarray,
    day: int,
) -> bool:  # fmt: skip
    """End the running row's interest if its time has come, and let the first row fall due; return whether it did."""
    row = s[rec.S_BASE_ROW]
    if row < s[rec.S_ROWS] and (p[row, rec.P_END] <= day or p[row, rec.P_DUE] <= day):
        prepayment.close_row(t, s, w, p, it, x, ledger, day)
    row = s[rec.S_NEXT]
    if row < s[rec.S_BASE_ROW] and p[row, rec.P_DUE] <= day:
        add_row(t, s, it, p, x, ledger, row)
        return True
    return False


@compiled
def add_row(
    t: np.ndarray, s: np.ndarray, it: np.ndarray, p: np.ndarray, x: np.ndarray, ledger: np.ndarray, row: int
) -> None:
    """Let one row fall due: its instalment, and beside it what was parked in it, which bears nothing."""
    s[rec.S_NEXT] = row + 1
    s[rec.S_NOT_DUE] -= p[row, rec.P_PRINCIPAL]
    if s[rec.S_TRACKED] == 1:
        prepayment.count_as_covered(ledger, rec.L_PREPAID, rec.L_PRINCIPAL, p[row, rec.P_TAKEN])
        prepayment.use_ahead(s, ledger, p[row, rec.P_AHEAD])
    interest = p[row, rec.P_INTEREST] - p[row, rec.P_AHEAD] + p[row, rec.P_EXTRA]
    number = p[row, rec.P_NUMBER]
    s[rec.S_FEES_CHARGED] += p[row, rec.P_FEE]
    if x.shape[0] > 0:
        accrual.write_sum(s, x, accrual.FEES, rec.SCHEDULED_FEE, p[row, rec.P_DUE], -1, number, p[row, rec.P_FEE])
    if p[row, rec.P_CORRECTION] == 0:
        allocation.append_item(
            t, s, it, p[row, rec.P_DUE], p[row, rec.P_PRINCIPAL], interest, p[row, rec.P_FEE], 0, 0, 1, number
        )
    else:
        s[rec.S_CORRECTION_ROWS] = 0
    if prepayment.parked_in(p, row) > 0:
        j = allocation.append_item(
            t, s, it, p[row, rec.P_DUE], p[row, rec.P_PARKED_PRINCIPAL], p[row, rec.P_PARKED_INTEREST], 0,
            p[row, rec.P_PARKED_FEES], p[row, rec.P_PARKED_PENALTY], 1, 0,
        )  # fmt: skip
        it[j, rec.I_PARKED] = 1
        it[j, rec.I_LATE_FEE] = 0


@compiled
def apply_event(
    t: np.ndarray, s: np.ndarray, w: np.ndarray, p: np.ndarray, it: np.ndarray, x: np.ndarray, factors: np.ndarray,
    ledger: np.ndarray, promised: np.ndarray, calendars: np.ndarray, extra: np.ndarray,
    day: int, kind: int, amount: int, argument: int,
) -> None:  # fmt: skip
    """Apply one event at its stage of the day."""
    if kind == ev.PAYMENT:
        prepayment.receive(t, s, w, p, it, x, factors, ledger, day, amount, argument)
    elif kind == ev.FEE_EVENT:
        j = allocation.append_item(t, s, it, day, 0, 0, 0, amount, 0, 0, 0)
        it[j, rec.I_STATUS] = rec.WITHIN_TOLERANCE
        s[rec.S_FEES_CHARGED] += amount
        accrual.write_sum(s, x, accrual.FEES, rec.FEE_CHARGED, day, j, 0, amount)
        prepayment.apply_held(t, s, w, p, it, x, ledger, day)
    elif kind == ev.WAIVER:
        waive(t, s, w, p, it, x, ledger, day, argument, amount)
    elif kind == ev.RETURN:
        prepayment.take_return(t, s, w, p, it, x, factors, ledger, promised, day, argument)
    elif kind == ev.REFUND:
        used = min(amount, s[rec.S_HELD])
        prepayment.draw(s, ledger, rec.L_CLOSED, used)
        s[rec.S_HELD] -= used
    elif kind == ev.RATE_CHANGE:
        change_rate(t, s, w, p, it, x, factors, ledger, day, argument)
    elif kind == ev.DUE_DAY_CHANGE:
        change_due_day(t, s, w, p, it, x, factors, ledger, calendars, day, argument)
    elif kind == ev.ACCELERATION:
        accelerate(t, s, w, p, it, x, ledger, day)
    elif kind == ev.REINSTATEMENT:
        reinstate(t, s, w, p, it, x, factors, ledger, day)
    elif kind == ev.RESTRUCTURE:
        relief.restructure(t, s, w, p, it, x, factors, ledger, promised, calendars, extra, argument, day)
    else:
        s[rec.S_CHARGED_OFF] = 1
    if s[rec.S_AGEING] > 0:
        complete_plan(t, s, w, it, x, day)


@compiled
def complete_plan(t: np.ndarray, s: np.ndarray, w: np.ndarray, it: np.ndarray, x: np.ndarray, day: int) -> None:
    """Waive what a plan waives on completion, once its rows are all due and paid."""
    if s[rec.S_NEXT] < s[rec.S_ROWS]:
        return
    for j in range(s[rec.S_FIRST], s[rec.S_ITEMS]):
        if it[j, rec.I_AGES] == 1:
            owed = allocation.scheduled_unpaid(it, j) + it[j, rec.I_LATE]
            if owed + allocation.penalty_owed(t, s, w, it, x[0:0], j, day) > 0:
                return
    for component in range(4):
        s[rec.S_ON_COMPLETION_FEES + component] = 0


@compiled
def show(
    t: np.ndarray, s: np.ndarray, w: np.ndarray, p: np.ndarray, it: np.ndarray, x: np.ndarray, promised: np.ndarray,
    day: int, out: np.ndarray, place: int,
) -> None:  # fmt: skip
    """Write the position of a day into row `place` of `out` (int64[loans, POSITION_WIDTH])."""
    for field in range(rec.POSITION_WIDTH):
        out[place, field] = 0
    total = 0
    for j in range(s[rec.S_FIRST], s[rec.S_ITEMS]):
        bucket = rec.O_ARREARS_PRINCIPAL if it[j, rec.I_STATUS] == rec.OVERDUE else rec.O_DUE_PRINCIPAL
        penalty = allocation.penalty_owed(t, s, w, it, x, j, day)
        fees = it[j, rec.I_FEE] + it[j, rec.I_LATE]
        out[place, bucket] += it[j, rec.I_PRINCIPAL]
        out[place, bucket + 1] += it[j, rec.I_INTEREST]
        out[place, bucket + 2] += penalty
        out[place, bucket + 3] += fees
        total += it[j, rec.I_PRINCIPAL] + it[j, rec.I_INTEREST] + penalty + fees
    owed, beyond = prepayment.accrued(t, s, w, p, it, x, day)
    if t[term.DAILY] == 0 and x.shape[0] > 0 and s[rec.S_NEXT] < s[rec.S_ROWS]:
        accrual.write_sum(s, x, accrual.INTEREST, rec.ROW_INTEREST, day, -1, p[s[rec.S_NEXT], rec.P_NUMBER], owed)
    owed += prepayment.closed_interest(s, p) + prepayment.deferred_interest(s, p)
    out[place, rec.O_ACCRUED_INTEREST] = owed
    out[place, rec.O_NOT_DUE_PRINCIPAL] = s[rec.S_NOT_DUE]
    payable = total + owed + s[rec.S_NOT_DUE]
    total = payable
    if s[rec.S_RELIEF] == 1:
        for component in range(4):
            parked = s[rec.S_ON_COMPLETION_FEES + component]
            for k in range(s[rec.S_NEXT], s[rec.S_ROWS]):
                parked += p[k, rec.P_PARKED_FEES + component]
            out[place, rec.O_PARKED_FEES - component] = parked
            total += parked
        payable += prepayment.parked_total(s, it, p)
    payable += prepayment.fees_on_payoff(t, s, p, w, day) + prepayment.interest_to_end(t, s, w, p, it, x, day)
    out[place, rec.O_HELD] = s[rec.S_HELD]
    out[place, rec.O_PAYOFF] = payable - s[rec.S_HELD] - beyond
    is_closed = total == 0 and not prepayment.has_more_to_come(s, p)
    status = rec.ACTIVE
    if is_closed:
        status = rec.CLOSED
    elif s[rec.S_CHARGED_OFF] == 1:
        status = rec.CHARGED_OFF
    elif s[rec.S_AGEING] > 0 or is_paused(s, w, day):
        status = rec.IN_RELIEF
    out[place, rec.O_STATUS] = status
    if not is_closed:
        effective, contractual = relief.days_past_due(t, s, w, it, promised, day)
        out[place, rec.O_DAYS_PAST_DUE] = effective
        out[place, rec.O_CONTRACTUAL_DAYS_PAST_DUE] = contractual
    out[place, rec.O_NEXT_DUE_ON] = -1
    out[place, rec.O_ERROR] = s[rec.S_ERROR]


@compiled
def is_paused(s: np.ndarray, w: np.ndarray, day: int) -> bool:
    """Return whether a pause or moratorium runs on a day."""
    for k in range(s[rec.S_WINDOWS]):
        if w[k, rec.W_FROM] <= day < w[k, rec.W_TO]:
            return True
    return False


@compiled
def find_next_due(
    t: np.ndarray, s: np.ndarray, w: np.ndarray, p: np.ndarray, it: np.ndarray, x: np.ndarray, factors: np.ndarray,
    ledger: np.ndarray, promised: np.ndarray, accounts: np.ndarray, calendars: np.ndarray, caps: np.ndarray,
    out: np.ndarray, place: int,
) -> None:  # fmt: skip
    """Walk on, with no more events, to the first row that falls due, and write its day and amount (reading 25)."""
    while s[rec.S_NEXT] < s[rec.S_ROWS] and s[rec.S_ERROR] == 0:
        day = next_day(t, s, w, p, it, caps, rec.NEVER)
        pass_days(t, s, w, p, it, x, caps, accounts, day)
        if step(t, s, w, p, it, x, factors, ledger, promised, calendars, day):
            continue
        first = s[rec.S_ITEMS]
        if turn_row(t, s, w, p, it, x, ledger, day):
            amount = 0
            for j in range(first, s[rec.S_ITEMS]):
                amount += allocation.scheduled_unpaid(it, j) + it[j, rec.I_LATE] + it[j, rec.I_PENALTY]
            out[place, rec.O_NEXT_DUE_ON] = p[s[rec.S_NEXT] - 1, rec.P_DUE]
            out[place, rec.O_NEXT_DUE_AMOUNT] = amount
            break
    out[place, rec.O_ERROR] = s[rec.S_ERROR]
