"""The bounds of a credit card's overdraft rate, a day and a year. Never computes card interest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from reprieve.rules.pack import Pack
from reprieve.rules.rule import Rule

DAYS_OF_YEAR: Final = 365


@dataclass(frozen=True, slots=True)
class CardRate:
    """The least and the most a day; a year is 365 days without compounding. None where no bound holds."""

    least_per_day: Decimal | None
    most_per_day: Decimal | None
    least_per_year: Decimal | None
    most_per_year: Decimal | None


def bounds(pack: Pack, on: date) -> CardRate:
    """Return the bounds of the overdraft rate in force on a day."""
    rules = pack.on(on, product="credit_card")
    daily = [_per_day(rules.find(f"card.overdraft_rate_{end}")) for end in ("least", "most")]
    return CardRate(*daily, *(None if rate is None else rate * DAYS_OF_YEAR for rate in daily))


def _per_day(rule: Rule | None) -> Decimal | None:
    if rule is None:
        return None
    assert isinstance(rule.value, Mapping), "a card rate is a table of rate and per"
    assert rule.value["per"] == "day", "card rates are quoted a day"
    return Decimal(rule.value["rate"])
