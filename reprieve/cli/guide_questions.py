"""Asks a person at a terminal for their figures, kindly: anything may be skipped, a typing slip is asked again.

Never stores an answer; what was typed becomes one request in memory.
"""

import re
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeVar, get_args

from pydantic import TypeAdapter, ValidationError

from reprieve.cli import answer_table
from reprieve.cli.guide_amounts import minor_units, monthly_fee
from reprieve.errors import BadInput
from reprieve.lending.field import Multiple, Period
from reprieve.lending.guide import answer
from reprieve.lending.guide.guide_answer import Answer
from reprieve.lending.guide.quoting import read_quote
from reprieve.lending.guide.request import CURRENCY_OF, DAYS_MOST, DEBTS_MOST, MONTHS_MOST, Called, Lender, Parts
from reprieve.words import Words

STOP: Final = ("q", "quit", "exit", "退出")
YES: Final = ("y", "yes", "是", "有", "对")
NO: Final = ("n", "no", "否", "没有", "不")
_RATE_PATH: Final = re.compile(r"\$\.debts\[([0-9]+)\]\.rate")
_MONTH: Final = Period(count=1, unit="month")
_CALLED: Final[TypeAdapter[str]] = TypeAdapter(Called)
_MULTIPLE: Final[TypeAdapter[Decimal]] = TypeAdapter(Multiple)

Given = TypeVar("Given")


class _Stopped(Exception):
    """The person has had enough; there is nothing wrong."""


class _Again(Exception):
    """What was typed cannot be read; `key` says what is needed."""

    def __init__(self, key: str, **figures: object) -> None:
        super().__init__(key)
        self.key, self.figures = key, figures


def is_terminal() -> bool:
    """Return whether a person is at both ends."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def ask(place: str, on: date, say: Words) -> Answer | None:
    """Ask for debts and a month's money, and return the answer; nothing where the person stops."""
    answer_table.say_line(say.text("guide.question.intro"))
    try:
        document = _document(place, on, say)
    except _Stopped:
        return None
    if not document["debts"]:
        answer_table.say_line(say.text("guide.question.again"))
        return None
    return _answered(document, on, say)


def _answered(document: dict[str, Any], on: date, say: Words) -> Answer | None:
    """Return the answer; a rate without which nothing can be computed is asked for once more."""
    while True:
        try:
            return answer(document, on)
        except BadInput as error:
            missing = _RATE_PATH.fullmatch(error.path)
            if missing is None:
                raise
        number = int(missing[1])
        answer_table.say_line(say.text("guide.question.rate_needed", number=number + 1))
        try:
            rate = _ask(say, "rate", _rate)
        except _Stopped:
            return None
        if rate is None:
            return None
        document["debts"][number]["rate"] = rate


def _document(place: str, on: date, say: Words) -> dict[str, Any]:
    currency = CURRENCY_OF[place]
    debts: list[dict[str, Any]] = []
    while len(debts) < DEBTS_MOST:
        debt = _debt(currency, on, say)
        if debt is None:
            break
        debts.append(debt)
        if not _ask(say, "more", _yes_no):
            break
    return {"place": place, "debts": debts} | (_month(currency, say) if debts else {})


def _month(currency: str, say: Words) -> dict[str, Any]:
    """Ask what is left of a month, or for those who do not know it, what comes in and goes out."""
    unit = say.currency(currency)
    surplus = _ask(say, "surplus", _money(currency, least=None), unit=unit)
    if surplus is not None:
        return {"surplus": surplus}
    income = _ask(say, "income", _money(currency, least=0), unit=unit)
    spending = None if income is None else _ask(say, "spending", _money(currency, least=0), unit=unit)
    if income is None or spending is None:
        return {}
    return {"income": {"other": income}, "spending": {"other": spending}}


def _debt(currency: str, on: date, say: Words) -> dict[str, Any] | None:
    overdue = _ask(say, "overdue", _money(currency, least=1), unit=say.currency(currency))
    if overdue is None:
        return None
    debt: dict[str, Any] = {"overdue": overdue}
    answers = {
        "parts": _parts(overdue, currency, say),
        "lender": _lender(say),
        "lender_name": _ask(say, "lender_name", _name),
        "rate": _ask(say, "rate", _rate),
        "fees": _ask(say, "fee", _fees(currency), unit=say.currency(currency)),
        "penalty_multiple": _ask(say, "multiple", _multiple),
        "days_overdue": _ask(say, "days", _whole(0, DAYS_MOST)),
    }
    debt |= {name: given for name, given in answers.items() if given is not None}
    debt["accelerated"] = _ask(say, "whole", _yes_no)
    if debt["accelerated"] is False:
        debt |= _not_due(currency, on, say)
    return debt


def _parts(overdue: int, currency: str, say: Words) -> dict[str, int] | None:
    """Ask what the overdue amount is made of until the parts sum to it; nothing where the person does not know."""
    figures: dict[str, object] = {"unit": say.currency(currency), "overdue": say.money(overdue, currency)}
    while True:
        parts: dict[str, int] = {}
        rest = overdue
        for part in Parts.model_fields:
            left = say.money(rest, currency)
            given = _ask(say, f"part_{part}", _share(rest, currency, figures | {"rest": left}), **figures, rest=left)
            if given is None and part == "principal":
                return None
            parts[part] = given or 0
            rest -= parts[part]
            if not rest:
                return parts
        answer_table.say_line(
            say.text("guide.question.parts_again", rest=say.money(rest, currency), overdue=figures["overdue"])
        )


def _not_due(currency: str, on: date, say: Words) -> dict[str, Any]:
    """Ask for what is not due; the next instalment is taken to fall due in a month."""
    principal = _ask(say, "not_due", _money(currency, least=1), unit=say.currency(currency))
    count = _ask(say, "instalments", _whole(1, MONTHS_MOST)) if principal else None
    if not principal or not count:
        return {}
    next_due_on = _MONTH.after(on, 1, on.day).isoformat()
    return {"not_due": {"principal": principal, "instalments": count, "next_due_on": next_due_on}}


def _lender(say: Words) -> str:
    kinds = [kind for kind in get_args(Lender) if kind != "unknown"]
    options = ", ".join(f"{number} {say.text(f'guide.lender.{kind}')}" for number, kind in enumerate(kinds, 1))

    def read(given: str) -> str:
        if not (given.isascii() and given.isdigit() and 1 <= int(given) <= len(kinds)):
            raise _Again("guide.question.number", low=1, high=len(kinds))
        return str(kinds[int(given) - 1])

    return _ask(say, "lender", read, options=options) or "unknown"


def _ask(say: Words, key: str, read: Callable[[str], Given], **figures: object) -> Given | None:
    """Ask until an answer can be read; nothing for an empty line, and an end for `q` or the end of input."""
    while True:
        try:
            given = input(f"{say.text(f'guide.question.{key}', **figures)}: ").strip()
        except EOFError:
            raise _Stopped from None
        if given.lower() in STOP:
            raise _Stopped
        if not given:
            return None
        try:
            return read(given)
        except _Again as slip:
            answer_table.say_line(say.text(slip.key, **slip.figures))


def _money(currency: str, *, least: int | None) -> Callable[[str], int]:
    def read(given: str) -> int:
        try:
            return minor_units("amount", given, currency, least=least)
        except BadInput:
            raise _Again("guide.question.amount") from None

    return read


def _share(most: int, currency: str, figures: dict[str, object]) -> Callable[[str], int]:
    """Read an amount that is at most what is left of the whole."""
    read_money = _money(currency, least=0)

    def read(given: str) -> int:
        amount = read_money(given)
        if amount > most:
            raise _Again("guide.question.part_most", rest=figures["rest"], overdue=figures["overdue"])
        return amount

    return read


def _name(given: str) -> str:
    try:
        return _CALLED.validate_python(given)
    except ValidationError:
        raise _Again("guide.question.name_again") from None


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(given: str) -> int:
        if not (given.isascii() and given.isdigit() and len(given) < 9 and low <= int(given) <= high):
            raise _Again("guide.question.number", low=low, high=f"{high:,}")
        return int(given)

    return read


def _rate(given: str) -> str:
    try:
        read_quote(given)
    except ValueError:
        raise _Again("guide.question.rate_again") from None
    return given


def _multiple(given: str) -> str:
    try:
        _MULTIPLE.validate_python(given)
    except ValidationError:
        raise _Again("guide.question.multiple_again") from None
    return given


def _fees(currency: str) -> Callable[[str], list[dict[str, str | int]]]:
    def read(given: str) -> list[dict[str, str | int]]:
        try:
            fee = monthly_fee(given, currency)
            if "rate" in fee:
                read_quote(given)
        except (BadInput, ValueError):
            raise _Again("guide.question.fee_again") from None
        return [fee]

    return read


def _yes_no(given: str) -> bool:
    if given.lower() not in (*YES, *NO):
        raise _Again("guide.question.yes_no")
    return given.lower() in YES
