"""Documents made for customers, in the database: what stands on them and their PDF, sealed. Never makes one."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from reprieve.errors import BadInput
from reprieve.storage import people
from reprieve.storage.models import Contract, Document

SHEET: Final = "document sheet"
PDF: Final = "document pdf"


@dataclass(frozen=True, slots=True)
class Asked:
    """A document that was asked for, what stands on it opened."""

    row: int
    sheet: Mapping[str, Any]
    is_made: bool


def add(contract: str, kind: str, sheet: Mapping[str, Any], *, language: str, asked_by: int, asked_at: datetime) -> int:
    """Keep what a document is to say, as known now, and return its number."""
    row = Contract.objects.select_related("customer").get(number=contract)
    sealed = people.sealer_of(row.customer).seal(json.dumps(sheet, ensure_ascii=False), SHEET)
    return Document.objects.create(
        contract=row, kind=kind, language=language, sheet_sealed=sealed, asked_by_id=asked_by, asked_at=asked_at
    ).pk


def hold(document: int) -> Asked | None:
    """Return a document, held until the transaction ends; nothing where there is none. Raises `Unreadable`."""
    row = (
        Document.objects.select_for_update(of=("self",))
        .select_related("contract__customer")
        .filter(pk=document)
        .first()
    )
    if row is None:
        return None
    sheet = people.sealer_of(row.contract.customer).unseal(row.sheet_sealed, SHEET)
    return Asked(row.pk, json.loads(sheet), row.made_at is not None)


def keep_pdf(document: int, pdf: bytes, made_at: datetime) -> None:
    """Keep the PDF of a document, sealed."""
    row = Document.objects.select_related("contract__customer").get(pk=document)
    row.pdf_sealed = people.sealer_of(row.contract.customer).seal(base64.b64encode(pdf).decode("ascii"), PDF)
    row.made_at = made_at
    row.save(update_fields=["pdf_sealed", "made_at"])


def pdf_of(document: int) -> bytes | None:
    """Return the PDF of a document, nothing while it is not made. Raises `BadInput`, or `Unreadable` after erasure."""
    row = Document.objects.select_related("contract__customer").filter(pk=document).first()
    if row is None:
        raise BadInput("document", str(document), "the number of a document", code="unknown_document")
    if row.pdf_sealed is None:
        return None
    return base64.b64decode(people.sealer_of(row.contract.customer).unseal(row.pdf_sealed, PDF))


def one(document: int) -> dict[str, Any]:
    """Return a document without what stands on it. Raises `BadInput` for one that is not known."""
    row = Document.objects.select_related("contract").filter(pk=document).first()
    if row is None:
        raise BadInput("document", str(document), "the number of a document", code="unknown_document")
    return _plain(row)


def is_of(contract: str, document: int) -> bool:
    """Return whether a document is one of a contract."""
    return Document.objects.filter(pk=document, contract__number=contract).exists()


def listed(contract: str, after: int, limit: int) -> list[dict[str, Any]]:
    """Return the documents of a contract in order of number, after one, without what stands on them."""
    rows = Document.objects.filter(contract__number=contract, pk__gt=after).select_related("contract")
    return [_plain(row) for row in rows.order_by("pk")[:limit]]


def _plain(row: Document) -> dict[str, Any]:
    return {
        "document": row.pk, "contract": row.contract.number, "kind": row.kind, "language": row.language,
        "state": "waiting" if row.made_at is None else "made", "asked_at": row.asked_at.isoformat(),
    }  # fmt: skip
