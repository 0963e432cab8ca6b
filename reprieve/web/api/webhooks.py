"""`/webhooks`, `/deliveries`: endpoints that are told what happens, and what was delivered. Shows a secret once."""

from typing import Annotated, Any, Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from reprieve.lending.answers import Answer
from reprieve.lending.field import Document, Instant
from reprieve.operations import correspondence
from reprieve.operations.commands import webhooks as commands
from reprieve.web.api.customers import Nothing
from reprieve.web.api.shapes import Cursor
from reprieve.web.commanding import NumberedPageAsked, carry_out, paged
from reprieve.web.declared import Declared, promised
from reprieve.web.reading import Digits, number_of, read, read_query

webhooks: Final = Router(tags=["webhooks"])
READ: Final = "webhooks:read"
WRITE: Final = "webhooks:write"
Event = Literal[
    "contract.signed", "payment.taken", "payment.reversed", "plan.signed", "contract.settled", "help.asked",
    "close.finished",
]  # fmt: skip
Url = Annotated[str, Field(max_length=2_000, pattern="^https?://[!-~]+$")]
HERE: Final = {"url": "http://127.0.0.1:9/hooks", "events": ["payment.taken"]}


class WebhookGiven(Document):
    """An endpoint to be told what happens."""

    url: Url = Field(examples=["https://example.org/hooks"])
    """Its address; outside a sandbox https, at a public address."""
    events: list[Event] = Field(default_factory=list, max_length=20, examples=[["payment.taken"]])
    """What it wants to be told [everything]."""


class ReplayGiven(Document):
    """What to tell again: from an instant, or after a delivery's number; exactly one of them."""

    since: Instant | None = Field(default=None, examples=[None])
    """From this instant on [not by instant]."""
    after: Annotated[int, Field(strict=True, ge=0, lt=2**53)] | None = Field(default=None, examples=[0])
    """After this delivery [not by number]."""


class WebhookRegistered(Answer):
    """An endpoint with its secret, which is shown to whoever registers it and never again."""

    endpoint: int = Field(ge=1, examples=[1])
    """Its number."""
    url: str = Field(examples=["https://example.org/hooks"])
    """Its address."""
    events: list[Event] = Field(examples=[["payment.taken"]])
    """What it is told."""
    secret: str = Field(examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
    """What signs, as Standard Webhooks writes it."""


class SecretRenewed(Answer):
    """A new secret; for a day the one before signs too."""

    endpoint: int = Field(ge=1, examples=[1])
    """The endpoint's number."""
    secret: str = Field(examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
    """The new secret."""
    previous_until_at: Instant = Field(examples=["2026-09-02T09:30:00Z"])
    """Until when the one before signs too."""


class WebhookDisabled(Answer):
    """An endpoint that is told nothing more."""

    endpoint: int = Field(ge=1, examples=[1])
    """Its number."""
    state: Literal["disabled"] = Field(examples=["disabled"])
    """Its state."""


class WebhookReplayed(Answer):
    """What is told again, with the same ids as the first time."""

    endpoint: int = Field(ge=1, examples=[1])
    """The endpoint's number."""
    replayed: int = Field(ge=0, examples=[2])
    """How many."""
    next: int | None = Field(examples=[None])
    """The delivery after which the rest begins; null where that was all."""


class WebhookShown(Answer):
    """One endpoint, without its secret."""

    endpoint: int = Field(ge=1, examples=[1])
    """Its number."""
    url: str = Field(examples=["https://example.org/hooks"])
    """Its address."""
    events: list[Event] = Field(examples=[["payment.taken"]])
    """What it is told."""
    registered_by: str = Field(examples=["integrator"])
    """Who registered it."""
    registered_at: Instant = Field(examples=["2026-09-01T09:30:00Z"])
    """When."""
    disabled_at: Instant | None = Field(examples=[None])
    """Since when it is told nothing more."""
    disabled_because: str = Field(examples=[""])
    """Why; empty while it is in use."""


class WebhooksPage(Answer):
    """A page of endpoints."""

    data: list[WebhookShown]
    """The endpoints, in order of number."""
    has_more: bool
    """Whether another page follows."""
    next: Cursor
    """What the next page comes after."""


class DeliveriesAsked(NumberedPageAsked):
    """Which deliveries."""

    state: Literal["waiting", "sent", "abandoned"] | None = Field(default=None, examples=["abandoned"])
    """Only those in this state."""
    endpoint: Annotated[int, Field(strict=True, ge=1), Digits] | None = Field(default=None, examples=[1])
    """Only to this endpoint."""


class DeliveryShown(Answer):
    """One delivery; never what is in it."""

    number: int = Field(ge=1, examples=[1])
    """Its number."""
    key: str = Field(examples=["message:7"])
    """Its key: the same on every try."""
    topic: str = Field(examples=["message"])
    """What is delivered: a message, a webhook, a notice to be written."""
    endpoint: int | None = Field(examples=[None])
    """To which endpoint."""
    state: Literal["waiting", "sent", "abandoned"] = Field(examples=["sent"])
    """Where it stands."""
    attempts: int = Field(ge=0, examples=[1])
    """How often it was tried."""
    because: str = Field(examples=[""])
    """Why it was not delivered yet, or was given up."""
    recorded_at: Instant = Field(examples=["2026-09-01T09:30:00Z"])
    """When it was asked for."""
    next_try_at: Instant | None = Field(examples=[None])
    """Not before this instant is it tried again."""
    sent_at: Instant | None = Field(examples=["2026-09-01T09:30:02Z"])
    """When it arrived."""
    abandoned_at: Instant | None = Field(examples=[None])
    """When it was given up."""


class DeliveriesPage(Answer):
    """A page of deliveries."""

    data: list[DeliveryShown]
    """The deliveries, in order of number."""
    has_more: bool
    """Whether another page follows."""
    next: Cursor
    """What the next page comes after."""


@webhooks.post(
    "/webhooks",
    **promised(Declared(WebhookRegistered, WRITE, WebhookGiven, status=201, moves=True, can_refuse=True, example=HERE)),
)
def register_webhook(request: HttpRequest) -> HttpResponse:
    """Register an endpoint; what happens from now on is told, signed as Standard Webhooks says."""
    return carry_out(request, commands.register_webhook, read(request, WebhookGiven).model_dump(mode="json"))


@webhooks.get(
    "/webhooks",
    **promised(Declared(WebhooksPage, READ, asks=NumberedPageAsked, is_tagged=True, query={"limit": 10})),
)
def list_webhooks(request: HttpRequest) -> HttpResponse:
    """Return endpoints in order of number, without their secrets."""
    asked = read_query(request, NumberedPageAsked)

    def page(*, after: str | None, limit: int) -> list[dict[str, Any]]:
        return correspondence.webhooks(after=asked.number(after), limit=limit)

    return paged(request, asked, page, "endpoint")


@webhooks.post(
    "/webhooks/{endpoint}/secrets",
    **promised(
        Declared(
            SecretRenewed, WRITE, Nothing, status=201, moves=True, can_refuse=True, example={}, path={"endpoint": "1"}
        )
    ),
)
def renew_webhook_secret(request: HttpRequest, endpoint: str) -> HttpResponse:
    """Give an endpoint a new secret; for a day the one before signs too."""
    number = number_of(endpoint, "endpoint")
    read(request, Nothing)
    return carry_out(request, commands.renew_webhook_secret, {"endpoint": number})


@webhooks.post(
    "/webhooks/{endpoint}/disablements",
    **promised(
        Declared(
            WebhookDisabled, WRITE, Nothing, status=201, moves=True, can_refuse=True, example={}, path={"endpoint": "2"}
        )
    ),
)
def disable_webhook(request: HttpRequest, endpoint: str) -> HttpResponse:
    """Tell an endpoint nothing more."""
    number = number_of(endpoint, "endpoint")
    read(request, Nothing)
    return carry_out(request, commands.disable_webhook, {"endpoint": number})


@webhooks.post(
    "/webhooks/{endpoint}/replays",
    **promised(
        Declared(
            WebhookReplayed, WRITE, ReplayGiven, status=201, moves=True, can_refuse=True, example={"after": 0},
            path={"endpoint": "1"},
        )
    ),
)  # fmt: skip
def replay_webhook(request: HttpRequest, endpoint: str) -> HttpResponse:
    """Tell an endpoint again what it was told, under the same ids, at most 1,000 at once."""
    number = number_of(endpoint, "endpoint")
    given = read(request, ReplayGiven).model_dump(mode="json", exclude_none=True)
    return carry_out(request, commands.replay_webhook, {"endpoint": number, **given})


@webhooks.get(
    "/deliveries", **promised(Declared(DeliveriesPage, READ, asks=DeliveriesAsked, is_tagged=True, query={"limit": 10}))
)
def list_deliveries(request: HttpRequest) -> HttpResponse:
    """Return what was delivered, waits or was given up, in order of number; never its content."""
    asked = read_query(request, DeliveriesAsked)

    def page(*, after: str | None, limit: int) -> list[dict[str, Any]]:
        number = asked.number(after)
        return correspondence.deliveries(after=number, limit=limit, state=asked.state, endpoint=asked.endpoint)

    return paged(request, asked, page, "number")
