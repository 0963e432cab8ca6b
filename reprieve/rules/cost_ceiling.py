"""Ceilings on cost: which ones a contract meets, and which it exceeds. Never measures a cost: measured rates go in.

A ceiling's value is a table: `rate`, or `multiple_of` a reference rate and `multiple`; `measure` names what it limits
(`simple_on_outstanding`, `irr_nominal`, `irr_effective`), `effect` what follows when it is exceeded (`refuse`, `flag`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from reprieve.errors import Refusal
from reprieve.rules.figure import exact
from reprieve.rules.pack import Pack
from reprieve.rules.rule import LEVELS, Rule

MEASURES: Final = ("simple_on_outstanding", "irr_nominal", "irr_effective")
BINDING: Final = LEVELS[: LEVELS.index("department_rule") + 1]
"""The levels whose ceilings refuse where the value does not say otherwise."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """One ceiling of a contract; `rate` is None where the reference rate it hangs on is not known for that day."""

    rule: Rule
    rate: Decimal | None
    measure: str
    effect: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One ceiling beside what was measured. `verdict`: `within`, `flag`, `refuse`, `unknown` or `not_measured`."""

    ceiling: Ceiling
    measured: Decimal | None
    verdict: str

    def refusal(self, language: str) -> Refusal:
        """Return the finding as a refusal: the rule, its sentence and its citation."""
        rule = self.ceiling.rule
        return Refusal(rule.key, rule.says[language], rule.cite(language))


def ceilings(
    pack: Pack,
    on: date,
    *,
    lender_type: str | None = None,
    product: str | None = None,
    term_months: int | None = None,
    made_on: date | None = None,
) -> tuple[Ceiling, ...]:
    """Return the ceilings that certainly hold on a day for a contract, in the order of their keys.

    A ceiling that applies by contract is taken from the day the contract was made (`made_on`, else the day itself).
    """
    held = possible(pack, on, lender_type=lender_type, product=product, term_months=term_months, made_on=made_on)
    return tuple(ceiling for ceiling in held if ceiling.rule.fits(lender_type, product))


def possible(
    pack: Pack,
    on: date,
    *,
    lender_type: str | None = None,
    product: str | None = None,
    term_months: int | None = None,
    made_on: date | None = None,
) -> tuple[Ceiling, ...]:
    """Return the ceilings that hold, or may hold, as far as the lender type and the product were said."""
    made_on = made_on or on
    by_day = [rule for rule in pack.on(on, lender_type, product).all("cost_ceiling.") if rule.applies_by != "contract"]
    made = pack.on(made_on, lender_type, product).all("cost_ceiling.")
    held = sorted((*by_day, *(rule for rule in made if rule.applies_by == "contract")), key=lambda rule: rule.key)
    return tuple(_ceiling(pack, made_on, rule, term_months) for rule in held if _is_ceiling(rule))


def uncertain(pack: Pack, on: date, lender_type: str | None = None, product: str | None = None) -> tuple[Rule, ...]:
    """Return the ceilings of a day that may hold but hang on a lender type or a product that was not said."""
    held = pack.on(on, lender_type, product).all("cost_ceiling.")
    return tuple(rule for rule in held if _is_ceiling(rule) and not rule.fits(lender_type, product))


def findings(
    pack: Pack,
    on: date,
    measured: Mapping[str, Decimal],
    *,
    lender_type: str | None = None,
    product: str | None = None,
    term_months: int | None = None,
) -> tuple[Finding, ...]:
    """Return every ceiling of a contract made that day beside what was measured.

    `measured` gives the whole cost a year by measure; `term_months` is only needed where short loans have their own.
    """
    found = ceilings(pack, on, lender_type=lender_type, product=product, term_months=term_months)
    return beside(found, measured)


def beside(found: Sequence[Ceiling], measured: Mapping[str, Decimal]) -> tuple[Finding, ...]:
    """Return each ceiling beside the cost a year by the measure the ceiling names."""
    return tuple(_finding(ceiling, measured.get(ceiling.measure)) for ceiling in found)


def _finding(ceiling: Ceiling, rate: Decimal | None) -> Finding:
    if ceiling.rate is None:
        return Finding(ceiling, rate, "unknown")
    if rate is None:
        return Finding(ceiling, rate, "not_measured")
    return Finding(ceiling, rate, ceiling.effect if rate > ceiling.rate else "within")


def _is_ceiling(rule: Rule) -> bool:
    value = rule.value
    return rule.unit == "rate_per_year" or (isinstance(value, Mapping) and ("rate" in value or "multiple_of" in value))


def _ceiling(pack: Pack, on: date, rule: Rule, term_months: int | None) -> Ceiling:
    by_level = "refuse" if rule.level in BINDING else "flag"
    if not isinstance(rule.value, Mapping):
        return Ceiling(rule, exact(rule), "irr_effective", by_level)
    value: Mapping[str, Any] = rule.value
    short = value.get("short_months_most")
    rate = value["short_rate"] if short and term_months is not None and term_months <= short else _rate(pack, on, value)
    assert value["measure"] in MEASURES, f"{rule.key}: {value['measure']} is no measure"
    return Ceiling(rule, rate, value["measure"], value.get("effect", by_level))


def _rate(pack: Pack, on: date, value: Mapping[str, Any]) -> Decimal | None:
    if "rate" in value:
        return Decimal(value["rate"])
    reference = pack.on(on).find(value["multiple_of"])
    return None if reference is None else exact(reference) * Decimal(value["multiple"])
