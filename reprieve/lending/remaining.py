"""The payments to come on a loan, if each is made in full on its day, whatever was agreed meanwhile. Computes no claim.

The kernel is asked day by day: what falls due next, and what that comes to once all before it was paid.
"""

from datetime import date
from typing import Any, Final

from reprieve.lending.case import Answer, Case, position
from reprieve.lending.case_file import CaseFile
from reprieve.lending.event import Payment
from reprieve.lending.field import end_of
from reprieve.lending.movement import COMPONENTS

PAYMENTS_MOST: Final = 2_000
"""More payments than any loan has: rows, and parked money of each plan."""


def remaining(case: Case, on: date) -> Answer:
    """Return what is owed already on a day, and each payment to come if that and each before it are paid in time.

    `now` and each of `payments` hold the components and `total`, minor units; a payment has its day, `due_on`.
    """
    file = case.file
    now = _due(file, on)
    file = _paid(file, on, now["total"])
    payments: list[dict[str, Any]] = []
    day = on
    while (following := position(Case(file), day)["next_due"]) is not None and len(payments) < PAYMENTS_MOST:
        due_on = date.fromisoformat(following["on"])
        assert due_on > day, "what falls due next falls due later"
        due = _due(file, due_on)
        if due["total"]:
            payments.append({"due_on": due_on.isoformat(), **due})
        file, day = _paid(file, due_on, due["total"]), due_on
    total = now["total"] + sum(payment["total"] for payment in payments)
    return Answer({"on": on.isoformat(), "now": now, "payments": payments, "total": total})


def _due(file: CaseFile, on: date) -> dict[str, int]:
    """Return what has fallen due and is unpaid at the end of a day, by component.

    Where nothing falls due later, what has accrued meanwhile is owed with it.
    """
    shown = position(Case(file), on)
    parts = ("due", "arrears") if shown["next_due"] else ("due", "arrears", "accrued")
    due = {name: sum(int(shown[part][name]) for part in parts) for name in COMPONENTS}
    return {**due, "total": sum(due.values())}


def _paid(file: CaseFile, on: date, amount: int) -> CaseFile:
    """Return a case file with one more payment, after all else of its day."""
    if not amount:
        return file
    payment = Payment(
        id=f"~{len(file.events)}", on=on, recorded_at=end_of(on), order=10**6, kind="payment", amount=amount
    )
    return file.model_copy(update={"events": (*file.events, payment)})
