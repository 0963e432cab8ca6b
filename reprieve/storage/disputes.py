"""Disputes in the database: what a customer objects to, sealed, and until when it has to be answered. Judges none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from reprieve.errors import BadInput
from reprieve.storage import models, people
from reprieve.storage.identifiers import Unreadable

OPEN = "open"


@dataclass(frozen=True, slots=True)
class Disputed:
    """A dispute: whose, about which contract, and where it stands."""

    row: int
    customer: int
    contract: str
    state: str
    answer_due_on: date


def add(contract: str, month: date, says: str, *, rule: str, answer_due_on: date, recorded_at: datetime) -> int:
    """Add a dispute of the row that stands for a month, and return its number.

    Raises `BadInput` where nothing was filed for that month.
    """
    filed = models.CreditRecordRow.objects.filter(contract__number=contract, month=month)
    row = filed.select_related("contract__customer").order_by("-filing").first()
    if row is None:
        raise BadInput("month", f"{month:%Y-%m}", "a month that was filed about this contract", code="not_filed")
    customer = row.contract.customer
    return models.Dispute.objects.create(
        customer=customer, contract=row.contract, credit_record_row=row, rule=rule, answer_due_on=answer_due_on,
        sealed=people.sealer_of(customer).seal(says, "dispute"), state=OPEN, recorded_at=recorded_at,
    ).pk  # fmt: skip


def find(dispute: int) -> Disputed:
    """Return a dispute, held until the transaction ends. Raises `BadInput` for one that is not known."""
    row = models.Dispute.objects.select_for_update(of=("self",)).filter(pk=dispute).select_related("contract").first()
    if row is None or row.contract is None:
        raise BadInput("dispute", str(dispute), "the number of a dispute", code="unknown_dispute")
    return Disputed(row.pk, row.customer_id, row.contract.number, row.state, row.answer_due_on)


def answer(dispute: int, state: str, answered_at: datetime) -> None:
    """Keep how a dispute was answered."""
    models.Dispute.objects.filter(pk=dispute).update(state=state, answered_at=answered_at)


def open_of(contract: str) -> bool:
    """Return whether a dispute about a contract is open."""
    return models.Dispute.objects.filter(contract__number=contract, state=OPEN).exists()


def unanswered(today: date) -> dict[str, Any]:
    """Return how many disputes are open, and those whose answer is overdue on a day, the longest first."""
    still = models.Dispute.objects.filter(state=OPEN, contract__isnull=False).select_related("contract")
    late = still.filter(answer_due_on__lt=today).order_by("answer_due_on", "pk")
    return {
        "open": still.count(),
        "overdue": [
            {
                "dispute": row.pk, "contract": row.contract and row.contract.number,
                "answer_due_on": row.answer_due_on.isoformat(),
            }
            for row in late
        ],
    }  # fmt: skip


def listed(
    after: int, limit: int, *, contract: str | None, customer: str | None, state: str | None
) -> list[dict[str, Any]]:
    """Return disputes in order of number, after one, as plain values, without what their customers say."""
    rows = _rows().filter(pk__gt=after, contract__isnull=False)
    if contract is not None:
        rows = rows.filter(contract__number=contract)
    if customer is not None:
        rows = rows.filter(customer__number=customer)
    if state is not None:
        rows = rows.filter(state=state)
    return [_plain(row) for row in rows.order_by("pk")[:limit]]


def customer_of(dispute: int) -> str:
    """Return the number of whose dispute it is. Raises `BadInput` for one that is not known."""
    rows = models.Dispute.objects.filter(pk=dispute, contract__isnull=False)
    number = rows.values_list("customer__number", flat=True).first()
    if number is None:
        raise BadInput("dispute", str(dispute), "the number of a dispute", code="unknown_dispute")
    return number


def one(dispute: int) -> dict[str, Any]:
    """Return a dispute as plain values, with what the customer says. Raises `BadInput` for one that is not known."""
    row = _rows().filter(pk=dispute, contract__isnull=False).first()
    if row is None:
        raise BadInput("dispute", str(dispute), "the number of a dispute", code="unknown_dispute")
    try:
        says = people.sealer_of(row.customer).unseal(row.sealed, "dispute")
    except Unreadable:
        says = None
    return {**_plain(row), "says": says}


def _rows() -> QuerySet[models.Dispute]:
    return models.Dispute.objects.select_related("customer", "contract", "credit_record_row")


def _plain(row: models.Dispute) -> dict[str, Any]:
    filed, contract = row.credit_record_row, row.contract
    assert contract is not None, "a dispute is listed by its contract"
    return {
        "dispute": row.pk, "contract": contract.number, "customer": row.customer.number,
        "month": filed and f"{filed.month:%Y-%m}", "rule": row.rule, "answer_due_on": row.answer_due_on.isoformat(),
        "state": row.state, "recorded_at": row.recorded_at.isoformat(),
        "answered_at": row.answered_at and row.answered_at.isoformat(),
    }  # fmt: skip
