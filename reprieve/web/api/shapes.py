"""The shapes of what the platform answers, beside those of the case answers. Never computes or fills in a figure."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from reprieve.lending.answers import Answer, Minor, Position, Schedule
from reprieve.lending.case_file import CaseFile
from reprieve.lending.event_kind import AnyEvent
from reprieve.lending.field import Day, Instant

Number = Annotated[str, Field(examples=["L-1001"])]
Version = Annotated[int, Field(ge=0, examples=[3])]
Posted = Annotated[dict[str, int], Field(examples=[{"bank": 73344, "principal": -62264, "interest": -11080}])]
Cursor = Annotated[str | None, Field(examples=["L-1001"])]


class EventRecorded(Answer):
    """An event that was recorded, what it posted, and what is owed since."""

    contract: Number
    """The contract's number."""
    version: Version
    """The contract's version since, which is its ETag."""
    event: AnyEvent
    """The event, as the case file has it."""
    posted: Posted
    """What was posted, by account, debit positive, in minor units."""
    position: Position
    """What is owed at the end of the open day."""


class Covers(Answer):
    """What a payment pays; the parts sum to its amount."""

    principal: Minor = Field(examples=[62264])
    """Principal, in minor units."""
    interest: Minor = Field(examples=[11080])
    """Interest, in minor units."""
    penalty: Minor = Field(examples=[0])
    """Penalty interest, in minor units."""
    fees: Minor = Field(examples=[0])
    """Fees, in minor units."""
    held: Minor = Field(examples=[0])
    """What pays nothing yet, in minor units."""
    charged: Minor = Field(examples=[0])
    """What paying early costs, in minor units."""


class InstalmentCovered(Answer):
    """What a payment pays of one instalment that is due; penalty interest is told for the loan as a whole."""

    number: int | None = Field(examples=[1])
    """The number of the row as it was signed; null where due dates have moved since."""
    due_on: Day = Field(examples=["2026-07-01"])
    """The day it fell due."""
    principal: Minor = Field(examples=[61344])
    """Principal, in minor units."""
    interest: Minor = Field(examples=[12000])
    """Interest, in minor units."""
    fees: Minor = Field(examples=[0])
    """Scheduled fees, in minor units."""
    left: Minor = Field(examples=[0])
    """What stays unpaid of it, in minor units."""


class PaymentTaken(EventRecorded):
    """A payment that was taken."""

    covers: Covers
    """What it pays."""


class PaymentPreviewed(Answer):
    """What a payment would pay. Nothing is taken."""

    preview_id: int = Field(examples=[1])
    """Named by the payment that takes exactly this."""
    contract: Number
    """The contract's number."""
    version: Version
    """The version it rests on."""
    valid_until_at: Instant = Field(examples=["2026-03-15T10:00:00Z"])
    """Until when it holds, if nothing else happens."""
    amount: Minor = Field(examples=[73344])
    """The payment, in minor units."""
    covers: Covers
    """What it would pay."""
    instalments: list[InstalmentCovered] | None
    """The instalments it would pay of those that are due, the oldest first. Null where a payment was directed to the
    current instalment, since older ones may then stay behind it."""
    before: Position
    """What is owed without it."""
    after: Position
    """What would be owed with it."""


class ContractSigned(Answer):
    """A contract that was signed or taken over."""

    contract: Number
    """Its number."""
    version: Version
    """Its version."""
    disbursed_on: Day = Field(examples=["2026-01-15"])
    """The day it was paid out."""
    schedule: Schedule
    """Its schedule."""
    position: Position
    """What is owed at the end of the open day."""


class ContractListed(Answer):
    """One contract of a list."""

    contract: Number
    """Its number."""
    customer: str = Field(examples=["C-1001"])
    """Whose it is."""
    product: str | None = Field(examples=["steady"])
    """The product it was signed under."""
    product_version: int | None = Field(examples=[1])
    """The version of the product."""
    currency: str = Field(examples=["CNY"])
    """The currency of its figures."""
    principal: Minor = Field(examples=[800000])
    """What was lent, in minor units."""
    disbursed_on: Day = Field(examples=["2026-01-15"])
    """The day it was paid out."""
    recorded_at: Instant = Field(examples=["2026-01-15T09:30:00Z"])
    """When it was recorded."""
    rules_sha256: str | None = Field(examples=["e63d2e627259aeecb817d6f7aabd2b321b874f5963fbf5f66b7554becfbdb207"])
    """The content hash of the rules it was signed under; null where it names none."""


class ContractShown(ContractListed):
    """A contract with its case file."""

    version: Version
    """Its version, which is its ETag."""
    file: CaseFile
    """The contract, its events and its rules."""


class ContractsPage(Answer):
    """A page of contracts."""

    data: list[ContractListed]
    """The contracts, in order of recording."""
    has_more: bool
    """Whether another page follows."""
    next: Cursor
    """What the next page comes after."""


class EventsPage(Answer):
    """A page of events."""

    data: list[AnyEvent]
    """The events, in order of recording."""
    has_more: bool
    """Whether another page follows."""
    next: Cursor
    """What the next page comes after."""


class CreditRow(Answer):
    """What was filed about one month."""

    contract: Number
    """The contract's number."""
    month_end: Day = Field(examples=["2026-08-31"])
    """The last day of the month."""
    code: str = Field(examples=["1"])
    """The pack's code."""
    is_adverse: bool = Field(examples=[True])
    """Whether it counts against the borrower."""
    amount_past_due: Minor = Field(examples=[73344])
    """All that has fallen due and is unpaid, in minor units."""
    outstanding: Minor = Field(examples=[738656])
    """All that is owed, in minor units."""
    days_past_due: int = Field(examples=[30])
    """Days past due, as relief has it."""
    contractual_days_past_due: int = Field(examples=[30])
    """The same by the contract as it was before relief."""
    is_disputed: bool = Field(examples=[False])
    """Whether the borrower disputes it."""
    filing: int = Field(ge=1, examples=[1])
    """Counts from 1; a later filing of the same month replaces the one before it."""


class CreditRecordShown(Answer):
    """What was filed about a contract."""

    data: list[CreditRow]
    """The rows, in order of filing."""


class PlanQuoted(Answer):
    """What a plan, a pause or a moratorium would change. Nothing is signed."""

    quote_id: int = Field(examples=[1])
    """Named by whoever signs exactly this."""
    contract: Number
    """The contract's number."""
    version: Version
    """The version it rests on."""
    valid_until_at: Instant = Field(examples=["2026-03-22T10:00:00Z"])
    """Until when it holds, if nothing else happens."""
    plan: dict[str, JsonValue]
    """The relief, as the case file has its event."""
    claims: dict[str, dict[str, int]]
    """What becomes of each component, by treatment, in minor units; empty for relief that is no plan."""
    posted: Posted
    """What signing would post, by account."""
    before: Position
    """What is owed without it."""
    after: Position
    """What would be owed with it."""


class PlanSigned(EventRecorded):
    """Relief that was signed."""

    quote_id: int = Field(examples=[1])
    """The quote that was signed."""


class SettlementQuoted(Answer):
    """What ends a loan today."""

    quote_id: int = Field(examples=[1])
    """The quote's number."""
    contract: Number
    """The contract's number."""
    version: Version
    """The version it rests on."""
    on: Day = Field(examples=["2026-03-15"])
    """The day."""
    valid_until_at: Instant = Field(examples=["2026-03-15T16:00:00Z"])
    """Until when it holds, if nothing else happens."""
    payoff: Minor = Field(examples=[750000])
    """What ends the loan, in minor units."""
    position: Position
    """What is owed."""


class ContractSettled(EventRecorded):
    """A loan that was ended by paying exactly what was quoted."""

    quote_id: int = Field(examples=[2])
    """The quote that was paid."""
    paid: Minor = Field(examples=[750000])
    """What was paid, in minor units."""


class SettlementCertified(Answer):
    """That a loan is paid."""

    contract: Number
    """The contract's number."""
    version: Version
    """Its version."""
    settled_by: Day = Field(examples=["2026-12-15"])
    """The day of the last event."""
    certified_on: Day = Field(examples=["2026-12-16"])
    """The day of the certificate."""
    owed: Minor = Field(examples=[0])
    """What is still owed: nothing."""
    held: Minor = Field(examples=[0])
    """Money of the borrower that is still held, in minor units."""


class CustomerShown(Answer):
    """A customer and their contracts; never what identifies them."""

    customer: str = Field(examples=["C-1001"])
    """The number."""
    language: Literal["zh", "en"] = Field(examples=["zh"])
    """The language to write to them in."""
    registered_at: Instant = Field(examples=["2026-06-01T09:30:00Z"])
    """When they were registered."""
    is_erased: bool = Field(examples=[False])
    """Whether what identified them was destroyed."""
    contracts: list[str] = Field(examples=[["L-1001"]])
    """The numbers of their contracts."""


class CustomerListed(Answer):
    """One customer of a list; never what identifies them."""

    customer: str = Field(examples=["C-1001"])
    """The number."""
    language: Literal["zh", "en"] = Field(examples=["zh"])
    """The language to write to them in."""
    registered_at: Instant = Field(examples=["2026-06-01T09:30:00Z"])
    """When they were registered."""
    is_erased: bool = Field(examples=[False])
    """Whether what identified them was destroyed."""


class CustomersPage(Answer):
    """A page of customers."""

    data: list[CustomerListed]
    """The customers, in order of registration."""
    has_more: bool
    """Whether another page follows."""
    next: Cursor
    """What the next page comes after."""


class CustomerNamed(Answer):
    """A customer, by number alone."""

    customer: str = Field(examples=["C-1001"])
    """The number."""


class LinePlaced(EventRecorded):
    """A bank line that became a payment."""

    key: str = Field(examples=["a3f0"])
    """The line's key."""
    became: str = Field(examples=["payment"])
    """What it became."""
