"""Whose money a bank line is, by the reference it carries and nothing else. Unmatched money stays unmatched."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reprieve.lending.intake.bank_line import BankLine

_WORD: Final = re.compile(r"[0-9A-Z]+")
WORDS_MOST: Final = 6
"""A reference written with spaces or dashes is found where it is at most this many words long."""
TOKEN_LEAST: Final = 6
"""A shorter reference is never looked for inside a text: too much else looks like it."""


@dataclass(frozen=True, slots=True)
class Match:
    """A bank line with the contract it belongs to, or with the reason why nobody can tell."""

    line: BankLine
    contract: str | None
    because: str


def match(lines: Iterable[BankLine], references: Mapping[str, tuple[str, str]]) -> tuple[Match, ...]:
    """Return each line with its contract, where its reference names exactly one.

    `references` are the payment references given to borrowers, each with its contract and the contract's currency.
    Spaces, dashes and case do not matter. Amounts and names are never looked at: a guess would pay someone else's debt.
    """
    known: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for reference, found in references.items():
        known[_plain(reference)].append(found)
    return tuple(_match(line, known) for line in lines)


def candidates(lines: Iterable[BankLine]) -> set[str]:
    """Return what could be a reference in the text of some lines: capitals and figures alone."""
    return {token for line in lines if line.amount > 0 for token in _tokens(line.reference)} - {""}


def _match(line: BankLine, known: Mapping[str, Sequence[tuple[str, str]]]) -> Match:
    if line.amount < 0:
        return Match(line, None, "money went out")
    named = {found for token in _tokens(line.reference) for found in known.get(token, ())}
    if not named:
        return Match(line, None, "no known reference" if line.reference else "no reference")
    if len(named) > 1:
        return Match(line, None, "references of several contracts")
    [(contract, currency)] = named
    if currency != line.currency:
        return Match(line, None, f"money in {line.currency}, the contract is in {currency}")
    return Match(line, contract, "")


def _tokens(reference: str) -> set[str]:
    """Return what in a text could be a reference: its words, and neighbouring words put together."""
    words = _WORD.findall(reference.upper())
    joined = {
        "".join(words[start : start + count])
        for start in range(len(words))
        for count in range(1, WORDS_MOST + 1)
        if start + count <= len(words)
    }
    return {token for token in joined if len(token) >= TOKEN_LEAST} | {_plain(reference)}


def _plain(reference: str) -> str:
    return "".join(_WORD.findall(reference.upper()))
