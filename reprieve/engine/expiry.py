"""The end of an instalment's grace: overdue from its due date, with a late fee, or within tolerance. Takes no money."""

from reprieve.engine import accrual, allocation, money
from reprieve.engine import records as rec
from reprieve.engine import terms as term
from reprieve.engine.jit import compiled
from reprieve.engine.loan import Loan


@compiled
def expire(loan: Loan, j: int) -> None:
    """End an instalment's grace: it is overdue from its due date, or within tolerance (readings 9, 10, 11, 39)."""
    t, s, it = loan.terms, loan.state, loan.items
    day = it[j, rec.I_EXPIRY]
    unpaid = allocation.scheduled_unpaid(loan, j)
    cumulative = 0
    for k in range(s[rec.S_FIRST] if s[rec.S_FIRST] < j else j, j + 1):
        cumulative += allocation.scheduled_unpaid(loan, k)
    if unpaid > 0 and it[j, rec.I_AGES] == 1 and cumulative > t[term.TOLERANCE]:
        if allocation.is_replaced(loan):
            it[j, rec.I_OVERDUE_FROM] = day
            accrual.drop_spans(loan, accrual.INTEREST, j, s[rec.S_ORIGIN])
        it[j, rec.I_STATUS] = rec.OVERDUE
        if it[j, rec.I_GROUP] == rec.IN_PLAN and it[j, rec.I_NUMBER] != 0:
            s[rec.S_KEPT] = 0
        if allocation.is_replaced(loan):
            s[rec.S_ACCRUED_OVERDUE] -= it[j, rec.I_GRACE_MICRO]
        else:
            s[rec.S_ACCRUED_OVERDUE] += it[j, rec.I_OVERDUE_MICRO]
            if it[j, rec.I_OVERDUE_MICRO] > 0:
                accrual.count_spans_now(loan, accrual.INTEREST, j)
        charge_late_fee(loan, j, day)
    else:
        allocation.close_interest(loan, j, day)
        allocation.close_penalty(loan, j, day)
        drop_grace(loan, j)
        if it[j, rec.I_GROUP] == rec.IN_PLAN and it[j, rec.I_NUMBER] != 0:
            s[rec.S_KEPT] += 1
            if s[rec.S_KEPT] >= s[rec.S_KEPT_NEEDED]:
                s[rec.S_CURED] = 1
    it[j, rec.I_OVERDUE_MICRO] = 0
    it[j, rec.I_GRACE_MICRO] = 0


@compiled
def drop_grace(loan: Loan, j: int) -> None:
    """Let an instalment in grace be within tolerance: what it bore meanwhile is dropped, and was never charged."""
    t, s, it = loan.terms, loan.state, loan.items
    s[rec.S_UNCHARGED] += it[j, rec.I_MICRO] + it[j, rec.I_OVERDUE_MICRO]
    it[j, rec.I_STATUS] = rec.WITHIN_TOLERANCE
    it[j, rec.I_MICRO] = 0
    it[j, rec.I_OVERDUE_MICRO] = 0
    it[j, rec.I_GRACE_MICRO] = 0
    accrual.drop_spans(loan, accrual.PENALTY, j, 0)
    if t[term.GRACE_RUNS] == 0:
        accrual.drop_spans(loan, accrual.INTEREST, j, 0)


@compiled
def charge_late_fee(loan: Loan, j: int, day: int) -> None:
    """Post the late fee of a missed instalment, unless a moratorium runs."""
    t, s, w, it = loan.terms, loan.state, loan.windows, loan.items
    if t[term.LATE_KIND] == term.NONE or it[j, rec.I_LATE_FEE] == 0:
        return
    for k in range(s[rec.S_WINDOWS]):
        if w[k, rec.W_MORATORIUM] == 1 and w[k, rec.W_FROM] <= day < w[k, rec.W_TO]:
            return
    amount = t[term.LATE_VALUE]
    if t[term.LATE_KIND] == term.PERCENT:
        amount = money.multiply_divide(allocation.scheduled_unpaid(loan, j), amount, term.SHARE_UNIT, t[term.ROUNDING])
        if amount < t[term.LATE_MIN]:
            amount = t[term.LATE_MIN]
        if 0 <= t[term.LATE_MAX] < amount:
            amount = t[term.LATE_MAX]
    if t[term.LATE_CAP] >= 0 and s[rec.S_LATE_TOTAL] + amount > t[term.LATE_CAP]:
        amount = t[term.LATE_CAP] - s[rec.S_LATE_TOTAL]
    it[j, rec.I_LATE] += amount
    s[rec.S_LATE_TOTAL] += amount
    s[rec.S_FEES_CHARGED] += amount
    accrual.write_sum(loan, accrual.FEES, rec.LATE_FEE, day, j, it[j, rec.I_NUMBER], amount)
