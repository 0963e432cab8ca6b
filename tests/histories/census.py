"""Counts which kinds of event, and which pairs of kinds, meet on one loan. Reads cases; never makes or judges them."""

from collections import Counter
from collections.abc import Iterable
from itertools import combinations_with_replacement
from typing import Any, NamedTuple

KINDS = (
    "opening", "disbursement", "payment", "reversal void", "reversal returned", "refund", "fee", "waiver",
    "rate_change", "due_day_change", "acceleration", "reinstatement", "pause", "restructure", "moratorium",
    "correction", "charge_off",
)  # fmt: skip
CANNOT_MEET = {
    ("opening", "opening"): "a loan is taken over once: an opening states the whole of its balances",
    ("charge_off", "charge_off"): "what is charged off stays charged off: recoveries are payments after it",
}
SHARE_AT_LEAST = 0.01

Pair = tuple[str, str]


class Census(NamedTuple):
    """How many histories there were, and in how many of them each kind and each pair occurred."""

    histories: int
    kinds: Counter[str]
    pairs: Counter[Pair]


def count(cases: Iterable[dict[str, Any]]) -> Census:
    """The census of `cases`; a kind meets itself where it occurs twice."""
    histories, kinds, pairs = 0, Counter[str](), Counter[Pair]()
    for case in cases:
        histories += 1
        found = kinds_of(case)
        present = [kind for kind in KINDS if found[kind]]
        kinds.update(present)
        pairs.update(
            (first, second)
            for first, second in combinations_with_replacement(present, 2)
            if first != second or found[first] > 1
        )
    return Census(histories, kinds, pairs)


def kinds_of(case: dict[str, Any]) -> Counter[str]:
    """The events of `case` by kind: both reversals apart, and the corrections that later knowledge makes."""
    found = Counter(
        f"reversal {event['mode']}" if event["kind"] == "reversal" else event["kind"] for event in case["events"]
    )
    found["correction"] = _corrections(case["events"])
    return found


def missing(census: Census) -> list[str]:
    """What occurs in less than `SHARE_AT_LEAST` of the histories, as sentences."""
    least = SHARE_AT_LEAST * census.histories
    short = [f"{kind}: {census.kinds[kind]}" for kind in KINDS if census.kinds[kind] < least]
    expected = [pair for pair in combinations_with_replacement(KINDS, 2) if pair not in CANNOT_MEET]
    short += [f"{' and '.join(pair)}: {census.pairs[pair]}" for pair in expected if census.pairs[pair] < least]
    return short


def _corrections(events: list[dict[str, Any]]) -> int:
    """Events before a signed plan, voids of such payments included, that were recorded after it was signed."""
    plans = [(event["on"], _known_on(event)) for event in events if event["kind"] == "restructure"]
    paid_on = {event.get("id"): event["on"] for event in events if event["kind"] == "payment"}
    found = 0
    for event in events:
        acts_on = paid_on.get(event["of"], event["on"]) if event.get("mode") == "void" else event["on"]
        found += any(acts_on < signed_on and _known_on(event) > known_on for signed_on, known_on in plans)
    return found


def _known_on(event: dict[str, Any]) -> str:
    return str(event.get("recorded_at", event["on"]))[:10]
