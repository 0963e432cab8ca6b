"""Applications with their budgets, what was shown, how questions were answered, and signatures. Decides nothing.

What was shown is sealed with the customer's key and never rebuilt; its hash is what a signature refers to.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from reprieve.errors import BadInput
from reprieve.lending.budget import Budget
from reprieve.storage import models, people
from reprieve.storage.identifiers import Unreadable

SHOWN: Final = "credit_cost"
"""The kind of disclosure shown before a contract is signed."""


@dataclass(frozen=True, slots=True)
class Applied:
    """An application: who asked for what, and where it stands."""

    row: int
    customer: int
    customer_number: str
    product_version: int
    principal: int
    instalments: int
    state: str
    reasons: Mapping[str, Any]
    submitted_by: int | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A disclosure as it was shown, to the letter, and whether it was signed."""

    application: int
    customer: str
    language: str
    text: str
    document_sha256: str
    shown_at: datetime
    signed_at: datetime | None


def add(applied: Mapping[str, Any], budget: Budget, submitted_at: datetime) -> int:
    """Add an application with its budget, and return its number."""
    row = models.Application.objects.create(**applied, state="submitted", submitted_at=submitted_at)
    add_budget(row.customer_id, budget, submitted_at, application=row.pk)
    return row.pk


def add_budget(customer: int, budget: Budget, recorded_at: datetime, application: int | None = None) -> int:
    """Keep a budget as it was stated, and return its number."""
    return models.Budget.objects.create(
        customer_id=customer, application_id=application, currency=budget.currency,
        income_minor=budget.monthly_income, spending_minor=budget.spent, debt_service_minor=budget.debt_payments,
        rows=budget.model_dump(mode="json", by_alias=True), recorded_at=recorded_at,
    ).pk  # fmt: skip


def find(application: int) -> Applied:
    """Return an application, held until the transaction ends. Raises `BadInput` for one that is not known."""
    row = models.Application.objects.select_for_update(of=("self",)).filter(pk=application).first()
    if row is None:
        raise BadInput("application", str(application), "the number of an application", code="unknown_application")
    return Applied(
        row.pk, row.customer_id, row.customer.number, row.product_version_id, row.principal_minor, row.instalments,
        row.state, row.reasons, row.submitted_by_id,
    )  # fmt: skip


def decide(application: int, state: str, *, decided_by: int, decided_at: datetime) -> None:
    """Keep what became of an application."""
    models.Application.objects.filter(pk=application).update(
        state=state, decided_by_id=decided_by, decided_at=decided_at
    )


def contracted(application: int) -> None:
    """Keep that a contract came of an application."""
    models.Application.objects.filter(pk=application).update(state="contracted")


def document_sha256(document: Mapping[str, Any]) -> str:
    """Return the hash that names a document, in hex."""
    return sha256(_text(document).encode()).hexdigest()


def show(applied: Applied, document: Mapping[str, Any], *, language: str, shown_at: datetime) -> int:
    """Keep what was shown, as it was shown, and return the disclosure's number."""
    customer = models.Customer.objects.get(pk=applied.customer)
    return models.Disclosure.objects.create(
        customer=customer, application_id=applied.row, kind=SHOWN, language=language,
        sealed=people.sealer_of(customer).seal(_text(document), SHOWN),
        document_sha256=bytes.fromhex(document_sha256(document)),
        rules_sha256=bytes.fromhex(document["table"]["pack_hash"]), shown_at=shown_at,
    ).pk  # fmt: skip


def shown(disclosure: int) -> tuple[int, dict[str, Any]]:
    """Return the application of a disclosure and what was shown. Raises `BadInput` for one that is not known."""
    found = find_shown(disclosure)
    return found.application, json.loads(found.text)


def customer_of(disclosure: int) -> str:
    """Return the number of whom a disclosure was shown to. Raises `BadInput` for one that is not known."""
    rows = models.Disclosure.objects.filter(pk=disclosure, kind=SHOWN, application__isnull=False)
    number = rows.values_list("customer__number", flat=True).first()
    if number is None:
        raise BadInput("disclosure", str(disclosure), "the number of a disclosure", code="unknown_disclosure")
    return number


def find_shown(disclosure: int) -> Shown:
    """Return what was shown, to the letter. Raises `BadInput` for a disclosure that is not known."""
    row = models.Disclosure.objects.filter(pk=disclosure, kind=SHOWN).select_related("customer", "signature").first()
    if row is None or row.application_id is None:
        raise BadInput("disclosure", str(disclosure), "the number of a disclosure", code="unknown_disclosure")
    try:
        text = people.sealer_of(row.customer).unseal(row.sealed, SHOWN)
    except Unreadable:
        allowed = "one of a customer who was not erased"
        raise BadInput("disclosure", str(disclosure), allowed, code="unknown_disclosure") from None
    signed = getattr(row, "signature", None)
    return Shown(
        row.application_id, row.customer.number, row.language, text, bytes(row.document_sha256).hex(), row.shown_at,
        signed and signed.signed_at,
    )  # fmt: skip


def keep_answers(disclosure: int, answers: Mapping[str, tuple[str, bool]], answered_at: datetime) -> None:
    """Keep answers by question: what was chosen, and whether it was right."""
    models.Comprehension.objects.bulk_create(
        models.Comprehension(
            disclosure_id=disclosure, question=question, answer=answer, is_right=is_right, answered_at=answered_at
        )
        for question, (answer, is_right) in answers.items()
    )


def answered_questions(disclosure: int) -> set[str]:
    """Return the questions that have been answered, rightly or not: an answer shows why and is never a barrier."""
    return set(models.Comprehension.objects.filter(disclosure=disclosure).values_list("question", flat=True))


def sign(applied: Applied, disclosure: int, *, document: str, method: str, signed_at: datetime) -> int:
    """Keep a signature on what was shown, and return its number. Raises `BadInput` where it was signed before."""
    if models.Signature.objects.filter(disclosure=disclosure).exists():
        raise BadInput("disclosure", str(disclosure), "one that has not been signed yet", code="signed_before")
    return models.Signature.objects.create(
        customer_id=applied.customer, disclosure_id=disclosure, document_sha256=bytes.fromhex(document),
        method=method, signed_at=signed_at,
    ).pk  # fmt: skip


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, sort_keys=True, ensure_ascii=False)
