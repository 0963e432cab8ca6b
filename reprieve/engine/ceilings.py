"""Simple ceilings inside the fold: what interest and penalty bear beyond them is forfeited, never deferred.

A clamp works on a stretch of days in which nothing on the loan changes. Interest has the room first, then penalty,
then what grace may still drop, in the same order; what exceeds is cut pro rata. Cumulative ceilings keep an account of
room and charges.
"""

from reprieve.engine import accrual, allocation, money
from reprieve.engine import records as rec
from reprieve.engine import terms as term
from reprieve.engine.jit import compiled
from reprieve.engine.loan import Loan

INTERESTS, PENALTIES, GRACE_INTERESTS, GRACE_PENALTIES = range(4)
"""Groups in the order in which they have the room: the columns of what the streams bear."""


@compiled
def next_boundary(loan: Loan) -> int:
    """Return the next day on which a ceiling begins or ends."""
    t, s, ceilings = loan.terms, loan.state, loan.ceilings
    day = rec.NEVER
    for k in range(t[term.CEILINGS_AT], t[term.CEILINGS_AT] + t[term.CEILINGS_N]):
        for field in (term.CEILING_FROM, term.CEILING_TO):
            if s[rec.S_TODAY] < ceilings[k, field] < day:
                day = ceilings[k, field]
    return day


@compiled
def pass_settled(loan: Loan) -> None:
    """Step past instalments that are in no grace: its end changes nothing, so it breaks no stretch of days."""
    s, it = loan.state, loan.items
    while s[rec.S_EXPIRY] < s[rec.S_ITEMS] and it[s[rec.S_EXPIRY], rec.I_STATUS] != rec.IN_GRACE:
        s[rec.S_EXPIRY] += 1


@compiled
def clamp(loan: Loan, end: int) -> None:
    """Cut what the days from today to `end` bear beyond each ceiling (readings 14, 44)."""
    t, s, accounts, ceilings = loan.terms, loan.state, loan.accounts, loan.ceilings
    start = s[rec.S_TODAY]
    if start >= end:
        return
    first, count = s[rec.S_FIRST], s[rec.S_ITEMS] - s[rec.S_FIRST]
    borne = loan.borne
    for place in range(count + 1):
        for column in range(rec.BORNE_WIDTH):
            borne[place, column] = 0
    note_borne(loan, start, end)
    common = accrual.common_denominator(loan, start, end)
    years = accrual.weight(loan, accrual.CEILING, s[rec.S_ORIGIN], start, end, common)
    fixed = 0
    if t[term.DAILY] == 0:
        fixed = room_of(s[rec.S_BASE], s[rec.S_RATE], years, common)
    principal = unpaid_principal(loan)
    for k in range(t[term.CEILINGS_N]):
        at = t[term.CEILINGS_AT] + k
        if accounts[k, 0] > 0:
            accounts[k, 1] -= s[rec.S_UNCHARGED]
        if not ceilings[at, term.CEILING_FROM] <= start < ceilings[at, term.CEILING_TO]:
            continue
        accounts[k, 1] += s[rec.S_FEES_CHARGED] * money.MICRO
        room = room_of(principal, ceilings[at, term.CEILING_RATE], years, common)
        accounts[k, 0] += room
        if ceilings[at, term.CEILING_CUMULATIVE] == 1:
            room = accounts[k, 0] - accounts[k, 1]
        left = room - fixed
        for group in range(rec.BORNE_WIDTH):
            left = cut(loan, group, first, left, start, end)
        accounts[k, 1] += fixed + borne_in(loan, 0) + borne_in(loan, 1) + borne_in(loan, 2) + borne_in(loan, 3)
    s[rec.S_FEES_CHARGED] = 0
    s[rec.S_UNCHARGED] = 0


@compiled
def room_of(principal: int, rate: int, years: int, common: int) -> int:
    """Return micro units that a rate allows on a principal over `years / common` of a year."""
    return money.multiply_divide(principal, rate * years, common * accrual.SCALE, money.HALF_EVEN)


@compiled
def unpaid_principal(loan: Loan) -> int:
    """Return all unpaid principal: not due, due and parked."""
    s, p, it = loan.state, loan.plan, loan.items
    total = s[rec.S_NOT_DUE] + s[rec.S_ON_COMPLETION_PRINCIPAL]
    for j in range(s[rec.S_FIRST], s[rec.S_ITEMS]):
        total += it[j, rec.I_PRINCIPAL]
    for k in range(s[rec.S_NEXT], s[rec.S_ROWS]):
        total += p[k, rec.P_PARKED_PRINCIPAL]
    return total


@compiled
def note_borne(loan: Loan, start: int, end: int) -> None:
    """Note what each stream bears in a stretch: row 0 the principal not due, then the instalments, by group."""
    t, s, it, borne = loan.terms, loan.state, loan.items, loan.borne
    row = s[rec.S_BASE_ROW]
    since = s[rec.S_FROM]
    if t[term.DAILY] == 1 and row < s[rec.S_ROWS] and end > since:
        borne[0, 0] = accrual.row_span(loan, False, row, s[rec.S_BASE], since, end)
        if start > since:
            borne[0, 0] -= accrual.row_span(loan, False, row, s[rec.S_BASE], since, start)
    for j in range(s[rec.S_FIRST], s[rec.S_ITEMS]):
        place = j - s[rec.S_FIRST] + 1
        is_late = it[j, rec.I_STATUS] == rec.OVERDUE
        base = allocation.penalty_base(loan, j)
        if base > 0:
            micro = stretch(loan, accrual.PENALTY, base, it[j, rec.I_DUE], it[j, rec.I_FROM], start, end)
            borne[place, PENALTIES if is_late else GRACE_PENALTIES] = micro
        kind = allocation.bears_interest(loan, j)
        if kind > 0 and it[j, rec.I_PRINCIPAL] > 0:
            base, origin, since = it[j, rec.I_PRINCIPAL], it[j, rec.I_ORIGIN], it[j, rec.I_OVERDUE_FROM]
            micro = stretch(loan, accrual.INTEREST, base, origin, since, start, end)
            borne[place, INTERESTS if kind == 1 else GRACE_INTERESTS] = micro


@compiled
def borne_in(loan: Loan, column: int) -> int:
    """Return what one column of the stretch's streams comes to."""
    s, total = loan.state, 0
    for place in range(s[rec.S_ITEMS] - s[rec.S_FIRST] + 1):
        total += loan.borne[place, column]
    return total


@compiled
def stretch(loan: Loan, kind: int, base: int, origin: int, since: int, start: int, end: int) -> int:
    """Return what an open span bears in a stretch of its days."""
    if end <= since:
        return 0
    micro = accrual.span(loan, False, kind, base, origin, since, end, -1, 0)
    if start > since:
        micro -= accrual.span(loan, False, kind, base, origin, since, start, -1, 0)
    return micro


@compiled
def cut(loan: Loan, group: int, first: int, room: int, start: int, end: int) -> int:
    """Cut one group pro rata to the room there is; return the room it leaves."""
    s, borne = loan.state, loan.borne
    total = borne_in(loan, group)
    excess = total - max(0, room)
    if excess <= 0:
        return room - total
    for place in range(s[rec.S_ITEMS] - first + 1):
        part = money.multiply_divide(excess, borne[place, group], total, money.HALF_EVEN)
        borne[place, group] -= part
        take_off(loan, first + place - 1, group, part)
        if part > 0 and s[rec.S_ROOM] > 0:
            kind = accrual.PENALTY if group in (PENALTIES, GRACE_PENALTIES) else accrual.INTEREST
            accrual.write_span(loan, kind, first + place - 1, 0, start, end, 0, 0, 1, 0, 1, -part)
            loan.trace[s[rec.S_SPANS] - 1, rec.X_RULE] = rec.CEILING_CUT
    return min(room, 0)


@compiled
def take_off(loan: Loan, j: int, group: int, part: int) -> None:
    """Take a cut off the stream it belongs to."""
    s, it = loan.state, loan.items
    if group in (PENALTIES, GRACE_PENALTIES):
        it[j, rec.I_MICRO] -= part
    elif group == GRACE_INTERESTS:
        it[j, rec.I_OVERDUE_MICRO] -= part
    elif j < s[rec.S_FIRST]:
        s[rec.S_ACCRUED] -= part
    else:
        s[rec.S_ACCRUED_OVERDUE] -= part
        if it[j, rec.I_STATUS] == rec.IN_GRACE:
            it[j, rec.I_GRACE_MICRO] -= part
