"""What a lender may write to a customer: each wording with its purpose and the figures it takes. Holds no words itself.

The words are in the catalogues under the same key. A figure comes as a JSON value and is read here, once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from reprieve.errors import BadInput
from reprieve.lending.contact import Purpose
from reprieve.words import Words
from reprieve.words.message import Count, Figure, Message, Money, Name, On

SUBJECT: Final = "message.subject"
TEXT_LETTERS_MOST: Final = 2_000


@dataclass(frozen=True, slots=True)
class Wording:
    """One thing to write: the key of its words, what it is for, and its figures by name and kind."""

    key: str
    purpose: Purpose
    figures: Mapping[str, str]


WORDINGS: Final[Mapping[str, Wording]] = {
    "due_soon": Wording("message.due_soon", "notice", {"amount": "money", "due_on": "day"}),
    "in_grace": Wording("message.in_grace", "notice", {"amount": "money", "due_on": "day", "last_on": "day"}),
    "overdue": Wording("message.overdue", "collection", {"amount": "money", "due_on": "day"}),
    "credit_record.prior_notice": Wording("message.credit_record", "notice", {"days": "count", "on": "day"}),
    "help_received": Wording("message.help_received", "service", {"contract": "text"}),
    "help_ended": Wording("message.help_ended", "service", {"contract": "text"}),
    "promise_noted": Wording("message.promise_noted", "service", {"amount": "money", "due_on": "day"}),
    "reply": Wording("message.reply", "service", {"text": "text"}),
}
"""What there is to write, by name. A message keeps the name."""


def message_of(wording: str, figures: Mapping[str, Any], lender: str) -> Message:
    """Return the message of a wording. Raises `BadInput` for a name or a figure that it does not know, or lacks."""
    if wording not in WORDINGS:
        raise BadInput("wording", f'"{wording}"', f"one of {', '.join(WORDINGS)}", code="unknown_word")
    kinds = WORDINGS[wording].figures
    for name in figures:
        if name not in kinds:
            raise BadInput(f"figures.{name}", "a figure that is not known", ", ".join(kinds), code="unknown_key")
    read = {name: _figure(name, kind, figures.get(name)) for name, kind in kinds.items()}
    return Message(WORDINGS[wording].key, {"lender": Name(lender), **read})


def in_words(message: Message, say: Words, currency: str) -> tuple[str, str]:
    """Return a message's subject and text; the subject says nothing of the debt, since others may see it."""
    lender = message.figures["lender"]
    return say.say(Message(SUBJECT, {"lender": lender}), currency), say.say(message, currency)


def purpose_of(wording: str) -> Purpose:
    """Return what a wording is for; one that is no longer known is taken for the most guarded."""
    return WORDINGS[wording].purpose if wording in WORDINGS else "collection"


def _figure(name: str, kind: str, value: Any) -> Figure:
    read, allowed = _READERS[kind]
    figure = None if value is None else read(value)
    if figure is None:
        found = "nothing" if value is None else f"{value!r}"[:100]
        raise BadInput(f"figures.{name}", found, allowed, code="figure")
    return figure


def _money(value: Any) -> Figure | None:
    return Money(value) if type(value) is int and 0 <= value < 2**53 else None


def _day(value: Any) -> Figure | None:
    try:
        return On(date.fromisoformat(value))
    except (TypeError, ValueError):
        return None


def _count(value: Any) -> Figure | None:
    return Count(value) if type(value) is int and 0 <= value < 10**6 else None


def _text(value: Any) -> Figure | None:
    is_good = isinstance(value, str) and len(value.strip()) > 0 and len(value) <= TEXT_LETTERS_MOST
    return Name(value) if is_good else None


_READERS: Final[Mapping[str, tuple[Callable[[Any], Figure | None], str]]] = {
    "money": (_money, "minor units, a whole number from 0"),
    "day": (_day, "a day written YYYY-MM-DD"),
    "count": (_count, "a whole number from 0"),
    "text": (_text, f"a text of 1 to {TEXT_LETTERS_MOST:,} characters"),
}
