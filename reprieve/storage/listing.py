"""Pages of records as plain values, for screens and the API. Never computes a figure, and never reads an identifier."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reprieve.lending.ledger import Entry
from reprieve.storage.contracts import unknown_contract
from reprieve.storage.journal import entries_of
from reprieve.storage.models import Contract, JournalEntry, JournalLine


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


def _contract(row: Contract) -> dict[str, Any]:
    version = row.product_version
    return {
        "contract": row.number, "customer": row.customer.number, "product": version and version.product.code,
        "product_version": version and version.version, "currency": row.currency, "principal": row.principal_minor,
        "disbursed_on": row.disbursed_on.isoformat(), "recorded_at": row.recorded_at.isoformat(),
        "rules_sha256": row.rules_sha256 and bytes(row.rules_sha256).hex(),
    }  # fmt: skip
