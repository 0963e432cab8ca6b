"""What changes the terms of a loan: openings, tranches, rates, due days, acceleration, pauses, restructures."""

from copy import deepcopy
from fractions import Fraction

from . import payments
from .calendar import Grid, day_in_month, month_index, parse_day
from .loan import COMPONENTS, Paid
from .money import Unsupported, parse_rate, to_money
from .rates import Stream
from .schedule import Method, Running, attach_fees, dated_row, mark_principal, reprice, solve

PARKED_ORDER = ("fees", "penalty", "interest", "principal")  # the order in which a correction reduces parked claims


def is_fixed(loan):
    """Interest that the schedule gives and nothing recomputes."""
    return loan.method.method == "flat" or any(row.fixed_interest for row in loan.rows)


# -- opening and tranches --------------------------------------------------------------------------------------------


def open_loan(loan, event):
    """A loan taken over: one instalment of what is late, and the rows to come."""
    terms, day = loan.terms, parse_day(event["on"])
    loan.rates.today = loan.rates.priced_on = day - 1  # rows are priced before relief of the day, with what runs
    loan.day, loan.run_start, loan.segment = day, day, (day, 0)
    loan.not_due.restart(day, day)
    balances = event.get("balances") or {}
    balance = balances.get("principal_not_due") or 0
    if event.get("rows"):
        nominals = [parse_day(row["due_on"]) for row in event["rows"]]
        grid = Grid(terms.unit, terms.period, nominals[0], None)
    elif event.get("instalments"):
        first = parse_day(event["next_due_on"])
        grid = Grid(terms.unit, terms.period, first, _kept_due_day(terms, first))
        nominals = [first, *(grid.boundary(k) for k in range(2, event["instalments"] + 1))]
        if loan.method.method == "bullet":
            nominals = nominals[-1:]
    else:
        nominals, grid = [], terms.grid
    loan.rates.grids = [(-(10**9), grid)]
    loan.rows = [dated_row(terms, number, nominal, loan.day) for number, nominal in enumerate(nominals, 1)]
    running = Running(day, day)
    if event.get("rows"):
        loan.method = Method(terms, loan.rates.interest_pieces, "explicit")
        for row, given in zip(loan.rows, event["rows"]):
            row.principal = given["principal"]
        if sum(row.principal for row in loan.rows) != balance:
            raise Unsupported("rows do not repay the opening balance")
        reprice(loan.method, loan.rows, balance, running)
    elif loan.rows:
        if loan.method.method == "explicit":
            raise Unsupported("an opening of explicit rows needs rows")
        mark_principal(loan.rows, loan.method.method, terms.principal_every)
        loan.level = solve(loan._method_for(balance), loan.rows, balance, running, terms.instalment)
    elif balance:
        raise Unsupported("principal not due without rows")
    loan.rates.today = day
    attach_fees(terms, loan.rows, balance)
    loan.refresh_base()
    late = {key: balances.get(key) or 0 for key in COMPONENTS}
    if any(late.values()):
        due = parse_day(event["oldest_unpaid_due_on"]) if event.get("oldest_unpaid_due_on") else day
        one = loan.add_instalment(
            "opening", due=due, principal=late["principal"], interest=late["interest"], fees=late["fees"],
            fixed_penalty=late["penalty"],
        )  # fmt: skip
        if one.interest_stream:
            one.interest_stream.origin = day
    for pause in loan.rates.pauses:
        if pause.start < day < pause.to:
            start_pause(loan, pause)


def _kept_due_day(terms, first):
    """The contract's due day where the next due date still falls on it, else that date's own."""
    kept = terms.grid.due_day
    return kept if terms.unit in ("month", "semimonth") and day_in_month(month_index(first), kept) == first else None


def disburse_more(loan, amount):
    """A further tranche: the remaining rows are solved again."""
    if all(row.is_correction for row in loan.open_rows):
        raise Unsupported("a tranche after the last row")
    if is_fixed(loan) or loan.method.method == "explicit":
        raise Unsupported("a tranche where nothing is solved again")
    loan.resolve("lower", loan.open_balance + amount)


# -- rate and terms --------------------------------------------------------------------------------------------------


def change_rate(loan, quote):
    """A new contract rate from today; a level amount is solved again with the running row's mixed interest."""
    if loan.open_rows and is_fixed(loan):
        raise Unsupported("a rate change of fixed interest")
    state = loan.running_state()
    loan.rates.changes.append((loan.day, parse_rate(quote, loan.terms.day_count)))
    if loan.method.method == "level_instalment":
        loan.resolve("lower", loan.open_balance, state)
    else:
        loan.resolve("reprice", loan.open_balance, state)


def change_due_day(loan, due_day):
    """The next row moves to the new day of its own month, or of the next if that has passed; the others follow."""
    terms = loan.terms
    if terms.unit != "month":
        raise Unsupported("a due day of periods other than months")
    rows = loan.open_rows
    if not rows:
        return
    if is_fixed(loan):
        raise Unsupported("a due day change of fixed interest")
    state = loan.running_state()
    first_month = month_index(rows[0].nominal)
    delay = 0 if day_in_month(first_month, due_day) > loan.day else 1
    while day_in_month(first_month + delay, due_day) <= loan.day:
        delay += 1
    for row in rows:
        _move(loan, row, day_in_month(month_index(row.nominal) + delay, due_day))
    loan.rates.grids.append((loan.day, Grid(terms.unit, terms.period, rows[0].nominal, due_day)))
    loan.not_due.break_span(loan.day)
    loan.resolve("reprice", loan.open_balance, state)


def _move(loan, row, nominal):
    moved = dated_row(loan.terms, row.number, nominal, loan.day)
    row.nominal, row.due, row.end = moved.nominal, moved.due, moved.end


def accelerate(loan):
    """Principal not due and accrued interest become one instalment due today; fees not yet due fall away."""
    if not loan.rows:
        return
    payments._release_ahead(loan)
    interest = loan.shown_running(loan.day) + loan.shown_closed() + loan.deferred()
    running_interest = to_money(loan.accrued_not_due(loan.day), loan.terms.rounding)
    principal = loan.principal_not_due
    saved = deepcopy([row for row in loan.rows if not row.is_correction])
    parked = {name: sum(row.parked.get(name, 0) for row in loan.rows) for name in COMPONENTS}
    loan.drop_rows()
    loan.start_row(loan.day)
    one = loan.add_instalment(
        "accelerated", principal=principal, interest=interest
    )  # fmt: skip
    one.is_plan = loan.ageing is not None
    if any(parked.values()):
        loan.add_parked(parked)
    loan.accelerated = (one, saved, loan.level, running_interest)
    payments.apply_held(loan)


def reinstate(loan):
    """Undoes an acceleration for what is unpaid; rows whose dates have passed fall due today as one instalment."""
    if loan.accelerated is None:
        return
    one, saved, loan.level, running_interest = loan.accelerated
    loan.accelerated = None
    unpaid, interest = one.principal, one.interest
    one.principal = one.interest = 0
    loan.settle_lateness()
    if one.state == "grace":
        loan._become_tolerated(one)
    if unpaid == 0 and interest == 0:
        return
    for row in reversed(saved):  # what was paid covers the earliest rows first
        part = min(row.open_principal, unpaid)
        row.principal, row.principal_takings, row.takings, row.deferred, row.parked = part, [], [], 0, {}
        unpaid -= part
    passed = [row for row in saved if row.due <= loan.day]
    coming = [row for row in saved if row.due > loan.day]
    if coming and coming[0].number == next((row.number for row in saved if row.closed_interest is None), None):
        coming[0].interest = max(0, coming[0].interest - running_interest)  # fixed interest: the rest of it
    for row in coming:
        row.closed_interest = None
        row.end = max(row.end, loan.day)
    loan.rows = coming
    if coming:  # interest since the acceleration, on what was then overdue, belongs to the row that runs now
        coming[0].takings, loan.tail.takings = loan.tail.takings, []
        loan.run_start, loan.segment = loan.day, (loan.day, 0)
        loan.not_due.since = loan.not_due.origin = loan.day
    if passed:
        loan.add_instalment("row", principal=sum(row.principal for row in passed), interest=interest)
    elif coming:
        coming[0].deferred += interest
    if coming and not is_fixed(loan):
        loan.resolve("reprice", loan.open_balance)
    loan.refresh_base()


# -- pauses ----------------------------------------------------------------------------------------------------------


def note_first_relief(loan):
    """From the first relief on, contractual lateness compares with what is unpaid and planned now."""
    if loan.relief_base is not None:
        return
    loan.relief_covered = 0
    loan.relief_base = [(one.due, one.contract_unpaid) for one in loan.instalments if one.kind != "fee"]
    rows = deepcopy(loan.rows)
    running = next((row for row in rows if row.closed_interest is None), None)
    if loan.terms.is_daily:
        open_rows = [row for row in rows if row.closed_interest is None]
        for row in open_rows:
            row.principal, row.principal_takings = row.open_principal, []
        state = Running(
            max(loan.day, loan.run_start), loan.run_start, loan.accrued_total(loan.day), loan.running_collected()
        )
        planned = Method(loan.terms, loan.rates.planned_pieces, loan.method.method)
        reprice(planned, open_rows, sum(row.principal for row in open_rows), state)
    for row in rows:
        interest = row.interest if row.closed_interest is None else row.closed_interest
        if row is not running or not loan.terms.is_daily:
            interest -= row.taken_interest + (loan.moved if row is running else 0)
        fees = sum(fee["amount"] for fee in row.fees)
        loan.relief_base.append((row.due, row.open_principal + max(0, interest) + row.deferred + fees))


def start_pause(loan, pause):
    """Rows due in the pause move, and scheduled interest is what its days bear."""
    if not pause.is_moratorium or loan.relief_base is None:
        note_first_relief(loan)
    state = loan.running_state()
    rows = loan.open_rows
    inside = [row for row in rows if pause.start <= row.due < pause.to and not row.is_correction] if pause.rows else []
    if is_fixed(loan) and rows and (inside or pause.interest is not None):
        raise Unsupported("a pause of fixed interest")
    if inside:
        {"shift": _shift, "to_end": _to_end, "due_after": _due_after}[pause.rows](loan, pause, inside)
    if rows and (inside or pause.interest is not None) and not loan.terms.is_daily:
        loan.resolve("reprice", loan.open_balance, state)
    pause.accrued_at_start = loan.accrued_not_due(loan.day)


def _shift(loan, pause, inside):
    grid = loan.rates.grid_on(loan.day)
    for row in loan.open_rows:
        if row.due >= pause.start:
            _move(loan, row, grid.shift(row.nominal, len(inside)))


def _to_end(loan, pause, inside):
    grid = loan.rates.grid_on(loan.day)
    running = loan.running
    takings, running.takings = running.takings, []
    corrections = [row for row in loan.rows if row.is_correction]
    others = [row for row in loan.rows if not row.is_correction]
    last = others[-1].nominal
    loan.rows = [row for row in others if row not in inside] + inside + corrections
    for place, row in enumerate(inside + corrections, 1):
        _move(loan, row, grid.shift(last, place))
    for row in inside:  # grace from principal is for the first rows
        row.bears_principal = row.bears_principal or loan.method.method == "level_instalment"
    loan.running.takings = takings + loan.running.takings


def _due_after(loan, pause, inside):
    for row in inside:
        row.nominal = row.due = row.end = pause.to
    last = max(row.nominal for row in loan.rows if not row.is_correction)
    for row in loan.rows:  # what a correction parked stays after the last row
        if row.is_correction:
            _move(loan, row, max(row.nominal, last))


def end_pause(loan, pause):
    """What accrued in the pause on principal not due leaves the running row, unless the next row bears it."""
    if pause.accrued == "next_due" or not loan.open_rows:
        return
    before = pause.accrued_at_start if loan.run_start <= pause.start else 0
    grown = to_money(max(0, loan.accrued_not_due(loan.day) - before), loan.terms.rounding)
    amount = min(grown, loan.shown_running(loan.day))
    if amount <= 0:
        return
    rows = loan.open_rows
    if pause.accrued == "capitalised":
        if is_fixed(loan) or loan.method.method == "explicit":
            raise Unsupported("capitalising where nothing is solved again")
        loan.moved += amount
        loan.resolve("lower", loan.open_balance + amount)
        return
    loan.moved += amount
    share = amount // len(rows) if pause.accrued == "spread" else 0
    for row in rows:
        row.deferred += share
    rows[-1].deferred += amount - share * len(rows)


# -- restructures ----------------------------------------------------------------------------------------------------


def restructure(loan, event):
    """A new contract for the claims of today; signed claims are fixed, what replay finds beyond is a correction."""
    note_first_relief(loan)
    signed = {name: dict((event.get("claims") or {}).get(name) or {}) for name in COMPONENTS}
    held_days = _effective_days(loan)
    payments._release_ahead(loan)
    found = payments.claims(loan)
    correction = {name: found[name] - sum(signed[name].values()) for name in COMPONENTS}
    if any(correction.values()):
        loan.corrections.append((loan.day, dict(correction)))
    for name in COMPONENTS:
        correction[name] += _apply_treatments(loan, name, signed[name])
    _carry(loan, {name: signed[name].get("carried") or 0 for name in COMPONENTS}, correction)
    waived_first = _lessen_waivers(signed, correction)
    for name in COMPONENTS:
        loan.conditional[name] = signed[name].get("waived_on_completion") or 0
    _sign_rows(loan, event, signed)
    loan.ageing = {
        "kind": event.get("ageing", "runs"), "days": held_days, "kept_rows": event.get("kept_rows") or 0,
        "streak": 0, "is_cured": False,
    }  # fmt: skip
    loan.accelerated = loan.closed = None
    _post_correction(loan, waived_first)


def _effective_days(loan):
    from .position import effective_days_past_due

    return effective_days_past_due(loan)


def _apply_treatments(loan, name, signed):
    """Money paid at signing and held money applied count as payments; returns what held money falls short."""
    wanted = signed.get("held") or 0
    applied = min(wanted, loan.held_total)
    for source, part in payments._draw(loan.held, applied):
        loan.paid[source].covered["extra_fees" if name == "fees" else name] += part
    if name in ("principal", "interest", "fees"):
        loan.relief_covered += applied + (signed.get("paid") or 0) + (signed.get("waived") or 0)
    return wanted - applied


def _carry(loan, carried, correction):
    """Carried claims keep their due dates, the oldest first; what cannot be placed had been paid before."""
    loan.drop_rows()
    rest = dict(carried)
    for one in loan.instalments:
        owed = loan.penalty_owed(one)
        one.fixed_penalty = min(rest["penalty"], owed)
        rest["penalty"] -= one.fixed_penalty
        one.penalty_settled = 0
        if one.penalty and one.is_penalty_counted:
            one.penalty = Stream(loan.rates.penalty_micro, loan.day, one.due)
        for name, component in (
            ("principal", "principal"),
            ("interest", "interest"),
            ("fees", "fees"),
            ("extra_fees", "fees"),
        ):
            kept = min(rest[component], getattr(one, name))
            setattr(one, name, kept)
            rest[component] -= kept
        one.is_carried, one.is_plan = True, False
    loan.instalments = [
        one for one in loan.instalments
        if one.contract_unpaid or one.extra_fees or one.fixed_penalty or one.state == "grace"
    ]  # fmt: skip
    for name in COMPONENTS:
        correction[name] += rest[name]
    loan.start_row(loan.day)
    loan.settle_lateness()


def _lessen_waivers(signed, correction):
    """A correction in the borrower's favour lessens waivers of its own component first."""
    left = dict(correction)
    for name in COMPONENTS:
        for treatment in ("waived", "waived_on_completion"):
            part = min(max(0, -left[name]), signed[name].get(treatment) or 0)
            if part:
                signed[name][treatment] -= part
                left[name] += part
    return left


def _sign_rows(loan, event, signed):
    terms, day = loan.terms, loan.day
    principal = sum(signed[name].get("capitalised") or 0 for name in COMPONENTS)
    first = parse_day(event["first_due_on"])
    grid = Grid(terms.unit, terms.period, first, None)
    nominals = [first, *(grid.boundary(k) for k in range(2, event["instalments"] + 1))]
    method_name = event.get("method") or loan.method.method
    if method_name in ("flat", "explicit"):
        raise Unsupported(f"a plan of {method_name}")
    if method_name == "bullet":
        nominals = nominals[-1:]
    loan.rates.grids.append((day, grid))
    if event.get("annual_rate") is not None:
        loan.rates.changes.append((day, parse_rate(event["annual_rate"], terms.day_count)))
    loan.method = Method(terms, loan.rates.interest_pieces, method_name)
    loan.rows = [dated_row(terms, number, nominal, loan.day) for number, nominal in enumerate(nominals, 1)]
    mark_principal(loan.rows, method_name)
    step_up = event.get("step_up")
    if step_up and method_name == "level_instalment":
        for row in loan.rows[: step_up["rows"]]:
            row.share = Fraction(step_up["share"])
    loan.rates.priced_on = loan.rates.today
    loan.level = solve(loan.method, loan.rows, principal, Running(day, day))
    spread = event.get("parked", "spread") == "spread"
    for name in COMPONENTS:
        parked = signed[name].get("parked") or 0
        share = parked // len(loan.rows) if spread else 0
        for row in loan.rows:
            _park(row, name, share)
        _park(loan.rows[-1], name, parked - share * len(loan.rows))
    loan.refresh_base()


def _park(row, name, amount):
    if amount:
        row.parked[name] = row.parked.get(name, 0) + amount


def _post_correction(loan, left):
    """The rest of a correction, net over components."""
    net = sum(left.values())
    if net > 0:
        last = loan.rows[-1]
        row = dated_row(loan.terms, last.number + 1, loan.rates.grid_on(loan.day).shift(last.nominal, 1), loan.day)
        row.bears_principal, row.is_correction = False, True
        for name in COMPONENTS:
            part = min(net, max(0, left[name]))
            _park(row, name, part)
            net -= part
        loan.rows.append(row)
    elif net < 0:
        _favour(loan, -net)


def _favour(loan, amount):
    """In the borrower's favour: less parked, then the last rows, then held."""
    for row in reversed(loan.rows):
        for name in PARKED_ORDER:
            part = min(amount, row.parked.get(name, 0))
            if part:
                row.parked[name] -= part
                amount -= part
                if row.parked[name] == 0:
                    del row.parked[name]
    part = min(amount, loan.open_balance)
    if part:
        loan.resolve("principal", loan.open_balance - part)
    source = f"correction {loan.day}"
    loan.paid[source] = Paid()
    loan.hold(source, amount - part)
    payments.apply_held(loan)


def complete_plan(loan):
    """A plan whose rows are all due and paid waives what it had promised."""
    if loan.ageing is None or loan.rows or not any(loan.conditional.values()):
        return
    if not any(
        one.contract_unpaid or one.extra_fees or loan.penalty_owed(one) for one in loan.instalments if one.kind != "fee"
    ):
        loan.conditional = dict.fromkeys(COMPONENTS, 0)
