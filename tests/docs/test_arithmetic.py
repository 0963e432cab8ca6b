"""The arithmetic pages are a test: every worked example comes out as written, by the kernel and by the reference."""

from datetime import date

import pytest

import reprieve
from reprieve.errors import ReprieveError
from tests import reference
from tests.docs.arithmetic_pages import Example, figure_at, read_pages

# The comparison shares its calendars with the reference, which knows none of its own.
from tests.histories.agreement import CALENDARS

pytestmark = pytest.mark.fast

LEAST = 70
SECTIONS = ("schedule", "position", "cost")
PAGES = read_pages()
EXAMPLES = [example for page in PAGES for example in page.examples]
ANSWERED_BY_KERNEL_ALONE = ("cost",)


def by_kernel(case, question):
    """What the front door answers."""
    read = reprieve.Case.read(case)
    if "on" in question:
        known_on = date.fromisoformat(question["known_on"]) if "known_on" in question else None
        return reprieve.position(read, date.fromisoformat(question["on"]), known_on).to_dict()
    return (reprieve.cost if question.get("ask") == "cost" else reprieve.schedule)(read).to_dict()


def by_reference(case, question):
    """What the slow reference answers."""
    if "on" in question:
        return reference.position(case, question["on"], question.get("known_on"))
    return reference.schedule(case)


def check(example: Example, ask, refusals) -> None:
    """Hold one side to what the page says."""
    wrong = []
    for question in example.questions:
        figures = {key: value for key, value in question.items() if key not in ("on", "known_on", "ask")}
        if figures == {"refused": True}:
            with pytest.raises(refusals):
                ask(example.case, question)
            continue
        answer = ask(example.case, question)
        for path, written in figures.items():
            found = figure_at(answer, path)
            if found != written:
                wrong.append(f"{question.get('on', 'schedule')} {path}: the page says {written}, not {found}")
    assert not wrong, "\n".join([example.name, *wrong])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_the_kernel_gives_the_worked_figures(example: Example) -> None:
    check(example, by_kernel, ReprieveError)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_the_reference_gives_the_worked_figures(example: Example) -> None:
    assert "cn" in CALENDARS
    asked = [question for question in example.questions if question.get("ask") not in ANSWERED_BY_KERNEL_ALONE]
    check(example._replace(questions=asked), by_reference, reference.Unsupported)
