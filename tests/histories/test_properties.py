"""What must hold on every history, whatever the contract: properties of the kernel's front door."""

import random
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.histories.events import STAGES
from tests.histories.oracle import known_at, split_claims
from tests.histories.strategies import SIDE, Case, histories, plain_histories

COMPONENTS = ("principal", "interest", "penalty", "fees")
PARTS = ("due", "arrears", "accrued", "not_due", "parked")
NO_CHARGES = {"annual_rate": "0", "penalty": None, "late_fee": None, "fees": None, "ceilings": None, "prepayment": None}
LAST = {"id": "zz", "order": 9}

patient = settings(
    max_examples=100,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
randoms = st.randoms(use_true_random=False)


@patient
@given(histories())
def test_parts_are_disjoint_never_negative_and_sum_to_outstanding(drawn):
    case, days = drawn
    for on, known_on in days:
        answer = position(case, on, known_on)
        for component in (*COMPONENTS, "total"):
            assert sum(answer[part][component] for part in PARTS) == answer["outstanding"][component]
        for part in (*PARTS, "outstanding"):
            assert min(answer[part].values()) >= 0, part
            assert sum(answer[part][component] for component in COMPONENTS) == answer[part]["total"]
        assert min(answer["held"], answer["days_past_due"], answer["contractual_days_past_due"]) >= 0
        assert answer["refundable"] == answer["held"]


@patient
@given(plain_histories(**NO_CHARGES), st.lists(st.sampled_from(["payment", "fee", "disbursement"]), max_size=8))
def test_where_nothing_is_charged_what_was_lent_and_not_paid_is_what_is_left(drawn, kinds):
    case, days, rng = drawn
    assume(not any(row.get("interest") for row in case["contract"].get("rows") or []))
    for kind in kinds:
        day = an_open_day(case, rng) + timedelta(rng.randint(0, 90))
        event = {"kind": kind, "on": day.isoformat(), "amount": rng.randint(1, case["contract"]["principal"])}
        case = with_event(case, event | ({"name": "notice"} if kind == "fee" else {}))
    for on, _ in days:
        moved = [event for event in case["events"] if event["on"] <= on.isoformat() and event["kind"] != "refund"]
        lent = case["contract"]["principal"] - case["contract"].get("down_payment", 0)
        lent += sum(event["amount"] for event in moved if event["kind"] != "payment")
        paid = sum(event["amount"] for event in moved if event["kind"] == "payment")
        answer = position(case, on)
        if on.isoformat() >= case["contract"]["disbursed_on"]:
            assert lent - paid == answer["outstanding"]["total"] - answer["held"]


@patient
@given(histories(), randoms)
def test_what_is_paid_leaves_the_debt_or_is_held(drawn, rng):
    terms = drawn[0]["contract"]
    assume("fee" not in terms.get("prepayment", {}))
    assume(not collects_ahead(drawn[0]))
    assume(terms.get("payoff") != "to_period_end")
    assume("waived_on_completion" not in str(drawn[0]["events"]))
    assume(not any(fee.get("on_payoff", "stops") != "stops" for fee in terms.get("fees", [])))
    on = an_open_day(drawn[0], rng)
    case = up_to(drawn[0], on, "payment")
    before = position(case, on)
    amount = rng.choice([1, 100, before["due"]["total"] + 1, max(1, before["payoff"]), terms["principal"] // 3 + 1])
    after = position(with_event(case, payment(on, amount)), on)
    assert amount == net(before) - net(after)


@patient
@given(histories(), randoms)
def test_a_fee_adds_itself_and_a_refund_takes_at_most_what_is_held(drawn, rng):
    on = an_open_day(drawn[0], rng)
    fee = {"kind": "fee", "on": on.isoformat(), "name": "notice", "amount": rng.choice([1, 3000]), **LAST}
    before = position(up_to(drawn[0], on, "fee"), on)
    assert net(position(with_event(up_to(drawn[0], on, "fee"), fee), on)) == net(before) + fee["amount"]
    refund = {"kind": "refund", "on": on.isoformat(), "amount": rng.choice([1, 3000, 10**6]), **LAST}
    before = position(up_to(drawn[0], on, "refund"), on)
    after = position(with_event(up_to(drawn[0], on, "refund"), refund), on)
    assert after["held"] == before["held"] - min(before["held"], refund["amount"])
    assert after["outstanding"] == before["outstanding"]


@patient
@given(histories(), randoms)
def test_a_waiver_never_raises_any_balance(drawn, rng):
    on = an_open_day(drawn[0], rng)
    case = up_to(drawn[0], on, "waiver")
    component = rng.choice(COMPONENTS)
    waiver = {"kind": "waiver", "on": on.isoformat(), "component": component, "amount": rng.choice(["all", 1, 900])}
    before, after = position(case, on), position(with_event(case, waiver | LAST), on)
    fell = before["outstanding"]["total"] - after["outstanding"]["total"]
    assert 0 <= fell == before["outstanding"][component] - after["outstanding"][component]
    assert waiver["amount"] == "all" or fell <= waiver["amount"]
    assert after["held"] == before["held"]
    assert after["days_past_due"] <= before["days_past_due"]


@patient
@given(histories(), randoms)
def test_a_pause_never_raises_penalties_while_it_lasts(drawn, rng):
    start = an_open_day(drawn[0], rng)
    case = up_to(drawn[0], start, "rate_change")
    # What a pause saves leaves room under a ceiling; an acceleration in it makes due what the pause had moved.
    assume("ceilings" not in case["contract"] and not has(case, "acceleration"))
    to = start + timedelta(rng.choice([10, 31, 92]))
    pause = {"kind": "pause", "on": start.isoformat(), "from": start.isoformat(), "to": to.isoformat()}
    pause |= {
        "rows": rng.choice(["shift", "to_end", "due_after"]),
        "interest": rng.choice(["accrues", "frozen", {"rate": "0.3"}]),
        "accrued": rng.choice(["next_due", "spread", "end", "capitalised"]),
        "ageing": rng.choice(["runs", "stopped"]),
        "penalty": rng.choice(["runs", "stopped"]),
    }
    for day in (start, start + timedelta(rng.randint(0, (to - start).days)), to):
        paused, running = position(with_event(case, pause), day), position(case, day)
        assert paused["outstanding"]["penalty"] <= running["outstanding"]["penalty"]


@patient
@given(plain_histories(fees=None), randoms)
def test_backdated_on_time_payments_leave_no_penalty_and_no_late_fee(drawn, rng):
    case, _, _ = drawn
    next_due, covered_to = position(case, date.fromisoformat(begins_on(case)))["next_due"], None
    for _ in range(rng.randint(1, 3)):
        if not next_due:
            break
        on = date.fromisoformat(next_due["on"])
        owed = position(case, on)["due"]["total"]
        if owed:
            recorded = on + timedelta(rng.randint(1, 90))
            case = with_event(case, payment(on, owed) | {"recorded_at": f"{recorded}T10:00:00Z", "id": f"paid {on}"})
        next_due, covered_to = position(case, on)["next_due"], on
    assume(covered_to)
    last_safe = date.fromisoformat(next_due["on"]) if next_due else covered_to + timedelta(200)
    for day in (covered_to, last_safe, covered_to + (last_safe - covered_to) // 2):
        answer = position(case, day)
        assert answer["outstanding"]["penalty"] == answer["outstanding"]["fees"] == answer["arrears"]["total"] == 0
        assert answer["days_past_due"] == answer["contractual_days_past_due"] == 0


@patient
@given(histories(), randoms)
def test_a_void_reversal_restores_every_figure(drawn, rng):
    case, days = drawn
    on = an_open_day(case, rng)
    paid = payment(on, rng.choice([1, 5000, case["contract"]["principal"]]))
    void = {"kind": "reversal", "on": (on + timedelta(rng.choice([0, 40]))).isoformat(), "of": "zz", "mode": "void"}
    for day, _ in days:
        assert position(with_event(with_event(case, paid), void), day) == position(case, day)


@patient
@given(histories(), randoms)
def test_looking_at_a_loan_changes_no_figure(drawn, rng):
    case, days = drawn
    on = an_open_day(case, rng)
    first = [position(case, *day) for day in days]
    assert [position(case, *day) for day in reversed(days)] == first[::-1]
    # A refund where nothing is held only looks; a pause known later could make something be held on that day.
    assume(position(case, on)["held"] == 0)
    assume(not any(event.get("from", event["on"]) < event["on"] for event in case["events"]))
    looked = with_event(case, {"kind": "refund", "on": on.isoformat(), "amount": 1, **LAST})
    for day, known_on in days:
        if known_on is None:
            assert position(looked, day) == position(case, day)


@patient
@given(histories(), randoms)
def test_splitting_a_payment_in_two_on_one_day_changes_no_later_figure(drawn, rng):
    case, days = drawn
    terms = case["contract"]
    prepayment = terms.get("prepayment", {})
    assume(not {"fee", "minimum"} & set(prepayment) and terms.get("payoff") != "to_period_end")
    # Each prepayment collects the interest on what it prepays, rounded: two of them may collect a unit more than one.
    is_rounded_twice = prepayment.get("interest", "on_prepaid") == "on_prepaid"
    assume(terms["allocation"]["surplus"] in ("hold", "next_instalment") or not is_rounded_twice)
    # The first part may bring a plan back into being kept, and the payoff of a kept plan is smaller.
    assume("waived_on_completion" not in str(case["events"]))
    on = an_open_day(case, rng)
    amount = rng.choice([2, 5000, case["contract"]["principal"] + 1])
    part = rng.randint(1, amount - 1)
    whole = with_event(case, payment(on, amount))
    halves = with_event(with_event(case, payment(on, part)), payment(on, amount - part) | {"id": "zzz"})
    for day, known_on in days:
        if known_on is None:
            assert position(halves, day) == position(whole, day)


@patient
@given(histories(), randoms)
def test_recording_order_changes_nothing_where_it_is_stated(drawn, rng):
    case, days = drawn
    stated = [
        {"id": f"e{place}", "order": 0} | event | {"recorded_at": known_at(event)[:19] + "Z"}
        for place, event in enumerate(case["events"])
    ]
    shuffled = list(stated)
    rng.shuffle(shuffled)
    for on, known_on in days:
        ordered = position(case | {"events": stated}, on, known_on)
        assert position(case | {"events": shuffled}, on, known_on) == ordered


@patient
@given(histories())
def test_as_known_on_a_day_is_the_history_recorded_by_then(drawn):
    case, days = drawn
    assume(all("id" in event for event in case["events"]))
    for on, known_on in days:
        if known_on:
            known = [event for event in case["events"] if known_at(event)[:10] <= known_on.isoformat()]
            assert position(case, on, known_on) == position(case | {"events": known}, on)


@patient
@given(histories(), randoms)
def test_nothing_accrues_after_payoff(drawn, rng):
    on = an_open_day(drawn[0], rng)
    case = up_to(drawn[0], on, "payment")
    payoff = position(case, on)["payoff"]
    assume(payoff > 0)
    closed = with_event(case, payment(on, payoff + rng.choice([0, 0, 7])))
    at_once = position(closed, on)
    assert at_once["status"] == "closed"
    for day in (on, on + timedelta(1), on + timedelta(rng.randint(2, 900))):
        answer = position(closed, day)
        assert answer | {"on": None} == at_once | {"on": None}
        assert answer["outstanding"]["total"] == answer["days_past_due"] == answer["contractual_days_past_due"] == 0
        assert answer["next_due"] is None


@patient
@given(histories(), randoms)
def test_a_restructure_conserves_claims_also_when_an_earlier_payment_becomes_known(drawn, rng):
    on = an_open_day(drawn[0], rng)
    case = up_to(drawn[0], on, "rate_change")
    before = position(case, on)
    assume(before["outstanding"]["principal"] and not collects_ahead(case))
    plan = plan_on(rng, on, split_claims(rng, before))
    treated = {
        treatment: sum(parts.get(treatment, 0) for parts in plan["claims"].values()) for treatment in ("paid", "waived")
    }
    after = position(with_event(case, plan), on)
    assert net(after) == net(before) - treated["paid"] - treated["waived"]
    earlier = payment(on - timedelta(rng.randint(1, 20)), rng.choice([1, 5000, 60_000]))
    assume(begins_on(case) <= earlier["on"])
    late = with_event(case, earlier | {"recorded_at": f"{on + timedelta(1)}T10:00:00Z"})
    before, after = position(late, on), position(with_event(late, plan), on)
    owed = net(before) - treated["paid"]
    on_completion = sum(parts.get("waived_on_completion", 0) for parts in plan["claims"].values())
    completed = on_completion if after["status"] == "closed" else 0  # nothing is left of the plan: it is kept at once
    assert owed - treated["waived"] - completed <= net(after) <= owed


def position(case: Case, on: date, known_on: date | None = None) -> dict[str, Any]:
    """The answer of the side under test; a refused history proves nothing and is left out."""
    try:
        return SIDE.position(case, on, known_on)
    except SIDE.refusals:
        assume(False)
        raise


def net(answer: dict[str, Any]) -> int:
    """What is owed less what is held."""
    return int(answer["outstanding"]["total"]) - int(answer["held"])


def with_event(case: Case, event: dict[str, Any]) -> Case:
    return case | {"events": [*case["events"], event]}


def payment(on: date, amount: int) -> dict[str, Any]:
    return {"kind": "payment", "on": on.isoformat(), "amount": amount, **LAST}


def plan_on(rng: random.Random, on: date, claims: dict[str, dict[str, int]]) -> dict[str, Any]:
    return {
        "kind": "restructure", "on": on.isoformat(), "annual_rate": "0.12", "method": "level_instalment",
        "instalments": rng.randint(3, 24), "first_due_on": (on + timedelta(30)).isoformat(), "claims": claims,
        "parked": rng.choice(["spread", "end"]), "ageing": rng.choice(["runs", "hold", "reset"]), "order": 9,
    }  # fmt: skip


def collects_ahead(case: Case) -> bool:
    """Whether interest may be collected before it accrues: it then stands neither in held nor in outstanding."""
    terms = case["contract"]
    return bool(terms["interest"] == "scheduled" and terms["allocation"]["surplus"] == "next_instalment")


def has(case: Case, kind: str) -> bool:
    return any(event["kind"] == kind for event in case["events"])


def up_to(case: Case, on: date, kind: str) -> Case:
    """The events up to day `on`, on that day only the stages up to that of `kind`."""
    last = (on.isoformat(), STAGES[kind])
    return case | {"events": [event for event in case["events"] if (event["on"], STAGES[event["kind"]]) <= last]}


def begins_on(case: Case) -> str:
    """The day from which the loan is known: its disbursement, or its opening."""
    openings = [str(event["on"]) for event in case["events"] if event["kind"] == "opening"]
    return max([str(case["contract"]["disbursed_on"]), *openings])


def an_open_day(case: Case, rng: random.Random) -> date:
    """A day on which the loan has begun, often the day of an event."""
    begins = begins_on(case)
    days = [event["on"] for event in case["events"] if event["on"] >= begins] or [begins]
    return date.fromisoformat(rng.choice(days)) + timedelta(rng.choice([0, 0, 1, 9]))
