"""The kernel and the slow reference agree on every figure of random histories; `HISTORIES=N SEED=S` change the run."""

import os

import pytest

from tests.histories.run import differences, history, minimise, replay_command, save, verdicts
from tests.histories.shrink import shrink

SEED = int(os.environ.get("SEED", "2026"))
COUNT = int(os.environ.get("HISTORIES", "800"))
PROCESSES = int(os.environ.get("PROCESSES", "1"))
REFUSED_AT_MOST = 0.10


def test_kernel_and_reference_agree_on_random_histories():
    refused = 0
    for verdict in verdicts(SEED, COUNT, PROCESSES):
        refused += verdict.is_refused
        if verdict.differences:
            pytest.fail(_report(verdict.number))
    assert refused <= REFUSED_AT_MOST * COUNT, f"{refused} of {COUNT} histories of seed {SEED} are refused"


def test_shrinking_keeps_what_fails_and_drops_the_rest():
    case = {
        "contract": {"principal": 5, "tolerance": 1, "method": "bullet", "instalments": 9},
        "events": [{"kind": "fee", "on": "2026-01-01"}, {"kind": "payment", "on": "2026-01-02"}],
    }
    smaller = shrink(case, lambda other: any(event["kind"] == "fee" for event in other["events"]))
    assert smaller["events"] == [{"kind": "fee", "on": "2026-01-01"}]
    assert smaller["contract"] == {"principal": 120_000, "method": "level_instalment", "instalments": 3}


def _report(number: int) -> str:
    case, days = history(SEED, number)
    smaller, lines = minimise(case, days)
    path = save(SEED, number, smaller, lines)
    shown = "\n".join((lines or differences(case, days))[:10])
    return f"{shown}\nsmallest case: {path}\nreplay: {replay_command(SEED, number)}"
