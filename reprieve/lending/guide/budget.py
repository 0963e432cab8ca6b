"""A month's money: what comes in, what goes out, what is kept back, what can go to debts. Never judges spending."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from reprieve.engine.money import HALF_EVEN, UP, multiply_divide
from reprieve.lending.guide.guide_answer import BudgetAnswer, BudgetLine, as_percent
from reprieve.lending.guide.request import GuideRequest, Line
from reprieve.words.message import Figure, Message, Money, Percent

A_YEAR: Final = {"week": 52, "2 weeks": 26, "month": 12, "quarter": 4, "year": 1}
_MILLION: Final = 10**6


def budget_of(request: GuideRequest) -> BudgetAnswer:
    """Return the month: surplus, buffer, what is available, and what would be left if income fell by a tenth."""
    income, spending = lines_of(request.income, HALF_EVEN), lines_of(request.spending, UP)
    spent = sum(line.amount for line in spending)
    surplus, stressed = request.surplus, None
    if request.income is not None:
        earned = sum(line.amount for line in income)
        counted = earned if request.income_low is None else min(earned, request.income_low)
        surplus = counted - spent
        stressed = multiply_divide(counted, 9, 10, HALF_EVEN) - spent
    buffer = None if surplus is None else buffer_of(surplus, request.buffer)
    available = None if surplus is None or buffer is None else max(0, surplus - buffer)
    return BudgetAnswer(
        income=income, spending=spending, surplus=surplus, buffer=buffer, available=available, stressed=stressed,
        messages=tuple(_messages(request, surplus, available, stressed)),
    )  # fmt: skip


def buffer_of(surplus: int, kept: Decimal) -> int:
    """Return what is kept back of a surplus: its share, rounded up, and nothing of a surplus that is not there.

    >>> buffer_of(60000, Decimal("0.1"))
    6000
    """
    return int(multiply_divide(max(0, surplus), int(kept.scaleb(6)), _MILLION, UP))


def lines_of(lines: Mapping[Any, int | Line] | None, rounding: int) -> tuple[BudgetLine, ...]:
    """Return lines of income or spending as amounts a month, rounded by name: spending goes up, to be safe."""
    return tuple(BudgetLine(name=name, amount=_a_month(line, rounding)) for name, line in (lines or {}).items())


def _a_month(line: int | Line, rounding: int) -> int:
    if isinstance(line, int):
        return line
    return int(multiply_divide(line.amount, A_YEAR[line.every], 12, rounding))


def _messages(request: GuideRequest, surplus: int | None, available: int | None, stressed: int | None) -> list[Message]:
    if surplus is None or available is None:
        return [Message("guide.budget.unknown")]
    if surplus <= 0:
        short = {"amount": Money(-surplus)}
        return [Message("guide.budget.short", short) if surplus else Message("guide.budget.nothing")]
    figures: dict[str, Figure] = {
        "surplus": Money(surplus), "share": Percent(as_percent(request.buffer, 0)), "available": Money(available),
    }  # fmt: skip
    said = [Message("guide.budget.available", figures)]
    if request.income_low is not None:
        said.append(Message("guide.budget.low_month"))
    if stressed is not None:
        key = "guide.budget.stressed" if stressed > 0 else "guide.budget.stressed_short"
        said.append(Message(key, {"amount": Money(abs(stressed))}))
    return said
