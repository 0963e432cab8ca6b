"""Payments: preview, take, reverse, refund. Never decides what a payment covers: the kernel does."""

from datetime import timedelta
from typing import Any, Final

from reprieve.lending.case import Case, position
from reprieve.lending.coverage import instalments_covered
from reprieve.lending.movement import AsKnown, movements
from reprieve.lending.payment import covers
from reprieve.operations.command import Answer, Work, command
from reprieve.operations.recording import Draft, draft, keep_last, record, refuse
from reprieve.storage.quotes import Facts, check_quote, find_quote, make_quote

PREVIEW_HOLDS: Final = timedelta(minutes=30)


@command
def preview_payment(
    work: Work, *, contract: str, amount: int, on: str | None = None, direct_to: str = "oldest",
    payer: str | None = None,
) -> Answer:  # fmt: skip
    """Show what a payment would cover, and keep it as a preview that `take_payment` can name.

    `instalments` are those it pays of what is due, the oldest first; `covers` are the claims it pays, `held` what it
    pays nothing of yet, and `charged` what an early payment costs; the three sum to the amount.
    """
    asked = _payment(amount, on, direct_to, payer)
    drafted = draft(work, contract, asked)
    until = work.now + PREVIEW_HOLDS
    figures = {
        "amount": amount, "covers": covered(drafted),
        "instalments": instalments_covered(drafted.before, drafted.file, drafted.event.on),
        "before": position(Case(drafted.before), work.today).to_dict(),
        "after": dict(drafted.position),
    }  # fmt: skip
    preview = make_quote(
        _facts(work, drafted, asked),
        figures,
        contract_row=drafted.held.row,
        quoted_by=work.user,
        quoted_at=work.now,
        valid_until_at=until,
    )
    version = drafted.version
    return {
        "preview_id": preview, "contract": contract, "version": version, "valid_until_at": until.isoformat(), **figures,
    }  # fmt: skip


@command
def take_payment(  # noqa: PLR0913 -- one keyword a field of the request
    work: Work, *, contract: str, amount: int, on: str | None = None, direct_to: str = "oldest",
    payer: str | None = None, reference: str = "", preview_id: int | None = None, if_version: int | None = None,
) -> Answer:  # fmt: skip
    """Take a payment: the event, its entries and the answer in one commit.

    With `preview_id`, what was shown is what is taken: refused where the facts have moved or the preview has run out.
    """
    asked = _payment(amount, on, direct_to, payer)
    drafted = draft(work, contract, asked, if_version=if_version)
    if preview_id is not None:
        check_quote(find_quote(preview_id, "preview", contract), _facts(work, drafted, asked), work.now)
    return keep_last(work, drafted, reference=reference) | {"covers": covered(drafted)}


@command
def reverse_payment(
    work: Work, *, contract: str, of: str, mode: str, on: str | None = None, if_version: int | None = None
) -> Answer:
    """Undo a payment: `void`, as if it never was, or `returned`, due again from the day of the reversal."""
    return record(work, contract, {"kind": "reversal", "of": of, "mode": mode, "on": on}, if_version=if_version)


@command
def refund(work: Work, *, contract: str, amount: int, on: str | None = None, if_version: int | None = None) -> Answer:
    """Give held money back. Refused where less is held."""
    drafted = draft(work, contract, {"kind": "refund", "amount": amount, "on": on}, if_version=if_version)
    given = -drafted.posted().get("bank", 0)
    if given != amount:
        because = f"{given} minor units are held for contract {contract}; {amount} cannot be given back."
        raise refuse("refund.more_than_held", because, "a refund takes at most what is held")
    return keep_last(work, drafted)


def covered(drafted: Draft) -> dict[str, int]:
    """Return what a drafted payment pays by component, what of it is held and what it costs; they sum to it."""
    if drafted.movement is not None:
        return covers(drafted.movement)
    known = AsKnown.of(drafted.file, drafted.event.on)
    before = [event.id for event in known.file.events].index(drafted.event.id)
    [own] = [one for one in movements(known, since=before) if one.event == drafted.event.id]
    return covers(own)


def _payment(amount: int, on: str | None, direct_to: str, payer: str | None) -> dict[str, Any]:
    event: dict[str, Any] = {"kind": "payment", "amount": amount, "on": on, "direct_to": direct_to}
    return event if payer is None else event | {"payer": payer}


def _facts(work: Work, drafted: Draft, asked: dict[str, Any]) -> Facts:
    on = drafted.event.on.isoformat()
    return Facts("preview", drafted.held.number, drafted.version, work.today, {**asked, "on": on})
