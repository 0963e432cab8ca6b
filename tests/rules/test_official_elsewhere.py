"""The official examples of Regulation F and of the British price cap hold exactly as printed."""

import json
from datetime import date
from pathlib import Path

import pytest

from reprieve.rules import load
from reprieve.rules.call_frequency import presumption
from reprieve.rules.contact_hours import contact_windows
from reprieve.rules.high_cost_cap import most_charges

pytestmark = pytest.mark.fast

CASES = json.loads((Path(__file__).parent / "official_elsewhere.json").read_text("utf-8"))["cases"]


def of_family(family):
    return [pytest.param(case["inputs"], case["expected"], id=case["id"]) for case in CASES if case["family"] == family]


def log_of(inputs):
    """Return the printed days as a log: a conversation on the day of a call was that call, others the person began."""
    calls, conversations = ([date.fromisoformat(day) for day in inputs[key]] for key in ("calls", "conversations"))
    assert inputs["prior_consent"] == []
    log = [(day, "call_answered" if day in conversations else "call") for day in calls]
    return sorted([*log, *((day, "conversation") for day in conversations if day not in calls)])


@pytest.mark.parametrize(("inputs", "expected"), of_family("reg_f_call_frequency"))
def test_what_is_presumed_of_the_calls_is_as_printed(inputs, expected):
    assert presumption(load("us"), log=log_of(inputs)) == expected["presumption"]


@pytest.mark.parametrize(("inputs", "expected"), of_family("reg_f_time_window"))
def test_the_hours_that_suit_every_place_are_as_printed(inputs, expected):
    eastern, pacific = zones = inputs["possible_zones"]
    for shown_in, printed in ((eastern, "convenient_eastern"), (pacific, "convenient_pacific")):
        [(start, end)] = contact_windows(load("us"), date(2026, 4, 1), zones=zones, shown_in=shown_in)
        assert [start.strftime("%H:%M"), end.strftime("%H:%M")] == expected[printed]
        [(start, end)] = contact_windows(load("us"), date(2026, 4, 1), zones=[shown_in], shown_in=shown_in)
        assert [start.strftime("%H:%M"), end.strftime("%H:%M")] == inputs["window_local"]


@pytest.mark.parametrize(("inputs", "expected"), of_family("uk_hcstc_cap"))
def test_the_most_that_short_term_credit_may_cost_is_as_printed(inputs, expected):
    credit, days, fees = inputs["credit"] * 100, inputs["days"], inputs["default_fees"] * 100
    most = most_charges(load("gb"), date(2026, 11, 23), credit=credit, spans=[(credit, days)], default_fees=fees)
    assert most == expected["max_total_charges"] * 100


def test_every_copied_example_is_held_to():
    held = ("reg_f_call_frequency", "reg_f_time_window", "uk_hcstc_cap")
    assert sum(len(of_family(family)) for family in held) == len(CASES) == 7
