"""The shapes of messages, contact, help and documents. Never fills in a value."""

from typing import Annotated, Literal

from pydantic import Field

from reprieve.lending.answers import Answer
from reprieve.lending.field import Day, Document, Instant
from reprieve.web.api.shapes import Cursor, Number
from reprieve.web.commanding import NumberedPageAsked
from reprieve.web.reading import Asked

Channel = Literal["portal", "email", "sms", "phone", "letter"]
Sent = Literal["portal", "email", "sms"]
Purpose = Literal["collection", "notice", "service"]
Wording = Literal[
    "due_soon",
    "in_grace",
    "overdue",
    "credit_record.prior_notice",
    "help_received",
    "help_ended",
    "promise_noted",
    "reply",
]
Reason = Literal["less_income", "unexpected_cost", "illness", "family", "unclear_terms", "other"]
Kind = Literal["settlement_certificate", "schedule", "plan"]
Text = Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"\S")]
Clock = Annotated[str, Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Customer = Annotated[str, Field(examples=["C-1001"])]
Figures = dict[str, Annotated[int, Field(strict=True, ge=0, lt=2**53)] | Text]


class MessageGiven(Document):
    """A message to write to a customer; the gate decides whether it may be sent."""

    contract: str | None = Field(default=None, max_length=200, examples=["L-1001"])
    """The contract it is about [none]. Either this or `customer`."""
    customer: str | None = Field(default=None, max_length=200, examples=[None])
    """The customer, where it is about no contract [the contract's]."""
    wording: Wording = Field(examples=["reply"])
    """What to say; the words are in the customer's language."""
    figures: Figures = Field(default_factory=dict, max_length=10, examples=[{"text": "我们已收到。"}])
    """The figures the wording takes: money in minor units, days as ISO, a text."""
    channel: Sent | None = Field(default=None, examples=[None])
    """How to send it [the first that reaches the customer]."""


class MessageReceived(Document):
    """A message that a customer wrote."""

    text: Text = Field(examples=["下月能少还些吗？"])
    """What it says; sealed at once."""
    channel: Channel = Field(default="portal", examples=["portal"])
    """How it came."""
    contract: str | None = Field(default=None, max_length=200, examples=["L-1001"])
    """The contract it is about [none]."""


class PreferenceGiven(Document):
    """How a customer wants to be reached by a channel, from now on."""

    channel: Channel = Field(examples=["sms"])
    """The channel."""
    is_allowed: bool = Field(default=True, examples=[True])
    """Whether it may be used."""
    quiet_from: Clock | None = Field(default=None, examples=["19:00"])
    """From when on it stays quiet, by the customer's clock [never]."""
    quiet_until: Clock | None = Field(default=None, examples=["09:00"])
    """Until when."""


class CallNoted(Document):
    """How a call to a customer went."""

    outcome: Literal["conversation", "no_answer"] = Field(examples=["no_answer"])
    """What came of it."""


class HelpAsked(Document):
    """A request for help; nothing needs to be filled in."""

    reasons: list[Reason] = Field(default_factory=list, max_length=6, examples=[["less_income"]])
    """Why, in the customer's view."""
    says: str = Field(default="", max_length=10_000, examples=["工资少了一半。"])
    """In their own words; sealed."""


class PromiseGiven(Document):
    """A day and an amount that a borrower names."""

    amount: Annotated[int, Field(strict=True, gt=0, lt=2**53)] = Field(examples=[50_000])
    """How much, in minor units."""
    on: Day = Field(examples=["2026-09-10"])
    """By which day, at most 31 days ahead."""


class DocumentAsked(Document):
    """A document to be made as a PDF."""

    kind: Kind = Field(examples=["schedule"])
    """Which."""
    language: Literal["zh", "en"] | None = Field(default=None, examples=["zh"])
    """In which language [the customer's]."""


class GateAsked(Asked):
    """A contact that is wished for."""

    channel: Channel = Field(examples=["sms"])
    """By which channel."""
    purpose: Purpose = Field(examples=["collection"])
    """What for."""
    contract: str | None = Field(default=None, max_length=200, examples=["L-1001"])
    """About which contract: its type of lender and product choose the rules [none]."""


class CasesAsked(NumberedPageAsked):
    """Which relief cases."""

    state: Literal["open", "waiting", "offered", "agreed", "closed"] | None = Field(default=None, examples=["open"])
    """Only those in this state."""


class MessageWritten(Answer):
    """A message that was written, or came in."""

    customer: Customer
    """Whose it is."""
    message: int = Field(ge=1, examples=[1])
    """Its number."""
    channel: Channel | None = Field(default=None, examples=["sms"])
    """How it goes."""
    wording: str | None = Field(default=None, examples=["reply"])
    """What it says, by name."""
    state: Literal["waiting", "delivered", "received"] = Field(examples=["waiting"])
    """Where it stands."""


class MessageShown(Answer):
    """One message of a customer."""

    message: int = Field(ge=1, examples=[1])
    """Its number."""
    contract: str | None = Field(examples=["L-1001"])
    """The contract it is about."""
    is_inbound: bool = Field(examples=[False])
    """Whether the customer wrote it."""
    channel: Channel = Field(examples=["sms"])
    """How it went or came."""
    wording: str = Field(examples=["reply"])
    """What it says, by name; empty for free text."""
    text: str | None = Field(examples=["我们已收到。"])
    """What it says, as sent; null where the customer was erased."""
    state: Literal["waiting", "sent", "delivered", "abandoned", "received"] = Field(examples=["sent"])
    """Where it stands."""
    recorded_at: Instant = Field(examples=["2026-09-01T09:30:00Z"])
    """When it was written."""


class MessagesPage(Answer):
    """A page of messages."""

    data: list[MessageShown]
    """The messages, in order."""
    has_more: bool
    """Whether another page follows."""
    next: Cursor
    """What the next page comes after."""


class AttemptShown(Answer):
    """One attempt to reach a customer."""

    attempt: int = Field(ge=1, examples=[1])
    """Its number."""
    channel: Channel = Field(examples=["sms"])
    """By which channel."""
    outcome: Literal["refused", "sent", "delivered", "failed", "conversation", "no_answer"] = Field(examples=["sent"])
    """What came of it."""
    rule: str = Field(examples=["contact.quiet_hours"])
    """The rule that refused it; empty where none did."""
    message: int | None = Field(examples=[1])
    """The message that was to be sent."""
    attempted_at: Instant = Field(examples=["2026-09-01T09:30:00Z"])
    """When."""


class AttemptsPage(Answer):
    """A page of attempts."""

    data: list[AttemptShown]
    """The attempts, in order."""
    has_more: bool
    """Whether another page follows."""
    next: Cursor
    """What the next page comes after."""


class GateShown(Answer):
    """Whether a customer may be contacted now."""

    customer: Customer
    """Who."""
    channel: Channel = Field(examples=["sms"])
    """By which channel."""
    purpose: Purpose = Field(examples=["collection"])
    """What for."""
    is_allowed: bool = Field(examples=[True])
    """Whether it may happen now."""
    rule: str | None = Field(examples=[None])
    """The rule that says no."""
    because: str | None = Field(examples=[None])
    """Why, in a sentence."""
    source: str | None = Field(examples=[None])
    """Where the rule comes from."""
    next_allowed_at: Instant | None = Field(examples=[None])
    """From when on it would be allowed; null where waiting does not help."""


class PreferenceKept(Answer):
    """How a customer wants to be reached by a channel."""

    customer: Customer
    """Who."""
    channel: Channel = Field(examples=["sms"])
    """The channel."""
    is_allowed: bool = Field(examples=[True])
    """Whether it may be used."""
    quiet_from: str | None = Field(examples=["19:00"])
    """From when on it stays quiet."""
    quiet_until: str | None = Field(examples=["09:00"])
    """Until when."""


class CallKept(Answer):
    """A call that was noted."""

    customer: Customer
    """Who was called."""
    channel: Literal["phone"] = Field(examples=["phone"])
    """By telephone."""
    outcome: Literal["conversation", "no_answer"] = Field(examples=["no_answer"])
    """What came of it."""


class HelpOpened(Answer):
    """A relief case, open; nobody asks for money meanwhile."""

    contract: Number
    """The contract's number."""
    case: int = Field(ge=1, examples=[1])
    """The case's number."""
    is_new: bool = Field(examples=[True])
    """Whether this request opened it."""
    gate: Literal["closed"] = Field(examples=["closed"])
    """The contact gate since."""


class HelpEnd(Document):
    """How a request for help ends."""

    outcome: Literal["agreed", "no_plan_fits", "advised_elsewhere"] = Field(examples=["agreed"])
    """A plan was signed, none fits, or somebody independent advises the borrower."""


class HelpEnded(Answer):
    """A relief case that has ended."""

    contract: Number
    """The contract's number."""
    case: int = Field(ge=1, examples=[1])
    """The case's number."""
    state: Literal["closed"] = Field(examples=["closed"])
    """Where it stands."""
    outcome: Literal["agreed", "no_plan_fits", "advised_elsewhere", "withdrawn"] = Field(examples=["agreed"])
    """How it ended."""


class PromiseKept(Answer):
    """A promise that was noted; it changes no debt."""

    contract: Number
    """The contract's number."""
    promise: int = Field(ge=1, examples=[1])
    """Its number."""
    amount: int = Field(ge=1, examples=[50_000])
    """How much, in minor units."""
    on: Day = Field(examples=["2026-09-10"])
    """By which day."""
    gate_closed_until: Instant = Field(examples=["2026-09-10T16:00:00Z"])
    """Until when nobody asks for money."""


class PromiseEnded(Answer):
    """A promise that was taken back."""

    contract: Number
    """The contract's number."""
    promise: int = Field(ge=1, examples=[1])
    """Its number."""
    state: Literal["withdrawn"] = Field(examples=["withdrawn"])
    """How it ended."""


class CaseShown(Answer):
    """One relief case, without what its customer says."""

    case: int = Field(ge=1, examples=[1])
    """Its number."""
    customer: Customer
    """Whose it is."""
    contract: str | None = Field(examples=["L-1001"])
    """The contract it is about."""
    reasons: list[str] = Field(examples=[["less_income"]])
    """Why."""
    state: Literal["open", "waiting", "offered", "agreed", "closed"] = Field(examples=["open"])
    """Where it stands."""
    opened_at: Instant = Field(examples=["2026-09-01T09:30:00Z"])
    """When it was opened."""
    outcome: Literal["agreed", "no_plan_fits", "advised_elsewhere", "withdrawn"] | None = Field(examples=[None])
    """How it ended, once it has."""
    closed_at: Instant | None = Field(examples=[None])
    """When it ended."""


class CasesPage(Answer):
    """A page of relief cases."""

    data: list[CaseShown]
    """The cases, in order of number."""
    has_more: bool
    """Whether another page follows."""
    next: Cursor
    """What the next page comes after."""


class DocumentListed(Answer):
    """One document."""

    document: int = Field(ge=1, examples=[1])
    """Its number."""
    contract: Number
    """The contract's number."""
    kind: Kind = Field(examples=["schedule"])
    """Which."""
    language: Literal["zh", "en"] = Field(examples=["zh"])
    """Its language."""
    state: Literal["waiting", "made"] = Field(examples=["waiting"])
    """Whether a worker has made it."""
    asked_at: Instant | None = Field(default=None, examples=["2026-09-01T09:30:00Z"])
    """When it was asked for."""


class DocumentShown(DocumentListed):
    """A document with its PDF."""

    pdf: str | None = Field(examples=[None])
    """The PDF in base64; null while it is not made."""


class DocumentsPage(Answer):
    """A page of documents."""

    data: list[DocumentListed]
    """The documents, in order of number."""
    has_more: bool
    """Whether another page follows."""
    next: Cursor
    """What the next page comes after."""
