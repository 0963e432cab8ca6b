"""The contract of a case file: every term, its unit, its default, and what must hold between terms.

Nothing here computes interest; which combinations are supported stands in `supported.py`.
"""

from datetime import date
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, field_validator, model_validator
from pydantic.config import JsonDict

from reprieve.lending.charge import Ceiling, Fee, LateFee, Penalty, Prepayment
from reprieve.lending.currency import CURRENCIES
from reprieve.lending.field import (
    INSTALMENTS_MOST,
    LAST_DAY,
    Count,
    Day,
    DayCount,
    Document,
    Money,
    PeriodWords,
    PositiveMoney,
    Rate,
    Rounding,
    check_rate,
    drop_default,
    wrong,
)

Method = Literal["level_instalment", "level_principal", "interest_only", "bullet", "flat", "explicit"]
Interest = Literal["scheduled", "daily"]
Surplus = Literal["hold", "next_instalment", "shorten", "lower", "principal"]
GRACE_DAYS_MOST: Final = 3650

Component = Literal["fee", "penalty", "interest", "principal"]
Calendar = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{1,40}$")]
OrNull = BeforeValidator(lambda value: () if value is None else value)
"""A list that may also be `null`."""


def _may_be_null(schema: JsonDict) -> None:
    """Publish that a list may also be null."""
    schema["type"] = ["array", "null"]
    schema.pop("default", None)


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
    """The business-day calendar: a country code such as cn, or one that was added by name."""
    to: Literal["following", "modified_following", "preceding"] = Field(examples=["following"])
    """The business day it moves to; `modified_following` stays in its month."""
    interest: Literal["unadjusted", "adjusted"] = Field(examples=["unadjusted"])
    """Whether interest runs to the unmoved or to the moved date."""


class Allocation(Document):
    """Which debt a payment pays first, and what a surplus does."""

    order: Annotated[tuple[Component, ...], Field(strict=False)] = Field(
        examples=[["fee", "penalty", "interest", "principal"]],
        json_schema_extra={"uniqueItems": True, "minItems": 4, "maxItems": 4},
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
        if len(order) != 4 or len(set(order)) != 4:
            raise wrong("fee, penalty, interest and principal, each once")
        return order


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


def _publish_shapes(schema: JsonDict) -> None:
    """Publish which keys an explicit schedule needs, and which the others."""
    required = schema["required"]
    assert isinstance(required, list)
    required.remove("instalments")
    schema["if"] = {"properties": {"method": {"const": "explicit"}}, "required": ["method"]}
    schema["then"] = {"required": ["rows"], "properties": {"rows": {"type": "array", "minItems": 1}}}
    schema["else"] = {
        "required": ["instalments", "period"],
        "properties": {"period": {"type": "string"}, "rows": {"maxItems": 0}},
    }


class Contract(Document):
    """What lender and borrower agreed."""

    model_config = ConfigDict(json_schema_extra=_publish_shapes)

    currency: Annotated[str, WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$"})] = Field(examples=["CNY"])
    """The ISO 4217 currency of every amount of the case."""
    principal: PositiveMoney = Field(examples=[800000])
    """The first disbursement, in minor units."""
    disbursed_on: Day = Field(examples=["2026-01-15"])
    """The day of the first disbursement."""
    annual_rate: Rate = Field(examples=["0.18"])
    """The contract rate."""
    method: Method = Field(examples=["level_instalment"])
    """How the schedule is made."""
    rows: Annotated[tuple[Row, ...], Field(strict=False, max_length=INSTALMENTS_MOST), OrNull] = Field(
        default=(),
        examples=[[{"due_on": "2026-02-15", "principal": 800000}]],
        json_schema_extra=_may_be_null,
    )
    """The agreed rows of an `explicit` schedule, in order of their days."""
    instalments: Count = Field(examples=[12])
    """How many rows the schedule has."""
    period: PeriodWords | None = Field(default=None, examples=["1 month"])
    """The time between two due dates."""
    due_day: Annotated[int, Field(ge=1, le=31)] = Field(default=1, examples=[15], json_schema_extra=drop_default)
    """The day of the month rows fall due, clamped to the month's end [the day of `first_due_on`, else of
    `disbursed_on`]."""
    first_due_on: Day = Field(default_factory=_first_due, examples=["2026-02-15"])
    """The first due date [one period after `disbursed_on`; of an explicit schedule its first row]."""
    first_period: Literal["in_formula", "on_top"] = Field(default="in_formula", examples=["in_formula"])
    """Whether a long or short first period is solved in the level amount, or bears its own interest on top."""
    roll: Roll | None = Field(default=None, examples=[{"calendar": "cn", "to": "following", "interest": "unadjusted"}])
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
    instalment_rounding: Rounding = Field(default_factory=lambda terms: terms["rounding"], examples=["half_up"])
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
    ceilings: Annotated[tuple[Ceiling, ...], Field(strict=False, max_length=100), OrNull] = Field(
        default=(),
        examples=[[{"rate": "0.24", "measure": "simple_on_outstanding", "clamp": "each_day"}]],
        json_schema_extra=_may_be_null,
    )
    """Legal limits on what the loan may cost [none]."""
    fees: Annotated[tuple[Fee, ...], Field(strict=False, max_length=100), OrNull] = Field(
        default=(),
        examples=[[{"name": "service fee", "payee": "lender", "when": "each_instalment", "amount": 500}]],
        json_schema_extra=_may_be_null,
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

    @field_validator("currency")
    @classmethod
    def _in_use(cls, currency: str) -> str:
        if currency not in CURRENCIES:
            raise wrong("a currency of ISO 4217, such as CNY, USD or EUR", code="currency")
        return currency

    @model_validator(mode="before")
    @classmethod
    def _defaults_from_other_terms(cls, terms: object) -> object:
        """Fill in the defaults that hang on other keys, where those can be read at all."""
        if not isinstance(terms, dict):
            return terms
        filled = dict(terms)
        rows = terms.get("rows")
        if terms.get("method") == "explicit":
            filled.setdefault("instalments", len(rows) if isinstance(rows, list | tuple) and rows else 1)
            if isinstance(rows, list | tuple) and rows and isinstance(rows[0], dict) and "due_on" in rows[0]:
                filled.setdefault("first_due_on", rows[0]["due_on"])
        if "due_day" not in terms:
            filled["due_day"] = _day_of(filled.get("first_due_on", terms.get("disbursed_on")))
        penalty, day_count = terms.get("penalty"), terms.get("day_count")
        if isinstance(penalty, dict) and "day_count" not in penalty and isinstance(day_count, str):
            own = "act_365" if day_count == "equal_periods" else day_count
            filled["penalty"] = {**penalty, "day_count": own}
        return filled

    @model_validator(mode="after")
    def _terms_agree(self) -> Self:
        check_rate(self.annual_rate, self.day_count, ("annual_rate",))
        for place, ceiling in enumerate(self.ceilings):
            check_rate(ceiling.rate, self.day_count, ("ceilings", place, "rate"))
        if self.method == "explicit":
            self._check_rows()
        else:
            self._check_grid()
        self._check_principal()
        for place, fee in enumerate(self.fees):
            if isinstance(fee.when, tuple) and fee.when[-1] > self.instalments:
                raise wrong(f"row numbers up to {self.instalments}", ("fees", place, "when"), list(fee.when))
            if fee.collected == "deducted" and (fee.amount or 0) > self.principal:
                raise wrong(f"at most the principal, {self.principal}", ("fees", place, "amount"), fee.amount)
        return self

    def _check_rows(self) -> None:
        """Explicit rows: in order, after the disbursement, and repaying the principal exactly."""
        if not self.rows:
            raise wrong("at least one row of an explicit schedule", ("rows",), [])
        check_dates_rise(self.rows, self.disbursed_on, "the disbursement")
        if self.instalments != len(self.rows):
            raise wrong(f"the number of rows, {len(self.rows)}", ("instalments",), self.instalments)
        if self.first_due_on != self.rows[0].due_on:
            raise wrong(f"the day of the first row, {self.rows[0].due_on}", ("first_due_on",), self.first_due_on)
        whole = sum(row.principal for row in self.rows)
        lent = self.principal - self.down_payment
        if whole != lent:
            raise wrong(f"rows whose principal sums to {lent}", ("rows",), f"a sum of {whole}", "rows_sum")

    def _check_grid(self) -> None:
        """Due dates: a period is given, the first comes after the disbursement, the last can be written."""
        if self.rows:
            raise wrong('nothing; rows go with method "explicit" only', ("rows",), f"{len(self.rows)} rows")
        if self.period is None:
            raise wrong('the time between two due dates, such as "1 month"', ("period",), "nothing", "missing")
        if self.first_due_on <= self.disbursed_on:
            raise wrong(f"a day after `disbursed_on`, {self.disbursed_on}", ("first_due_on",), self.first_due_on)
        try:
            last = self.period.after(self.first_due_on, self.instalments - 1, self.due_day)
        except OverflowError:
            last = LAST_DAY
        if last >= LAST_DAY:
            raise wrong(f"rows that all fall due before {LAST_DAY}", ("instalments",), self.instalments)

    def _check_principal(self) -> None:
        """Parts of the principal are less than the whole, and row counts less than the rows."""
        if self.down_payment >= self.principal:
            raise wrong(f"less than the principal, {self.principal}", ("down_payment",), self.down_payment)
        lent = self.principal - self.down_payment
        if self.balloon > lent:
            raise wrong(f"at most the principal of the schedule, {lent}", ("balloon",), self.balloon)
        if self.principal_grace >= self.instalments:
            raise wrong(f"fewer than the {self.instalments} rows", ("principal_grace",), self.principal_grace)
        if self.principal_every > self.instalments:
            raise wrong(f"at most the {self.instalments} rows", ("principal_every",), self.principal_every)


def check_dates_rise(rows: tuple[Row, ...], after: date, what: str) -> None:
    """Refuse rows that are not in rising order of days after a day."""
    previous, name = after, what
    for place, row in enumerate(rows):
        if row.due_on <= previous:
            raise wrong(f"a day after {name}, {previous}", ("rows", place, "due_on"), row.due_on)
        previous, name = row.due_on, "the row before"


def _day_of(words: object) -> int:
    """Return the day of the month of a date, read or not; 1 where it cannot be read (another error says so)."""
    if isinstance(words, date):
        return words.day
    tail = words[-2:] if isinstance(words, str) else ""
    return int(tail) if tail.isascii() and tail.isdigit() and 1 <= int(tail) <= 31 else 1
