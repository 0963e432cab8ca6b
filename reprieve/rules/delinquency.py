"""Days past due as the pack names them: the bucket, and the least risk class. Never counts the days."""

from collections.abc import Mapping
from datetime import date

from reprieve.rules.pack import Pack

BUCKETS = "delinquency.buckets"
CLASSES = "asset_class.first_day"


def bucket(pack: Pack, on: date, days_past_due: int) -> str:
    """Return the bucket that days past due fall into: the last one whose first day has come."""
    found = _last_begun(pack.on(on).get(BUCKETS).value, days_past_due)
    assert found is not None, f"the buckets of {pack.place} begin after day {days_past_due}"
    return found


def find_bucket(pack: Pack, on: date, days_past_due: int) -> str | None:
    """Return the bucket that days past due fall into, or nothing where the pack has no buckets that day."""
    rule = pack.on(on).find(BUCKETS)
    return None if rule is None else _last_begun(rule.value, days_past_due)


def least_class(
    pack: Pack, on: date, days_past_due: int, *, lender_type: str | None = None, product: str | None = None
) -> str | None:
    """Return the best risk class days past due still allow, or nothing while no class has begun (then: normal).

    A lender may choose a worse one. Card issuers that keep the card classes read `asset_class.card_first_day`.
    """
    return _last_begun(pack.on(on, lender_type, product).get(CLASSES).value, days_past_due)


def _last_begun(first_days: object, days_past_due: int) -> str | None:
    assert isinstance(first_days, Mapping), "first days stand in a table"
    begun = [(first, name) for name, first in first_days.items() if first <= days_past_due]
    return str(max(begun)[1]) if begun else None
