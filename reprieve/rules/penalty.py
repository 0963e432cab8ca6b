"""Limits of the penalty rate: from which to which rate a contract may set it. Never computes penalty interest."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reprieve.rules.figure import exact
from reprieve.rules.pack import Pack
from reprieve.rules.rule import Rule


@dataclass(frozen=True, slots=True)
class PenaltyLimits:
    """The lowest and the highest penalty rate a year, and the rules that say so."""

    rate_least: Decimal
    rate_most: Decimal
    rules: tuple[Rule, Rule]

    def verdict(self, rate: Decimal) -> str:
        """Return `within`, `below` or `above` for a penalty rate a year."""
        return "below" if rate < self.rate_least else "above" if rate > self.rate_most else "within"


def limits(
    pack: Pack, on: date, contract_rate: Decimal, *, lender_type: str | None = None, is_misuse: bool = False
) -> PenaltyLimits | None:
    """Return the limits of the penalty rate for a contract rate a year, or nothing where the pack sets none.

    `on` is the day of the contract; `is_misuse` asks about a loan used for another purpose, not about an overdue one.

    >>> from reprieve.rules import load
    >>> found = limits(load("cn"), date(2026, 1, 15), Decimal("0.18"), lender_type="bank")
    >>> found.rate_least, found.rate_most
    (Decimal('0.234'), Decimal('0.270'))
    """
    rules = pack.on(on, lender_type)
    name = "penalty.misuse_multiple" if is_misuse else "penalty.multiple"
    least, most = rules.find(f"{name}_least"), rules.find(f"{name}_most")
    if least is None or most is None:
        return None
    return PenaltyLimits(contract_rate * exact(least), contract_rate * exact(most), (least, most))
