"""Relief in the database: the contact gate that closes with it, cases and promises. Never decides a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from reprieve.storage import people
from reprieve.storage.messages import Recipient
from reprieve.storage.models import Customer, GateClosure, Promise, ReliefCase

SEALED_AS = "relief case"


def close_gate(
    customer: int, because: str, *, closed_at: datetime, until_at: datetime | None = None, case: int | None = None
) -> None:
    """Close a customer's contact gate from an instant on."""
    GateClosure.objects.create(
        customer_id=customer, because=because, closed_at=closed_at, until_at=until_at, relief_case_id=case
    )


def open_case(recipient: Recipient, reasons: Sequence[str], says: str, *, opened_at: datetime) -> int:
    """Open a relief case, what the customer says sealed, and return its number."""
    sealed = None
    if says:
        sealed = people.sealer_of(Customer.objects.get(pk=recipient.row)).seal(says, SEALED_AS)
    row = ReliefCase.objects.create(
        customer_id=recipient.row, contract_id=recipient.contract_row, reasons=list(reasons), sealed=sealed,
        state="open", opened_at=opened_at,
    )  # fmt: skip
    return row.pk


def case_open(recipient: Recipient) -> int | None:
    """Return the number of the case that is open about a contract."""
    rows = ReliefCase.objects.filter(customer=recipient.row, contract=recipient.contract_row).exclude(state="closed")
    return rows.values_list("pk", flat=True).first()


def end_case(case: int, outcome: str, *, at: datetime) -> None:
    """End a case, and with it the closure of the gate that came with it."""
    ReliefCase.objects.filter(pk=case).update(state="closed", outcome=outcome, closed_at=at)
    GateClosure.objects.filter(relief_case=case, ended_at__isnull=True).update(ended_at=at)


@dataclass(frozen=True, slots=True)
class Promised:
    """An open promise."""

    row: int
    amount: int
    on: date
    recorded_at: datetime


def promise_open(contract: int) -> Promised | None:
    """Return the open promise of a contract, by its row."""
    row = Promise.objects.filter(contract=contract, state="open").first()
    return None if row is None else Promised(row.pk, row.amount_minor, row.promised_on, row.recorded_at)


def add_promise(contract: int, amount: int, on: date, *, recorded_at: datetime) -> int:
    """Keep a promise and return its number."""
    row = Promise.objects.create(
        contract_id=contract, amount_minor=amount, promised_on=on, state="open", recorded_at=recorded_at
    )
    return row.pk


def end_promise(recipient: Recipient, promised: Promised, state: str, *, at: datetime) -> None:
    """End a promise, and with it the closure of the gate that came with it."""
    Promise.objects.filter(pk=promised.row).update(state=state, decided_at=at)
    closures = GateClosure.objects.filter(customer=recipient.row, because="promise", closed_at=promised.recorded_at)
    closures.filter(ended_at__isnull=True).update(ended_at=at)


def promises_due(contracts: range, on: date) -> list[tuple[str, Promised]]:
    """Return the open promises of some contract rows whose day has ended by a day, each with its contract's number."""
    rows = Promise.objects.filter(
        contract__gte=contracts.start, contract__lt=contracts.stop, state="open", promised_on__lte=on
    )
    return [
        (row.contract.number, Promised(row.pk, row.amount_minor, row.promised_on, row.recorded_at))
        for row in rows.select_related("contract").order_by("pk")
    ]


def decide_promise(promise: int, state: str, *, at: datetime) -> None:
    """Keep how a promise ended whose day is over; the closure of the gate that came with it ended with the day."""
    Promise.objects.filter(pk=promise, state="open").update(state=state, decided_at=at)


def cases(after: int, limit: int, *, state: str | None = None) -> list[dict[str, Any]]:
    """Return relief cases in order of number, after one, without what their customers say."""
    rows = ReliefCase.objects.filter(pk__gt=after).select_related("customer", "contract").order_by("pk")
    if state is not None:
        rows = rows.filter(state=state)
    return [
        {
            "case": row.pk, "customer": row.customer.number, "contract": row.contract and row.contract.number,
            "reasons": row.reasons, "state": row.state, "opened_at": row.opened_at.isoformat(),
            "outcome": row.outcome or None, "closed_at": row.closed_at and row.closed_at.isoformat(),
        }
        for row in rows[:limit]
    ]  # fmt: skip
