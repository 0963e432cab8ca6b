"""The fold of a loan's events, day by day of interest, in the order of settled reading 15; it shows nothing."""

from datetime import UTC, datetime

from . import payments, relief
from .calendar import parse_day
from .loan import Loan
from .rates import parse_pause
from .schedule import signed_principal, signed_rows
from .terms import parse_terms

STAGES = {
    "opening": 1, "disbursement": 2, "rate_change": 5, "due_day_change": 5, "acceleration": 5, "reinstatement": 5,
    "restructure": 6, "fee": 7, "waiver": 8, "payment": 9, "reversal": 10, "refund": 11, "charge_off": 12,
}  # fmt: skip


def known_events(case, known_on=None):
    """Events in replay order that are known, without void reversals and what they void."""
    events = []
    for place, event in enumerate(case.get("events") or []):
        recorded = _recorded_at(event)
        if known_on is None or recorded.date().toordinal() <= known_on:
            identity = event.get("id", f"{place:06}")
            events.append({**event, "_id": identity, "_key": (event.get("order") or 0, recorded, identity)})
    void = {event["of"] for event in events if event["kind"] == "reversal" and event.get("mode") == "void"}
    events = [event for event in events if event["_id"] not in void and event.get("mode") != "void"]
    return sorted(events, key=lambda event: (event["on"], STAGES.get(event["kind"], 6), *event["_key"]))


def _recorded_at(event):
    if event.get("recorded_at"):
        instant = datetime.fromisoformat(event["recorded_at"])
        return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
    return datetime.fromisoformat(event["on"] + "T23:59:59.999999+00:00")


def fold(case, on, known_on=None):
    """The loan at the end of day `on`, or None before it begins."""
    terms = parse_terms(case["contract"])
    events = [event for event in known_events(case, known_on) if parse_day(event["on"]) <= on]
    opening = next((event for event in events if event["kind"] == "opening"), None)
    begins = parse_day(opening["on"]) if opening else terms.disbursed
    if on < begins:
        return None
    pauses = [parse_pause(event, terms.day_count) for event in events if event["kind"] in ("pause", "moratorium")]
    pauses.sort(key=lambda one: one.start)
    loan = Loan(terms, pauses)
    by_day = {}
    for event in events:
        day = parse_day(event["on"])
        if event["kind"] not in ("pause", "moratorium", "opening") and (day >= begins or not opening):
            by_day.setdefault(max(day, begins), []).append(event)
    if opening:
        relief.open_loan(loan, opening)
    else:
        _disburse(loan)
    _run_day(loan, by_day.pop(begins, []), is_first=True)
    walk(loan, on, by_day)
    return loan


def _disburse(loan):
    loan.rows, loan.level = signed_rows(loan.terms)
    assert sum(row.principal for row in loan.rows) == signed_principal(loan.terms)
    loan.refresh_base()
    for one in loan.rates.pauses:
        if one.start < loan.day:
            relief.start_pause(loan, one)


def walk(loan, on, by_day, stop=None):
    """Moves the loan to the end of day `on`; with `stop` ends as soon as stop(loan) says so."""
    while True:
        day = min(
            (day for day in (loan.next_day(loan.day), min(by_day, default=None)) if day is not None), default=None
        )
        if day is None or day > on:
            break
        loan.move_to(day)
        _run_day(loan, by_day.pop(day, []))
        if stop and stop(loan):
            return
    loan.move_to(on)


def _run_day(loan, events, is_first=False):
    day = loan.day
    loan.expire_grace()
    for one in loan.rates.pauses:
        if one.to == day and one.start < one.to and not is_first:
            relief.end_pause(loan, one)
    for one in loan.rates.pauses:
        if one.start == day and one.start < one.to:
            relief.start_pause(loan, one)
    for event in events:
        if event["kind"] == "disbursement":
            relief.disburse_more(loan, event["amount"])
    before = _to_come(loan)
    loan.fall_due()
    if _to_come(loan) != before:
        payments.apply_held(loan)
    for event in events:
        _apply(loan, event)
        _turn(loan)
    loan.settle_lateness()
    relief.complete_plan(loan)


def _to_come(loan):
    """How many rows are to come, and of how many the interest has ended: either changes when a row turns."""
    return len(loan.rows), sum(row.closed_interest is not None for row in loan.rows)


def _turn(loan):
    """Rows that an event has put on today, or whose interest it has let end today, do not wait for another day."""
    rows = len(loan.rows)
    loan.fall_due()
    if len(loan.rows) < rows:
        payments.apply_held(loan)


def _apply(loan, event):
    kind = event["kind"]
    if kind == "payment":
        payments.pay(loan, event["_id"], event["amount"], event.get("direct_to") or "oldest")
    elif kind == "fee":
        payments.charge_fee(loan, event["amount"])
    elif kind == "waiver":
        payments.waive(loan, event["component"], event["amount"])
    elif kind == "reversal":
        payments.return_payment(loan, event["of"])
    elif kind == "refund":
        payments.refund(loan, event["amount"])
    elif kind == "rate_change":
        relief.change_rate(loan, event["annual_rate"])
    elif kind == "due_day_change":
        relief.change_due_day(loan, event["due_day"])
    elif kind == "acceleration":
        relief.accelerate(loan)
    elif kind == "reinstatement":
        relief.reinstate(loan)
    elif kind == "restructure":
        relief.restructure(loan, event)
    elif kind == "charge_off":
        loan.is_charged_off = True
