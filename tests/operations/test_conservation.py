"""Random histories through the commands and the closes: the ledger equals the positions at every close.

A failure names its seed: `SEED=… HISTORIES=… pytest tests/operations/test_conservation.py` replays it.
"""

import os
import random
from datetime import date, timedelta

import numpy as np
import pytest

from reprieve.errors import ReprieveError
from reprieve.operations.mirror import Mirror
from tests.histories.agreement import KERNEL
from tests.histories.generator import case
from tests.operations.lending import act, balances, close, controls, establish, held
from tests.operations.test_joined import differing

SEED = int(os.environ.get("SEED", "2026"))
COUNT = int(os.environ.get("HISTORIES", "10"))
CLOSED_DAYS = 40
SHARD = 1_000
pytestmark = pytest.mark.django_db


def recorded_on(event):
    return max(event.get("recorded_at", event["on"])[:10], event["on"])


def begin(document, number):
    """The contract as it was taken over: with its opening if it has one, on the day it could first be."""
    from reprieve.operations.commands.contracts import migrate_contract

    first = [event for event in document["events"] if event["kind"] == "opening"]
    day = first[0]["on"] if first else document["contract"]["disbursed_on"]
    file = {"contract": document["contract"], "events": first}
    migrate_contract(act(day, user="core"), number=f"R-{number}", customer="C", product="steady", file=file)
    return date.fromisoformat(day)


def recorder():
    """A command that records whatever it is given; no role is asked."""
    from reprieve.operations import authority, command
    from reprieve.operations.recording import record

    def record_any(work, *, contract, event):
        return record(work, contract, event)

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(authority.AUTHORITY, "record_any", authority.Authority("record anything"))
        return command.command(record_any)


def live(document, number, day, rng, mirror):
    """Record every event on the day it became known, closing here and there; check the ledger at each close."""
    record_any = recorder()
    contract, names, closed = f"R-{number}", {}, None
    events = sorted(
        (event for event in document["events"] if event["kind"] != "opening"),
        key=lambda event: (recorded_on(event), event.get("recorded_at", "~")),
    )
    last = max([day, *(date.fromisoformat(recorded_on(event)) for event in events)])
    known = day
    for event in events:
        coming = max(date.fromisoformat(recorded_on(event)), known)
        if coming >= last - timedelta(CLOSED_DAYS) and rng.random() < 0.6:
            # Now and then a day is closed late, after something was recorded on a later one.
            closed = check(closed, coming - timedelta(rng.choice([0, 1, 1, 2])), known, number, mirror)
        known = max(coming, known if closed is None else max(known, closed))
        body = {key: value for key, value in event.items() if key not in ("id", "recorded_at")}
        if "of" in body:
            body["of"] = names.get(body["of"], body["of"])
        try:
            answer = record_any(act(known), contract=contract, event=body).answer
        except ReprieveError:
            continue
        names[event.get("id")] = answer["event"]["id"]
    check(closed, known + timedelta(2), known, number, mirror)


def check(closed, day, known, number, mirror):
    """Close up to a day that is not closed yet, and hold the ledger against the positions; return the last closed."""
    if closed is not None and day <= closed:
        return closed
    done = close(day.isoformat(), mirror=mirror, shard_loans=SHARD)
    assert all(one["state"] == "finished" for one in done), f"seed {SEED}, history {number}: {done}"
    assert sum(balances().values()) == 0
    check_shelves(day, mirror)
    if day >= known:
        assert held() == controls(day.isoformat()), f"{day}; seed {SEED}, history {number}"
    return day


def check_shelves(day, mirror):
    """What was kept up to date from close to close is, value for value, what reading every loan afresh gives."""
    from reprieve.operations.book import rebuilt
    from reprieve.operations.shelf import Shelves
    from reprieve.storage.close import run_of

    run = run_of(day)
    for start in range(1, run.cut.contract + 1, SHARD):
        kept, fresh = (
            Shelves(mirror.folder).read(range(start, start + SHARD)),
            rebuilt(range(start, start + SHARD), run),
        )
        assert kept.cut == run.cut
        assert np.array_equal(kept.rows, fresh.rows)
        assert differing(kept.book, fresh.book) == []


@pytest.mark.parametrize("number", range(COUNT))
def test_a_random_history_keeps_the_ledger_equal_to_the_positions(db, tmp_path, number):
    from reprieve.operations.commands.customers import register_customer

    rng = random.Random(f"{SEED}:{number}:operations")
    establish("1990-01-01")
    register_customer(act("1990-01-01", user="core"), number="C", language="en")
    while True:
        document = case(rng, None, KERNEL)
        try:
            day = begin(document, number)
            break
        except ReprieveError:
            continue
    live(document, number, day, rng, Mirror(tmp_path))
