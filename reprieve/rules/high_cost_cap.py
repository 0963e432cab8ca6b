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
    found = measures(pack, on, credit=credit, spans=spans, charges=charges, default_fees=default_fees)
    return next((rule for rule, amount, base in found if amount > exact(rule) * base), None)


def measures(
    pack: Pack,
    on: date,
    *,
    credit: int,
    spans: Sequence[tuple[int, int]],
    charges: int,
    default_fees: int = 0,
) -> tuple[tuple[Rule, int, int], ...]:
    """Return each rule of the cap with what is asked for and the base its value is a share of (1 for an amount).

    The arguments are those of `judge`, the order of the rules is too.
    """
    _check(credit, spans, default_fees)
    days_and_money = sum(amount * days for amount, days in spans)
    return (
        (_rule(pack, on, "default_fees_most"), default_fees, 1),
        (_rule(pack, on, "daily_share_most"), charges, days_and_money),
        (_rule(pack, on, "total_share_most"), charges + default_fees, credit),
    )


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
