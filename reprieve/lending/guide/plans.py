"""Plans for one debt, side by side: at the contract rate, and with what one may ask for. Every row is the engine's.

A plan replaces the whole debt: what is capitalised bears the plan's rate in equal months, what is parked is repaid in
equal parts at 0 %, what is waived is gone. Each is the shortest whose every payment fits the offer.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

import reprieve
from reprieve.engine.money import share
from reprieve.errors import Unsupported
from reprieve.lending.field import Period
from reprieve.lending.guide.guide_answer import Plan, PlanName, PlanRow, as_percent
from reprieve.lending.guide.terms import ALLOCATION, Terms
from reprieve.words.message import Count, Message, Money, Percent

PAUSE_MONTHS: Final = 3
EXAMPLE_MONTHS: Final = (12, 24, 36)
"""The lengths shown where the surplus is not known."""
_MONTH: Final = Period(count=1, unit="month")
_CHARGES: Final = ("interest", "penalty", "fees")


@dataclass(frozen=True, eq=False)
class Offer:
    """What a plan does with the debt, before its length is chosen."""

    name: PlanName
    terms: Terms
    rate: Decimal
    capitalised: int
    parked: int = 0
    waived: int = 0
    pause: int = 0
    asks: tuple[Message, ...] = ()

    def rows(self, months: int) -> tuple[PlanRow, ...]:
        """Return the payments of the plan at a length; none where so many payments would not cover the interest."""
        try:
            return _rows(self, months)
        except Unsupported:
            return ()

    def longest(self, months_most: int) -> int:
        """Return the longest length that repays: as a rule the most that is looked at."""
        if self.rows(months_most):
            return months_most
        return _first(lambda months: not self.rows(months), months_most) - 1


def plans_of(terms: Terms, offer: int | None, months_most: int, ceiling: Decimal | None, pause: int) -> list[Plan]:
    """Return the plans of a debt: `offer` is what fits a month (None: not known), `pause` the months to ask for."""
    plain = _contract(terms, "by_months")
    if offer is None:
        return [_plan(plain, rows, offer, None) for months in EXAMPLE_MONTHS if (rows := plain.rows(months))]
    chosen = {one: _fitting(one, offer, months_most) for one in _offers(terms, ceiling, pause)}
    basis = next((rows for one, rows in chosen.items() if one.name == "shortest"), ())
    total = sum(row.amount for row in basis) if basis else None
    lengths = _lengths(len(basis), months_most)
    at_contract = [_plan(plain, rows, offer, total) for months in lengths if (rows := plain.rows(months))]
    at_contract += [_plan(one, rows, offer, total) for one, rows in chosen.items() if rows and one.name == "shortest"]
    asked = [
        _plan(one, rows, offer, total)
        for one, rows in chosen.items()
        if rows and one.name != "shortest" and rows != basis
    ]
    at_contract.sort(key=lambda plan: plan.months)
    return [*at_contract, *asked, *_catch_up(terms, offer, total), *_lowest(terms, offer, months_most, total)]


def _lengths(shortest: int, months_most: int) -> list[int]:
    """Return the lengths shown beside the shortest plan: a year, and whole years beyond it while they fit."""
    beyond = -(-(shortest + 1) // 12) * 12 if shortest else 12
    lengths = {12, beyond} if beyond <= months_most else {12}
    return sorted(length for length in lengths if length != shortest)


def _offers(terms: Terms, ceiling: Decimal | None, pause: int) -> list[Offer]:
    """Return what may be asked, the least concession first."""
    parts, charges = terms.parts, sum(terms.parts[part] for part in _CHARGES)
    base = _contract(terms, "shortest")
    principal = base.capitalised - charges
    offers = [base]
    if ceiling is not None and ceiling < terms.rate:
        ask = Message("guide.ask.at_ceiling", {"rate": Percent(as_percent(ceiling))})
        offers.append(replace(base, name="at_ceiling", rate=ceiling, asks=(ask,)))
    if parts["penalty"]:
        ask = Message("guide.ask.penalty_waived", {"amount": Money(parts["penalty"])})
        less = base.capitalised - parts["penalty"]
        offers.append(replace(base, name="penalty_waived", capitalised=less, waived=parts["penalty"], asks=(ask,)))
    if charges and terms.rate:
        ask = Message("guide.ask.parked", {"amount": Money(charges)})
        offers.append(replace(base, name="parked", capitalised=principal, parked=charges, asks=(ask,)))
    if terms.rate:
        half = half_of(terms.rate)
        if half != ceiling:
            ask = Message("guide.ask.lower_rate", {"rate": Percent(as_percent(half))})
            offers.append(replace(base, name="lower_rate", rate=half, asks=(ask,)))
        offers.append(replace(base, name="interest_free", rate=Decimal(0), asks=(Message("guide.ask.interest_free"),)))
    held = Message("guide.ask.pause", {"months": Count(pause)})
    in_pause = _interest_in(terms, pause)
    paused = replace(base, name="pause", pause=pause, asks=(held,), parked=charges + in_pause, capitalised=principal)
    return [*offers, paused]


def half_of(rate: Decimal) -> Decimal:
    """Return half a rate, to a millionth."""
    return (rate * Decimal("0.5")).quantize(Decimal("0.000001"))


def _contract(terms: Terms, name: PlanName) -> Offer:
    return Offer(name, terms, terms.rate, terms.total)


def _lowest(terms: Terms, offer: int, months_most: int, total_most: int | None) -> list[Plan]:
    """Return the smallest payment that costs no more in all than the shortest plan at the contract rate.

    Half the rate, late interest waived, interest and fees parked; without such a plan, the longest allowed.
    """
    parked, penalty = terms.parts["interest"] + terms.parts["fees"], terms.parts["penalty"]
    principal = terms.total - parked - penalty
    if not terms.rate or not principal:
        return []
    asks = [Message("guide.ask.lower_rate", {"rate": Percent(as_percent(half_of(terms.rate)))})]
    if penalty:
        asks.append(Message("guide.ask.penalty_waived", {"amount": Money(penalty)}))
    if parked:
        asks.append(Message("guide.ask.parked", {"amount": Money(parked)}))
    one = Offer("lowest", terms, half_of(terms.rate), principal, parked, penalty, asks=tuple(asks))

    def is_dear(months: int) -> bool:
        return total_most is not None and sum(row.amount for row in one.rows(months)) > total_most

    months = _first(is_dear, one.longest(months_most) + 1) - 1
    if months < 1 or max(row.amount for row in one.rows(months)) > offer:
        return []
    return [_plan(one, one.rows(months), offer, total_most)]


def _fitting(one: Offer, offer: int, months_most: int) -> tuple[PlanRow, ...]:
    """Return the rows of the shortest plan whose every payment fits the offer, or none."""
    if one.capitalised + one.parked == 0:
        return ()
    longest = one.longest(months_most)
    months = _first(lambda months: max(row.amount for row in one.rows(months)) <= offer, longest + 1)
    return one.rows(months) if months <= longest else ()


def _first(holds: Callable[[int], bool], end: int) -> int:
    """Return the first number from 1 below `end` for which something holds that holds for all after it, else `end`."""
    low, high = 1, end
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _catch_up(terms: Terms, offer: int, total: int | None) -> list[Plan]:
    """Return the coming instalments as agreed, what is overdue spread over them without interest."""
    not_due = terms.debt.not_due
    if not_due is None:
        return []
    one = Offer("as_agreed", terms, terms.rate, terms.not_due)
    if terms.debt.overdue:
        ask = Message("guide.ask.catch_up", {"amount": Money(terms.debt.overdue), "count": Count(not_due.instalments)})
        one = replace(one, name="catch_up", parked=terms.debt.overdue, asks=(ask,))
    last_due_on = _MONTH.after(not_due.next_due_on, -1, not_due.next_due_on.day)
    case = _bare(one, last_due_on, method="level_instalment", instalments=not_due.instalments, period="1 month",
                 first_due_on=not_due.next_due_on.isoformat())  # fmt: skip
    coming = reprieve.schedule(case)["instalments"]
    amounts = [
        (date.fromisoformat(row["due_on"]), row["due"] + share(terms.debt.overdue, len(coming), place))
        for place, row in enumerate(coming)
    ]
    return [_plan(one, _numbered(amounts), offer, total)]


def _plan(one: Offer, rows: tuple[PlanRow, ...], offer: int | None, basis: int | None) -> Plan:
    total = sum(row.amount for row in rows)
    return Plan(
        name=one.name, debt=one.terms.place, months=len(rows),
        is_affordable=None if offer is None else max(row.amount for row in rows) <= offer,
        is_shortest_affordable=one.name == "shortest",
        rate_percent=as_percent(one.rate, 4), monthly=rows[0].amount, first_on=rows[0].on, last_on=rows[-1].on,
        last=rows[-1].amount, total=total, extra=total - one.terms.total,
        saved=None if basis is None else basis - total,
        capitalised=one.capitalised, parked=one.parked, waived=one.waived, pause_months=one.pause,
        asks=one.asks, rows=rows,
    )  # fmt: skip


def _rows(one: Offer, months: int) -> tuple[PlanRow, ...]:
    start = _MONTH.after(one.terms.on, one.pause, one.terms.on.day)
    levels = _level(one, months, start) if one.capitalised else [0] * months
    amounts = [
        (_MONTH.after(start, number, one.terms.on.day), level + share(one.parked, months, number - 1))
        for number, level in enumerate(levels, 1)
    ]
    return _numbered(amounts)


def _numbered(amounts: list[tuple[date, int]]) -> tuple[PlanRow, ...]:
    left, rows = sum(amount for _, amount in amounts), []
    for number, (day, amount) in enumerate(amounts, 1):
        left -= amount
        rows.append(PlanRow(number=number, on=day, amount=amount, left=left))
    return tuple(rows)


def _level(one: Offer, months: int, start: date) -> list[int]:
    """Return the level instalments on what is capitalised."""
    case = _bare(one, start, method="level_instalment", instalments=months, period="1 month")
    return [row["due"] for row in reprieve.schedule(case)["instalments"]]


def _interest_in(terms: Terms, months: int) -> int:
    """Return the interest the principal bears in a pause: simple, at the contract rate, never on interest."""
    principal = terms.total - sum(terms.parts[part] for part in _CHARGES)
    if not principal or not months or not terms.rate:
        return 0
    one = Offer("pause", terms, terms.rate, principal)
    case = _bare(one, terms.on, method="bullet", instalments=1, period=f"{months} month")
    return int(reprieve.schedule(case)["totals"]["interest"])


def _bare(one: Offer, start: date, **method: object) -> reprieve.Case:
    """Return what is capitalised as a new loan at the plan's rate, by equal months."""
    contract = {
        "currency": one.terms.currency, "principal": one.capitalised, "disbursed_on": start.isoformat(),
        "annual_rate": f"{one.rate:f}", "day_count": "equal_periods", "interest": "scheduled",
        "allocation": ALLOCATION, **method,
    }  # fmt: skip
    return reprieve.Case.read({"contract": contract, "events": []})
