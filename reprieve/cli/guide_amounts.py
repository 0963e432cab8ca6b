"""Figures as people type them: `8000`, `8,000.50`, `¥8000`, `8000 元`; `60`; `10%`. Never rounds or guesses.

What does not fit is sent back by the flag it was given to, with what would be right.
"""

import re
from decimal import Decimal
from typing import Final

from reprieve.errors import BadInput
from reprieve.lending.guide.request import AMOUNT_MOST
from reprieve.words import words

_MARKS: Final = re.compile(r"[¥￥$€£\s]|元|块|CNY|RMB|USD|EUR|GBP", re.IGNORECASE)
_AMOUNT: Final = re.compile(r"-?[0-9]{1,13}(\.[0-9]{1,4})?")
_GROUPED: Final = re.compile(r"-?[0-9]{1,3}([,，][0-9]{3})+(\.[0-9]{1,4})?")


def minor_units(where: str, typed: str, currency: str, *, least: int | None = 0) -> int:
    """Return an amount in minor units. Raises `BadInput`; `least` None lets an amount be below zero."""
    from babel.numbers import get_currency_precision

    digits = get_currency_precision(currency)
    given = _MARKS.sub("", typed.replace("−", "-"))
    grouped = re.sub("[,，]", "", given) if _GROUPED.fullmatch(given) else given
    allowed = f"an amount such as 8000 or 8,000.50, at most {AMOUNT_MOST // 10**digits:,}"
    if not _AMOUNT.fullmatch(grouped):
        raise BadInput(where, typed, allowed, code="amount")
    minor = Decimal(grouped).scaleb(digits)
    if minor % 1:
        raise BadInput(where, typed, f"an amount with at most {digits} decimals", code="amount")
    if (least is not None and minor < least) or abs(minor) > AMOUNT_MOST:
        raise BadInput(where, typed, f"{allowed}, not below 0" if minor < 0 else allowed, code="amount")
    return int(minor)


def monthly_fee(typed: str, currency: str) -> dict[str, str | int]:
    """Return a monthly fee: a share of the money first borrowed (`0.5%`), or an amount (`40`). Raises `BadInput`."""
    if any(mark in typed for mark in "%％‰"):
        return {"rate": typed}
    return {"amount": minor_units("--fee", typed, currency)}


def whole(where: str, typed: str, least: int, most: int) -> int:
    """Return a whole number from `least` to `most`. Raises `BadInput`."""
    given = typed.strip().replace("−", "-")
    if not re.fullmatch("-?[0-9]{1,9}", given) or not least <= int(given) <= most:
        raise BadInput(where, typed, f"a whole number from {least} to {most:,}", code="whole")
    return int(given)


def part(where: str, typed: str) -> str:
    """Return a part of something, `0.1` or `10%`, as a decimal string. Raises `BadInput`."""
    given = typed.strip().replace("％", "%")
    number = Decimal(given.rstrip("%")) if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,4})?%?", given) else Decimal(2)
    share = number.scaleb(-2) if given.endswith("%") else number
    if share > 1:
        raise BadInput(where, typed, "a part of what is left, such as 0.1 or 10%, at most 100%", code="part")
    return f"{share:f}"


def in_major(text: str, currency: str) -> str:
    """Return words about minor units as words about money, for a person who typed money."""
    told = re.sub("([0-9]+) minor units", lambda found: words("en").money(int(found[1]), currency), text)
    return told.replace(", in minor units", "")
