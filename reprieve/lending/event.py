"""The events of a case file: one model a kind, told apart by `kind`. Never computes what an event does."""

from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from reprieve.lending.contract import Row, check_dates_rise
from reprieve.lending.field import (
    INSTALMENTS_MOST,
    MONEY_MOST,
    Count,
    Day,
    Document,
    Instant,
    Money,
    Name,
    PositiveMoney,
    Rate,
    drop_default,
    end_of,
    wrong,
)

ORDER_MOST: Final = 10**6


def _recorded(fields: dict[str, Any]) -> datetime:
    on: date = fields["on"]
    return end_of(on)


class Event(Document):
    """What every event says about itself."""

    id: Name = Field(default="", examples=["p1"], json_schema_extra=drop_default)
    """A name that is unique in the case [its place in the list, as six digits from 000000]."""
    on: Day = Field(examples=["2026-02-15"])
    """The day it takes effect."""
    recorded_at: Instant = Field(default_factory=_recorded, examples=["2026-02-15T09:30:00Z"])
    """The instant it became known, UTC [the end of `on`]."""
    order: Annotated[int, Field(ge=-ORDER_MOST, le=ORDER_MOST)] = Field(default=0, examples=[1])
    """Its turn among events of the same kind on the same day."""


class Balances(Document):
    """What was owed when the loan was taken over, in minor units."""

    principal_not_due: Money = Field(default=0, examples=[600000])
    """Principal that has not fallen due."""
    principal: Money = Field(default=0, examples=[120000])
    """Principal overdue."""
    interest: Money = Field(default=0, examples=[56000])
    """Interest overdue."""
    penalty: Money = Field(default=0, examples=[24000])
    """Penalty interest owed."""
    fees: Money = Field(default=0, examples=[2000])
    """Fees owed."""


class Opening(Event):
    """The balances of a loan that began elsewhere."""

    model_config = ConfigDict(
        json_schema_extra={
            "not": {
                "required": ["rows", "instalments"],
                "properties": {"rows": {"type": "array"}, "instalments": {"type": "integer"}},
            },
            "if": {"required": ["instalments"], "properties": {"instalments": {"type": "integer"}}},
            "then": {"required": ["next_due_on"], "properties": {"next_due_on": {"type": "string"}}},
        }
    )

    kind: Literal["opening"]
    """This kind of event."""
    balances: Balances = Field(examples=[{"principal_not_due": 600000, "principal": 120000, "interest": 12000}])
    """What was owed, by component."""
    oldest_unpaid_due_on: Day | None = Field(default=None, examples=["2026-01-15"])
    """The due date of the oldest unpaid instalment [none is unpaid]."""
    rows: Annotated[tuple[Row, ...], Field(strict=False, max_length=INSTALMENTS_MOST)] | None = Field(
        default=None, examples=[[{"due_on": "2026-03-15", "principal": 600000}]]
    )
    """The remaining rows, agreed one by one."""
    instalments: Count | None = Field(default=None, examples=[6])
    """How many rows remain, in place of `rows`."""
    next_due_on: Day | None = Field(default=None, examples=["2026-03-15"])
    """The due date of the first remaining row, beside `instalments`."""

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        not_due = self.balances.principal_not_due
        if self.rows is not None and self.instalments is not None:
            raise wrong("either `rows` or `instalments`", (), "both", "one_of_two")
        if (self.instalments is None) != (self.next_due_on is None):
            raise wrong("`instalments` and `next_due_on` together", (), "one of the two", "both_or_none")
        if self.rows is None and self.instalments is None and not_due > 0:
            raise wrong(
                "`rows`, or `instalments` and `next_due_on`, for the principal not due", (), "neither", "missing"
            )
        if self.next_due_on is not None and self.next_due_on <= self.on:
            raise wrong(f"a day after the opening, {self.on}", ("next_due_on",), self.next_due_on)
        if self.rows is not None:
            check_dates_rise(self.rows, self.on, "the opening")
            whole = sum(row.principal for row in self.rows)
            if whole != not_due:
                raise wrong(f"rows whose principal sums to {not_due}", ("rows",), f"a sum of {whole}", "rows_sum")
        self._check_oldest()
        return self

    def _check_oldest(self) -> None:
        oldest = self.oldest_unpaid_due_on
        if oldest is None and self.balances.principal + self.balances.interest > 0:
            allowed = "the due date of the oldest unpaid instalment, since principal or interest is overdue"
            raise wrong(allowed, ("oldest_unpaid_due_on",), "nothing", "missing")
        if oldest is not None and oldest > self.on:
            raise wrong(f"a day on or before the opening, {self.on}", ("oldest_unpaid_due_on",), oldest)


class Disbursement(Event):
    """A further tranche is paid out."""

    kind: Literal["disbursement"]
    """This kind of event."""
    amount: PositiveMoney = Field(examples=[200000])
    """The tranche, in minor units; the remaining rows are solved again."""


class Payment(Event):
    """Money from the borrower, or for the borrower."""

    kind: Literal["payment"]
    """This kind of event."""
    amount: PositiveMoney = Field(examples=[73344])
    """What was paid, in minor units."""
    payer: Name | None = Field(default=None, examples=["guarantor"])
    """Who paid [the borrower]."""
    direct_to: Literal["oldest", "current", "principal"] = Field(default="oldest", examples=["current"])
    """The debt it is meant for: the oldest, the instalment that fell due last, or principal not due."""


class Reversal(Event):
    """A payment is undone."""

    kind: Literal["reversal"]
    """This kind of event."""
    of: Name = Field(examples=["p1"])
    """The `id` of the payment."""
    mode: Literal["void", "returned"] = Field(examples=["void"])
    """As if it never was, or due again from the day of the reversal."""


class Refund(Event):
    """Held money is given back."""

    kind: Literal["refund"]
    """This kind of event."""
    amount: PositiveMoney = Field(examples=[5000])
    """At most this much of the held money, in minor units."""


class FeeCharged(Event):
    """A fee that no schedule foresaw; it is due at once."""

    kind: Literal["fee"]
    """This kind of event."""
    name: Name = Field(examples=["notice fee"])
    """What the fee is called."""
    amount: PositiveMoney = Field(examples=[3000])
    """The fee, in minor units."""


def _read_waived(value: object) -> object:
    if value == "all" or (type(value) is int and 1 <= value <= MONEY_MOST):
        return value
    raise wrong(f'a whole number of minor units from 1 to {MONEY_MOST:,}, or "all"', code="waived")


class Waiver(Event):
    """The lender gives up a part of what is owed."""

    kind: Literal["waiver"]
    """This kind of event."""
    component: Literal["fees", "penalty", "interest", "principal"] = Field(examples=["penalty"])
    """What is given up."""
    amount: Annotated[
        int | Literal["all"],
        BeforeValidator(_read_waived),
        WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1, "maximum": MONEY_MOST}, {"const": "all"}]}),
    ] = Field(examples=["all"])
    """At most this much, in minor units, or "all" of what is due, overdue or (interest) accrued that day."""


class RateChange(Event):
    """The contract rate changes."""

    kind: Literal["rate_change"]
    """This kind of event."""
    annual_rate: Rate = Field(examples=["0.12"])
    """The rate from this day on."""


class DueDayChange(Event):
    """Rows fall due on another day of the month."""

    kind: Literal["due_day_change"]
    """This kind of event."""
    due_day: Annotated[int, Field(ge=1, le=31)] = Field(examples=[20])
    """The day of the month, from the next row on."""


class Acceleration(Event):
    """The whole debt is made due (提前到期)."""

    kind: Literal["acceleration"]
    """This kind of event."""


class Reinstatement(Event):
    """An acceleration is taken back."""

    kind: Literal["reinstatement"]
    """This kind of event."""


class ChargeOff(Event):
    """The lender takes the loan off its books; the claim stays."""

    kind: Literal["charge_off"]
    """This kind of event."""
