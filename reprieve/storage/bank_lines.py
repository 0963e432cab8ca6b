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

from django.db.models import Q, QuerySet, Sum

from reprieve.errors import BadInput
from reprieve.storage.contracts import Cut
from reprieve.storage.models import BankLine, Contract, Event
from reprieve.storage.statements import tell

_LINE: Final = 1
"""The statement's name is the line's own key, so each has one line."""

_KEEP: Final = """
WITH line AS (
    SELECT * FROM jsonb_to_recordset(%(rows)s::jsonb) AS one (key text, booked_on date, currency text, amount bigint,
        reference text, contract bigint, event text, subject text, subject_id text, facts jsonb)
), traced AS (
    INSERT INTO audit_entry (user_id, action, subject, subject_id, request_id, facts, recorded_at)
    SELECT %(user)s, 'take_bank_line', subject, subject_id, %(request)s, facts, %(at)s FROM line
)
INSERT INTO bank_line (statement, line, booked_on, currency, amount_minor, reference, recorded_at, event_id, matched_at)
SELECT key, %(line)s, booked_on, currency, amount, line.reference, %(at)s, event.id,
    CASE WHEN event.id IS NOT NULL THEN %(at)s::timestamptz END
FROM line LEFT JOIN event ON contract_id = contract AND event_id = line.event
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
    """What became of a line, and the payment it became: the contract's row and number, and the event."""

    money: Money
    became: str
    because: str = ""
    row: int | None = None
    contract: str = ""
    event: str | None = None


def keep(lines: Sequence[Kept], *, user: int, request_id: str, at: datetime) -> None:
    """Keep lines, each with the payment it became, and a trace of each."""
    rows = [
        {
            "key": one.money.key, "booked_on": one.money.booked_on.isoformat(), "currency": one.money.currency,
            "amount": one.money.amount, "reference": one.money.reference, "contract": one.row, "event": one.event,
            "subject": "contract" if one.contract else "bank_line", "subject_id": one.contract or one.money.key,
            "facts": {"became": one.became, **({"event": one.event} if one.event else {})},
        }
        for one in lines
    ]  # fmt: skip
    if rows:
        tell(_KEEP, {"rows": json.dumps(rows), "user": user, "request": request_id, "at": at, "line": _LINE})


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


def references() -> dict[str, tuple[str, str]]:
    """Return the payment references given to borrowers, which are contract numbers, with contract and currency."""
    rows = Contract.objects.values_list("number", "currency")
    return {number: (number, currency) for number, currency in rows}


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
