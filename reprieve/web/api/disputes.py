"""`/disputes`: object to what was filed, and answer within the rule's clock. Never edits a row: it is filed again."""

from typing import Annotated, Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from reprieve.lending.answers import Answer
from reprieve.lending.field import Day, Document, Instant
from reprieve.operations import opening, reading
from reprieve.operations.commands import disputes as commands
from reprieve.web import own
from reprieve.web.api.closes import MONTH
from reprieve.web.api.shapes import Cursor, Number
from reprieve.web.commanding import NumberedPageAsked, carry_out, paged, visible
from reprieve.web.declared import Declared, promised
from reprieve.web.reading import Asked, read, read_query
from reprieve.web.responses import tagged

disputes: Final = Router(tags=["disputes"])
READ: Final = "disputes:read"
WRITE: Final = "disputes:write"
State = Literal["open", "upheld", "rejected", "withdrawn"]


class DisputeGiven(Document):
    """An objection to what was filed about a month."""

    month: Annotated[str, Field(pattern=MONTH)] = Field(examples=["2026-08"])
    """The month, as YYYY-MM."""
    says: Annotated[str, Field(min_length=1, max_length=10_000)] = Field(examples=["I paid on the 15th."])
    """What is wrong, in the customer's own words; sealed."""


class DisputeAnswered(Document):
    """The answer to a dispute."""

    is_upheld: bool = Field(examples=[True])
    """Whether the customer is right."""


class DisputesAsked(NumberedPageAsked):
    """Which disputes."""

    contract: str | None = Field(default=None, max_length=200, examples=["L-1002"])
    """Only those about this contract."""
    customer: str | None = Field(default=None, max_length=200, examples=["C-1001"])
    """Only this customer's."""
    state: State | None = Field(default=None, examples=["open"])
    """Only those in this state."""


class DisputeOpened(Answer):
    """A dispute that was opened."""

    contract: Number
    """The contract's number."""
    dispute: int = Field(ge=1, examples=[1])
    """Its number."""
    month: str = Field(examples=["2026-08"])
    """The month it is about."""
    answer_due_on: Day = Field(examples=["2026-09-21"])
    """The last day to answer on."""


class DisputeEnded(Answer):
    """A dispute that was answered."""

    contract: Number
    """The contract's number."""
    dispute: int = Field(ge=1, examples=[1])
    """Its number."""
    state: State = Field(examples=["upheld"])
    """How."""
    is_late: bool = Field(examples=[False])
    """Whether the answer came after its last day."""


class DisputeListed(Answer):
    """One dispute of a list."""

    dispute: int = Field(ge=1, examples=[1])
    """Its number."""
    contract: Number
    """The contract's number."""
    customer: str = Field(examples=["C-1001"])
    """Whose it is."""
    month: str | None = Field(examples=["2026-08"])
    """The month it is about."""
    rule: str = Field(examples=["credit_record.dispute_days"])
    """The rule of its clock."""
    answer_due_on: Day = Field(examples=["2026-09-21"])
    """The last day to answer on."""
    state: State = Field(examples=["open"])
    """Where it stands."""
    recorded_at: Instant = Field(examples=["2026-09-01T09:30:00Z"])
    """When it was opened."""
    answered_at: Instant | None = Field(examples=[None])
    """When it was answered."""


class DisputeShown(DisputeListed):
    """A dispute with what its customer says."""

    says: str | None = Field(examples=["I paid on the 15th."])
    """In their own words; null where the customer was erased."""


class DisputesPage(Answer):
    """A page of disputes."""

    data: list[DisputeListed]
    """The disputes, in order of number."""
    has_more: bool
    """Whether another page follows."""
    next: Cursor
    """What the next page comes after."""


@disputes.get(
    "/disputes",
    **promised(Declared(DisputesPage, READ, asks=DisputesAsked, is_tagged=True, query={"limit": 10})),
)
def list_disputes(request: HttpRequest) -> HttpResponse:
    """Return disputes in order of number, a page at a time."""
    asked = read_query(request, DisputesAsked)
    customer = own.listed_customer(request, asked.customer)

    def page(*, after: str | None, limit: int) -> list[dict[str, object]]:
        wanted = {"contract": asked.contract, "customer": customer, "state": asked.state}
        return reading.all_disputes(after=asked.number(after), limit=limit, **wanted)

    return paged(request, asked, page, "dispute")


@disputes.get("/disputes/{dispute}", **promised(Declared(DisputeShown, READ, asks=Asked, is_tagged=True)))
def show_dispute(request: HttpRequest, dispute: str) -> HttpResponse:
    """Return a dispute with what its customer says; who read it is noted."""
    read_query(request, Asked)
    number = own.dispute_of(request, dispute)
    return tagged(request, opening.dispute(own.reader_of(request), number))


@disputes.post(
    "/contracts/{contract}/disputes",
    **promised(
        Declared(
            DisputeOpened, WRITE, DisputeGiven, status=201, moves=True, can_refuse=True,
            example={"month": "2026-08", "says": "I paid on the 15th."}, path={"contract": "L-1004"},
        )
    ),
)  # fmt: skip
def open_dispute(request: HttpRequest, contract: str) -> HttpResponse:
    """Object to what was filed about a month: the clock starts, contact stops, the next filing says so."""
    visible(request, contract)
    given = read(request, DisputeGiven).model_dump(mode="json")
    return carry_out(request, commands.open_dispute, {"contract": contract, **given})


@disputes.post(
    "/disputes/{dispute}/answers",
    **promised(
        Declared(
            DisputeEnded, WRITE, DisputeAnswered, status=201, moves=True, can_refuse=True, example={"is_upheld": True}
        )
    ),
)
def answer_dispute(request: HttpRequest, dispute: str) -> HttpResponse:
    """Answer a dispute in the customer's favour or not; what proved wrong is corrected by events and filed again."""
    number = own.dispute_of(request, dispute)
    given = read(request, DisputeAnswered)
    return carry_out(request, commands.answer_dispute, {"dispute": number, "is_upheld": given.is_upheld})
