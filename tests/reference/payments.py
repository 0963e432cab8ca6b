"""Money in and money back: allocation, surplus, prepayment, payoff, held money, waivers, returns."""

from copy import deepcopy
from fractions import Fraction

from .calendar import year_parts
from .loan import COMPONENTS, Paid
from .money import MICRO, Unsupported, divide, to_money
from .schedule import percent


def pay(loan, payment, amount, direct_to="oldest"):
    """A payment of the day."""
    loan.paid[payment] = Paid()
    is_open = loan.has_anything_to_come() or outstanding(loan) > 0
    if not is_open:
        loan.hold(payment, amount)
    elif amount >= payoff(loan):
        pay_off(loan, payment, amount)
    elif direct_to == "principal":
        how = loan.terms.surplus if loan.terms.surplus in ("shorten", "lower") else "principal"
        rest = prepay(loan, payment, amount, how)
        loan.hold(payment, pay_dues(loan, payment, rest))
    else:
        rest = pay_dues(loan, payment, amount, is_current_first=direct_to == "current")
        rest = use_surplus(loan, payment, rest)
        loan.hold(payment, rest if loan.rows else pay_dues(loan, payment, rest))
    loan.settle_lateness()


# -- what is due -----------------------------------------------------------------------------------------------------


def pay_dues(loan, payment, amount, is_current_first=False):
    """Pays what has fallen due in the contract's order; returns what is left."""
    groups = [loan.instalments]
    if is_current_first:
        current = max(
            (one for one in loan.instalments if one.kind != "fee"),
            key=lambda one: (one.due, one.sequence),
            default=None,
        )
        if current:
            groups = [[current], [one for one in loan.instalments if one is not current]]
    for place, group in enumerate(groups):
        tail = place == len(groups) - 1 and not loan.rows
        targets = [*group, None] if tail else list(group)
        if loan.terms.across == "component_first":
            steps = [(one, component) for component in loan.terms.order for one in targets]
        else:
            steps = [(one, component) for one in targets for component in loan.terms.order]
        for one, component in steps:
            if amount == 0:
                break
            amount -= _pay_component(loan, payment, one, component, amount)
    loan.settle_lateness()
    return amount


def _pay_component(loan, payment, one, component, amount):
    if one is None:
        return _pay_tail(loan, payment, amount) if component == "interest" else 0
    covered = loan.paid[payment].covered if payment is not None else {}
    if component == "penalty":
        part = min(amount, loan.penalty_owed(one))
        one.penalty_settled += part
        _record(covered, "penalty", part)
        return part
    fields = {"fee": ("fees", "extra_fees")}.get(component, (component,))
    used = 0
    for name in fields:
        part = min(amount - used, getattr(one, name))
        setattr(one, name, getattr(one, name) - part)
        _record(covered, name, part)
        if name != "extra_fees":
            loan.relief_covered += part
        used += part
    return used


def _record(covered, name, part):
    if part:
        covered[name] = covered.get(name, 0) + part


def _pay_tail(loan, payment, amount):
    """Interest that accrues after the last row can be collected at once."""
    part = min(amount, loan.shown_running(loan.day))
    if part:
        loan.tail.takings.append([payment, part])
        loan.relief_covered += part
    more = min(amount - part, loan.tail.deferred)
    loan.tail.deferred -= more
    return part + more


def apply_held(loan):
    """Held money pays what is due, the oldest first; it never pays off and never prepays."""
    chunks, loan.held = loan.held, []
    for place, (payment, amount) in enumerate(chunks):
        rest = pay_dues(loan, payment, amount)
        if rest:
            loan.held += [[payment, rest], *chunks[place + 1 :]]
            return


# -- surplus ---------------------------------------------------------------------------------------------------------


def use_surplus(loan, payment, amount):
    """What the contract does with money beyond what is due; returns what is to be held."""
    surplus = loan.terms.surplus
    if amount == 0 or surplus == "hold" or not loan.rows:
        return amount
    if surplus == "next_instalment":
        return take_ahead(loan, payment, amount)
    return prepay(loan, payment, amount, surplus)


def take_ahead(loan, payment, amount):
    """Pays coming rows now, row by row; nothing is solved again."""
    if loan.terms.is_daily:
        amount -= collect_accrued(loan, payment, amount)
    for row in loan.rows:
        for component in loan.terms.order:
            if component == "interest" and not loan.terms.is_daily:
                whole = row.interest if row.closed_interest is None else row.closed_interest
                moved = loan.moved if row is loan.running else 0
                part = min(amount, max(0, whole - moved - row.taken_interest))
                if part:
                    row.takings.append([payment, part])
                    loan.relief_covered += part
                amount -= part
            elif component == "principal":
                part = min(amount, row.open_principal)
                if part:
                    row.principal_takings.append([payment, part])
                    loan.paid[payment].prepaid_principal += part
                    loan.relief_covered += part
                amount -= part
    loan.refresh_base()
    return amount


def collect_accrued(loan, payment, amount):
    """Collects interest accrued to today and not yet due, pauses' deferred amounts aside; returns what was taken."""
    used = 0
    for row in [*(one for one in loan.rows if one.closed_interest is not None), loan.running]:
        owed = loan.shown_running(loan.day) if row.closed_interest is None else row.closed_interest - row.taken_interest
        part = min(amount - used, owed)
        if part > 0:
            row.takings.append([payment, part])
            loan.relief_covered += part
            used += part
    return used


def prepay(loan, payment, amount, how):
    """Repays principal before it is due, with its interest and fee; returns what is left."""
    terms, balance = loan.terms, loan.open_balance
    if not loan.open_rows or balance == 0 or amount == 0 or amount < terms.prepayment_minimum:
        return amount
    if loan.method.method == "flat" or any(row.fixed_interest for row in loan.rows):
        raise Unsupported("prepayment of fixed interest")
    if terms.prepayment_interest == "all_accrued":
        amount -= collect_accrued(loan, payment, amount)
        principal = _largest(balance, amount, lambda part: part + prepayment_fee(terms, part))
        interest = 0
    else:
        accrued = _accrued_on_balance(loan)

        def interest_on(part):
            return divide(accrued * part, balance * MICRO, terms.rounding)

        principal = _largest(balance, amount, lambda part: part + interest_on(part) + prepayment_fee(terms, part))
        interest = interest_on(principal)
    if principal == 0:
        return amount
    if interest:
        loan.running.takings.append([payment, interest])
    fee = prepayment_fee(terms, principal)
    loan.paid[payment].prepaid_principal += principal
    loan.paid[payment].prepayment_fee += fee
    loan.relief_covered += principal + interest
    loan.resolve(how, balance - principal)
    return amount - principal - interest - fee


def prepayment_fee(terms, principal):
    rule = terms.prepayment_fee
    if not rule or principal == 0:
        return 0
    return rule["fixed"] if "fixed" in rule else percent(principal, rule["percent"], terms.rounding)


def _accrued_on_balance(loan):
    """Micro interest on principal not due that is uncollected: what was collected counts against the rest first."""
    return max(0, min(loan.accrued_not_due(loan.day), loan.uncollected(loan.day)))


def _largest(limit, amount, cost):
    low, high = 0, min(limit, amount)
    while low < high:
        middle = (low + high + 1) // 2
        if cost(middle) <= amount:
            low = middle
        else:
            high = middle - 1
    return low


# -- payoff ----------------------------------------------------------------------------------------------------------


def claims(loan, is_completing=False):
    """All that is owed today by component, parked money included; a completing plan leaves out what it would waive."""
    totals = dict.fromkeys(COMPONENTS, 0)
    for one in loan.instalments:
        totals["principal"] += one.principal
        totals["interest"] += one.interest
        totals["fees"] += one.fees + one.extra_fees
        totals["penalty"] += loan.penalty_owed(one)
    totals["principal"] += loan.principal_not_due
    totals["interest"] += loan.shown_closed() + loan.shown_running(loan.day) + loan.deferred()
    for row in loan.rows:
        for component, amount in row.parked.items():
            totals[component] += amount
    if not is_completing:
        for component, amount in loan.conditional.items():
            totals[component] += amount
    return totals


def outstanding(loan, is_completing=False):
    return sum(claims(loan, is_completing).values())


def is_plan_kept(loan):
    return loan.ageing is not None and not any(one.state == "overdue" for one in loan.instalments)


def payoff(loan):
    """What closes the loan today."""
    owed = outstanding(loan, is_plan_kept(loan))
    extra = prepayment_fee(loan.terms, loan.principal_not_due) + fees_on_payoff(loan) + interest_to_period_end(loan)
    return owed + extra - loan.held_total - collected_ahead(loan)


def collected_ahead(loan):
    """Interest collected beyond what has accrued."""
    running = loan.running
    bears = max(0, to_money(loan.accrued_total(loan.day), loan.terms.rounding) - loan.moved)
    ahead = max(0, _own(running.takings) - max(0, bears - _waived(running.takings)))
    return ahead + sum(_own(row.takings) for row in loan.open_rows if row is not running)


def _own(takings):
    return sum(amount for payment, amount in takings if payment is not None)


def _waived(takings):
    return sum(amount for payment, amount in takings if payment is None)


def fees_on_payoff(loan):
    """Scheduled fees not yet due that a payoff makes due; a row's prorated fees are rounded together."""
    total = 0
    for row in loan.rows:
        total += sum(fee["amount"] for fee in row.fees if fee["on_payoff"] == "due")
        prorated = sum(fee["amount"] for fee in row.fees if fee["on_payoff"] == "prorated")
        if prorated:
            total += _prorated(loan, row, prorated)
    return total


def _prorated(loan, row, amount):
    if row.closed_interest is not None:
        return amount
    if row is not loan.running:
        return 0
    if loan.day <= loan.run_start:  # a row may have fallen due before its interest ends
        return 0
    elapsed, whole = (_year_fraction(loan, loan.run_start, day) for day in (min(loan.day, row.end), row.end))
    return (
        divide(
            amount * elapsed.numerator * whole.denominator, elapsed.denominator * whole.numerator, loan.terms.rounding
        )
        if whole
        else 0
    )


def _year_fraction(loan, start, end):
    pieces = [(low, high, grid) for low, high, _, grid in loan.rates.planned_pieces(start, end)]
    parts = [
        part for low, high, grid in pieces for part in year_parts(loan.terms.day_count, low, high, loan.run_start, grid)
    ]
    return sum((Fraction(above, below) for above, below in parts), Fraction(0))


def interest_to_period_end(loan):
    """Where agreed, what the running row would still accrue on principal not due to its end."""
    if loan.terms.payoff != "to_period_end" or not loan.open_rows or loan.open_balance == 0:
        return 0
    row = loan.running
    total = loan.accrued_overdue(loan.day) + loan.accrued_not_due(row.end)
    whole = max(0, to_money(total, loan.terms.rounding) - loan.running_collected())
    return max(0, whole - loan.shown_running(loan.day))


def pay_off(loan, payment, amount):
    """Pays everything and closes the loan; what is left is held."""
    terms = loan.terms
    is_completing = is_plan_kept(loan)
    extra = prepayment_fee(terms, loan.principal_not_due) + fees_on_payoff(loan)
    to_period_end = interest_to_period_end(loan)
    _release_ahead(loan)
    loan.closed = {
        "rows": deepcopy(loan.open_rows), "run_start": loan.run_start, "moved": loan.moved,
        "overdue_interest": loan.accrued_overdue(loan.day), "not_due_interest": loan.accrued_not_due(loan.day),
        "level": loan.level,
    }  # fmt: skip
    purse = [*loan.held, [payment, amount]]
    loan.held = []
    _settle_instalments(loan, purse)
    accrued = loan.shown_running(loan.day)
    loan.relief_covered += accrued + to_period_end + loan.shown_closed() + loan.deferred() + loan.principal_not_due
    for source, part in _draw(purse, loan.principal_not_due):
        loan.paid[source].prepaid_principal += part
    loan.closed["collected"] = _draw(purse, accrued)
    for source, part in loan.closed["collected"]:
        loan.paid[source].covered["interest"] += part
    deferred = loan.shown_closed() + loan.deferred() + to_period_end
    for source, part in _draw(purse, deferred):
        loan.paid[source].covered["interest"] += part
    for component in reversed(COMPONENTS):  # as for an instalment: fees, penalty, interest, principal
        parked = sum(row.parked.get(component, 0) for row in loan.rows)
        parked += 0 if is_completing else loan.conditional[component]
        for source, part in _draw(purse, parked):
            loan.paid[source].covered["extra_fees" if component == "fees" else component] += part
    for source, part in _draw(purse, extra):
        loan.paid[source].prepayment_fee += part
    _empty(loan)
    for source, part in purse:
        loan.hold(source, part)


def _release_ahead(loan):
    """Interest collected ahead beyond what has accrued becomes held money."""
    running = loan.running
    bears = max(0, to_money(loan.accrued_total(loan.day), loan.terms.rounding) - loan.moved)
    loan.release(running, running.taken_interest - bears)
    for row in loan.open_rows:
        if row is not running:
            loan.release(row, row.taken_interest)


def _settle_instalments(loan, purse):
    for one in loan.instalments:
        one_owed = {
            "fees": one.fees, "extra_fees": one.extra_fees, "penalty": loan.penalty_owed(one),
            "interest": one.interest, "principal": one.principal,
        }  # fmt: skip
        loan.relief_covered += one.contract_unpaid
        for name, owed in one_owed.items():
            for source, part in _draw(purse, owed):
                loan.paid[source].covered[name] += part
        one.penalty_settled += one_owed["penalty"]
        one.principal = one.interest = one.fees = one.extra_fees = 0
    loan.settle_lateness()


def _draw(purse, amount):
    """Takes `amount` from the purse, the oldest money first."""
    drawn = []
    while amount > 0:
        source, there = purse[0]
        part = min(there, amount)
        drawn.append((source, part))
        amount -= part
        purse[0][1] -= part
        if purse[0][1] == 0:
            purse.pop(0)
    return drawn


def _empty(loan):
    """Nothing is left to come."""
    loan.drop_rows()
    loan.conditional = dict.fromkeys(COMPONENTS, 0)
    loan.start_row(loan.day)


# -- the rest --------------------------------------------------------------------------------------------------------


def charge_fee(loan, amount):
    """A fee event: an instalment of its own, due at once, that never ages."""
    loan.add_instalment("fee", extra_fees=amount)
    apply_held(loan)


def waive(loan, component, amount):
    """Takes the lesser of the amount and what is owed, oldest first; the excess lapses."""
    rest = 10**30 if amount == "all" else amount
    for one in loan.instalments:
        if component == "penalty":
            part = min(rest, loan.penalty_owed(one))
            one.penalty_settled += part
            rest -= part
            continue
        for name in ("fees", "extra_fees") if component == "fees" else (component,):
            part = min(rest, getattr(one, name))
            setattr(one, name, getattr(one, name) - part)
            loan.relief_covered += part if name != "extra_fees" else 0
            rest -= part
    if component == "interest":
        rest -= collect_accrued(loan, None, rest)
        for row in (*loan.rows, loan.tail):
            part = min(rest, row.deferred)
            row.deferred -= part
            rest -= part
    loan.settle_lateness()


def refund(loan, amount):
    """Gives back at most what is held, the oldest money first."""
    amount = min(amount, loan.held_total)
    purse = loan.held
    _draw(purse, amount)
    loan.held = purse


def return_payment(loan, payment):
    """A returned payment: what it had covered is due again from today; the rest is undone."""
    record = loan.paid.get(payment)
    if record is None or record.is_returned:
        return
    record.is_returned = True
    loan.held = [[source, amount] for source, amount in loan.held if source != payment]
    principal = record.prepaid_principal
    if principal and loan.closed is not None and not loan.rows:
        _reopen(loan)
    covered = dict(record.covered)
    for row in (*loan.rows, loan.tail):
        loan.relief_covered -= sum(amount for source, amount in row.takings if source == payment)
        row.takings = [taking for taking in row.takings if taking[0] != payment]
    if principal and not all(row.is_correction for row in loan.open_rows):
        _restore_principal(loan, payment, principal)
        loan.relief_covered -= principal
    elif principal:
        covered["principal"] += principal
    if any(covered.values()):
        if loan.relief_base is not None:
            loan.relief_base.append((loan.day, covered["principal"] + covered["interest"] + covered["fees"]))
        loan.add_instalment(
            "returned", principal=covered["principal"], interest=covered["interest"], fees=covered["fees"],
            extra_fees=covered["extra_fees"], fixed_penalty=covered["penalty"],
        )  # fmt: skip
    apply_held(loan)


def _restore_principal(loan, payment, principal):
    """Prepaid principal is not due again: the rows are solved again with it, or where they cannot be, take it back."""
    rows = loan.open_rows
    if loan.method.method not in ("flat", "explicit"):
        loan.resolve("lower", loan.open_balance + principal)
        return
    for row in rows:
        there = sum(amount for source, amount in row.principal_takings if source == payment)
        row.principal_takings = [taking for taking in row.principal_takings if taking[0] != payment]
        principal -= there
    for row in reversed(rows):  # after a payoff: the last rows first
        part = min(principal, row.saved_principal)
        row.principal += part
        row.saved_principal -= part
        principal -= part
    rows[-1].principal += principal
    if loan.method.method == "explicit" and not any(row.fixed_interest for row in rows):
        loan.resolve("reprice", loan.open_balance)
    loan.refresh_base()


def _reopen(loan):
    """After a payoff the rows due later come back; what accrued meanwhile belongs to the row that now runs."""
    saved, loan.closed = loan.closed, None
    rows = [row for row in saved["rows"] if row.due > loan.day]
    loan.rows, loan.level = rows, saved["level"]
    for row in rows:
        row.saved_principal, row.principal, row.principal_takings = row.open_principal, 0, []
        row.parked, row.deferred = {}, 0  # paid with the payoff
    if not rows:
        return
    meanwhile, loan.tail.takings = loan.tail.takings, []
    loan.run_start, loan.segment = loan.day, (loan.day, 0)
    loan.not_due.restart(loan.day, loan.day)
    if rows[0] is not saved["rows"][0]:
        rows[0].takings += meanwhile
        return
    for source, amount in [*rows[0].takings, *saved["collected"]]:
        if source is not None:
            loan.paid[source].covered["interest"] -= amount
    rows[0].takings += [[source, amount] for source, amount in saved["collected"]] + meanwhile
    loan.run_start, loan.moved = saved["run_start"], saved["moved"]
    loan.overdue_done += saved["overdue_interest"]
    loan.not_due.done = saved["not_due_interest"]
    loan.not_due.origin = saved["run_start"]
    loan.segment = (loan.day, saved["not_due_interest"])
