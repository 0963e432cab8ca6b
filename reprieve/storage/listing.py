"""Pages of records as plain values, for screens and the API. Never computes a figure, and never reads an identifier."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from django.db.models import Q

from reprieve.errors import BadInput
from reprieve.lending.ledger import Entry
from reprieve.storage.contracts import unknown_contract
from reprieve.storage.journal import entries_of, last_day_of
from reprieve.storage.models import BankLine, Contract, CreditRecordRow, JournalEntry, JournalLine, Quarantine

_STATES: Final = {
    "suspense": Q(event__isnull=True, amount_minor__gt=0), "payment": Q(event__isnull=False),
    "money_out": Q(event__isnull=True, amount_minor__lt=0),
}  # fmt: skip
"""What may have become of a bank line."""

FIGURES: Final = ("amount_past_due", "outstanding", "days_past_due", "contractual_days_past_due", "is_disputed")
"""The figures of a credit-record row that are shown."""


def contract(number: str) -> dict[str, Any]:
    """Return a contract's number, customer, product and the instant it was recorded."""
    row = Contract.objects.filter(number=number).select_related("customer", "product_version__product").first()
    if row is None:
        raise unknown_contract(number)
    return _contract(row)


def contracts(after: str | None, limit: int, customer: str | None) -> list[dict[str, Any]]:
    """Return contracts in order of recording, after a number."""
    rows = Contract.objects.select_related("customer", "product_version__product").order_by("id")
    if customer is not None:
        rows = rows.filter(customer__number=customer)
    if after is not None:
        last = Contract.objects.filter(number=after).values_list("id", flat=True).first()
        if last is None:
            raise unknown_contract(after)
        rows = rows.filter(id__gt=last)
    return [_contract(row) for row in rows[:limit]]


def entries(after: int, limit: int, contract: str | None) -> Iterator[tuple[int, Entry]]:
    """Yield entries with their numbers in order of posting, after a number."""
    rows = JournalEntry.objects.filter(id__gt=after)
    if contract is not None:
        rows = rows.filter(event__contract__number=contract)
    numbers = list(rows.order_by("id").values_list("id", flat=True)[:limit])
    yield from zip(numbers, entries_of(numbers), strict=True)


def behind(account: str, after: int, limit: int) -> Iterator[tuple[int, int, Entry]]:
    """Yield what moved an account in order of posting: the entry's number, the amount, and the entry."""
    lines = JournalLine.objects.filter(account=account, entry__gt=after).order_by("entry_id")
    found = list(lines.values_list("entry_id", "amount_minor")[:limit])
    whole = entries_of([number for number, _ in found])
    for (number, amount), entry in zip(found, whole, strict=True):
        yield number, amount, entry


def bank_lines(after: str | None, limit: int, state: str | None) -> list[dict[str, Any]]:
    """Return bank lines by day, the oldest first, after a line's key; `suspense` are those that nobody has placed."""
    rows = BankLine.objects.select_related("event__contract").order_by("booked_on", "id")
    if state is not None:
        rows = rows.filter(_STATES[state])
    if after is not None:
        last = BankLine.objects.filter(statement=after).first()
        if last is None:
            raise BadInput("after", f'"{after}"', "the key of a bank line", code="cursor")
        rows = rows.filter(Q(booked_on__gt=last.booked_on) | Q(booked_on=last.booked_on, id__gt=last.pk))
    return [_bank_line(row) for row in rows[:limit]]


def credit_rows(
    after: int,
    limit: int | None,
    *,
    contract: str | None = None,
    month: date | None = None,
    customer: str | None = None,
) -> list[dict[str, Any]]:
    """Return what was filed, in order of filing, after a number; the figures as they were filed."""
    rows = CreditRecordRow.objects.filter(pk__gt=after).select_related("contract__customer").order_by("pk")
    given = {"contract__number": contract, "month": month, "contract__customer__number": customer}
    rows = rows.filter(**{name: value for name, value in given.items() if value is not None})
    return [
        {
            "number": row.pk, "contract": row.contract.number, "month_end": last_day_of(row.month).isoformat(),
            "code": row.status_code, "is_adverse": row.is_adverse, "filing": row.filing,
            **{name: row.figures[name] for name in FIGURES},
        }
        for row in rows[:limit]
    ]  # fmt: skip


def quarantines(after: int, limit: int) -> list[dict[str, Any]]:
    """Return the loans in quarantine in order of being set aside, after a number."""
    rows = Quarantine.objects.filter(cleared_at__isnull=True, pk__gt=after).select_related("contract", "close_run")
    return [
        {
            "number": row.pk, "contract": row.contract.number, "because": row.because, "expected": row.expected_minor,
            "found": row.found_minor, "closed_on": row.close_run.business_on.isoformat(),
        }
        for row in rows.order_by("pk")[:limit]
    ]  # fmt: skip


def _bank_line(row: BankLine) -> dict[str, Any]:
    event = row.event
    state = "payment" if event else "suspense" if row.amount_minor > 0 else "money_out"
    return {
        "key": row.statement, "booked_on": row.booked_on.isoformat(), "amount": row.amount_minor,
        "currency": row.currency, "reference": row.reference, "state": state,
        "contract": event and event.contract.number, "event": event and event.event_id,
        "recorded_at": row.recorded_at.isoformat(),
    }  # fmt: skip


def _contract(row: Contract) -> dict[str, Any]:
    version = row.product_version
    return {
        "contract": row.number, "customer": row.customer.number, "product": version and version.product.code,
        "product_version": version and version.version, "currency": row.currency, "principal": row.principal_minor,
        "disbursed_on": row.disbursed_on.isoformat(), "recorded_at": row.recorded_at.isoformat(),
        "rules_sha256": row.rules_sha256 and bytes(row.rules_sha256).hex(),
    }  # fmt: skip
