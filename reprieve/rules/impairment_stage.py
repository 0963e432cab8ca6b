"""The stage of expected credit loss that days past due alone presume (Union, IFRS 9). Never weighs other signs."""

from datetime import date
from typing import Literal

from reprieve.rules.figure import whole
from reprieve.rules.pack import Pack


def presumed_stage(pack: Pack, on: date, *, days_past_due: int) -> Literal[1, 2, 3]:
    """Return the stage that days past due presume; both presumptions can be rebutted with reasonable evidence."""
    if days_past_due >= _days(pack, on, "stage_3_days_past_due"):
        return 3
    return 2 if days_past_due > _days(pack, on, "stage_2_days_past_due_more_than") else 1


def _days(pack: Pack, on: date, name: str) -> int:
    return whole(pack.on(on).get(f"asset_class.{name}"))
