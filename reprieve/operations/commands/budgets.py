"""Budgets: what a customer states of their month, kept as stated. Never judges spending, and decides nothing."""

from collections.abc import Mapping
from typing import Any

from reprieve.errors import BadInput
from reprieve.lending.budget import read_budget
from reprieve.operations.command import Answer, Work, command
from reprieve.operations.commands.customers import known_customer
from reprieve.storage import applications


@command
def state_budget(work: Work, *, customer: str, budget: Mapping[str, Any]) -> Answer:
    """Keep a customer's month as stated today; the answer says what is left of it, which may be less than nothing."""
    party = known_customer(customer)
    stated = read_budget(budget)
    if stated.currency != work.clock.currency:
        allowed = f"{work.clock.currency}, the currency of the lender's books"
        raise BadInput("budget.currency", stated.currency, allowed, code="currency")
    number = applications.add_budget(party, stated, work.now)
    return {
        "customer": customer, "number": number, "currency": stated.currency, "income": stated.monthly_income,
        "spending": stated.spent, "debt_payments": stated.debt_payments,
        "left": stated.monthly_income - stated.spent,
    }  # fmt: skip
