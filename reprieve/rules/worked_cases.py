"""Runs the worked cases that stand beside a pack: stated values on stated days, and answers of the code that uses them.

A `[[timeline]]` states what a key holds on days ("absent" for nothing); a `[[case]]` calls a function of
`reprieve.rules` with the pack and states what it answers. Never writes a case and never mends one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Any, Final, get_args, get_type_hints

from reprieve.errors import BadInput, ReprieveError
from reprieve.rules.entry import Entry, read_value
from reprieve.rules.load import CASES, read_toml
from reprieve.rules.pack import Pack
from reprieve.rules.rule import LENDERS, Rule, plain

ABSENT: Final = "absent"
_CALL: Final = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_TIMELINE: Final = ("key", "lender_type", "product", "values", "absent_for")
_CASE: Final = ("id", "call", "given", "expected")


@dataclass(frozen=True)
class StatedValue:
    """What a key holds on a day, for a lender type and a product."""

    name: str
    key: str
    on: date
    lender_type: str | None
    product: str | None
    expected: Any

    def answer(self, pack: Pack) -> Any:
        """Return what the pack holds, or `absent`."""
        found = pack.on(self.on, self.lender_type, self.product).find(self.key)
        return ABSENT if found is None else plain(found.value)


@dataclass(frozen=True)
class StatedAnswer:
    """What a function answers when it is given a pack and arguments."""

    name: str
    call: str
    given: Mapping[str, Any]
    expected: Any

    def answer(self, pack: Pack) -> Any:
        """Return what the function answers, in plain values; an error answers with its code."""
        module, _, name = self.call.partition(".")
        function = getattr(import_module(f"reprieve.rules.{module}"), name)
        kinds = get_type_hints(function)
        try:
            answered = function(pack, **{key: _typed(value, kinds.get(key)) for key, value in self.given.items()})
        except ReprieveError as error:
            return {"error": getattr(error, "code", "")}
        return _shown(answered)


WorkedCase = StatedValue | StatedAnswer


def failure(case: WorkedCase, pack: Pack) -> str | None:
    """Return how a case fails, in a sentence, or nothing where it holds.

    A stated value is the whole value. An expected answer need not list every field; those it lists must be equal.
    """
    answered = case.answer(pack)
    is_whole = isinstance(case, StatedValue)
    if answered == case.expected if is_whole else _agrees(case.expected, answered):
        return None
    return f"{case.name}: expected {case.expected!r}, the pack answers {answered!r}"


@cache
def worked_cases(place: str) -> tuple[WorkedCase, ...]:
    """Return the worked cases of a place. Raises `BadInput` naming the case and the field."""
    file = files("reprieve.rules").joinpath("packs", place, CASES)
    if not file.is_file():
        raise BadInput(f"{place}/{CASES}", "no such file", "worked cases beside every pack", code="no_cases")
    return read_cases(f"{place}/{CASES}", file.read_text("utf-8"))


def read_cases(file: str, text: str) -> tuple[WorkedCase, ...]:
    """Return the worked cases of a TOML text. Raises `BadInput`."""
    document = read_toml(file, text)
    Entry(file, "the file", document).only(("timeline", "case"))
    found: list[WorkedCase] = []
    for number, table in enumerate(document.get("timeline", []), 1):
        found += _timeline(Entry(file, f"timeline {number} ({table.get('key')})", table))
    found += [_case(Entry(file, f"case {table.get('id')}", table)) for table in document.get("case", [])]
    return tuple(found)


def _timeline(entry: Entry) -> Iterator[StatedValue]:
    entry.only(_TIMELINE)
    key, values = entry.text("key"), entry.table.get("values")
    lender_type, product = entry.text_or_none("lender_type"), entry.text_or_none("product")
    if not isinstance(values, list) or not values or not all(map(_is_dated, values)):
        raise entry.wrong("values", values, 'a list of [day, value], "absent" for none')
    scope = ", ".join(word for word in (lender_type, product) if word)
    for day, value in values:
        yield StatedValue(f"{key} on {day} {scope}".strip(), key, day, lender_type, product, plain(value))
    for word in entry.table.get("absent_for", []):
        lender, kind = (word, product) if word in LENDERS else (lender_type, word)
        for day, _ in values:
            yield StatedValue(f"{key} on {day} {scope} not for {word}", key, day, lender, kind, ABSENT)


def _case(entry: Entry) -> StatedAnswer:
    entry.only(_CASE)
    call = entry.text("call")
    if not _CALL.fullmatch(call):
        raise entry.wrong("call", call, "module.function of reprieve.rules, such as credit_record.status_code")
    given = entry.table.get("given", {})
    if not isinstance(given, dict) or "expected" not in entry.table:
        raise entry.wrong("given, expected", entry.table, "a table of arguments, and what is answered")
    return StatedAnswer(
        entry.text("id"),
        call,
        {name: read_value(value) for name, value in given.items()},
        plain(entry.table["expected"]),
    )


def _is_dated(pair: object) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and type(pair[0]) is date


def _typed(value: Any, kind: Any) -> Any:
    """Return an argument as the function takes it: a table as its dataclass, also within a list."""
    if isinstance(value, tuple) and get_args(kind):
        return tuple(_typed(one, get_args(kind)[0]) for one in value)
    is_object = isinstance(value, Mapping) and isinstance(kind, type) and is_dataclass(kind)
    return kind(**value) if is_object else value


def _shown(answered: object) -> Any:
    """Return an answer in plain values: a rule by its key, an object by its fields."""
    if isinstance(answered, Rule):
        return answered.key
    if is_dataclass(answered) and not isinstance(answered, type):
        return {field.name: _shown(getattr(answered, field.name)) for field in fields(answered)}
    if isinstance(answered, Mapping):
        return {str(key): _shown(value) for key, value in answered.items()}
    if isinstance(answered, tuple | list):
        return [_shown(value) for value in answered]
    return str(answered) if isinstance(answered, Fraction) else ABSENT if answered is None else plain(answered)


def _agrees(expected: object, answered: object) -> bool:
    if isinstance(expected, dict) and isinstance(answered, dict):
        return all(key in answered and _agrees(value, answered[key]) for key, value in expected.items())
    if isinstance(expected, list) and isinstance(answered, list):
        return len(expected) == len(answered) and all(map(_agrees, expected, answered))
    return type(expected) is type(answered) and expected == answered
