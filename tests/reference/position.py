"""What a loan shows on a day: balances that are disjoint, lateness, payoff and the next due; it changes nothing."""

from . import payments
from .calendar import iso, parse_day
from .fold import fold, walk
from .loan import COMPONENTS

PARTS = ("due", "arrears", "accrued", "not_due", "parked")


def position(case, on, known_on=None):
    """The answer `position` of the case format, without the bucket."""
    day = parse_day(on)
    loan = fold(case, day, parse_day(known_on) if known_on else None)
    if loan is None:
        return _nothing(on)
    answer = {"on": on} | balances(loan)
    owed = answer["outstanding"]["total"]
    is_closed = owed == 0 and not loan.has_anything_to_come()
    answer["held"] = answer["refundable"] = loan.held_total
    answer["payoff"] = payments.payoff(loan)
    answer["days_past_due"] = 0 if is_closed else effective_days_past_due(loan)
    answer["contractual_days_past_due"] = 0 if is_closed else contractual_days_past_due(loan)
    answer["status"] = _status(loan, is_closed)
    answer["next_due"] = next_due(loan)
    return answer


def balances(loan):
    """Each part by component, and their sum."""
    parts = {part: dict.fromkeys(COMPONENTS, 0) for part in PARTS}
    for one in loan.instalments:
        part = parts["arrears" if one.state == "overdue" else "due"]
        part["principal"] += one.principal
        part["interest"] += one.interest
        part["penalty"] += loan.penalty_owed(one)
        part["fees"] += one.fees + one.extra_fees
    parts["accrued"]["interest"] = loan.shown_closed() + loan.shown_running(loan.day) + loan.deferred()
    parts["not_due"]["principal"] = loan.principal_not_due
    for row in loan.rows:
        for component, amount in row.parked.items():
            parts["parked"][component] += amount
    for component, amount in loan.conditional.items():
        parts["parked"][component] += amount
    parts["outstanding"] = {component: sum(parts[part][component] for part in PARTS) for component in COMPONENTS}
    for part in parts.values():
        part["total"] = sum(part.values())
    assert parts["outstanding"]["total"] == payments.outstanding(loan)
    return parts


def effective_days_past_due(loan):
    """Days past due as the relief has it."""
    ageing = loan.ageing
    if ageing is None:
        return _oldest(loan, loan.instalments)
    if ageing["kind"] == "runs":
        return contractual_days_past_due(loan)
    carried = _oldest(loan, [one for one in loan.instalments if one.is_carried])
    plan = _oldest(loan, [one for one in loan.instalments if not one.is_carried])
    if ageing["kind"] == "hold" or (ageing["kind"] == "cure" and not ageing["is_cured"]):
        plan += ageing["days"]
    return max(plan, carried)


def contractual_days_past_due(loan):
    """Days past due against what was unpaid and planned at the first relief."""
    if loan.relief_base is None:
        return effective_days_past_due(loan)
    total = 0
    for due, amount in sorted(loan.relief_base):
        if due > loan.day:
            break
        total += amount
        if amount and total - loan.relief_covered > loan.terms.tolerance:
            return loan.day - due if loan.day > due + loan.terms.grace_days else 0
    return 0


def next_due(loan):
    """The first row to fall due after today if nothing more is paid; moves the loan, so it is asked last."""
    if not loan.rows:
        return None
    loan.first_fallen = None
    walk(loan, max(row.due for row in loan.rows) + 20000, {}, stop=lambda one: one.first_fallen is not None)
    if loan.first_fallen is None:
        return None
    due, amount = loan.first_fallen
    return {"on": iso(due), "amount": amount}


def _oldest(loan, instalments):
    due = min((one.due for one in instalments if one.state == "overdue"), default=None)
    return 0 if due is None else loan.day - due - loan.rates.stopped_days(due, loan.day)


def _status(loan, is_closed):
    if is_closed:
        return "closed"
    if loan.is_charged_off:
        return "charged_off"
    is_paused = any(one.start <= loan.day < one.to for one in loan.rates.pauses)
    return "in_relief" if loan.ageing is not None or is_paused else "active"


def _nothing(on):
    empty = dict.fromkeys((*COMPONENTS, "total"), 0)
    answer = {"on": on} | {part: dict(empty) for part in (*PARTS, "outstanding")}
    return answer | {
        "held": 0, "refundable": 0, "payoff": 0, "days_past_due": 0, "contractual_days_past_due": 0,
        "status": "active", "next_due": None,
    }  # fmt: skip


def corrections(case, on, known_on=None):
    """What replay finds beyond the signed claims of each restructure, by component (replayed less signed)."""
    loan = fold(case, parse_day(on), parse_day(known_on) if known_on else None)
    return [{"on": iso(day)} | found for day, found in loan.corrections] if loan else []
