"""A product: the terms a lender offers, by version, and the contracts made of it. Never grants a loan.

A version is never edited: another version takes its place, and old contracts keep theirs.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product as combinations
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, model_validator

from reprieve.errors import BadInput, Unsupported
from reprieve.lending.bad_input import read_model
from reprieve.lending.case import Case
from reprieve.lending.field import Count, Day, Document, Name, PositiveMoney, Rate, wrong
from reprieve.lending.json_document import read_json

CHOSEN: Final = ("principal", "disbursed_on", "annual_rate", "instalments", "first_due_on", "due_day", "rows")
"""Terms that each contract chooses for itself within its product."""


class ProductName(Document):
    """What a product is called."""

    zh: Name = Field(examples=["安心分期"])
    """In Chinese."""
    en: Name = Field(examples=["Steady instalments"])
    """In English."""


class Product(Document):
    """One version of a product."""

    code: Annotated[str, Field(pattern="^[a-z][a-z0-9_]{1,40}$")] = Field(examples=["steady"])
    """What the ledger and the books call it."""
    version: Annotated[int, Field(ge=1, le=10_000)] = Field(examples=[1])
    """Counts from 1."""
    name: ProductName = Field(examples=[{"zh": "安心分期", "en": "Steady instalments"}])
    """What people call it."""
    place: Literal["cn", "us", "eu", "gb"] = Field(examples=["cn"])
    """The place whose rules it keeps."""
    lender_type: Name = Field(examples=["consumer_finance"])
    """The kind of lender, in the pack's words."""
    kind: Name = Field(examples=["consumer_loan"])
    """The kind of product, in the pack's words."""
    offered_from: Day = Field(examples=["2026-08-01"])
    """The first day a contract of this version can be made."""
    principal_least: PositiveMoney = Field(examples=[100000])
    """The smallest sum lent, in minor units."""
    principal_most: PositiveMoney = Field(examples=[5000000])
    """The largest sum lent, in minor units."""
    instalments: Annotated[tuple[Count, ...], Field(strict=False, min_length=1, max_length=60)] = Field(
        examples=[[6, 12, 24]]
    )
    """The numbers of rows to choose from, rising."""
    rate_least: Rate = Field(examples=["0.12"])
    """The lowest contract rate."""
    rate_most: Rate = Field(examples=["0.18"])
    """The highest contract rate."""
    third_parties: dict[str, Name] = Field(default_factory=dict, examples=[{"guarantee fee": "Example Guarantee Ltd"}])
    """Who receives each fee that goes to a third party, by the name of the fee."""
    terms: dict[str, Any] = Field(examples=[{"currency": "CNY", "method": "level_instalment", "period": "1 month"}])
    """Every other term of the contract, as the case file has them."""

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.principal_least > self.principal_most:
            raise wrong(f"at least `principal_least`, {self.principal_least}", ("principal_most",), self.principal_most)
        if list(self.instalments) != sorted(set(self.instalments)):
            raise wrong("numbers in rising order, each once", ("instalments",), list(self.instalments))
        if self.rate_least.per != self.rate_most.per or self.rate_least.value > self.rate_most.value:
            raise wrong("at least `rate_least`, quoted for the same time", ("rate_most",), str(self.rate_most.value))
        for key in CHOSEN:
            if key in self.terms:
                raise wrong("nothing; each contract chooses it", ("terms", key), self.terms[key])
        for place, fee in enumerate(self.terms.get("fees") or ()):
            is_named = isinstance(fee, dict) and fee.get("name") in self.third_parties
            if isinstance(fee, dict) and fee.get("payee") == "third_party" and not is_named:
                raise wrong("a fee whose receiver `third_parties` names", ("terms", "fees", place), fee.get("name"))
        return self


@dataclass(frozen=True, slots=True)
class Choice:
    """What one contract chooses within its product: sum in minor units, rows, rate, and the day of disbursement."""

    principal: int
    instalments: int
    annual_rate: Any
    disbursed_on: date


def read_product(document: Mapping[str, Any] | str | bytes) -> Product:
    """Return the product of a document, its terms tried out. Raises `BadInput`, or `Unsupported` for its terms."""
    product = read_model(Product, read_json(document))
    for choice in corners(product):
        contract_of(product, choice)
    return product


def contract_of(product: Product, choice: Choice) -> Case:
    """Return the case of a contract of a product. Raises `BadInput` for a choice outside what the product offers."""
    if not product.principal_least <= choice.principal <= product.principal_most:
        allowed = f"from {product.principal_least} to {product.principal_most} minor units"
        raise BadInput("principal", str(choice.principal), allowed, code="outside_product")
    if choice.instalments not in product.instalments:
        allowed = "one of " + ", ".join(str(count) for count in product.instalments)
        raise BadInput("instalments", str(choice.instalments), allowed, code="outside_product")
    if choice.disbursed_on < product.offered_from:
        raise BadInput("disbursed_on", str(choice.disbursed_on), f"{product.offered_from} or later", code="too_early")
    contract = {
        **product.terms, "principal": choice.principal, "instalments": choice.instalments,
        "annual_rate": choice.annual_rate, "disbursed_on": choice.disbursed_on.isoformat(),
    }  # fmt: skip
    rules = {"place": product.place, "lender_type": product.lender_type, "product": product.kind}
    case = _read({"contract": contract, "rules": rules})
    own, least, most = (rate.value for rate in (case.file.contract.annual_rate, product.rate_least, product.rate_most))
    if case.file.contract.annual_rate.per != product.rate_least.per or not least <= own <= most:
        allowed = f"from {least:f} to {most:f} per {product.rate_least.per}"
        raise BadInput("annual_rate", f"{own:f}", allowed, code="outside_product")
    return case


def _read(document: Mapping[str, Any]) -> Case:
    """Return the case of a contract; an error in it is told as one of the product's terms."""
    try:
        return Case.read(document)
    except (BadInput, Unsupported) as error:
        path = error.path.replace("$.contract", "$.terms", 1)
        raise type(error)(path, error.found, error.allowed, code=error.code) from None


def corners(product: Product) -> Iterator[Choice]:
    """Yield the extreme contracts of a product at its highest rate: between them cost is not higher than at one."""
    sums = sorted({product.principal_least, product.principal_most})
    rate = product.rate_most.model_dump(mode="json")
    for principal, count in combinations(sums, product.instalments):
        yield Choice(principal, count, rate, product.offered_from)
