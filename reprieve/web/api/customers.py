"""`/customers`: register one, erase one. Never answers with what identifies a person."""

from typing import Annotated, Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from reprieve.lending.field import Document
from reprieve.operations import reading
from reprieve.operations.commands import customers as commands
from reprieve.web.api import shapes
from reprieve.web.commanding import PageAsked, carry_out, paged
from reprieve.web.declared import Declared, promised
from reprieve.web.reading import Asked, read, read_query
from reprieve.web.responses import tagged

customers: Final = Router(tags=["customers"])
NUMBER: Final = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
Kind = Literal[
    "name", "national_id", "phone", "email", "address", "bank_account", "family_name", "given_name", "middle_name",
    "birth_date", "street", "city", "region", "postal_code",
]  # fmt: skip
Identifiers = dict[Kind, Annotated[str, Field(min_length=1, max_length=500)]]


class CustomerGiven(Document):
    """A customer to register."""

    number: Annotated[str, Field(pattern=NUMBER)] = Field(examples=["C-2001"])
    """Your number for the customer; never a name or a phone."""
    language: Literal["zh", "en"] = Field(examples=["zh"])
    """The language to write to them in."""
    identifiers: Identifiers = Field(default_factory=dict, examples=[{"phone": "13800000000"}])
    """What identifies them, by kind; sealed at once and never answered."""


class Nothing(Document):
    """An empty document: the address says it all."""


@customers.post(
    "",
    **promised(
        Declared(
            shapes.CustomerNamed, "customers:write", CustomerGiven, status=201, moves=True, can_refuse=True,
            example={"number": "C-2001", "language": "zh", "identifiers": {"phone": "13800000000"}},
        )
    ),
)  # fmt: skip
def register_customer(request: HttpRequest) -> HttpResponse:
    """Register a customer; what identifies them is sealed with a key of their own."""
    return carry_out(request, commands.register_customer, read(request, CustomerGiven).model_dump(mode="json"))


@customers.get(
    "",
    **promised(Declared(shapes.CustomersPage, "customers:read", asks=PageAsked, is_tagged=True, query={"limit": 10})),
)
def list_customers(request: HttpRequest) -> HttpResponse:
    """Return customers by number in order of registration, a page at a time; never what identifies them."""
    return paged(request, read_query(request, PageAsked), reading.all_customers, "customer")


@customers.get("/{customer}", **promised(Declared(shapes.CustomerShown, "customers:read", is_tagged=True, asks=Asked)))
def show_customer(request: HttpRequest, customer: str) -> HttpResponse:
    """Return a customer's language and contracts; never what identifies them."""
    read_query(request, Asked)
    return tagged(request, reading.customer(customer))


@customers.post(
    "/{customer}/erasure",
    **promised(
        Declared(
            shapes.CustomerNamed,
            "customers:write",
            Nothing,
            status=201,
            moves=True,
            can_refuse=True,
            example={},
            path={"customer": "C-1002"},
        )
    ),
)
def erase_customer(request: HttpRequest, customer: str) -> HttpResponse:
    """Destroy what identifies a customer; the history of money stays. Refused while a loan still runs."""
    read(request, Nothing)
    return carry_out(request, commands.erase_customer, {"number": customer})
