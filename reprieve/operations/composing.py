"""Turns a notice that a close asked for into a message, in the customer's language, once the gate allows it.

Figures are those of the moment: what was paid meanwhile is not asked for. Never sends.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from reprieve.lending.case import Case, position
from reprieve.lending.contact import PORTAL, Stopped
from reprieve.lending.notices import DUE_SOON, IN_GRACE, OVERDUE
from reprieve.lending.wording import in_words, message_of, purpose_of
from reprieve.operations.gate import ask_gate
from reprieve.storage import messages
from reprieve.storage.contracts import document_of_loan
from reprieve.storage.lender import OpenDay, the_lender
from reprieve.storage.messages import Recipient
from reprieve.storage.outbox import Claimed, StoredOutbox
from reprieve.words import words

NOTICE: Final = "notice"
RECORD_NOTICE: Final = "credit_record.notice_due"
COMPOSED: Final = (NOTICE, RECORD_NOTICE)
"""Topics of the outbox that ask for a message, and are not one yet."""
ASKED_FOR: Final = timedelta(days=7)
"""How long after its due date a message about an overdue payment is still sent."""


@dataclass(frozen=True, slots=True)
class Composed:
    """What became of a notice: written, stopped by the gate, or no longer so."""

    is_done: bool
    stopped: Stopped | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to write: its wording, figures, and the last day on which it is true."""

    wording: str
    figures: Mapping[str, Any]
    last_on: date | None = None


def compose(claimed: Claimed, day: OpenDay) -> Composed:
    """Write the message of a notice in the transaction at hand. Raises `Unreadable` where the customer was erased."""
    contract = str(claimed.payload["contract"])
    recipient = messages.recipient_of_contract(contract)
    drafted = _draft(claimed, contract, day.day)
    if isinstance(drafted, str):
        return Composed(is_done=False, because=drafted)
    channel = messages.way_to(recipient)
    answer = ask_gate(recipient, channel, purpose_of(drafted.wording), day.instant)
    if isinstance(answer, Stopped):
        messages.note_attempt(recipient, channel, "refused", at=day.instant, rule=answer.rule)
        return Composed(is_done=False, stopped=answer)
    write(recipient, drafted, channel, at=day.instant)
    return Composed(is_done=True)


def write(recipient: Recipient, drafted: Draft, channel: str, *, at: datetime) -> int:
    """Keep a message in the customer's language and put it into the outbox; in the portal it has arrived already."""
    message = message_of(drafted.wording, drafted.figures, the_lender().name)
    _, text = in_words(message, words(recipient.language), recipient.currency)
    number = messages.add(recipient, text, channel=channel, wording=drafted.wording, at=at)
    if channel == PORTAL:
        messages.note_attempt(recipient, channel, "delivered", at=at, message=number)
    else:
        content = {} if drafted.last_on is None else {"last_on": drafted.last_on.isoformat()}
        StoredOutbox(at).put_message(number, content)
    return number


def _draft(claimed: Claimed, contract: str, today: date) -> Draft | str:
    """Return the message a notice has become by now, or why there is none to write any more."""
    content = claimed.payload["content"]
    if claimed.topic == RECORD_NOTICE:
        return Draft("credit_record.prior_notice", {"days": content["days_past_due"], "on": content["month_end"]})
    case = Case.read(document_of_loan(contract))
    due_on = date.fromisoformat(content["due_on"])
    return _of_kind(content["kind"], due_on, case, position(case, today).to_dict(), today)


def _of_kind(kind: str, due_on: date, case: Case, shown: Mapping[str, Any], today: date) -> Draft | str:
    grace_ends = due_on + timedelta(days=case.file.contract.grace_days)
    last_on = {DUE_SOON: due_on, IN_GRACE: grace_ends, OVERDUE: grace_ends + ASKED_FOR}[kind]
    amount = _amount(kind, due_on, shown, today)
    if today > last_on:
        return f"Its last day, {last_on}, has passed."
    if not amount:
        return "It is paid, or no longer so."
    figures: dict[str, Any] = {"amount": amount, "due_on": due_on.isoformat()}
    if kind == IN_GRACE:
        figures["last_on"] = grace_ends.isoformat()
    return Draft(kind, figures, last_on)


def _amount(kind: str, due_on: date, shown: Mapping[str, Any], today: date) -> int:
    """Return what is owed of that kind now: nothing where it was paid, or the next due date is another by now."""
    if kind != DUE_SOON:
        return int(shown["due" if kind == IN_GRACE else "arrears"]["total"])
    if today == due_on:
        return int(shown["due"]["total"])
    following = shown["next_due"]
    return int(following["amount"]) if following and following["on"] == due_on.isoformat() else 0
