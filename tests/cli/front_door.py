"""A front door that stands in for the real one: it answers every question with fixed figures. Never computes."""

from datetime import date
from typing import Any

from reprieve.lending.apr_file import parse_apr
from reprieve.lending.case_file import parse_case

EMPTY = dict.fromkeys(("principal", "interest", "penalty", "fees", "total"), 0)
OVERDUE = {"principal": 62264, "interest": 11080, "penalty": 1382, "fees": 0, "total": 74726}
POSITION = {
    "on": "2026-04-14", "due": EMPTY, "arrears": OVERDUE, "accrued": EMPTY, "not_due": EMPTY, "parked": EMPTY,
    "outstanding": OVERDUE, "held": 100, "refundable": 100, "payoff": 74626, "days_past_due": 30,
    "contractual_days_past_due": 30, "bucket": "1-30", "status": "active",
    "next_due": {"on": "2026-04-15", "amount": 73344},
}  # fmt: skip
LARGE = dict.fromkeys(EMPTY, 10**12 + 12345)
ANSWERS: dict[str, Any] = {
    "schedule": {
        "instalments": [
            {"number": 1, "due_on": "2026-02-15", "principal": 61344, "interest": 12000, "fees": 0, "due": 73344,
             "balance": 738656},
            {"number": 2, "due_on": "2026-03-15", "principal": 10**12, "interest": 10**12, "fees": 10**12,
             "due": 10**12, "balance": 10**12},
        ],
        "totals": {"principal": 800000, "interest": 80128, "fees": 0, "due": 880128},
    },
    "position": POSITION,
    "remaining": {
        "on": "2026-04-14", "now": LARGE,
        "payments": [
            {"due_on": "2026-05-15", "principal": 61344, "interest": 12000, "penalty": 0, "fees": 0, "total": 73344},
            {"due_on": "2026-06-15", **LARGE},
        ],
        "total": 10**13,
    },
    "explain": {
        "on": "2026-04-14", "figure": "penalty", "total": 1382, "collected": 0, "amount": 1382,
        "spans": [
            {"from": "2026-03-15", "to": "2026-04-14", "component": "penalty", "instalment": 2, "base": 62264,
             "rate": "0.27", "fraction": "30/365", "amount_micro": 1381749041, "rule": "penalty: 1.5 times the rate"},
            {"from": None, "to": None, "component": "penalty", "instalment": None, "base": None, "rate": None,
             "fraction": None, "amount_micro": -5, "rule": "taken back"},
        ],
    },
    "cost": {
        "total_repaid": 880128, "finance_charge": 80128,
        "apr": {"us_actuarial": 18.0, "eu_effective": 19.56, "cn_simple": 18.0, "cn_irr": 19.56, "eir": None},
        "lawfulness": None,
    },
    "project": {"days": [POSITION | {"days": 30, "credit_record": "1"}, POSITION | {"days": 60, "credit_record": None,
                                                                                   "outstanding": LARGE}],
                "credit_record": None},
    "apr": {"apr_percent": 9.69, "convention": "us_actuarial", "unit_period": "1 month"},
}  # fmt: skip


class Answer:
    """A fixed answer."""

    def __init__(self, figures: Any) -> None:
        self._figures = figures

    def to_dict(self) -> Any:
        return self._figures


class Case:
    """Reads as the real one does, so that bad input is refused alike."""

    def __init__(self, file: Any) -> None:
        self.file = file

    @classmethod
    def read(cls, document: Any) -> "Case":
        return cls(parse_case(document))


asked: list[tuple[Any, ...]] = []


def schedule(case: Case) -> Answer:
    return Answer(ANSWERS["schedule"])


def position(case: Case, on: date, known_on: date | None = None) -> Answer:
    asked.append(("position", on, known_on))
    return Answer(ANSWERS["position"])


def remaining(case: Case, on: date) -> Answer:
    asked.append(("remaining", on))
    return Answer(ANSWERS["remaining"])


def explain(case: Case, on: date, figure: str, known_on: date | None = None) -> Answer:
    asked.append(("explain", on, figure, known_on))
    return Answer(ANSWERS["explain"])


def project(case: Case, days: list[int], on: date | None = None) -> Answer:
    asked.append(("project", days, on))
    return Answer(ANSWERS["project"])


def cost(case: Case, on: date | None = None) -> Answer:
    return Answer(ANSWERS["cost"])


def apr(document: Any) -> Answer:
    parse_apr(document)
    return Answer(ANSWERS["apr"])
