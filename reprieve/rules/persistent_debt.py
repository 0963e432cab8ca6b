"""Persistent credit-card debt (United Kingdom, CONC 6.7): whether it is, and what is due when. Never sums payments."""

from datetime import date
from typing import Literal

from reprieve.rules.figure import whole
from reprieve.rules.pack import Pack

Step = Literal["none", "letter", "reminder", "proposal"]


def is_persistent(pack: Pack, on: date, *, charges_paid: int, principal_paid: int, balance: int) -> bool:
    """Return whether a card debt is persistent: more went to interest, fees and charges than to principal.

    The sums are those of the months the pack names (`persistent_debt.months`), in minor units.
    """
    return charges_paid > principal_paid and balance >= _whole(pack, on, "balance_least")


def step(pack: Pack, on: date, *, months: int) -> Step:
    """Return what the firm must have done for a debt that has been persistent for so many months."""
    due: Step = "none"
    steps: tuple[tuple[Step, str], ...] = (
        ("letter", "months"),
        ("reminder", "reminder_months"),
        ("proposal", "proposal_months"),
    )
    for name, key in steps:
        if months >= _whole(pack, on, key):
            due = name
    return due


def _whole(pack: Pack, on: date, name: str) -> int:
    return whole(pack.on(on, product="credit_card").get(f"persistent_debt.{name}"))
