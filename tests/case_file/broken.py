"""Broken documents, each with the JSON path that must be named, and whether the JSON Schema can refuse it too."""

from collections.abc import Callable
from typing import Any, NamedTuple

from tests.case_file.examples import Document, eight_thousand

Step = str | int


class Broken(NamedTuple):
    """One fault."""

    make: Callable[[], Document]
    path: str
    in_schema: bool = True


def changed(*steps: Step | Any) -> Callable[[], Document]:
    """A maker that sets the place the steps lead to (the last argument is the value; `...` takes it away)."""

    def make() -> Document:
        document = eight_thousand()
        place: Any = document
        for step in steps[:-2]:
            place = place[step]
        if steps[-1] is ...:
            del place[steps[-2]]
        else:
            place[steps[-2]] = steps[-1]
        return document

    return make


def terms(**keys: Any) -> Callable[[], Document]:
    """A maker of the case with other terms; `...` takes one away."""

    def make() -> Document:
        document = eight_thousand()
        merged = document["contract"] | keys
        document["contract"] = {key: value for key, value in merged.items() if value is not ...}
        return document

    return make


def event(kind: str, on: str = "2026-03-01", **fields: Any) -> Callable[[], Document]:
    """A maker of the case with one more event."""

    def make() -> Document:
        document = eight_thousand()
        document["events"].append({"kind": kind, "on": on} | fields)
        return document

    return make


def twice(make: Callable[[], Document]) -> Callable[[], Document]:
    """A maker that repeats the last event."""

    def made() -> Document:
        document = make()
        document["events"].append(dict(document["events"][-1]))
        return document

    return made


C = "$.contract"
E = "$.events[1]"
PENALTY = {"multiple": "1.5", "base": "principal", "replaces_interest": True}
FEE = {"name": "f", "payee": "lender", "when": "each_instalment", "amount": 1}
PAUSE = {"from": "2026-03-01", "to": "2026-04-01", "rows": "shift", "interest": "accrues", "accrued": "end",
         "ageing": "runs", "penalty": "runs"}  # fmt: skip
PLAN = {"annual_rate": "0.1", "method": "level_instalment", "instalments": 3, "first_due_on": "2026-04-01",
        "claims": {}, "ageing": "runs"}  # fmt: skip
EXPLICIT = {"method": "explicit", "instalments": ..., "period": ..., "first_due_on": ..., "day_count": "act_365"}

BROKEN = {
    "an unknown key of the document": Broken(changed("event", []), "$.event"),
    "a key without a name": Broken(changed("", None), '$[""]'),
    "a key named like a part of the program": Broken(changed("CaseFile", 1), "$.CaseFile"),
    "an unknown term": Broken(changed("contract", "princpal", 1), f"{C}.princpal"),
    "no contract": Broken(changed("contract", ...), C),
    "a contract that is a list": Broken(changed("contract", []), C),
    "no principal": Broken(terms(principal=...), f"{C}.principal"),
    "a principal of zero": Broken(terms(principal=0), f"{C}.principal"),
    "a negative principal": Broken(terms(principal=-1), f"{C}.principal"),
    "a principal with a fraction": Broken(terms(principal=8000.5), f"{C}.principal"),
    "a principal as a float": Broken(terms(principal=800000.0), f"{C}.principal", in_schema=False),
    "a principal as text": Broken(terms(principal="800000"), f"{C}.principal"),
    "a principal that is true": Broken(terms(principal=True), f"{C}.principal"),
    "a principal that is null": Broken(terms(principal=None), f"{C}.principal"),
    "a principal past the limit": Broken(terms(principal=10**15 + 1), f"{C}.principal"),
    "a currency in small letters": Broken(terms(currency="cny"), f"{C}.currency"),
    "a currency that does not exist": Broken(terms(currency="RMB"), f"{C}.currency", in_schema=False),
    "a day that does not exist": Broken(terms(disbursed_on="2026-02-30"), f"{C}.disbursed_on"),
    "a date written otherwise": Broken(terms(disbursed_on="15/01/2026"), f"{C}.disbursed_on"),
    "a date with a time": Broken(terms(disbursed_on="2026-01-15T00:00:00"), f"{C}.disbursed_on"),
    "a date as a number": Broken(terms(disbursed_on=20260115), f"{C}.disbursed_on"),
    "a date before 1900": Broken(terms(disbursed_on="1899-12-31"), f"{C}.disbursed_on", in_schema=False),
    "a rate as a float": Broken(terms(annual_rate=0.18), f"{C}.annual_rate"),
    "a negative rate": Broken(terms(annual_rate="-0.18"), f"{C}.annual_rate"),
    "a rate with a percent sign": Broken(terms(annual_rate="18%"), f"{C}.annual_rate"),
    "a rate in scientific notation": Broken(terms(annual_rate="1e-2"), f"{C}.annual_rate"),
    "a rate finer than 1e-9": Broken(terms(annual_rate="0.0000000001"), f"{C}.annual_rate", in_schema=False),
    "a day rate finer than 1e-9 a year": Broken(
        terms(annual_rate={"value": "0.0000000001", "per": "day"}), f"{C}.annual_rate", in_schema=False
    ),
    "a rate of 10,001 %": Broken(terms(annual_rate="100.01"), f"{C}.annual_rate", in_schema=False),
    "a rate without its time": Broken(terms(annual_rate={"value": "0.1"}), f"{C}.annual_rate.per"),
    "a rate per decade": Broken(terms(annual_rate={"value": "0.1", "per": "decade"}), f"{C}.annual_rate.per"),
    "a method that does not exist": Broken(terms(method="annuity"), f"{C}.method"),
    "no instalments": Broken(terms(instalments=...), f"{C}.instalments"),
    "zero instalments": Broken(terms(instalments=0), f"{C}.instalments"),
    "1,201 instalments": Broken(terms(instalments=1201), f"{C}.instalments"),
    "rows past the year 2299": Broken(terms(instalments=600, period="12 month"), f"{C}.instalments", in_schema=False),
    "no period": Broken(terms(period=...), f"{C}.period"),
    "a period that is a word": Broken(terms(period="monthly"), f"{C}.period"),
    "a period of zero": Broken(terms(period="0 month"), f"{C}.period"),
    "a first due date on the day of disbursement": Broken(
        terms(first_due_on="2026-01-15"), f"{C}.first_due_on", in_schema=False
    ),
    "a due day of 32": Broken(terms(due_day=32), f"{C}.due_day"),
    "a roll without its calendar": Broken(
        terms(roll={"to": "following", "interest": "adjusted"}), f"{C}.roll.calendar"
    ),
    "an unknown rounding": Broken(terms(rounding="nearest"), f"{C}.rounding"),
    "an unknown day count": Broken(terms(day_count="actual"), f"{C}.day_count"),
    "negative grace": Broken(terms(grace_days=-1), f"{C}.grace_days"),
    "a flag as a number": Broken(terms(even_last=1), f"{C}.even_last"),
    "a down payment of everything": Broken(terms(down_payment=800000), f"{C}.down_payment", in_schema=False),
    "a balloon above the principal": Broken(terms(balloon=800001), f"{C}.balloon", in_schema=False),
    "grace over all rows": Broken(terms(principal_grace=12), f"{C}.principal_grace", in_schema=False),
    "a penalty on the wrong word": Broken(terms(penalty=PENALTY | {"base": "principle"}), f"{C}.penalty.base"),
    "a penalty by multiple and rate": Broken(terms(penalty=PENALTY | {"rate": "0.27"}), f"{C}.penalty"),
    "a penalty by neither": Broken(terms(penalty={"base": "principal", "replaces_interest": True}), f"{C}.penalty"),
    "a multiple as a float": Broken(terms(penalty=PENALTY | {"multiple": 1.5}), f"{C}.penalty.multiple"),
    "a multiple of seven decimals": Broken(
        terms(penalty=PENALTY | {"multiple": "1.5000001"}), f"{C}.penalty.multiple", in_schema=False
    ),
    "penalty days by equal periods": Broken(
        terms(penalty=PENALTY | {"day_count": "equal_periods"}), f"{C}.penalty.day_count"
    ),
    "a late fee of nothing": Broken(terms(late_fee={}), f"{C}.late_fee"),
    "a late fee with min above max": Broken(
        terms(late_fee={"percent": "0.05", "min": 2, "max": 1}), f"{C}.late_fee.max", in_schema=False
    ),
    "a ceiling that ends before it starts": Broken(
        terms(ceilings=[{"rate": "0.24", "from": "2026-02-01", "to": "2026-02-01", "measure": "irr_nominal"}]),
        f"{C}.ceilings[0].to",
        in_schema=False,
    ),
    "a fee by amount and rate": Broken(terms(fees=[FEE | {"rate": "0.01"}]), f"{C}.fees[0]"),
    "a fee of rows out of order": Broken(terms(fees=[FEE | {"when": [2, 1]}]), f"{C}.fees[0].when", in_schema=False),
    "a fee of a row that is not there": Broken(
        terms(fees=[FEE | {"when": [13]}]), f"{C}.fees[0].when", in_schema=False
    ),
    "a deducted fee of each row": Broken(
        terms(fees=[FEE | {"collected": "deducted"}]), f"{C}.fees[0].collected", in_schema=False
    ),
    "an order of three": Broken(
        changed("contract", "allocation", "order", ["fee", "penalty", "interest"]), f"{C}.allocation.order"
    ),
    "an order with one twice": Broken(
        changed("contract", "allocation", "order", ["fee", "fee", "interest", "principal"]), f"{C}.allocation.order"
    ),
    "an order with a wrong word": Broken(
        changed("contract", "allocation", "order", 0, "fees"), f"{C}.allocation.order[0]"
    ),
    "no surplus rule": Broken(changed("contract", "allocation", "surplus", ...), f"{C}.allocation.surplus"),
    "rows beside a level method": Broken(terms(rows=[{"due_on": "2026-02-15", "principal": 800000}]), f"{C}.rows"),
    "explicit without rows": Broken(terms(**EXPLICIT), f"{C}.rows"),
    "explicit rows that fall short": Broken(
        terms(**EXPLICIT, rows=[{"due_on": "2026-02-15", "principal": 1}]), f"{C}.rows", in_schema=False
    ),
    "explicit rows out of order": Broken(
        terms(
            **EXPLICIT, rows=[{"due_on": "2026-02-15", "principal": 799999}, {"due_on": "2026-02-15", "principal": 1}]
        ),
        f"{C}.rows[1].due_on",
        in_schema=False,
    ),
    "events that are an object": Broken(changed("events", {}), "$.events"),
    "an event that is a number": Broken(changed("events", 0, 5), "$.events[0]"),
    "an event without a kind": Broken(changed("events", 0, "kind", ...), "$.events[0].kind"),
    "an event of an unknown kind": Broken(changed("events", 0, "kind", "paymnt"), "$.events[0].kind"),
    "an event without a day": Broken(changed("events", 0, "on", ...), "$.events[0].on"),
    "an unknown key of an event": Broken(changed("events", 0, "amt", 1), "$.events[0].amt"),
    "a payment of nothing": Broken(changed("events", 0, "amount", 0), "$.events[0].amount"),
    "a payment before the disbursement": Broken(
        changed("events", 0, "on", "2026-01-14"), "$.events[0].on", in_schema=False
    ),
    "an instant without an offset": Broken(
        changed("events", 0, "recorded_at", "2026-02-15T10:00:00"), "$.events[0].recorded_at"
    ),
    "an id that is empty": Broken(changed("events", 0, "id", ""), "$.events[0].id"),
    "an id twice": Broken(event("fee", name="x", amount=1, id="p1"), f"{E}.id", in_schema=False),
    "a reversal of no payment": Broken(event("reversal", of="p9", mode="void"), f"{E}.of", in_schema=False),
    "a payment reversed twice": Broken(
        twice(event("reversal", of="p1", mode="void")), "$.events[2].of", in_schema=False
    ),
    "a reversal before its payment": Broken(
        event("reversal", on="2026-02-14", of="p1", mode="void"), f"{E}.on", in_schema=False
    ),
    "a waiver of a wrong component": Broken(event("waiver", component="fee", amount="all"), f"{E}.component"),
    "a waiver of everything": Broken(event("waiver", component="fees", amount="everything"), f"{E}.amount"),
    "a pause that ends as it starts": Broken(
        event("pause", **PAUSE | {"to": "2026-03-01"}), f"{E}.to", in_schema=False
    ),
    "a pause with a wrong interest": Broken(event("pause", **PAUSE | {"interest": "freeze"}), f"{E}.interest"),
    "a pause with a rate as a float": Broken(
        event("pause", **PAUSE | {"interest": {"rate": 0.1}}), f"{E}.interest.rate"
    ),
    "a pause with a rate too fine": Broken(
        event("pause", **PAUSE | {"interest": {"rate": {"value": "0.0000000001", "per": "day"}}}),
        f"{E}.interest.rate",
        in_schema=False,
    ),
    "a plan of an unknown component": Broken(
        event("restructure", **PLAN | {"claims": {"principle": {}}}), f"{E}.claims.principle"
    ),
    "a plan with an unknown treatment": Broken(
        event("restructure", **PLAN | {"claims": {"fees": {"forgiven": 1}}}), f"{E}.claims.fees.forgiven"
    ),
    "a plan with a negative claim": Broken(
        event("restructure", **PLAN | {"claims": {"fees": {"waived": -1}}}), f"{E}.claims.fees.waived"
    ),
    "a cure without kept rows": Broken(event("restructure", **PLAN | {"ageing": "cure"}), f"{E}.kept_rows"),
    "kept rows without a cure": Broken(event("restructure", **PLAN | {"kept_rows": 3}), f"{E}.kept_rows"),
    "a plan that starts when it is signed": Broken(
        event("restructure", **PLAN | {"first_due_on": "2026-03-01"}), f"{E}.first_due_on", in_schema=False
    ),
    "an opening without rows": Broken(event("opening", balances={"principal_not_due": 1}), E, in_schema=False),
    "an opening with a count and no day": Broken(event("opening", balances={"principal_not_due": 1}, instalments=3), E),
    "an opening after a payment": Broken(event("opening", balances={"fees": 1}), "$.events[0].on", in_schema=False),
    "rules of no place": Broken(changed("rules", "fr"), "$.rules.place"),
    "rules with an unknown key": Broken(changed("rules", {"place": "cn", "land": "x"}), "$.rules.land"),
}
