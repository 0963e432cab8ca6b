"""Rows of a loan: their dates, and the principal and interest columns solved exactly; knows no events."""

from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

from .calendar import Grid, iso, parse_day, roll_day, year_parts
from .money import MICRO, RATE_SCALE, NegativePrincipal, Unsupported, divide, parse_decimal, to_money
from .terms import Terms, has_given_interest, parse_terms


@dataclass
class Row:
    """One instalment to come. `end` is where its interest ends: the nominal date, or the rolled one if adjusted."""

    number: int
    nominal: int
    due: int
    end: int
    bears_principal: bool = True
    principal: int = 0
    interest: int = 0
    fees: list = field(default_factory=list)
    fixed_interest: bool = False
    share: Fraction | None = None  # of the level amount, in a step-up
    deferred: int = 0  # interest of a pause, put here
    parked: dict = field(default_factory=dict)  # claims at 0 %, by component
    takings: list = field(default_factory=list)  # [payment, interest collected ahead]
    principal_takings: list = field(default_factory=list)  # [payment, principal collected ahead, interest fixed]
    is_correction: bool = False  # holds only what a correction parked after the last row
    saved_principal: int = 0  # what a payoff took, until the payment is returned
    closed_interest: int | None = None  # once its interest has ended before it falls due

    @property
    def taken_interest(self):
        return sum(amount for _, amount in self.takings)

    @property
    def open_principal(self):
        return self.principal - sum(amount for _, amount in self.principal_takings)


@dataclass
class Running:
    """Where the first row stands when a column is solved: accruing from `start`, its spans measured from `origin`."""

    start: int
    origin: int
    accrued: int = 0  # micro, so far
    collected: int = 0  # money, taken off what was accrued


@dataclass
class Method:
    """What a column is solved with."""

    terms: Terms
    pieces: object  # (start, end) -> [(start, end, rate, grid)]
    method: str
    balloon: int = 0
    regular_first: tuple | None = None  # the days of the regular first period, for on_top


def schedule(case):
    """The contract as signed; events are left out."""
    terms = parse_terms(case["contract"])
    rows, _ = signed_rows(terms)
    balance = signed_principal(terms)
    shown = []
    for row in rows:
        fees = sum(fee["amount"] for fee in row.fees)
        balance -= row.principal
        shown.append({
            "number": row.number, "due_on": iso(row.due), "principal": row.principal, "interest": row.interest,
            "fees": fees, "due": row.principal + row.interest + fees, "balance": balance,
        })  # fmt: skip
    totals = {key: sum(row[key] for row in shown) for key in ("principal", "interest", "fees", "due")}
    return {"instalments": shown, "totals": totals}


def signed_principal(terms):
    """What the schedule repays: principal less down payment plus financed fees."""
    financed = sum(
        fee_amount(terms, fee, terms.principal, 0)
        for fee in terms.fees
        if fee["when"] == "disbursement" and fee.get("collected") == "financed"
    )
    return terms.principal - terms.down_payment + financed


def signed_rows(terms):
    """The rows as signed, columns filled and fees attached, and the level amount or principal part."""
    rows = dated_rows(terms)
    balance = signed_principal(terms)
    pieces = constant_pieces(terms.rate, terms.grid)
    regular = (terms.grid.boundary(0), terms.grid.boundary(1)) if terms.first_period == "on_top" else None
    method = Method(terms, pieces, terms.method, terms.balloon, regular)
    running = Running(terms.disbursed, terms.disbursed)
    level = None
    if terms.method == "explicit":
        _fill_explicit(method, rows, balance, running)
    else:
        level = solve(method, rows, balance, running, amount=terms.instalment)
    attach_fees(terms, rows, balance)
    return rows, level


def constant_pieces(rate, grid):
    return lambda start, end: [(start, end, rate, grid)]


def dated_rows(terms):
    """Empty rows on their dates."""
    if terms.rows:
        nominals = [parse_day(row["due_on"]) for row in terms.rows]
    else:
        nominals = [terms.first_due, *(terms.grid.boundary(k) for k in range(2, terms.count + 1))]
    if terms.method == "bullet":
        nominals = nominals[-1:]
    rows = [dated_row(terms, number, nominal, terms.disbursed) for number, nominal in enumerate(nominals, 1)]
    mark_principal(rows, terms.method, terms.principal_every, terms.principal_grace)
    return rows


def dated_row(terms, number, nominal, since):
    """A row that rolls to before the day its dates are set falls due on that day."""
    due = roll_day(nominal, terms.roll) if terms.roll is None else max(since, roll_day(nominal, terms.roll))
    is_adjusted = terms.roll is not None and terms.roll.get("interest") == "adjusted"
    return Row(number, nominal, due, due if is_adjusted else nominal)


def mark_principal(rows, method, every=1, grace=0):
    for place, row in enumerate(rows, 1):
        is_last = place == len(rows)
        if method in ("interest_only", "bullet"):
            row.bears_principal = is_last
        else:
            row.bears_principal = is_last or (place > grace and (place - grace) % every == 0)


def interest_micro(method, balance, start, end, origin):
    """Spans over [start, end) on one balance, each rounded half-even to a micro-unit."""
    if balance == 0:
        return 0
    return sum(
        divide(balance * rate * above, below * 10**9, "half_even")
        for piece_start, piece_end, rate, grid in method.pieces(start, end)
        for above, below in year_parts(method.terms.day_count, piece_start, piece_end, origin, grid)
    )


def factor(method, start, end, origin):
    """The exact interest factor of [start, end)."""
    return sum(
        (
            Fraction(rate * above, RATE_SCALE * below)
            for piece_start, piece_end, rate, grid in method.pieces(start, end)
            for above, below in year_parts(method.terms.day_count, piece_start, piece_end, origin, grid)
        ),
        Fraction(0),
    )


def starts_of(rows, running):
    """(start, origin) of each row's interest."""
    starts = [(running.start, running.origin)]
    for row in rows[:-1]:
        starts.append((row.end, row.end))
    return starts


def solve(method, rows, balance, running, amount=None):
    """Fills principal and interest of `rows`; returns the level amount or principal part used.

    Without `amount` it is solved from `balance` and what the running row has accrued and not collected."""
    if not rows:
        return None
    if method.method == "level_instalment":
        return _solve_level_instalment(method, rows, balance, running, amount)
    if method.method == "flat":
        part = _level_part(method, rows, balance) if amount is None else amount
        _fill_principal(method, rows, balance, part)
        for row, (start, origin) in zip(rows, starts_of(rows, running)):
            row.interest = to_money(interest_micro(method, balance, start, row.end, origin), method.terms.rounding)
        return part
    part = amount
    if method.method == "level_principal":
        part = _level_part(method, rows, balance) if amount is None else amount
        _fill_principal(method, rows, balance, part)
    elif method.method in ("interest_only", "bullet"):
        for row in rows:
            row.principal = 0
        rows[-1].principal = balance
    else:
        raise Unsupported(f"{method.method} cannot be solved again")
    reprice(method, rows, balance, running)
    return part


def reprice(method, rows, balance, running):
    """Fills the interest column and leaves principal as it is."""
    for place, (row, (start, origin)) in enumerate(zip(rows, starts_of(rows, running))):
        row.interest = _row_interest(method, row, balance, (start, origin), running if place == 0 else None)
        balance -= row.open_principal


def solve_level(balance, factors, carried_micro, balloon, shares=None):
    """The exact level amount as (numerator, denominator); with `shares` row k pays that share of it."""
    if shares:
        return _solve_stepped(balance, factors, carried_micro, balloon, shares)
    common = lcm(*(one.denominator for one in factors))
    steps = [common + one.numerator * (common // one.denominator) for one in factors]
    growth, growth_after_first, weight, power = 1, 1, 0, 1
    for place, step in enumerate(steps):
        growth *= step
        weight = power + weight * step
        power *= common
        if place:
            growth_after_first *= step
    numerator = (balance * growth - balloon * power) * MICRO + carried_micro * growth_after_first * common
    return numerator, common * weight * MICRO


def _solve_stepped(balance, factors, carried_micro, balloon, shares):
    value, weight = Fraction(balance), Fraction(0)
    for place, (one, share) in enumerate(zip(factors, shares)):
        value = value * (1 + one) + (Fraction(carried_micro, MICRO) if place == 0 else 0)
        weight = weight * (1 + one) + share
    amount = (value - balloon) / weight
    return amount.numerator, amount.denominator


def attach_fees(terms, rows, balance):
    """Scheduled fees, computed at signing."""
    for row in rows:
        for fee in terms.fees:
            when = fee["when"]
            if when == "each_instalment" or (isinstance(when, list) and row.number in when):
                if fee.get("collected", "paid") != "paid":
                    raise Unsupported("a fee of a row is paid with it")
                amount = fee_amount(terms, fee, balance, row.principal + row.interest)
                row.fees.append({"name": fee["name"], "amount": amount, "on_payoff": fee.get("on_payoff", "stops")})
        balance -= row.principal


def fee_amount(terms, fee, balance, instalment):
    if "amount" in fee:
        return fee["amount"]
    base = {"original": terms.principal, "balance": balance, "instalment": instalment}[fee.get("base", "original")]
    return percent(base, fee["rate"], terms.rounding)


def percent(base, share, rounding):
    return divide(base * parse_decimal(share, 10**9), 10**9, rounding)


def _fill_explicit(method, rows, balance, running):
    for row, given in zip(rows, method.terms.rows):
        row.principal = given["principal"]
    if sum(row.principal for row in rows) != balance:
        raise Unsupported("explicit rows do not repay the principal")
    reprice(method, rows, balance, running)
    if has_given_interest(method.terms):
        for row, given in zip(rows, method.terms.rows):
            if given.get("interest") is not None:
                row.interest, row.fixed_interest = given["interest"], True


def _row_interest(method, row, balance, begins, running):
    start, origin = begins
    rest = interest_micro(method, balance, start, row.end, origin)
    if running is None:
        return to_money(rest, method.terms.rounding)
    accrued = max(running.accrued, running.collected * MICRO)
    return to_money(accrued + rest, method.terms.rounding) - running.collected


def _level_part(method, rows, balance):
    bearing = sum(row.bears_principal for row in rows)
    return divide(max(0, balance - method.balloon), bearing, method.terms.instalment_rounding)


def _fill_principal(method, rows, balance, part):
    for row in rows:
        row.principal = min(part, balance) if row.bears_principal else 0
        balance -= row.principal
    rows[-1].principal += balance


def _solve_level_instalment(method, rows, balance, running, amount):
    terms = method.terms
    is_solved = amount is None
    if is_solved:
        amount = _solved_amount(method, rows, balance, running)
    gap = _fill_level(method, rows, balance, running, amount)
    if not (is_solved and terms.even_last):
        return amount
    bearing = sum(row.bears_principal for row in rows)
    for _ in range(3):
        if abs(gap) <= bearing // 2:
            break
        step = terms.multiple * divide(gap, bearing * terms.multiple, "half_even")
        try:
            tried = _fill_level(method, rows, balance, running, amount + step) if step else None
        except NegativePrincipal:
            tried = None
        if tried is None or abs(tried) >= abs(gap):
            _fill_level(method, rows, balance, running, amount)
            break
        amount, gap = amount + step, tried
    return amount


def _solved_amount(method, rows, balance, running):
    """The level amount, exact, then rounded by name, then up to the multiple."""
    terms = method.terms
    starts = starts_of(rows, running)
    first = next(place for place, row in enumerate(rows) if row.bears_principal)
    factors = [factor(method, *_days(starts[place], rows[place])) for place in range(first, len(rows))]
    carried = max(0, running.accrued - running.collected * MICRO) if first == 0 else 0
    if method.regular_first and first == 0:
        factors[0] = factor(method, *method.regular_first, method.regular_first[0])
    shares = None
    if any(row.share is not None for row in rows):
        shares = [Fraction(1) if row.share is None else row.share for row in rows[first:]]
    numerator, denominator = solve_level(balance, factors, carried, method.balloon, shares)
    if numerator < 0:
        raise NegativePrincipal("the balloon exceeds what is owed")
    amount = divide(numerator, denominator, terms.instalment_rounding)
    return -(-amount // terms.multiple) * terms.multiple


def _days(begins, row):
    start, origin = begins
    return start, row.end, origin


def _fill_level(method, rows, balance, running, amount):
    """Fills the rows with a level amount and returns last due less the amount, balloon aside."""
    last = len(rows) - 1
    for place, (row, begins) in enumerate(zip(rows, starts_of(rows, running))):
        row.interest = _row_interest(method, row, balance, begins, running if place == 0 else None)
        part = row.interest
        if place == 0 and method.regular_first:
            start, end = method.regular_first
            part = to_money(interest_micro(method, balance, start, end, start), method.terms.rounding)
        if not row.bears_principal:
            row.principal = 0
        elif place == last:
            row.principal = balance
        else:
            row.principal = min(_share_of(amount, row, method) - part, balance)
            if row.principal < 0:
                raise NegativePrincipal(f"row {row.number}: {amount} does not cover the interest {part}")
        balance -= row.principal
    return rows[last].principal + rows[last].interest - method.balloon - amount


def _share_of(amount, row, method):
    if row.share is None:
        return amount
    return divide(amount * row.share.numerator, row.share.denominator, method.terms.instalment_rounding)


__all__ = ["Grid", "Method", "Row", "Running", "schedule", "signed_rows", "solve"]
