"""Bank lines as they came, each once, and the event each was matched with. Never guesses whose money it is.

A line is named by the key that is the same in every file it appears in. What is money out is kept and not posted: the
entry of the disbursement or refund it carries out has posted it already.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import pyarrow as pa
from django.db import connection
from django.db.models import Q, QuerySet, Sum
from pyarrow import compute

from reprieve.errors import BadInput
from reprieve.storage.contracts import Cut
from reprieve.storage.models import BankLine, Event
from reprieve.storage.statements import copy

_LINE: Final = 1
"""The statement's name is the line's own key, so each has one line."""

_REFERENCES: Final = """
SELECT number, currency FROM contract WHERE regexp_replace(upper(number), '[^0-9A-Z]+', '', 'g') = ANY(%s)
"""
_ROWS: Final = """
SELECT contract_id, event_id, id FROM event
WHERE (contract_id, event_id) IN (SELECT * FROM unnest(%s::bigint[], %s::text[]))
"""


@dataclass(frozen=True, slots=True)
class Money:
    """What a bank line says: its key, its day, its amount (positive: money in) and the reference it carries."""

    key: str
    booked_on: date
    amount: int
    currency: str
    reference: str


def known(keys: Collection[str]) -> set[str]:
    """Return those of some keys whose lines have been taken before, from whichever file."""
    return set(BankLine.objects.filter(statement__in=keys).values_list("statement", flat=True))


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a line, and the payment it became: the contract's number and row, the event's id and row.

    The event's row is left out where only the database knows it.
    """

    money: Money
    became: str
    because: str = ""
    contract: str = ""
    contract_row: int | None = None
    event: str | None = None
    event_row: int | None = None


def keep(lines: Sequence[Kept], *, user: int, request_id: str, at: datetime) -> None:
    """Keep lines, each with the payment it became, and a trace of each."""
    if not lines:
        return
    instant = pa.repeat(pa.scalar(at, pa.timestamp("us", "UTC")), len(lines))
    events = pa.array(_event_rows(lines), pa.int64())
    copy("bank_line", pa.table({
        "statement": [one.money.key for one in lines], "line": pa.repeat(_LINE, len(lines)),
        "booked_on": [one.money.booked_on for one in lines], "currency": [one.money.currency for one in lines],
        "amount_minor": [one.money.amount for one in lines], "reference": [one.money.reference for one in lines],
        "recorded_at": instant, "event_id": events,
        "matched_at": compute.if_else(events.is_valid(), instant, pa.scalar(None, instant.type)),
    }))  # fmt: skip
    copy("audit_entry", pa.table({
        "user_id": pa.repeat(user, len(lines)), "action": pa.repeat("take_bank_line", len(lines)),
        "subject": ["contract" if one.contract else "bank_line" for one in lines],
        "subject_id": [one.contract or one.money.key for one in lines],
        "request_id": pa.repeat(request_id, len(lines)), "facts": [_facts(one) for one in lines],
        "recorded_at": instant,
    }))  # fmt: skip


def _facts(line: Kept) -> str:
    return json.dumps({"became": line.became, **({"event": line.event} if line.event else {})})


def _event_rows(lines: Sequence[Kept]) -> list[int | None]:
    """Return the row of the event that each line became; those that were written one by one are looked up."""
    asked = [(one.contract_row, one.event) for one in lines if one.event is not None and one.event_row is None]
    found: dict[tuple[int, str], int] = {}
    if asked:
        with connection.cursor() as cursor:
            cursor.execute(_ROWS, [list(column) for column in zip(*asked, strict=True)])
            found = {(contract, event): row for contract, event, row in cursor.fetchall()}
    return [
        one.event_row if one.event is None or one.event_row is not None else found[one.contract_row or 0, one.event]
        for one in lines
    ]


def matched(key: str, contract: str, event: str, matched_at: datetime) -> None:
    """Match a line with the event that took its money."""
    row = Event.objects.get(contract__number=contract, event_id=event)
    BankLine.objects.filter(statement=key).update(event=row, matched_at=matched_at)


def in_suspense(key: str) -> Money:
    """Return a line that nobody has placed, held until the transaction ends. Raises `BadInput` where there is none."""
    row = BankLine.objects.select_for_update().filter(statement=key, event__isnull=True, amount_minor__gt=0).first()
    if row is None:
        raise BadInput("key", f'"{key}"', "the key of a bank line in suspense", code="unknown_line")
    return Money(key, row.booked_on, row.amount_minor, row.currency, row.reference)


def references(candidates: Collection[str]) -> dict[str, tuple[str, str]]:
    """Return the payment references that some texts might be, each with its contract and currency.

    A reference is the number of its contract; it is looked for by its capitals and figures alone (`Contract.Meta`).
    """
    with connection.cursor() as cursor:
        cursor.execute(_REFERENCES, [sorted(candidates)])
        return {number: (number, currency) for number, currency in cursor.fetchall()}


def suspense_totals(cut: Cut, last_line: int) -> dict[str, int]:
    """Return the money nobody had placed as known at a cut, by currency."""
    rows = _unplaced(cut).filter(id__lte=last_line, recorded_at__lt=cut.before, amount_minor__gt=0)
    return {currency: int(amount) for currency, amount in rows.values_list("currency").annotate(Sum("amount_minor"))}


def last_line() -> int:
    """Return the highest number of a line there is; 0 where there is none."""
    return BankLine.objects.order_by("-id").values_list("id", flat=True).first() or 0


def _unplaced(cut: Cut) -> QuerySet[BankLine]:
    """Return the lines whose event was not known at a cut."""
    return BankLine.objects.filter(
        Q(event__isnull=True) | Q(event__id__gt=cut.event) | Q(event__recorded_at__gte=cut.before)
    )


def listed() -> list[Mapping[str, Any]]:
    """Return the lines in suspense, the oldest first, as plain values."""
    rows = BankLine.objects.filter(event__isnull=True, amount_minor__gt=0).order_by("booked_on", "id")
    return [
        {
            "key": row.statement, "booked_on": row.booked_on.isoformat(), "amount": row.amount_minor,
            "currency": row.currency, "reference": row.reference,
        }
        for row in rows
    ]  # fmt: skip
