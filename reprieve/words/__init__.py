"""Words in Chinese and English: keyed messages from two gettext catalogues, money and dates as each language writes.

The `.po` files are read as they are, so a plain checkout needs no compile step. Never decides what to say.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Final

from reprieve.words.message import Both, Count, Figure, Message, Money, Name, On, Percent, Term

_COUNTED: Final = re.compile(
    r"\{(\w+)\} (?:more |connected |worked )?"
    r"(?:calls|cases|days|debts|instalments|keys|months|payments|problems|rules|times|years)\b"
)
"""A figure and what it counts, in the plural."""
LANGUAGES: Final = {"zh": "zh_Hans", "en": "en"}
"""The languages, and the locale each is written for."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language."""

    language: str
    messages: Mapping[str, str]

    def text(self, key: str, **figures: object) -> str:
        """Return the message of a key with its figures filled in. A key without a message is a mistake of ours."""
        template = self.messages[key]
        return (_in_number(template, figures) if self.language == "en" else template).format(**figures)

    def say(self, message: Message, currency: str) -> str:
        """Return a message in this language, its figures written as the language writes them."""
        shown = {name: self._shown(figure, currency) for name, figure in message.figures.items()}
        return self.text(message.key, **shown)

    def _shown(self, figure: Figure, currency: str) -> str:
        match figure:
            case Money():
                return self.money(figure.minor, currency)
            case Percent():
                return f"{figure.percent.normalize():,f}%"
            case On():
                return self.day(figure.day)
            case Count():
                return str(figure.count)
            case Term():
                return self.text(figure.term)
            case Both():
                return figure.zh if self.language == "zh" else figure.en
            case Name():
                return figure.name

    def money(self, minor: int, currency: str, *, symbol: bool = True) -> str:
        """Return minor units as this language writes money: `¥8,000.00`, or `8,000.00` without the symbol."""
        from babel.numbers import format_currency, get_currency_precision, get_currency_symbol

        digits = get_currency_precision(currency)
        sign = get_currency_symbol(currency, "zh_Hans" if currency == "CNY" else self._locale) if symbol else ""
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        shown = format_currency(Decimal(abs(minor)).scaleb(-digits), currency, pattern, self._locale)
        return f"{'−' if minor < 0 else ''}{sign}{shown}"

    def currency(self, currency: str) -> str:
        """Return what a currency is called: `人民币`, `Chinese yuan`."""
        from babel.numbers import get_currency_name

        return get_currency_name(currency, 2, self._locale)

    def day(self, on: date) -> str:
        """Return a day as a sentence writes it: `2026年3月1日`, `1 March 2026`."""
        from babel.dates import format_date

        pattern = "y年M月d日" if self.language == "zh" else "d MMMM y"
        return format_date(on, pattern, self._locale)

    def percent(self, rate: Decimal, places: int = 2) -> str:
        """Return a rate that is already in percent, to a number of decimals: `18.00%`."""
        return f"{rate:,.{places}f}%"

    @property
    def _locale(self) -> str:
        return LANGUAGES[self.language]


def words(language: str) -> Words:
    """Return the words of a language, `zh` or `en`."""
    return Words(language, _messages(LANGUAGES[language]))


def language_of(environment: Mapping[str, str] = os.environ) -> str:
    """Return the language a person's locale asks for: `zh` for a Chinese one, else `en`."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return "zh" if environment[name].lower().startswith("zh") else "en"
    return "en"


def _in_number(template: str, figures: Mapping[str, object]) -> str:
    """Return English words with what is counted in the singular where its figure is one.

    >>> _in_number("for {months} months", {"months": 1})
    'for {months} month'
    """
    return _COUNTED.sub(lambda found: found[0][:-1] if str(figures.get(found[1])) == "1" else found[0], template)


@cache
def _messages(locale: str) -> Mapping[str, str]:
    from babel.messages.pofile import read_po

    with files("reprieve.words").joinpath(f"{locale}.po").open("rb") as file:
        catalogue = read_po(file, locale=locale, abort_invalid=True)
    return {str(message.id): str(message.string) for message in catalogue if message.id}
