"""The one-off credit repair: whether an overdue item is or will be hidden from the credit record, and from when.

Never looks at a record and never promises more than the notice: an item is hidden, not deleted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from reprieve.rules.figure import whole
from reprieve.rules.month_steps import months_after
from reprieve.rules.pack import Pack, RulesInForce

HIDDEN: Final = "hidden"
TO_BE_HIDDEN: Final = "to_be_hidden"
STILL_OPEN: Final = "repay_in_time"
NOT_COVERED: Final = "not_covered"
TOO_LATE: Final = "too_late"
NO_SUCH_RULE: Final = "no_such_rule"


@dataclass(frozen=True, slots=True)
class Repair:
    """What became of one overdue item: the status, the day it is hidden from or by, and the rule that decided."""

    status: str
    rule: str
    hidden_from: date | None = None
    hidden_by: date | None = None
    repay_by: date | None = None


@dataclass(frozen=True, slots=True)
class Instalment:
    """An instalment as it was due, and the day it was paid in full, if it was."""

    due_on: date
    amount_minor: int
    paid_on: date | None = None


def judge(
    pack: Pack, on: date, *, arose_on: date, amount_minor: int, repaid_on: date | None = None, code: str = "1"
) -> Repair:
    """Return what the repair does for one item, as it stands on a day.

    An item is one account in one month. `amount_minor` is everything due and unpaid by the end of that month,
    `repaid_on` the day arrears and what was currently due were all paid, None while they are not. Before the notice
    there was no such rule; a repayment still to come counts while the window is open.
    """
    rules = pack.on(on)
    if rules.find("credit_repair.window") is None:
        return Repair(NO_SUCH_RULE, "credit_repair.window")
    barred_by = _barred_by(rules, arose_on, amount_minor, code)
    if barred_by is not None:
        return Repair(NOT_COVERED, barred_by)
    repaid_last = _table(rules, "credit_repair.window")["repaid_last"]
    if repaid_on is None and rules.find("credit_repair.open") is not None:
        return Repair(STILL_OPEN, "credit_repair.open", repay_by=repaid_last)
    if repaid_on is None or repaid_on > repaid_last:
        return Repair(TOO_LATE, "credit_repair.window", repay_by=repaid_last)
    return _hidden(rules, on, repaid_on)


def is_item(pack: Pack, on: date, code: str, *, is_quasi_card: bool = False) -> bool:
    """Return whether a monthly status code makes an overdue item; a quasi-credit card has fewer of them."""
    item = _table(pack.on(on), "credit_repair.item")
    return code in item["quasi_card_codes" if is_quasi_card else "codes"]


def amounts_by_month(pack: Pack, instalments: Sequence[Instalment], through: date) -> dict[str, int]:
    """Return what was due and unpaid at the end of each month in which something was, up to a month.

    >>> from reprieve.rules import load
    >>> amounts_by_month(load("cn"), [Instalment(date(2025, 11, 10), 500000)], date(2025, 12, 31))
    {'2025-11': 500000, '2025-12': 500000}
    """
    item = _table(pack.on(through), "credit_repair.item")
    assert item["amount"] == "everything_due_and_unpaid_that_month", "the only way of counting this knows"
    amounts: dict[str, int] = {}
    end = _month_end(min(one.due_on for one in instalments)) if instalments else through + timedelta(days=1)
    while end <= _month_end(through):
        unpaid = [one for one in instalments if one.due_on <= end and (one.paid_on is None or one.paid_on > end)]
        if unpaid:
            amounts[f"{end:%Y-%m}"] = sum(one.amount_minor for one in unpaid)
        end = _next_month_end(end)
    return amounts


def _barred_by(rules: RulesInForce, arose_on: date, amount_minor: int, code: str) -> str | None:
    """Return the rule that keeps an item out of the repair, or nothing."""
    window = _table(rules, "credit_repair.window")
    if not window["overdue_first"] <= arose_on <= window["overdue_last"]:
        return "credit_repair.window"
    if amount_minor > whole(rules.get("credit_repair.item_most")):
        return "credit_repair.item_most"
    return None if code in _table(rules, "credit_repair.item")["codes"] else "credit_repair.item"


def _hidden(rules: RulesInForce, on: date, repaid_on: date) -> Repair:
    hidden = _table(rules, "credit_repair.hidden")
    assert hidden["later"] == "end_of_the_following_month", "the only later day this knows"
    if repaid_on <= hidden["repaid_by"]:
        from_ = hidden["then_from"]
        return Repair(HIDDEN if on >= from_ else TO_BE_HIDDEN, "credit_repair.hidden", hidden_from=from_)
    by = _next_month_end(repaid_on)
    return Repair(HIDDEN if on > by else TO_BE_HIDDEN, "credit_repair.hidden", hidden_by=by)


def _month_end(day: date) -> date:
    return months_after(day.replace(day=1), 1) - timedelta(days=1)


def _next_month_end(day: date) -> date:
    return _month_end(months_after(day, 1))


def _table(rules: RulesInForce, key: str) -> Mapping[str, Any]:
    value = rules.get(key).value
    assert isinstance(value, Mapping), f"{key} is a table"
    return value
