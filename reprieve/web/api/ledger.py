"""The ledger over HTTP: the journal, what moved an account, the trial balance, suspense. Never guesses."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from reprieve.lending.field import Day, Document, Name
from reprieve.operations import intake, reading
from reprieve.web.api import ledger_shapes as shapes
from reprieve.web.api.intake_shapes import BankLinesPage
from reprieve.web.api.shapes import LinePlaced
from reprieve.web.commanding import NumberedPageAsked, PageAsked, carry_out, paged
from reprieve.web.declared import Declared, promised
from reprieve.web.reading import Asked, read, read_query
from reprieve.web.responses import tagged

ledger: Final = Router(tags=["ledger"])
READ: Final = "ledger:read"


class JournalAsked(NumberedPageAsked):
    """Which entries."""

    contract: str | None = Field(default=None, max_length=200, examples=["L-1001"])
    """Only those of this contract's events."""


class BalanceAsked(Asked):
    """Which trial balance."""

    upto: Day | None = Field(default=None, examples=["2026-09-01"])
    """The posting day whose end is shown [all of it]."""
    product: str | None = Field(default=None, max_length=100, examples=["steady"])
    """Only this product's [all]."""


@ledger.get(
    "/journal", **promised(Declared(shapes.JournalPage, READ, asks=JournalAsked, is_tagged=True, query={"limit": 10}))
)
def list_journal(request: HttpRequest) -> HttpResponse:
    """Return entries in order of posting, a page at a time, each with what is behind it."""
    asked = read_query(request, JournalAsked)

    def page(*, after: str | None, limit: int) -> list[dict[str, object]]:
        return reading.journal(after=asked.number(after), limit=limit, contract=asked.contract)

    return paged(request, asked, page, "number")


@ledger.get(
    "/accounts/{account}/entries",
    **promised(Declared(shapes.AccountPage, READ, asks=NumberedPageAsked, is_tagged=True, query={"limit": 10})),
)
def list_account(request: HttpRequest, account: str) -> HttpResponse:
    """Return the entries that moved an account, a page at a time, with what each moved."""
    asked = read_query(request, NumberedPageAsked)

    def page(*, after: str | None, limit: int) -> list[dict[str, object]]:
        return reading.behind(account, after=asked.number(after), limit=limit)

    return paged(request, asked, page, "number")


@ledger.get("/trial-balance", **promised(Declared(shapes.TrialBalanceShown, READ, asks=BalanceAsked, is_tagged=True)))
def show_trial_balance(request: HttpRequest) -> HttpResponse:
    """Return the trial balance at the end of a posting day; debits and credits come to the same."""
    asked = read_query(request, BalanceAsked)
    return tagged(request, reading.trial_balance(upto=asked.upto, product=asked.product))


@ledger.get("/suspense", **promised(Declared(BankLinesPage, READ, asks=PageAsked, is_tagged=True, query={"limit": 10})))
def list_suspense(request: HttpRequest) -> HttpResponse:
    """Return the bank lines that nobody could place, the oldest first, a page at a time."""
    return paged(request, read_query(request, PageAsked), reading.suspense, "key")


class PlacementGiven(Document):
    """Whose money a line in suspense is."""

    key: Name = Field(examples=["line-1"])
    """The line's key."""
    contract: Name = Field(examples=["L-1001"])
    """The contract that somebody has found it belongs to."""


@ledger.post(
    "/suspense/placements",
    **promised(
        Declared(
            LinePlaced, "intake:write", PlacementGiven, status=201, moves=True, can_refuse=True,
            example={"key": "line-1", "contract": "L-1001"},
        )
    ),
)  # fmt: skip
def place_bank_line(request: HttpRequest) -> HttpResponse:
    """Place money in suspense: it becomes a payment of the contract it belongs to."""
    return carry_out(request, intake.place_bank_line, read(request, PlacementGiven).model_dump(mode="json"))
