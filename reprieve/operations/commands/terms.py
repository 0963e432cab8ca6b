"""Terms that change during a loan: rate, due day, acceleration and its reinstatement, charge-off. Computes nothing."""

from typing import Any

from reprieve.operations.command import Answer, Work, command
from reprieve.operations.recording import draft, keep, record, refuse


@command
def change_rate(
    work: Work, *, contract: str, annual_rate: Any, on: str | None = None, if_version: int | None = None
) -> Answer:
    """Change the contract rate from a day on; the level amount is solved again."""
    return record(work, contract, {"kind": "rate_change", "annual_rate": annual_rate, "on": on}, if_version=if_version)


@command
def change_due_day(
    work: Work, *, contract: str, due_day: int, on: str | None = None, if_version: int | None = None
) -> Answer:
    """Move the due day, from the next row on."""
    return record(work, contract, {"kind": "due_day_change", "due_day": due_day, "on": on}, if_version=if_version)


@command
def accelerate(work: Work, *, contract: str, on: str | None = None, if_version: int | None = None) -> Answer:
    """Make the whole debt due. Refused while nothing is overdue, and where it is due already."""
    drafted = draft(work, contract, {"kind": "acceleration", "on": on}, if_version=if_version)
    if _is_accelerated(drafted.before.events):
        raise refuse("acceleration.twice", f"The whole debt of contract {contract} is due already.")
    if drafted.position["days_past_due"] == 0:
        because = f"Nothing of contract {contract} is overdue; its debt cannot be made due ahead of time."
        raise refuse("acceleration.not_overdue", because)
    return keep(work, drafted)


@command
def reinstate(work: Work, *, contract: str, on: str | None = None, if_version: int | None = None) -> Answer:
    """Take an acceleration back. Refused where there is none."""
    drafted = draft(work, contract, {"kind": "reinstatement", "on": on}, if_version=if_version)
    if not _is_accelerated(drafted.before.events):
        raise refuse("reinstatement.nothing", f"The debt of contract {contract} has not been made due ahead of time.")
    return keep(work, drafted)


@command
def charge_off(work: Work, *, contract: str, on: str | None = None, if_version: int | None = None) -> Answer:
    """Take a loan off the books; the claim stays, and what is paid later is a recovery. Refused where it is done."""
    drafted = draft(work, contract, {"kind": "charge_off", "on": on}, if_version=if_version)
    if any(event.kind == "charge_off" for event in drafted.before.events):
        raise refuse("charge_off.twice", f"Contract {contract} was charged off before.")
    if drafted.position["status"] == "closed":
        raise refuse("charge_off.closed", f"Contract {contract} is paid; there is nothing to charge off.")
    return keep(work, drafted)


def _is_accelerated(events: tuple[Any, ...]) -> bool:
    """Return whether the last of acceleration and reinstatement, by the day it took effect, is an acceleration."""
    kinds = [event for event in events if event.kind in ("acceleration", "reinstatement")]
    last = max(kinds, key=lambda event: (event.on, event.recorded_at), default=None)
    return last is not None and last.kind == "acceleration"
