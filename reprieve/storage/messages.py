"""Messages, attempts and preferences in the database. Texts are sealed with the customer's key; never sends any."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Q

from reprieve.errors import BadInput
from reprieve.lending.contact import OUTCOMES, PHONE, PORTAL, Closure, Preference, Standing
from reprieve.lending.wording import WORDINGS
from reprieve.rules.contact import Attempt
from reprieve.storage import models, people
from reprieve.storage.identifiers import Unreadable
from reprieve.storage.lender import the_lender, zone_of
from reprieve.storage.models.contact_preference import CHANNELS

SEALED_AS: Final = "message"
ADDRESSES: Final = {"email": "email", "sms": "phone"}
"""Channels that take an address, and the identifier it is."""
REACHED: Final = ("sent", "delivered")
_COLLECTING: Final = [name for name, wording in WORDINGS.items() if wording.purpose == "collection"]


@dataclass(frozen=True, slots=True)
class Recipient:
    """A customer as messages need them, and one of their contracts where the message is about one."""

    row: int
    number: str
    language: str
    zone: ZoneInfo
    is_erased: bool
    contract: str | None = None
    contract_row: int | None = None
    currency: str = ""
    scope: tuple[str | None, str | None] = (None, None)


@dataclass(frozen=True, slots=True)
class Written:
    """A message as it was kept: its text opened."""

    row: int
    recipient: Recipient
    channel: str
    wording: str
    text: str


def recipient_of_contract(number: str) -> Recipient:
    """Return the customer of a contract. Raises `BadInput` for a number that is not known."""
    row = models.Contract.objects.filter(number=number).select_related("customer").first()
    if row is None:
        raise BadInput("contract", f'"{number}"', "the number of a contract", code="unknown_contract")
    return _recipient(row.customer, row)


def recipient_of_customer(number: str) -> Recipient:
    """Return a customer by number. Raises `BadInput` for a number that is not known."""
    row = models.Customer.objects.filter(number=number).first()
    if row is None:
        raise BadInput("customer", f'"{number}"', "the number of a customer", code="unknown_customer")
    return _recipient(row, None)


def standing_of(recipient: Recipient, channel: str, at: datetime) -> Standing:
    """Return what the gate asks about a customer and a channel at an instant, on the customer's own clock."""
    customer, week = recipient.row, at - timedelta(days=8)
    closures = models.GateClosure.objects.filter(Q(until_at__isnull=True) | Q(until_at__gt=at), ended_at__isnull=True)
    attempts = models.ContactAttempt.objects.filter(customer=customer, attempted_at__gt=week)
    calls = attempts.filter(channel=PHONE, outcome__in=list(OUTCOMES)).values_list("attempted_at", "outcome")
    asked = attempts.filter(outcome__in=REACHED, message__wording__in=_COLLECTING)
    return Standing(
        tuple(
            Closure(*values)
            for values in closures.filter(customer=customer).values_list("because", "closed_at", "until_at")
        ),
        preference_of(customer, channel),
        tuple(Attempt(when.astimezone(recipient.zone), OUTCOMES[outcome]) for when, outcome in calls),
        tuple(asked.values_list("attempted_at", flat=True)),
    )


def preference_of(customer: int, channel: str) -> Preference | None:
    """Return what a customer last said of a channel."""
    rows = models.ContactPreference.objects.filter(customer=customer, channel=channel)
    last = rows.order_by("-recorded_at", "-pk").first()
    return None if last is None else Preference(last.is_allowed, last.quiet_from, last.quiet_until)


def keep_preference(customer: int, channel: str, preference: Preference, *, at: datetime) -> None:
    """Keep what a customer says of a channel from now on."""
    models.ContactPreference.objects.create(
        customer_id=customer, channel=channel, is_allowed=preference.is_allowed, quiet_from=preference.quiet_from,
        quiet_until=preference.quiet_until, recorded_at=at,
    )  # fmt: skip


def way_to(recipient: Recipient) -> str:
    """Return the first channel that reaches a customer who has not refused it: SMS, e-mail, else the portal."""
    known = _addresses(recipient)
    for channel in ("sms", "email"):
        preference = preference_of(recipient.row, channel)
        if channel in known and (preference is None or preference.is_allowed):
            return channel
    return PORTAL


def address_of(recipient: Recipient, channel: str) -> str | None:
    """Return the address of a customer on a channel, in the clear; nothing where none is known."""
    return _addresses(recipient).get(channel)


def add(recipient: Recipient, text: str, *, channel: str, wording: str, at: datetime, **more: Any) -> int:
    """Keep a message as it was written, sealed, and return its number. Raises `Unreadable` after erasure."""
    sealed = people.sealer_of(models.Customer.objects.get(pk=recipient.row)).seal(text, SEALED_AS)
    row = models.Message.objects.create(
        customer_id=recipient.row, contract_id=recipient.contract_row, channel=channel, wording=wording, sealed=sealed,
        recorded_at=at, **{"is_inbound": False, **more},
    )  # fmt: skip
    return row.pk


def written(message: int) -> Written:
    """Return a message with its text opened. Raises `Unreadable` where the customer was erased."""
    row = models.Message.objects.select_related("customer", "contract").get(pk=message)
    text = people.sealer_of(row.customer).unseal(row.sealed, SEALED_AS)
    return Written(row.pk, _recipient(row.customer, row.contract), row.channel, row.wording, text)


def note_attempt(
    recipient: Recipient, channel: str, outcome: str, *, at: datetime, message: int | None = None, rule: str = ""
) -> None:
    """Keep an attempt to reach a customer; one that was refused names the rule."""
    models.ContactAttempt.objects.create(
        customer_id=recipient.row, message_id=message, channel=channel, outcome=outcome, rule=rule, attempted_at=at
    )


def thread(recipient: Recipient, after: int, limit: int) -> list[dict[str, Any]]:
    """Return a customer's messages in order, after a number, with their texts; none to read once they are erased."""
    rows = models.Message.objects.filter(customer=recipient.row, pk__gt=after).select_related("contract")
    try:
        sealer = people.sealer_of(models.Customer.objects.get(pk=recipient.row))
    except Unreadable:
        sealer = None
    found = list(rows.order_by("pk")[:limit])
    states = _states([row.pk for row in found])
    return [
        {
            "message": row.pk, "contract": row.contract and row.contract.number, "is_inbound": row.is_inbound,
            "channel": row.channel, "wording": row.wording, "recorded_at": row.recorded_at.isoformat(),
            "text": sealer and sealer.unseal(row.sealed, SEALED_AS),
            "state": "received" if row.is_inbound else states.get(row.pk, "waiting"),
        }
        for row in found
    ]  # fmt: skip


def attempts(recipient: Recipient, after: int, limit: int) -> list[dict[str, Any]]:
    """Return the attempts to reach a customer in order, after a number."""
    rows = models.ContactAttempt.objects.filter(customer=recipient.row, pk__gt=after).order_by("pk")[:limit]
    return [
        {
            "attempt": row.pk, "channel": row.channel, "outcome": row.outcome, "rule": row.rule,
            "message": row.message_id, "attempted_at": row.attempted_at.isoformat(),
        }
        for row in rows
    ]  # fmt: skip


def check_channel(channel: str, allowed: Iterable[str] = CHANNELS) -> None:
    """Raise `BadInput` for a channel that there is not."""
    if channel not in {*allowed}:
        raise BadInput("channel", f'"{channel}"', f"one of {', '.join(allowed)}", code="unknown_word")


def read_clock(path: str, text: str | None) -> time | None:
    """Return a time of day. Raises `BadInput`."""
    if text is None:
        return None
    try:
        found = time.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or len(text) != len("08:00") or found.tzinfo is not None:
        raise BadInput(path, f'"{text}"', "a time of day written HH:MM", code="time")
    return found


def _states(messages: list[int]) -> dict[int, str]:
    """Return what became of messages: sent, or given up; none of it where they wait."""
    rows = models.OutboxMessage.objects.filter(message__in=messages)
    found = {
        row.message_id: "sent" if row.sent_at else "abandoned"
        for row in rows.exclude(sent_at__isnull=True, abandoned_at__isnull=True)
    }
    told = models.ContactAttempt.objects.filter(message__in=messages, outcome="delivered")
    return {**found, **dict.fromkeys(told.values_list("message_id", flat=True), "delivered")}  # type: ignore[dict-item]


def _addresses(recipient: Recipient) -> dict[str, str]:
    known = people.identifiers_of(models.Customer.objects.get(pk=recipient.row))
    return {channel: known[kind] for channel, kind in ADDRESSES.items() if kind in known}


def _recipient(customer: models.Customer, contract: models.Contract | None) -> Recipient:
    lender = the_lender()
    zone = zone_of(customer.time_zone or lender.time_zone)
    mine = (customer.pk, customer.number, customer.language, zone, customer.erased_at is not None)
    if contract is None:
        return Recipient(*mine, currency=lender.currency)
    rules = contract.rules or {}
    scope = (rules.get("lender_type"), rules.get("product"))
    return Recipient(*mine, contract.number, contract.pk, contract.currency, scope)
