"""Default of a borrower under the Capital Requirements Regulation (Union). Never counts days past due.

Money is minor units of the euro; in another currency the equivalent is the caller's.
"""

from datetime import date
from decimal import Decimal

from reprieve.rules.figure import exact
from reprieve.rules.month_steps import months_after
from reprieve.rules.pack import Pack


def is_material(pack: Pack, on: date, *, past_due: int, owed: int, is_retail: bool = True) -> bool:
    """Return whether an amount past due counts: above the amount and above the share of all that is owed."""
    name = "materiality_amount" if is_retail else "materiality_amount_non_retail"
    return past_due > _number(pack, on, name) and past_due > _number(pack, on, "materiality_share") * owed


def is_in_default(pack: Pack, on: date, *, material_days: int) -> bool:
    """Return whether a borrower is in default whose amount past due has been material for so many consecutive days."""
    return material_days > _number(pack, on, "days_past_due_more_than")


def is_restructuring_default(pack: Pack, on: date, *, value_before: int, value_after: int) -> bool:
    """Return whether a distressed restructuring is a default: it lowers the present value by more than the share.

    Both values are discounted at the original effective rate, in minor units.
    """
    return value_before - value_after > _number(pack, on, "restructuring_loss_share_more_than") * value_before


def probation_ends_on(pack: Pack, on: date, *, after_distressed_restructuring: bool = False) -> date:
    """Return the first day a borrower may leave default, where nothing that triggers default holds from `on` on.

    After a distressed restructuring `on` is the latest of the restructuring, the day of default, and the end of a
    grace period.
    """
    name = "probation_months_after_distressed_restructuring" if after_distressed_restructuring else "probation_months"
    return months_after(on, int(_number(pack, on, name)))


def _number(pack: Pack, on: date, name: str) -> Decimal:
    return exact(pack.on(on, "bank").get(f"default.{name}"))
