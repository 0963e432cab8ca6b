"""Explanations: the spans sum to the figure, and looking ahead for the next due never touches them."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

import reprieve

EXAMPLE = Path(reprieve.__file__).parent / "lending" / "examples" / "eight_thousand.json"


@pytest.mark.parametrize("figure", ["penalty", "interest", "principal", "fees"])
@pytest.mark.parametrize("after", [0, 3, 4, 31, 33, 62, 90])
def test_a_figure_is_what_its_spans_come_to_less_what_was_collected(figure, after):
    case = reprieve.Case.read(EXAMPLE.read_text("utf-8"))
    day = date(2026, 3, 15) + timedelta(after)  # from a due date, through grace, to three rows overdue
    answer = reprieve.explain(case, day, figure).to_dict()
    assert answer["amount"] == reprieve.position(case, day).to_dict()["outstanding"][figure]
    assert answer["total"] - answer["collected"] == answer["amount"]
    whole = sum(span["amount_micro"] for span in answer["spans"])
    assert abs(whole - answer["total"] * 1_000_000) <= 500_000 * max(1, len(answer["spans"]))


def test_a_day_in_grace_explains_no_penalty_and_keeps_the_interest_of_the_rows():
    document = json.loads(EXAMPLE.read_text("utf-8"))
    answer = reprieve.explain(reprieve.Case.read(document), date(2026, 3, 17), "penalty").to_dict()
    assert (answer["amount"], answer["spans"]) == (0, [])
