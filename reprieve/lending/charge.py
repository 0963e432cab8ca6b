"""The charges of a contract: penalty interest, late fee, scheduled fees, prepayment fee, and their ceilings.

Nothing here computes a charge.
"""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from reprieve.lending.field import (
    INSTALMENTS_MOST,
    ActualDayCount,
    Day,
    Document,
    FineShare,
    Money,
    Multiple,
    Name,
    Rate,
    Share,
    check_rate,
    drop_default,
    either,
    wrong,
)


class Penalty(Document):
    """Penalty interest on what is overdue."""

    model_config = either("multiple", "rate")

    multiple: Multiple | None = Field(default=None, examples=["1.5"])
    """A multiple of the contract rate in force each day, as a decimal string."""
    rate: Rate | None = Field(default=None, examples=["0.27"])
    """A rate of its own, in place of `multiple`."""
    base: Literal["principal", "principal_and_interest"] = Field(examples=["principal"])
    """What bears penalty: overdue principal, or overdue principal and contract interest."""
    replaces_interest: bool = Field(examples=[True])
    """Whether penalty stands in place of contract interest on overdue principal, or comes on top."""
    day_count: ActualDayCount = Field(default="act_365", examples=["act_365"], json_schema_extra=drop_default)
    """Days of a year for the penalty [the contract's, or act_365 where that is equal_periods]."""

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        _exactly_one(self, "multiple", "rate")
        check_rate(self.rate, self.day_count, ("rate",))
        return self


class LateFee(Document):
    """A fee once per missed instalment, when grace expires."""

    model_config = either("fixed", "percent")

    fixed: Money | None = Field(default=None, examples=[2000])
    """A fixed amount in minor units."""
    percent: Share | None = Field(default=None, examples=["0.05"])
    """A share of the row's unpaid principal, interest and scheduled fees, as a decimal string (0.05 is 5 %)."""
    min: Money | None = Field(default=None, examples=[1000])
    """The least a `percent` fee comes to, in minor units."""
    max: Money | None = Field(default=None, examples=[20000])
    """The most a `percent` fee comes to, in minor units; it applies after `min`."""
    cap_total: Money | None = Field(default=None, examples=[50000])
    """The most all late fees of the loan come to, in minor units."""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        _exactly_one(self, "fixed", "percent")
        for key in ("min", "max"):
            if self.fixed is not None and getattr(self, key) is not None:
                raise wrong("nothing beside `fixed`; it goes with `percent` only", (key,), getattr(self, key))
        if self.min is not None and self.max is not None and self.min > self.max:
            raise wrong(f"at least `min`, {self.min}", ("max",), self.max)
        return self


class Ceiling(Document):
    """A legal limit on what the loan may cost, for a range of days."""

    rate: Rate = Field(examples=["0.24"])
    """The limit, as a rate."""
    from_: Day | None = Field(default=None, alias="from", examples=["2026-01-01"])
    """The first day it holds [from the start]."""
    to: Day | None = Field(default=None, examples=["2027-01-01"])
    """The first day it no longer holds [no end]."""
    measure: Literal["simple_on_outstanding", "irr_nominal", "irr_effective"] = Field(
        examples=["simple_on_outstanding"]
    )
    """What is measured: charges on unpaid principal, or the rate of all cash flows (judged at signing)."""
    clamp: Literal["each_day", "cumulative"] = Field(default="each_day", examples=["each_day"])
    """Whether a simple ceiling acts day by day or on the sum since the start."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.from_ is not None and self.to is not None and self.to <= self.from_:
            raise wrong(f"a day after `from`, {self.from_}", ("to",), self.to)
        return self


def _read_when(value: object) -> object:
    if isinstance(value, list | tuple):
        is_count = all(type(number) is int and 1 <= number <= INSTALMENTS_MOST for number in value)
        if value and is_count and list(value) == sorted(set(value)):
            return tuple(value)
    elif value in ("disbursement", "each_instalment"):
        return value
    raise wrong('"disbursement", "each_instalment", or a list of row numbers in rising order, such as [1, 2]')


class Fee(Document):
    """A scheduled fee."""

    model_config = either("amount", "rate")

    name: Name = Field(examples=["service fee"])
    """What the fee is called."""
    payee: Literal["lender", "third_party"] = Field(examples=["lender"])
    """Who receives it."""
    when: Annotated[
        Literal["disbursement", "each_instalment"] | tuple[int, ...],
        BeforeValidator(_read_when),
        WithJsonSchema(
            {
                "anyOf": [
                    {"enum": ["disbursement", "each_instalment"]},
                    {
                        "type": "array",
                        "items": {"type": "integer", "minimum": 1, "maximum": INSTALMENTS_MOST},
                        "minItems": 1,
                        "uniqueItems": True,
                    },
                ]
            }
        ),
    ] = Field(examples=["each_instalment"])
    """When it falls due: on the day of disbursement, with each row, or with the rows listed (the first is 1)."""
    amount: Money | None = Field(default=None, examples=[2000])
    """A fixed amount in minor units, each time."""
    rate: FineShare | None = Field(default=None, examples=["0.005"])
    """A share of the base, each time, as a decimal string (0.005 is 0.5 %)."""
    base: Literal["original", "balance", "instalment"] = Field(default="original", examples=["original"])
    """What `rate` is a share of: the contract's principal, the row's opening balance, or its principal and interest."""
    collected: Literal["paid", "deducted", "financed"] = Field(default="paid", examples=["paid"])
    """Paid by the borrower, deducted from the money paid out, or added to the principal."""
    on_payoff: Literal["due", "stops", "prorated"] = Field(default="stops", examples=["stops"])
    """What an early payoff does to the fees of later rows."""
    in_apr: bool = Field(default=True, examples=[True])
    """Whether the fee counts in the APR."""

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        _exactly_one(self, "amount", "rate")
        if self.when != "disbursement" and self.collected != "paid":
            raise wrong('"paid"; only a fee at disbursement is deducted or financed', ("collected",), self.collected)
        if self.when == "disbursement" and self.rate is not None and self.base != "original":
            raise wrong('"original" for a fee at disbursement', ("base",), self.base)
        return self


class PrepaymentFee(Document):
    """A fee on principal that is paid early."""

    model_config = either("fixed", "percent")

    percent: Share | None = Field(default=None, examples=["0.01"])
    """A share of the principal paid early, as a decimal string (0.01 is 1 %)."""
    fixed: Money | None = Field(default=None, examples=[5000])
    """A fixed amount in minor units, each time."""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        _exactly_one(self, "percent", "fixed")
        return self


class Prepayment(Document):
    """What paying principal early asks for."""

    interest: Literal["on_prepaid", "all_accrued"] = Field(default="on_prepaid", examples=["on_prepaid"])
    """Accrued interest on the principal paid early only, or all accrued interest first."""
    fee: PrepaymentFee | None = Field(default=None, examples=[{"percent": "0.01"}])
    """The fee on principal paid early [none]."""
    minimum: Money = Field(default=0, examples=[100000])
    """The least amount taken early, in minor units; less is held."""


def _exactly_one(model: Document, first: str, second: str) -> None:
    given = [key for key in (first, second) if getattr(model, key) is not None]
    if len(given) != 1:
        found = "both" if given else "neither"
        raise wrong(f"either `{first}` or `{second}`", (), found, "one_of_two")
