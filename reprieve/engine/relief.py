"""Relief events: pauses, moratoria and restructures, with the claims they conserve.

A pause is a window in which rates differ and rows move. A restructure turns the claims of its day into a new plan:
claims = paid + held + waived + waived on completion + capitalised + parked + carried, per component, as integers.
"""

from reprieve.engine import accrual, allocation, money, prepayment, row_dates, schedule
from reprieve.engine import calendar as cal
from reprieve.engine import events as ev
from reprieve.engine import records as rec
from reprieve.engine import terms as term
from reprieve.engine.jit import compiled, compiled_within
from reprieve.engine.loan import Loan


@compiled
def start_promises(loan: Loan, day: int, carried: int) -> None:
    """Note, at the first relief, what is unpaid and what is planned: contractual days past due follow it (43)."""
    t, s, p, it = loan.terms, loan.state, loan.plan, loan.items
    if s[rec.S_PROMISING] == 1:
        return
    s[rec.S_PROMISING] = 1
    s[rec.S_PROMISE_KEPT] = 0
    for j in range(s[rec.S_FIRST], s[rec.S_ITEMS]):
        if it[j, rec.I_AGES] == 1:
            prepayment.promise(loan, it[j, rec.I_DUE], allocation.scheduled_unpaid(loan, j))
    row = s[rec.S_BASE_ROW]
    if t[term.DAILY] == 1 and row < s[rec.S_ROWS]:
        windows = s[rec.S_WINDOWS]
        s[rec.S_WINDOWS] = 0
        at = max(day, s[rec.S_ORIGIN])
        collected = s[rec.S_COLLECTED] + s[rec.S_MOVED]
        schedule.lay_rows(loan, row, at, max(carried, collected * money.MICRO), collected, schedule.FIXED)
        s[rec.S_WINDOWS] = windows
    for k in range(s[rec.S_NEXT], s[rec.S_ROWS]):
        interest = p[k, rec.P_INTEREST] - p[k, rec.P_AHEAD]
        if k == row and t[term.DAILY] == 0:
            interest -= s[rec.S_COLLECTED] + s[rec.S_MOVED]
        amount = p[k, rec.P_PRINCIPAL] + max(0, interest) + p[k, rec.P_EXTRA] + p[k, rec.P_FEE]
        prepayment.promise(loan, p[k, rec.P_DUE], amount)


@compiled
def note_window(loan: Loan, at: int, on: int, moratorium: int) -> None:
    """Note a pause or moratorium that is known, in order of the days they begin."""
    s, w, extra = loan.state, loan.windows, loan.extra
    start = extra[at + ev.PAUSE_FROM]
    if start >= extra[at + ev.PAUSE_TO]:
        return
    k = s[rec.S_WINDOWS]
    while k > 0 and w[k - 1, rec.W_FROM] > start:
        for field in range(rec.WINDOW_WIDTH):
            w[k, field] = w[k - 1, field]
        k -= 1
    w[k, rec.W_FROM] = start
    w[k, rec.W_TO] = extra[at + ev.PAUSE_TO]
    w[k, rec.W_ON] = on
    w[k, rec.W_ROWS] = extra[at + ev.PAUSE_ROWS]
    w[k, rec.W_RATE] = extra[at + ev.PAUSE_RATE]
    w[k, rec.W_ACCRUED] = extra[at + ev.PAUSE_ACCRUED]
    w[k, rec.W_AGEING_STOPS] = extra[at + ev.PAUSE_AGEING_STOPS]
    w[k, rec.W_PENALTY_STOPS] = extra[at + ev.PAUSE_PENALTY_STOPS]
    w[k, rec.W_MORATORIUM] = moratorium
    w[k, rec.W_STAGE] = rec.NOT_STARTED
    w[k, rec.W_MICRO] = 0
    s[rec.S_WINDOWS] += 1


@compiled
def next_window_day(loan: Loan) -> int:
    """Return the next day on which a pause begins or ends."""
    s, w = loan.state, loan.windows
    day = rec.NEVER
    for k in range(s[rec.S_WINDOWS]):
        if w[k, rec.W_STAGE] == rec.NOT_STARTED:
            day = min(day, w[k, rec.W_FROM])
        elif w[k, rec.W_STAGE] == rec.RUNNING:
            day = min(day, w[k, rec.W_TO])
    return day


@compiled
def turn_windows(loan: Loan, day: int) -> None:
    """End the pauses that end on a day, then begin those that begin on it."""
    s, w = loan.state, loan.windows
    for k in range(s[rec.S_WINDOWS]):
        if w[k, rec.W_STAGE] == rec.RUNNING and w[k, rec.W_TO] <= day:
            w[k, rec.W_STAGE] = rec.ENDED
            if w[k, rec.W_TO] == day:
                end_window(loan, day, k)
    for k in range(s[rec.S_WINDOWS]):
        if w[k, rec.W_STAGE] == rec.NOT_STARTED and w[k, rec.W_FROM] <= day:
            w[k, rec.W_STAGE] = rec.RUNNING
            start_window(loan, day, k)


@compiled
def start_window(loan: Loan, day: int, k: int) -> None:
    """Begin a pause: move the rows that fall due in it; a scheduled row then bears what its days bear (26, 32)."""
    t, s, w = loan.terms, loan.state, loan.windows
    carried = prepayment.running_state(loan, day)
    start_promises(loan, day, carried)
    s[rec.S_RELIEF] = 1
    moved = 0
    if w[k, rec.W_ROWS] != ev.STAY:
        moved = move_rows(loan, w[k, rec.W_FROM], w[k, rec.W_TO], w[k, rec.W_ROWS])
    if t[term.DAILY] == 0 and (moved > 0 or w[k, rec.W_RATE] >= 0):
        if moved + s[rec.S_ROWS] - s[rec.S_BASE_ROW] > 0:
            refuse_fixed(loan)
        prepayment.reprice(loan, day, carried, schedule.FIXED)
    w[k, rec.W_MICRO] = prepayment.running_micro(loan, day)


@compiled
def refuse_fixed(loan: Loan) -> None:
    """Refuse what would change interest that the schedule gives and nothing recomputes."""
    s = loan.state
    if s[rec.S_BASE_ROW] < s[rec.S_ROWS] and (s[rec.S_METHOD] == term.FLAT or s[rec.S_FIXED] == 1):
        s[rec.S_ERROR] = rec.ERROR_FIXED_INTEREST


@compiled
def move_rows(loan: Loan, start: int, end: int, mode: int) -> int:
    """Move the rows due in `[start, end)` as a pause says, the rows before stay; return how many were in it."""
    s, p = loan.state, loan.plan
    first, rows = s[rec.S_BASE_ROW], schedule.solved_rows(loan)
    while first < rows and p[first, rec.P_DUE] < start:
        first += 1
    count = 0
    while first + count < rows and p[first + count, rec.P_DUE] < end:
        count += 1
    if count == 0:
        return 0
    opening = p[first, rec.P_START]
    corrections = s[rec.S_CORRECTION_ROWS]
    if mode == ev.SHIFT:
        for k in range(first, rows + corrections):
            opening = row_dates.place_row(loan, k, opening, later(loan, p[k, rec.P_NOMINAL], count))
    elif mode == ev.TO_END:
        last = p[rows - 1, rec.P_NOMINAL]
        for turn in range(count):
            move_to_end(loan, first, rows)
            p[rows - 1, rec.P_NOMINAL] = later(loan, last, turn + 1)
            if s[rec.S_METHOD] == term.LEVEL_INSTALMENT and p[rows - 1, rec.P_WEIGHT] == 0:
                p[rows - 1, rec.P_WEIGHT] = term.SHARE_UNIT
        if first == s[rec.S_BASE_ROW]:
            s[rec.S_COLLECTED] += p[first, rec.P_AHEAD]
            p[first, rec.P_AHEAD] = 0
        for k in range(first, rows):
            opening = row_dates.place_row(loan, k, opening, p[k, rec.P_NOMINAL])
        if corrections == 1:
            row_dates.place_row(loan, rows, opening, later(loan, p[rows - 1, rec.P_NOMINAL], 1))
    else:
        for k in range(first, first + count):
            p[k, rec.P_START] = opening
            p[k, rec.P_END] = end
            p[k, rec.P_DUE] = end
            p[k, rec.P_NOMINAL] = end
            row_dates.mark_regular(loan, k)
            opening = end
        if first + count < rows:
            p[first + count, rec.P_START] = opening
            row_dates.mark_regular(loan, first + count)
        if corrections == 1:
            later_of = max(p[rows, rec.P_NOMINAL], p[rows - 1, rec.P_NOMINAL])
            row_dates.place_row(loan, rows, p[rows - 1, rec.P_END], later_of)
    return count


@compiled
def later(loan: Loan, nominal: int, steps: int) -> int:
    """Return a nominal due date moved by whole periods: along the grid if it lies on it, else from its own day."""
    t, s = loan.terms, loan.state
    start, _ = accrual.grid(loan, nominal)
    if start == nominal or t[term.PERIOD_UNIT] >= cal.WEEK:
        return cal.add_periods(nominal, steps, t[term.PERIOD_UNIT], t[term.PERIOD_COUNT], s[rec.S_DUE_DAY])
    if t[term.PERIOD_UNIT] == cal.MONTH:
        _, _, own_day = cal.civil(nominal)
        return cal.add_periods(nominal, steps, cal.MONTH, t[term.PERIOD_COUNT], own_day)
    moved = cal.add_periods(start, steps, t[term.PERIOD_UNIT], t[term.PERIOD_COUNT], s[rec.S_DUE_DAY])
    return moved + nominal - start


@compiled
def move_to_end(loan: Loan, first: int, rows: int) -> None:
    """Put one row after the last."""
    p = loan.plan
    for field in range(rec.PLAN_WIDTH):
        moved = p[first, field]
        for k in range(first, rows - 1):
            p[k, field] = p[k + 1, field]
        p[rows - 1, field] = moved


@compiled
def end_window(loan: Loan, day: int, k: int) -> None:
    """Treat the interest that accrued on principal not due in a pause that ends today (readings 27, 42)."""
    t, s, w, p = loan.terms, loan.state, loan.windows, loan.plan
    row, count = s[rec.S_BASE_ROW], s[rec.S_ROWS] - s[rec.S_BASE_ROW]
    if w[k, rec.W_ACCRUED] == ev.NEXT_DUE or count == 0:
        return
    before = w[k, rec.W_MICRO] if s[rec.S_ORIGIN] <= w[k, rec.W_FROM] else 0
    micro = prepayment.running_micro(loan, day) - before
    owed, _ = prepayment.accrued(loan, day)
    amount = min(money.to_money(max(0, micro), t[term.ROUNDING]), owed)
    if amount <= 0:
        return
    s[rec.S_MOVED] += amount
    if w[k, rec.W_ACCRUED] == ev.CAPITALISED:
        refuse_fixed(loan)
        if s[rec.S_METHOD] == term.EXPLICIT:
            s[rec.S_ERROR] = rec.ERROR_FIXED_INTEREST
        carried = prepayment.running_state(loan, day)
        prepayment.change_principal(loan, day, carried, amount, term.LOWER)
        return
    each = amount // count if w[k, rec.W_ACCRUED] == ev.SPREAD else 0
    for turn in range(count):
        p[row + turn, rec.P_EXTRA] += each
    p[s[rec.S_ROWS] - 1, rec.P_EXTRA] += amount - each * count


@compiled
def stopped_days(loan: Loan, start: int, end: int) -> int:
    """Return how many days of `[start, end)` are not counted, because ageing was stopped."""
    s, w = loan.state, loan.windows
    total = 0
    reached = start
    for k in range(s[rec.S_WINDOWS]):
        if w[k, rec.W_AGEING_STOPS] == 1:
            low, high = max(reached, w[k, rec.W_FROM]), min(end, w[k, rec.W_TO])
            if high > low:
                total += high - low
                reached = high
    return total


@compiled
def days_past_due(loan: Loan, day: int) -> tuple[int, int]:
    """Return effective and contractual days past due (readings 30, 31, 43)."""
    t, s, it, promised = loan.terms, loan.state, loan.items, loan.promised
    carried, planned = 0, 0
    for j in range(s[rec.S_FIRST], s[rec.S_ITEMS]):
        if it[j, rec.I_STATUS] == rec.OVERDUE:
            age = day - it[j, rec.I_DUE] - stopped_days(loan, it[j, rec.I_DUE], day)
            if it[j, rec.I_GROUP] == rec.CARRIED:
                carried = max(carried, age)
            else:
                planned = max(planned, age)
    effective = planned
    contractual = max(planned, carried)
    if s[rec.S_PROMISING] == 1:
        contractual = 0
        cumulative = 0
        for k in range(s[rec.S_PROMISED]):
            cumulative += promised[k, 1]
            if promised[k, 0] + t[term.GRACE_DAYS] >= day:
                break
            if cumulative - s[rec.S_PROMISE_KEPT] > t[term.TOLERANCE]:
                contractual = day - promised[k, 0]
                break
    if s[rec.S_AGEING] == 0:
        return max(planned, carried), contractual
    ageing = s[rec.S_AGEING] - 1
    if ageing == ev.AGE_RUNS:
        return contractual, contractual
    if ageing == ev.AGE_HOLDS or (ageing == ev.AGE_CURES and s[rec.S_CURED] == 0):
        effective += s[rec.S_FROZEN_DAYS]
    return max(effective, carried), contractual


@compiled
def restructure(loan: Loan, at: int, day: int) -> None:
    """Turn the claims of a day into the signed plan; what replay finds beyond them is a correction (reading 28)."""
    t, s, p, it, extra = loan.terms, loan.state, loan.plan, loan.items, loan.extra
    prepayment.write_running(loan, day)
    carried_micro = prepayment.running_state(loan, day)
    start_promises(loan, day, carried_micro)
    frozen, _ = days_past_due(loan, day)
    _, beyond = prepayment.accrued(loan, day)
    prepayment.release_ahead(loan, beyond)
    capital = 0
    for component in range(4):
        s[rec.S_CORRECTION_FEES + component] = due_component(loan, component, day)
        s[rec.S_CORRECTION_FEES + component] += other_component(loan, component, day)
    allocation.close_all(loan, day)
    for component in range(4):
        signed = at + ev.PLAN_CLAIMS + component * 7
        for treatment in range(7):
            s[rec.S_CORRECTION_FEES + component] -= extra[signed + treatment]
    for component in range(3, -1, -1):
        signed = at + ev.PLAN_CLAIMS + component * 7
        s[rec.S_CORRECTION_FEES + component] += use_held(loan, extra[signed + ev.HELD], component)
        if component != term.PENALTY:
            s[rec.S_PROMISE_KEPT] += extra[signed + ev.PAID] + extra[signed + ev.WAIVED]
            s[rec.S_PROMISE_KEPT] += extra[signed + ev.HELD] - max(0, extra[signed + ev.HELD] - s[rec.S_USED])
    for component in range(4):
        signed = at + ev.PLAN_CLAIMS + component * 7
        s[rec.S_CORRECTION_FEES + component] += carry(loan, component, day, extra[signed + ev.CARRIED])
        for treatment in (ev.WAIVED, ev.WAIVED_ON_COMPLETION):
            waived = extra[signed + treatment]
            lessened = min(waived, max(0, -s[rec.S_CORRECTION_FEES + component]))
            s[rec.S_CORRECTION_FEES + component] += lessened
            if treatment == ev.WAIVED_ON_COMPLETION:
                s[rec.S_ON_COMPLETION_FEES + component] = waived - lessened
        s[rec.S_PARKED_FEES + component] = extra[signed + ev.PARKED]
        capital += extra[signed + ev.TO_CAPITAL]
    for j in range(s[rec.S_EXPIRY], s[rec.S_FIRST]):
        it[j, rec.I_GROUP] = rec.CARRIED
    for j in range(s[rec.S_FIRST], s[rec.S_ITEMS]):
        it[j, rec.I_GROUP] = rec.CARRIED
        if allocation.bears_interest(loan, j) == 1:
            it[j, rec.I_GRACE_MICRO] = 0
            it[j, rec.I_ORIGIN] = day
        if it[j, rec.I_STATUS] == rec.OVERDUE:
            it[j, rec.I_PENALTY] += money.to_money(it[j, rec.I_MICRO], t[term.ROUNDING]) - it[j, rec.I_SETTLED]
            it[j, rec.I_MICRO] = 0
            it[j, rec.I_SETTLED] = 0
    ahead = s[rec.S_COLLECTED]
    for k in range(s[rec.S_NEXT], s[rec.S_ROWS]):
        ahead += p[k, rec.P_AHEAD]
    prepayment.use_ahead(loan, ahead)
    prepayment.leave_rows(loan, s[rec.S_NEXT])
    start_plan(loan, at, day, capital)
    count_remembered(loan)
    allocation.settle(loan, day)
    s[rec.S_FROZEN_DAYS] = frozen
    park(loan, extra[at + ev.PLAN_PARKED_END])
    correct_plan(loan, day)


@compiled_within
def correct_plan(loan: Loan, day: int) -> None:
    """Post a correction, net over components: less parked, off the last rows, then held; or parked after the last."""
    s, p = loan.state, loan.plan
    net = (
        s[rec.S_CORRECTION_FEES + 0]
        + s[rec.S_CORRECTION_FEES + 1]
        + s[rec.S_CORRECTION_FEES + 2]
        + s[rec.S_CORRECTION_FEES + 3]
    )
    if net > 0:
        k = s[rec.S_ROWS]
        row_dates.clear_row(loan, k)
        nominal = later(loan, p[k - 1, rec.P_NOMINAL], 1)
        row_dates.place_row(loan, k, p[k - 1, rec.P_END], nominal)
        p[k, rec.P_NUMBER] = k + 1
        p[k, rec.P_CORRECTION] = 1
        s[rec.S_ROWS] = k + 1
        s[rec.S_CORRECTION_ROWS] = 1
        for turn in range(4):
            component = (term.PRINCIPAL_PART, term.INTEREST, term.PENALTY, term.FEE)[turn]
            part = min(net, max(0, s[rec.S_CORRECTION_FEES + component]))
            p[k, rec.P_PARKED_FEES + component] = part
            net -= part
    elif net < 0:
        rest = -net
        for k in range(s[rec.S_ROWS] - 1, -1, -1):
            for component in range(4):
                part = min(rest, p[k, rec.P_PARKED_FEES + component])
                p[k, rec.P_PARKED_FEES + component] -= part
                rest -= part
        part = min(rest, s[rec.S_NOT_DUE])
        if part > 0:
            prepayment.change_principal(loan, day, 0, -part, term.TO_PRINCIPAL)
        if rest > part:
            s[rec.S_LEDGER] = -1
            prepayment.hold(loan, rest - part)
            prepayment.apply_held(loan, day)


@compiled_within
def use_held(loan: Loan, amount: int, component: int) -> int:
    """Cover claims with held money; return what it falls short of the signed sum."""
    s = loan.state
    used = min(amount, s[rec.S_HELD])
    prepayment.draw(loan, prepayment.covering(component), used)
    s[rec.S_HELD] -= used
    s[rec.S_USED] = used
    return amount - used


@compiled
def due_component(loan: Loan, component: int, day: int) -> int:
    """Return what the instalments that fell due still owe in one component."""
    s = loan.state
    total = 0
    for j in range(s[rec.S_FIRST], s[rec.S_ITEMS]):
        total += item_component(loan, j, component, day)
    return total


@compiled
def item_component(loan: Loan, j: int, component: int, day: int) -> int:
    """Return what one instalment still owes in one component."""
    it = loan.items
    if component == term.FEE:
        return it[j, rec.I_FEE] + it[j, rec.I_LATE]
    if component == term.PENALTY:
        return allocation.penalty_owed(loan, j, day)
    if component == term.INTEREST:
        return it[j, rec.I_INTEREST]
    return it[j, rec.I_PRINCIPAL]


@compiled
def other_component(loan: Loan, component: int, day: int) -> int:
    """Return the claims of a component that have not fallen due: accrued, deferred, not due and parked."""
    s, p = loan.state, loan.plan
    total = s[rec.S_ON_COMPLETION_FEES + component]
    for k in range(s[rec.S_NEXT], s[rec.S_ROWS]):
        total += p[k, rec.P_PARKED_FEES + component]
        if component == term.INTEREST:
            total += p[k, rec.P_EXTRA]
    if component == term.INTEREST:
        owed, _ = prepayment.accrued(loan, day)
        total += owed + prepayment.closed_interest(loan) + s[rec.S_DEFERRED]
    elif component == term.PRINCIPAL_PART:
        total += s[rec.S_NOT_DUE]
    return total


@compiled_within
def carry(loan: Loan, component: int, day: int, carried: int) -> int:
    """Leave `carried` of a component on the oldest instalments, and take the rest off; return what has no place."""
    s, it = loan.state, loan.items
    for j in range(s[rec.S_FIRST], s[rec.S_ITEMS]):
        owed = item_component(loan, j, component, day)
        kept = min(owed, carried)
        carried -= kept
        if component == term.FEE:
            scheduled = min(kept, it[j, rec.I_FEE])
            it[j, rec.I_FEE] = scheduled
            it[j, rec.I_LATE] = kept - scheduled
        elif component == term.PENALTY:
            allocation.settle_penalty(loan, j, owed - kept)
        elif component == term.INTEREST:
            it[j, rec.I_INTEREST] = kept
        else:
            it[j, rec.I_PRINCIPAL] = kept
    return carried


@compiled_within
def start_plan(loan: Loan, at: int, day: int, capital: int) -> None:
    """Replace the rows to come by those of a signed plan for `capital`."""
    s, p, extra = loan.state, loan.plan, loan.extra
    first_due = extra[at + ev.PLAN_FIRST_DUE]
    _, _, due_day = cal.civil(first_due)
    s[rec.S_RATE] = extra[at + ev.PLAN_RATE]
    s[rec.S_METHOD] = extra[at + ev.PLAN_METHOD]
    row_dates.set_grid(loan, first_due, due_day)
    s[rec.S_BALLOON] = 0
    s[rec.S_NEXT] = 0
    count = extra[at + ev.PLAN_COUNT]
    single = s[rec.S_METHOD] == term.BULLET
    s[rec.S_ROWS] = 1 if single else count
    opening = day
    for k in range(s[rec.S_ROWS]):
        row_dates.clear_row(loan, k)
        nominal = row_dates.period_date(loan, count - 1 if single else k)
        opening = row_dates.place_row(loan, k, opening, nominal)
        p[k, rec.P_NUMBER] = k + 1
        p[k, rec.P_WEIGHT] = term.SHARE_UNIT
        if k < extra[at + ev.PLAN_SHARE_ROWS]:
            p[k, rec.P_WEIGHT] = extra[at + ev.PLAN_SHARE]
    s[rec.S_NOT_DUE] = capital
    s[rec.S_BASE] = capital
    s[rec.S_FLAT_BASE] = capital
    s[rec.S_BASE_ROW] = 0
    s[rec.S_PLANS] += 1
    prepayment.start_row(loan, day)
    s[rec.S_DEFERRED] = 0
    s[rec.S_ACCELERATED_ITEM] = -1
    s[rec.S_CORRECTION_ROWS] = 0
    s[rec.S_FIXED] = 0
    s[rec.S_CLOSED] = 0
    s[rec.S_REOPENED] = 0
    s[rec.S_PAID_OFF] = 0
    s[rec.S_KEPT] = 0
    s[rec.S_RELIEF] = 1
    s[rec.S_AGEING] = extra[at + ev.PLAN_AGEING] + 1
    s[rec.S_KEPT_NEEDED] = extra[at + ev.PLAN_KEPT_ROWS]
    s[rec.S_CURED] = 0
    s[rec.S_PRICED_ON] = s[rec.S_TODAY]
    schedule.price(loan, 0, day, 0, 0, schedule.SOLVE)


@compiled_within
def count_remembered(loan: Loan) -> None:
    """Let what instalments in grace have borne be rounded with what they bear under the plan."""
    s, it = loan.state, loan.items
    for j in range(s[rec.S_FIRST], s[rec.S_ITEMS]):
        if it[j, rec.I_STATUS] == rec.IN_GRACE:
            accrual.count_spans_now(loan, accrual.PENALTY, j)


@compiled_within
def park(loan: Loan, at_end: int) -> None:
    """Put parked claims on the plan's rows: equally, the residue on the last, or all on the last."""
    s, p = loan.state, loan.plan
    count = s[rec.S_ROWS]
    for component in range(4):
        for k in range(count):
            if at_end == 1:
                part = s[rec.S_PARKED_FEES + component] if k == count - 1 else 0
            else:
                part = money.share(s[rec.S_PARKED_FEES + component], count, k)
            p[k, rec.P_PARKED_FEES + component] = part
