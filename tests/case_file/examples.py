"""Valid documents that between them use every key, and the 8,000-yuan case. Never computes what is owed."""

import copy
from importlib.resources import files
from json import loads
from typing import Any

Document = dict[str, Any]

EIGHT_THOUSAND: Document = loads(files("reprieve.lending.examples").joinpath("eight_thousand.json").read_text("utf-8"))

ALLOCATION = {
    "order": ["fee", "penalty", "interest", "principal"],
    "across": "oldest_instalment_first",
    "surplus": "hold",
}


def eight_thousand() -> Document:
    """A fresh copy of the 8,000-yuan case."""
    return copy.deepcopy(EIGHT_THOUSAND)


def with_events(*events: Document) -> Document:
    """The 8,000-yuan case with other events."""
    return eight_thousand() | {"events": list(events)}


def with_terms(**terms: Any) -> Document:
    """The 8,000-yuan case with other terms; a term of `...` is left out."""
    document = eight_thousand()
    merged = document["contract"] | terms
    document["contract"] = {key: value for key, value in merged.items() if value is not ...}
    return document


EVERY_TERM = with_terms(
    annual_rate={"value": "0.0005", "per": "day"},
    due_day=31,
    first_period="on_top",
    roll={"calendar": "cn", "to": "modified_following", "interest": "adjusted"},
    instalment=73344,
    balloon=100000,
    principal_grace=2,
    down_payment=50000,
    even_last=True,
    instalment_multiple=100,
    instalment_rounding="up",
    grace_interest="runs",
    penalty={"rate": {"value": "0.02", "per": "month"}, "base": "principal_and_interest", "replaces_interest": False},
    late_fee={"percent": "0.05", "min": 1000, "max": 20000, "cap_total": 50000},
    ceilings=[
        {
            "rate": "0.24",
            "from": "2026-01-01",
            "to": "2027-01-01",
            "measure": "simple_on_outstanding",
            "clamp": "each_day",
        },
        {"rate": "0.36", "measure": "irr_effective"},
    ],
    fees=[
        {"name": "set-up", "payee": "lender", "when": "disbursement", "rate": "0.01", "collected": "deducted"},
        {
            "name": "cover",
            "payee": "third_party",
            "when": [1, 2],
            "amount": 500,
            "on_payoff": "prorated",
            "in_apr": False,
        },
        {"name": "service", "payee": "lender", "when": "each_instalment", "rate": "0.0025", "base": "balance"},
    ],
    prepayment={"interest": "all_accrued", "fee": {"percent": "0.01"}, "minimum": 100000},
    payoff="to_period_end",
)

EXPLICIT = with_terms(
    method="explicit",
    instalments=...,
    period=...,
    first_due_on=...,
    day_count="act_365",
    rows=[{"due_on": "2026-02-15", "principal": 300000}, {"due_on": "2026-04-01", "principal": 500000}],
)

EVERY_EVENT = with_events(
    {
        "kind": "opening",
        "on": "2026-02-01",
        "balances": {"principal_not_due": 600000, "principal": 100000, "interest": 12000, "penalty": 300, "fees": 0},
        "oldest_unpaid_due_on": "2026-01-20",
        "instalments": 6,
        "next_due_on": "2026-02-15",
    },
    {"kind": "disbursement", "on": "2026-02-03", "amount": 100000},
    {"id": "p1", "kind": "payment", "on": "2026-02-15", "amount": 73344, "payer": "guarantor", "direct_to": "current"},
    {
        "id": "p2", "kind": "payment", "on": "2026-02-16", "amount": 1,
        "recorded_at": "2026-02-20T08:00:00+08:00", "order": -1,
    },
    {"kind": "reversal", "on": "2026-02-17", "of": "p1", "mode": "returned"},
    {"kind": "reversal", "on": "2026-02-17", "of": "p2", "mode": "void"},
    {"kind": "refund", "on": "2026-02-18", "amount": 100},
    {"kind": "fee", "on": "2026-02-18", "name": "notice", "amount": 100},
    {"kind": "waiver", "on": "2026-02-19", "component": "penalty", "amount": "all"},
    {"kind": "waiver", "on": "2026-02-19", "component": "interest", "amount": 500},
    {"kind": "rate_change", "on": "2026-02-20", "annual_rate": "0.12"},
    {"kind": "due_day_change", "on": "2026-02-20", "due_day": 20},
    {"kind": "acceleration", "on": "2026-02-21"},
    {"kind": "reinstatement", "on": "2026-02-22"},
    {
        "kind": "pause", "on": "2026-02-23", "from": "2026-03-01", "to": "2026-04-01", "rows": "shift",
        "interest": {"rate": "0.05"}, "accrued": "spread", "ageing": "stopped", "penalty": "stopped",
    },
    {"kind": "moratorium", "on": "2026-02-24", "from": "2026-05-01", "to": "2026-06-01", "basis": "statute"},
    {
        "kind": "restructure", "on": "2026-07-01", "annual_rate": "0.06", "method": "level_instalment",
        "instalments": 12, "first_due_on": "2026-08-01", "step_up": {"share": "0.5", "rows": 3}, "parked": "end",
        "ageing": "cure", "kept_rows": 3,
        "claims": {
            "principal": {"capitalised": 700000}, "interest": {"parked": 1, "paid": 2, "held": 3, "carried": 4},
            "penalty": {"waived": 5, "waived_on_completion": 6}, "fees": {"waived": 7},
        },
    },
    {"kind": "charge_off", "on": "2027-01-01"},
)  # fmt: skip

OPENED_WITH_ROWS = with_events(
    {
        "kind": "opening", "on": "2026-02-01", "balances": {"principal_not_due": 10},
        "rows": [{"due_on": "2026-03-01", "principal": 10}],
    }
)  # fmt: skip

VALID = {
    "the 8,000-yuan case": EIGHT_THOUSAND,
    "every term": EVERY_TERM,
    "explicit rows": EXPLICIT,
    "every event": EVERY_EVENT,
    "an opening with rows": OPENED_WITH_ROWS,
    "no events": {"contract": EIGHT_THOUSAND["contract"]},
    "rules as a word": eight_thousand() | {"rules": "cn"},
    "no rules": eight_thousand() | {"rules": None},
    "nulls for none": with_terms(late_fee=None, penalty=None, fees=None, ceilings=None, roll=None, instalment=None),
    "weeks": with_terms(period="2 week", first_due_on=..., day_count="act_360"),
    "half months": with_terms(period="1 semimonth", first_due_on=...),
    "given interest": with_terms(
        method="explicit", instalments=1, period="1 month", interest="scheduled",
        rows=[{"due_on": "2026-02-15", "principal": 800000, "interest": 12000}],
    ),
}  # fmt: skip
