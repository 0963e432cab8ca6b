"""One line of a bank file as money with a reference, and what a whole file came to. Never says whose money it is."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Final

from babel.numbers import get_currency_precision

from reprieve.errors import BadInput
from reprieve.lending.currency import CURRENCIES
from reprieve.lending.field import MONEY_MOST

_PLAIN: Final = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,9})?")


@dataclass(frozen=True, slots=True)
class BankLine:
    """Money that came (positive) or went (negative), in minor units, as one line of a bank file states it.

    `row` is its place in the file, from 1. `key` names the line for ever: the same line in another file has the same
    key, so that it is never booked twice.
    """

    row: int
    booked_on: date
    amount: int
    currency: str
    reference: str
    payer: str
    bank_id: str
    account: str
    is_reversal: bool = False
    key: str = ""


@dataclass(frozen=True)
class Statement:
    """What a bank file held: its lines, the rows that could not be read with why, and its own control balances."""

    lines: tuple[BankLine, ...]
    errors: tuple[BadInput, ...]
    opening: int | None = None
    closing: int | None = None
    pending: int = 0

    @property
    def total(self) -> int:
        """What the lines sum to, in minor units."""
        return sum(line.amount for line in self.lines)


def keyed(lines: Iterable[BankLine]) -> tuple[BankLine, ...]:
    """Return lines with their keys: the bank's own id where there is one, else all that the line says.

    Lines of one file that say exactly the same are told apart by their turn: two equal payments are two payments.
    """
    seen: Counter[str] = Counter()
    named = []
    for line in lines:
        said = [line.account, line.bank_id] if line.bank_id else _content(line)
        turn = seen["\x1f".join(said)]
        seen["\x1f".join(said)] += 1
        named.append(replace(line, key=sha256("\x1f".join([*said, str(turn)]).encode()).hexdigest()))
    return tuple(named)


def repeated_ids(lines: Iterable[BankLine]) -> list[BankLine]:
    """Return the lines whose bank id another line before them has with other words: the file contradicts itself."""
    first: dict[tuple[str, str], BankLine] = {}
    repeated = []
    for line in lines:
        if line.bank_id:
            known = first.setdefault((line.account, line.bank_id), line)
            if known is not line:
                repeated.append(line)
    return repeated


def minor_units(text: str, currency: str, path: str) -> int:
    """Return a plain decimal amount as minor units, exact. Raises `BadInput` where it has more digits than those.

    >>> minor_units("733.44", "CNY", "row 1")
    73344
    """
    if currency not in CURRENCIES:
        raise BadInput(path, repr(currency), "a currency of ISO 4217, such as CNY", code="currency")
    digits = get_currency_precision(currency)
    allowed = f"an amount in {currency} with at most {digits} decimals, such as {Decimal(123456).scaleb(-digits)}"
    if not _PLAIN.fullmatch(text):
        raise BadInput(path, repr(text), allowed, code="amount")
    scaled = Decimal(text).scaleb(digits)
    if scaled % 1 or abs(scaled) > MONEY_MOST:
        raise BadInput(path, repr(text), allowed, code="amount")
    return int(scaled)


def _content(line: BankLine) -> list[str]:
    return [
        line.account, line.booked_on.isoformat(), str(line.amount), line.currency, line.reference, line.payer,
    ]  # fmt: skip
