"""`/book-imports`: a book of another system, tried out or taken over. Commits nothing unless its totals agree.

One loan a line (NDJSON), or all of them in a JSON array.
"""

import json
from typing import Annotated, Any, Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field, RootModel

from reprieve.lending.case_file import CaseFile
from reprieve.lending.field import Document, Name
from reprieve.lending.intake import read_book_array, read_book_lines
from reprieve.operations.uploads import LOANS_MOST, upload_book
from reprieve.web.api import intake_shapes as shapes
from reprieve.web.api.calculate import CASE
from reprieve.web.api.customers import NUMBER, Identifiers
from reprieve.web.commanding import act_of, carried_out
from reprieve.web.declared import Declared, promised
from reprieve.web.reading import JSON, Asked, Digits, file_of, read_as_file, read_query

books: Final = Router(tags=["book imports"])
NDJSON: Final = "application/x-ndjson"
LOAN: Final = {
    "number": "M-1001", "customer": {"number": "C-3001", "language": "zh"}, "product": "steady", "file": CASE,
}  # fmt: skip
Total = Annotated[int, Field(strict=True, ge=0), Digits]


class CustomerBrought(Document):
    """A customer who comes with a loan."""

    number: Annotated[str, Field(pattern=NUMBER)] = Field(examples=["C-3001"])
    """Your number for the customer."""
    language: Literal["zh", "en"] = Field(examples=["zh"])
    """The language to write to them in."""
    identifiers: Identifiers = Field(default_factory=dict, examples=[{"phone": "13800000000"}])
    """What identifies them, by kind; sealed at once and never answered."""


class LoanBrought(Document):
    """A loan of another system."""

    number: Annotated[str, Field(pattern=NUMBER)] = Field(examples=["M-1001"])
    """Your number for the contract."""
    customer: Name | CustomerBrought = Field(examples=["C-1001"])
    """The number of a customer, or the customer to register with it."""
    product: Name = Field(examples=["steady"])
    """The product whose ledger it belongs to."""
    file: CaseFile
    """The contract with its whole history, or with an `opening`."""


class BookBrought(RootModel[list[LoanBrought]]):
    """A book: loan after loan. A row that cannot be read is rejected in the answer, and no other with it."""


class BookAsked(Asked):
    """Whether to try or to take over, and the control totals."""

    dry_run: Literal["true", "false"] = Field(default="true", examples=["true"])
    """Whether to commit nothing and only say what would come of it."""
    loans: Total = Field(examples=[1])
    """How many loans are accepted."""
    principal: Total | None = Field(default=None, examples=[800000])
    """What was lent on them, in minor units [not compared]."""
    outstanding_principal: Total | None = Field(default=None, examples=[800000])
    """Principal that is owed at the end of the open day, in minor units [not compared]."""
    outstanding_interest: Total | None = Field(default=None, examples=[None])
    """Interest that is owed [not compared]."""
    outstanding_penalty: Total | None = Field(default=None, examples=[None])
    """Penalty interest that is owed [not compared]."""
    outstanding_fees: Total | None = Field(default=None, examples=[None])
    """Fees that are owed [not compared]."""
    outstanding_total: Total | None = Field(default=None, examples=[None])
    """All that is owed [not compared]."""

    def control(self) -> dict[str, Any]:
        """Return the control totals that were given."""
        parts = ("principal", "interest", "penalty", "fees", "total")
        outstanding = {part: getattr(self, f"outstanding_{part}") for part in parts}
        given = {"loans": self.loans, "principal": self.principal}
        known = {name: total for name, total in given.items() if total is not None}
        return {**known, "outstanding": {part: total for part, total in outstanding.items() if total is not None}}


@books.post(
    "/book-imports",
    **promised(
        Declared(
            shapes.BookReport, "books:import", BookBrought, BookAsked, status=201, moves=True, can_refuse=True,
            example=[LOAN], files={NDJSON: json.dumps(LOAN, ensure_ascii=False) + "\n"},
            query={"dry_run": "true", "loans": 1, "principal": 800000},
        )
    ),
)  # fmt: skip
def import_book(request: HttpRequest) -> HttpResponse:
    """Take over a book, or try it out: rows that cannot be read are named, and nothing is committed unless all agrees.

    Sent again under the same key after a kill, it goes on where it stopped.
    """
    act, asked = act_of(request), read_query(request, BookAsked)
    media_type, content = file_of(request, (JSON, NDJSON))
    is_dry_run = asked.dry_run == "true"
    with read_as_file():
        loans = read_book_lines(content, LOANS_MOST) if media_type == NDJSON else read_book_array(content)
        return carried_out(upload_book(act, loans, asked.control(), content=content, is_dry_run=is_dry_run))
