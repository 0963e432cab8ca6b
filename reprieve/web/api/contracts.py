"""`/contracts`: sign one, take one over, and ask what is owed on it, now or as of any day. Never edits one."""

from functools import partial
from typing import Annotated, Final

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from reprieve.lending import answers
from reprieve.lending.bad_input import bad_value, read_model
from reprieve.lending.case_file import CaseFile
from reprieve.lending.field import Count, Day, Document, Name, PositiveMoney, Rate
from reprieve.operations import reading
from reprieve.operations.commands import contracts as commands
from reprieve.web.api import shapes
from reprieve.web.api.calculate import CASE
from reprieve.web.api.calculate import ExplainAsked as ExplainOnDay
from reprieve.web.api.customers import NUMBER
from reprieve.web.commanding import PageAsked, carry_out, now, paged, version_tag, visible
from reprieve.web.declared import Declared, promised
from reprieve.web.own import listed_customer
from reprieve.web.reading import Asked, read, read_document, read_query
from reprieve.web.responses import answered, tagged

contracts: Final = Router(tags=["contracts"])
READ: Final = "contracts:read"


class ContractGiven(Document):
    """A contract to sign: what is chosen within the product on sale today."""

    number: Annotated[str, Field(pattern=NUMBER)] = Field(examples=["L-2001"])
    """Your number for the contract."""
    customer: Name = Field(examples=["C-1001"])
    """Whose it is."""
    product: Name = Field(examples=["steady"])
    """The product's code."""
    principal: PositiveMoney = Field(examples=[800000])
    """What is lent, in minor units."""
    instalments: Count = Field(examples=[12])
    """How many rows."""
    annual_rate: Rate = Field(examples=["0.18"])
    """The contract rate."""
    first_due_on: Day | None = Field(default=None, examples=["2026-10-15"])
    """The first due day [a period after disbursement]."""
    due_day: Annotated[int, Field(ge=1, le=31)] | None = Field(default=None, examples=[15])
    """The due day of the month [that of the first due day]."""


class ContractTakenOver(Document):
    """A contract to take over from another system."""

    number: Annotated[str, Field(pattern=NUMBER)] = Field(examples=["L-3001"])
    """Your number for the contract."""
    customer: Name = Field(examples=["C-1001"])
    """Whose it is."""
    product: Name = Field(examples=["steady"])
    """The product whose ledger it belongs to."""
    file: CaseFile
    """The contract with its whole history, or with an `opening`."""


class ContractsAsked(PageAsked):
    """Which contracts."""

    customer: str | None = Field(default=None, max_length=200, examples=["C-1001"])
    """Only this customer's."""


class DayAsked(Asked):
    """Which day."""

    on: Day | None = Field(default=None, examples=["2026-09-01"])
    """The day whose end is asked about [the open day]."""


class PositionAsked(DayAsked):
    """Which day, and how much was known."""

    known_on: Day | None = Field(default=None, examples=["2026-09-01"])
    """Only what was recorded by the end of this day (UTC) [everything]."""


@contracts.get(
    "", **promised(Declared(shapes.ContractsPage, READ, asks=ContractsAsked, is_tagged=True, query={"limit": 10}))
)
def list_contracts(request: HttpRequest) -> HttpResponse:
    """Return contracts in order of recording, a page at a time."""
    asked = read_query(request, ContractsAsked)
    customer = listed_customer(request, asked.customer)
    return paged(
        request, asked, lambda after, limit: reading.contracts(after=after, limit=limit, customer=customer), "contract"
    )


@contracts.post(
    "",
    **promised(
        Declared(
            shapes.ContractSigned, "contracts:write", ContractGiven, status=201, moves=True, can_refuse=True,
            example={
                "number": "L-2001", "customer": "C-1001", "product": "steady", "principal": 800000,
                "instalments": 12, "annual_rate": "0.18",
            },
        )
    ),
)  # fmt: skip
def sign_contract(request: HttpRequest) -> HttpResponse:
    """Sign a contract of the product on sale today and pay it out."""
    given = read(request, ContractGiven).model_dump(mode="json", exclude_none=True)
    return carry_out(request, commands.sign_contract, given)


@contracts.post(
    "/migrations",
    **promised(
        Declared(
            shapes.ContractSigned, "contracts:write", ContractTakenOver, status=201, moves=True, can_refuse=True,
            example={"number": "L-3001", "customer": "C-1001", "product": "steady", "file": CASE},
        )
    ),
)  # fmt: skip
def migrate_contract(request: HttpRequest) -> HttpResponse:
    """Take a contract over from another system, with its whole history or with its balances."""
    document = read_document(request)
    read_model(ContractTakenOver, document)
    return carry_out(request, commands.migrate_contract, document)


@contracts.get("/{contract}", **promised(Declared(shapes.ContractShown, READ, is_tagged=True, asks=Asked)))
def show_contract(request: HttpRequest, contract: str) -> HttpResponse:
    """Return a contract with its case file: what was agreed and all that happened."""
    read_query(request, Asked)
    shown = visible(request, contract)
    tag = version_tag(shown["version"])
    if request.headers.get("If-None-Match", "") in (tag, f"W/{tag}"):
        return HttpResponse(status=304, headers={"ETag": tag})
    return answered(shown, headers={"ETag": tag})


@contracts.get(
    "/{contract}/events",
    **promised(Declared(shapes.EventsPage, READ, asks=PageAsked, is_tagged=True, query={"limit": 10})),
)
def list_events(request: HttpRequest, contract: str) -> HttpResponse:
    """Return the events of a contract in order of recording, a page at a time."""
    asked = read_query(request, PageAsked)
    visible(request, contract)
    return paged(request, asked, partial(reading.events, contract), "id")


@contracts.get("/{contract}/schedule", **promised(Declared(answers.Schedule, READ, is_tagged=True, asks=Asked)))
def show_schedule(request: HttpRequest, contract: str) -> HttpResponse:
    """Return the schedule of a contract as it was signed."""
    read_query(request, Asked)
    visible(request, contract)
    return tagged(request, reading.schedule(contract))


@contracts.get(
    "/{contract}/position",
    **promised(
        Declared(
            answers.Position, READ, asks=PositionAsked, is_tagged=True, can_refuse=True, query={"on": "2026-09-01"}
        )
    ),
)
def show_position(request: HttpRequest, contract: str) -> HttpResponse:
    """Return what is owed at the end of a day, as known at the end of a day."""
    asked = read_query(request, PositionAsked)
    shown = visible(request, contract)
    on = asked.on or reading.business_date(now())
    _check_begun(shown, on)
    return tagged(request, reading.position(contract, on=on, known_on=asked.known_on))


@contracts.get(
    "/{contract}/remaining",
    **promised(
        Declared(answers.Remaining, READ, asks=DayAsked, is_tagged=True, can_refuse=True, query={"on": "2026-09-01"})
    ),
)
def show_remaining(request: HttpRequest, contract: str) -> HttpResponse:
    """Return the payments to come, after all that was agreed meanwhile, if each is made in time."""
    asked = read_query(request, DayAsked)
    shown = visible(request, contract)
    on = asked.on or reading.business_date(now())
    _check_begun(shown, on)
    return tagged(request, reading.remaining(contract, on=on))


@contracts.get(
    "/{contract}/explanation",
    **promised(
        Declared(
            answers.Explanation, READ, asks=ExplainOnDay, is_tagged=True, can_refuse=True,
            query={"on": "2026-09-01", "figure": "interest"},
        )
    ),
)  # fmt: skip
def explain_position(request: HttpRequest, contract: str) -> HttpResponse:
    """Return the spans of days, bases and rates that sum to a figure of the position."""
    asked = read_query(request, ExplainOnDay)
    shown = visible(request, contract)
    _check_begun(shown, asked.on)
    return tagged(request, reading.explain(contract, on=asked.on, figure=asked.figure, known_on=asked.known_on))


@contracts.get(
    "/{contract}/credit-record", **promised(Declared(shapes.CreditRecordShown, READ, is_tagged=True, asks=Asked))
)
def show_credit_record(request: HttpRequest, contract: str) -> HttpResponse:
    """Return what was filed about a contract with a credit bureau, month by month, every filing of it."""
    read_query(request, Asked)
    visible(request, contract)
    return tagged(request, {"data": reading.credit_record(contract)})


def _check_begun(shown: dict[str, object], on: object) -> None:
    """Refuse a day before the contract in the query's own words."""
    start = str(shown["disbursed_on"])
    if str(on) < start:
        raise bad_value("?on", str(on), f"a day on or after the disbursement, {start}")
