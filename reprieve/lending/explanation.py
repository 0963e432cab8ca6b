"""How a figure comes about: the kernel's spans in the published shape. They sum to it; nothing is recomputed."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import numpy as np

from reprieve.engine import accrual, batch, money
from reprieve.engine import records as rec
from reprieve.engine.batch import Book
from reprieve.errors import BadInput
from reprieve.lending.case_file import CaseFile
from reprieve.lending.columns import day_number, to_date

FIGURES: Final = ("penalty", "interest", "principal", "fees")
_KINDS: Final = {"penalty": accrual.PENALTY, "interest": accrual.INTEREST, "fees": accrual.FEES}
_SPANS_MOST: Final = 100_000
_RULES: Final = {
    rec.CEILING_CUT: "cut by a ceiling",
    rec.SCHEDULED_FEE: "scheduled fee",
    rec.LATE_FEE: "late fee",
    rec.FEE_CHARGED: "fee charged",
    rec.ROW_INTEREST: "interest of the row, fixed by the schedule",
}


def explanation_of(case: CaseFile, book: Book, on: date, figure: str, position: dict[str, Any]) -> dict[str, Any]:
    """Return the published explanation of an outstanding component; raises `BadInput` for another figure."""
    if figure not in FIGURES:
        raise BadInput("--figure", figure, ", ".join(FIGURES))
    amount = position["outstanding"][figure]
    if figure == "principal":
        spans, total = _advances(case, book, on)
    else:
        spans, total = _spans(case, book, on, figure)
    if total < amount:
        spans.append(_plain(figure, amount - total, "brought forward or capitalised"))
        total = amount
    return {
        "on": on.isoformat(), "figure": figure, "total": total, "spans": spans, "collected": total - amount,
        "amount": amount,
    }  # fmt: skip


def _advances(case: CaseFile, book: Book, on: date) -> tuple[list[dict[str, Any]], int]:
    """Return the sums lent up to a day, and the fees that were financed."""
    contract = case.contract
    spans = [_plain("principal", contract.principal, "disbursed", contract.disbursed_on)]
    if any(fee.collected == "financed" for fee in contract.fees):
        repaid = int(batch.schedules(book)[0][:, 1].sum())
        financed = repaid - (contract.principal - contract.down_payment)
        spans.append(_plain("principal", financed, "financed fee", contract.disbursed_on))
    tranches = [event for event in case.events if event.kind == "disbursement" and event.on <= on]
    spans += [_plain("principal", event.amount, "disbursed", event.on) for event in tranches]
    return spans, sum(span["amount_micro"] for span in spans) // money.MICRO


def _spans(case: CaseFile, book: Book, on: date, figure: str) -> tuple[list[dict[str, Any]], int]:
    """Return the kernel's spans of a component, and what they come to, rounded once an instalment or run of a row."""
    out = np.empty((1, rec.POSITION_WIDTH), np.int64)
    day = np.full(1, day_number(on), np.int64)
    rows = batch.run_block(book, day, out, 0, 1, _SPANS_MOST).tolist()
    sums: defaultdict[tuple[int, int], int] = defaultdict(int)
    spans = []
    for row in sorted(rows, key=lambda row: (row[rec.X_FROM], row[rec.X_TO])):
        if row[rec.X_COMPONENT] != _KINDS[figure] or row[rec.X_RULE] == rec.DROPPED or row[rec.X_MICRO] == 0:
            continue
        spans.append(_shape(case, figure, row))
        sums[row[rec.X_ITEM] if figure == "penalty" else -1, row[rec.X_RUN]] += row[rec.X_MICRO]
    rounding = money.ROUNDINGS[case.contract.rounding]
    return spans, sum(money.to_money(max(0, micro), rounding) for micro in sums.values())


def _shape(case: CaseFile, figure: str, row: list[int]) -> dict[str, Any]:
    """Return one span in the published shape."""
    is_span = row[rec.X_RULE] == rec.ACCRUES
    rate = Fraction(row[rec.X_RATE], row[rec.X_SCALE] * 10**9)
    fraction = Fraction(row[rec.X_NUMERATOR], row[rec.X_DENOMINATOR])
    return {
        "from": to_date(row[rec.X_FROM]).isoformat(),
        "to": to_date(row[rec.X_TO]).isoformat(),
        "component": figure,
        "instalment": row[rec.X_NUMBER] if row[rec.X_NUMBER] > 0 else None,
        "base": row[rec.X_BASE] if is_span else None,
        "rate": f"{Decimal(rate.numerator) / Decimal(rate.denominator):f}" if is_span else None,
        "fraction": f"{fraction.numerator}/{fraction.denominator}" if is_span else None,
        "amount_micro": row[rec.X_MICRO],
        "rule": _RULES.get(row[rec.X_RULE]) or _accrual_rule(case, figure),
    }


def _accrual_rule(case: CaseFile, figure: str) -> str:
    """Return the contract's rule by which a component accrues."""
    if figure == "interest":
        return f"interest at the rate in force, {case.contract.day_count}"
    penalty = case.contract.penalty
    assert penalty is not None
    if penalty.multiple is not None:
        return f"penalty: {penalty.multiple} times the rate in force, {penalty.day_count}"
    return f"penalty: its own rate, {penalty.day_count}"


def _plain(figure: str, amount: int, rule: str, day: date | None = None) -> dict[str, Any]:
    """Return a sum that no days explain."""
    on = day.isoformat() if day else None
    return {
        "from": on, "to": on, "component": figure, "instalment": None, "base": None, "rate": None, "fraction": None,
        "amount_micro": amount * money.MICRO, "rule": rule,
    }  # fmt: skip
