"""One loan seen from its front door: a contract and the events known so far, asked for sums that a table prints."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Any

import reprieve

Event = dict[str, Any]


class Life:
    """Our loan: a contract and the events known so far."""

    def __init__(self, terms: dict[str, Any], history: list[Event]) -> None:
        self.terms, self.history = terms, history
        self.lent = terms["principal"] - terms.get("down_payment", 0)

    @cached_property
    def case(self) -> reprieve.Case:
        return reprieve.Case.read({"contract": self.terms, "events": self.history})

    def position(self, on: str) -> dict[str, Any]:
        answer: dict[str, Any] = reprieve.position(self.case, date.fromisoformat(on)).to_dict()
        return answer

    def before(self, on: str) -> Life:
        """Return the same loan without what was paid on a day or later."""
        return Life(self.terms, [event for event in self.history if event["kind"] != "payment" or event["on"] < on])

    def with_payment(self, on: str, amount: int) -> Life:
        paid = {"kind": "payment", "on": on, "amount": amount, "order": 10_000 + len(self.history)}
        return Life(self.terms, [*self.history, paid]) if amount else self

    def paid(self, on: str) -> int:
        """Return what was paid to the end of a day and is not held."""
        payments = [event["amount"] for event in self.history if event["kind"] == "payment" and event["on"] <= on]
        return int(sum(payments) - self.position(on)["held"])

    def fees(self, after: str, until: str) -> int:
        fees = [event["amount"] for event in self.history if event["kind"] == "fee"]
        days = [event["on"] for event in self.history if event["kind"] == "fee"]
        return sum(fee for fee, on in zip(fees, days, strict=True) if after < on <= until)

    def unpaid(self, on: str) -> int:
        """Return what has fallen due to the end of a day and is not paid."""
        there = self.position(on)
        return int(there["due"]["total"] + there["arrears"]["total"])

    def interest(self, on: str) -> int:
        """Return the interest that fell due or was collected to the end of a day."""
        there = self.position(on)
        repaid = self.lent - there["outstanding"]["principal"]
        fees_paid = self.fees("", on) - there["outstanding"]["fees"]
        collected = self.paid(on) - repaid - fees_paid
        return int(collected + there["due"]["interest"] + there["arrears"]["interest"])

    def earned(self, on: str) -> int:
        """Return the interest earned to a day: what fell due or was collected, and what has accrued."""
        return int(self.interest(on) + self.position(on)["accrued"]["interest"])
