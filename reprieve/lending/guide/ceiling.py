"""The legal ceilings that stand beside a debt's charges, lowest first. Never holds a rate of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from reprieve.lending.guide.law import Law
from reprieve.rules import Rule, RulesInForce

PREFIX: Final = "cost_ceiling."


@dataclass(frozen=True)
class Ceiling:
    """One ceiling as a rate a year."""

    rule: Rule
    rate: Decimal
    is_certain: bool
    """Whether it applies for certain; false where the kind of lender was not said."""

    @property
    def key(self) -> str:
        """The key of its rule."""
        return self.rule.key

    @property
    def effect(self) -> str:
        """Whether a contract above it is refused, or the part above may be asked back."""
        said = self.rule.value.get("effect") if isinstance(self.rule.value, Mapping) else None
        return "refuse" if said == "refuse" else "flag"


def ceiling_of(law: Law) -> Ceiling | None:
    """Return the lowest ceiling that applies, or for an unknown lender the highest that may."""
    found = ceilings_of(law)
    certain = [one for one in found if one.is_certain]
    if certain:
        return min(certain, key=lambda one: one.rate)
    return max(found, key=lambda one: one.rate, default=None)


def ceilings_of(law: Law) -> list[Ceiling]:
    """Return every ceiling that can be put as a rate a year: by the day of the contract, or by today, as each says."""
    found = []
    for rules, is_by_contract in ((law.rules, False), (law.at_signing, True)):
        for rule in rules.all(PREFIX):
            rate = _rate_of(rule, rules) if (rule.applies_by == "contract") == is_by_contract else None
            if rate is not None:
                is_dated = law.is_signing_known or not is_by_contract
                found.append(Ceiling(rule, rate, is_dated and rule.fits(rules.lender_type, rules.product)))
    return found


def _rate_of(rule: Rule, rules: RulesInForce) -> Decimal | None:
    """Return a ceiling as a rate a year: stated, or a multiple of a reference rate where that is known that day."""
    value: Any = rule.value if isinstance(rule.value, Mapping) else {"rate": rule.value}
    stated, multiple, of = value.get("rate"), value.get("multiple"), value.get("multiple_of")
    if isinstance(stated, Decimal):
        return stated
    if not isinstance(multiple, Decimal) or not isinstance(of, str):
        return None
    reference = rules.pack.on(rules.on).find(of)
    return reference.value * multiple if reference is not None and isinstance(reference.value, Decimal) else None
