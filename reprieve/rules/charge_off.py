"""When a bank marks a retail loan down and charges it off (United States, retail classification policy of 2000).

A charge-off is the bank's own bookkeeping: it never changes what is owed.
"""

from datetime import date, timedelta

from reprieve.rules.figure import whole
from reprieve.rules.pack import Pack


def charge_off_on(
    pack: Pack,
    on: date,
    *,
    product: str,
    oldest_unpaid_due_on: date,
    bankruptcy_notice_on: date | None = None,
    fraud_found_on: date | None = None,
) -> date:
    """Return the latest day by which a loan must be charged off, as the rules of `on` have it."""
    days = [oldest_unpaid_due_on + _days(pack, on, "charge_off_days_past_due", product)]
    if bankruptcy_notice_on is not None:
        days.append(bankruptcy_notice_on + _days(pack, on, "charge_off_days_after_bankruptcy_notice", product))
    if fraud_found_on is not None:
        days.append(fraud_found_on + _days(pack, on, "charge_off_days_after_fraud_found", product))
    return min(days)


def is_substandard(pack: Pack, on: date, *, days_past_due: int) -> bool:
    """Return whether days past due make a retail loan substandard."""
    return timedelta(days=days_past_due) >= _days(pack, on, "substandard_days_past_due", None)


def _days(pack: Pack, on: date, name: str, product: str | None) -> timedelta:
    return timedelta(days=whole(pack.on(on, product=product).get(f"asset_class.{name}")))
