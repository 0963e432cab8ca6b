"""The document of an affordability question: a household's month, and a payment or the loan it would be for.

Never grants a loan, and never guesses a lender's policy: where none is given, the stated one holds.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, Self

from pydantic import Field, model_validator

from reprieve.lending.affordability import AffordabilityPolicy, assess, monthly_payment
from reprieve.lending.bad_input import read_model
from reprieve.lending.budget import Budget
from reprieve.lending.case import Case
from reprieve.lending.case_file import CaseFile
from reprieve.lending.field import Document, Money, PositiveMoney, Share, either, wrong
from reprieve.lending.json_document import read_json
from reprieve.lending.limits import check_limits

POLICY: Final = AffordabilityPolicy(
    ratio_most=Decimal("0.5"), residual_least=0, survives=Decimal("0.1"), source="the lender's affordability policy"
)
"""The policy unless a lender puts another in its place: debts take at most half, and a fall of a tenth is survived."""


class Policy(Document):
    """What a lender asks for before it lends."""

    ratio_most: Share = Field(default=POLICY.ratio_most, examples=["0.5"])
    """The largest share of income that debts may take."""
    residual_least: Money = Field(default=POLICY.residual_least, examples=[0])
    """What must be left of a month, in minor units."""
    survives: Share = Field(default=POLICY.survives, examples=["0.1"])
    """The fall of income at which something must still be left."""


class AffordabilityAsked(Document):
    """A month, and what would be paid out of it: a sum, or what a contract asks for in its dearest month."""

    model_config = either("payment", "file")

    budget: Budget
    """The household's month without the new payment."""
    payment: PositiveMoney | None = Field(default=None, examples=[73344])
    """What would be paid a month, in minor units."""
    file: CaseFile | None = Field(default=None, examples=[None])
    """In place of `payment`: the case file of the contract."""
    policy: Policy = Field(default_factory=Policy)
    """The lender's policy [debts take at most half; a fall of a tenth is survived]."""

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if (self.payment is None) == (self.file is None):
            raise wrong("either `payment` or `file`", (), "neither" if self.file is None else "both", "one_of_two")
        if self.file is not None and self.file.contract.currency != self.budget.currency:
            allowed = f"{self.file.contract.currency}, the currency of the contract"
            raise wrong(allowed, ("budget", "currency"), self.budget.currency, "currency")
        return self


def answer_affordability(document: Mapping[str, Any] | str | bytes) -> dict[str, Any]:
    """Return whether a payment is affordable, month by month as income falls. Raises `BadInput`."""
    asked = read_model(AffordabilityAsked, read_json(document))
    payment = asked.payment
    if asked.file is not None:
        check_limits(asked.file)
        payment = monthly_payment(Case(asked.file))
    assert payment is not None, "one of the two is given"
    policy = AffordabilityPolicy(
        asked.policy.ratio_most, asked.policy.residual_least, asked.policy.survives, POLICY.source
    )
    return assess(asked.budget, payment, policy).to_dict()
