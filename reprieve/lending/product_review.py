"""What the rule pack says of a product before it is published: refusals and findings. Decides on no loan."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from reprieve.errors import Refusal
from reprieve.lending.case import Case, signed
from reprieve.lending.lawfulness import as_shown, late_rate, months_of, penalty_rate
from reprieve.lending.product import Product, contract_of, corners
from reprieve.rules import Pack, Rule, RulesInForce, load
from reprieve.rules.cost_ceiling import findings
from reprieve.rules.figure import exact, whole
from reprieve.rules.penalty import limits
from reprieve.rules.refusal import refuse


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the rule pack has to say about a product that does not forbid it."""

    rule: Rule
    because: str


@dataclass(frozen=True, slots=True)
class Review:
    """What the rule pack says of a product: it may be published only without refusals. `example` is its worked case."""

    pack_hash: str
    refusals: tuple[Refusal, ...]
    findings: tuple[Finding, ...]
    example: Case

    @property
    def may_publish(self) -> bool:
        """Whether nothing forbids the product."""
        return not self.refusals


Found = dict[tuple[str, str], Finding]
"""Findings by rule and topic."""


def review(product: Product, on: date) -> Review:
    """Return what the rules of a day say of a product, tried at its extreme contracts."""
    pack = load(product.place)
    cases = [contract_of(product, choice) for choice in corners(product)]
    dearest_first = sorted(cases, key=lambda case: cost_measures(case)["irr_effective"], reverse=True)
    refusals: dict[str, Refusal] = {}
    found: Found = {}
    for case in dearest_first:
        for no in (*_ceilings(product, pack, on, case, found), *_terms(product, pack, on, case, found)):
            refusals.setdefault(no.rule, no)
    return Review(pack.content_hash, tuple(refusals.values()), tuple(found.values()), cases[0])


def _ceilings(product: Product, pack: Pack, on: date, case: Case, found: Found) -> Iterator[Refusal]:
    """Yield a refusal for each ceiling a contract exceeds; ceilings that only flag, or are unknown, are findings."""
    judged = findings(
        pack, on, cost_measures(case), lender_type=product.lender_type, product=product.kind,
        term_months=months_of(case.file.contract),
    )  # fmt: skip
    for one in judged:
        rule, most = one.ceiling.rule, one.ceiling.rate
        if one.verdict == "refuse":
            because = f"{rule.says['en']} The product would cost {one.measured:f} a year; the ceiling is {most:f}."
            yield replace(refuse(rule, "en"), because=because)
        elif one.verdict == "flag":
            _find(found, rule, "cost", f"The cost is {one.measured:f} a year, above {most:f}.")
        elif one.verdict != "within":
            _find(found, rule, "unknown", "The ceiling of that day is not known to the pack; load its reference rate.")
        if most is not None and _penalty_passes(case, rule, most):
            _find(
                found, rule, "late", f"Penalty interest can pass {most:f} a year; write the ceiling into the contract."
            )


def _penalty_passes(case: Case, rule: Rule, most: Decimal) -> bool:
    """Return whether late interest can pass a ceiling that counts it, and no ceiling of the contract's own stops it."""
    counted = rule.value.get("counts", ()) if isinstance(rule.value, Mapping) else ()
    contract = case.file.contract
    rate = late_rate(contract)
    return rate is not None and rate > most and bool({"penalty_interest", "overdue_interest"} & {*counted})


def cost_measures(case: Case) -> dict[str, Decimal]:
    """Return the whole cost a year of a contract paid as signed, as a share, by the ceilings' measures."""
    return {measure: as_shown(rate) for measure, rate in signed(case).measures.items()}


def _terms(product: Product, pack: Pack, on: date, case: Case, found: Found) -> Iterator[Refusal]:
    """Yield a refusal for each other term outside the rules: penalty rate, length, sum, early payment, deductions."""
    contract = case.file.contract
    rules = pack.on(on, product.lender_type, product.kind)
    bounds = limits(pack, on, contract.annual_rate.per_year(contract.day_count), lender_type=product.lender_type)
    rate = penalty_rate(contract)
    if rate is not None and bounds is not None:
        verdict = bounds.verdict(rate)
        if verdict != "within":
            yield refuse(bounds.rules[0 if verdict == "below" else 1], "en")
    most = rules.find("loan.amount_most")
    if most is not None and contract.currency == most.currency and contract.principal > whole(most):
        yield refuse(most, "en")
    yield from _length(rules, case, found)
    yield from _early_payment(rules, case, found)
    advance = rules.find("disbursement.interest_deducted_in_advance")
    if advance is not None and advance.value is False and any(fee.collected == "deducted" for fee in contract.fees):
        _find(found, advance, "deducted", "A fee is deducted from the money paid out; it must not be interest.")


def _length(rules: RulesInForce, case: Case, found: Found) -> Iterator[Refusal]:
    longest = rules.find("loan.consumption_years_most")
    if longest is None or months_of(case.file.contract) <= 12 * whole(longest):
        return
    relaxed = rules.find("loan.temporary_relaxation")
    years = relaxed.value["consumption_years_most"] if relaxed and isinstance(relaxed.value, Mapping) else 0
    if relaxed is None or months_of(case.file.contract) > 12 * years:
        yield refuse(longest, "en")
    else:
        _find(
            found, relaxed, "length", f"Longer than {whole(longest)} years, which is allowed for the time being only."
        )


def _early_payment(rules: RulesInForce, case: Case, found: Found) -> Iterator[Refusal]:
    share, fee = rules.find("prepayment.fee_share_most_over_a_year_left"), case.file.contract.prepayment.fee
    if share is None or fee is None:
        return
    if fee.percent is not None and fee.percent > exact(share):
        yield refuse(share, "en")
    elif fee.fixed is not None:
        _find(found, share, "early", "A fixed fee for paying early can exceed the share allowed.")


def _find(found: Found, rule: Rule, topic: str, because: str) -> None:
    """Note a finding; the first of a rule and topic is of the dearest contract, and stays."""
    found.setdefault((rule.key, topic), Finding(rule, because))
