"""`/credit-record`: what was filed with a credit bureau, contract by contract, every filing of it. Never files."""

from datetime import date
from typing import Annotated, Final

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from reprieve.lending.answers import Answer
from reprieve.operations import reading
from reprieve.web import own
from reprieve.web.api.closes import MONTH
from reprieve.web.api.shapes import CreditRow, Cursor
from reprieve.web.commanding import NumberedPageAsked, paged
from reprieve.web.declared import Declared, promised
from reprieve.web.reading import read_query

credit_record: Final = Router(tags=["credit record"])


class RowsAsked(NumberedPageAsked):
    """Which rows."""

    month: Annotated[str, Field(pattern=MONTH)] | None = Field(default=None, examples=["2026-08"])
    """Only those about this month."""
    customer: str | None = Field(default=None, max_length=200, examples=["C-1001"])
    """Only those about this customer's contracts."""


class CreditRowListed(CreditRow):
    """What was filed about one month of one contract, by number."""

    number: int = Field(ge=1, examples=[1])
    """Rises with each filing."""


class CreditRowsPage(Answer):
    """A page of what was filed."""

    data: list[CreditRowListed]
    """The rows, in order of filing."""
    has_more: bool
    """Whether another page follows."""
    next: Cursor
    """What the next page comes after."""


@credit_record.get(
    "/credit-record",
    **promised(Declared(CreditRowsPage, "contracts:read", asks=RowsAsked, is_tagged=True, query={"month": "2026-08"})),
)
def list_credit_record(request: HttpRequest) -> HttpResponse:
    """Return what was filed, in order of filing, a page at a time."""
    asked = read_query(request, RowsAsked)
    customer = own.listed_customer(request, asked.customer)
    month = None if asked.month is None else date.fromisoformat(f"{asked.month}-01")

    def page(*, after: str | None, limit: int) -> list[dict[str, object]]:
        return reading.filed(after=asked.number(after), limit=limit, month=month, customer=customer)

    return paged(request, asked, page, "number")
