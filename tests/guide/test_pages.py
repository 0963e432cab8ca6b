"""The pages about the guide say what the guide says: worked figures and examples are the code's own."""

import doctest
import json
import re
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest

from reprieve.lending.guide import answer
from reprieve.words import words
from tests.guide.people import ON, answer_to

pytestmark = pytest.mark.fast

DOCS = Path(__file__).parents[2] / "docs"


def test_the_worked_figures_of_the_borrowers_page_are_the_guide_s():
    page = (DOCS / "borrowers.md").read_text("utf-8")
    found = answer_to("the 8,000 case")
    shortest, debt = found.shortest(), found.debts[0]
    twelve = next(plan for plan in found.plans if plan.name == "by_months")
    year = debt.growth[-1]
    amounts = {
        twelve.monthly, shortest.monthly, shortest.last, shortest.total, shortest.extra, debt.owed.a_day,
        debt.growth[0].added, year.added, year.at_ceiling - debt.owed.total,
    }  # fmt: skip
    for amount in amounts:
        assert words("en").money(amount, "CNY", symbol=False) in page
    assert year.on == ON + timedelta(365)
    nominal = answer_to("fees on the first principal").debts[0].cost.nominal_percent
    assert f"{nominal:.1f}%" in page


def test_the_example_of_the_guide_page_is_a_request_the_guide_answers():
    block = re.search(r"```json\n(.*?)```", (DOCS / "guide.md").read_text("utf-8"), re.DOTALL)[1]
    found = answer(json.loads(block), ON)
    assert [debt.owed.total for debt in found.debts] == [800_000, 300_000]


@pytest.mark.parametrize(
    "name", ["reprieve.cli.wrapping", "reprieve.lending.guide.budget", "reprieve.lending.guide.terms"]
)
def test_the_examples_in_the_code_are_right(name):
    tried = doctest.testmod(import_module(name))
    assert tried.attempted
    assert not tried.failed
