"""The bank's file of a day, always the same for the same day: what a clerk takes and what a stranger counts.

A line is known by its day and its amount, which no other line of that day has.
"""

from datetime import date
from typing import NamedTuple

BEGUN = date(2026, 1, 15)
"""The day the lender begins, and the first that is closed."""


class Line(NamedTuple):
    """A line: its amount in minor units and what the payer wrote; `is_ours` where that names a loan."""

    amount: int
    reference: str
    is_ours: bool


def loan(number: int) -> str:
    """The number of a loan, counted from 0."""
    return f"LOAN-{number:04}"


def lines(day: date, loans: int) -> list[Line]:
    """The lines of a day: money that names a loan, money that names none, and money that went out."""
    turn = day.toordinal()
    return [
        Line(40_000 + turn % 977, loan(turn % loans), is_ours=True),
        Line(50_000 + turn % 979, "thank you", is_ours=False),
        Line(-60_000 - turn % 983, loan(turn % loans), is_ours=False),
        Line(70_000 + turn % 991, f"for {loan((turn + 3) % loans)}", is_ours=True),
    ]


def file_of(day: date, loans: int) -> bytes:
    """The file as the bank sends it."""
    rows = ["date,amount,reference,payer,id"]
    for number, line in enumerate(lines(day, loans), start=1):
        sign, units = "-" if line.amount < 0 else "", abs(line.amount)
        rows.append(f"{day},{sign}{units // 100}.{units % 100:02},{line.reference},somebody,{day}-{number}")
    return "\n".join(rows).encode()
