"""The legal ceilings that stand beside a debt's charges, lowest first. Never holds a rate of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from reprieve.lending.guide.law import Law
from reprieve.rules import Rule
from reprieve.rules.cost_ceiling import possible


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
    """Return the lowest ceiling that applies, or for an unknown lender the highest that may.

    Of equal ones it is that which holds whatever the day of the contract.
    """
    found = sorted(ceilings_of(law), key=lambda one: one.rule.applies_by == "contract")
    certain = [one for one in found if one.is_certain]
    if certain:
        return min(certain, key=lambda one: one.rate)
    return max(found, key=lambda one: one.rate, default=None)


def ceilings_of(law: Law) -> list[Ceiling]:
    """Return every ceiling that can be put as a rate a year: by the day of the contract, or by today, as each says."""
    rules = law.rules
    found = possible(
        rules.pack, rules.on, lender_type=rules.lender_type, product=rules.product, made_on=law.at_signing.on
    )
    return [
        Ceiling(one.rule, one.rate, _is_dated(law, one.rule) and one.rule.fits(rules.lender_type, rules.product))
        for one in found
        if one.rate is not None
    ]


def _is_dated(law: Law, rule: Rule) -> bool:
    """Return whether the day a rule goes by is known."""
    return law.is_signing_known or rule.applies_by != "contract"
