"""A borrower asks for help, or names a day and an amount: the chase stops in the same commit, until it ends.

Never decides a plan.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from reprieve.errors import BadInput
from reprieve.operations.command import Answer, Work, command
from reprieve.operations.composing import Draft, write
from reprieve.operations.recording import refuse
from reprieve.storage import messages, relief
from reprieve.storage.advisory import hold_contract
from reprieve.storage.lender import midnight_after
from reprieve.storage.messages import Recipient

REASONS: Final = ("less_income", "unexpected_cost", "illness", "family", "unclear_terms", "other")
ENDS: Final = ("agreed", "no_plan_fits", "advised_elsewhere")
"""How an officer may end a case: a plan was signed, none fits, or somebody independent advises the borrower."""
SAYS_LETTERS_MOST: Final = 10_000
PROMISE_DAYS_MOST: Final = 31
"""How far ahead a promised day may lie; for longer, a plan serves the borrower better."""


@command
def ask_for_help(work: Work, *, contract: str, reasons: Sequence[str] = (), says: str = "") -> Answer:
    """Open a relief case about a contract and close the contact gate: nobody asks for money until it ends.

    Nothing but the contract is needed. Asked again while a case is open, it is the same case; what is said is added.
    """
    for place, reason in enumerate(reasons):
        if reason not in REASONS:
            raise BadInput(f"reasons[{place}]", f'"{reason}"', f"of {', '.join(REASONS)}", code="unknown_word")
    if len(says) > SAYS_LETTERS_MOST:
        raise BadInput("says", f"{len(says)} characters", f"at most {SAYS_LETTERS_MOST:,}", code="says")
    recipient = _held(contract)
    case = relief.case_open(recipient)
    is_new = case is None
    if case is None:
        case = relief.open_case(recipient, reasons, says, opened_at=work.now)
        relief.close_gate(recipient.row, "hardship", closed_at=work.now, case=case)
        _confirm(work, recipient, Draft("help_received", {"contract": contract}))
    elif says:
        messages.add(recipient, says, channel="portal", wording="", at=work.now, is_inbound=True)
    return {"contract": contract, "case": case, "is_new": is_new, "gate": "closed"}


@command
def close_relief_case(work: Work, *, contract: str, outcome: str) -> Answer:
    """End the case about a contract, and say how; the borrower is told, and the gate opens unless something else holds.

    Whoever asked takes it back by `withdraw_help_request` instead.
    """
    if outcome not in ENDS:
        raise BadInput("outcome", f'"{outcome}"'[:60], f"one of {', '.join(ENDS)}", code="unknown_word")
    return _end(work, contract, outcome)


@command
def withdraw_help_request(work: Work, *, contract: str) -> Answer:
    """Take a request for help back; asking again later is as free as it was."""
    return _end(work, contract, "withdrawn")


def _end(work: Work, contract: str, outcome: str) -> Answer:
    recipient = _held(contract)
    case = relief.case_open(recipient)
    if case is None:
        raise refuse("relief_case.none", f"No request for help with contract {contract} is open.")
    relief.end_case(case, outcome, at=work.now)
    _confirm(work, recipient, Draft("help_ended", {"contract": contract}))
    return {"contract": contract, "case": case, "state": "closed", "outcome": outcome}


@command
def promise_to_pay(work: Work, *, contract: str, amount: int, on: str) -> Answer:
    """Keep the day and the amount a borrower names; until that day ends nobody asks for money. It changes no debt."""
    day = _day(on)
    if not work.today <= day or (day - work.today).days > PROMISE_DAYS_MOST:
        allowed = f"a day from {work.today} on, at most {PROMISE_DAYS_MOST} days ahead"
        raise BadInput("on", f'"{on}"', allowed, code="day")
    if type(amount) is not int or not 0 < amount < 2**53:
        raise BadInput("amount", str(amount)[:40], "minor units, a whole number above 0", code="amount")
    recipient = _held(contract)
    if relief.promise_open(_row(recipient)) is not None:
        raise refuse("promise.open", f"A promise about contract {contract} is open; withdraw it to name another day.")
    number = relief.add_promise(_row(recipient), amount, day, recorded_at=work.now)
    until = midnight_after(day)
    relief.close_gate(recipient.row, "promise", closed_at=work.now, until_at=until)
    _confirm(work, recipient, Draft("promise_noted", {"amount": amount, "due_on": on}))
    return {"contract": contract, "promise": number, "amount": amount, "on": on, "gate_closed_until": until.isoformat()}


@command
def withdraw_promise(work: Work, *, contract: str) -> Answer:
    """Take a promise back; the contact gate opens unless something else keeps it closed."""
    recipient = _held(contract)
    promised = relief.promise_open(_row(recipient))
    if promised is None:
        raise refuse("promise.none", f"No promise about contract {contract} is open.")
    relief.end_promise(recipient, promised, "withdrawn", at=work.now)
    return {"contract": contract, "promise": promised.row, "state": "withdrawn"}


def _held(contract: str) -> Recipient:
    """Return the customer of a contract that no other command changes meanwhile."""
    recipient = messages.recipient_of_contract(contract)
    hold_contract(_row(recipient))
    if recipient.is_erased:
        raise BadInput("contract", f'"{contract}"', "a contract whose customer is known", code="unknown_customer")
    return recipient


def _row(recipient: Recipient) -> int:
    assert recipient.contract_row is not None
    return recipient.contract_row


def _confirm(work: Work, recipient: Recipient, drafted: Draft) -> None:
    write(recipient, drafted, messages.way_to(recipient), at=work.now)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput("on", f'"{text}"', "a day written YYYY-MM-DD", code="day") from None
