"""Early settlement: what ends a loan on a day, promised until that day ends, and the certificate once it is paid."""

from typing import Any

from reprieve.lending.case import Case, position
from reprieve.operations.command import Answer, Work, command
from reprieve.operations.recording import refuse
from reprieve.storage.contracts import hold
from reprieve.storage.lender import midnight_after
from reprieve.storage.quotes import Facts, make_quote


@command
def quote_settlement(work: Work, *, contract: str) -> Answer:
    """Quote what ends the loan today; it holds until the day ends, or something else happens to the loan."""
    held = hold(contract)
    file = Case.read(held.document)
    shown = position(file, work.today).to_dict()
    if shown["status"] == "closed":
        raise refuse("settlement.closed", f"Contract {contract} is paid already; nothing is left to settle.")
    until = midnight_after(work.today)
    figures: dict[str, Any] = {"payoff": shown["payoff"], "position": shown}
    facts = Facts("payoff", contract, len(file.file.events), work.today, {})
    quote = make_quote(
        facts, figures, contract_row=held.row, quoted_by=work.user, quoted_at=work.now, valid_until_at=until
    )
    return {
        "quote_id": quote, "contract": contract, "version": facts.version, "on": work.today.isoformat(),
        "valid_until_at": until.isoformat(), **figures,
    }  # fmt: skip


@command
def certify_settlement(work: Work, *, contract: str) -> Answer:
    """Certify that a loan is paid: nothing is owed any more. Refused while anything is."""
    held = hold(contract)
    case = Case.read(held.document)
    shown = position(case, work.today).to_dict()
    if shown["status"] != "closed" or shown["outstanding"]["total"]:
        owed = shown["outstanding"]["total"]
        raise refuse("settlement.owed", f"{owed} minor units of contract {contract} are still owed.")
    last = max(event.on for event in case.file.events)
    return {
        "contract": contract, "version": len(case.file.events), "settled_by": last.isoformat(),
        "certified_on": work.today.isoformat(), "owed": 0, "held": shown["held"],
    }  # fmt: skip
