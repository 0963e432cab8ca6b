"""`/messages`, contact, help and documents: what a customer and a lender say to each other. Never past the gate."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel

from reprieve.operations import correspondence
from reprieve.operations.commands import documents, help_requests
from reprieve.operations.commands import messages as commands
from reprieve.web import own
from reprieve.web.api import message_shapes as shapes
from reprieve.web.api.customers import Nothing
from reprieve.web.commanding import NumberedPageAsked, carry_out, now, paged, visible
from reprieve.web.declared import Declared, promised
from reprieve.web.problem import HttpProblem
from reprieve.web.reading import Asked, number_of, read, read_query
from reprieve.web.responses import tagged

messages: Final = Router(tags=["messages"])
READ: Final = "messages:read"
WRITE: Final = "messages:write"
HELP: Final = "help:write"
CONTRACTS: Final = "contracts:read"
REPLY: Final = {"contract": "L-1001", "wording": "reply", "figures": {"text": "我们已收到。"}}
CUSTOMER: Final = {"customer": "C-1001"}


@messages.post(
    "/messages",
    **promised(
        Declared(
            shapes.MessageWritten, WRITE, shapes.MessageGiven, status=201, moves=True, can_refuse=True, example=REPLY
        )
    ),
)
def send_message(request: HttpRequest) -> HttpResponse:
    """Write to a customer. Refused with the rule where the gate stops it; the attempt is kept either way."""
    given = _given(request, shapes.MessageGiven)
    if "contract" in given:
        visible(request, given["contract"])
    if "customer" in given:
        own.check_customer(request, given["customer"])
    return carry_out(request, commands.send_message, given)


@messages.post(
    "/customers/{customer}/received-messages",
    **promised(
        Declared(
            shapes.MessageWritten, WRITE, shapes.MessageReceived, status=201, moves=True, can_refuse=True,
            example={"text": "下月能少还些吗？", "contract": "L-1001"}, path=CUSTOMER,
        )
    ),
)  # fmt: skip
def receive_message(request: HttpRequest, customer: str) -> HttpResponse:
    """Keep a message that a customer wrote, sealed."""
    own.check_customer(request, customer)
    given = _given(request, shapes.MessageReceived)
    if "contract" in given and visible(request, given["contract"])["customer"] != customer:
        raise HttpProblem("not-found", "No contract by that name is known.")
    about = {} if "contract" in given else {"customer": customer}
    return carry_out(request, commands.receive_message, given | about)


@messages.get(
    "/customers/{customer}/messages",
    **promised(
        Declared(shapes.MessagesPage, READ, asks=NumberedPageAsked, is_tagged=True, query={"limit": 10}, path=CUSTOMER)
    ),
)
def list_messages(request: HttpRequest, customer: str) -> HttpResponse:
    """Return the messages to and from a customer in order, with their texts; who read them is noted."""
    own.check_customer(request, customer)
    asked = read_query(request, NumberedPageAsked)
    reader = own.reader_of(request)

    def page(*, after: str | None, limit: int) -> list[dict[str, Any]]:
        return correspondence.read_messages(reader, customer, after=asked.number(after), limit=limit)

    return paged(request, asked, page, "message")


@messages.get(
    "/customers/{customer}/contact-attempts",
    **promised(
        Declared(shapes.AttemptsPage, READ, asks=NumberedPageAsked, is_tagged=True, query={"limit": 10}, path=CUSTOMER)
    ),
)
def list_attempts(request: HttpRequest, customer: str) -> HttpResponse:
    """Return the attempts to reach a customer in order, refused ones with their rule."""
    own.check_customer(request, customer)
    asked = read_query(request, NumberedPageAsked)

    def page(*, after: str | None, limit: int) -> list[dict[str, Any]]:
        return correspondence.attempts(customer, after=asked.number(after), limit=limit)

    return paged(request, asked, page, "attempt")


@messages.get(
    "/customers/{customer}/contact-gate",
    **promised(
        Declared(
            shapes.GateShown, READ, asks=shapes.GateAsked, is_tagged=True, path=CUSTOMER,
            query={"channel": "sms", "purpose": "service"},
        )
    ),
)  # fmt: skip
def show_gate(request: HttpRequest, customer: str) -> HttpResponse:
    """Say whether a customer may be contacted now, and if not, by which rule and from when on."""
    own.check_customer(request, customer)
    asked = read_query(request, shapes.GateAsked)
    shown = correspondence.gate(
        customer, channel=asked.channel, purpose=asked.purpose, now=now(), contract=asked.contract
    )
    return tagged(request, shown)


@messages.post(
    "/customers/{customer}/contact-preferences",
    **promised(
        Declared(
            shapes.PreferenceKept, WRITE, shapes.PreferenceGiven, status=201, moves=True, can_refuse=True,
            example={"channel": "sms", "quiet_from": "19:00", "quiet_until": "09:00"}, path=CUSTOMER,
        )
    ),
)  # fmt: skip
def set_contact_preference(request: HttpRequest, customer: str) -> HttpResponse:
    """Keep how a customer wants to be reached by a channel; it holds from now on."""
    own.check_customer(request, customer)
    given = _given(request, shapes.PreferenceGiven)
    return carry_out(request, commands.set_contact_preference, {"customer": customer, **given})


@messages.post(
    "/customers/{customer}/calls",
    **promised(
        Declared(
            shapes.CallKept, WRITE, shapes.CallNoted, status=201, moves=True, can_refuse=True,
            example={"outcome": "no_answer"}, path=CUSTOMER,
        )
    ),
)  # fmt: skip
def note_call(request: HttpRequest, customer: str) -> HttpResponse:
    """Keep how a call to a customer went; it counts towards the limits of calls."""
    own.check_customer(request, customer)
    return carry_out(request, commands.note_call, {"customer": customer, **_given(request, shapes.CallNoted)})


@messages.post(
    "/contracts/{contract}/help-requests",
    **promised(
        Declared(
            shapes.HelpOpened, HELP, shapes.HelpAsked, status=201, moves=True, can_refuse=True,
            example={"reasons": ["less_income"]}, path={"contract": "L-1004"},
        )
    ),
)  # fmt: skip
def ask_for_help(request: HttpRequest, contract: str) -> HttpResponse:
    """Ask for help with a contract: a case is opened, and nobody asks for money meanwhile."""
    visible(request, contract)
    return carry_out(request, help_requests.ask_for_help, {"contract": contract, **_given(request, shapes.HelpAsked)})


@messages.post(
    "/contracts/{contract}/help-closures",
    **promised(
        Declared(
            shapes.HelpEnded, "relief:write", shapes.HelpEnd, status=201, moves=True, can_refuse=True,
            example={"outcome": "agreed"}, path={"contract": "L-1006"},
        )
    ),
)  # fmt: skip
def close_relief_case(request: HttpRequest, contract: str) -> HttpResponse:
    """End the request for help with a contract, and say how; the borrower is told, and the contact gate opens."""
    visible(request, contract)
    return carry_out(
        request, help_requests.close_relief_case, {"contract": contract, **_given(request, shapes.HelpEnd)}
    )


@messages.post(
    "/contracts/{contract}/help-withdrawals",
    **promised(
        Declared(
            shapes.HelpEnded, HELP, Nothing, status=201, moves=True, can_refuse=True, example={},
            path={"contract": "L-1006"},
        )
    ),
)  # fmt: skip
def withdraw_help_request(request: HttpRequest, contract: str) -> HttpResponse:
    """Take a request for help back; asking again is as free as it was."""
    visible(request, contract)
    read(request, Nothing)
    return carry_out(request, help_requests.withdraw_help_request, {"contract": contract})


@messages.post(
    "/contracts/{contract}/promises",
    **promised(
        Declared(
            shapes.PromiseKept, HELP, shapes.PromiseGiven, status=201, moves=True, can_refuse=True,
            example={"amount": 50_000, "on": "2026-09-10"}, path={"contract": "L-1005"},
        )
    ),
)  # fmt: skip
def promise_to_pay(request: HttpRequest, contract: str) -> HttpResponse:
    """Note the day and the amount a borrower names; until that day ends nobody asks for money."""
    visible(request, contract)
    return carry_out(
        request, help_requests.promise_to_pay, {"contract": contract, **_given(request, shapes.PromiseGiven)}
    )


@messages.post(
    "/contracts/{contract}/promise-withdrawals",
    **promised(
        Declared(
            shapes.PromiseEnded, HELP, Nothing, status=201, moves=True, can_refuse=True, example={},
            path={"contract": "L-1003"},
        )
    ),
)  # fmt: skip
def withdraw_promise(request: HttpRequest, contract: str) -> HttpResponse:
    """Take a promise back."""
    visible(request, contract)
    read(request, Nothing)
    return carry_out(request, help_requests.withdraw_promise, {"contract": contract})


@messages.get(
    "/relief-cases",
    **promised(
        Declared(shapes.CasesPage, "disputes:read", asks=shapes.CasesAsked, is_tagged=True, query={"limit": 10})
    ),
)
def list_relief_cases(request: HttpRequest) -> HttpResponse:
    """Return relief cases in order of number, without what their customers say."""
    asked = read_query(request, shapes.CasesAsked)
    if own.listed_customer(request, None) is not None:
        raise HttpProblem("forbidden", own.NARROW)

    def page(*, after: str | None, limit: int) -> list[dict[str, Any]]:
        return correspondence.cases(after=asked.number(after), limit=limit, state=asked.state)

    return paged(request, asked, page, "case")


@messages.post(
    "/contracts/{contract}/documents",
    **promised(
        Declared(
            shapes.DocumentListed, CONTRACTS, shapes.DocumentAsked, status=201, moves=True, can_refuse=True,
            example={"kind": "schedule"}, path={"contract": "L-1001"},
        )
    ),
)  # fmt: skip
def ask_for_document(request: HttpRequest, contract: str) -> HttpResponse:
    """Ask for a document as a PDF; a worker makes it. What it says is what is known now."""
    visible(request, contract)
    given = _given(request, shapes.DocumentAsked)
    return carry_out(request, documents.ask_for_document, {"contract": contract, **given})


@messages.get(
    "/contracts/{contract}/documents",
    **promised(
        Declared(
            shapes.DocumentsPage, CONTRACTS, asks=NumberedPageAsked, is_tagged=True, query={"limit": 10},
            path={"contract": "L-1001"},
        )
    ),
)  # fmt: skip
def list_documents(request: HttpRequest, contract: str) -> HttpResponse:
    """Return the documents of a contract in order of number."""
    visible(request, contract)
    asked = read_query(request, NumberedPageAsked)

    def page(*, after: str | None, limit: int) -> list[dict[str, Any]]:
        return correspondence.documents_of(contract, after=asked.number(after), limit=limit)

    return paged(request, asked, page, "document")


@messages.get(
    "/contracts/{contract}/documents/{document}",
    **promised(
        Declared(
            shapes.DocumentShown, CONTRACTS, asks=Asked, is_tagged=True, path={"contract": "L-1001", "document": "1"}
        )
    ),
)
def show_document(request: HttpRequest, contract: str, document: str) -> HttpResponse:
    """Return a document with its PDF in base64, null while it is not made; who read it is noted."""
    read_query(request, Asked)
    visible(request, contract)
    number = number_of(document, "document")
    if not correspondence.is_document_of(contract, number):
        raise HttpProblem("not-found", "No document by that number is known.")
    return tagged(request, correspondence.read_document(own.reader_of(request), number))


def _given(request: HttpRequest, model: type[BaseModel]) -> dict[str, Any]:
    """Return the document of a request as plain values, without what was left out."""
    return dict(read(request, model).model_dump(mode="json", exclude_none=True))
