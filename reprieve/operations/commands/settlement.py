"""Early settlement: what ends a loan on a day, promised until that day ends, paid as quoted, certified once it is."""

from typing import Any

from reprieve.lending.case import Case, position
from reprieve.operations.command import Answer, Work, command
from reprieve.operations.recording import draft, keep, refuse
from reprieve.storage.contracts import hold
from reprieve.storage.lender import midnight_after
from reprieve.storage.quotes import Facts, check_quote, find_quote, make_quote


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
    facts = _facts(work, contract, len(file.file.events))
    quote = make_quote(
        facts, figures, contract_row=held.row, quoted_by=work.user, quoted_at=work.now, valid_until_at=until
    )
    return {
        "quote_id": quote, "contract": contract, "version": facts.version, "on": work.today.isoformat(),
        "valid_until_at": until.isoformat(), **figures,
    }  # fmt: skip


@command
def settle_contract(
    work: Work, *, contract: str, quote_id: int, payer: str | None = None, reference: str = "",
    if_version: int | None = None,
) -> Answer:  # fmt: skip
    """Take the payment that ends a loan, exactly as it was quoted; nothing is owed afterwards.

    Refused where the quote has run out, or the loan, the day or the figure has moved since.
    """
    quoted = find_quote(quote_id, "payoff", contract)
    event: dict[str, Any] = {"kind": "payment", "amount": quoted.figures["payoff"], "on": work.today.isoformat()}
    drafted = draft(work, contract, event if payer is None else event | {"payer": payer}, if_version=if_version)
    check_quote(quoted, _facts(work, contract, drafted.version), work.now)
    if drafted.position["status"] != "closed" or drafted.position["outstanding"]["total"]:
        owed = drafted.position["outstanding"]["total"]
        raise refuse("settlement.not_ended", f"The quoted sum would leave {owed} owed. Ask for another quote.")
    answer = keep(work, drafted, reference=reference)
    return answer | {"quote_id": quote_id, "paid": quoted.figures["payoff"]}


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


def _facts(work: Work, contract: str, version: int) -> Facts:
    return Facts("payoff", contract, version, work.today, {})
