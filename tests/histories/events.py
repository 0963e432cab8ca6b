"""Random events over a contract: every kind, every field, on days where things go wrong. Never says what is owed."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NamedTuple

from tests.histories.contracts import PLANNABLE, Contract, Sketch, random_rate, split
from tests.histories.draws import due_dates, happens, pick

Event = dict[str, Any]
Wish = dict[str, Any]

STAGES = {
    "opening": 0, "disbursement": 1, "rate_change": 2, "due_day_change": 2, "acceleration": 2, "reinstatement": 2,
    "pause": 3, "restructure": 3, "moratorium": 3, "fee": 4, "waiver": 5, "payment": 6, "reversal": 7, "refund": 8,
    "charge_off": 9,
}  # fmt: skip
BEHAVIOURS = {
    "steady": {"exact": 30, "early": 1, "late": 1, "short": 1},
    "careless": {"exact": 6, "edge": 4, "late": 4, "short": 4, "over": 2, "skip": 2, "early": 1},
    "struggling": {"exact": 3, "late": 4, "short": 3, "tiny": 1, "skip": 5, "edge": 2},
    "ahead": {"exact": 4, "over": 4, "early": 3, "double": 2, "huge": 1, "short": 1},
    "stopped": {"skip": 12, "exact": 1, "tiny": 1},
}


class Life(NamedTuple):
    """What the events of one history are drawn from: the contract, its sketch, and the days lived."""

    terms: Contract
    rows: Sketch
    start: date
    end: date

    @property
    def grace_days(self) -> int:
        return int(self.terms.get("grace_days", 0))

    @property
    def tolerance(self) -> int:
        return int(self.terms.get("tolerance", 0))


def lifetime(rng: random.Random, terms: Contract, rows: Sketch) -> Life:
    """How much of the loan is lived: usually a year or so, sometimes to the end and beyond."""
    lived = rng.randint(1, min(len(rows.due_on), 12)) if happens(rng, 0.75) else min(len(rows.due_on), 40)
    return Life(terms, rows, date.fromisoformat(terms["disbursed_on"]), rows.due_on[lived - 1] + timedelta(20))


def some_day(rng: random.Random, life: Life, events: list[Event]) -> date:
    """A day of the loan's life: any, a due day, an edge of grace, or the day of another event."""
    where = pick(rng, {"any": 4, "due": 2, "edge": 2, "pair": 2})
    if where == "pair" and events:
        return date.fromisoformat(rng.choice(events)["on"])
    if where == "any":
        return life.start + timedelta(rng.randint(0, (life.end - life.start).days))
    due_on = rng.choice([day for day in life.rows.due_on if day <= life.end])
    return due_on if where == "due" else due_on + timedelta(life.grace_days + rng.choice([-1, 0, 1, 2]))


def payments(rng: random.Random, life: Life) -> list[tuple[Event, Wish]]:
    """What the borrower pays row by row, each with the amount wished for once the schedule is known."""
    paid: list[tuple[Event, Wish]] = []
    behaviour = BEHAVIOURS[pick(rng, {"steady": 3, "careless": 4, "struggling": 3, "ahead": 2, "stopped": 1})]
    for row, due_on in enumerate(life.rows.due_on):
        if due_on > life.end:
            break
        paid += _payments_of_row(rng, life, row, pick(rng, behaviour))
    if happens(rng, 0.12):
        day = some_day(rng, life, [])
        paid.append(_payment(rng, day, life.terms["principal"], {"of": "payoff", "plus": rng.choice([0, 0, -1, 1])}))
    return paid


def _payments_of_row(rng: random.Random, life: Life, row: int, what: str) -> list[tuple[Event, Wish]]:
    due_on, due = life.rows.due_on[row], life.rows.due[row]
    if what == "skip":
        return []
    wish = {"of": "row", "row": row, "plus": 0}
    day = due_on
    if what == "edge":
        day = due_on + timedelta(life.grace_days + rng.choice([0, 1]))
    elif what == "late":
        day = due_on + timedelta(life.grace_days + rng.randint(1, 45))
        wish = {"of": "owed", "plus": 0} if happens(rng, 0.3) else wish
    elif what == "early":
        day = max(life.start, due_on - timedelta(rng.randint(1, 25)))
    elif what == "short":
        wish["plus"] = -rng.choice([life.tolerance, life.tolerance + 1, 1, due // 2, due // 10])
    elif what == "over":
        wish["plus"] = rng.choice([1, life.tolerance, due // 3, due])
    elif what == "double":
        return [_payment(rng, day, due, wish), _payment(rng, day, due // 2 + 1, {"of": "given"})]
    elif what in ("tiny", "huge"):
        return [_payment(rng, day, 1 if what == "tiny" else 5 * due, {"of": "given"})]
    return [_payment(rng, day, max(1, due + wish.get("plus", 0)), wish)]


def _payment(rng: random.Random, day: date, amount: int, wish: Wish) -> tuple[Event, Wish]:
    event: Event = {"kind": "payment", "on": day.isoformat(), "amount": max(1, amount)}
    if happens(rng, 0.12):
        event["direct_to"] = pick(rng, {"oldest": 1, "current": 2, "principal": 3})
    if happens(rng, 0.03):
        event["payer"] = "guarantor"
    return event, wish


def further(rng: random.Random, life: Life, kind: str, events: list[Event]) -> list[tuple[Event, Wish]]:
    """The events it takes to see one of `kind`, an opening aside."""
    return MAKERS[kind](rng, life, events)


def _dated(kind: str, day: date, **fields: Any) -> list[tuple[Event, Wish]]:
    return [({"kind": kind, "on": day.isoformat(), **fields}, {})]


def _disbursement(rng: random.Random, life: Life, events: list[Event]) -> list[tuple[Event, Wish]]:
    """A further tranche, rarely after the last row or an acceleration, where there is nothing to solve it into."""
    amount = max(1, life.terms["principal"] // rng.choice([2, 3, 5, 10]))
    day = some_day(rng, life, events)
    accelerated = [event["on"] for event in events if event["kind"] == "acceleration"]
    latest = min([life.rows.due_on[-1].isoformat(), *accelerated])
    if day.isoformat() >= latest and happens(rng, 0.9):
        day = max(life.start, date.fromisoformat(latest) - timedelta(rng.randint(1, 20)))
    return _dated("disbursement", day, amount=amount)


def _further_payment(rng: random.Random, life: Life, events: list[Event]) -> list[tuple[Event, Wish]]:
    due = life.rows.due[0]
    amount = rng.choice([due, due // 2, 2 * due, life.terms["principal"] // 4, 100])
    return [_payment(rng, some_day(rng, life, events), amount, {"of": rng.choice(["given", "owed"]), "plus": 0})]


def _void(rng: random.Random, life: Life, events: list[Event]) -> list[tuple[Event, Wish]]:
    return _reversal(rng, life, events, "void")


def _returned(rng: random.Random, life: Life, events: list[Event]) -> list[tuple[Event, Wish]]:
    return _reversal(rng, life, events, "returned")


def _reversal(rng: random.Random, life: Life, events: list[Event], mode: str) -> list[tuple[Event, Wish]]:
    """Reverses a payment that is there, or one made for it."""
    reversed_before = {event.get("of") for event in events}
    open_payments = [event for event in events if event["kind"] == "payment" and event.get("id") not in reversed_before]
    made = [] if open_payments else _further_payment(rng, life, events)
    payment = rng.choice(open_payments or [event for event, _ in made])
    payment.setdefault("id", f"payment {len(events)}")
    day = date.fromisoformat(payment["on"]) + timedelta(rng.choice([0, 1, 2, 5, 20, 45]))
    return made + _dated("reversal", day, of=payment["id"], mode=mode)


def _refund(rng: random.Random, life: Life, events: list[Event]) -> list[tuple[Event, Wish]]:
    day = some_day(rng, life, events)
    over = _payment(rng, day, life.rows.due[0] + 5000, {"of": "row", "row": 0, "plus": 5000})
    amount = rng.choice([100, 5000, life.rows.due[0], 10 * life.rows.due[0]])
    return [over, *_dated("refund", day + timedelta(rng.choice([0, 1, 10])), amount=max(1, amount))]


def _fee(rng: random.Random, life: Life, events: list[Event]) -> list[tuple[Event, Wish]]:
    return _dated("fee", some_day(rng, life, events), name="notice fee", amount=rng.choice([1, 500, 3000]))


def _waiver(rng: random.Random, life: Life, events: list[Event]) -> list[tuple[Event, Wish]]:
    component = pick(rng, {"penalty": 3, "interest": 3, "fees": 2, "principal": 1})
    amount = "all" if happens(rng, 0.4) else rng.choice([1, 500, 3000, max(1, life.rows.due[0] // 2)])
    return _dated("waiver", some_day(rng, life, events), component=component, amount=amount)


def _rate_change(rng: random.Random, life: Life, events: list[Event]) -> list[tuple[Event, Wish]]:
    return _dated("rate_change", some_day(rng, life, events), annual_rate=random_rate(rng))


def _due_day_change(rng: random.Random, life: Life, events: list[Event]) -> list[tuple[Event, Wish]]:
    return _dated("due_day_change", some_day(rng, life, events), due_day=rng.choice([1, 5, 10, 15, 20, 28, 31]))


def _acceleration(rng: random.Random, life: Life, events: list[Event]) -> list[tuple[Event, Wish]]:
    return _dated("acceleration", some_day(rng, life, events))


def _reinstatement(rng: random.Random, life: Life, events: list[Event]) -> list[tuple[Event, Wish]]:
    accelerated = [event for event in events if event["kind"] == "acceleration"]
    made = [] if accelerated else _acceleration(rng, life, events)
    day = date.fromisoformat((accelerated or [event for event, _ in made])[0]["on"])
    return made + _dated("reinstatement", day + timedelta(rng.choice([0, 1, 10, 30, 70])))


def _pause(rng: random.Random, life: Life, events: list[Event]) -> list[tuple[Event, Wish]]:
    start = some_day(rng, life, events)
    interest = pick(rng, {"accrues": 3, "frozen": 2, "rate": 1})
    return _dated(
        "pause",
        max(life.start, start + timedelta(rng.choice([0, 0, 0, -10, 20]))),
        **{"from": start.isoformat(), "to": (start + timedelta(rng.choice([1, 30, 31, 61, 92, 180]))).isoformat()},
        rows=rng.choice(["shift", "to_end", "due_after"]),
        interest={"rate": rng.choice(["0.05", "0.3"])} if interest == "rate" else interest,
        accrued=rng.choice(["next_due", "spread", "end", "capitalised"]),
        ageing=rng.choice(["runs", "stopped"]),
        penalty=rng.choice(["runs", "stopped"]),
    )


def _moratorium(rng: random.Random, life: Life, events: list[Event]) -> list[tuple[Event, Wish]]:
    start = some_day(rng, life, events)
    to = start + timedelta(rng.choice([1, 30, 90, 180]))
    on = max(life.start, start + timedelta(rng.choice([0, 0, 0, 5])))
    return _dated("moratorium", on, **{"from": start.isoformat(), "to": to.isoformat()}, basis="statute")


def _restructure(rng: random.Random, life: Life, events: list[Event]) -> list[tuple[Event, Wish]]:
    day = some_day(rng, life, events)
    event: Event = {
        "kind": "restructure",
        "on": day.isoformat(),
        "annual_rate": rng.choice([life.terms["annual_rate"], "0.06", "0.12", "0"]),
        "method": pick(rng, PLANNABLE),
        "instalments": pick(rng, {rng.randint(3, 24): 8, 1: 1, 60: 0.5}),
        "first_due_on": (day + timedelta(rng.randint(5, 45))).isoformat(),
        "claims": {},
        "parked": rng.choice(["spread", "end"]),
        "ageing": rng.choice(["runs", "hold", "cure", "reset"]),
    }
    if event["ageing"] == "cure":
        event["kept_rows"] = rng.choice([1, 2, 3])
    if event["instalments"] > 4 and event["method"] == "level_instalment" and happens(rng, 0.15):
        event["step_up"] = {"share": rng.choice(["0.5", "0.8"]), "rows": rng.choice([1, 3])}
    return [(event, {"of": "claims", "seed": rng.getrandbits(32)})]


def _charge_off(rng: random.Random, life: Life, _events: list[Event]) -> list[tuple[Event, Wish]]:
    return _dated("charge_off", life.end + timedelta(rng.choice([0, -10, -60, 30])))


MAKERS: dict[str, Callable[[random.Random, Life, list[Event]], list[tuple[Event, Wish]]]] = {
    "disbursement": _disbursement, "payment": _further_payment, "reversal void": _void,
    "reversal returned": _returned, "refund": _refund,
    "fee": _fee, "waiver": _waiver, "rate_change": _rate_change, "due_day_change": _due_day_change,
    "acceleration": _acceleration, "reinstatement": _reinstatement, "pause": _pause, "moratorium": _moratorium,
    "restructure": _restructure, "charge_off": _charge_off,
}  # fmt: skip


def opening(rng: random.Random, life: Life) -> tuple[Event, date]:
    """A loan taken over from elsewhere, and the day it was: what happened before is not known here."""
    age = rng.randint(0, max(0, min(6, len(life.rows.due_on) - 1)))
    day = life.start if age == 0 else life.rows.due_on[age - 1] + timedelta(rng.randint(0, 25))
    left = [due_on for due_on in life.rows.due_on if due_on > day] or [day + timedelta(30)]
    not_due = max(1, life.terms["principal"] * len(left) // max(len(left), len(life.rows.due_on)))
    is_late = age > 0 and happens(rng, 0.6)
    owed = {"principal": life.terms["principal"] - not_due, "interest": not_due // 50} if is_late else {}
    owed |= {"penalty": rng.choice([0, 317]), "fees": rng.choice([0, 2000])} if is_late else {}
    event: Event = {"kind": "opening", "on": day.isoformat(), "balances": {"principal_not_due": not_due} | owed}
    if is_late:
        event["oldest_unpaid_due_on"] = rng.choice(life.rows.due_on[:age]).isoformat()
    if happens(rng, 0.4):
        parts = split(rng, not_due, len(left[:24]))
        event["rows"] = [{"due_on": due.isoformat(), "principal": part} for due, part in zip(left, parts, strict=False)]
    else:
        event |= {"instalments": len(left), "next_due_on": left[0].isoformat()}
    return event, day


def plan_payments(rng: random.Random, terms: Contract, plan: Event) -> list[tuple[Event, Wish]]:
    """Payments on the rows of a plan, most of them kept."""
    first = date.fromisoformat(plan["first_due_on"])
    period = terms["period"]
    paid: list[tuple[Event, Wish]] = []
    for due_on in due_dates(first, first.day, period, min(plan["instalments"], 4)):
        if happens(rng, 0.75):
            day = due_on + timedelta(rng.choice([0, 0, 0, -3, 2, 20]))
            wish = {"of": rng.choice(["next", "owed"]), "plus": rng.choice([0, 0, 0, -1, 1])}
            paid.append(_payment(rng, day, terms["principal"] // plan["instalments"] + 1, wish))
    return paid


def unknown_until_later(rng: random.Random, life: Life, plan: Event) -> tuple[Event, Wish]:
    """An event before a signed plan that becomes known after it."""
    signed = date.fromisoformat(plan["on"])
    day = max(life.start, signed - timedelta(rng.randint(0, 40)))
    kind = pick(rng, {"payment": 4, "fee": 1, "waiver": 1})
    event: Event = {"kind": kind, "on": day.isoformat(), "amount": rng.choice([100, 5000, 30_000, 100_000])}
    if kind == "fee":
        event["name"] = "court fee"
    if kind == "waiver":
        event["component"] = rng.choice(["penalty", "interest", "fees"])
    event["recorded_at"] = f"{signed + timedelta(rng.randint(1, 30))}T09:30:00Z"
    return event, {"of": "given"}
