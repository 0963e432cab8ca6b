"""Loads rule packs from the TOML files they are kept in. Never holds a value of its own."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

from reprieve.errors import BadInput
from reprieve.rules.entry import Entry, read_not_encoded, read_rule, read_series
from reprieve.rules.pack import Pack, RulesInForce, make_pack
from reprieve.rules.rule import NotEncoded, Rule

CASES: Final = "cases.toml"
_PARTS: Final = ("rule", "series", "not_encoded")


def rules(place: str, on: date, lender_type: str | None = None, product: str | None = None) -> RulesInForce:
    """Return the rules of a place in force on a day, for a lender type and a product where they are said.

    `on` is the date the rules apply by: the contract's, the accruing day's, the event's or the filing's.

    >>> rules("cn", date(2026, 11, 23), "bank").get("penalty.multiple_most").value
    Decimal('1.5')
    """
    return load(place).on(on, lender_type, product)


@cache
def load(place: str) -> Pack:
    """Return the pack of a place, checked; read once. Raises `BadInput` naming file, rule and field."""
    return pack_of(place, pack_texts(place))


def load_with(place: str, added: Mapping[str, str]) -> Pack:
    """Return the pack of a place with a user's own files added, TOML texts by name; the pack's own rules stay."""
    return pack_of(place, {**pack_texts(place), **added})


def places() -> tuple[str, ...]:
    """Return the places that have a pack."""
    folders = files("reprieve.rules").joinpath("packs").iterdir()
    return tuple(sorted(folder.name for folder in folders if folder.is_dir() and not folder.name.startswith("_")))


def pack_of(place: str, texts: Mapping[str, str]) -> Pack:
    """Return the pack that TOML texts hold, by file name. Raises `BadInput` naming file, rule and field."""
    found: list[Rule] = []
    left_out: list[NotEncoded] = []
    for name, text in texts.items():
        for part, entry in _entries(f"{place}/{name}", text):
            if part == "not_encoded":
                left_out.append(read_not_encoded(entry))
            else:
                found += read_series(entry) if part == "series" else [read_rule(entry)]
    return make_pack(place, found, left_out)


def pack_texts(place: str) -> dict[str, str]:
    """Return the texts of a pack's files by name, its worked cases left out. Raises `BadInput` for no such pack."""
    known = places()
    if place not in known:
        raise BadInput("place", f'"{place}"', f"a place with a rule pack: {', '.join(known)}", code="unknown_place")
    folder = files("reprieve.rules").joinpath("packs", place)
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".toml") and file.name != CASES)
    return {name: folder.joinpath(name).read_text("utf-8") for name in names}


def read_toml(file: str, text: str) -> dict[str, Any]:
    """Return the document a TOML text holds. Raises `BadInput` naming the file and the line."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(file, str(error), "a TOML document", code="document") from None


def _entries(file: str, text: str) -> list[tuple[str, Entry]]:
    document = read_toml(file, text)
    for part, entries in document.items():
        if part not in _PARTS or not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
            raise Entry(file, "the file", document).wrong(part, part, "[[rule]], [[series]] and [[not_encoded]] alone")
    return [
        (part, Entry(file, f"{part} {number} ({table.get('key', 'without a key')})", table))
        for part, entries in document.items()
        for number, table in enumerate(entries, 1)
    ]
