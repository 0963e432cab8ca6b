"""A payment that came back: what it covered is due again, what it prepaid is not due again; penalties start afresh.

Never asks back what was refunded; the rows to come are solved again where the method can.
"""

from reprieve.engine import accrual, allocation, prepayment, row_dates, schedule
from reprieve.engine import records as rec
from reprieve.engine import terms as term
from reprieve.engine.jit import compiled
from reprieve.engine.loan import Loan


@compiled
def take_return(loan: Loan, day: int, k: int) -> None:
    """Undo a payment that came back: what it covered is due again from its own day (readings 23, 40)."""
    s, it, ledger = loan.state, loan.items, loan.ledger
    s[rec.S_LEDGER] = -1
    prepaid = ledger[k, rec.L_PREPAID] + ledger[k, rec.L_TAKEN]
    if s[rec.S_PAID_OFF] == 1 and prepaid > 0:
        reopen(loan, day)
    principal, interest, ahead = ledger[k, rec.L_PRINCIPAL], ledger[k, rec.L_INTEREST], ledger[k, rec.L_AHEAD]
    fee, late, penalty = ledger[k, rec.L_FEES], ledger[k, rec.L_LATE], ledger[k, rec.L_PENALTY]
    s[rec.S_HELD] -= ledger[k, rec.L_HELD]
    given_back = give_back_taken(loan, k)
    for field in range(rec.LEDGER_WIDTH):
        ledger[k, field] = 0
    if principal + interest + fee + late + penalty + prepaid + ahead > 0:
        s[rec.S_CLOSED] = 0
    carried = prepayment.running_state(loan, day)
    if ahead > 0:
        interest += ahead - give_back_ahead(loan, k, ahead)
    if prepaid > 0:
        if s[rec.S_BASE_ROW] < schedule.solved_rows(loan):
            s[rec.S_PROMISE_KEPT] -= prepaid
            if s[rec.S_METHOD] == term.EXPLICIT or s[rec.S_METHOD] == term.FLAT:
                give_back_principal(loan, prepaid - given_back)
                prepayment.change_principal(loan, day, carried, prepaid, term.TO_PRINCIPAL)
            else:
                prepayment.change_principal(loan, day, carried, prepaid, term.LOWER)
        else:
            principal += prepaid
    if principal + interest + fee + late + penalty > 0:
        j = allocation.append_item(loan, day, principal, interest, fee, late, penalty, 1, 0)
        it[j, rec.I_LATE_FEE] = 0
        prepayment.promise(loan, day, principal + interest + fee)
    prepayment.apply_held(loan, day)


@compiled
def reopen(loan: Loan, day: int) -> None:
    """Let the rows due later come back after a payoff is returned; the same row runs on, another starts today.

    Interest that accrued meanwhile on what had come back before belongs to the row that now runs.
    """
    s, p = loan.state, loan.plan
    s[rec.S_PAID_OFF] = 0
    s[rec.S_REOPENED] = 1
    row = s[rec.S_SAVED_ROW]
    s[rec.S_ROWS] = s[rec.S_SAVED_ROWS]
    while row < s[rec.S_ROWS] and p[row, rec.P_DUE] <= day:
        row += 1
    s[rec.S_NEXT] = row
    s[rec.S_BASE_ROW] = row
    is_same = row == s[rec.S_SAVED_ROW] and row < s[rec.S_ROWS]
    for k in range(row, s[rec.S_ROWS]):
        p[k, rec.P_SAVED] = p[k, rec.P_PRINCIPAL]
        p[k, rec.P_PRINCIPAL] = 0
        p[k, rec.P_EXTRA] = 0
        for component in range(4):
            p[k, rec.P_PARKED_FEES + component] = 0
    if is_same:
        restore_running(loan, day)
    elif row < s[rec.S_ROWS]:
        s[rec.S_FROM] = day
        s[rec.S_ORIGIN] = day
        p[row, rec.P_START] = day
        row_dates.mark_regular(loan, row)


@compiled
def restore_running(loan: Loan, day: int) -> None:
    """Let the row that a payoff ended run on from a day: it bears what it had borne and what accrued meanwhile."""
    s, ledger = loan.state, loan.ledger
    s[rec.S_FROM] = max(s[rec.S_SAVED_FROM], day)
    s[rec.S_ORIGIN] = s[rec.S_SAVED_ORIGIN]
    s[rec.S_ACCRUED] += s[rec.S_SAVED_ACCRUED]
    s[rec.S_ACCRUED_OVERDUE] += s[rec.S_SAVED_OVERDUE]
    s[rec.S_COLLECTED] += s[rec.S_SAVED_COLLECTED]
    s[rec.S_MOVED] += s[rec.S_SAVED_MOVED]
    accrual.continue_run(loan, s[rec.S_SAVED_RUN])
    for k in range(s[rec.S_EVENTS]):
        ledger[k, rec.L_AHEAD] += ledger[k, rec.L_SAVED]
        ledger[k, rec.L_INTEREST] -= ledger[k, rec.L_SAVED]
        ledger[k, rec.L_SAVED] = 0


@compiled
def give_back_ahead(loan: Loan, k: int, amount: int) -> int:
    """Undo interest that a payment collected ahead on rows that have not fallen due; return how much was undone.

    Rows are taken in their order, so what older payments took stands before what this one took.
    """
    s, p, ledger = loan.state, loan.plan, loan.ledger
    older, own = 0, amount
    for payment in range(k):
        older += ledger[payment, rec.L_AHEAD]
    for row in range(s[rec.S_NEXT], max(s[rec.S_ROWS], s[rec.S_BASE_ROW] + 1)):
        if row == s[rec.S_BASE_ROW]:
            passed = min(older, s[rec.S_COLLECTED])
            part = min(own, s[rec.S_COLLECTED] - passed)
            s[rec.S_COLLECTED] -= part
            older -= passed
            own -= part
        if row < s[rec.S_ROWS]:
            passed = min(older, p[row, rec.P_AHEAD])
            part = min(own, p[row, rec.P_AHEAD] - passed)
            p[row, rec.P_AHEAD] -= part
            older -= passed
            own -= part
    s[rec.S_PROMISE_KEPT] -= amount - own
    return amount - own


@compiled
def give_back_taken(loan: Loan, k: int) -> int:
    """Undo what a payment took ahead from rows to come; return how much principal its rows have again.

    Rows are taken in their order, so what older payments took stands before what this one took. Only rows that are
    never solved again have it back at once, and only those whose interest has not ended.
    """
    s, p, ledger = loan.state, loan.plan, loan.ledger
    is_given = s[rec.S_METHOD] == term.EXPLICIT or s[rec.S_METHOD] == term.FLAT
    older, own, given = 0, ledger[k, rec.L_TAKEN], 0
    for payment in range(k):
        older += ledger[payment, rec.L_TAKEN]
    for row in range(s[rec.S_NEXT], s[rec.S_ROWS]):
        passed = min(older, p[row, rec.P_TAKEN])
        older -= passed
        part = min(own, p[row, rec.P_TAKEN] - passed)
        own -= part
        p[row, rec.P_TAKEN] -= part
        if is_given and row >= s[rec.S_BASE_ROW]:
            p[row, rec.P_PRINCIPAL] += part
            given += part
    return given


@compiled
def give_back_principal(loan: Loan, amount: int) -> None:
    """Put prepaid principal back where a payoff took it, the last rows first, and what had no row on the last."""
    s, p = loan.state, loan.plan
    last = s[rec.S_ROWS] - 1
    if s[rec.S_REOPENED] == 1:
        for row in range(last, s[rec.S_BASE_ROW] - 1, -1):
            part = min(amount, p[row, rec.P_SAVED])
            p[row, rec.P_PRINCIPAL] += part
            p[row, rec.P_SAVED] -= part
            amount -= part
    p[last, rec.P_PRINCIPAL] += amount
