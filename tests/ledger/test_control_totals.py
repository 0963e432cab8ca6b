"""On random histories, backdated facts and reversals included, the ledger equals the positions at every close."""

import os
import random
from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest

import reprieve
from reprieve.errors import ReprieveError
from reprieve.lending.closed import looked_into
from reprieve.lending.ledger import total_of, trial_balance
from reprieve.lending.movement import COMPONENTS, AsKnown, balances_on, growth, held_applied, less
from reprieve.lending.posting import closed, control_totals
from reprieve.lending.posting_columns import growth_sums
from tests.histories.agreement import KERNEL
from tests.histories.generator import case
from tests.ledger.books import TABLE, Journal

SEED = int(os.environ.get("SEED", "2026"))
COUNT = int(os.environ.get("HISTORIES", "12"))
GIVES_UP = {"waiver", "restructure"}


def closes(document, rng):
    """A few days worth closing on: recordings, events, the day after one, a month past the last."""
    events = document["events"]
    days = {date.fromisoformat(event["on"]) for event in events}
    days |= {date.fromisoformat(event["recorded_at"][:10]) for event in events if "recorded_at" in event}
    days.add(date.fromisoformat(document["contract"]["disbursed_on"]))
    some = rng.sample(sorted(days), min(4, len(days)))
    chosen = sorted({*some, *(day + timedelta(1) for day in some[:1]), max(days), max(days) + timedelta(31)})
    opened = [event["on"] for event in events if event["kind"] == "opening"]
    return [day for day in chosen if day.isoformat() >= max(opened, default="")]


def totals_of(answer):
    """Control totals straight from the published position, by another way than the code under test."""
    sums = Counter()
    for part in ("due", "arrears", "accrued", "not_due", "parked"):
        for component in ("principal", "interest", "penalty", "fees"):
            name = f"{part}_{component}"
            if name in TABLE.balances:
                sums[TABLE.balances[name]] += answer[part][component]
    sums[TABLE.balances["held"]] -= answer["held"]
    return sums


@pytest.mark.parametrize("number", range(COUNT))
def test_the_ledger_equals_the_positions_at_every_close(number):
    rng = random.Random(f"{SEED}:{number}")
    document = case(rng, None, KERNEL)
    try:
        loan = reprieve.Case.read(document)
        journal = Journal(loan.file)
        for day in closes(document, rng):
            journal.close(day)
            answer = reprieve.position(loan, day, day).to_dict()
            wanted, held = totals_of(answer), journal.balances()
            for account in set(TABLE.balances.values()):
                assert held[account] == wanted[account], f"{account} on {day}; seed {SEED}, history {number}"
            trial_balance(journal.entries, TABLE.chart)
    except ReprieveError:
        pytest.skip("the kernel refuses this history")
    check_money(journal, document)


def check_money(journal, document):
    """Nothing was given up where nothing gives up, and money in the bank is the money that moved."""
    kinds = {event["kind"] for event in document["events"]}
    balances = journal.balances()
    if not kinds & GIVES_UP:
        assert balances["claims_waived"] == 0
    assert balances["taken_over"] == 0 or "opening" in kinds
    voided = {e["of"] for e in document["events"] if e["kind"] == "reversal"}
    if not kinds & {"refund", "restructure", "opening"} and not document["contract"].get("fees"):
        terms = document["contract"]
        paid = sum(e["amount"] for e in document["events"] if e["kind"] == "payment" and e.get("id") not in voided)
        lent = terms["principal"] - terms.get("down_payment", 0)
        lent += sum(e["amount"] for e in document["events"] if e["kind"] == "disbursement")
        assert balances["bank"] == paid - lent


def test_a_close_over_columns_posts_what_its_loans_post_singly():
    rng = random.Random(SEED)
    rows, paid, singly = [], [], []
    while len(rows) < 24:
        document = case(rng, None, KERNEL)
        try:
            file = reprieve.Case.read(document).file
            day = rng.choice(closes(document, rng)[-2:])
            then, now = (AsKnown.of(file, on, on) for on in (day - timedelta(rng.choice([1, 60])), day))
            row, amounts = less(growth(now), growth(then)), closed(then, now, TABLE)
            new, old = held_applied(now), held_applied(then)
        except ReprieveError:
            continue
        rows.append(list(row.values()))
        paid.append([new[component] - old[component] for component in COMPONENTS])
        singly.append(amounts)
    grown = np.array(rows, np.int64)
    wanted = looked_into(grown)
    assert 0 < wanted.sum() < len(rows), "some loans of each sort"
    together = growth_sums(grown, np.where(wanted[:, None], np.array(paid, np.int64), 0), TABLE)
    assert together == {name: amount for name, amount in total_of(singly).items() if amount}


def test_control_totals_of_a_known_case_are_those_of_its_position():
    loan = reprieve.Case.read(case(random.Random("1:1"), None, KERNEL))
    known = AsKnown.of(loan.file, date(2100, 1, 1))
    answer = reprieve.position(loan, known.on).to_dict()
    wanted = {name: amount for name, amount in totals_of(answer).items() if amount}
    assert control_totals(balances_on(known), TABLE) == wanted
