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


class QuarantineListed(QuarantinedLoan):
    """A loan in quarantine, by number."""

    number: int = Field(ge=1, examples=[1])
    """Counts the loans that were set aside."""


class QuarantinePage(Answer):
    """A page of loans in quarantine."""

    data: list[QuarantineListed]
    """The loans, in order of being set aside."""
    has_more: bool
    """Whether another page follows."""
    next: Cursor
    """What the next page comes after."""


class ThenAndNow(Answer):
    """What something was at the close, and what it would be now."""

    then: str | None = Field(examples=["e63d2e627259aeecb817d6f7aabd2b321b874f5963fbf5f66b7554becfbdb207"])
    """At the close."""
    now: str | None = Field(examples=["e63d2e627259aeecb817d6f7aabd2b321b874f5963fbf5f66b7554becfbdb207"])
    """Now."""


class FigureMoved(Answer):
    """A figure that would move."""

    then: int = Field(examples=[1382])
    """At the close, in minor units or days."""
    now: int = Field(examples=[1383])
    """Now."""


class AccountMoved(FigureMoved):
    """An account of a product that would move."""

    product: str = Field(examples=["steady"])
    """The product."""
    currency: str = Field(examples=["CNY"])
    """The currency."""
    account: str = Field(examples=["penalty_receivable"])
    """The account."""


class LoanMoved(Answer):
    """A loan of which anything would move."""

    contract: Number
    """The contract's number."""
    events: dict[str, dict[str, int]] = Field(examples=[{"000001": {"bank": 1}}])
    """What each event would still post, by account."""
    figures: dict[str, FigureMoved] = Field(examples=[{}])
    """The figures of its position that would move; known while the close's mirror is kept."""
    bucket: dict[str, str | None] = Field(examples=[{}])
    """The bucket it was in (`then`) and would be in (`now`), where they differ."""


class CloseCompared(Answer):
    """The last close computed again with today's engine and rules. Nothing is posted."""

    compared: Day | None = Field(examples=["2026-08-31"])
    """The close; null before the first."""
    engine: ThenAndNow | None = Field(examples=[None])
    """The hashes of the engines."""
    pack: ThenAndNow | None = Field(examples=[None])
    """The content hashes of the rule packs."""
    accounts: list[AccountMoved] = Field(examples=[[]])
    """The accounts that would move."""
    loans: list[LoanMoved] = Field(examples=[[]])
    """The loans that would; at most a thousand."""
    loans_total: int = Field(ge=0, examples=[0])
    """How many there are."""


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


class DisputeOverdue(Answer):
    """A dispute whose last day has passed without an answer."""

    dispute: int = Field(ge=1, examples=[1])
    """Its number."""
    contract: Number
    """The contract's number."""
    answer_due_on: Day = Field(examples=["2026-08-21"])
    """The last day to answer on."""


class DisputesUnanswered(Answer):
    """The disputes that wait for an answer."""

    open: int = Field(ge=0, examples=[1])
    """How many."""
    overdue: list[DisputeOverdue] = Field(examples=[[]])
    """Those that should have been answered."""


class CloseStatus(Answer):
    """How far the closes are."""

    last: CloseSummary | None = Field(examples=[None])
    """The last that ended; null before the first."""
    running: CloseProgress | None = Field(examples=[None])
    """The one that has begun and not ended, if any."""
    quarantine: list[QuarantinedLoan]
    """The loans that closes set aside."""
    disputes: DisputesUnanswered
    """The disputes that wait for an answer."""


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
