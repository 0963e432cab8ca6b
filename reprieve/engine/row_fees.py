"""Scheduled fees: what each row bears beside principal and interest, computed at signing. Never charges one."""

from reprieve.engine import money
from reprieve.engine import records as rec
from reprieve.engine import terms as term
from reprieve.engine.jit import compiled, compiled_leaf
from reprieve.engine.loan import Loan


@compiled_leaf
def fee_amount(loan: Loan, k: int, balance: int, instalment: int) -> int:
    """Return a fee in minor units, given the row's opening balance and its principal and interest."""
    t, fees = loan.terms, loan.fees
    if fees[k, term.FEE_RATE] == 0:
        return fees[k, term.FEE_VALUE]
    base = t[term.PRINCIPAL]
    if fees[k, term.FEE_BASE] == 1:
        base = balance
    elif fees[k, term.FEE_BASE] == 2:
        base = instalment
    return money.multiply_divide(base, fees[k, term.FEE_VALUE], term.RATE_UNIT, t[term.ROUNDING])


@compiled
def set_fees(loan: Loan) -> None:
    """Write the scheduled fees of every row, as computed at signing."""
    t, s, p = loan.terms, loan.state, loan.plan
    if t[term.FEES_N] == 0:
        return
    balance = s[rec.S_NOT_DUE]
    for row in range(s[rec.S_ROWS]):
        set_fee(loan, row, balance)
        balance -= p[row, rec.P_PRINCIPAL]


@compiled_leaf
def set_fee(loan: Loan, row: int, balance: int) -> None:
    """Write the scheduled fees of one row, given its opening balance."""
    t, p, fees = loan.terms, loan.plan, loan.fees
    for k in range(t[term.FEES_AT], t[term.FEES_AT] + t[term.FEES_N]):
        if fees[k, term.FEE_ROW] == 0 or fees[k, term.FEE_ROW] == row + 1:
            amount = fee_amount(loan, k, balance, p[row, rec.P_PRINCIPAL] + p[row, rec.P_INTEREST])
            p[row, rec.P_FEE] += amount
            if fees[k, term.FEE_ON_PAYOFF] == 1:
                p[row, rec.P_FEE_AT_PAYOFF] += amount
            elif fees[k, term.FEE_ON_PAYOFF] == 2:
                p[row, rec.P_FEE_PRORATED] += amount


@compiled_leaf
def fees_of(loan: Loan, row: int, balance: int, instalment: int) -> int:
    """Return the scheduled fees of one row, given its opening balance, and its principal and interest."""
    t, fees = loan.terms, loan.fees
    total = 0
    for k in range(t[term.FEES_AT], t[term.FEES_AT] + t[term.FEES_N]):
        if fees[k, term.FEE_ROW] == 0 or fees[k, term.FEE_ROW] == row + 1:
            total += fee_amount(loan, k, balance, instalment)
    return total
