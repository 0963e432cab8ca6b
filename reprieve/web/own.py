"""Whose records a caller sees: everybody's, or one customer's own. What is hidden answers as if it were not there."""

from typing import Any

from django.http import HttpRequest

from reprieve.operations import reading
from reprieve.operations.command import Act
from reprieve.web.access import caller_of
from reprieve.web.commanding import now
from reprieve.web.problem import HttpProblem
from reprieve.web.reading import number_of

NARROW = "This token sees what belongs to its own customer alone."


def listed_customer(request: HttpRequest, customer: str | None) -> str | None:
    """Return whose records are listed; a caller who may see one customer's alone sees those."""
    own = caller_of(request).customers
    if own is None:
        return customer
    if customer is None and len(own) == 1:
        return next(iter(own))
    if customer is None or customer not in own:
        raise HttpProblem("forbidden", NARROW)
    return customer


def check_customer(request: HttpRequest, customer: str) -> None:
    """Raise `HttpProblem` where a caller may not see or act for a customer, as if there were none."""
    if not caller_of(request).may_see(customer):
        raise HttpProblem("not-found", "No customer by that name is known.")


def application_of(request: HttpRequest, number: str) -> dict[str, Any]:
    """Return an application that this caller may see."""
    record = reading.application(number_of(number, "application"))
    _check(request, str(record["customer"]), "application")
    return record


def disclosure_of(request: HttpRequest, number: str) -> int:
    """Return the number of a disclosure that this caller may see; it is not opened."""
    found = number_of(number, "disclosure")
    _check(request, reading.customer_of_disclosure(found), "disclosure")
    return found


def dispute_of(request: HttpRequest, number: str) -> int:
    """Return the number of a dispute that this caller may see; it is not opened."""
    found = number_of(number, "dispute")
    _check(request, reading.customer_of_dispute(found), "dispute")
    return found


def reader_of(request: HttpRequest) -> Act:
    """Return who asks to read something sealed."""
    return Act("", caller_of(request).user, now(), str(getattr(request, "request_id", "")))


def _check(request: HttpRequest, customer: str, noun: str) -> None:
    if not caller_of(request).may_see(customer):
        raise HttpProblem("not-found", f"No {noun} by that name is known.")
