"""`reprieve guide`: reads flags, a file or a person's answers, calls the guide, shows the answer. Never computes.

Nothing typed is stored or sent; the only files written are those a person names.
"""

import json
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from reprieve.cli.document import read_day, read_document
from reprieve.cli.guide_amounts import in_major, minor_units, monthly_fee, part, whole
from reprieve.errors import BadInput
from reprieve.lending.guide import answer
from reprieve.lending.guide.guide_answer import Answer
from reprieve.lending.guide.request import CURRENCY_OF, DAYS_MOST, MONTHS_MOST
from reprieve.words import Words, language_of, words

PATHS: Final = {
    "$.debts[0].parts.principal": "--principal", "$.debts[0].parts.interest": "--interest",
    "$.debts[0].parts.penalty": "--penalty", "$.debts[0].parts.fees": "--fees-owed",
    "$.debts[0].parts": "--principal, --interest, --penalty, --fees-owed",
    "$.debts[0].rate": "--rate", "$.debts[0].flat_rate": "--flat-rate", "$.debts[0].fees": "--fee",
    "$.debts[0].penalty_multiple": "--penalty-multiple", "$.debts[0].days_overdue": "--days",
    "$.debts[0].not_due.principal": "--not-due", "$.debts[0].not_due.instalments": "--instalments-left",
    "$.debts[0].not_due.next_due_on": "--next-due", "$.debts[0].not_due": "--not-due",
    "$.debts[0].original.principal": "--borrowed", "$.debts[0].original.instalments": "--months",
    "$.debts[0].original.instalment": "--instalment", "$.debts[0].original.signed_on": "--signed-on",
    "$.debts[0].original": "--borrowed, --months",
    "$.debts[0].overdue": "--overdue", "$.debts[0].lender_name": "--lender-name", "$.debts[0].lender": "--lender",
    "$.debts[0].product": "--product", "$.surplus": "--surplus", "$.income": "--income", "$.spending": "--spending",
    "$.buffer": "--buffer", "on": "--on", "$.debts[0]": "--overdue",
}  # fmt: skip
"""The flag behind each path of the request, the narrower first."""

BLOCKS: Final = {
    "not_due": {
        "not_due": ("principal", "money"), "instalments_left": ("instalments", "months"),
        "next_due": ("next_due_on", "as_is"),
    },
    "original": {
        "borrowed": ("principal", "money"), "months": ("instalments", "months"),
        "instalment": ("instalment", "money"), "signed_on": ("signed_on", "as_is"),
    },
}  # fmt: skip
"""The parts of a debt that several flags fill: each flag with its key and how it is read."""
KEYS: Final = ("surplus", "income", "spending", "rate", "flat_rate", "overdue")
"""Keys of a request that are flags of the same name: where an error names one, the flag is named."""


@dataclass(frozen=True)
class Door:
    """How a request comes in and how its answer goes out."""

    file: str | None = None
    place: str = "cn"
    on: str | None = None
    language: str | None = None
    is_json: bool = False
    ics: str | None = None
    pdf: str | None = None
    has_amounts: bool = True
    is_forced: bool = False


def run(flags: Mapping[str, Any], door: Door) -> None:
    """Answer by flags, by a file, or by questions at a terminal."""
    on = read_day("--on", door.on) or date.today()  # noqa: DTZ011 -- the person's own day is meant
    say = words(door.language or language_of())
    if door.file is not None:
        if flags:
            other = f"{_called(min(flags))} beside a file"
            raise BadInput("FILE", other, "a file or flags, not both")
        show(answer(read_document(door.file), on), door, say)
    elif flags:
        show(_by_flags(flags, door.place, on), door, say)
    else:
        _by_questions(door, on, say)


def show(found: Answer, door: Door, say: Words) -> None:
    """Write the files that are asked for, then show the answer."""
    if door.ics is not None or door.pdf is not None:
        from reprieve.cli import guide_files

        if door.ics is not None:
            guide_files.write_ics(found, door.ics, say, has_amounts=door.has_amounts, force=door.is_forced)
        if door.pdf is not None:
            guide_files.write_pdf(found, door.pdf, say, force=door.is_forced)
    if door.is_json:
        sys.stdout.write(f"{json.dumps(found.to_dict(), ensure_ascii=False, indent=2, allow_nan=False)}\n")
    else:
        from reprieve.cli import guide_text

        guide_text.show(found, say)


def request_of(flags: Mapping[str, Any], place: str) -> dict[str, Any]:
    """Return the request that flags describe: one debt, money in minor units."""
    if place not in CURRENCY_OF:
        raise BadInput("--place", place, f"one of {', '.join(CURRENCY_OF)}", code="unknown_word")
    currency = CURRENCY_OF[place]

    def money(name: str) -> int:
        return minor_units(_called(name), str(flags[name]), currency)

    def months(name: str) -> int:
        return whole(_called(name), flags[name], 1, MONTHS_MOST)

    if "overdue" not in flags and "not_due" not in flags:
        raise BadInput("--overdue", "nothing", "what is overdue, such as 8000, or --not-due", code="missing")
    debt: dict[str, Any] = {"overdue": money("overdue") if "overdue" in flags else 0}
    parts = {"principal": "principal", "interest": "interest", "penalty": "penalty", "fees_owed": "fees"}
    if any(name in flags for name in parts):
        debt["parts"] = {part: money(name) for name, part in parts.items() if name in flags}
        _check_sum(sum(debt["parts"].values()), debt["overdue"], currency)
    for name in ("rate", "flat_rate", "penalty_multiple", "accelerated", "lender", "lender_name", "product"):
        if name in flags:
            debt[name] = flags[name]
    if "days" in flags:
        debt["days_overdue"] = whole("--days", flags["days"], 0, DAYS_MOST)
    if "fee" in flags:
        debt["fees"] = [monthly_fee(given, currency) for given in flags["fee"]]
    readers: dict[str, Callable[[str], Any]] = {"money": money, "months": months, "as_is": flags.get}
    for key, block in BLOCKS.items():
        found = {name: readers[kind](flag) for flag, (name, kind) in block.items() if flag in flags}
        debt |= {key: found} if found else {}
    _check_instalment(debt.get("original", {}), flags.get("instalment"), currency)
    request: dict[str, Any] = {"place": place, "debts": [debt]}
    if "surplus" in flags:
        request["surplus"] = minor_units("--surplus", str(flags["surplus"]), currency, least=None)
    if "income" in flags:
        request["income"] = {"other": money("income")}
    if "spending" in flags:
        request["spending"] = {"other": money("spending")}
    return request | ({"buffer": part("--buffer", flags["buffer"])} if "buffer" in flags else {})


def _called(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _check_sum(parts: int, overdue: int, currency: str) -> None:
    """Refuse parts that do not sum to the overdue amount, in the units they were typed in."""
    if parts != overdue:
        found, whole = (words("en").money(amount, currency) for amount in (parts, overdue))
        where = "--principal, --interest, --penalty, --fees-owed"
        raise BadInput(where, f"parts that sum to {found}", f"parts that sum to --overdue, {whole}", code="parts_sum")


def _check_instalment(original: Mapping[str, Any], typed: str | None, currency: str) -> None:
    """Refuse an instalment that never repays the loan, in the units it was typed in."""
    if {"principal", "instalments", "instalment"} <= original.keys():
        months = original["instalments"]
        least = original["principal"] // months + 1
        if original["instalment"] < least:
            shown = words("en").money(least, currency)
            allowed = f"at least {shown}, so that {months} instalments repay what was borrowed"
            raise BadInput("--instalment", str(typed), allowed, code="instalment")


def _by_flags(flags: Mapping[str, Any], place: str, on: date) -> Answer:
    request = request_of(flags, place)
    try:
        return answer(request, on)
    except BadInput as error:
        raise _as_flags(error, CURRENCY_OF[place]) from None


def _as_flags(error: BadInput, currency: str) -> BadInput:
    """Return an error in the flags and the money that a person typed, in place of JSON paths, keys and minor units."""
    faults = tuple(_as_flag(one, currency) for one in error.errors)
    first = faults[0]
    return BadInput(first.path, first.found, first.allowed, first.sentence, first.code, faults)


def _as_flag(one: BadInput, currency: str) -> BadInput:
    flag, found, allowed = _flag(one.path), _typed(one.found, currency), _typed(one.allowed, currency)
    _, hint, word = one.sentence.partition(" Did you mean ")
    return BadInput(flag, found, allowed, f"At {flag}: found {found}; allowed is {allowed}.{hint}{word}", one.code)


def _typed(text: str, currency: str) -> str:
    text = re.sub("`([a-z_]+)`", lambda key: _called(key[1]) if key[1] in KEYS else key[0], in_major(text, currency))
    return "nothing" if text == "null" else text


def _flag(path: str) -> str:
    return next((flag for start, flag in PATHS.items() if path.startswith(start)), path)


def _by_questions(door: Door, on: date, say: Words) -> None:
    from reprieve.cli import guide_questions

    if not guide_questions.is_terminal():
        allowed = "--overdue AMOUNT and --rate RATE, or a JSON file; questions are asked at a terminal"
        raise BadInput("guide", "no figures", allowed, f"Nothing to compute: give {allowed}.", "nothing_given")
    found = guide_questions.ask(door.place, on, say)
    if found is not None:
        show(found, door, say)
