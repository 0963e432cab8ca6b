"""The price cap on high-cost short-term credit (United Kingdom, CONC 5A). Never computes an annual percentage rate.

Money is minor units. What may be charged is rounded down: a cap is never passed by a rounding.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from reprieve.errors import BadInput
from reprieve.rules.figure import exact, whole
from reprieve.rules.pack import Pack
from reprieve.rules.rule import Rule


def is_capped(pack: Pack, on: date, *, apr: Decimal, months: int) -> bool:
    """Return whether an unsecured agreement falls under the cap, by its rate a year (1 is 100 %) and its length."""
    least = exact(_rule(pack, on, "apr_least"))
    most = exact(_rule(pack, on, "months_most"))
    return apr >= least and months <= most


def most_charges(pack: Pack, on: date, *, credit: int, spans: Sequence[tuple[int, int]], default_fees: int = 0) -> int:
    """Return the most that interest and fees of an agreement may come to, default fees included.

    `on` is the day of the agreement, `credit` the amount lent, `spans` how much of it was outstanding for how many
    days: `[(10000, 30)]` is 100.00 for 30 days. Of the `default_fees` asked for, those up to their cap count.
    """
    _check(credit, spans, default_fees)
    daily = exact(_rule(pack, on, "daily_share_most"))
    fees = min(default_fees, whole(_rule(pack, on, "default_fees_most")))
    total = int(credit * exact(_rule(pack, on, "total_share_most")))
    return min(int(sum(amount * days for amount, days in spans) * daily) + fees, total)


def judge(
    pack: Pack,
    on: date,
    *,
    credit: int,
    spans: Sequence[tuple[int, int]],
    charges: int,
    default_fees: int = 0,
) -> Rule | None:
    """Return nothing where charges keep to the cap, or the first rule they break: default fees, daily cost, total cost.

    `charges` are interest and fees without `default_fees`; the other arguments are those of `most_charges`.
    """
    _check(credit, spans, default_fees)
    days_and_money = sum(amount * days for amount, days in spans)
    asked = (
        ("default_fees_most", default_fees, Decimal(1)),
        ("daily_share_most", charges, Decimal(days_and_money)),
        ("total_share_most", charges + default_fees, Decimal(credit)),
    )
    for name, found, base in asked:
        rule = _rule(pack, on, name)
        if found > exact(rule) * base:
            return rule
    return None


def _rule(pack: Pack, on: date, name: str) -> Rule:
    return pack.on(on, product="payday").get(f"high_cost_cap.{name}")


def _check(credit: int, spans: Sequence[tuple[int, int]], default_fees: int) -> None:
    if credit <= 0:
        raise BadInput("credit", str(credit), "an amount lent above 0, in minor units")
    if default_fees < 0:
        raise BadInput("default_fees", str(default_fees), "an amount of 0 or more, in minor units")
    for place, (amount, days) in enumerate(spans):
        if not 0 <= amount <= credit or days < 0:
            allowed = f"an amount outstanding from 0 to {credit} and a number of days of 0 or more"
            raise BadInput(f"spans[{place}]", f"{amount} for {days} days", allowed)
