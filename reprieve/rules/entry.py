"""Reads one entry of a pack file, a TOML table, into a rule. Never opens a file and never guesses at a value."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, Final

from reprieve.errors import BadInput
from reprieve.rules.rule import (
    APPLIES_BY,
    CONFIDENCES,
    LENDERS,
    LEVELS,
    PRODUCTS,
    UNITS,
    NotEncoded,
    Rule,
    Source,
    Value,
    plain,
)

FOUND_MOST: Final = 60
LANGUAGES: Final = ("en", "zh")
DOUBTS: Final = ("medium", "uncertain", "press_only")
_KEY: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_DECIMAL: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,12})?")
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_RULE_FIELDS: Final = (
    "key", "from", "until", "value", "unit", "currency", "level", "applies_by", "lenders", "products", "confidence",
    "says", "source",
)  # fmt: skip
_SERIES_FIELDS: Final = (*(field for field in _RULE_FIELDS if field not in ("from", "until", "value")), "points",
                         "known_to")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One TOML table, and where it stands: the file and the place or key of the entry."""

    file: str
    name: str
    table: Mapping[str, Any]

    def wrong(self, field: str, found: object, allowed: str, code: str = "rule") -> BadInput:
        """Return the error for one field: file, entry and field, what was found, what is allowed."""
        path = f"{self.file}: {self.name}: {field}"
        shown = "nothing" if found is None else json.dumps(plain(found), ensure_ascii=False, default=str)
        shown = shown if len(shown) <= FOUND_MOST else f"{shown[: FOUND_MOST - 1]}…"
        return BadInput(path, shown, allowed, f"At {path}: found {shown}; allowed is {allowed}.", code)

    def only(self, fields: tuple[str, ...]) -> None:
        """Refuse a field that is not listed."""
        for field in self.table:
            if field not in fields:
                close = get_close_matches(field, fields, n=1)
                hint = f"; the closest is {close[0]}" if close else ""
                raise self.wrong(field, field, f"the fields {', '.join(fields)}{hint}", "unknown_key")

    def text(self, field: str) -> str:
        """Return a field that must hold words."""
        found = self.table.get(field)
        if not isinstance(found, str) or not found.strip():
            raise self.wrong(field, found, "a sentence or a name in quotes")
        return found

    def text_or_none(self, field: str) -> str | None:
        """Return words, or nothing where the field is left out."""
        return self.text(field) if field in self.table else None

    def word(self, field: str, words: tuple[str, ...]) -> str:
        """Return a field that must be one of a closed list."""
        found = self.table.get(field)
        if found not in words:
            raise self.wrong(field, found, f"one of {', '.join(words)}")
        return str(found)

    def words(self, field: str, words: tuple[str, ...]) -> tuple[str, ...]:
        """Return a list of words of a closed list, empty where the field is left out."""
        found = self.table.get(field, [])
        is_list = isinstance(found, list) and (found or field not in self.table)
        if not is_list or any(word not in words for word in found) or len(set(found)) < len(found):
            raise self.wrong(field, found, f"a list of some of {', '.join(words)}, each once")
        return tuple(found)

    def day(self, field: str) -> date:
        """Return a field that must be a day."""
        found = self.table.get(field)
        if type(found) is not date:
            raise self.wrong(field, found, "a day written YYYY-MM-DD without quotes")
        return found

    def day_or_none(self, field: str) -> date | None:
        """Return a day, or nothing where the field is left out."""
        return self.day(field) if field in self.table else None

    def both_languages(self, field: str) -> Mapping[str, str]:
        """Return a field that must be written in Chinese and in English."""
        found = self.table.get(field)
        if not isinstance(found, dict) or set(found) != set(LANGUAGES) or not all(map(_is_text, found.values())):
            raise self.wrong(field, found, f"{field}.en and {field}.zh, a sentence each")
        return MappingProxyType({language: found[language].strip() for language in LANGUAGES})


def read_rule(entry: Entry) -> Rule:
    """Return the rule of a `[[rule]]` entry. Raises `BadInput`."""
    entry.only(_RULE_FIELDS)
    from_, until = entry.day("from"), entry.day_or_none("until")
    if until is not None and until <= from_:
        raise entry.wrong("until", until, f"a day after {from_}, the first day the rule no longer holds")
    return _rule(entry, (from_, until), entry.table.get("value"))


def read_series(entry: Entry) -> list[Rule]:
    """Return the rules of a `[[series]]` entry: each point holds until the next, the last one to `known_to`."""
    entry.only(_SERIES_FIELDS)
    points = entry.table.get("points")
    allowed = "a list of [day, value] in the order of days"
    if not isinstance(points, list) or not points or not all(isinstance(p, list) and len(p) == 2 for p in points):
        raise entry.wrong("points", points, allowed)
    days = [point[0] for point in points]
    if any(type(day) is not date for day in days) or days != sorted(set(days)):
        raise entry.wrong("points", days, allowed)
    known_to = entry.day("known_to")
    if known_to < days[-1]:
        raise entry.wrong("known_to", known_to, f"the last day the series is known for, {days[-1]} or later")
    ends = [*days[1:], known_to + timedelta(days=1)]
    return [_rule(entry, (day, end), value) for (day, value), end in zip(points, ends, strict=True)]


def read_not_encoded(entry: Entry) -> NotEncoded:
    """Return what a `[[not_encoded]]` entry leaves out, and why. Raises `BadInput`."""
    entry.only(("key", "says", "because", "confidence"))
    says, because = entry.both_languages("says"), entry.both_languages("because")
    return NotEncoded(_key(entry), says, because, entry.word("confidence", DOUBTS))


def read_value(found: object) -> Value:
    """Return a value of a table or list by its shape: "0.24" is a decimal, "22:00" a time, others are themselves.

    >>> read_value(["1.5", "22:00", "bank", 3])
    (Decimal('1.5'), datetime.time(22, 0), 'bank', 3)
    """
    if isinstance(found, dict):
        return MappingProxyType({str(key): read_value(below) for key, below in found.items()})
    if isinstance(found, list):
        return tuple(read_value(below) for below in found)
    if isinstance(found, str) and "." in found and _DECIMAL.fullmatch(found):
        return Decimal(found)
    if isinstance(found, str) and _TIME.fullmatch(found):
        return time.fromisoformat(found)
    if isinstance(found, str | bool | int | date | time):
        return found
    raise ValueError(found)


def _rule(entry: Entry, held: tuple[date, date | None], value: object) -> Rule:
    unit = entry.word("unit", UNITS)
    return Rule(
        _key(entry),
        _value(entry, unit, value),
        unit,
        *held,
        level=entry.word("level", LEVELS),
        applies_by=entry.word("applies_by", APPLIES_BY),
        lenders=entry.words("lenders", LENDERS),
        products=entry.words("products", PRODUCTS),
        confidence=entry.word("confidence", CONFIDENCES),
        says=entry.both_languages("says"),
        source=_source(entry),
        currency=_currency(entry, unit),
    )


def _key(entry: Entry) -> str:
    key = entry.text("key")
    if not _KEY.fullmatch(key):
        raise entry.wrong("key", key, "lower-case words joined by dots, such as penalty.multiple_least")
    return key


def _source(entry: Entry) -> Source:
    table = entry.table.get("source")
    if not isinstance(table, dict):
        raise entry.wrong("source", table, "a table with at least title")
    below = Entry(entry.file, f"{entry.name}: source", table)
    below.only(Source.__slots__)
    words = {name: below.text_or_none(name) for name in ("number", "article", "seen_at", "title_en")}
    return Source(below.text("title"), date=below.day_or_none("date"), **words)


def _currency(entry: Entry, unit: str) -> str | None:
    found = entry.table.get("currency")
    if (unit == "minor_units") != (found is not None) or (found is not None and not re.fullmatch("[A-Z]{3}", found)):
        raise entry.wrong("currency", found, "an ISO 4217 code beside the unit minor_units, and left out beside others")
    return str(found) if found is not None else None


def _value(entry: Entry, unit: str, found: object) -> Value:
    is_right, allowed = _SHAPES.get(unit, (_is_whole, "a whole number, 0 or more"))
    if not is_right(found):
        raise entry.wrong("value", found, f"{allowed}, for the unit {unit}")
    if unit in ("rate_per_year", "multiple", "share"):
        return Decimal(str(found))
    try:
        return read_value(found)
    except ValueError as error:
        raise entry.wrong("value", error.args[0], "decimal strings, whole numbers, words, days and times") from None


def _is_text(found: object) -> bool:
    return isinstance(found, str) and bool(found.strip())


def _is_decimal(found: object) -> bool:
    return isinstance(found, str) and bool(_DECIMAL.fullmatch(found))


def _is_share(found: object) -> bool:
    return _is_decimal(found) and Decimal(str(found)) <= 1


def _is_whole(found: object) -> bool:
    return type(found) is int and found >= 0


def _is_time(found: object) -> bool:
    return isinstance(found, str) and bool(_TIME.fullmatch(found))


_SHAPES: Final[dict[str, tuple[Callable[[object], bool], str]]] = {
    "rate_per_year": (_is_decimal, 'a decimal string a year, such as "0.24"'),
    "multiple": (_is_decimal, 'a decimal string, such as "1.5"'),
    "share": (_is_share, 'a decimal string from 0 to 1, such as "0.5"'),
    "time_of_day": (_is_time, 'a time of day, such as "22:00"'),
    "flag": (lambda found: isinstance(found, bool), "true or false"),
    "list": (lambda found: isinstance(found, list) and bool(found), "a list with something in it"),
    "table": (lambda found: isinstance(found, dict) and bool(found), "a table with something in it"),
}
