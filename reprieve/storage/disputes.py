"""Disputes in the database: what a customer objects to, sealed, and until when it has to be answered. Judges none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from reprieve.errors import BadInput
from reprieve.storage import models, people

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
