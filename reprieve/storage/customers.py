"""Customers by number. Never reads what identifies one: that is `people`."""

from __future__ import annotations

from collections.abc import Mapping

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


def check_new(number: str, language: str, identifiers: Mapping[str, str]) -> None:
    """Raise `BadInput` for a number that is taken, a language or a kind of identifier that is not known."""
    if not number or len(number) > 200:
        raise BadInput("number", f"{len(number)} characters", "a text of 1 to 200 characters", code="number")
    if Customer.objects.filter(number=number).exists():
        raise BadInput("number", f'"{number}"', "a number that no other customer has", code="number_taken")
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
