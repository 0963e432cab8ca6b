"""Rows that are kept: paid in full by what is held or by one payment in grace. They are passed without becoming due.

What the fold does step by step comes to the same for such a row: it falls due, is paid, and nothing of its grace is
left. Never passes a row of which anything stays unpaid; the fold takes over there.
"""

import numpy as np

from reprieve.engine import accrual, money, row_dates, row_fees, schedule
from reprieve.engine import events as ev
from reprieve.engine import records as rec
from reprieve.engine import terms as term
from reprieve.engine.jit import compiled, compiled_leaf
from reprieve.engine.loan import Loan


@compiled_leaf
def may_pass(loan: Loan) -> bool:
    """Return whether the loan owes nothing that is due and nothing but kept rows lies ahead, as far as is known.

    Relief, ceilings, returned payments, rolled due dates and a written derivation are left to the fold.
    """
    t, s = loan.terms, loan.state
    if s[rec.S_FIRST] < s[rec.S_ITEMS] or s[rec.S_EXPIRY] < s[rec.S_ITEMS] or s[rec.S_NEXT] >= s[rec.S_ROWS]:
        return False
    watched = s[rec.S_WINDOWS] + s[rec.S_RELIEF] + s[rec.S_TRACKED] + s[rec.S_ROOM] + s[rec.S_HAS_EXTRA]
    running = s[rec.S_COLLECTED] | s[rec.S_MOVED] | (s[rec.S_BASE_ROW] - s[rec.S_NEXT])
    if watched + t[term.CEILINGS_N] + t[term.ROLL] > 0 or running != 0:
        return False
    return bool(t[term.SURPLUS] != term.NEXT_INSTALMENT and (t[term.DAILY] == 0 or t[term.GRACE_RUNS] == 0))


@compiled_leaf
def bears(loan: Loan, row: int, balance: int, start: int, before: int) -> int:
    """Return a laid row's interest, as money: what it has borne `before` (micro units) and what `balance` bears."""
    t, p = loan.terms, loan.plan
    if t[term.DAILY] == 0:
        return p[row, rec.P_INTEREST]
    micro = before + accrual.row_span(loan, False, row, balance, start, p[row, rec.P_END])
    return money.to_money(max(0, micro), t[term.ROUNDING])


@compiled_leaf
def by_plan(loan: Loan, row: int, balance: int, start: int, due: int, is_regular: bool) -> tuple[int, int]:
    """Return principal and all that falls due of a row that is not laid yet and runs from `start` to `due`."""
    t, s = loan.terms, loan.state
    interest = schedule.regular_interest(loan, balance, start, due, is_regular)
    principal = min(balance, s[rec.S_AMOUNT] - interest) if row < s[rec.S_ROWS] - 1 else balance
    total = principal + interest
    if t[term.FEES_N] > 0:
        total += row_fees.fees_of(loan, row, balance, total)
    return principal, total


@compiled_leaf
def total_due(loan: Loan, row: int) -> int:
    """Return what falls due with the row that runs."""
    s, p = loan.state, loan.plan
    before = s[rec.S_ACCRUED] + s[rec.S_ACCRUED_OVERDUE]
    interest = bears(loan, row, s[rec.S_BASE], s[rec.S_FROM], before)
    return p[row, rec.P_PRINCIPAL] + interest + p[row, rec.P_FEE]


@compiled_leaf
def is_one_payment(loan: Loan, at: int, end: int, due: int, last: int, lacking: int, spare: int) -> bool:
    """Return whether the next event is a payment that alone settles a row, before it falls due or by day `last`.

    It is no branch, since which day of the period people pay on cannot be foreseen. `spare` is what it may not reach,
    for then it might pay the loan off. The event after it must not come before the row falls due.
    """
    on, kind, amount = loan.on, loan.kind, loan.amount[at]
    then = min(at + 1, end - 1)
    follows = (then == at) | ((on[then] >= due) & (kind[then] > ev.BEFORE_DUES))
    is_payment = (kind[at] == ev.PAYMENT) & (loan.argument[at] == ev.TO_OLDEST) & (on[at] <= last)
    is_exact = (loan.terms[term.SURPLUS] == term.HOLD) | ((on[at] >= due) & (amount == lacking))
    return bool(follows & is_payment & is_exact & (amount >= lacking) & (amount < spare))


@compiled_leaf
def hold_early(loan: Loan, at: int, end: int, day: int, held: int, balance: int) -> tuple[int, int]:
    """Hold the payments that come before `day` and do not reach what is not due; return the next event and the sum."""
    on, kind, amount, argument = loan.on, loan.kind, loan.amount, loan.argument
    if loan.terms[term.SURPLUS] == term.HOLD:
        while at < end and on[at] < day and kind[at] == ev.PAYMENT and argument[at] == ev.TO_OLDEST:
            if held + amount[at] >= balance:
                break
            held += amount[at]
            at += 1
    return at, held


@compiled_leaf
def due_after(loan: Loan, row: int) -> int:
    """Return the day on which the row after one falls due, laid or not; never after the last."""
    s = loan.state
    if row + 1 >= s[rec.S_ROWS]:
        return rec.NEVER
    return loan.plan[row + 1, rec.P_DUE] if row + 1 < s[rec.S_LAID] else row_dates.period_date(loan, row + 1)


@compiled_leaf
def comes_before_due(loan: Loan, at: int, end: int, due: int) -> bool:
    """Return whether the next event is handled before a row falls due."""
    if at >= end:
        return False
    return bool(loan.on[at] < due or (loan.on[at] == due and loan.kind[at] <= ev.BEFORE_DUES))


@compiled_leaf
def is_paid_in_grace(loan: Loan, at: int, end: int, last: int, lacking: int, balance: int) -> bool:
    """Return whether the next event pays what a row lacks by day `last`, and what it leaves over is held."""
    if at >= end or loan.kind[at] != ev.PAYMENT or loan.argument[at] != ev.TO_OLDEST or loan.on[at] > last:
        return False
    over = loan.amount[at] - lacking
    if over < 0 or loan.amount[at] >= balance:
        return False
    return bool(over == 0 or loan.terms[term.SURPLUS] == term.HOLD)


@compiled
def pass_kept_rows(loan: Loan, at: int, end: int, day_end: int) -> int:
    """Pass the kept rows ahead that are settled by `day_end`; return the next event that is not part of them."""
    t, s, p, on = loan.terms, loan.state, loan.plan, loan.on
    first = row = s[rec.S_NEXT]
    rows, laid = s[rec.S_ROWS], s[rec.S_LAID]
    balance, held, today, start = s[rec.S_NOT_DUE], s[rec.S_HELD], s[rec.S_TODAY], s[rec.S_FROM]
    due, principal, total = p[row, rec.P_DUE], p[row, rec.P_PRINCIPAL], total_due(loan, row)
    is_regular = row > 0 or due == row_dates.period_date(loan, 0)
    paid = 0
    while row >= laid or p[row, rec.P_END] == due:
        next_due = due_after(loan, row)
        last = min(due + t[term.GRACE_DAYS], day_end, next_due - 1)
        spare = balance - principal
        if due <= day_end and at < end and is_one_payment(loan, at, end, due, last, total - held, spare - held):
            held += loan.amount[at]
            today = max(due, np.int64(on[at]))
            at += 1
        else:
            early = at
            at, held = hold_early(loan, at, end, min(due, day_end + 1), held, balance)
            if at > early:
                today = max(today, np.int64(on[at - 1]))
            if due > day_end or comes_before_due(loan, at, end, due):
                break
            settled = due
            if held < total:
                if not is_paid_in_grace(loan, at, end, last, total - held, spare):
                    break
                held += loan.amount[at]
                settled = max(due, np.int64(on[at]))
                at += 1
            today = max(today, settled)
        held -= total
        paid += total
        balance = spare
        start, due = due, next_due
        row += 1
        if row >= rows:
            break
        if row < laid:
            principal = p[row, rec.P_PRINCIPAL]
            total = principal + p[row, rec.P_FEE] + bears(loan, row, balance, start, 0)
        else:
            principal, total = by_plan(loan, row, balance, start, due, is_regular)
            is_regular = True
    s[rec.S_HELD] = held
    s[rec.S_TODAY] = today
    if row > first:
        s[rec.S_PROMISE_KEPT] += paid
        run_from(loan, row, start, balance)
    return at


@compiled_leaf
def run_from(loan: Loan, row: int, start: int, balance: int) -> None:
    """Let a row run from a day on, for the principal that is not due; it is laid if it was not."""
    s, p = loan.state, loan.plan
    s[rec.S_NEXT] = row
    s[rec.S_BASE_ROW] = row
    s[rec.S_NOT_DUE] = balance
    s[rec.S_BASE] = balance
    s[rec.S_ACCRUED] = 0
    s[rec.S_ACCRUED_OVERDUE] = 0
    s[rec.S_FROM] = start
    s[rec.S_ORIGIN] = start
    if row >= s[rec.S_LAID]:
        p[row - 1, rec.P_END] = start
        p[row - 1, rec.P_NOMINAL] = start
        s[rec.S_LAID] = row
        s[rec.S_LAID_BALANCE] = balance
        if row < s[rec.S_ROWS]:
            schedule.lay_to(loan, row + 1)
