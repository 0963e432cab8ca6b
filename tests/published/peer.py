"""Maps a peer's end-to-end case (Apache Fineract) to our case file. It never looks at a case's name.

An option or event that the mapping does not know is a KeyError; what is compared is in `peer_figures`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.published.life import Event, Life
from tests.published.official import Case, cents

DAY_COUNTS = {
    ("DAYS30", "DAYS360"): "equal_periods",
    ("ACTUAL", "DAYS360"): "act_360",
    ("ACTUAL", "DAYS365"): "act_365",
    ("ACTUAL", "ACTUAL"): "act_act_isda",
}
"""The peer's month of 30 days is a twelfth whose broken part is actual days over its own: our `equal_periods`."""
METHODS = {
    ("DECLINING_BALANCE", "EQUAL_INSTALLMENTS"): "level_instalment",
    ("DECLINING_BALANCE", "EQUAL_PRINCIPAL"): "level_principal",
    ("FLAT", "EQUAL_INSTALLMENTS"): "flat",
}
UNITS = {"DAYS": "day", "WEEKS": "week", "MONTHS": "month"}
ACROSS = {"HORIZONTAL": "oldest_instalment_first", "VERTICAL": "component_first"}
SURPLUSES = {"NEXT_INSTALLMENT": "next_instalment", "LAST_INSTALLMENT": "principal", "REAMORTIZATION": "lower"}
ROUNDINGS = {"HALF_EVEN": "half_even", "HALF_UP": "half_up", "UP": "up", "DOWN": "down"}
PAYOFFS = {"TILL_PRE_CLOSE_DATE": "to_day", "TILL_REST_FREQUENCY_DATE": "to_day"}
"""The rest is daily in every case, so its next date is the day itself."""
SILENT = {"business_date", "create_loan", "approve", "disburse", "cob", "global_config"}
"""Events that change no terms; the disbursement's day is the contract's."""


def contract(case: Case) -> dict[str, Any]:
    """Return our contract of a peer's product and loan."""
    product, loan = case["product"], case["loan"]
    assert loan["grace_on_principal"] == loan["grace_on_interest_payment"] == loan["interest_free_periods"] == "0"
    assert product["daysInMonthType"] != "DAYS30" or loan["repayment_frequency"] == "MONTHS"
    is_daily = product["isInterestRecalculationEnabled"]
    terms = {
        "currency": product["currencyCode"],
        "principal": cents(Decimal(loan["principal"])),
        "disbursed_on": disbursed_on(case),
        "annual_rate": str(Decimal(loan["annual_rate_percent"]) / 100),
        "method": method(loan),
        "instalments": int(loan["number_of_repayments"]),
        "period": f"{loan['repayment_every']} {UNITS[loan['repayment_frequency']]}",
        "day_count": DAY_COUNTS[product["daysInMonthType"], product["daysInYearType"]],
        "interest": "daily" if is_daily else "scheduled",
        "rounding": ROUNDINGS[case["rounding"]["mode"]],
        "allocation": allocation(product),
    }
    if terms["method"] == "level_instalment":
        terms["even_last"] = True
        terms["instalment_multiple"] = cents(product.get("installmentAmountInMultiplesOf", 0)) or 1
    if is_daily:
        assert (product["recalculationRestFrequencyType"], product["recalculationRestFrequencyInterval"]) == (
            "DAILY",
            1,
        )
        terms["payoff"] = PAYOFFS[product["preClosureInterestCalculationStrategy"]]
    if product.get("enableDownPayment"):
        share = Decimal(product["disbursedAmountPercentageForDownPayment"]) / 100
        terms["down_payment"] = cents(Decimal(loan["principal"]) * share)
    return terms


def method(loan: dict[str, Any]) -> str:
    """Return our method; without interest a flat loan is a level one."""
    is_free = Decimal(loan["annual_rate_percent"]) == 0
    return METHODS["DECLINING_BALANCE" if is_free else loan["interest_type"], loan["amortization_type"]]


def allocation(product: dict[str, Any]) -> dict[str, Any]:
    """Return the order of a past-due row's components and what becomes of a surplus."""
    (rule,) = [rule for rule in product["paymentAllocation"] if rule["transaction_type"] == "DEFAULT"]
    past_due = [word.removeprefix("PAST_DUE_").lower() for word in rule["order"] if word.startswith("PAST_DUE_")]
    across = ACROSS[product["loanScheduleProcessingType"]]
    return {"order": past_due, "across": across, "surplus": SURPLUSES[rule["future_installment_rule"]]}


def disbursed_on(case: Case) -> str:
    days: list[str] = [event["date"] for event in case["events"] if event["type"] == "disburse"]
    assert len(days) == 1, "one disbursement is mapped"
    return days[0]


def events(case: Case, count: int) -> list[Event]:
    """Return the first events of a peer's case as ours, each recorded on the business day it was entered."""
    mapped: list[Event] = []
    today = case["loan"]["submitted_on"]
    for number, event in enumerate(case["events"][:count], 1):
        if event["type"] == "business_date":
            today = event["date"]
        if event["type"] in SILENT:
            continue
        ours: Event = {"id": str(number), "order": number, "recorded_at": f"{today}T12:00:00Z"}
        if event["type"] == "repayment":
            ours |= {"kind": "payment", "on": event["date"], "amount": cents(Decimal(event["amount"]))}
        elif event["type"] == "payoff":
            quoted = Life(contract(case), mapped).position(event["date"])["payoff"]
            ours |= {"kind": "payment", "on": event["date"], "amount": quoted}
        elif event["type"] == "add_charge":
            amount = cents(Decimal(event["amount"]))
            ours |= {"kind": "fee", "on": event["due_date"], "name": event["charge"], "amount": amount}
        else:
            raise KeyError(event["type"])
        mapped.append(ours)
    return mapped


def business_day(case: Case, count: int) -> str:
    """Return the business day on which the first events have happened."""
    days = [event["date"] for event in case["events"][:count] if event["type"] == "business_date"]
    return str(days[-1])
