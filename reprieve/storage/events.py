"""Events between the case file and their table: one row an event, common fields as columns. Never changes a row.

The first disbursement is no event of a case file; its row (`DISBURSED`) is what its journal entry refers to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from reprieve.lending.event_kind import AnyEvent
from reprieve.lending.movement import CONTRACT
from reprieve.storage.models import Event

DISBURSED: Final = CONTRACT
"""The id of the row that stands for the first disbursement."""
FIELDS: Final = ("event_id", "on", "order", "kind", "amount_minor", "terms", "recorded_at")
_COMMON: Final = ("id", "on", "order", "kind", "recorded_at")


@dataclass(frozen=True, slots=True)
class Fields:
    """What the columns of an event hold beside the common ones, and the whole event as plain JSON types."""

    document: dict[str, Any]
    amount_minor: int | None
    terms: dict[str, Any]


def fields_of(event: AnyEvent) -> Fields:
    """Return an event as its columns hold it."""
    document = event.model_dump(mode="json", by_alias=True, exclude_none=True)
    amount = document.get("amount")
    is_money = type(amount) is int
    terms = {key: value for key, value in document.items() if key not in _COMMON and not (key == "amount" and is_money)}
    return Fields(document, amount if is_money else None, terms)


def row_of(contract: int, event: AnyEvent, *, recorded_by: int | None, reference: str = "") -> Event:
    """Return the row of an event, not yet saved."""
    fields = fields_of(event)
    return Event(
        contract_id=contract, event_id=event.id, on=event.on, order=event.order, kind=event.kind,
        amount_minor=fields.amount_minor, terms=fields.terms, reference=reference, recorded_at=event.recorded_at,
        recorded_by_id=recorded_by,
    )  # fmt: skip


def disbursed_row(
    contract: int, *, on: Any, amount_minor: int, recorded_at: datetime, recorded_by: int | None
) -> Event:
    """Return the row of the first disbursement, not yet saved."""
    return Event(
        contract_id=contract, event_id=DISBURSED, on=on, kind="disbursement", amount_minor=amount_minor,
        recorded_at=recorded_at, recorded_by_id=recorded_by,
    )  # fmt: skip


def document_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the event of a case file that a row (its `FIELDS`) holds."""
    document = {
        "id": row["event_id"], "on": row["on"], "order": row["order"], "kind": row["kind"],
        "recorded_at": row["recorded_at"], **row["terms"],
    }  # fmt: skip
    return document if row["amount_minor"] is None else document | {"amount": row["amount_minor"]}


def document_of_list(values: Sequence[Any]) -> dict[str, Any]:
    """Return the event of a case file that the database's functions list, in plain JSON types."""
    name, on, order, kind, amount, recorded_at, terms = values
    document = {"id": name, "on": on, "order": order, "kind": kind, "recorded_at": recorded_at, **terms}
    return document if amount is None else document | {"amount": amount}
