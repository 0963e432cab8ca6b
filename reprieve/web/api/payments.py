"""Payments of a contract: preview, take, reverse, refund; settle early. Never decides what a payment covers."""

from typing import Annotated, Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from reprieve.lending.field import Day, Document, Name, PositiveMoney
from reprieve.operations.commands import payments as commands
from reprieve.operations.commands import settlement
from reprieve.web.api import shapes
from reprieve.web.api.customers import Nothing
from reprieve.web.commanding import carry_out, record
from reprieve.web.declared import Declared, promised
from reprieve.web.reading import read

payments: Final = Router(tags=["payments"])
SCOPE: Final = "payments:write"


class PaymentGiven(Document):
    """A payment."""

    amount: PositiveMoney = Field(examples=[73344])
    """The amount, in minor units."""
    on: Day | None = Field(default=None, examples=["2026-09-01"])
    """The day the money came [the open day]."""
    direct_to: Literal["oldest", "current", "principal"] = Field(default="oldest", examples=["oldest"])
    """What it goes to first."""
    payer: Name | None = Field(default=None, examples=["borrower"])
    """Who paid, if not the borrower."""


class PaymentToTake(PaymentGiven):
    """A payment to take."""

    reference: Annotated[str, Field(max_length=200)] = Field(default="", examples=["bank line 17"])
    """Your own reference."""
    preview_id: Annotated[int, Field(ge=1, le=2**53)] | None = Field(default=None, examples=[1])
    """The preview it was shown by: what was shown is what is taken, or nothing."""


class ReversalGiven(Document):
    """A payment to undo."""

    of: Name = Field(examples=["000001"])
    """The id of the payment's event."""
    mode: Literal["void", "returned"] = Field(examples=["returned"])
    """As if it never was, or due again from the day of the reversal."""
    on: Day | None = Field(default=None, examples=["2026-09-01"])
    """The day of the reversal [the open day]."""


class SettlementToPay(Document):
    """A quoted settlement to pay."""

    quote_id: Annotated[int, Field(ge=1, le=2**53)] = Field(examples=[2])
    """The quote: what was quoted is what is taken, or nothing."""
    payer: Name | None = Field(default=None, examples=["borrower"])
    """Who paid, if not the borrower."""
    reference: Annotated[str, Field(max_length=200)] = Field(default="", examples=["bank line 18"])
    """Your own reference."""


class RefundGiven(Document):
    """Held money to give back."""

    amount: PositiveMoney = Field(examples=[1000])
    """The amount, in minor units."""
    on: Day | None = Field(default=None, examples=["2026-09-01"])
    """The day [the open day]."""


@payments.post(
    "/{contract}/payment-previews",
    **promised(
        Declared(
            shapes.PaymentPreviewed, SCOPE, PaymentGiven, status=201, moves=True, can_refuse=True,
            example={"amount": 73344},
        )
    ),
)  # fmt: skip
def preview_payment(request: HttpRequest, contract: str) -> HttpResponse:
    """Show what a payment would cover, and keep it as a preview that the payment can name."""
    given = read(request, PaymentGiven).model_dump(mode="json", exclude_none=True)
    return carry_out(request, commands.preview_payment, {"contract": contract, **given})


@payments.post(
    "/{contract}/payments",
    **promised(
        Declared(
            shapes.PaymentTaken, SCOPE, PaymentToTake, status=201, moves=True, matches=True, can_refuse=True,
            example={"amount": 73344, "reference": "bank line 17"},
        )
    ),
)  # fmt: skip
def take_payment(request: HttpRequest, contract: str) -> HttpResponse:
    """Take a payment: the event, its entries and the answer in one commit."""
    return record(request, commands.take_payment, contract, PaymentToTake)


@payments.post(
    "/{contract}/reversals",
    **promised(
        Declared(
            shapes.EventRecorded, SCOPE, ReversalGiven, status=201, moves=True, matches=True, can_refuse=True,
            example={"of": "000001", "mode": "returned"},
        )
    ),
)  # fmt: skip
def reverse_payment(request: HttpRequest, contract: str) -> HttpResponse:
    """Undo a payment: as if it never was, or due again from the day of the reversal."""
    return record(request, commands.reverse_payment, contract, ReversalGiven)


@payments.post(
    "/{contract}/refunds",
    **promised(
        Declared(
            shapes.EventRecorded, SCOPE, RefundGiven, status=201, moves=True, matches=True, can_refuse=True,
            example={"amount": 1000}, path={"contract": "L-1004"},
        )
    ),
)  # fmt: skip
def refund(request: HttpRequest, contract: str) -> HttpResponse:
    """Give held money back. Refused where less is held."""
    return record(request, commands.refund, contract, RefundGiven)


@payments.post(
    "/{contract}/settlement-quotes",
    **promised(
        Declared(
            shapes.SettlementQuoted, SCOPE, Nothing, status=201, moves=True, can_refuse=True, example={}
        )
    ),
)  # fmt: skip
def quote_settlement(request: HttpRequest, contract: str) -> HttpResponse:
    """Quote what ends the loan today; it holds until the day ends."""
    read(request, Nothing)
    return carry_out(request, settlement.quote_settlement, {"contract": contract})


@payments.post(
    "/{contract}/settlements",
    **promised(
        Declared(
            shapes.ContractSettled, SCOPE, SettlementToPay, status=201, moves=True, matches=True, can_refuse=True,
            example={"quote_id": 2}, path={"contract": "L-1005"},
        )
    ),
)  # fmt: skip
def settle_contract(request: HttpRequest, contract: str) -> HttpResponse:
    """Take the payment that ends a loan, exactly as quoted. Refused once the quote has run out or the facts moved."""
    return record(request, settlement.settle_contract, contract, SettlementToPay)


@payments.post(
    "/{contract}/settlement-certificates",
    **promised(
        Declared(
            shapes.SettlementCertified, SCOPE, Nothing, status=201, moves=True, can_refuse=True, example={},
            path={"contract": "L-1002"},
        )
    ),
)  # fmt: skip
def certify_settlement(request: HttpRequest, contract: str) -> HttpResponse:
    """Certify that a loan is paid. Refused while anything is owed."""
    read(request, Nothing)
    return carry_out(request, settlement.certify_settlement, {"contract": contract})
