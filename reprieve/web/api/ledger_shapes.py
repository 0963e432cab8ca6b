"""The shapes of what the ledger and the closes answer. Never computes or fills in a figure."""

from typing import Literal

from pydantic import ConfigDict, Field

from reprieve.lending.answers import Answer
from reprieve.lending.field import Day, Instant
from reprieve.web.api.shapes import Cursor, Number


class JournalLine(Answer):
    """One side of an entry."""

    account: str = Field(examples=["bank"])
    """The account."""
    amount: int = Field(examples=[73344])
    """The amount, debit positive, in minor units."""


class EntrySource(Answer):
    """What is behind an entry: an event of a contract, or the close of a product's day."""

    kind: Literal["event", "close"] = Field(examples=["event"])
    """Which of the two."""
    contract: str | None = Field(default=None, examples=["L-1001"])
    """The contract of the event."""
    event: str | None = Field(default=None, examples=["000001"])
    """The event's id."""
    product: str | None = Field(default=None, examples=["steady"])
    """The product of the close."""
    on: Day | None = Field(default=None, examples=["2026-09-01"])
    """The day of the close."""
    previous_on: Day | None = Field(default=None, examples=["2026-08-31"])
    """The day of the close before."""


class JournalEntryShown(Answer):
    """A balanced entry."""

    number: int = Field(examples=[1])
    """Its number, rising with time."""
    posted_on: Day = Field(examples=["2026-09-01"])
    """The open day it was posted on."""
    value_on: Day = Field(examples=["2026-09-01"])
    """The day it takes effect on."""
    product: str = Field(examples=["steady"])
    """The product."""
    currency: str = Field(examples=["CNY"])
    """The currency."""
    source: EntrySource
    """What is behind it."""
    lines: list[JournalLine] = Field(examples=[[]])
    """Its lines; they sum to 0."""


class JournalPage(Answer):
    """A page of the journal."""

    data: list[JournalEntryShown]
    """The entries, in order of posting."""
    has_more: bool
    """Whether another page follows."""
    next: Cursor
    """What the next page comes after."""


class AccountEntry(JournalEntryShown):
    """An entry that moved an account."""

    amount: int = Field(examples=[73344])
    """By how much, debit positive, in minor units."""


class AccountPage(Answer):
    """A page of what moved an account."""

    data: list[AccountEntry]
    """The entries, in order of posting."""
    has_more: bool
    """Whether another page follows."""
    next: Cursor
    """What the next page comes after."""


class TrialRowShown(Answer):
    """One account's balance."""

    account: str = Field(examples=["bank"])
    """Its name."""
    code: str = Field(examples=["1002"])
    """Its code in the chart."""
    kind: Literal["asset", "liability", "equity", "income", "expense"] = Field(examples=["asset"])
    """Its kind."""
    says: dict[str, str] = Field(examples=[{"en": "Cash at bank", "zh": "银行存款"}])
    """What people call it."""
    debit: int = Field(ge=0, examples=[73344])
    """Its balance, if a debit, in minor units."""
    credit: int = Field(ge=0, examples=[0])
    """Its balance, if a credit, in minor units."""


class TrialBalanceShown(Answer):
    """Every account that was posted to; debits and credits come to the same."""

    rows: list[TrialRowShown]
    """The accounts, in order of the chart."""
    debit: int = Field(examples=[873344])
    """All debits, in minor units."""
    credit: int = Field(examples=[873344])
    """All credits, in minor units."""
    upto: Day | None = Field(examples=[None])
    """The posting day whose end is shown; null for all of it."""


class SuspenseLine(Answer):
    """A bank line that nobody could place."""

    key: str = Field(examples=["a3f0"])
    """What names it, the same in every file it appears in."""
    booked_on: Day = Field(examples=["2026-09-01"])
    """The day the bank booked it."""
    currency: str = Field(examples=["CNY"])
    """Its currency."""
    amount: int = Field(examples=[73344])
    """Its amount, in minor units."""
    reference: str = Field(examples=["Miete September"])
    """What the payer wrote."""


class SuspenseShown(Answer):
    """The bank lines that nobody could place."""

    data: list[SuspenseLine]
    """The lines, the oldest first."""


class QuarantinedLoan(Answer):
    """A loan that a close set aside."""

    contract: Number
    """The contract's number."""
    because: str = Field(examples=["The ledger and the positions differ by 1."])
    """Why."""
    expected: int | None = Field(examples=[73344])
    """What the positions say, in minor units, where a figure is off."""
    found: int | None = Field(examples=[73343])
    """What the ledger says."""
    closed_on: Day = Field(examples=["2026-09-01"])
    """The close that set it aside."""


class QuarantineShown(Answer):
    """The loans in quarantine."""

    data: list[QuarantinedLoan]
    """The loans."""


class BusinessDate(Answer):
    """The day that is open."""

    business_on: Day = Field(examples=["2026-09-01"])
    """The day."""


class CloseSummary(Answer):
    """What the close of one day came to; figures that a later version adds stand beside these."""

    model_config = ConfigDict(extra="allow")

    business_on: Day = Field(examples=["2026-09-01"])
    """The day that was closed."""
    state: str = Field(examples=["finished"])
    """How it ended; one with exceptions names its loans in the quarantine."""
    started_at: Instant = Field(examples=["2026-09-01T16:05:00Z"])
    """When it began."""
    finished_at: Instant | None = Field(examples=["2026-09-01T16:06:00Z"])
    """When it ended; null while it runs."""


class CloseProgress(Answer):
    """A close that has begun and not ended."""

    business_on: Day = Field(examples=["2026-09-01"])
    """The day it closes."""
    started_at: Instant = Field(examples=["2026-09-01T16:05:00Z"])
    """When it began."""
    done: dict[str, int] = Field(examples=[{"positions": 1}])
    """How many shards are done, by step."""


class CloseStatus(Answer):
    """How far the closes are."""

    last: CloseSummary | None = Field(examples=[None])
    """The last that ended; null before the first."""
    running: CloseProgress | None = Field(examples=[None])
    """The one that has begun and not ended, if any."""
    quarantine: list[QuarantinedLoan]
    """The loans that closes set aside."""


class DateMoved(Answer):
    """The sandbox's day, and the closes on the way there."""

    business_on: Day = Field(examples=["2026-09-02"])
    """The day that is open now."""
    closes: list[CloseSummary]
    """What each close came to."""


class MonthLocked(Answer):
    """A month that was locked."""

    month: str = Field(examples=["2026-08"])
    """The month."""
    locked_until: Day = Field(examples=["2026-08-31"])
    """The last day that is locked."""
