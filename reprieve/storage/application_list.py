"""Applications, their budgets and what was shown of them, as plain values a page at a time. Opens nothing sealed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from reprieve.errors import BadInput
from reprieve.storage.models import Application, Budget


def listed(after: int, limit: int, *, customer: str | None, state: str | None) -> list[dict[str, Any]]:
    """Return applications in order of number, after one."""
    rows = _rows().filter(pk__gt=after)
    if customer is not None:
        rows = rows.filter(customer__number=customer)
    if state is not None:
        rows = rows.filter(state=state)
    return [_plain(row) for row in rows.order_by("pk")[:limit]]


def one(application: int) -> dict[str, Any]:
    """Return an application with its budget and the numbers of its disclosures. Raises `BadInput` for none."""
    row = _rows().filter(pk=application).first()
    if row is None:
        raise BadInput("application", str(application), "the number of an application", code="unknown_application")
    budgets = _budgets(Budget.objects.filter(application=row).order_by("-pk")[:1])
    disclosures = list(row.disclosures.order_by("pk").values_list("pk", flat=True))
    return {**_plain(row), "budget": budgets[0] if budgets else None, "disclosures": disclosures}


def budgets_of(customer: str, after: int, limit: int) -> list[dict[str, Any]]:
    """Return what a customer stated, in order of recording, after a number."""
    rows = Budget.objects.filter(customer__number=customer, pk__gt=after).order_by("pk")
    return _budgets(rows[:limit])


def _rows() -> QuerySet[Application]:
    return Application.objects.select_related("customer", "product_version__product", "contract")


def _plain(row: Application) -> dict[str, Any]:
    contract = getattr(row, "contract", None)
    return {
        "application": row.pk, "customer": row.customer.number, "product": row.product_version.product.code,
        "product_version": row.product_version.version, "currency": row.currency, "principal": row.principal_minor,
        "instalments": row.instalments, "annual_rate": row.reasons["annual_rate"], "purpose": row.purpose,
        "state": row.state, "assessment": row.reasons["assessment"], "contract": contract and contract.number,
        "submitted_at": row.submitted_at.isoformat(), "decided_at": row.decided_at and row.decided_at.isoformat(),
    }  # fmt: skip


def _budgets(rows: Collection[Budget] | QuerySet[Budget]) -> list[dict[str, Any]]:
    return [
        {
            "number": row.pk, "application": row.application_id, "currency": row.currency, "income": row.income_minor,
            "spending": row.spending_minor, "debt_payments": row.debt_service_minor, "stated": row.rows,
            "recorded_at": row.recorded_at.isoformat(),
        }
        for row in rows
    ]  # fmt: skip
