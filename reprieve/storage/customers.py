"""Customers by number. Never reads what identifies one: that is `people`."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from reprieve.errors import BadInput
from reprieve.storage.models import Contract, Customer
from reprieve.storage.models.customer import LANGUAGES
from reprieve.storage.models.identifier import KINDS


def find(number: str) -> Customer:
    """Return a customer. Raises `BadInput` for a number that is not known."""
    found = Customer.objects.filter(number=number).first()
    if found is None:
        raise BadInput("customer", f'"{number}"', "the number of a customer", code="unknown_customer")
    return found


def known(numbers: Collection[str]) -> dict[str, bool]:
    """Return those of some numbers that are customers', each with whether the customer was erased."""
    rows = Customer.objects.filter(number__in=set(numbers)).values_list("number", "erased_at")
    return {number: erased_at is not None for number, erased_at in rows}


def listed(after: str | None, limit: int) -> list[Customer]:
    """Return customers in order of registration, after a number. Raises `BadInput` for one that is not known."""
    rows = Customer.objects.order_by("pk")
    return list((rows if after is None else rows.filter(pk__gt=find(after).pk))[:limit])


def check_new(number: str, language: str, identifiers: Mapping[str, str]) -> None:
    """Raise `BadInput` for a number that is taken, a language or a kind of identifier that is not known."""
    check_given(number, language, identifiers)
    if Customer.objects.filter(number=number).exists():
        raise BadInput("number", f'"{number}"', "a number that no other customer has", code="number_taken")


def check_given(number: str, language: str, identifiers: Mapping[str, str]) -> None:
    """Raise `BadInput` for what no customer can have, whoever is registered already."""
    if not number or len(number) > 200:
        raise BadInput("number", f"{len(number)} characters", "a text of 1 to 200 characters", code="number")
    if language not in LANGUAGES:
        raise BadInput("language", f'"{language}"', f"one of {', '.join(LANGUAGES)}", code="unknown_word")
    for kind, value in identifiers.items():
        if kind not in KINDS:
            raise BadInput("identifiers", f'"{kind}"', f"one of {', '.join(KINDS)}", code="unknown_word")
        if not value:
            raise BadInput(f"identifiers.{kind}", "nothing", "a text", code="identifier")


def contracts_of(number: str) -> list[str]:
    """Return the contract numbers of a customer."""
    return list(Contract.objects.filter(customer__number=number).order_by("id").values_list("number", flat=True))
