"""A case file as it was stored, and one payment more: what was checked when it was recorded is not checked again.

Never refuses anything: of a payment that might not be, `Case.read` of the whole says why not.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from pydantic import ValidationError

from reprieve.lending.case_file import EVENTS_MOST, CaseFile, Rules
from reprieve.lending.contract import Contract
from reprieve.lending.event import Payment
from reprieve.lending.event_kind import KINDS


def with_payment(stored: Mapping[str, Any], event: Mapping[str, Any]) -> CaseFile | None:
    """Return a stored case file with one more event; nothing where that is no payment, or none that surely can be.

    `stored` has the JSON types of a case file that was read, and written by its models, before.
    """
    if event.get("kind") != "payment":
        return None
    try:
        payment = Payment.model_validate(event)
    except ValidationError:
        return None
    contract = Contract.model_validate(stored["contract"])
    events = tuple(_event(one) for one in stored["events"])
    begun = max(contract.disbursed_on, *(one.on for one in events if one.kind == "opening"), date.min)
    is_named_anew = all(one.id != payment.id for one in events)
    if payment.on < begun or not is_named_anew or len(events) >= EVENTS_MOST:
        return None
    rules = stored.get("rules")
    return CaseFile.model_construct(
        contract=contract, events=(*events, payment), rules=None if rules is None else Rules.model_validate(rules)
    )


def _event(document: Mapping[str, Any]) -> Any:
    """Return a stored event; most are payments, and a payment is plain enough to be put together by hand."""
    if document["kind"] != "payment":
        return KINDS[document["kind"]].model_validate(document)
    return Payment.model_construct(
        kind="payment", id=document["id"], on=date.fromisoformat(document["on"]), amount=document["amount"],
        recorded_at=datetime.fromisoformat(document["recorded_at"]).astimezone(UTC), order=document["order"],
        payer=document.get("payer"), direct_to=document.get("direct_to", "oldest"),
    )  # fmt: skip
