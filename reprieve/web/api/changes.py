"""What changes on a contract besides payments: fees, waivers, rate, due day, acceleration, charge-off, relief.

Never signs other figures than those that were shown.
"""

from typing import Annotated, Any, Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from reprieve.lending.bad_input import read_model
from reprieve.lending.field import Day, Document, Name, PositiveMoney, Rate
from reprieve.lending.relief_event import Moratorium, Pause, Restructure
from reprieve.operations.commands import charges, relief, terms
from reprieve.web.api import shapes
from reprieve.web.commanding import carry_out, record
from reprieve.web.declared import Declared, promised
from reprieve.web.reading import read, read_document

changes: Final = Router(tags=["changes"])
PAUSE: Final = {
    "kind": "pause", "on": "2026-09-01", "from": "2026-09-01", "to": "2026-11-01", "rows": "shift",
    "interest": "accrues", "accrued": "next_due", "ageing": "stopped", "penalty": "stopped",
}  # fmt: skip


class OnlyDay(Document):
    """The day of a change."""

    on: Day | None = Field(default=None, examples=["2026-09-01"])
    """The day it takes effect [the open day]."""


class FeeGiven(OnlyDay):
    """A fee that no schedule foresaw."""

    name: Name = Field(examples=["copy of the contract"])
    """What it is for."""
    amount: PositiveMoney = Field(examples=[2000])
    """The amount, in minor units."""


class WaiverGiven(OnlyDay):
    """Something to give up."""

    component: Literal["fees", "penalty", "interest", "principal"] = Field(examples=["penalty"])
    """Of which component."""
    amount: PositiveMoney | Literal["all"] = Field(examples=["all"])
    """The amount in minor units, or all of what is due, overdue or accrued."""


class RateGiven(OnlyDay):
    """Another contract rate."""

    annual_rate: Rate = Field(examples=["0.15"])
    """The rate."""


class DueDayGiven(OnlyDay):
    """Another due day."""

    due_day: Annotated[int, Field(ge=1, le=31)] = Field(examples=[20])
    """The day of the month, from the next row on."""


class PlanGiven(Document):
    """Relief to quote."""

    plan: Annotated[Restructure | Pause | Moratorium, Field(discriminator="kind")]
    """A `restructure`, `pause` or `moratorium` event as the case file has it; its day is the open day."""


class PlanToSign(Document):
    """A quote to sign."""

    quote_id: Annotated[int, Field(ge=1, le=2**53)] = Field(examples=[1])
    """The quote: what was quoted is what is signed, or nothing. Whoever had it quoted cannot sign it."""


def _change(scope: str, model: type[Document], of: str = "L-1001", **example: Any) -> dict[str, Any]:
    return promised(
        Declared(
            shapes.EventRecorded, scope, model, status=201, moves=True, matches=True, can_refuse=True,
            example=example, path={"contract": of},
        )
    )  # fmt: skip


@changes.post("/{contract}/fees", **_change("charges:write", FeeGiven, name="copy of the contract", amount=2000))
def charge_fee(request: HttpRequest, contract: str) -> HttpResponse:
    """Charge a fee that no schedule foresaw; it is due at once."""
    return record(request, charges.charge_fee, contract, FeeGiven)


@changes.post("/{contract}/waivers", **_change("charges:write", WaiverGiven, component="penalty", amount="all"))
def waive(request: HttpRequest, contract: str) -> HttpResponse:
    """Give up a part of what is owed, within one's authority."""
    return record(request, charges.waive, contract, WaiverGiven)


@changes.post("/{contract}/rate-changes", **_change("contracts:write", RateGiven, annual_rate="0.15"))
def change_rate(request: HttpRequest, contract: str) -> HttpResponse:
    """Change the contract rate from a day on; the level amount is solved again."""
    return record(request, terms.change_rate, contract, RateGiven)


@changes.post("/{contract}/due-day-changes", **_change("contracts:write", DueDayGiven, due_day=20))
def change_due_day(request: HttpRequest, contract: str) -> HttpResponse:
    """Move the due day, from the next row on."""
    return record(request, terms.change_due_day, contract, DueDayGiven)


@changes.post("/{contract}/accelerations", **_change("contracts:write", OnlyDay))
def accelerate(request: HttpRequest, contract: str) -> HttpResponse:
    """Make the whole debt due. Refused while nothing is overdue."""
    return record(request, terms.accelerate, contract, OnlyDay)


@changes.post("/{contract}/reinstatements", **_change("contracts:write", OnlyDay, "L-1003"))
def reinstate(request: HttpRequest, contract: str) -> HttpResponse:
    """Take an acceleration back."""
    return record(request, terms.reinstate, contract, OnlyDay)


@changes.post("/{contract}/charge-offs", **_change("contracts:write", OnlyDay))
def charge_off(request: HttpRequest, contract: str) -> HttpResponse:
    """Take a loan off the books; the claim stays."""
    return record(request, terms.charge_off, contract, OnlyDay)


@changes.post(
    "/{contract}/plan-quotes",
    **promised(
        Declared(
            shapes.PlanQuoted, "relief:write", PlanGiven, status=201, moves=True, can_refuse=True,
            example={"plan": PAUSE},
        )
    ),
)  # fmt: skip
def quote_plan(request: HttpRequest, contract: str) -> HttpResponse:
    """Quote a plan, a pause or a moratorium: what it changes, and until when the quote holds."""
    document = read_document(request)
    read_model(PlanGiven, document)
    return carry_out(request, relief.quote_plan, {"contract": contract, **document})


@changes.post(
    "/{contract}/plans",
    **promised(
        Declared(
            shapes.PlanSigned, "relief:write", PlanToSign, status=201, moves=True, can_refuse=True,
            example={"quote_id": 1},
        )
    ),
)  # fmt: skip
def sign_plan(request: HttpRequest, contract: str) -> HttpResponse:
    """Sign the relief that was quoted, exactly; nobody signs their own proposal."""
    given = read(request, PlanToSign).model_dump(mode="json")
    return carry_out(request, relief.sign_plan, {"contract": contract, **given})
