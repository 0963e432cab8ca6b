"""What changes a loan's terms or claims outside relief: openings, tranches, rates, due days, acceleration, waivers."""

from reprieve.engine import allocation, elapsed, expiry, money, prepayment, row_dates, row_fees, schedule
from reprieve.engine import calendar as cal
from reprieve.engine import events as ev
from reprieve.engine import records as rec
from reprieve.engine import terms as term
from reprieve.engine.jit import compiled, compiled_within
from reprieve.engine.loan import Loan


@compiled
def open_loan(loan: Loan, at: int, day: int) -> None:
    """Take a loan over: one instalment of what is late, and the rows to come, priced for what is not due."""
    t, s, p, rows, extra = loan.terms, loan.state, loan.plan, loan.rows, loan.extra
    balance = extra[at + ev.OPEN_NOT_DUE]
    given, count = extra[at + ev.OPEN_ROWS_N], extra[at + ev.OPEN_COUNT]
    s[rec.S_NOT_DUE] = balance
    s[rec.S_BASE] = balance
    s[rec.S_FLAT_BASE] = balance
    s[rec.S_NEXT] = 0
    s[rec.S_BASE_ROW] = 0
    s[rec.S_ERROR] = 0
    s[rec.S_ROWS] = given if given > 0 else (1 if s[rec.S_METHOD] == term.BULLET and count > 0 else count)
    if given > 0:
        set_anchor(loan, rows[extra[at + ev.OPEN_ROWS_AT], term.ROW_DUE_ON], False)
        s[rec.S_METHOD] = term.EXPLICIT
        s[rec.S_FIXED] = 0
    elif count > 0:
        set_anchor(loan, extra[at + ev.OPEN_NEXT_DUE], True)
        if s[rec.S_METHOD] == term.EXPLICIT:
            s[rec.S_ERROR] = rec.ERROR_NO_ROWS
    elif balance > 0:
        s[rec.S_ERROR] = rec.ERROR_NO_ROWS
    start, total = day, 0
    for k in range(s[rec.S_ROWS]):
        row_dates.clear_row(loan, k)
        if given > 0:
            row = extra[at + ev.OPEN_ROWS_AT] + k
            nominal = rows[row, term.ROW_DUE_ON]
            p[k, rec.P_PRINCIPAL] = rows[row, term.ROW_PRINCIPAL]
            total += rows[row, term.ROW_PRINCIPAL]
        else:
            nominal = row_dates.period_date(loan, count - 1 if s[rec.S_METHOD] == term.BULLET else k)
        start = row_dates.place_row(loan, k, start, nominal)
        p[k, rec.P_DUE] = max(p[k, rec.P_DUE], day)
        p[k, rec.P_NUMBER] = k + 1
        bears = k == s[rec.S_ROWS] - 1 or (k + 1) % t[term.PRINCIPAL_EVERY] == 0
        p[k, rec.P_WEIGHT] = term.SHARE_UNIT if bears else 0
    if given > 0 and total != balance:
        s[rec.S_ERROR] = rec.ERROR_NO_ROWS
    prepayment.start_row(loan, day)
    s[rec.S_SIGNED] = 0
    price_opening(loan, day, given > 0)
    if t[term.FEES_N] > 0:
        row_fees.set_fees(loan)
    s[rec.S_SIGNED] = 1
    add_late(loan, at, day)


@compiled_within
def price_opening(loan: Loan, day: int, is_explicit: bool) -> None:
    """Price the rows of an opening with the agreed amount, or with one found anew."""
    t, s = loan.terms, loan.state
    mode = schedule.SOLVE
    if is_explicit:
        mode = schedule.FIXED
    elif t[term.INSTALMENT_AGREED] == 1:
        mode = schedule.KEEP
    s[rec.S_OPENING] = 1
    schedule.price(loan, 0, day, 0, 0, mode)
    s[rec.S_OPENING] = 0


@compiled
def set_anchor(loan: Loan, first: int, keeps_due_day: bool) -> None:
    """Set the grid through a first due date, on the contract's due day where that date falls on it."""
    t = loan.terms
    _, _, own_day = cal.civil(first)
    due_day = t[term.DUE_DAY]
    if (
        not keeps_due_day
        or t[term.PERIOD_UNIT] > cal.SEMIMONTH
        or cal.day_in_month(cal.month_index_of(first), due_day) != first
    ):
        due_day = own_day
    row_dates.set_grid(loan, first, due_day)


@compiled_within
def add_late(loan: Loan, at: int, day: int) -> None:
    """Add the instalment of an opening: what fell due before, aged from its oldest due date, accruing from today."""
    it, extra = loan.items, loan.extra
    principal, interest = extra[at + ev.OPEN_PRINCIPAL], extra[at + ev.OPEN_INTEREST]
    fee, penalty = extra[at + ev.OPEN_FEES], extra[at + ev.OPEN_PENALTY]
    if principal + interest + fee + penalty == 0:
        return
    due = extra[at + ev.OPEN_OLDEST] if extra[at + ev.OPEN_HAS_OLDEST] == 1 else day
    j = allocation.append_item(loan, due, principal, interest, fee, 0, penalty, 1, 0)
    it[j, rec.I_LATE_FEE] = 0
    since = max(due, day)
    it[j, rec.I_FROM] = since
    it[j, rec.I_OVERDUE_FROM] = since
    it[j, rec.I_ORIGIN] = day


@compiled
def disburse(loan: Loan, day: int, amount: int) -> None:
    """Add a tranche: the remaining rows are solved again."""
    s = loan.state
    if s[rec.S_BASE_ROW] >= schedule.solved_rows(loan):
        s[rec.S_ERROR] = rec.ERROR_NO_ROWS
        return
    if s[rec.S_METHOD] == term.FLAT or s[rec.S_METHOD] == term.EXPLICIT:
        s[rec.S_ERROR] = rec.ERROR_FIXED_INTEREST
        return
    carried = prepayment.running_state(loan, day)
    prepayment.change_principal(loan, day, carried, amount, term.LOWER)


@compiled
def change_rate(loan: Loan, day: int, rate: int) -> None:
    """Change the contract rate from today; a level amount is solved again with the running row's mixed interest."""
    t, s = loan.terms, loan.state
    if s[rec.S_BASE_ROW] < s[rec.S_ROWS] and (s[rec.S_METHOD] == term.FLAT or s[rec.S_FIXED] == 1):
        s[rec.S_ERROR] = rec.ERROR_FIXED_INTEREST
        return
    carried = prepayment.running_state(loan, day)
    prepayment.close_span(loan, day)
    for j in range(s[rec.S_FIRST], s[rec.S_ITEMS]):
        if t[term.PENALTY_KIND] == term.BY_MULTIPLE:
            allocation.close_penalty(loan, j, day)
        allocation.close_interest(loan, j, day)
    s[rec.S_RATE] = rate
    mode = schedule.SOLVE if s[rec.S_METHOD] == term.LEVEL_INSTALMENT else schedule.FIXED
    prepayment.reprice(loan, day, carried, mode)


@compiled
def change_due_day(loan: Loan, day: int, due_day: int) -> None:
    """Move the next row to the new day of its month, or of the next if that has passed; the others follow (41)."""
    s, p = loan.state, loan.plan
    first = s[rec.S_BASE_ROW]
    if first >= s[rec.S_ROWS]:
        return
    if s[rec.S_METHOD] == term.FLAT or s[rec.S_FIXED] == 1:
        s[rec.S_ERROR] = rec.ERROR_FIXED_INTEREST
        return
    carried = prepayment.running_state(loan, day)
    prepayment.close_span(loan, day)
    elapsed.note_elapsed(loan, day)
    allocation.close_all(loan, day)
    month = cal.month_index_of(p[first, rec.P_NOMINAL])
    delay = 0
    while cal.day_in_month(month + delay, due_day) <= day:
        delay += 1
    opening = p[first, rec.P_START]
    for k in range(first, s[rec.S_ROWS]):
        nominal = cal.day_in_month(cal.month_index_of(p[k, rec.P_NOMINAL]) + delay, due_day)
        if k == first:
            row_dates.set_grid(loan, nominal, due_day)
        opening = row_dates.place_row(loan, k, opening, nominal)
    prepayment.reprice(loan, day, carried, schedule.FIXED)


@compiled
def accelerate(loan: Loan, day: int) -> None:
    """Make principal not due and accrued interest one instalment due today; fees not yet due fall away (13)."""
    s, p, it = loan.state, loan.plan, loan.items
    if s[rec.S_NEXT] >= s[rec.S_ROWS]:
        return
    s[rec.S_RUNNING_INTEREST] = money.to_money(max(0, prepayment.running_micro(loan, day)), loan.terms[term.ROUNDING])
    prepayment.write_running(loan, day)
    _, beyond = prepayment.accrued(loan, day)
    prepayment.release_ahead(loan, beyond)
    prepayment.close_span(loan, day)
    for j in range(s[rec.S_FIRST], s[rec.S_ITEMS]):
        if allocation.bears_interest(loan, j) == 1:
            allocation.close_interest(loan, j, day)
            it[j, rec.I_GRACE_MICRO] = 0
            it[j, rec.I_ORIGIN] = day
    owed, _ = prepayment.accrued(loan, day)
    s[rec.S_SAVED_ROW] = s[rec.S_BASE_ROW]
    interest = owed + prepayment.closed_interest(loan) + prepayment.deferred_interest(loan)
    principal = s[rec.S_NOT_DUE]
    ahead = s[rec.S_COLLECTED]
    for component in range(4):
        s[rec.S_PARKED_FEES + component] = 0
    for k in range(s[rec.S_NEXT], s[rec.S_ROWS]):
        ahead += p[k, rec.P_AHEAD]
        p[k, rec.P_AHEAD] = 0
        p[k, rec.P_EXTRA] = 0
        for component in range(4):
            s[rec.S_PARKED_FEES + component] += p[k, rec.P_PARKED_FEES + component]
            p[k, rec.P_PARKED_FEES + component] = 0
    prepayment.use_ahead(loan, ahead)
    prepayment.leave_rows(loan, s[rec.S_NEXT])
    s[rec.S_DEFERRED] = 0
    s[rec.S_SAVED_NEXT] = s[rec.S_NEXT]
    s[rec.S_SAVED_ROWS] = s[rec.S_ROWS] - s[rec.S_CORRECTION_ROWS]
    s[rec.S_CORRECTION_ROWS] = 0
    s[rec.S_NEXT] = s[rec.S_ROWS]
    s[rec.S_BASE_ROW] = s[rec.S_ROWS]
    s[rec.S_NOT_DUE] = 0
    s[rec.S_BASE] = 0
    prepayment.start_row(loan, day)
    s[rec.S_ACCELERATED_ITEM] = allocation.append_item(loan, day, principal, interest, 0, 0, 0, 1, -1)
    fees, penalty = s[rec.S_PARKED_FEES], s[rec.S_PARKED_PENALTY]
    interest, principal = s[rec.S_PARKED_INTEREST], s[rec.S_PARKED_PRINCIPAL]
    if fees + penalty + interest + principal > 0:
        j = allocation.append_item(loan, day, principal, interest, 0, fees, penalty, 1, 0)
        it[j, rec.I_PARKED] = 1
        it[j, rec.I_LATE_FEE] = 0
    prepayment.apply_held(loan, day)


@compiled
def reinstate(loan: Loan, day: int) -> None:
    """Undo an acceleration for what is unpaid; rows whose dates have passed fall due today as one instalment."""
    s, p, it = loan.state, loan.plan, loan.items
    j = s[rec.S_ACCELERATED_ITEM]
    s[rec.S_ACCELERATED_ITEM] = -1
    if j < 0 or s[rec.S_CLOSED] == 1:
        return
    unpaid, interest = it[j, rec.I_PRINCIPAL], it[j, rec.I_INTEREST]
    allocation.close_penalty(loan, j, day)
    allocation.close_interest(loan, j, day)
    it[j, rec.I_PRINCIPAL] = 0
    it[j, rec.I_INTEREST] = 0
    allocation.settle(loan, day)
    if it[j, rec.I_STATUS] == rec.IN_GRACE:
        expiry.drop_grace(loan, j)
    if unpaid + interest == 0:
        return
    s[rec.S_ROWS] = s[rec.S_SAVED_ROWS]
    passed, first = 0, s[rec.S_ROWS]
    for k in range(s[rec.S_ROWS] - 1, s[rec.S_SAVED_NEXT] - 1, -1):
        p[k, rec.P_TAKEN] = 0
        p[k, rec.P_PRINCIPAL] = min(unpaid, p[k, rec.P_PRINCIPAL])
        unpaid -= p[k, rec.P_PRINCIPAL]
        if p[k, rec.P_DUE] > day:
            first = k
            s[rec.S_NOT_DUE] += p[k, rec.P_PRINCIPAL]
            p[k, rec.P_END] = max(p[k, rec.P_END], day)
        else:
            passed += p[k, rec.P_PRINCIPAL]
    has_passed = first > s[rec.S_SAVED_NEXT]
    s[rec.S_BASE] = s[rec.S_NOT_DUE]
    s[rec.S_NEXT] = first
    s[rec.S_BASE_ROW] = first
    if first < s[rec.S_ROWS]:
        s[rec.S_FROM] = day
        s[rec.S_ORIGIN] = day
        p[first, rec.P_START] = day
        row_dates.mark_regular(loan, first)
        if first == s[rec.S_SAVED_ROW]:
            p[first, rec.P_INTEREST] = max(0, p[first, rec.P_INTEREST] - s[rec.S_RUNNING_INTEREST])
    if has_passed:
        k = allocation.append_item(loan, day, passed, interest, 0, 0, 0, 1, 0)
    elif first < s[rec.S_ROWS]:
        p[first, rec.P_EXTRA] += interest
        s[rec.S_HAS_EXTRA] = 1
    if first < s[rec.S_ROWS] and s[rec.S_METHOD] != term.FLAT and s[rec.S_FIXED] == 0:
        carried = prepayment.running_state(loan, day)
        prepayment.reprice(loan, day, carried, schedule.FIXED)


@compiled
def waive(loan: Loan, day: int, component: int, amount: int) -> None:
    """Waive the lesser of an amount (-1: all) and what is owed, oldest first; the excess lapses (reading 24)."""
    s, p = loan.state, loan.plan
    s[rec.S_LEDGER] = -1
    rest = amount if amount >= 0 else rec.NEVER << 20
    for j in range(s[rec.S_FIRST], s[rec.S_ITEMS]):
        rest = allocation.pay_component(loan, j, component, day, rest)
    if component == term.INTEREST:
        for row in range(s[rec.S_NEXT], s[rec.S_BASE_ROW]):
            part = max(0, min(rest, p[row, rec.P_INTEREST] - p[row, rec.P_AHEAD]))
            p[row, rec.P_INTEREST] -= part
            rest -= part
            s[rec.S_PROMISE_KEPT] += part
        owed, _ = prepayment.accrued(loan, day)
        part = min(rest, owed)
        s[rec.S_MOVED] += part
        s[rec.S_PROMISE_KEPT] += part
        rest -= part
        for row in range(s[rec.S_NEXT], s[rec.S_ROWS]):
            part = min(rest, p[row, rec.P_EXTRA])
            p[row, rec.P_EXTRA] -= part
            rest -= part
        part = min(rest, s[rec.S_DEFERRED])
        s[rec.S_DEFERRED] -= part
    allocation.settle(loan, day)
