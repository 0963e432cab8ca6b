"""Rates as people read them on a contract or a bill: by the year, month or day, in percent or as a decimal.

Never guesses which of two readings is meant: `18` alone is sent back with the two ways to write it.
"""

import re
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from reprieve.lending.field import Quote, wrong

Unit = Literal["year", "month", "day"]
YEARLY_MOST: Final = 20
"""The highest rate a year the guide reads: 2,000 %."""
YEARLY_LEAST: Final = Decimal("0.005")
"""A bare rate below half a percent a year is nearly always a daily or monthly one; 0 is free of interest."""

_PER: Final[dict[str, Unit]] = {
    "year": "year", "yr": "year", "y": "year", "a": "year", "年": "year",
    "month": "month", "mo": "month", "m": "month", "月": "month", "instalment": "month", "期": "month",
    "day": "day", "d": "day", "日": "day", "天": "day",
}  # fmt: skip
_SCALES: Final = {"": 0, "%": -2, "％": -2, "‰": -3}
_HAN_DIGITS: Final = {word: str(number) for number, word in enumerate("零一二三四五六七八九")}
_SUFFIX: Final = re.compile(
    r"(?P<number>[0-9]{1,6}(?:\.[0-9]{1,15})?)\s*(?P<scale>[%％‰]?)\s*(?:(?:/|per|an|a|每)?\s*(?P<per>[a-z年月日天期]+))?"
)
_PREFIX: Final = re.compile(
    r"(?P<per>[年月日天期])(?:化|利率|利|息|费率|费)*\s*(?P<number>[0-9]{1,6}(?:\.[0-9]{1,15})?)\s*(?P<scale>[%％‰]?)"
)
_TEN_THOUSANDTHS: Final = re.compile(
    r"(?P<per>[年月日天期])?(?:化|利率|利|息)*\s*万(?:分之)?(?P<number>[0-9.]+|[一二三四五六七八九])"
    r"(?:\s*[/每]\s*(?P<each>[年月日天期]))?"
)

EXAMPLES: Final = '"18%", "0.18", "1.5%/month" or "0.05%/day"'
_SCHEMA: Final = {
    "anyOf": [
        {
            "type": "string",
            "description": f"A rate as it is quoted: {EXAMPLES}; a year is meant where none is named.",
            "examples": ["0.18", "18%", "1.5%/month", "0.05%/day"],
        },
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["value", "per"],
            "properties": {
                "value": {"type": "string", "description": "The rate as a decimal string.", "examples": ["0.0005"]},
                "per": {
                    "enum": ["year", "month", "day"],
                    "description": "The time it is quoted for.",
                    "examples": ["day"],
                },
            },
        },
    ]
}


def read_quote(value: object) -> object:
    """Return the rate that words such as "18%" or "0.05%/day" quote; anything but words is left for its own reader."""
    if not isinstance(value, str):
        return value
    number, named, is_bare = _read(value)
    per = named or "year"
    yearly = number * {"year": 1, "month": 12, "day": 365}[per]
    if is_bare and number >= 1:
        raise _which(value, number)
    if is_bare and 0 < yearly < YEARLY_LEAST:
        raise wrong(
            f'a rate a year such as {EXAMPLES}; if a day is meant write "{value}/day"', (), value, "rate_unclear"
        )
    if yearly > YEARLY_MOST:
        found = f"{value}, which is {yearly * 100:f}% a year"
        raise wrong(f"a rate of at most {YEARLY_MOST * 100}% a year, such as {EXAMPLES}", (), found, "rate_absurd")
    if yearly.scaleb(9) % 1:
        raise wrong("a rate with fewer decimals", (), value, "rate_fits")
    return Quote.model_construct(value=number, per=per)


def read_share(value: object) -> object:
    """Return the share of the money borrowed that a fee takes each month: "0.5%", "0.5%/month" or "0.005"."""
    if not isinstance(value, str):
        return value
    number, per, _ = _read(value)
    if per not in (None, "month") or number >= 1 or number.scaleb(9) % 1:
        raise wrong('a share of the money borrowed, a month, such as "0.5%" or "0.005"', (), value, "rate_unclear")
    return Quote.model_construct(value=number, per="month")


def _read(words: str) -> tuple[Decimal, Unit | None, bool]:
    """Return the number as a decimal, the time it is for where one is named, and whether it stood alone."""
    given = words.strip().lower()
    match = _TEN_THOUSANDTHS.fullmatch(given)
    if match:
        digits = _HAN_DIGITS.get(match["number"], match["number"])
        return _decimal(digits, words).scaleb(-4), _PER[match["per"] or match["each"] or "日"], False
    match = _PREFIX.fullmatch(given) or _SUFFIX.fullmatch(given)
    per = match["per"] if match else None
    if match is None or (per is not None and per not in _PER):
        raise wrong(f"a rate such as {EXAMPLES}", (), words, "rate")
    number = _decimal(match["number"], words).scaleb(_SCALES[match["scale"]])
    return number, _PER[per] if per else None, per is None and not match["scale"]


def _decimal(digits: str, words: str) -> Decimal:
    try:
        return Decimal(digits)
    except ArithmeticError:
        raise wrong(f"a rate such as {EXAMPLES}", (), words, "rate") from None


def _which(value: str, number: Decimal) -> PydanticCustomError:
    """Return the question which of two rates is meant."""
    return wrong(
        f'"{number}%" or {number.scaleb(-2)} for {number} percent a year; a bare number is a share, so below 1',
        (),
        value,
        "rate_unclear",
    )


QuotedRate = Annotated[Quote, BeforeValidator(read_quote), WithJsonSchema(_SCHEMA)]
"""A rate in any quoting."""
QuotedShare = Annotated[Quote, BeforeValidator(read_share), WithJsonSchema(_SCHEMA)]
"""A share of the money first borrowed, each month."""
