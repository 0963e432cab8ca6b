"""`/applications`: apply with a budget, decide, show the cost. Never lends what is not affordable."""

from typing import Annotated, Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from reprieve.lending.bad_input import read_model
from reprieve.lending.budget import Budget
from reprieve.lending.field import Count, Document, Name, PositiveMoney, Rate
from reprieve.operations import reading
from reprieve.operations.commands import applications as commands
from reprieve.operations.commands.budgets import state_budget as state
from reprieve.web import own
from reprieve.web.api import origination_shapes as shapes
from reprieve.web.api.calculate import BUDGET
from reprieve.web.api.customers import Nothing
from reprieve.web.commanding import NumberedPageAsked, carry_out, paged
from reprieve.web.declared import Declared, promised
from reprieve.web.reading import Asked, read, read_document, read_query
from reprieve.web.responses import tagged

applications: Final = Router(tags=["applications"])
READ: Final = "applications:read"
WRITE: Final = "applications:write"
ASKED_FOR: Final = {
    "customer": "C-1001", "product": "steady", "principal": 800000, "instalments": 12, "annual_rate": "0.18",
    "budget": BUDGET, "purpose": "a heat pump",
}  # fmt: skip


class ApplicationGiven(Document):
    """An application for a contract of the product on sale today."""

    customer: Name = Field(examples=["C-1001"])
    """Who applies."""
    product: Name = Field(examples=["steady"])
    """The product's code."""
    principal: PositiveMoney = Field(examples=[800000])
    """What is asked for, in minor units."""
    instalments: Count = Field(examples=[12])
    """In how many rows it would be repaid."""
    annual_rate: Rate = Field(examples=["0.18"])
    """The contract rate."""
    budget: Budget
    """The household's month without the new payment."""
    purpose: Annotated[str, Field(max_length=500)] = Field(default="", examples=["a heat pump"])
    """What it is for; please write no names."""


class BudgetGiven(Document):
    """A budget to keep."""

    budget: Budget
    """The household's month."""


class DecisionGiven(Document):
    """A decision on an application."""

    is_approved: bool = Field(examples=[True])
    """Whether it is approved."""


class LanguageGiven(Document):
    """In which language to show the cost."""

    language: Literal["zh", "en"] = Field(examples=["zh"])
    """The language of whom it is shown to."""


class ApplicationsAsked(NumberedPageAsked):
    """Which applications."""

    customer: str | None = Field(default=None, max_length=200, examples=["C-1001"])
    """Only this customer's."""
    state: shapes.State | None = Field(default=None, examples=["submitted"])
    """Only those in this state."""


@applications.get(
    "/applications",
    **promised(Declared(shapes.ApplicationsPage, READ, asks=ApplicationsAsked, is_tagged=True, query={"limit": 10})),
)
def list_applications(request: HttpRequest) -> HttpResponse:
    """Return applications in order of number, a page at a time."""
    asked = read_query(request, ApplicationsAsked)
    customer = own.listed_customer(request, asked.customer)

    def page(*, after: str | None, limit: int) -> list[dict[str, object]]:
        return reading.applications(after=asked.number(after), limit=limit, customer=customer, state=asked.state)

    return paged(request, asked, page, "application")


@applications.post(
    "/applications",
    **promised(
        Declared(
            shapes.Applied, WRITE, ApplicationGiven, status=201, moves=True, can_refuse=True, example=ASKED_FOR,
        )
    ),
)  # fmt: skip
def apply_for_credit(request: HttpRequest) -> HttpResponse:
    """Apply for a contract of the product on sale, with a budget; the answer says whether it is affordable."""
    document = read_document(request)
    own.check_customer(request, read_model(ApplicationGiven, document).customer)
    return carry_out(request, commands.apply_for_credit, document)


@applications.get(
    "/applications/{application}", **promised(Declared(shapes.ApplicationShown, READ, asks=Asked, is_tagged=True))
)
def show_application(request: HttpRequest, application: str) -> HttpResponse:
    """Return an application with its budget, its assessment and the numbers of what was shown."""
    read_query(request, Asked)
    return tagged(request, own.application_of(request, application))


@applications.post(
    "/applications/{application}/decisions",
    **promised(
        Declared(
            shapes.ApplicationMoved, WRITE, DecisionGiven, status=201, moves=True, can_refuse=True,
            example={"is_approved": True},
        )
    ),
)  # fmt: skip
def decide_application(request: HttpRequest, application: str) -> HttpResponse:
    """Approve or decline; what the customer cannot afford is not approved, nor is it by whoever entered it."""
    number = own.application_of(request, application)["application"]
    given = read(request, DecisionGiven)
    return carry_out(request, commands.decide_application, {"application": number, "is_approved": given.is_approved})


@applications.post(
    "/applications/{application}/withdrawals",
    **promised(
        Declared(
            shapes.ApplicationMoved, WRITE, Nothing, status=201, moves=True, can_refuse=True, example={},
            path={"application": "4"},
        )
    ),
)  # fmt: skip
def withdraw_application(request: HttpRequest, application: str) -> HttpResponse:
    """Take an application back before anything is signed."""
    number = own.application_of(request, application)["application"]
    read(request, Nothing)
    return carry_out(request, commands.withdraw_application, {"application": number})


@applications.post(
    "/applications/{application}/disclosures",
    **promised(
        Declared(
            shapes.Disclosed, WRITE, LanguageGiven, status=201, moves=True, can_refuse=True,
            example={"language": "en"}, path={"application": "2"},
        )
    ),
)  # fmt: skip
def disclose(request: HttpRequest, application: str) -> HttpResponse:
    """Show the cost of an approved application: table, schedule, questions. What is shown is kept as shown."""
    number = own.application_of(request, application)["application"]
    given = read(request, LanguageGiven)
    return carry_out(request, commands.disclose, {"application": number, "language": given.language})


@applications.get(
    "/customers/{customer}/budgets",
    **promised(Declared(shapes.BudgetsPage, READ, asks=NumberedPageAsked, is_tagged=True, query={"limit": 10})),
)
def list_budgets(request: HttpRequest, customer: str) -> HttpResponse:
    """Return the budgets a customer stated, in order of recording, a page at a time."""
    asked = read_query(request, NumberedPageAsked)
    own.check_customer(request, customer)

    def page(*, after: str | None, limit: int) -> list[dict[str, object]]:
        return reading.budgets(customer, after=asked.number(after), limit=limit)

    return paged(request, asked, page, "number")


@applications.post(
    "/customers/{customer}/budgets",
    **promised(
        Declared(
            shapes.BudgetStated, WRITE, BudgetGiven, status=201, moves=True, can_refuse=True,
            example={"budget": BUDGET},
        )
    ),
)  # fmt: skip
def state_budget(request: HttpRequest, customer: str) -> HttpResponse:
    """Keep a customer's month as stated today; a new statement never changes an old one."""
    own.check_customer(request, customer)
    document = read_document(request)
    read_model(BudgetGiven, document)
    return carry_out(request, state, {"customer": customer, **document})
