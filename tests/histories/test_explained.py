"""Explanations of random histories: every span is what it says, and what they sum to moves only with the figure."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import reprieve
from reprieve.errors import ReprieveError
from tests.histories.agreement import history

SEED = 2026
HISTORIES = 120
FIGURES = ("penalty", "interest", "principal", "fees")
BROUGHT = "brought forward or capitalised"


def test_an_explanation_is_its_spans_and_only_payments_and_waivers_change_what_was_collected():
    explained = 0
    for number in range(HISTORIES):
        document, moments = history(SEED, number)
        try:
            case = reprieve.Case.read(document)
            for on, known_on in moments:
                explained += _check_day(case, document, on, known_on)
        except ReprieveError:
            continue
    assert explained > 5 * HISTORIES


def _check_day(case: reprieve.Case, document: dict[str, Any], on: date, known_on: date | None) -> int:
    """Check every figure of a day, and of the next where nothing happens on it; return how many had spans."""
    owed = reprieve.position(case, on, known_on)
    explained = 0
    for figure in FIGURES:
        answer = reprieve.explain(case, on, figure, known_on)
        assert answer["amount"] == owed["outstanding"][figure] == answer["total"] - answer["collected"]
        assert answer["collected"] >= 0
        for span in answer["spans"]:
            if span["base"] is not None:
                micro = span["base"] * Fraction(span["rate"]) * Fraction(span["fraction"]) * 10**6
                assert round(micro) == span["amount_micro"], span
        if not _brings_forward(document):
            assert all(span["rule"] != BROUGHT for span in answer["spans"]), figure
        if _is_quiet(document, on, owed["held"]):
            later = reprieve.explain(case, on + timedelta(1), figure, known_on)
            assert later["collected"] == answer["collected"], figure
        explained += bool(answer["spans"])
    return explained


def _brings_forward(document: dict[str, Any]) -> bool:
    """Whether claims may come from elsewhere: taken over, made claims of a plan, or interest made principal."""
    kinds = {"opening", "restructure"}
    return any(event["kind"] in kinds or event.get("accrued") == "capitalised" for event in document["events"])


def _is_quiet(document: dict[str, Any], on: date, held: int) -> bool:
    """Whether nothing is collected on the next day: no event, no money held or collected ahead."""
    next_day = (on + timedelta(1)).isoformat()
    ahead = document["contract"]["allocation"]["surplus"] == "next_instalment"
    return held == 0 and not ahead and all(event["on"] != next_day for event in document["events"])
