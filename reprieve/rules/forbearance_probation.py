"""How long a forborne loan carries the mark (Union, supervisory reporting). Never grants forbearance.

Ranges of days are `[start, end)`.
"""

from datetime import date
from decimal import Decimal
from typing import Literal

from reprieve.rules.figure import exact
from reprieve.rules.month_steps import months_after
from reprieve.rules.pack import Pack

Mark = Literal["non_performing", "probation", "none"]


def cure_ends_on(pack: Pack, on: date) -> date:
    """Return the first day a non-performing loan forborne on a day may count as performing."""
    return months_after(on, int(_number(pack, on, "cure_months")))


def probation_ends_on(pack: Pack, on: date) -> date:
    """Return the first day the mark may come off a forborne loan that has been performing from `on`."""
    return months_after(on, int(_number(pack, on, "probation_months")))


def mark_in_probation(
    pack: Pack, on: date, *, was_non_performing: bool, days_past_due: int, is_forborne_again: bool = False
) -> Mark:
    """Return what a loan on probation is on a day.

    Only one that came from non-performing falls back when it is late beyond the limit or forborne again.
    """
    is_late = days_past_due > _number(pack, on, "probation_days_past_due_most")
    return "non_performing" if was_non_performing and (is_late or is_forborne_again) else "probation"


def mark_after_probation(pack: Pack, on: date, *, days_past_due: int, share_of_probation_paid: Decimal) -> Mark:
    """Return what a loan is when the months of probation are over.

    `share_of_probation_paid` is the part of them in which regular, more than insignificant payments were made.
    """
    is_late = days_past_due > _number(pack, on, "probation_days_past_due_most")
    has_paid = share_of_probation_paid >= _number(pack, on, "regular_payment_share_of_probation_least")
    return "none" if has_paid and not is_late else "probation"


def _number(pack: Pack, on: date, name: str) -> Decimal:
    return exact(pack.on(on, "bank").get(f"forbearance.{name}"))
