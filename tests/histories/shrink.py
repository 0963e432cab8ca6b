"""Makes a failing history smaller while it still fails in the same way. Never makes it different on purpose."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

Case = dict[str, Any]

PLAINER = {
    "annual_rate": "0.18", "day_count": "equal_periods", "method": "level_instalment", "interest": "daily",
    "principal": 120_000, "period": "1 month", "instalments": 3, "grace_days": 3, "currency": "CNY",
}  # fmt: skip
NEEDED = {"currency", "principal", "disbursed_on", "annual_rate", "method", "instalments", "period", "day_count"}
NEEDED_OF_EVENTS = {"kind", "on", "of", "mode", "from", "to", "amount"}
NEEDED_OF_PARTS = {"order", "across", "surplus", "base", "measure", "rate", "from", "clamp", "name", "payee", "when"}


def shrink(case: Case, fails: Callable[[Case], bool], rounds: int = 6) -> Case:
    """The smallest case that greedy steps reach for which `fails` is still true."""
    assert fails(case), "only a failing case can be made smaller"
    for _ in range(rounds):
        before = case
        for step in _steps(case):
            smaller = step(deepcopy(case))
            if smaller != case and fails(smaller):
                case = smaller
        if case == before:
            break
    return case


def _steps(case: Case) -> Iterator[Callable[[Case], Case]]:
    """Steps to try in turn; each takes the case as it then is, so a step may find nothing left to do."""
    for place in reversed(range(len(case["events"]))):
        yield lambda now, place=place: _without_event(now, place)
    for key in sorted(set(case["contract"]) - NEEDED):
        yield lambda now, key=key: _without(now, [now["contract"]], key)
    for key in PLAINER:
        yield lambda now, key=key: _with(now, key)
    for key in ("penalty", "late_fee", "prepayment", "roll"):
        for inner in sorted(set(case["contract"].get(key) or ()) - NEEDED_OF_PARTS):
            part = [key]
            yield lambda now, part=part, inner=inner: _without(now, [now["contract"].get(part[0]) or {}], inner)
    for place in range(len(case["events"])):
        for key in sorted(set(case["events"][place]) - NEEDED_OF_EVENTS):
            yield lambda now, place=place, key=key: _without(now, now["events"][place : place + 1], key)


def _without_event(case: Case, place: int) -> Case:
    if place < len(case["events"]):
        gone = case["events"].pop(place)
        case["events"] = [event for event in case["events"] if "of" not in event or event["of"] != gone.get("id")]
    return case


def _without(case: Case, parts: list[dict[str, Any]], key: str) -> Case:
    for part in parts:
        part.pop(key, None)
    return case


def _with(case: Case, key: str) -> Case:
    terms = case["contract"]
    if key in terms and key != "instalments":
        terms[key] = PLAINER[key]
    elif key == "instalments":
        terms[key] = min(terms[key], PLAINER[key])
    return case
