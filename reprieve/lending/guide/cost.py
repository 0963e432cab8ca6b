"""What a credit really costs a year, and whether that is above a legal ceiling: the engine's rates beside the pack's.

What is counted is said each time. Never calls a charge unlawful; it says what a rule says and what may be asked.
"""

from decimal import Decimal
from typing import Any, Final

import reprieve
from reprieve.errors import BadInput
from reprieve.lending.guide.ceiling import Ceiling, ceilings_of
from reprieve.lending.guide.guide_answer import Cost, Finding, as_percent
from reprieve.lending.guide.law import Law, claimed, in_words, told
from reprieve.lending.guide.request import Original, OwnFee
from reprieve.lending.guide.terms import Terms, flat_case, signed_case
from reprieve.words.message import Count, Figure, Message, Money, Name, Percent

MONTHS_ASSUMED: Final = 12
_PLACES: Final = Decimal("0.000001")
_SHOWN: Final = Decimal("0.01")


def cost_of(terms: Terms, law: Law, ceiling: Ceiling | None) -> Cost:
    """Return the yearly cost of the credit as signed and of being late, with the findings beside a ceiling."""
    rates = _rates(terms)
    nominal = rates[0] if rates else as_percent(terms.rate) if terms.is_rate_known else None
    findings = [] if ceiling is None else [*_ordinary(terms, ceiling, rates), *_late(terms, ceiling)]
    return Cost(
        contract_percent=as_percent(terms.rate) if terms.is_rate_known else None,
        late_percent=as_percent(terms.late_rate) if terms.is_rate_known else None,
        nominal_percent=nominal,
        effective_percent=rates[1] if rates else None,
        ceiling_percent=as_percent(ceiling.rate) if ceiling else None,
        messages=(*_messages(terms, nominal), *_told(terms, law, ceiling), *_forbidden(law, ceiling, nominal)),
        findings=tuple(findings),
    )


def as_signed(terms: Terms) -> Original | None:
    """Return the loan as signed; where fees are known but not the loan, what is owed over twelve months."""
    if terms.debt.original is not None or not terms.debt.fees:
        return terms.debt.original
    principal = terms.parts["principal"] + terms.not_due
    return Original.model_construct(principal=principal, instalments=MONTHS_ASSUMED) if principal else None


def _rates(terms: Terms) -> tuple[Decimal, Decimal] | None:
    """Return the nominal and the effective rate a year of all payments as signed, in percent."""
    original = as_signed(terms)
    if original is None or not terms.is_rate_known:
        return None
    fees = [_fee(fee) for fee in terms.debt.fees]
    if terms.debt.flat_rate is not None:
        case = flat_case(original, terms.debt.flat_rate.value, terms.currency, fees)
    else:
        case = signed_case(original, terms.rate, terms.currency, fees)
    try:
        apr = reprieve.cost(case)["apr"]
    except BadInput:
        path, allowed = f"$.debts[{terms.place}].fees", "fees that leave something of the money borrowed"
        raise BadInput(path, "fees as large as the loan", allowed, code="fees_absurd") from None
    return _exact(apr["cn_simple"]), _exact(apr["cn_irr"])


def _exact(percent: Any) -> Decimal:
    return Decimal(str(percent)).quantize(_PLACES)


def _fee(fee: OwnFee) -> dict[str, Any]:
    charged: dict[str, Any] = {"name": fee.name, "payee": "lender", "when": "each_instalment"}
    if fee.when == "once":
        charged["when"] = "disbursement"
    if fee.amount is not None:
        return charged | {"amount": fee.amount}
    assert fee.rate is not None, "a fee has an amount or a rate"
    return charged | {"rate": f"{fee.rate.value:f}"}


def _ordinary(terms: Terms, ceiling: Ceiling, rates: tuple[Decimal, Decimal] | None) -> list[Finding]:
    """Set the cost as agreed beside a ceiling; a rate that comes from payments in fen is compared to two decimals."""
    if not terms.is_rate_known:
        return []
    percent = rates[0].quantize(_SHOWN) if rates else terms.rate * 100
    counted = [Message("guide.counted.interest", {"rate": Percent(as_percent(terms.rate))})]
    if terms.debt.flat_rate is not None:
        counted = [Message("guide.counted.flat", {"flat": Percent(as_percent(terms.debt.flat_rate.value))})]
    counted += [_fee_counted(fee) for fee in terms.debt.fees]
    return [_finding("ordinary", percent, ceiling, tuple(counted))]


def _fee_counted(fee: OwnFee) -> Message:
    name, key = Name(fee.name), f"guide.counted.fee_{fee.when}"
    if fee.amount is not None:
        return Message(key, {"name": name, "amount": Money(fee.amount)})
    assert fee.rate is not None, "a fee has an amount or a rate"
    return Message(f"{key}_share", {"name": name, "share": Percent(as_percent(fee.rate.value))})


def _late(terms: Terms, ceiling: Ceiling) -> list[Finding]:
    if not terms.is_rate_known:
        return []
    rate, multiple = Percent(as_percent(terms.rate)), Name(f"{terms.multiple.normalize():f}")
    counted = Message("guide.counted.late", {"rate": rate, "multiple": multiple})
    if terms.multiple == 1:
        counted = Message("guide.counted.late_same", {"rate": rate})
    return [_finding("late", terms.late_rate * 100, ceiling, (counted,))]


def _finding(charge: Any, percent: Decimal, ceiling: Ceiling, counted: tuple[Message, ...]) -> Finding:
    most = as_percent(ceiling.rate)
    is_above = percent > ceiling.rate * 100
    side = "above" if is_above else "within"
    sure = "" if ceiling.is_certain else "_if"
    shown = percent.quantize(_SHOWN)
    figures: dict[str, Figure] = {"percent": Percent(percent if shown == most else shown), "ceiling": Percent(most)}
    message = claimed(f"guide.finding.{charge}_{side}{sure}", ceiling.rule, **figures)
    return Finding(
        charge=charge, percent=percent.quantize(_PLACES), ceiling_percent=most, is_above=is_above,
        effect=ceiling.effect, message=message, counted=counted,
    )  # fmt: skip


def _messages(terms: Terms, nominal: Decimal | None) -> list[Message]:
    if nominal is None:
        return [Message("guide.cost.unknown")]
    original = as_signed(terms)
    if original is None:
        return [Message("guide.cost.rate_alone", {"percent": Percent(nominal.quantize(_SHOWN))})]
    figures: dict[str, Figure] = {"amount": Money(original.principal), "count": Count(original.instalments)}
    key = "guide.cost.as_signed" if terms.debt.original is not None else "guide.cost.assumed_loan"
    return [Message(key, figures)]


def _told(terms: Terms, law: Law, ceiling: Ceiling | None) -> list[Message]:
    """Return what else the rules say about the cost: without a figure, or where one needs the day of the contract."""
    said = told(law, "cost_ceiling.card_review")
    if any(fee.when == "once" and fee.is_deducted for fee in terms.debt.fees):
        said += told(law, "disbursement.interest_deducted_in_advance")
    if ceiling is None:
        said.append(Message("guide.cost.no_ceiling"))
        said += told(law, "cost_ceiling.private_lending") if law.is_private else []
    return said


def _forbidden(law: Law, ceiling: Ceiling | None, nominal: Decimal | None) -> list[Message]:
    """Return the rules, beside the one compared with, that forbid a contract of this cost, in their own words."""
    if ceiling is None or nominal is None:
        return []
    percent = nominal.quantize(_SHOWN)
    others = [one for one in ceilings_of(law) if one.is_certain and one.key != ceiling.key]
    return [in_words(one.rule) for one in others if one.effect == "refuse" and percent > one.rate * 100]
