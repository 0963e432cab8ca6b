"""What the case commands do: read the document, call the front door, show the answer. Never computes."""

import json
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

import reprieve
from reprieve.cli import answer_table, lawful_lines
from reprieve.cli.document import read_day, read_days, read_document
from reprieve.errors import Refused
from reprieve.words import Words, language_of, words


class Answer(Protocol):
    """What the front door returns."""

    def to_dict(self) -> dict[str, Any]:
        """Return the published shape."""


Table = Callable[[dict[str, Any], str, Words], None]


def schedule(file: str, as_json: bool, language: str | None) -> None:
    """Show the schedule of a case file."""
    case, currency = _case(file)
    _show(reprieve.schedule(case), answer_table.schedule, as_json, currency, language)


def position(file: str, on: str | None, known_on: str | None, as_json: bool, language: str | None) -> None:
    """Show what is owed on a day."""
    day, known = _today_or("--on", on), read_day("--known-on", known_on)
    case, currency = _case(file)
    _show(reprieve.position(case, day, known), answer_table.position, as_json, currency, language)


def remaining(file: str, on: str | None, as_json: bool, language: str | None) -> None:
    """Show the payments to come."""
    day = _today_or("--on", on)
    case, currency = _case(file)
    _show(reprieve.remaining(case, day), answer_table.remaining, as_json, currency, language)


def explain(file: str, on: str | None, known_on: str | None, figure: str, as_json: bool, language: str | None) -> None:
    """Show how a figure comes about."""
    day, known = _today_or("--on", on), read_day("--known-on", known_on)
    case, currency = _case(file)
    answer = reprieve.explain(case, day, str(figure), known)
    _show(answer, answer_table.explain, as_json, currency, language)


def cost(file: str, on: str | None, as_json: bool, language: str | None) -> None:
    """Show what the credit costs and what the rules say of it. Raises `Refused` where a rule forbids the contract."""
    day = read_day("--on", on)
    case, currency = _case(file)
    answer = reprieve.cost(case, day)
    _show(answer, answer_table.cost, as_json, currency, language)
    say = words(language or ("en" if as_json else language_of()))
    refusals = lawful_lines.refusals(answer.to_dict()["lawfulness"], currency, say)
    if refusals:
        sys.stdout.flush()
        raise Refused(refusals)


def project(file: str, days: str, on: str | None, as_json: bool, language: str | None) -> None:
    """Show what the debt grows to."""
    wanted, day = read_days("--days", days), read_day("--on", on)
    case, currency = _case(file)
    _show(reprieve.project(case, wanted, day), answer_table.project, as_json, currency, language)


def apr(file: str, as_json: bool, language: str | None) -> None:
    """Show the annual percentage rate of cash flows."""
    answer = reprieve.apr(read_document(file))
    _show(answer, answer_table.apr, as_json, "", language)


def _case(file: str) -> tuple[reprieve.Case, str]:
    """Return the case of a file and the currency of its figures."""
    case = reprieve.Case.read(read_document(file))
    return case, case.file.contract.currency


def _today_or(flag: str, words_given: str | None) -> date:
    return read_day(flag, words_given) or date.today()  # noqa: DTZ011 -- the person's own day is meant


def _show(answer: Answer, table: Table, as_json: bool, currency: str, language: str | None) -> None:
    shown = answer.to_dict()
    if as_json:
        text = json.dumps(shown, ensure_ascii=False, indent=2, allow_nan=False, default=_plain)
        sys.stdout.write(f"{text}\n")
    else:
        table(shown, currency, words(language or language_of()))


def _plain(value: object) -> object:
    """Return a value JSON does not know: an exact rate as a number, a day as ISO."""
    if isinstance(value, Decimal | Fraction):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not part of a published answer")
