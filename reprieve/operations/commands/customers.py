"""Customers: register one with sealed identifiers, and erase one. Never answers with an identifier."""

from collections.abc import Mapping

from reprieve.errors import BadInput
from reprieve.operations.command import Answer, Work, command
from reprieve.operations.recording import refuse
from reprieve.storage import customers, people


@command
def register_customer(
    work: Work, *, number: str, language: str, identifiers: Mapping[str, str] | None = None
) -> Answer:
    """Register a customer; identifiers, by kind, are sealed with a key of their own."""
    given = dict(identifiers or {})
    customers.check_new(number, language, given)
    same = given.get("national_id")
    if same and people.find_customers("national_id", same):
        raise refuse("customer.known", "A customer with this identity number is registered already.")
    people.register_customer(number, given, language=language, recorded_at=work.now)
    return {"customer": number}


@command
def erase_customer(work: Work, *, number: str) -> Answer:
    """Destroy what identifies a customer; the history of money stays. Refused while a loan is still running."""
    customer = customers.find(number)
    running = [loan for loan in customers.contracts_of(number) if not _is_closed(work, loan)]
    if running:
        raise refuse("customer.has_loans", f"Contract {running[0]} still runs; its customer cannot be erased yet.")
    people.erase_customer(customer, erased_at=work.now)
    return {"customer": number}


def _is_closed(work: Work, contract: str) -> bool:
    from reprieve.operations.reading import position_on

    return bool(position_on(work.contracts.get(contract), work.today)["status"] == "closed")


def known_customer(number: str) -> int:
    """Return the primary key of a customer who has not been erased. Raises `BadInput` for one that is not known."""
    customer = customers.find(number)
    if customer.erased_at is not None:
        raise BadInput("customer", f'"{number}", who was erased', "the number of a customer", code="unknown_customer")
    return customer.pk
