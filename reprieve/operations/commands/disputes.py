"""Disputes of what was filed: open one, with its statutory clock, and answer it. Never edits a row: it is filed again.

While a dispute is open the contact gate is closed, and the next filing of the row says that it is disputed.
"""

from datetime import date

from reprieve.errors import BadInput
from reprieve.lending.credit_record import Dispute, answer_by
from reprieve.operations.command import Answer, Work, command
from reprieve.operations.recording import refuse
from reprieve.rules import load
from reprieve.storage import disputes
from reprieve.storage.contracts import customer_of
from reprieve.storage.journal import last_day_of
from reprieve.storage.relief import close_gate

RULE = "credit_record.dispute_days"


@command
def open_dispute(work: Work, *, contract: str, month: str, says: str) -> Answer:
    """Open a dispute of a month's row (2026-02): what the customer says is sealed, the clock starts, contact stops."""
    first = _month(month)
    if not 0 < len(says) <= 10_000:
        raise BadInput("says", f"{len(says)} characters", "what is wrong, in 1 to 10,000 characters", code="says")
    customer = customer_of(contract)
    if disputes.open_of(contract):
        raise refuse("dispute.open", f"A dispute about contract {contract} is open already; it will be answered.")
    pack = load(work.clock.place)
    due = answer_by(Dispute(contract, last_day_of(first), work.today, says), pack)
    number = disputes.add(contract, first, says, rule=RULE, answer_due_on=due, recorded_at=work.now)
    close_gate(customer, "dispute", closed_at=work.now)
    return {"contract": contract, "dispute": number, "month": month, "answer_due_on": due.isoformat()}


@command
def answer_dispute(work: Work, *, dispute: int, is_upheld: bool) -> Answer:
    """Answer a dispute in the customer's favour or not; what proved wrong is corrected by events and filed again."""
    found = disputes.find(dispute)
    if found.state != disputes.OPEN:
        raise refuse("dispute.answered", f"Dispute {dispute} was answered before: {found.state}.")
    state = "upheld" if is_upheld else "rejected"
    disputes.answer(dispute, state, work.now)
    is_late = work.today > found.answer_due_on
    return {"contract": found.contract, "dispute": dispute, "state": state, "is_late": is_late}


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise BadInput("month", f'"{text}"', "a month written YYYY-MM", code="month") from None
