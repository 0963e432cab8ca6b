"""Simple ceilings inside the fold: what interest and penalty bear beyond them is forfeited; nothing falls due here."""

from fractions import Fraction

from .calendar import year_parts
from .money import MICRO, RATE_SCALE, divide


def simple_ceilings(terms):
    return [one for one in terms.ceilings if one["measure"] == "simple_on_outstanding"]


def boundaries(terms):
    return [day for one in simple_ceilings(terms) for day in (one["from"], one["to"]) if day is not None]


def clamp(loan, start, end):
    """Cuts what the days [start, end) bore beyond each ceiling; nothing changes on the loan within them."""
    active = [
        one for one in simple_ceilings(loan.terms)
        if (one["from"] is None or one["from"] <= start) and (one["to"] is None or end <= one["to"])
    ]  # fmt: skip
    if not active or start >= end:
        return
    years = _years(loan, start, end)
    groups = _borne(loan, start, end)
    fixed = 0
    if not loan.terms.is_daily:
        fixed = _micro(loan.open_balance * loan.rates.rate_on(start), years)
    principal = loan.principal_not_due + sum(one.principal for one in loan.instalments) + loan.conditional["principal"]
    principal += sum(row.parked.get("principal", 0) for row in loan.rows)
    for one in active:
        room = _micro(principal * one["rate"], years)
        account = loan.ceiling_accounts.setdefault(id(one), {"room": 0, "charged": 0})
        account["room"] += room
        if one["clamp"] == "cumulative":
            room = account["room"] - account["charged"]
        left = room - fixed
        for group in groups:
            left = _cut(group, left)
        account["charged"] += fixed + sum(amount for group in groups for _, amount in group)


def charge(loan, amount):
    """Fees count towards cumulative ceilings on the day they are posted."""
    for one in simple_ceilings(loan.terms):
        if (one["from"] is None or one["from"] <= loan.day) and (one["to"] is None or loan.day < one["to"]):
            loan.ceiling_accounts.setdefault(id(one), {"room": 0, "charged": 0})["charged"] += amount * MICRO


def uncharge(loan, micro):
    """Provisional penalty or interest of grace days that was dropped."""
    for account in loan.ceiling_accounts.values():
        account["charged"] -= micro


def _borne(loan, start, end):
    """[stream, micro] of the days: interest, penalty, then both of what grace may still drop."""
    interest, penalty, grace_interest, grace_penalty = groups = [], [], [], []
    if loan.terms.is_daily:
        interest.append(loan.not_due)
    for one in loan.instalments:
        if one.interest_stream and one.is_interest_counted:
            interest.append(one.interest_stream)
        elif one.interest_stream and one.state == "grace" and not loan.is_interest_replaced:
            grace_interest.append(one.interest_stream)
        if one.penalty and one.state == "overdue":
            penalty.append(one.penalty)
        elif one.penalty and one.state == "grace":
            grace_penalty.append(one.penalty)
    return tuple([[each, each.borne(start, end)] for each in group] for group in groups)


def _cut(group, room):
    """Cuts a group pro rata to what room there is; returns the room it leaves."""
    total = sum(amount for _, amount in group)
    excess = total - max(0, room)
    if excess <= 0:
        return room - total
    for pair in group:
        part = divide(excess * pair[1], total, "half_even")
        pair[0].cut += part
        pair[1] -= part
    return min(room, 0)


def _years(loan, start, end):
    pieces = loan.rates.planned_pieces(start, end)
    parts = [
        part for low, high, _, grid in pieces
        for part in year_parts(loan.terms.day_count, low, high, loan.run_start, grid)
    ]  # fmt: skip
    return sum((Fraction(above, below) for above, below in parts), Fraction(0))


def _micro(amount, years):
    return divide(amount * years.numerator * MICRO, years.denominator * RATE_SCALE, "half_even")
