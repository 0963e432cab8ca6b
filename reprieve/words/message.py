"""A message: which words are meant and with which figures. Never holds words of its own, and never chooses a language.

Pure code returns messages; a door turns them into words with `Words.say`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of money."""

    minor: int
    """Minor units of the answer's currency."""


@dataclass(frozen=True, slots=True)
class Percent:
    """A rate or a share."""

    percent: Decimal
    """The rate in percent: 18 is 18 %."""


@dataclass(frozen=True, slots=True)
class On:
    """A day."""

    day: date
    """The day."""


@dataclass(frozen=True, slots=True)
class Count:
    """A number of days, months, calls."""

    count: int
    """The number."""


@dataclass(frozen=True, slots=True)
class Name:
    """Something that is called the same in every language: a name a person gave, a time of day."""

    name: str
    """What it is called."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word that has a message of its own."""

    term: str
    """The key of its message."""


@dataclass(frozen=True, slots=True)
class Both:
    """Words that come from data in both languages, such as the source of a rule."""

    zh: str
    """The Chinese words."""
    en: str
    """The English words."""


Figure = Money | Percent | On | Count | Name | Term | Both


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to say."""

    key: str
    """The key of the words in the catalogues."""
    figures: Mapping[str, Figure] = field(default_factory=dict)
    """What is filled in, by name."""
    rule: str | None = None
    """The key of the rule that grants what is said; null where nothing but the person's own figures is claimed."""
