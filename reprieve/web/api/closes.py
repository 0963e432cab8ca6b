"""The close of day over HTTP: the open day, how far closes are, what they set aside, month locks, a sandbox's date.

Never closes a real lender's day: that is the worker's, or `reprieve close`.
"""

from datetime import timedelta
from typing import Annotated, Final

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from reprieve.lending.bad_input import bad_value
from reprieve.lending.field import Day, Document
from reprieve.operations import close_of_day, reading
from reprieve.operations.command import Act
from reprieve.operations.commands import closes as commands
from reprieve.web.access import caller_of
from reprieve.web.api import ledger_shapes as shapes
from reprieve.web.api.customers import Nothing
from reprieve.web.api.intake_shapes import QuarantineCleared
from reprieve.web.commanding import NumberedPageAsked, carry_out, now, paged
from reprieve.web.declared import Declared, promised
from reprieve.web.reading import Asked, read, read_query
from reprieve.web.responses import answered, tagged

closes: Final = Router(tags=["close of day"])
READ: Final = "close:read"
DAYS_MOST: Final = 31
MONTH: Final = "^[0-9]{4}-(0[1-9]|1[0-2])$"
LOANS_MOST: Final = 1_000


class MonthGiven(Document):
    """A month to lock."""

    month: Annotated[str, Field(pattern=MONTH)] = Field(examples=["2026-08"])
    """The month, as YYYY-MM."""


class DateGiven(Document):
    """The day to move a sandbox to."""

    to: Day = Field(examples=["2026-09-02"])
    """The day, at most 31 days ahead."""


@closes.get("/business-date", **promised(Declared(shapes.BusinessDate, READ, asks=Asked, is_tagged=True)))
def show_business_date(request: HttpRequest) -> HttpResponse:
    """Return the day that is open."""
    read_query(request, Asked)
    return tagged(request, {"business_on": reading.business_date(now())})


@closes.get("/close", **promised(Declared(shapes.CloseStatus, READ, asks=Asked, is_tagged=True)))
def show_close(request: HttpRequest) -> HttpResponse:
    """Return how far the closes are: the last, the one that runs, and the loans set aside."""
    read_query(request, Asked)
    return tagged(request, close_of_day.status())


@closes.get("/close/comparison", **promised(Declared(shapes.CloseCompared, READ, asks=Asked, is_tagged=True)))
def compare_close(request: HttpRequest) -> HttpResponse:
    """Return what would move if the last close were computed again today, after a change of the engine or the rules.

    The whole book is computed, so it takes as long as a close does. Figures are compared by `reprieve close --compare`
    alone, beside the close's mirror.
    """
    read_query(request, Asked)
    found = {"engine": None, "pack": None, **close_of_day.compare(now())}
    return tagged(request, {**found, "loans": found["loans"][:LOANS_MOST], "loans_total": len(found["loans"])})


@closes.get(
    "/quarantine",
    **promised(Declared(shapes.QuarantinePage, READ, asks=NumberedPageAsked, is_tagged=True, query={"limit": 10})),
)
def list_quarantine(request: HttpRequest) -> HttpResponse:
    """Return the loans that a close set aside, a page at a time, with why."""
    asked = read_query(request, NumberedPageAsked)

    def page(*, after: str | None, limit: int) -> list[dict[str, object]]:
        return reading.quarantine(after=asked.number(after), limit=limit)

    return paged(request, asked, page, "number")


@closes.post(
    "/contracts/{contract}/quarantine-clearances",
    **promised(
        Declared(
            QuarantineCleared, "close:run", Nothing, status=201, moves=True, can_refuse=True, example={},
            path={"contract": "L-1006"},
        )
    ),
)  # fmt: skip
def clear_quarantine(request: HttpRequest, contract: str) -> HttpResponse:
    """Put a loan in quarantine right: post what its events should have posted and have not."""
    read(request, Nothing)
    return carry_out(request, commands.clear_quarantine, {"contract": contract})


@closes.post(
    "/month-locks",
    **promised(
        Declared(
            shapes.MonthLocked, "close:run", MonthGiven, status=201, moves=True, can_refuse=True,
            example={"month": "2026-07"},
        )
    ),
)  # fmt: skip
def lock_month(request: HttpRequest) -> HttpResponse:
    """Lock the ledger of a month: what becomes known later is posted on the open day."""
    return carry_out(request, commands.lock_month, read(request, MonthGiven).model_dump(mode="json"))


@closes.post(
    "/sandbox/business-date",
    **promised(
        Declared(
            shapes.DateMoved, "sandbox:write", DateGiven, status=200, can_refuse=True, example={"to": "2026-09-02"}
        )
    ),
)
def move_business_date(request: HttpRequest) -> HttpResponse:
    """Move a sandbox's day ahead and close every day before it. Asked again, it closes what is left."""
    to, open_on = read(request, DateGiven).to, reading.business_date(now())
    if to > open_on + timedelta(days=DAYS_MOST):
        raise bad_value("$.to", to, f"a day at most {DAYS_MOST} days after the open day, {open_on}")
    act = Act("", caller_of(request).user, now(), str(getattr(request, "request_id", "")))
    summaries = close_of_day.move_business_date(act, to)
    return answered({"business_on": reading.business_date(now()), "closes": summaries})
