"""Instalments that have fallen due, and money into them: components in the order given, never more than is owed.

An instalment is in grace until it expires; then it is overdue from its due date, or within tolerance. Its penalty is
a stream of spans that starts at the due date; while it is in grace the stream is only remembered.
"""

import numpy as np

from reprieve.engine import accrual, money
from reprieve.engine import records as rec
from reprieve.engine import terms as term
from reprieve.engine.jit import compiled


@compiled
def append_item(
    t: np.ndarray, s: np.ndarray, it: np.ndarray,
    due: int, principal: int, interest: int, fee: int, late: int, penalty: int, ages: int, number: int,
) -> int:  # fmt: skip
    """Add an instalment that falls due; return its index."""
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


@compiled
def scheduled_unpaid(it: np.ndarray, j: int) -> int:
    """Return the unpaid principal, interest and scheduled fees of an instalment: what lateness is judged by."""
    return it[j, rec.I_PRINCIPAL] + it[j, rec.I_INTEREST] + it[j, rec.I_FEE]


@compiled
def is_replaced(t: np.ndarray) -> bool:
    """Return whether a penalty takes the place of interest on overdue principal."""
    return t[term.PENALTY_KIND] != term.NONE and t[term.PENALTY_REPLACES] == 1


@compiled
def bears_interest(t: np.ndarray, it: np.ndarray, j: int) -> int:
    """Return how a due instalment's principal bears interest: 0 not, 1 for real, 2 only if it turns out overdue."""
    if t[term.DAILY] == 0 or it[j, rec.I_PARKED] == 1 or it[j, rec.I_AGES] == 0:
        return 0
    status = it[j, rec.I_STATUS]
    if status == rec.WITHIN_TOLERANCE:
        return 0
    if status == rec.IN_GRACE and t[term.GRACE_RUNS] == 1:
        return 1
    if is_replaced(t):
        return 0
    return 2 if status == rec.IN_GRACE else 1


@compiled
def penalty_base(t: np.ndarray, it: np.ndarray, j: int) -> int:
    """Return the base on which an instalment bears penalty today, whether or not it is overdue yet."""
    if t[term.PENALTY_KIND] == term.NONE or it[j, rec.I_PARKED] == 1 or it[j, rec.I_AGES] == 0:
        return 0
    if it[j, rec.I_STATUS] == rec.WITHIN_TOLERANCE:
        return 0
    if t[term.PENALTY_ON_INTEREST] == 1:
        return it[j, rec.I_PRINCIPAL] + it[j, rec.I_INTEREST]
    return it[j, rec.I_PRINCIPAL]


@compiled
def close_penalty(t: np.ndarray, s: np.ndarray, w: np.ndarray, it: np.ndarray, x: np.ndarray, j: int, day: int) -> None:
    """End the instalment's penalty span on a day."""
    if day > it[j, rec.I_FROM]:
        base = penalty_base(t, it, j)
        if base > 0:
            it[j, rec.I_MICRO] += accrual.span(
                t, s, w, x, accrual.PENALTY, base, it[j, rec.I_DUE], it[j, rec.I_FROM], day, j, it[j, rec.I_NUMBER]
            )
        it[j, rec.I_FROM] = day


@compiled
def close_interest(
    t: np.ndarray, s: np.ndarray, w: np.ndarray, it: np.ndarray, x: np.ndarray, j: int, day: int
) -> None:
    """End the span of interest on the instalment's due principal on a day."""
    if day > it[j, rec.I_OVERDUE_FROM]:
        kind = bears_interest(t, it, j)
        if kind > 0 and it[j, rec.I_PRINCIPAL] > 0:
            micro = accrual.span(
                t, s, w, x, accrual.INTEREST, it[j, rec.I_PRINCIPAL], it[j, rec.I_ORIGIN], it[j, rec.I_OVERDUE_FROM],
                day, j, it[j, rec.I_NUMBER],
            )  # fmt: skip
            if kind == 1:
                s[rec.S_ACCRUED_OVERDUE] += micro
                if it[j, rec.I_STATUS] == rec.IN_GRACE:
                    it[j, rec.I_GRACE_MICRO] += micro
            else:
                it[j, rec.I_OVERDUE_MICRO] += micro
        it[j, rec.I_OVERDUE_FROM] = day


@compiled
def close_all(t: np.ndarray, s: np.ndarray, w: np.ndarray, it: np.ndarray, x: np.ndarray, day: int) -> None:
    """End every span of every unpaid instalment on a day (a rate changes)."""
    for j in range(s[rec.S_FIRST], s[rec.S_ITEMS]):
        close_penalty(t, s, w, it, x, j, day)
        close_interest(t, s, w, it, x, j, day)


@compiled
def penalty_micro(t: np.ndarray, s: np.ndarray, w: np.ndarray, it: np.ndarray, x: np.ndarray, j: int, day: int) -> int:
    """Return the instalment's penalty (micro units) up to a day; the span running stays open."""
    if it[j, rec.I_STATUS] == rec.IN_GRACE:
        return 0
    micro = it[j, rec.I_MICRO]
    if day > it[j, rec.I_FROM]:
        base = penalty_base(t, it, j)
        if base > 0:
            micro += accrual.span(
                t, s, w, x, accrual.PENALTY, base, it[j, rec.I_DUE], it[j, rec.I_FROM], day, j, it[j, rec.I_NUMBER]
            )
    return micro


@compiled
def penalty_owed(t: np.ndarray, s: np.ndarray, w: np.ndarray, it: np.ndarray, x: np.ndarray, j: int, day: int) -> int:
    """Return the instalment's unpaid penalty in minor units: the rounded cumulative figure less what was collected."""
    micro = penalty_micro(t, s, w, it, x, j, day)
    if micro == 0 and it[j, rec.I_SETTLED] == 0:
        return it[j, rec.I_PENALTY]
    owed = money.to_money(micro, t[term.ROUNDING]) - it[j, rec.I_SETTLED]
    return it[j, rec.I_PENALTY] + (owed if owed > 0 else 0)


@compiled
def overdue_interest_micro(t: np.ndarray, s: np.ndarray, w: np.ndarray, it: np.ndarray, x: np.ndarray, day: int) -> int:
    """Return interest on due principal that belongs to the running row (micro units); spans running stay open."""
    micro = s[rec.S_ACCRUED_OVERDUE]
    if t[term.DAILY] == 0 or (is_replaced(t) and t[term.GRACE_RUNS] == 0):
        return micro
    for j in range(s[rec.S_FIRST], s[rec.S_ITEMS]):
        if it[j, rec.I_PRINCIPAL] > 0 and day > it[j, rec.I_OVERDUE_FROM] and bears_interest(t, it, j) == 1:
            micro += accrual.span(
                t, s, w, x, accrual.INTEREST, it[j, rec.I_PRINCIPAL], it[j, rec.I_ORIGIN], it[j, rec.I_OVERDUE_FROM],
                day, j, it[j, rec.I_NUMBER],
            )  # fmt: skip
    return micro


@compiled
def expire(t: np.ndarray, s: np.ndarray, w: np.ndarray, it: np.ndarray, x: np.ndarray, j: int) -> None:
    """End an instalment's grace: it is overdue from its due date, or within tolerance (readings 9, 10, 11, 39)."""
    day = it[j, rec.I_EXPIRY]
    unpaid = scheduled_unpaid(it, j)
    cumulative = 0
    for k in range(s[rec.S_FIRST] if s[rec.S_FIRST] < j else j, j + 1):
        cumulative += scheduled_unpaid(it, k)
    if unpaid > 0 and it[j, rec.I_AGES] == 1 and cumulative > t[term.TOLERANCE]:
        if is_replaced(t):
            it[j, rec.I_OVERDUE_FROM] = day
            accrual.drop_spans(s, x, accrual.INTEREST, j, s[rec.S_ORIGIN])
        it[j, rec.I_STATUS] = rec.OVERDUE
        if it[j, rec.I_GROUP] == rec.IN_PLAN and it[j, rec.I_NUMBER] != 0:
            s[rec.S_KEPT] = 0
        if is_replaced(t):
            s[rec.S_ACCRUED_OVERDUE] -= it[j, rec.I_GRACE_MICRO]
        else:
            s[rec.S_ACCRUED_OVERDUE] += it[j, rec.I_OVERDUE_MICRO]
        charge_late_fee(t, s, w, it, x, j, day)
    else:
        close_interest(t, s, w, it, x, j, day)
        close_penalty(t, s, w, it, x, j, day)
        s[rec.S_UNCHARGED] += it[j, rec.I_MICRO] + it[j, rec.I_OVERDUE_MICRO]
        it[j, rec.I_STATUS] = rec.WITHIN_TOLERANCE
        it[j, rec.I_MICRO] = 0
        accrual.drop_spans(s, x, accrual.PENALTY, j, 0)
        if t[term.GRACE_RUNS] == 0:
            accrual.drop_spans(s, x, accrual.INTEREST, j, 0)
        if it[j, rec.I_GROUP] == rec.IN_PLAN and it[j, rec.I_NUMBER] != 0:
            s[rec.S_KEPT] += 1
            if s[rec.S_KEPT] >= s[rec.S_KEPT_NEEDED]:
                s[rec.S_CURED] = 1
    it[j, rec.I_OVERDUE_MICRO] = 0
    it[j, rec.I_GRACE_MICRO] = 0


@compiled
def charge_late_fee(
    t: np.ndarray, s: np.ndarray, w: np.ndarray, it: np.ndarray, x: np.ndarray, j: int, day: int
) -> None:
    """Post the late fee of a missed instalment, unless a moratorium runs."""
    if t[term.LATE_KIND] == term.NONE or it[j, rec.I_LATE_FEE] == 0:
        return
    for k in range(s[rec.S_WINDOWS]):
        if w[k, rec.W_MORATORIUM] == 1 and w[k, rec.W_FROM] <= day < w[k, rec.W_TO]:
            return
    amount = t[term.LATE_VALUE]
    if t[term.LATE_KIND] == term.PERCENT:
        amount = money.multiply_divide(scheduled_unpaid(it, j), amount, term.SHARE_UNIT, t[term.ROUNDING])
        if amount < t[term.LATE_MIN]:
            amount = t[term.LATE_MIN]
        if 0 <= t[term.LATE_MAX] < amount:
            amount = t[term.LATE_MAX]
    if t[term.LATE_CAP] >= 0 and s[rec.S_LATE_TOTAL] + amount > t[term.LATE_CAP]:
        amount = t[term.LATE_CAP] - s[rec.S_LATE_TOTAL]
    it[j, rec.I_LATE] += amount
    s[rec.S_LATE_TOTAL] += amount
    s[rec.S_FEES_CHARGED] += amount
    accrual.write_sum(s, x, accrual.FEES, rec.LATE_FEE, day, j, it[j, rec.I_NUMBER], amount)


@compiled
def credit(s: np.ndarray, ledger: np.ndarray, field: int, amount: int) -> None:
    """Note what money covered: for the payment that gave it, and towards the dues that were promised."""
    if s[rec.S_LEDGER] >= 0:
        ledger[s[rec.S_LEDGER], field] += amount
    if field <= rec.L_FEES:
        s[rec.S_PROMISE_KEPT] += amount


@compiled
def pay_component(
    t: np.ndarray, s: np.ndarray, w: np.ndarray, it: np.ndarray, x: np.ndarray, ledger: np.ndarray,
    j: int, component: int, day: int, amount: int,
) -> int:  # fmt: skip
    """Pay one component of one instalment with at most `amount`; return what is left."""
    if component == term.FEE:
        used = min(amount, it[j, rec.I_FEE])
        if used > 0:
            it[j, rec.I_FEE] -= used
            amount -= used
            credit(s, ledger, rec.L_FEES, used)
        used = min(amount, it[j, rec.I_LATE])
        if used > 0:
            it[j, rec.I_LATE] -= used
            amount -= used
            credit(s, ledger, rec.L_LATE, used)
    elif component == term.PENALTY:
        used = min(amount, penalty_owed(t, s, w, it, x[0:0], j, day))
        if used > 0:
            amount -= used
            credit(s, ledger, rec.L_PENALTY, used)
            settle_penalty(it, j, used)
    elif component == term.INTEREST:
        used = min(amount, it[j, rec.I_INTEREST])
        if used > 0:
            if t[term.PENALTY_ON_INTEREST] == 1:
                close_penalty(t, s, w, it, x, j, day)
            it[j, rec.I_INTEREST] -= used
            amount -= used
            credit(s, ledger, rec.L_INTEREST, used)
    else:
        used = min(amount, it[j, rec.I_PRINCIPAL])
        if used > 0:
            close_penalty(t, s, w, it, x, j, day)
            close_interest(t, s, w, it, x, j, day)
            it[j, rec.I_PRINCIPAL] -= used
            amount -= used
            credit(s, ledger, rec.L_PRINCIPAL, used)
    return amount


@compiled
def settle_penalty(it: np.ndarray, j: int, used: int) -> None:
    """Take a sum off the instalment's penalty: the fixed part first, then what accrued."""
    fixed = min(used, it[j, rec.I_PENALTY])
    it[j, rec.I_PENALTY] -= fixed
    it[j, rec.I_SETTLED] += used - fixed


@compiled
def pay_due(
    t: np.ndarray, s: np.ndarray, w: np.ndarray, p: np.ndarray, it: np.ndarray, x: np.ndarray, ledger: np.ndarray,
    first: int, last: int, has_tail: bool, day: int, amount: int,
) -> int:  # fmt: skip
    """Pay the instalments `first` to `last` in the contract's order; return what is left."""
    order = t[term.ORDER]
    if t[term.COMPONENT_FIRST] == 1:
        for place in range(4):
            component = (order >> (2 * place)) & 3
            for j in range(first, last):
                if amount == 0:
                    break
                amount = pay_component(t, s, w, it, x, ledger, j, component, day, amount)
            if component == term.INTEREST and amount > 0 and has_tail:
                amount = pay_tail(t, s, w, it, x, ledger, day, amount)
    else:
        for j in range(first, last):
            for place in range(4):
                if amount == 0:
                    break
                amount = pay_component(t, s, w, it, x, ledger, j, (order >> (2 * place)) & 3, day, amount)
        if amount > 0 and has_tail:
            amount = pay_tail(t, s, w, it, x, ledger, day, amount)
    settle(t, s, w, it, x, day)
    return amount


@compiled
def pay_tail(
    t: np.ndarray, s: np.ndarray, w: np.ndarray, it: np.ndarray, x: np.ndarray, ledger: np.ndarray,
    day: int, amount: int,
) -> int:  # fmt: skip
    """Pay interest that stands in `accrued` after the last row; return what is left."""
    if s[rec.S_NEXT] < s[rec.S_ROWS] or s[rec.S_CLOSED] == 1:
        return amount
    micro = s[rec.S_ACCRUED] + overdue_interest_micro(t, s, w, it, x[0:0], day)
    used = min(amount, money.to_money(max(0, micro), t[term.ROUNDING]) - s[rec.S_COLLECTED] - s[rec.S_MOVED])
    if used <= 0:
        return amount
    s[rec.S_COLLECTED] += used
    s[rec.S_PROMISE_KEPT] += used
    credit(s, ledger, rec.L_AHEAD, used)
    return amount - used


@compiled
def settle(t: np.ndarray, s: np.ndarray, w: np.ndarray, it: np.ndarray, x: np.ndarray, day: int) -> None:
    """Return instalments paid down to within tolerance to `due`, and step past those that owe nothing."""
    cumulative = 0
    first = s[rec.S_FIRST]
    is_oldest = True
    for j in range(first, s[rec.S_ITEMS]):
        unpaid = scheduled_unpaid(it, j)
        cumulative += unpaid
        if it[j, rec.I_STATUS] == rec.OVERDUE and (unpaid == 0 or cumulative <= t[term.TOLERANCE]):
            close_penalty(t, s, w, it, x, j, day)
            close_interest(t, s, w, it, x, j, day)
            it[j, rec.I_STATUS] = rec.WITHIN_TOLERANCE
        if is_oldest:
            if unpaid == 0 and it[j, rec.I_LATE] == 0 and penalty_owed(t, s, w, it, x[0:0], j, day) == 0:
                s[rec.S_FIRST] = j + 1
            else:
                is_oldest = False
