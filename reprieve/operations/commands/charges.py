"""Charges: a fee, and a waiver within one's authority. Never gives up more than is owed."""

from typing import Any

from reprieve.errors import BadInput
from reprieve.operations.authority import MAY_WAIVE
from reprieve.operations.command import Answer, Work, command
from reprieve.operations.recording import draft, keep, record, refuse


@command
def charge_fee(
    work: Work, *, contract: str, name: str, amount: int, on: str | None = None, if_version: int | None = None
) -> Answer:
    """Charge a fee that no schedule foresaw; it is due at once."""
    event = {"kind": "fee", "name": name, "amount": amount, "on": on}
    return record(work, contract, event, if_version=if_version)


@command
def waive(
    work: Work, *, contract: str, component: str, amount: int | str, on: str | None = None,
    if_version: int | None = None,
) -> Answer:  # fmt: skip
    """Give up a part of what is owed: an amount, or "all" of what is due, overdue or accrued.

    Refused without the authority for the component, and where nothing of it is owed.
    """
    if component not in MAY_WAIVE:
        raise BadInput("component", f'"{component}"', f"one of {', '.join(MAY_WAIVE)}", code="unknown_word")
    work.require(MAY_WAIVE[component])
    event: dict[str, Any] = {"kind": "waiver", "component": component, "amount": amount, "on": on}
    drafted = draft(work, contract, event, if_version=if_version)
    if not drafted.posted():
        raise refuse("waiver.nothing_owed", f"Contract {contract} owes no {component} that day; nothing to waive.")
    return keep(work, drafted)
