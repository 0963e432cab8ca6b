"""Fills in what a draft could only guess, by asking an oracle what is owed. Never changes an event's kind or day."""

import random
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from tests.histories.draws import happens, pick
from tests.histories.events import STAGES, Event, Wish

COMPONENTS = ("principal", "interest", "penalty", "fees")
OTHER_TREATMENTS = {
    "capitalised": 3, "parked": 3, "waived": 3, "waived_on_completion": 2, "paid": 2, "held": 2, "carried": 2,
}  # fmt: skip
PRINCIPAL_TREATMENTS = {
    "capitalised": 12, "parked": 2, "waived": 1, "waived_on_completion": 1, "paid": 1, "held": 2, "carried": 2,
}  # fmt: skip

Case = dict[str, Any]
Answer = dict[str, Any]


class Oracle(NamedTuple):
    """Whoever answers: `schedule(case)` and `position(case, on, known_on)`, and the errors by which they refuse."""

    schedule: Callable[[Case], Answer]
    position: Callable[[Case, date, date | None], Answer]
    refusals: tuple[type[Exception], ...]


def fulfil(case: Case, wishes: list[tuple[Event, Wish]], oracle: Oracle) -> Case:
    """`case` with every wish granted, earliest event first, each as things were known when it was recorded."""
    places = {id(event): place for place, event in enumerate(case["events"])}
    for event, wish in sorted(wishes, key=lambda pair: replay_order(pair[0], places[id(pair[0])])):
        if wish["of"] == "given":
            continue
        try:
            _grant(case, event, wish, oracle)
        except oracle.refusals:
            continue
    return case


def replay_order(event: Event, place: int) -> tuple[Any, ...]:
    """Sorts events as settled reading 15 does; a missing id is the place in the list."""
    return event["on"], STAGES[event["kind"]], event.get("order", 0), known_at(event), event.get("id", f"{place:06}")


def known_at(event: Event) -> str:
    """The instant from which the event is known: the end of its day unless recorded otherwise."""
    return str(event.get("recorded_at", f"{event['on']}T23:59:59.999999Z"))


def _grant(case: Case, event: Event, wish: Wish, oracle: Oracle) -> None:
    if wish["of"] == "row":
        due = oracle.schedule(case)["instalments"][wish["row"]]["due"]
        event["amount"] = max(1, due + wish["plus"])
        return
    before = oracle.position(_so_far(case, event), date.fromisoformat(event["on"]), None)
    if wish["of"] == "claims":
        event["claims"] = split_claims(random.Random(wish["seed"]), before)
        return
    amount = {
        "owed": before["due"]["total"] + before["arrears"]["total"],
        "next": (before["next_due"] or {"amount": 1})["amount"],
        "payoff": before["payoff"],
    }[wish["of"]]
    event["amount"] = max(1, amount + wish["plus"])


def _so_far(case: Case, event: Event) -> Case:
    """The history up to `event` and without it, as it was known when `event` was recorded."""
    events = case["events"]
    limit, known = replay_order(event, _place(events, event)), known_at(event)
    return case | {
        "events": [
            other for place, other in enumerate(events)
            if other is not event and known_at(other) <= known
            and (replay_order(other, place) < limit or other.get("mode") == "void")
        ]
    }  # fmt: skip


def _place(events: list[Event], event: Event) -> int:
    return next(place for place, other in enumerate(events) if other is event)


def split_claims(rng: random.Random, before: Answer) -> dict[str, dict[str, int]]:
    """Treatments at random for all that is owed in `before`; of each component they sum to its claim."""
    held = max(0, before["held"])
    claims = {}
    for component in COMPONENTS:
        owed = before["outstanding"][component]
        late = before["due"][component] + before["arrears"][component]
        treated, held = _treat(rng, component, owed, min(late, owed), held)
        if treated:
            claims[component] = treated
    return claims


def _treat(rng: random.Random, component: str, owed: int, late: int, held: int) -> tuple[dict[str, int], int]:
    """One component's treatments; only what is late may be carried, only what is held applied."""
    weights = PRINCIPAL_TREATMENTS if component == "principal" else OTHER_TREATMENTS
    treated: dict[str, int] = {}
    rest = owed
    for _ in range(rng.choice([0, 0, 1, 2])):
        treatment = pick(rng, weights)
        limit = min(rest, {"carried": late - treated.get("carried", 0), "held": held}.get(treatment, rest))
        amount = limit if happens(rng, 0.4) else rng.randint(0, limit)
        if amount:
            treated[treatment] = treated.get(treatment, 0) + amount
            rest -= amount
            held -= amount if treatment == "held" else 0
    if rest:
        last = "capitalised" if component == "principal" else pick(rng, {"capitalised": 3, "parked": 1, "waived": 1})
        treated[last] = treated.get(last, 0) + rest
    return treated, held
