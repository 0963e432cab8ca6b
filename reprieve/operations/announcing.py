"""Which commands are told to webhook endpoints, as which events, and with which facts. Never holds personal data.

An event is put into the outbox in the transaction that made it true; where no endpoint asks for it, nothing is written.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final, Protocol

from reprieve.storage.webhooks import News, tell

EVENTS: Final[Mapping[str, str]] = {
    "contract.signed": "a contract was signed and paid out",
    "payment.taken": "a payment was recorded",
    "payment.reversed": "a payment was voided or returned",
    "plan.signed": "a plan, a pause or a moratorium was signed",
    "contract.settled": "a payment ended a contract: nothing is owed any more",
    "help.asked": "a borrower asked for help",
    "close.finished": "a day was closed",
}
"""Each event, and what it says."""
COMMANDS: Final[Mapping[str, str]] = {
    "sign_contract": "contract.signed", "sign_application": "contract.signed", "take_payment": "payment.taken",
    "settle_contract": "payment.taken", "reverse_payment": "payment.reversed", "sign_plan": "plan.signed",
    "ask_for_help": "help.asked",
}  # fmt: skip
"""Commands, and the event each is."""
_EVENT_FACTS: Final = ("id", "kind", "on", "amount", "of", "mode")
_FACTS: Final = ("contract", "version", "quote_id", "case")


class Told(Protocol):
    """What announcing asks of a command's work: its instant."""

    @property
    def now(self) -> datetime:
        """The instant of the command."""


def announce(name: str, work: Told, *answers: Mapping[str, Any]) -> None:
    """Tell endpoints what a command did each time, in its own transaction; most commands are told to nobody.

    A payment that ends a contract is told as `contract.settled` too.
    """
    kind = COMMANDS.get(name)
    if kind is not None:
        tell([news for answer in answers for news in _news(kind, answer)], work.now)


def _news(kind: str, answer: Mapping[str, Any]) -> Iterator[News]:
    facts = {key: answer[key] for key in _FACTS if key in answer}
    event = answer.get("event")
    if isinstance(event, Mapping):
        facts["event"] = {key: event[key] for key in _EVENT_FACTS if key in event}
    said = str(facts.get("event", {}).get("id", facts.get("case", "")))
    yield News(event_id(kind, str(answer.get("contract")), said), kind, facts)
    if kind == "payment.taken" and answer["position"]["status"] == "closed":
        yield News(event_id("contract.settled", answer["contract"], said), "contract.settled", facts)


def announce_close(on: date, state: str, at: datetime) -> None:
    """Tell endpoints that a day was closed, in the transaction that ends the close."""
    facts = {"business_on": on.isoformat(), "state": state}
    tell([News(event_id("close.finished", on.isoformat()), "close.finished", facts)], at)


def event_id(*parts: str) -> str:
    """Return the id of an event: the same for the same event, and safe in a header."""
    return "msg_" + sha256("\x1f".join(parts).encode()).hexdigest()[:32]
