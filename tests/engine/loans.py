"""Loans to test with: the 8,000-yuan contract with other terms and events, and what the front door says of it."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import reprieve
from tests.case_file.examples import with_terms

Document = dict[str, Any]

LEVEL = 73344
"""The level instalment of the 8,000-yuan case."""
DAILY_PENALTY = Fraction(27, 100) / 365
"""What its overdue principal bears a day."""
COMPONENTS = ("principal", "interest", "penalty", "fees")


def loan(*events: Document, **terms: Any) -> Document:
    """The 8,000-yuan case with other terms, and with these events alone; surplus, order, across go to allocation."""
    allocation = {key: terms.pop(key) for key in ("surplus", "order", "across") if key in terms}
    document = with_terms(**terms)
    document["contract"]["allocation"] = document["contract"]["allocation"] | allocation
    return document | {"events": list(events)}


def paid(on: str | date, amount: int, **more: Any) -> Document:
    """A payment."""
    return {"kind": "payment", "on": str(on), "amount": amount, **more}


def position(document: Document, on: str | date) -> Document:
    """What is owed at the end of a day."""
    return reprieve.position(reprieve.Case.read(document), date.fromisoformat(str(on))).to_dict()


def rows(document: Document) -> list[Document]:
    """The instalments as signed."""
    return list(reprieve.schedule(reprieve.Case.read(document))["instalments"])


def owed(answer: Document) -> dict[str, int]:
    """What has fallen due and is unpaid, late or not, by component."""
    return {part: answer["due"][part] + answer["arrears"][part] for part in COMPONENTS}


def after(day: str, days: int) -> date:
    """The day so many days later."""
    return date.fromisoformat(day) + timedelta(days)


def half_even(value: Fraction) -> int:
    """The nearest whole number, a tie to the even one."""
    return round(value)
