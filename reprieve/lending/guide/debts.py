"""Who is paid first: bills that keep a home running, then the debts, in orders shown side by side with their cost.

Every order is replayed by the engine, payment for payment. Never orders a person about.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

import reprieve
from reprieve.lending.field import Period
from reprieve.lending.guide.guide_answer import Order, Plan, Step, Strategy
from reprieve.lending.guide.request import GuideRequest
from reprieve.lending.guide.terms import Terms
from reprieve.words.message import Count, Figure, Message, Money

MONTHS_LOOKED_AT: Final = 120
_MONTH: Final = Period(count=1, unit="month")


def shares_of(terms: Sequence[Terms], available: int | None) -> list[int | None]:
    """Return what each debt is offered a month: its part of what is available, by what is owed on it, rounded down."""
    if available is None:
        return [None] * len(terms)
    owed = sum(one.total for one in terms)
    return [available * one.total // owed for one in terms]


def order_of(request: GuideRequest, terms: Sequence[Terms], available: int | None, plans: Sequence[Plan]) -> Order:
    """Return the bills that come first, and for several debts the orders of paying with what each costs."""
    bills = tuple(
        Step(debt=None, bill=arrear.bill, amount=arrear.amount, clear_on=None) for arrear in request.arrears_first
    )
    behind = sum(bill.amount for bill in bills)
    months = first_months(behind, available)
    strategies: tuple[Strategy, ...] = ()
    if len(terms) > 1 and available:
        dearest = sorted(terms, key=lambda one: (-one.late_rate, one.total, one.place))
        smallest = sorted(terms, key=lambda one: (one.total, -one.late_rate, one.place))
        strategies = (
            _in_turn("highest_rate_first", dearest, available),
            _in_turn("close_one_first", smallest, available),
            *_shared(terms, plans),
        )
    return Order(first=bills, first_months=months, strategies=strategies, messages=tuple(_why(behind, months, terms)))


def first_months(behind: int, available: int | None) -> int | None:
    """Return how many months of the available money the bills that come first take."""
    if not behind:
        return 0
    return -(-behind // available) if available else None


def _why(behind: int, months: int | None, terms: Sequence[Terms]) -> list[Message]:
    said = [Message("guide.order.first")]
    if behind:
        figures: dict[str, Figure] = {"amount": Money(behind)}
        key = "guide.order.behind_unpayable" if months is None else "guide.order.behind"
        said.append(Message(key, figures if months is None else {**figures, "months": Count(months)}))
    return [*said, Message("guide.order.several")] if len(terms) > 1 else said


def _in_turn(name: Any, order: Sequence[Terms], available: int) -> Strategy:
    """Pay the whole of what is available to one debt after another; what waits bears its late interest."""
    start, spare, paid, steps = 1, 0, 0, []
    for terms in order:
        months = _months_to_clear(terms, start, spare, available)
        if months is None:
            steps.append(_step(terms, None))
            steps += [_step(other, None) for other in order[len(steps) :]]
            return _strategy(name, order, steps, None, None)
        clear_on = _pay_day(terms, start + months - 1)
        left = _left_over(terms, start, spare, available, months)
        paid += spare + available * (months - (1 if spare else 0)) - left
        steps.append(_step(terms, clear_on))
        start, spare = start + months - (1 if left else 0), left
    return _strategy(name, order, steps, start if spare else start - 1, paid)


def _payments(terms: Terms, start: int, spare: int, available: int, months: int) -> tuple[tuple[date, int], ...]:
    """Return the payments on one debt: the first is what the debt before it left over, if anything."""
    amounts = [spare or available, *[available] * (months - 1)]
    return tuple((_pay_day(terms, start + place), amount) for place, amount in enumerate(amounts))


def _pay_day(terms: Terms, month: int) -> date:
    return _MONTH.after(terms.on, month, terms.on.day)


def _months_to_clear(terms: Terms, start: int, spare: int, available: int) -> int | None:
    """Return the fewest payments after which nothing is owed, or nothing where the time looked at is not enough."""
    low, high = 1, MONTHS_LOOKED_AT - start + 1
    if high < 1 or _position(terms, start, spare, available, high)["outstanding"]["total"] > 0:
        return None
    while low < high:
        middle = (low + high) // 2
        if _position(terms, start, spare, available, middle)["outstanding"]["total"] > 0:
            low = middle + 1
        else:
            high = middle
    return low


def _left_over(terms: Terms, start: int, spare: int, available: int, months: int) -> int:
    """Return what of the last payment was not needed."""
    return int(_position(terms, start, spare, available, months)["held"])


def _position(terms: Terms, start: int, spare: int, available: int, months: int) -> dict[str, Any]:
    case = terms.case(payments=_payments(terms, start, spare, available, months))
    return reprieve.position(case, _pay_day(terms, start + months - 1) + timedelta(0)).to_dict()


def _step(terms: Terms, clear_on: date | None) -> Step:
    return Step(debt=terms.place, bill=None, amount=terms.total, clear_on=clear_on)


def _strategy(
    name: Any, order: Sequence[Terms], steps: Sequence[Step], months: int | None, paid: int | None
) -> Strategy:
    owed = sum(terms.total for terms in order)
    closed = [step.clear_on for step in steps if step.clear_on is not None]
    return Strategy(
        name=name, steps=tuple(steps), months=months, total=paid, extra=None if paid is None else paid - owed,
        first_closed_on=min(closed, default=None), message=Message(f"guide.order.{name}"),
    )  # fmt: skip


def _shared(terms: Sequence[Terms], plans: Sequence[Plan]) -> list[Strategy]:
    """Return the plans at the contract rate taken together, a share to each lender."""
    chosen = [next((p for p in plans if p.debt == one.place and p.is_shortest_affordable), None) for one in terms]
    steps = [_step(one, plan.last_on if plan else None) for one, plan in zip(terms, chosen, strict=True)]
    kept = [plan for plan in chosen if plan is not None]
    is_whole = len(kept) == len(terms)
    months = max(plan.months for plan in kept) if is_whole else None
    return [_strategy("shared", terms, steps, months, sum(plan.total for plan in kept) if is_whole else None)]
