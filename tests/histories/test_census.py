"""Every kind of event, and every pair that can meet, occurs often enough for the agreement to mean something."""

import random
from itertools import combinations_with_replacement

from tests.histories.census import CANNOT_MEET, KINDS, Census, count, kinds_of, missing
from tests.histories.generator import draft

SEED = 2026
HISTORIES = 20_000


def test_every_kind_and_every_pair_that_can_meet_occurs_in_one_history_of_a_hundred():
    census = count(draft(random.Random(f"{SEED}:{number}")).case for number in range(HISTORIES))
    assert missing(census) == [], f"seed {SEED}, {HISTORIES} histories"


def test_a_pair_that_never_meets_is_reported_missing():
    lonely = {"contract": {}, "events": [{"kind": "payment", "on": "2026-01-15"}]}
    pairs = [pair for pair in combinations_with_replacement(KINDS, 2) if pair not in CANNOT_MEET]
    assert len(missing(count([lonely]))) == len(KINDS) - 1 + len(pairs)


def test_an_event_recorded_after_the_plan_it_precedes_is_a_correction():
    plan = {"kind": "restructure", "on": "2026-03-10"}
    early = {"kind": "payment", "on": "2026-03-01", "recorded_at": "2026-03-02T10:00:00Z"}
    late = {"kind": "payment", "on": "2026-03-01", "recorded_at": "2026-03-11T10:00:00Z"}
    assert kinds_of({"events": [early, plan]})["correction"] == 0
    assert kinds_of({"events": [late, plan]})["correction"] == 1


def test_an_empty_census_is_missing_nothing():
    assert missing(count([])) == []
    assert count([]) == Census(0, {}, {})
