"""One loan seen from its front door: a contract and the events known so far, asked for sums that a table prints."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple

import reprieve

Event = dict[str, Any]


class Row(NamedTuple):
    """A row of the contract as life has it: its interest, and what is left of it when it falls due."""

    due_on: str
    principal: int
    interest: int
    balance: int
    left: int


class Life:
    """A contract and its events; amounts are in minor units, days are ISO dates, and "to a day" is to its end."""

    def __init__(self, terms: dict[str, Any], history: list[Event]) -> None:
        self.terms, self.history = terms, history
        self.lent: int = terms["principal"] - terms.get("down_payment", 0)

    @cached_property
    def case(self) -> reprieve.Case:
        return reprieve.Case.read({"contract": self.terms, "events": self.history})

    def position(self, on: str) -> dict[str, Any]:
        answer: dict[str, Any] = reprieve.position(self.case, date.fromisoformat(on)).to_dict()
        return answer

    def unpaid(self, on: str) -> int:
        """Return what has fallen due to a day and is not paid."""
        there = self.position(on)
        return int(there["due"]["total"] + there["arrears"]["total"])

    def paid(self, on: str) -> int:
        """Return what was paid to a day and is not held."""
        payments = [event["amount"] for event in self.of_kind("payment") if event["on"] <= on]
        return int(sum(payments) - self.position(on)["held"])

    def fees(self, after: str, to: str) -> int:
        """Return the fees that fell due after a day and to another."""
        return sum(event["amount"] for event in self.of_kind("fee") if after < event["on"] <= to)

    def interest(self, on: str) -> int:
        """Return the interest that fell due or was collected to a day."""
        there = self.position(on)
        repaid = self.lent - there["outstanding"]["principal"]
        fees_paid = self.fees("", on) - there["outstanding"]["fees"]
        collected = self.paid(on) - repaid - fees_paid
        return int(collected + there["due"]["interest"] + there["arrears"]["interest"])

    def earned(self, on: str) -> int:
        """Return the interest earned to a day: what fell due or was collected, and what has accrued."""
        return int(self.interest(on) + self.position(on)["accrued"]["interest"])

    def rows(self, today: str) -> Iterator[Row]:
        """Yield the rows of the contract as life has them.

        What is unpaid today is supposed to be paid today, and each later row on its due date.
        """
        life, is_settled, interest_before = self, False, 0
        for row in reprieve.schedule(self.case).to_dict()["instalments"]:
            day = row["due_on"]
            if day > today and not is_settled:
                life, is_settled = life.with_payment(today, life.unpaid(today)), True
            before = life.without_payments_from(day)
            interest = before.interest(day)
            yield Row(day, row["principal"], interest - interest_before, row["balance"], before.unpaid(day))
            interest_before = interest
            if day > today:
                life = life.with_payment(day, life.unpaid(day))

    def payments(self) -> Iterator[tuple[Life, Event, Life]]:
        """Yield each payment with the loan before and after it, in the order of life."""
        others = [event for event in self.history if event["kind"] != "payment"]
        made = sorted(self.of_kind("payment"), key=lambda event: (event["on"], event["order"]))
        for place, payment in enumerate(made):
            yield Life(self.terms, others + made[:place]), payment, Life(self.terms, others + made[: place + 1])

    def late_and_ahead(self) -> tuple[int, int]:
        """Return how much of all payments met dues of earlier days, and how much met none yet."""
        late = ahead = 0
        for before, payment, after in self.payments():
            met = before.unpaid(payment["on"]) - after.unpaid(payment["on"])
            yesterday = (date.fromisoformat(payment["on"]) - timedelta(days=1)).isoformat()
            if yesterday >= self.terms["disbursed_on"]:
                late += min(met, before.unpaid(yesterday))
            held = after.position(payment["on"])["held"] - before.position(payment["on"])["held"]
            ahead += payment["amount"] - met - held
        return late, ahead

    def of_kind(self, kind: str) -> list[Event]:
        return [event for event in self.history if event["kind"] == kind]

    def without_payments_from(self, on: str) -> Life:
        return Life(self.terms, [event for event in self.history if event["kind"] != "payment" or event["on"] < on])

    def with_payment(self, on: str, amount: int) -> Life:
        paid = {"kind": "payment", "on": on, "amount": amount, "order": 10_000 + len(self.history)}
        return Life(self.terms, [*self.history, paid]) if amount else self
