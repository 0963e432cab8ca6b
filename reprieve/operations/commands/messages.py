"""Messages to and from customers, and how they want to be reached. Never sends past the contact gate."""

from typing import Any, Final

from reprieve.errors import BadInput, Refusal, Refused
from reprieve.lending.contact import PORTAL, Preference, Stopped
from reprieve.lending.wording import TEXT_LETTERS_MOST, message_of, purpose_of
from reprieve.operations.command import Act, Answer, Done, Work, command
from reprieve.operations.composing import Draft, write
from reprieve.operations.gate import ask_gate
from reprieve.storage import messages
from reprieve.storage.lender import the_lender
from reprieve.storage.messages import ADDRESSES, Recipient

WRITTEN_BY: Final = (PORTAL, *ADDRESSES)
"""Channels that a message can be sent by; a call is made by a person."""
CALLS: Final = ("conversation", "no_answer")


def send_message(act: Act, /, **body: Any) -> Done:
    """Send a message, or raise `Refused` with the rule that stops it.

    The attempt is kept either way, so a refusal belongs to its key: a later try is a new request.
    """
    return _refused_where_stopped(try_message(act, **body))


@command
def try_message(
    work: Work, *, wording: str, figures: dict[str, Any] | None = None, contract: str | None = None,
    customer: str | None = None, channel: str | None = None,
) -> Answer:  # fmt: skip
    """Write a message to a customer, about a contract or not, in their language, and put it into the outbox.

    Without a channel it takes the first that reaches them. Where the gate stops it, that is kept and answered.
    """
    recipient = _recipient(contract, customer)
    message_of(wording, figures or {}, the_lender().name)
    way = channel or messages.way_to(recipient)
    messages.check_channel(way, WRITTEN_BY)
    if way != PORTAL and messages.address_of(recipient, way) is None:
        raise BadInput("channel", f"{way}, of which no address is known", "a channel that is known", code="no_address")
    shown = {"customer": recipient.number, "channel": way, "wording": wording}
    answer = ask_gate(recipient, way, purpose_of(wording), work.now)
    if isinstance(answer, Stopped):
        messages.note_attempt(recipient, way, "refused", at=work.now, rule=answer.rule)
        return shown | _stopped(answer)
    number = write(recipient, Draft(wording, figures or {}), way, at=work.now)
    return shown | {"message": number, "state": "delivered" if way == PORTAL else "waiting"}


@command
def receive_message(
    work: Work, *, text: str, channel: str = PORTAL, contract: str | None = None, customer: str | None = None
) -> Answer:
    """Keep a message that a customer wrote, sealed."""
    recipient = _recipient(contract, customer)
    messages.check_channel(channel)
    if not text.strip() or len(text) > TEXT_LETTERS_MOST:
        allowed = f"a text of 1 to {TEXT_LETTERS_MOST:,} characters"
        raise BadInput("text", f"{len(text)} characters", allowed, code="text")
    number = messages.add(
        recipient, text, channel=channel, wording="", at=work.now, is_inbound=True, written_by_id=work.user
    )
    return {"customer": recipient.number, "message": number, "state": "received"}


@command
def set_contact_preference(
    work: Work, *, customer: str, channel: str, is_allowed: bool = True, quiet_from: str | None = None,
    quiet_until: str | None = None,
) -> Answer:  # fmt: skip
    """Keep how a customer wants to be reached by a channel: not at all, or not between two times of their day."""
    recipient = _recipient(None, customer)
    messages.check_channel(channel)
    if channel == PORTAL and not is_allowed:
        raise BadInput("is_allowed", "false", "true for the portal: it disturbs nobody", code="portal")
    if (quiet_from is None) != (quiet_until is None):
        missing = "quiet_until" if quiet_until is None else "quiet_from"
        raise BadInput(missing, "nothing", "both ends of the quiet hours, or neither", code="missing")
    hours = messages.read_clock("quiet_from", quiet_from), messages.read_clock("quiet_until", quiet_until)
    if hours[0] is not None and hours[0] == hours[1]:
        raise BadInput("quiet_until", f'"{quiet_until}"', "another time than quiet_from", code="time")
    messages.keep_preference(recipient.row, channel, Preference(is_allowed, *hours), at=work.now)
    return {
        "customer": customer, "channel": channel, "is_allowed": is_allowed, "quiet_from": quiet_from,
        "quiet_until": quiet_until,
    }  # fmt: skip


@command
def note_call(work: Work, *, customer: str, outcome: str) -> Answer:
    """Keep how a call to a customer went: a conversation, or no answer. It counts towards the limits of calls."""
    recipient = _recipient(None, customer)
    if outcome not in CALLS:
        raise BadInput("outcome", f'"{outcome}"', f"one of {', '.join(CALLS)}", code="unknown_word")
    messages.note_attempt(recipient, "phone", outcome, at=work.now)
    return {"customer": customer, "channel": "phone", "outcome": outcome}


def _recipient(contract: str | None, customer: str | None) -> Recipient:
    """Return whom a message concerns: the customer of a contract, or one by number."""
    if (contract is None) == (customer is None):
        raise BadInput("contract", "neither or both", "either a contract or a customer", code="one_of")
    if contract is not None:
        recipient = messages.recipient_of_contract(contract)
    else:
        recipient = messages.recipient_of_customer(str(customer))
    if recipient.is_erased:
        found = f'"{recipient.number}", who was erased'
        raise BadInput("customer", found, "the number of a customer", code="unknown_customer")
    return recipient


def _stopped(answer: Stopped) -> Answer:
    after = answer.next_allowed_at
    return {
        "message": None, "state": "refused", "rule": answer.rule, "because": answer.because, "source": answer.source,
        "next_allowed_at": after and after.isoformat(),
    }  # fmt: skip


def _refused_where_stopped(done: Done) -> Done:
    if done.answer["state"] != "refused":
        return done
    after = done.answer["next_allowed_at"]
    because = done.answer["because"] + (f" It may be sent from {after} on." if after else "")
    raise Refused((Refusal(done.answer["rule"], because, done.answer["source"]),))
