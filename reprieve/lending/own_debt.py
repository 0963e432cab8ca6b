"""A person's own overdue debt as a case file, from the four figures they know. Never computes what is owed."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from reprieve.lending.field import Period

PENALTY_MULTIPLE: Final = "1.5"
"""Assumed where the contract is not at hand: overdue money bears one and a half times the contract rate."""
_MONTH: Final = Period(count=1, unit="month")


def own_debt(
    overdue: int, rate: Decimal, days_overdue: int, *, today: date, payment: int = 0, months: int = 0
) -> dict[str, Any]:
    """Return the case of a debt that is overdue today as a whole, with equal monthly payments if any.

    `overdue` and `payment` are minor units of CNY, `rate` is a year's (0.18 is 18 %). What has grown up to today is
    taken to be in `overdue`; from today on it bears penalty interest at `PENALTY_MULTIPLE` times the rate.
    """
    due_on = today - timedelta(days_overdue)
    paid_on = [_MONTH.after(today, number, today.day) for number in range(1, months + 1)]
    return {
        "contract": {
            "currency": "CNY",
            "principal": overdue,
            "disbursed_on": (due_on - timedelta(31)).isoformat(),
            "annual_rate": f"{rate:f}",
            "method": "bullet",
            "instalments": 1,
            "period": "1 month",
            "first_due_on": due_on.isoformat(),
            "day_count": "act_365",
            "penalty": {"multiple": PENALTY_MULTIPLE, "base": "principal", "replaces_interest": True},
            "allocation": {
                "order": ["fee", "penalty", "interest", "principal"],
                "across": "oldest_instalment_first",
                "surplus": "hold",
            },
        },
        "events": [
            {
                "kind": "opening",
                "on": today.isoformat(),
                "balances": {"principal": overdue},
                "oldest_unpaid_due_on": due_on.isoformat(),
            },
            *({"kind": "payment", "on": on.isoformat(), "amount": payment} for on in paid_on),
        ],
    }


def months_to_clear(owed_after: Callable[[int], int], most: int) -> int | None:
    """Return the fewest monthly payments after which nothing is owed, or nothing where `most` are not enough.

    `owed_after` says what is owed after a number of payments; more payments never leave more owed.
    """
    if owed_after(most) > 0:
        return None
    low, high = 1, most
    while low < high:
        middle = (low + high) // 2
        if owed_after(middle) > 0:
            low = middle + 1
        else:
            high = middle
    return low
