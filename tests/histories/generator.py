"""One random history: a pair of kinds that shall meet, a loan they can meet on, and a life around them."""

import random
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import combinations_with_replacement
from typing import Any, NamedTuple

from tests.histories.census import CANNOT_MEET, KINDS
from tests.histories.contracts import contract, sketch
from tests.histories.draws import happens, pick
from tests.histories.events import (
    Event,
    Life,
    Wish,
    further,
    lifetime,
    opening,
    payments,
    plan_payments,
    unknown_until_later,
)
from tests.histories.oracle import Oracle, fulfil, replay_order

PAIRS = [pair for pair in combinations_with_replacement(KINDS, 2) if pair not in CANNOT_MEET]
EXTRAS = dict.fromkeys(KINDS, 1) | {"payment": 3, "correction": 2, "restructure": 2, "opening": 0}
MOMENTS = 6

Moment = tuple[date, date | None]


class Draft(NamedTuple):
    """A history whose amounts are guesses, and for some events the amount wished for instead."""

    case: dict[str, Any]
    wishes: list[tuple[Event, Wish]]


def case(rng: random.Random, focus: str | None = None, oracle: Oracle | None = None) -> dict[str, Any]:
    """A random case; `focus` is a kind it must contain. Without an oracle amounts are guesses and claims are empty."""
    rough = draft(rng, focus)
    return fulfil(rough.case, rough.wishes, oracle) if oracle else rough.case


def draft(rng: random.Random, focus: str | None = None) -> Draft:
    """The history before anyone is asked what is owed: the same seed gives the same kinds on the same days."""
    wanted = _wanted(rng, focus)
    terms = contract(rng, wanted)
    life = lifetime(rng, terms, sketch(terms))
    events: list[tuple[Event, Wish]] = []
    if "opening" in wanted:
        event, day = opening(rng, life)
        events.append((event, {}))
        life = life._replace(start=day, end=max(life.end, day + timedelta(60)))
    if happens(rng, 0.9) or "payment" in wanted:
        events += [made for made in payments(rng, life) if made[0]["on"] >= life.start.isoformat()]
    events = _meet(rng, life, wanted, events)
    return _recorded(rng, terms, events)


def moments(case: dict[str, Any], rng: random.Random, count: int = MOMENTS) -> list[Moment]:
    """Days worth asking about, in no order: edges of dues and events, the far end; some as known on an earlier day."""
    terms, events = case["contract"], case["events"]
    edges = [date.fromisoformat(event["on"]) for event in events]
    edges += [
        date.fromisoformat(event[key]) for event in events for key in ("from", "to", "first_due_on") if key in event
    ]
    rows = sketch(terms).due_on
    grace = int(terms.get("grace_days", 0))
    dues = [due + timedelta(days) for due in rows[:20] for days in (0, grace, grace + 1)]
    last = max([*edges, rows[0]])
    days = [rng.choice(edges + dues) + timedelta(rng.choice([-1, 0, 0, 1, 10])) for _ in range(count - 2)]
    days += [last + timedelta(rng.randint(0, 40)), max(last, rows[-1]) + timedelta(rng.choice([0, 1, 100, 500]))]
    return [(day, None) for day in days] + _as_known(rng, events, last)


def _as_known(rng: random.Random, events: list[Event], last: date) -> list[Moment]:
    recorded = sorted({event["recorded_at"][:10] for event in events if "recorded_at" in event})
    if not recorded:
        return []
    known_on = date.fromisoformat(rng.choice(recorded)) - timedelta(rng.choice([0, 1, 1]))
    return [(known_on, known_on), (last + timedelta(5), known_on)]


def _wanted(rng: random.Random, focus: str | None) -> list[str]:
    """The pair that shall meet, and a few more kinds."""
    pairs = [pair for pair in PAIRS if focus in pair] if focus else PAIRS
    wanted = list(rng.choice(pairs))
    wanted += rng.choices(list(EXTRAS), list(EXTRAS.values()), k=pick(rng, {0: 3, 1: 2, 2: 2, 3: 2, 4: 1, 6: 1}))
    wanted = [kind for place, kind in enumerate(wanted) if not _is_refused(kind, wanted[:place])]
    return wanted


def _is_refused(kind: str, before: Iterable[str]) -> bool:
    return any(tuple(sorted((kind, other), key=KINDS.index)) in CANNOT_MEET for other in before)


def _meet(
    rng: random.Random, life: Life, wanted: list[str], events: list[tuple[Event, Wish]]
) -> list[tuple[Event, Wish]]:
    for kind in wanted:
        if kind not in ("opening", "correction", "restructure", "payment", "reversal void", "reversal returned"):
            events += further(rng, life, kind, [event for event, _ in events])
    plans = max(wanted.count("restructure"), 1 if "correction" in wanted else 0)
    for _ in range(plans):
        events = _plan(rng, life, events)
    signed = [event for event, _ in events if event["kind"] == "restructure"]
    for kind in wanted:
        if kind == "correction":
            events.append(unknown_until_later(rng, life, rng.choice(signed)))
        elif kind == "payment" or kind.startswith("reversal"):
            events += further(rng, life, kind, [event for event, _ in events])
    return events


def _plan(rng: random.Random, life: Life, events: list[tuple[Event, Wish]]) -> list[tuple[Event, Wish]]:
    """Signs a plan, pays its rows, and usually stops paying the old ones."""
    made = further(rng, life, "restructure", [event for event, _ in events])
    plan = made[0][0]
    if happens(rng, 0.75):
        events = [
            (event, wish) for event, wish in events
            if event["kind"] != "payment" or wish.get("of") not in ("row", "payoff") or event["on"] <= plan["on"]
        ]  # fmt: skip
    return events + made + plan_payments(rng, life.terms, plan)


def _recorded(rng: random.Random, terms: dict[str, Any], made: list[tuple[Event, Wish]]) -> Draft:
    """Puts the events in replay order, with ids, recording instants and orders, and sometimes shuffles the list."""
    made = sorted(_possible(terms, made), key=lambda pair: replay_order(pair[0], 0))
    events = [event for event, _ in made]
    _identify(rng, events)
    _backdate(rng, events)
    if happens(rng, 0.1):
        for event in events:
            if happens(rng, 0.5):
                event["order"] = rng.choice([0, 1, 2, -1])
    if happens(rng, 0.15):
        rng.shuffle(events)
    return Draft({"contract": terms, "events": events}, [(event, wish) for event, wish in made if wish])


def _possible(terms: dict[str, Any], made: list[tuple[Event, Wish]]) -> list[tuple[Event, Wish]]:
    """Leaves out what a case file refuses: events before an opening, and due days of periods other than months."""
    start = max((event["on"] for event, _ in made if event["kind"] == "opening"), default=terms["disbursed_on"])
    is_monthly = terms.get("period", "1 month").endswith(" month")
    kept = [
        pair for pair in made
        if pair[0]["on"] >= start and (is_monthly or pair[0]["kind"] != "due_day_change")
    ]  # fmt: skip
    names = {event.get("id") for event, _ in kept}
    return [pair for pair in kept if "of" not in pair[0] or pair[0]["of"] in names]


def _identify(rng: random.Random, events: list[Event]) -> None:
    """Ids in list order, left out of some cases where nothing refers to them."""
    names: dict[str, str] = {}
    is_named = happens(rng, 0.85)
    for place, event in enumerate(events):
        if "id" in event or is_named:
            name = f"e{place + 1}"
            names[event.get("id", name)] = name
            event["id"] = name
    for event in events:
        if "of" in event:
            event["of"] = names[event["of"]]


def _backdate(rng: random.Random, events: list[Event]) -> None:
    """Some events are recorded days after they happened; a reversal never before its payment."""
    if happens(rng, 0.35):
        for event in events:
            if event["kind"] not in ("opening", "restructure") and "recorded_at" not in event and happens(rng, 0.25):
                known = date.fromisoformat(event["on"]) + timedelta(rng.choice([0, 1, 3, 20, 60]))
                event["recorded_at"] = f"{known}T{rng.choice(['08:00:00', '15:30:00', '15:30:00'])}Z"
    recorded = {event.get("id"): event["recorded_at"] for event in events if "recorded_at" in event}
    for event in events:
        paid_at = recorded.get(event.get("of", ""))
        if paid_at and event.get("recorded_at", f"{event['on']}T23:59:59Z") <= paid_at:
            event["recorded_at"] = f"{date.fromisoformat(paid_at[:10]) + timedelta(1)}T12:00:00Z"
