"""Instalments that have fallen due, and money into them: components in the order given, never more than is owed.

An instalment is in grace until it expires; then it is overdue from its due date, or within tolerance. Its penalty is
a stream of spans that starts at the due date; while it is in grace the stream is only remembered.
"""

from reprieve.engine import accrual, money
from reprieve.engine import records as rec
from reprieve.engine import terms as term
from reprieve.engine.jit import compiled, compiled_leaf
from reprieve.engine.loan import Loan


@compiled
def append_item(
    loan: Loan, due: int, principal: int, interest: int, fee: int, late: int, penalty: int, ages: int, number: int
) -> int:
    """Add an instalment that falls due; return its index."""
    t, s, it = loan.terms, loan.state, loan.items
    j = s[rec.S_ITEMS]
    it[j, rec.I_DUE] = due
    it[j, rec.I_EXPIRY] = due + t[term.GRACE_DAYS] + 1
    it[j, rec.I_STATUS] = rec.IN_GRACE
    it[j, rec.I_PRINCIPAL] = principal
    it[j, rec.I_INTEREST] = interest
    it[j, rec.I_FEE] = fee
    it[j, rec.I_LATE] = late
    it[j, rec.I_PENALTY] = penalty
    it[j, rec.I_MICRO] = 0
    it[j, rec.I_SETTLED] = 0
    it[j, rec.I_FROM] = due
    it[j, rec.I_OVERDUE_MICRO] = 0
    it[j, rec.I_OVERDUE_FROM] = due
    it[j, rec.I_ORIGIN] = max(due, s[rec.S_ORIGIN])
    it[j, rec.I_AGES] = ages
    it[j, rec.I_LATE_FEE] = ages
    it[j, rec.I_PARKED] = 0
    it[j, rec.I_GROUP] = rec.IN_PLAN if s[rec.S_AGEING] > 0 else rec.OUTSIDE_PLAN
    it[j, rec.I_NUMBER] = number
    it[j, rec.I_GRACE_MICRO] = 0
    s[rec.S_ITEMS] = j + 1
    return j


@compiled_leaf
def scheduled_unpaid(loan: Loan, j: int) -> int:
    """Return the unpaid principal, interest and scheduled fees of an instalment: what lateness is judged by."""
    it = loan.items
    return it[j, rec.I_PRINCIPAL] + it[j, rec.I_INTEREST] + it[j, rec.I_FEE]


@compiled_leaf
def is_replaced(loan: Loan) -> bool:
    """Return whether a penalty takes the place of interest on overdue principal."""
    t = loan.terms
    return t[term.PENALTY_KIND] != term.NONE and t[term.PENALTY_REPLACES] == 1


@compiled_leaf
def bears_interest(loan: Loan, j: int) -> int:
    """Return how a due instalment's principal bears interest: 0 not, 1 for real, 2 only if it turns out overdue."""
    t, it = loan.terms, loan.items
    if t[term.DAILY] == 0 or it[j, rec.I_PARKED] == 1 or it[j, rec.I_AGES] == 0:
        return 0
    status = it[j, rec.I_STATUS]
    if status == rec.WITHIN_TOLERANCE:
        return 0
    if status == rec.IN_GRACE and t[term.GRACE_RUNS] == 1:
        return 1
    if is_replaced(loan):
        return 0
    return 2 if status == rec.IN_GRACE else 1


@compiled_leaf
def penalty_base(loan: Loan, j: int) -> int:
    """Return the base on which an instalment bears penalty today, whether or not it is overdue yet."""
    t, it = loan.terms, loan.items
    if t[term.PENALTY_KIND] == term.NONE or it[j, rec.I_PARKED] == 1 or it[j, rec.I_AGES] == 0:
        return 0
    if it[j, rec.I_STATUS] == rec.WITHIN_TOLERANCE:
        return 0
    if t[term.PENALTY_ON_INTEREST] == 1:
        return it[j, rec.I_PRINCIPAL] + it[j, rec.I_INTEREST]
    return it[j, rec.I_PRINCIPAL]


@compiled
def close_penalty(loan: Loan, j: int, day: int) -> None:
    """End the instalment's penalty span on a day."""
    s, it = loan.state, loan.items
    if day > it[j, rec.I_FROM]:
        base = penalty_base(loan, j)
        if base > 0:
            it[j, rec.I_MICRO] += accrual.span(
                loan,
                s[rec.S_ROOM] > 0,
                accrual.PENALTY,
                base,
                it[j, rec.I_DUE],
                it[j, rec.I_FROM],
                day,
                j,
                it[j, rec.I_NUMBER],
            )
        it[j, rec.I_FROM] = day


@compiled
def close_interest(loan: Loan, j: int, day: int) -> None:
    """End the span of interest on the instalment's due principal on a day."""
    s, it = loan.state, loan.items
    if day > it[j, rec.I_OVERDUE_FROM]:
        kind = bears_interest(loan, j)
        if kind > 0 and it[j, rec.I_PRINCIPAL] > 0:
            micro = accrual.span(
                loan,
                s[rec.S_ROOM] > 0,
                accrual.INTEREST,
                it[j, rec.I_PRINCIPAL],
                it[j, rec.I_ORIGIN],
                it[j, rec.I_OVERDUE_FROM],
                day,
                j,
                it[j, rec.I_NUMBER],
            )
            if kind == 1:
                s[rec.S_ACCRUED_OVERDUE] += micro
                if it[j, rec.I_STATUS] == rec.IN_GRACE:
                    it[j, rec.I_GRACE_MICRO] += micro
            else:
                it[j, rec.I_OVERDUE_MICRO] += micro
        it[j, rec.I_OVERDUE_FROM] = day


@compiled
def close_all(loan: Loan, day: int) -> None:
    """End every span of every unpaid instalment on a day (a rate changes)."""
    s = loan.state
    for j in range(s[rec.S_FIRST], s[rec.S_ITEMS]):
        close_penalty(loan, j, day)
        close_interest(loan, j, day)


@compiled
def penalty_micro(loan: Loan, j: int, day: int) -> int:
    """Return the instalment's penalty (micro units) up to a day; the span running stays open."""
    s, it = loan.state, loan.items
    if it[j, rec.I_STATUS] == rec.IN_GRACE:
        return 0
    micro = it[j, rec.I_MICRO]
    if day > it[j, rec.I_FROM]:
        base = penalty_base(loan, j)
        if base > 0:
            micro += accrual.span(
                loan,
                s[rec.S_SHOWING] == 1,
                accrual.PENALTY,
                base,
                it[j, rec.I_DUE],
                it[j, rec.I_FROM],
                day,
                j,
                it[j, rec.I_NUMBER],
            )
    return micro


@compiled
def penalty_owed(loan: Loan, j: int, day: int) -> int:
    """Return the instalment's unpaid penalty in minor units: the rounded cumulative figure less what was collected."""
    t, it = loan.terms, loan.items
    micro = penalty_micro(loan, j, day)
    if micro == 0 and it[j, rec.I_SETTLED] == 0:
        return it[j, rec.I_PENALTY]
    owed = money.to_money(micro, t[term.ROUNDING]) - it[j, rec.I_SETTLED]
    return it[j, rec.I_PENALTY] + (owed if owed > 0 else 0)


@compiled
def overdue_interest_micro(loan: Loan, day: int) -> int:
    """Return interest on due principal that belongs to the running row (micro units); spans running stay open."""
    t, s, it = loan.terms, loan.state, loan.items
    micro = s[rec.S_ACCRUED_OVERDUE]
    if t[term.DAILY] == 0 or (is_replaced(loan) and t[term.GRACE_RUNS] == 0):
        return micro
    for j in range(s[rec.S_FIRST], s[rec.S_ITEMS]):
        if it[j, rec.I_PRINCIPAL] > 0 and day > it[j, rec.I_OVERDUE_FROM] and bears_interest(loan, j) == 1:
            micro += accrual.span(
                loan,
                s[rec.S_SHOWING] == 1,
                accrual.INTEREST,
                it[j, rec.I_PRINCIPAL],
                it[j, rec.I_ORIGIN],
                it[j, rec.I_OVERDUE_FROM],
                day,
                j,
                it[j, rec.I_NUMBER],
            )
    return micro


@compiled_leaf
def credit(loan: Loan, field: int, amount: int) -> None:
    """Note what money covered: for the payment that gave it, and towards the dues that were promised."""
    s, ledger = loan.state, loan.ledger
    if s[rec.S_LEDGER] >= 0:
        ledger[s[rec.S_LEDGER], field] += amount
    if field <= rec.L_FEES:
        s[rec.S_PROMISE_KEPT] += amount


@compiled
def pay_component(loan: Loan, j: int, component: int, day: int, amount: int) -> int:
    """Pay one component of one instalment with at most `amount`; return what is left."""
    t, it = loan.terms, loan.items
    if component == term.FEE:
        used = min(amount, it[j, rec.I_FEE])
        if used > 0:
            it[j, rec.I_FEE] -= used
            amount -= used
            credit(loan, rec.L_FEES, used)
        used = min(amount, it[j, rec.I_LATE])
        if used > 0:
            it[j, rec.I_LATE] -= used
            amount -= used
            credit(loan, rec.L_LATE, used)
    elif component == term.PENALTY:
        used = min(amount, penalty_owed(loan, j, day))
        if used > 0:
            amount -= used
            credit(loan, rec.L_PENALTY, used)
            settle_penalty(loan, j, used)
    elif component == term.INTEREST:
        used = min(amount, it[j, rec.I_INTEREST])
        if used > 0:
            if t[term.PENALTY_ON_INTEREST] == 1:
                close_penalty(loan, j, day)
            it[j, rec.I_INTEREST] -= used
            amount -= used
            credit(loan, rec.L_INTEREST, used)
    else:
        used = min(amount, it[j, rec.I_PRINCIPAL])
        if used > 0:
            close_penalty(loan, j, day)
            close_interest(loan, j, day)
            it[j, rec.I_PRINCIPAL] -= used
            amount -= used
            credit(loan, rec.L_PRINCIPAL, used)
    return amount


@compiled_leaf
def may_clear(loan: Loan, j: int, amount: int) -> bool:
    """Return whether a sum pays an instalment in grace as a whole, none of whose accrual can ever count."""
    t, s, it = loan.terms, loan.state, loan.items
    if it[j, rec.I_STATUS] != rec.IN_GRACE or it[j, rec.I_PENALTY] > 0 or it[j, rec.I_SETTLED] > 0:
        return False
    if t[term.CEILINGS_N] > 0 or s[rec.S_ROOM] > 0 or (t[term.DAILY] == 1 and t[term.GRACE_RUNS] == 1):
        return False
    return bool(scheduled_unpaid(loan, j) + it[j, rec.I_LATE] <= amount)


@compiled_leaf
def clear_item(loan: Loan, j: int) -> int:
    """Pay an instalment as a whole; return what it took."""
    s, it = loan.state, loan.items
    scheduled, late = scheduled_unpaid(loan, j), it[j, rec.I_LATE]
    if s[rec.S_LEDGER] >= 0:
        ledger, k = loan.ledger, s[rec.S_LEDGER]
        ledger[k, rec.L_FEES] += it[j, rec.I_FEE]
        ledger[k, rec.L_LATE] += late
        ledger[k, rec.L_INTEREST] += it[j, rec.I_INTEREST]
        ledger[k, rec.L_PRINCIPAL] += it[j, rec.I_PRINCIPAL]
    s[rec.S_PROMISE_KEPT] += scheduled
    it[j, rec.I_FEE] = 0
    it[j, rec.I_LATE] = 0
    it[j, rec.I_INTEREST] = 0
    it[j, rec.I_PRINCIPAL] = 0
    return scheduled + late


@compiled_leaf
def settle_penalty(loan: Loan, j: int, used: int) -> None:
    """Take a sum off the instalment's penalty: the fixed part first, then what accrued."""
    it = loan.items
    fixed = min(used, it[j, rec.I_PENALTY])
    it[j, rec.I_PENALTY] -= fixed
    it[j, rec.I_SETTLED] += used - fixed


@compiled
def pay_due(loan: Loan, first: int, last: int, has_tail: bool, day: int, amount: int) -> int:
    """Pay the instalments `first` to `last` in the contract's order; return what is left."""
    t = loan.terms
    order = t[term.ORDER]
    if t[term.COMPONENT_FIRST] == 1:
        for place in range(4):
            component = (order >> (2 * place)) & 3
            for j in range(first, last):
                if amount == 0:
                    break
                amount = pay_component(loan, j, component, day, amount)
            if component == term.INTEREST and amount > 0 and has_tail:
                amount = pay_tail(loan, day, amount)
    else:
        for j in range(first, last):
            if amount > 0 and may_clear(loan, j, amount):
                amount -= clear_item(loan, j)
            for place in range(4):
                if amount == 0:
                    break
                amount = pay_component(loan, j, (order >> (2 * place)) & 3, day, amount)
        if amount > 0 and has_tail:
            amount = pay_tail(loan, day, amount)
    settle(loan, day)
    return amount


@compiled_leaf
def end_grace_early(loan: Loan, j: int) -> None:
    """End the grace of an instalment that is paid, where its expiry could change nothing and nobody is watching."""
    t, s, it = loan.terms, loan.state, loan.items
    is_quiet = t[term.CEILINGS_N] == 0 and s[rec.S_ROOM] == 0
    if is_quiet and it[j, rec.I_STATUS] == rec.IN_GRACE and it[j, rec.I_GROUP] == rec.OUTSIDE_PLAN:
        it[j, rec.I_STATUS] = rec.WITHIN_TOLERANCE
        it[j, rec.I_MICRO] = 0
        it[j, rec.I_OVERDUE_MICRO] = 0
        it[j, rec.I_GRACE_MICRO] = 0
        s[rec.S_EXPIRY] = j + 1


@compiled
def pay_tail(loan: Loan, day: int, amount: int) -> int:
    """Pay interest that stands in `accrued` after the last row; return what is left."""
    t, s = loan.terms, loan.state
    if s[rec.S_NEXT] < s[rec.S_ROWS] or s[rec.S_CLOSED] == 1:
        return amount
    micro = s[rec.S_ACCRUED] + overdue_interest_micro(loan, day)
    used = min(amount, money.to_money(max(0, micro), t[term.ROUNDING]) - s[rec.S_COLLECTED] - s[rec.S_MOVED])
    if used <= 0:
        return amount
    s[rec.S_COLLECTED] += used
    s[rec.S_PROMISE_KEPT] += used
    credit(loan, rec.L_AHEAD, used)
    return amount - used


@compiled
def settle(loan: Loan, day: int) -> None:
    """Return instalments paid down to within tolerance to `due`, and step past those that owe nothing."""
    t, s, it = loan.terms, loan.state, loan.items
    cumulative = 0
    first = s[rec.S_FIRST]
    is_oldest = True
    for j in range(first, s[rec.S_ITEMS]):
        unpaid = scheduled_unpaid(loan, j)
        cumulative += unpaid
        if it[j, rec.I_STATUS] == rec.OVERDUE and (unpaid == 0 or cumulative <= t[term.TOLERANCE]):
            close_penalty(loan, j, day)
            close_interest(loan, j, day)
            it[j, rec.I_STATUS] = rec.WITHIN_TOLERANCE
        if is_oldest:
            if unpaid == 0 and it[j, rec.I_LATE] == 0 and penalty_owed(loan, j, day) == 0:
                s[rec.S_FIRST] = j + 1
                if j == s[rec.S_EXPIRY]:
                    end_grace_early(loan, j)
            else:
                is_oldest = False
