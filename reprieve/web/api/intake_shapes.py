"""The shapes of what comes from outside: bank files, their lines, imported books. Never computes a figure."""

from typing import Annotated, Literal

from pydantic import Field

from reprieve.lending.answers import Answer
from reprieve.lending.field import Day, Instant
from reprieve.web.api.shapes import Cursor, Number

Counts = Annotated[dict[str, int], Field(examples=[{"payment": 2, "suspense": 1}])]
LineState = Literal["payment", "suspense", "money_out"]


class BankReport(Answer):
    """What a bank file came to."""

    bank_file: int = Field(ge=1, examples=[1])
    """Its number."""
    name: str = Field(examples=["2026-09-01.csv"])
    """What whoever sent it calls it."""
    file_sha256: str = Field(examples=["e63d2e627259aeecb817d6f7aabd2b321b874f5963fbf5f66b7554becfbdb207"])
    """The SHA-256 of its bytes."""
    lines: Counts
    """How many lines became what: `payment`, `suspense`, `money_out`, or `known` where they were taken before."""
    amounts: Counts
    """The same in minor units."""
    errors: list[str] = Field(examples=[["At row 3, amount: found 'x'; allowed is an amount in CNY."]])
    """The rows that could not be read, each with where, what was found and what is allowed; the first thousand."""
    errors_total: int = Field(ge=0, examples=[1])
    """How many there are."""
    pending: int = Field(ge=0, examples=[0])
    """Entries that are not booked yet, which are not money."""
    opening: int | None = Field(examples=[None])
    """The statement's own opening balance, in minor units, where it has one."""
    closing: int | None = Field(examples=[None])
    """The statement's own closing balance."""


class BankFileListed(BankReport):
    """A bank file that was taken, and what its first reading came to."""

    media_type: str = Field(examples=["text/csv"])
    """Its media type."""
    taken_by: str = Field(examples=["core-system"])
    """Whose token sent it."""
    recorded_at: Instant = Field(examples=["2026-09-01T09:30:00Z"])
    """When."""


class BankFilesPage(Answer):
    """A page of bank files."""

    data: list[BankFileListed]
    """The files, in order of number."""
    has_more: bool
    """Whether another page follows."""
    next: Cursor
    """What the next page comes after."""


class BankLineShown(Answer):
    """A line of a bank file, and what became of it."""

    key: str = Field(examples=["a3f0"])
    """What names it, the same in every file it appears in."""
    booked_on: Day = Field(examples=["2026-09-01"])
    """The day the bank booked it."""
    currency: str = Field(examples=["CNY"])
    """Its currency."""
    amount: int = Field(examples=[73344])
    """Its amount, in minor units; money out is below 0."""
    reference: str = Field(examples=["L-1001"])
    """What the payer wrote."""
    state: LineState = Field(examples=["payment"])
    """What became of it."""
    contract: str | None = Field(examples=["L-1001"])
    """The contract it paid, if it did."""
    event: str | None = Field(examples=["000002"])
    """The id of the payment."""
    recorded_at: Instant = Field(examples=["2026-09-01T09:30:00Z"])
    """When it was taken."""


class BankLinesPage(Answer):
    """A page of bank lines."""

    data: list[BankLineShown]
    """The lines, the oldest first."""
    has_more: bool
    """Whether another page follows."""
    next: Cursor
    """What the next page comes after."""


class Outstanding(Answer):
    """What is owed by component."""

    principal: int = Field(examples=[800000])
    """Principal, in minor units."""
    interest: int = Field(examples=[0])
    """Interest."""
    penalty: int = Field(examples=[0])
    """Penalty interest."""
    fees: int = Field(examples=[0])
    """Fees."""
    total: int = Field(examples=[800000])
    """The four together."""


class BookTotals(Answer):
    """The control totals of a book's accepted loans."""

    loans: int = Field(ge=0, examples=[1])
    """How many."""
    principal: int = Field(ge=0, examples=[800000])
    """What was lent, in minor units."""
    outstanding: Outstanding
    """What is owed at the end of the open day."""


class TotalOff(Answer):
    """A control total that does not agree."""

    total: str = Field(examples=["outstanding.interest"])
    """Which."""
    control: int = Field(examples=[800001])
    """What was given."""
    found: int | None = Field(examples=[800000])
    """What the accepted loans come to."""


class RowRejected(Answer):
    """A row that cannot be taken over."""

    row: int = Field(ge=1, examples=[3])
    """Its place in the file, from 1."""
    number: str | None = Field(examples=["L-3003"])
    """The contract's number, where the row has one."""
    path: str = Field(examples=["$.contract.principal"])
    """Where in the row; empty for a rule."""
    code: str = Field(examples=["greater_than_equal"])
    """A stable word for programs."""
    because: str = Field(examples=["At $.contract.principal: found 0; allowed is a whole number of at least 1."])
    """Why, in a sentence."""


class BookReport(Answer):
    """What an import came to, or would."""

    is_dry_run: bool = Field(examples=[True])
    """Whether nothing was meant to be committed."""
    found: BookTotals
    """The totals of what was accepted."""
    off: list[TotalOff] = Field(examples=[[]])
    """The control totals that do not agree; an import with any commits nothing."""
    rejected: list[RowRejected] = Field(examples=[[]])
    """The rows that cannot be taken over; the first thousand."""
    rejected_total: int = Field(ge=0, examples=[0])
    """How many there are."""
    imported: int = Field(ge=0, examples=[0])
    """How many loans were taken over."""
    known: int = Field(ge=0, examples=[0])
    """How many of the accepted ones an earlier try had brought in."""


class QuarantineCleared(Answer):
    """A loan that was put right."""

    contract: Number
    """The contract's number."""
    version: int = Field(ge=0, examples=[3])
    """Its version, which is its ETag."""
    posted: dict[str, int] = Field(examples=[{"bank": 1, "loans_principal": -1}])
    """What was posted to put it right, by account, debit positive, in minor units."""
