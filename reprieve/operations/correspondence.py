"""What is asked of messages, attempts, cases, documents, endpoints and deliveries. Reads alone; never sends.

A sealed text that somebody asks to read is opened with a trace of who asked.
"""

from base64 import b64encode
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from reprieve.errors import BadInput
from reprieve.lending.contact import PURPOSES, Purpose, Stopped
from reprieve.operations.command import Act
from reprieve.operations.gate import ask_gate
from reprieve.storage import documents, outbox, relief
from reprieve.storage import messages as stored
from reprieve.storage import webhooks as endpoints
from reprieve.storage.actors import leave_trace, user_row
from reprieve.storage.lender import open_day

LIMIT_MOST: Final = 100


def messages(customer: str, *, after: int = 0, limit: int = LIMIT_MOST) -> list[dict[str, Any]]:
    """Return the messages to and from a customer in order, with their texts, a page at a time."""
    return stored.thread(stored.recipient_of_customer(customer), after, _limit(limit))


@transaction.atomic
def read_messages(act: Act, customer: str, *, after: int = 0, limit: int = LIMIT_MOST) -> list[dict[str, Any]]:
    """Return a customer's messages as `messages` does, once the trace of who read them is written."""
    found = messages(customer, after=after, limit=limit)
    _trace(act, "read_messages", ("customer", customer))
    return found


@transaction.atomic
def read_document(act: Act, number: int) -> dict[str, Any]:
    """Return a document with its PDF in base64, null while no worker has made it; who read it is noted."""
    pdf = documents.pdf_of(number)
    _trace(act, "read_document", ("document", str(number)))
    return documents.one(number) | {"pdf": None if pdf is None else b64encode(pdf).decode("ascii")}


def documents_of(contract: str, *, after: int = 0, limit: int = LIMIT_MOST) -> list[dict[str, Any]]:
    """Return the documents of a contract in order of number, without what stands on them, a page at a time."""
    return documents.listed(contract, after, _limit(limit))


def is_document_of(contract: str, number: int) -> bool:
    """Return whether a document is one of a contract."""
    return documents.is_of(contract, number)


def attempts(customer: str, *, after: int = 0, limit: int = LIMIT_MOST) -> list[dict[str, Any]]:
    """Return the attempts to reach a customer in order, refused ones with their rule, a page at a time."""
    return stored.attempts(stored.recipient_of_customer(customer), after, _limit(limit))


def gate(
    customer: str, *, channel: str, purpose: Purpose, now: datetime, contract: str | None = None
) -> dict[str, Any]:
    """Return whether a customer may be contacted now, and if not, by which rule and from when on.

    With a contract, the rules are those of its type of lender and product.
    """
    stored.check_channel(channel)
    if purpose not in PURPOSES:
        raise BadInput("purpose", f'"{purpose}"', f"one of {', '.join(PURPOSES)}", code="unknown_word")
    recipient = stored.recipient_of_contract(contract) if contract else stored.recipient_of_customer(customer)
    if recipient.number != customer:
        raise BadInput("contract", f'"{contract}"', "a contract of this customer", code="unknown_contract")
    answer = ask_gate(recipient, channel, purpose, open_day(now).instant)
    shown: dict[str, Any] = {"customer": customer, "channel": channel, "purpose": purpose, "is_allowed": answer.allowed}
    if not isinstance(answer, Stopped):
        return shown | dict.fromkeys(("rule", "because", "source", "next_allowed_at"))
    after = answer.next_allowed_at
    return shown | {
        "rule": answer.rule, "because": answer.because, "source": answer.source,
        "next_allowed_at": after and after.isoformat(),
    }  # fmt: skip


def cases(*, after: int = 0, limit: int = LIMIT_MOST, state: str | None = None) -> list[dict[str, Any]]:
    """Return relief cases in order of number, without what their customers say, a page at a time."""
    return relief.cases(after, _limit(limit), state=state)


def webhooks(*, after: int = 0, limit: int = LIMIT_MOST) -> list[dict[str, Any]]:
    """Return webhook endpoints in order of number, without their secrets, a page at a time."""
    return endpoints.listed(after, _limit(limit))


def deliveries(
    *, after: int = 0, limit: int = LIMIT_MOST, state: str | None = None, endpoint: int | None = None
) -> list[dict[str, Any]]:
    """Return what was delivered, waits or was given up, in order of number, never its content, a page at a time."""
    return outbox.deliveries(after, _limit(limit), state=state, endpoint=endpoint)


def _trace(act: Act, action: str, subject: tuple[str, str]) -> None:
    instant = open_day(act.now).instant
    leave_trace(action, subject, user=user_row(act.user), request_id=act.request_id, facts={}, at=instant)


def _limit(limit: int) -> int:
    if not 1 <= limit <= LIMIT_MOST:
        raise BadInput("limit", str(limit), f"a whole number from 1 to {LIMIT_MOST}", code="limit")
    return limit
