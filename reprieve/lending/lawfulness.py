"""What the rules say of a contract as signed: its cost beside each ceiling, its penalty rate beside the limits.

Never computes interest and never refuses by itself: a finding says what was measured and counted, and a door acts on
it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from reprieve.lending.case_file import CaseFile, Rules
from reprieve.lending.contract import Contract
from reprieve.rules import Pack, Rule, RulesInForce, load
from reprieve.rules.cost_ceiling import BINDING, Ceiling, beside, ceilings, uncertain
from reprieve.rules.figure import exact
from reprieve.rules.high_cost_cap import is_capped, measures
from reprieve.rules.month_steps import months_after
from reprieve.rules.penalty import limits
from reprieve.rules.rule import plain
from reprieve.words.message import Figure, Message, Money, Name, Percent

IRR_MEASURES: Final = ("irr_nominal", "irr_effective")
_LATE_COSTS: Final = frozenset({"penalty_interest", "overdue_interest"})
_SHOWN: Final = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Signed:
    """A contract as it was signed: what it costs a year by each measure, as a share, and in minor units.

    `charges` are interest and every fee, those outside an APR included; `spans` how much principal is in use for how
    many days.
    """

    measures: Mapping[str, Decimal]
    charges: int
    spans: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Charge:
    """What a finding is about, by which measure, and what was counted: components, and fees by name."""

    about: str
    measure: str
    counted: tuple[str, ...]
    counted_fees: tuple[str, ...] = ()


def is_judged(file: CaseFile) -> bool:
    """Return whether anything judges the contract at signing: a rule pack, or a ceiling of its own on all its flows."""
    return file.rules is not None or any(ceiling.measure in IRR_MEASURES for ceiling in file.contract.ceilings)


def lawfulness_of(file: CaseFile, signed: Signed, on: date | None = None) -> dict[str, Any]:
    """Return what is found of a contract, by the rules of the day it was made; the published `lawfulness`.

    Rules that go by another day, such as that of a suit, are those of the day `on`, else of the contract's day too.
    """
    on = on or file.contract.disbursed_on
    findings, not_judged, pack = list(_own(file.contract, signed)), [], None
    if file.rules is not None:
        pack, scope = load(file.rules.place), _scope(file.rules)
        findings += _by_pack(pack.on(on, *scope), file.contract, signed)
        not_judged = [rule.key for rule in (*uncertain(pack, on, *scope), *_cap_unsure(pack, on, scope))]
    return {
        "on": on.isoformat(),
        "place": pack and pack.place,
        "pack_hash": pack and pack.content_hash,
        "findings": findings,
        "not_judged": list(dict.fromkeys(not_judged)),
        "is_refused": any(finding["verdict"] == "refuse" for finding in findings),
    }


def message_of(finding: Mapping[str, Any]) -> Message:
    """Return what a finding says, with its figures."""
    name = str(finding["verdict"])
    if finding["rule"].endswith("_least") and name != "within":
        name = f"{name}_below"
    figures: dict[str, Figure] = {}
    for key in ("measured", "limit"):
        if finding[key] is not None:
            figures[key] = _figure(finding["measure"], Decimal(finding[key]))
    unit = {"daily_share": "day", "total_share": "whole", "default_fees": "fees"}.get(finding["measure"], "year")
    return Message("lawful.unknown" if name == "unknown" else f"lawful.{name}_{unit}", figures, finding["rule"])


def counted_of(finding: Mapping[str, Any]) -> Message:
    """Return what was counted."""
    fees = finding["counted_fees"]
    names: dict[str, Figure] = {"fees": Name(", ".join(fees))} if fees else {}
    return Message("lawful.counted_" + "_".join(finding["counted"]), names, finding["rule"])


def months_of(contract: Contract) -> int:
    """Return how many months a contract runs, a begun month counting as a whole one."""
    if contract.period is None:
        last = contract.rows[-1].due_on
    else:
        last = contract.period.after(contract.first_due_on, contract.instalments - 1, contract.due_day)
    start = contract.disbursed_on
    months = max(0, 12 * (last.year - start.year) + last.month - start.month)
    return months if last <= months_after(start, months) else months + 1


def late_rate(contract: Contract) -> Decimal | None:
    """Return what overdue principal bears a year: penalty, and interest where it runs beside it; none without penalty.

    A ceiling of the contract itself, on every day of it, keeps the rate below.
    """
    penalty = penalty_rate(contract)
    if penalty is None:
        return None
    runs_on = contract.interest == "daily" and not _replaces_interest(contract)
    rate = penalty + (contract.annual_rate.per_year(contract.day_count) if runs_on else 0)
    return min([rate, *_own_daily(contract)])


def penalty_rate(contract: Contract) -> Decimal | None:
    """Return the rate a year of penalty interest, nothing where there is none."""
    penalty = contract.penalty
    if penalty is None:
        return None
    if penalty.rate is not None:
        return penalty.rate.per_year(penalty.day_count)
    assert penalty.multiple is not None, "a penalty has a rate or a multiple"
    return contract.annual_rate.per_year(contract.day_count) * penalty.multiple


def _replaces_interest(contract: Contract) -> bool:
    return contract.penalty is not None and contract.penalty.replaces_interest


def _own_daily(contract: Contract) -> list[Decimal]:
    """Return the contract's own ceilings that cut every day of it."""
    return [
        ceiling.rate.per_year(contract.day_count)
        for ceiling in contract.ceilings
        if ceiling.measure == "simple_on_outstanding"
        and ceiling.clamp == "each_day"
        and (ceiling.from_ is None or ceiling.from_ <= contract.disbursed_on)
        and ceiling.to is None
    ]


def _own(contract: Contract, signed: Signed) -> Iterator[dict[str, Any]]:
    """Yield the contract beside each ceiling of its own on an internal rate that holds on the day it was made."""
    for place, ceiling in enumerate(contract.ceilings):
        begins, ends = ceiling.from_ or contract.disbursed_on, ceiling.to
        holds = begins <= contract.disbursed_on and (ends is None or contract.disbursed_on < ends)
        if ceiling.measure in IRR_MEASURES and holds:
            measured, most = as_shown(signed.measures[ceiling.measure]), ceiling.rate.per_year(contract.day_count)
            verdict = "refuse" if measured > most else "within"
            charge = _whole_cost(contract, ceiling.measure)
            yield _finding(f"contract.ceilings[{place}]", None, verdict, charge, figures=(measured, most))


def _by_pack(rules: RulesInForce, contract: Contract, signed: Signed) -> Iterator[dict[str, Any]]:
    held = ceilings(
        rules.pack, rules.on, lender_type=rules.lender_type, product=rules.product,
        term_months=months_of(contract), made_on=contract.disbursed_on,
    )  # fmt: skip
    at_signing = rules.pack.on(contract.disbursed_on, rules.lender_type, rules.product)
    shares = {measure: as_shown(rate) for measure, rate in signed.measures.items()}
    for one in beside(held, shares):
        rule, charge = one.ceiling.rule, _whole_cost(contract, one.ceiling.measure)
        yield _finding(rule.key, rule, one.verdict, charge, figures=(one.measured, one.ceiling.rate))
    yield from _late(held, contract)
    yield from _penalty(at_signing, contract)
    yield from _high_cost(at_signing, contract, signed)


def _late(held: Sequence[Ceiling], contract: Contract) -> Iterator[dict[str, Any]]:
    """Yield what being late bears a year beside each ceiling that counts it."""
    rate = late_rate(contract)
    counted = ("penalty",) if _replaces_interest(contract) or contract.interest != "daily" else ("interest", "penalty")
    charge = _Charge("late", "simple_on_outstanding", counted)
    for ceiling in held:
        counts = ceiling.rule.value.get("counts", ()) if isinstance(ceiling.rule.value, Mapping) else ()
        if rate is not None and ceiling.rate is not None and _LATE_COSTS & {*counts}:
            verdict = ceiling.effect if rate > ceiling.rate else "within"
            yield _finding(ceiling.rule.key, ceiling.rule, verdict, charge, figures=(rate, ceiling.rate))


def _penalty(rules: RulesInForce, contract: Contract) -> Iterator[dict[str, Any]]:
    """Yield the penalty rate beside the lowest and the highest a contract may set."""
    rate, contract_rate = penalty_rate(contract), contract.annual_rate.per_year(contract.day_count)
    found = limits(rules.pack, rules.on, contract_rate, lender_type=rules.lender_type)
    if rate is None or found is None:
        return
    side = found.verdict(rate)
    rule, limit = (found.rules[0], found.rate_least) if side == "below" else (found.rules[1], found.rate_most)
    charge = _Charge("penalty", "penalty_rate", ("penalty",))
    yield _finding(rule.key, rule, "within" if side == "within" else _by_level(rule), charge, figures=(rate, limit))


def _high_cost(rules: RulesInForce, contract: Contract, signed: Signed) -> Iterator[dict[str, Any]]:
    """Yield what the price cap on high-cost short-term credit says, where the pack has one and it reaches this."""
    pack, on = rules.pack, rules.on
    reaches = rules.find("high_cost_cap.apr_least") is not None
    if not reaches or not is_capped(pack, on, apr=signed.measures["irr_effective"], months=months_of(contract)):
        return
    credit, fees = signed.spans[0][0], _late_fees_most(contract)
    found = measures(pack, on, credit=credit, spans=signed.spans, charges=signed.charges, default_fees=fees)
    for rule, amount, base in found:
        name, most = rule.key.removeprefix("high_cost_cap.").removesuffix("_most"), exact(rule)
        is_late = name == "default_fees"
        charge = _Charge("late", name, ("fees",)) if is_late else _whole_cost(contract, name)
        verdict = _by_level(rule) if amount > most * base else "within"
        yield _finding(rule.key, rule, verdict, charge, figures=(Decimal(amount) / base, most))


def _cap_unsure(pack: Pack, on: date, scope: tuple[str | None, str | None]) -> list[Rule]:
    return [rule for rule in pack.on(on, *scope).all("high_cost_cap.") if not rule.fits(*scope)]


def _late_fees_most(contract: Contract) -> int:
    """Return the most that late fees may come to; of a percentage without an end, nothing is known and 0 counts."""
    fee = contract.late_fee
    if fee is None:
        return 0
    each = fee.fixed if fee.fixed is not None else fee.max
    total = fee.cap_total if each is None else each * contract.instalments
    return min(total or 0, fee.cap_total if fee.cap_total is not None else total or 0)


def _finding(
    key: str, rule: Rule | None, verdict: str, charge: _Charge, *, figures: tuple[Decimal | None, Decimal | None]
) -> dict[str, Any]:
    """Return the published finding; `figures` are what was measured and the limit."""
    measured, limit = figures
    return {
        "rule": key,
        "about": charge.about,
        "verdict": verdict,
        "measure": charge.measure,
        "measured": None if measured is None else plain(measured.normalize()),
        "limit": None if limit is None else plain(limit.normalize()),
        "counted": list(charge.counted),
        "counted_fees": list(charge.counted_fees),
        "level": rule and rule.level,
        "says": rule and dict(rule.says),
        "source": rule and {language: rule.cite(language) for language in ("en", "zh")},
    }


def _whole_cost(contract: Contract, measure: str) -> _Charge:
    fees = tuple(dict.fromkeys(fee.name for fee in contract.fees))
    return _Charge("cost", measure, ("interest", "fees") if fees else ("interest",), fees)


def _by_level(rule: Rule) -> str:
    return "refuse" if rule.level in BINDING else "flag"


def _scope(scope: Rules) -> tuple[str | None, str | None]:
    return scope.lender_type, scope.product


def as_shown(rate: Decimal) -> Decimal:
    """Return a share to 1e-4, half up: a ceiling is held against the percent that people are shown, two decimals."""
    return rate.quantize(_SHOWN, ROUND_HALF_UP)


def _figure(measure: str, value: Decimal) -> Figure:
    return Money(int(value)) if measure == "default_fees" else Percent((value * 100).quantize(_SHOWN))
