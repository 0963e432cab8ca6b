"""`reprieve welcome`: the 8,000-yuan case, then a person's own figures by the guide. Asks only at a terminal."""

from datetime import date
from importlib.resources import files
from typing import Final

import reprieve
from reprieve.cli import answer_table, guide, guide_questions
from reprieve.lending.case_file import parse_case
from reprieve.words import Words, language_of, words

EXAMPLE_DAY: Final = date(2026, 4, 14)
HORIZONS: Final = [30, 60, 90, 180]


def show_welcome(language: str | None) -> None:
    """Show the example, and at a terminal ask for the person's own figures and answer them."""
    say = words(language or language_of())
    _show_example(say)
    if guide_questions.is_terminal():
        answer_table.say_line("")
        guide.run({}, guide.Door(language=say.language))


def _show_example(say: Words) -> None:
    document = files("reprieve.lending.examples").joinpath("eight_thousand.json").read_bytes()
    contract = parse_case(document).contract
    case = reprieve.Case.read(document)
    answer_table.say_line(say.text("welcome.title"))
    story = say.text(
        "welcome.story",
        principal=say.money(contract.principal, contract.currency),
        count=contract.instalments,
        rate=say.percent(contract.annual_rate.per_year(contract.day_count) * 100, 0),
        due_on=say.day(_missed_on(case)),
    )
    answer_table.say_line(f"{story}\n")
    answer_table.position(reprieve.position(case, EXAMPLE_DAY).to_dict(), contract.currency, say)
    answer_table.say_line(f"\n{say.text('welcome.growth')}\n")
    answer_table.project(reprieve.project(case, HORIZONS, EXAMPLE_DAY).to_dict(), contract.currency, say)
    answer_table.say_line(f"\n{say.text('welcome.kind')}")


def _missed_on(case: reprieve.Case) -> date:
    """Return the due date of the second instalment, the one that is missed in the example."""
    return date.fromisoformat(str(reprieve.schedule(case).to_dict()["instalments"][1]["due_on"]))
