"""The arithmetic pages are a test: every worked example comes out as written, by the kernel and by the reference."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

import reprieve
from reprieve.errors import ReprieveError
from tests import reference
from tests.docs.arithmetic_pages import PAGES, Document, Example, figure_at, merged, read_page, read_pages
from tests.histories import agreement

pytestmark = pytest.mark.fast

LEAST = 180
READ = read_pages()
EXAMPLES = [example for page in READ for example in page.examples]
ASKED_OF_KERNEL_ALONE = ("cost",)


def by_kernel(case: Document, question: Document) -> Any:
    """What the front door answers."""
    read = reprieve.Case.read(case)
    if "on" in question:
        known_on = date.fromisoformat(question["known_on"]) if "known_on" in question else None
        return reprieve.position(read, date.fromisoformat(question["on"]), known_on).to_dict()
    return (reprieve.cost if question.get("ask") == "cost" else reprieve.schedule)(read).to_dict()


def by_reference(case: Document, question: Document) -> Any:
    """What the slow reference answers."""
    if "on" in question:
        return reference.position(case, question["on"], question.get("known_on"))
    return reference.schedule(case)


def mistakes(example: Example, ask: Callable[[Document, Document], Any], refusals: type[Exception]) -> list[str]:
    """Return where one side's answers differ from the page."""
    wrong = []
    for question in example.questions:
        asked = question.get("on", question.get("ask", "schedule"))
        if question.get("refused"):
            try:
                ask(example.case, question)
                wrong.append(f"{asked}: the page says it is refused, and it is not")
            except refusals:
                pass
            continue
        answer = ask(example.case, question)
        for path, written in question.items():
            if path not in ("on", "known_on", "ask") and (found := figure_at(answer, path)) != written:
                wrong.append(f"{asked} {path}: the page says {written}, not {found}")
    return wrong


@pytest.mark.parametrize("example", [pytest.param(one, id=one.name) for one in EXAMPLES])
def test_the_kernel_gives_the_worked_figures(example: Example) -> None:
    found = mistakes(example, by_kernel, ReprieveError)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("example", [pytest.param(one, id=one.name) for one in EXAMPLES])
def test_the_reference_gives_the_worked_figures(example: Example) -> None:
    assert agreement.CALENDARS, "the comparison shares its calendars with the reference, which has none of its own"
    asked = [question for question in example.questions if question.get("ask") not in ASKED_OF_KERNEL_ALONE]
    found = mistakes(example._replace(questions=asked), by_reference, reference.Unsupported)
    assert not found, "\n".join(found)


def test_every_rule_has_an_example_and_every_example_an_outcome() -> None:
    assert len(EXAMPLES) >= LEAST
    idle = [f"{path.name}: {heading}" for path, page in zip(PAGES, READ, strict=True) for heading in page.idle]
    assert not idle, f"work an example by hand under each of: {idle}"
    silent = [example.name for example in EXAMPLES if not example.questions]
    assert not silent, f"say what comes out of: {silent}"


def test_a_wrong_figure_is_noticed() -> None:
    text = '### A rule\n```json\n{"base": "b"}\n```\n```json\n{"on": "2026-02-25", "arrears.penalty": 455}\n```\n'
    [example] = read_page("page", text, {"b": READ[0].bases["eight_thousand"]}).examples
    for ask, refusals in ((by_kernel, ReprieveError), (by_reference, reference.Unsupported)):
        assert mistakes(example, ask, refusals) == ["2026-02-25 arrears.penalty: the page says 455, not 454"]


def test_a_refusal_that_does_not_come_is_noticed() -> None:
    example = Example("page: A rule", READ[0].bases["eight_thousand"], [{"on": "2026-02-25", "refused": True}])
    for ask, refusals in ((by_kernel, ReprieveError), (by_reference, reference.Unsupported)):
        assert len(mistakes(example, ask, refusals)) == 1


def test_a_patch_merges_objects_and_null_removes() -> None:
    base = {"a": {"b": 1, "c": 2}, "d": 3}
    assert merged(base, {"a": {"b": 4, "c": None}, "e": 5}) == {"a": {"b": 4}, "d": 3, "e": 5}
    assert base == {"a": {"b": 1, "c": 2}, "d": 3}
