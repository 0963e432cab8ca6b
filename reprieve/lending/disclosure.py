"""The cost table shown before signing: every charge, the yearly cost, what being late would cost, and nothing else.

What was shown is stored as shown. Never decides whether a cost is allowed; `product_review` does.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Final

from reprieve.lending.case import Case, cost, schedule
from reprieve.lending.charge import Fee
from reprieve.lending.contract import Contract
from reprieve.lending.lawfulness import penalty_rate
from reprieve.rules import Rule, RulesInForce, rules
from reprieve.words import Words
from reprieve.words.message import Both, Figure, Message, Money, Name, Percent, Term

CONVENTIONS: Final = {
    "cn": (("cn_simple", "disclosure_annualised_simple"), ("cn_irr", "disclosure_annualised_compound")),
    "us": (("us_actuarial", "disclosure_annualised_us"),),
    "eu": (("eu_effective", "disclosure_annualised_eu"),),
    "gb": (("eu_effective", "disclosure_annualised_eu"),),
}
"""By which conventions each place states the yearly cost; where there are two, both are shown by name."""
LENDER: Final = Term("disclosure_lender")
_HUNDREDTH: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Charge:
    """One charge of a loan that is paid as agreed: who receives it, how, by which standard, what it comes to.

    `annualised` is the yearly cost in percent if this were the only charge, by the place's first convention.
    """

    name: str
    payee: str | None
    total: int
    annualised: Decimal
    message: Message


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The cost table: money in minor units, rates in percent. `required_by` is the rule that asks for it, if any."""

    currency: str
    on: date
    principal: int
    received: int
    charges: tuple[Charge, ...]
    annualised: Mapping[str, Decimal]
    total_repaid: int
    finance_charge: int
    messages: tuple[Message, ...]
    required_by: str | None
    confirmed_how: Mapping[str, Any] | None
    pack_hash: str

    def say(self, language: str) -> list[str]:
        """Return the table line by line in a language, `zh` or `en`."""
        said = disclosure_words(language)
        return [said.say(message, self.currency) for message in self.messages]

    def as_shown(self, language: str) -> dict[str, Any]:
        """Return what is stored of a showing, as plain JSON types: the lines as they were read, and the figures."""
        return {
            "on": self.on.isoformat(), "language": language, "lines": self.say(language), "currency": self.currency,
            "principal": self.principal, "received": self.received, "total_repaid": self.total_repaid,
            "finance_charge": self.finance_charge, "required_by": self.required_by, "pack_hash": self.pack_hash,
            "annualised_percent": {name: f"{percent:f}" for name, percent in self.annualised.items()},
            "charges": [
                {"name": one.name, "payee": one.payee, "total": one.total, "annualised_percent": f"{one.annualised:f}"}
                for one in self.charges
            ],
        }  # fmt: skip


@cache
def disclosure_words(language: str) -> Words:
    """Return the words of the cost table in a language."""
    raw = tomllib.loads(files("reprieve.lending").joinpath("disclosure.toml").read_text("utf-8"))
    return Words(language, {key: said[language] for key, said in raw.items()})


def disclosure_of(case: Case, on: date, third_parties: Mapping[str, str] | None = None) -> Disclosure:
    """Return the cost table of a contract that is about to be signed on a day.

    `third_parties` names who receives each fee of a third party, by the fee's name (`Product.third_parties`).
    """
    contract, scope = case.file.contract, case.file.rules
    assert scope is not None, "a disclosure is made under the rules of a place"
    in_force = rules(scope.place, on, scope.lender_type, scope.product)
    whole = cost(case)
    shown = CONVENTIONS[scope.place]
    annualised = {name: _percent(whole["apr"][name]) for name, _ in shown}
    charges = tuple(_charges(case, shown[0][0], third_parties or {}))
    received = contract.principal - sum(
        charge.total for charge, fee in zip(charges[1:], contract.fees, strict=True) if fee.collected == "deducted"
    )
    required, confirmed = in_force.find("disclosure.cost_table"), in_force.find("disclosure.cost_table_confirmed")
    return Disclosure(
        currency=contract.currency, on=on, principal=contract.principal, received=received, charges=charges,
        annualised=annualised, total_repaid=whole["total_repaid"], finance_charge=whole["finance_charge"],
        messages=(
            Message("disclosure_title"),
            Message("disclosure_principal", {"principal": Money(contract.principal), "received": Money(received)}),
            *(charge.message for charge in charges),
            *(Message(words, {"percent": Percent(annualised[name])}, _annual_rule(in_force)) for name, words in shown),
            Message("disclosure_total", {
                "total": Money(whole["total_repaid"]), "charge": Money(whole["total_repaid"] - contract.principal),
            }),
            *contingent_costs(contract),
            Message("disclosure_nothing_else"),
        ),
        required_by=None if required is None else required.key,
        confirmed_how=confirmed.value if confirmed is not None and isinstance(confirmed.value, Mapping) else None,
        pack_hash=in_force.pack.content_hash,
    )  # fmt: skip


def contents(case: Case, table: Disclosure) -> dict[str, Any]:
    """Return each item the place's rule asks a disclosure to contain, by the rule's own names; empty without a rule.

    The amount financed is the principal less finance charges paid before or at disbursement.
    """
    contract, scope = case.file.contract, case.file.rules
    assert scope is not None, "a disclosure is made under the rules of a place"
    rule = rules(scope.place, table.on, scope.lender_type, scope.product).find("disclosure.contents")
    rows = schedule(case)["instalments"]
    first = sum(
        charge.total for charge, fee in zip(table.charges[1:], contract.fees, strict=True)
        if fee.when == "disbursement" and fee.in_apr and fee.collected != "financed"
    )  # fmt: skip
    known: dict[str, Any] = {
        "amount_financed": contract.principal - first,
        "finance_charge": table.finance_charge,
        "annual_percentage_rate": next(iter(table.annualised.values())),
        "payment_schedule": [(row["due_on"], row["due"]) for row in rows],
        "total_of_payments": sum(row["due"] for row in rows),
        "late_charge": [one for one in contingent_costs(contract) if "late" in one.key],
        "prepayment": [one for one in contingent_costs(contract) if "early" in one.key],
    }
    return {item: known[item] for item in _items(rule)}


def _items(rule: Rule | None) -> tuple[str, ...]:
    return rule.value if rule is not None and isinstance(rule.value, tuple) else ()


def contingent_costs(contract: Contract) -> tuple[Message, ...]:
    """Return what only arises when the borrower is late or pays early, each with its standard and who receives it."""
    said = []
    late = penalty_rate(contract)
    if late:
        said.append(Message("disclosure_late_interest", {"rate": Percent(late * 100), "payee": LENDER}))
    fee, early = contract.late_fee, contract.prepayment.fee
    if fee is not None:
        said.append(_contingent("disclosure_late_fee", fee.fixed, fee.percent))
    if not said:
        said.append(Message("disclosure_late_none"))
    if early is not None:
        said.append(_contingent("disclosure_early_fee", early.fixed, early.percent))
    return tuple(said)


def _contingent(words: str, fixed: int | None, share: Decimal | None) -> Message:
    if fixed is not None:
        return Message(f"{words}_fixed", {"amount": Money(fixed), "payee": LENDER})
    assert share is not None, "a fee is an amount or a share"
    return Message(f"{words}_share", {"share": Percent(share * 100), "payee": LENDER})


def _charges(case: Case, convention: str, third_parties: Mapping[str, str]) -> list[Charge]:
    """Return interest first, then every fee in the contract's order, in no way netted or summed together."""
    contract = case.file.contract
    total = schedule(_only(case, ()))["totals"]["interest"]
    rate = contract.annual_rate.per_year(contract.day_count)
    interest = Message("disclosure_interest", {"rate": Percent(rate * 100), "payee": LENDER, "total": Money(total)})
    charges = [Charge("interest", None, total, _percent(cost(_only(case, ()))["apr"][convention]), interest)]
    for fee in contract.fees:
        alone = cost(_only(case, (fee,), annual_rate=0))
        payee = None if fee.payee == "lender" else third_parties[fee.name]
        charges.append(
            _fee_charge(fee, alone, _percent(alone["apr"][convention]), payee=payee, currency=contract.currency)
        )
    return charges


def _fee_charge(fee: Fee, alone: Any, percent: Decimal, *, payee: str | None, currency: str) -> Charge:
    total = alone["finance_charge"]
    when: str = "rows" if isinstance(fee.when, tuple) else fee.when
    if when == "disbursement":
        when = f"disbursement_{fee.collected}"
    figures: dict[str, Figure] = {
        "name": Name(fee.name), "payee": LENDER if payee is None else Name(payee),
        "when": Term(f"disclosure_when_{when}"), "total": Money(total), "annualised": Percent(percent),
        "standard": _standard(fee, currency),
    }  # fmt: skip
    return Charge(fee.name, payee, total, percent, Message("disclosure_fee_each", figures))


def _standard(fee: Fee, currency: str) -> Both:
    """Return by which standard a fee is charged, in both languages."""
    if fee.amount is not None:
        message = Message("disclosure_standard_amount", {"amount": Money(fee.amount)})
    else:
        assert fee.rate is not None, "a fee is an amount or a share"
        message = Message(f"disclosure_standard_share_{fee.base}", {"share": Percent(fee.rate * 100)})
    return Both(*(disclosure_words(language).say(message, currency) for language in ("zh", "en")))


def _only(case: Case, fees: tuple[Fee, ...], annual_rate: int | None = None) -> Case:
    """Return a case with these fees alone, all of them counted, and where given without interest."""
    contract = case.file.contract
    changed: dict[str, Any] = {"fees": tuple(fee.model_copy(update={"in_apr": True}) for fee in fees)}
    if annual_rate is not None:
        rate = contract.annual_rate.model_copy(update={"value": Decimal(annual_rate)})
        changed |= {"annual_rate": rate, "instalment": None}
    return Case(case.file.model_copy(update={"contract": contract.model_copy(update=changed), "events": ()}))


def _annual_rule(in_force: RulesInForce) -> str | None:
    rule = in_force.find("disclosure.annualised_rate_methods") or in_force.find("disclosure.apr_measure")
    return None if rule is None else rule.key


def _percent(shown: Any) -> Decimal:
    return Decimal(str(shown)).quantize(_HUNDREDTH)
