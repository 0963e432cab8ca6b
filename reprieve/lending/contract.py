"""The contract of a case file: every term, its unit, its default, and what must hold between terms.

Nothing here computes interest; which combinations are supported stands in `supported.py`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, field_validator, model_validator

from reprieve.lending.currency import CURRENCIES
from reprieve.lending.field import (
    INSTALMENTS_MOST,
    LAST_DAY,
    MONEY_MOST,
    ActualDayCount,
    Count,
    Day,
    DayCount,
    Document,
    FineShare,
    Money,
    Multiple,
    Name,
    PeriodWords,
    PositiveMoney,
    Rate,
    Rounding,
    Share,
    check_rate,
    wrong,
)

Method = Literal["level_instalment", "level_principal", "interest_only", "bullet", "flat", "explicit"]
Interest = Literal["scheduled", "daily"]
Surplus = Literal["hold", "next_instalment", "shorten", "lower", "principal"]
Component = Literal["fee", "penalty", "interest", "principal"]
Calendar = Literal["cn", "us", "gb", "eu"]

GRACE_DAYS_MOST: Final = 3650


class Row(Document):
    """One agreed row of an explicit schedule."""

    due_on: Day = Field(examples=["2026-02-15"])
    """The day the row falls due."""
    principal: Money = Field(examples=[60000])
    """Principal that falls due with the row, in minor units."""
    interest: Money | None = Field(default=None, examples=[12000])
    """Interest of the row in minor units; left out, interest accrues."""


class Roll(Document):
    """How a due date that is no business day moves."""

    calendar: Calendar = Field(examples=["cn"])
    """The business-day calendar."""
    to: Literal["following", "modified_following", "preceding"] = Field(examples=["following"])
    """The business day it moves to; `modified_following` stays in its month."""
    interest: Literal["unadjusted", "adjusted"] = Field(examples=["unadjusted"])
    """Whether interest runs to the unmoved or to the moved date."""


class Penalty(Document):
    """Penalty interest on what is overdue."""

    model_config = {"json_schema_extra": {"oneOf": [{"required": ["multiple"]}, {"required": ["rate"]}]}}

    multiple: Multiple | None = Field(default=None, examples=["1.5"])
    """A multiple of the contract rate in force each day, as a decimal string."""
    rate: Rate | None = Field(default=None, examples=["0.27"])
    """A rate of its own, in place of `multiple`."""
    base: Literal["principal", "principal_and_interest"] = Field(examples=["principal"])
    """What bears penalty: overdue principal, or overdue principal and contract interest."""
    replaces_interest: bool = Field(examples=[True])
    """Whether penalty stands in place of contract interest on overdue principal, or comes on top."""
    day_count: ActualDayCount = Field(default="act_365", examples=["act_365"])
    """Days of a year for the penalty [the contract's, or act_365 where that is equal_periods]."""

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        _exactly_one(self, "multiple", "rate")
        check_rate(self.rate, self.day_count, ("rate",))
        return self


class LateFee(Document):
    """A fee once per missed instalment, when grace expires."""

    model_config = {"json_schema_extra": {"oneOf": [{"required": ["fixed"]}, {"required": ["percent"]}]}}

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
    measure: Literal["simple_on_outstanding", "irr_nominal", "irr_effective"] = Field(examples=["simple_on_outstanding"])
    """What is measured: charges on unpaid principal, or the rate of all cash flows (judged at signing)."""
    clamp: Literal["each_day", "cumulative"] = Field(default="each_day", examples=["each_day"])
    """Whether a simple ceiling acts day by day or on the sum since the start."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.from_ is not None and self.to is not None and self.to <= self.from_:
            raise wrong(f"a day after `from`, {self.from_}", ("to",), self.to)
        return self


def _read_when(value: Any) -> Any:
    if isinstance(value, list | tuple):
        is_count = all(type(number) is int and 1 <= number <= INSTALMENTS_MOST for number in value)
        if value and is_count and list(value) == sorted(set(value)):
            return tuple(value)
    elif value in ("disbursement", "each_instalment"):
        return value
    raise wrong('"disbursement", "each_instalment", or a list of row numbers in rising order, such as [1, 2]')


class Fee(Document):
    """A scheduled fee."""

    model_config = {"json_schema_extra": {"oneOf": [{"required": ["amount"]}, {"required": ["rate"]}]}}

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
    """What `rate` is a share of: the principal of the contract, the row's opening balance, its principal and interest."""
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


class Allocation(Document):
    """Which debt a payment pays first, and what a surplus does."""

    order: Annotated[tuple[Component, ...], Field(strict=False, min_length=4, max_length=4)] = Field(
        examples=[["fee", "penalty", "interest", "principal"]], json_schema_extra={"uniqueItems": True}
    )
    """All four components, the first to be paid first."""
    across: Literal["oldest_instalment_first", "component_first"] = Field(examples=["oldest_instalment_first"])
    """Whether the oldest instalment is paid whole before the next, or one component across all instalments first."""
    surplus: Surplus = Field(examples=["hold"])
    """What money beyond all dues does: it is held, pays coming rows, shortens the loan, lowers the coming
    instalments, or takes principal from the last rows."""

    @field_validator("order")
    @classmethod
    def _all_four(cls, order: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(order)) != 4:
            raise wrong("fee, penalty, interest and principal, each once")
        return order


class PrepaymentFee(Document):
    """A fee on principal that is paid early."""

    model_config = {"json_schema_extra": {"oneOf": [{"required": ["fixed"]}, {"required": ["percent"]}]}}

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


def _first_due(terms: dict[str, Any]) -> date:
    """Return the first due date of a contract that does not name one."""
    if terms["rows"]:
        first: date = terms["rows"][0].due_on
        return first
    if terms["period"] is None:
        return LAST_DAY
    try:
        due: date = terms["period"].after(terms["disbursed_on"], 1, terms["due_day"])
    except OverflowError:
        return LAST_DAY
    return due


_SHAPES: Final = {
    "if": {"properties": {"method": {"const": "explicit"}}, "required": ["method"]},
    "then": {"required": ["rows"]},
    "else": {"required": ["instalments", "period"], "properties": {"rows": {"maxItems": 0}}},
}


class Contract(Document):
    """What lender and borrower agreed."""

    model_config = {"json_schema_extra": _SHAPES}  # type: ignore[dict-item]

    currency: str = Field(pattern="^[A-Z]{3}$", examples=["CNY"])
    """The ISO 4217 currency of every amount of the case."""
    principal: PositiveMoney = Field(examples=[800000])
    """The first disbursement, in minor units."""
    disbursed_on: Day = Field(examples=["2026-01-15"])
    """The day of the first disbursement."""
    annual_rate: Rate = Field(examples=["0.18"])
    """The contract rate."""
    method: Method = Field(examples=["level_instalment"])
    """How the schedule is made."""
    rows: Annotated[tuple[Row, ...], Field(strict=False, max_length=INSTALMENTS_MOST)] = Field(
        default=(), examples=[[{"due_on": "2026-02-15", "principal": 800000}]]
    )
    """The agreed rows of an `explicit` schedule, in order of their days."""
    instalments: Count = Field(examples=[12])
    """How many rows the schedule has."""
    period: PeriodWords | None = Field(default=None, examples=["1 month"])
    """The time between two due dates."""
    due_day: Annotated[int, Field(ge=1, le=31)] = Field(examples=[15])
    """The day of the month rows fall due, clamped to the month's end [the day of `first_due_on`, else of
    `disbursed_on`]."""
    first_due_on: Day = Field(
        default_factory=_first_due, examples=["2026-02-15"], json_schema_extra={"default": None}
    )
    """The first due date [one period after `disbursed_on`; of an explicit schedule its first row]."""
    first_period: Literal["in_formula", "on_top"] = Field(default="in_formula", examples=["in_formula"])
    """Whether a long or short first period is solved in the level amount, or bears its own interest on top."""
    roll: Roll | None = Field(
        default=None, examples=[{"calendar": "cn", "to": "following", "interest": "unadjusted"}]
    )
    """How due dates move to business days [they do not]."""
    instalment: PositiveMoney | None = Field(default=None, examples=[73344])
    """The agreed level amount, in minor units [solved]."""
    balloon: Money = Field(default=0, examples=[200000])
    """Principal left for the last row, in minor units."""
    principal_every: Count = Field(default=1, examples=[3])
    """Principal falls due in every k-th row only."""
    principal_grace: Annotated[int, Field(ge=0, lt=INSTALMENTS_MOST)] = Field(default=0, examples=[3])
    """How many rows at the start bear interest only."""
    down_payment: Money = Field(default=0, examples=[100000])
    """Principal paid on the day of disbursement, before the schedule, in minor units."""
    even_last: bool = Field(default=False, examples=[True])
    """Whether the level amount is tuned so that the last row is nearly equal."""
    instalment_multiple: PositiveMoney = Field(default=1, examples=[100])
    """The level amount is rounded up to a multiple of this many minor units."""
    rounding: Rounding = Field(default="half_even", examples=["half_even"])
    """How figures become minor units."""
    instalment_rounding: Rounding = Field(
        default_factory=lambda terms: terms["rounding"], examples=["half_up"], json_schema_extra={"default": None}
    )
    """How the level amount becomes minor units [as `rounding`]."""
    day_count: DayCount = Field(examples=["equal_periods"])
    """How days become parts of a year."""
    interest: Interest = Field(default="daily", examples=["daily"])
    """Whether row interest is fixed by the schedule, or accrues day by day on what is really owed."""
    grace_days: Annotated[int, Field(ge=0, le=GRACE_DAYS_MOST)] = Field(default=0, examples=[3])
    """Days after the due date on which an unpaid instalment is not yet late."""
    grace_interest: Literal["stops", "runs"] = Field(default="stops", examples=["stops"])
    """Whether interest runs on unpaid principal in grace."""
    tolerance: Money = Field(default=0, examples=[1000])
    """Unpaid dues up to this many minor units do not make the loan overdue."""
    penalty: Penalty | None = Field(
        default=None, examples=[{"multiple": "1.5", "base": "principal", "replaces_interest": True}]
    )
    """Penalty interest [none]."""
    late_fee: LateFee | None = Field(default=None, examples=[{"fixed": 2000}])
    """The late fee [none]."""
    ceilings: Annotated[tuple[Ceiling, ...], Field(strict=False, max_length=100)] = Field(
        default=(), examples=[[{"rate": "0.24", "measure": "simple_on_outstanding", "clamp": "each_day"}]]
    )
    """Legal limits on what the loan may cost [none]."""
    fees: Annotated[tuple[Fee, ...], Field(strict=False, max_length=100)] = Field(
        default=(), examples=[[{"name": "service fee", "payee": "lender", "when": "each_instalment", "amount": 500}]]
    )
    """Scheduled fees [none]."""
    allocation: Allocation = Field(
        examples=[
            {
                "order": ["fee", "penalty", "interest", "principal"],
                "across": "oldest_instalment_first",
                "surplus": "hold",
            }
        ]
    )
    """Which debt a payment pays first, and what a surplus does."""
    prepayment: Prepayment = Field(default_factory=Prepayment, examples=[{"interest": "on_prepaid"}])
    """What paying early asks for [interest on what is prepaid, no fee]."""
    payoff: Literal["to_day", "to_period_end"] = Field(default="to_day", examples=["to_day"])
    """Whether a payoff pays interest to its day or to the end of the period."""
