"""`reprieve welcome`: the 8,000-yuan case, then a person's own figures. Asks only at a terminal; keeps nothing."""

import sys
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from typing import Final

import reprieve
from reprieve.cli import answer_table
from reprieve.lending.case_file import parse_case
from reprieve.lending.own_debt import months_to_clear, own_debt
from reprieve.words import Words, language_of, words

EXAMPLE_DAY: Final = date(2026, 4, 14)
HORIZONS: Final = [30, 60, 90, 180]
MONTHS_MOST: Final = 120
OVERDUE_MOST: Final = 10_000_000


def show_welcome(language: str | None) -> None:
    """Show the example, and at a terminal what the person's own debt grows to."""
    say = words(language or language_of())
    _show_example(say)
    if is_terminal():
        _ask_own(say, date.today())  # noqa: DTZ011 -- the person's own day is meant


def is_terminal() -> bool:
    """Return whether a person is at both ends."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


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


def _ask_own(say: Words, today: date) -> None:
    answer_table.say_line(f"\n{say.text('welcome.own')}")
    questions = (
        ("welcome.ask_overdue", 1, OVERDUE_MOST),
        ("welcome.ask_rate", 0, 100),
        ("welcome.ask_days", 0, 3650),
        ("welcome.ask_surplus", 0, OVERDUE_MOST),
    )
    answers: list[Decimal] = []
    for key, low, high in questions:
        given = _ask(say, key, low, high)
        if given is None:
            return
        answers.append(given)
    overdue, rate, days, surplus = answers
    _show_own(say, today, int(overdue * 100), rate.scaleb(-2), int(days), int(surplus * 100))


def _show_own(say: Words, today: date, overdue: int, rate: Decimal, days: int, surplus: int) -> None:
    case = reprieve.Case.read(own_debt(overdue, rate, days, today=today))
    answer_table.say_line("")
    answer_table.project(reprieve.project(case, HORIZONS, today).to_dict(), "CNY", say)

    def paid(months: int) -> reprieve.Case:
        return reprieve.Case.read(own_debt(overdue, rate, days, today=today, payment=surplus, months=months))

    answer_table.say_line(f"\n{_outlook(say, today, surplus, paid)}")
    answer_table.say_line(say.text("welcome.assumed"))
    answer_table.say_line(say.text("welcome.kind"))


def _outlook(say: Words, today: date, surplus: int, paid: Callable[[int], reprieve.Case]) -> str:
    """Return what a monthly payment comes to: when the debt is cleared, or that it is not."""
    if surplus == 0:
        return say.text("welcome.no_surplus")

    def owed_after(months: int) -> int:
        last = today + timedelta(31 * months + 1)
        return int(reprieve.position(paid(months), last).to_dict()["outstanding"]["total"])

    months = months_to_clear(owed_after, MONTHS_MOST)
    amount = say.money(surplus, "CNY")
    if months is None:
        return say.text("welcome.not_enough", amount=amount, years=MONTHS_MOST // 12)
    held = int(reprieve.position(paid(months), today + timedelta(31 * months + 1)).to_dict()["held"])
    return say.text("welcome.clears", amount=amount, months=months, total=say.money(surplus * months - held, "CNY"))


def _ask(say: Words, key: str, low: int, high: int) -> Decimal | None:
    """Ask for a number until one in range is given; nothing for an empty line."""
    while True:
        try:
            line = input(f"{say.text(key)}: ")
        except EOFError:
            return None
        given = line.strip().replace(",", "").replace("，", "").rstrip("%")
        if not given:
            return None
        number = _number(given)
        if number is not None and low <= number <= high:
            return number
        answer_table.say_line(say.text("welcome.number", low=low, high=f"{high:,}"))


def _number(given: str) -> Decimal | None:
    """Return the number a person typed, to four decimals, or nothing."""
    try:
        number = Decimal(given)
        return round(number, 4) if number.is_finite() else None
    except InvalidOperation:
        return None
