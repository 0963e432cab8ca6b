"""Documents: ask for a certificate, the payments or the plan of a contract as a PDF. Certifies only what is so."""

from datetime import timedelta
from typing import Any, Final

from reprieve.errors import BadInput
from reprieve.lending.case import Case, position, schedule
from reprieve.lending.movement import AsKnown
from reprieve.lending.relief_event import Moratorium, Pause, Restructure
from reprieve.lending.remaining import remaining
from reprieve.operations import documents, jobs
from reprieve.operations.command import Answer, Work, command
from reprieve.operations.recording import refuse
from reprieve.storage import documents as stored
from reprieve.storage.contracts import document_of_loan
from reprieve.storage.lender import the_lender
from reprieve.storage.messages import recipient_of_contract
from reprieve.storage.models.document import KINDS
from reprieve.words import LANGUAGES, words


@command
def ask_for_document(work: Work, *, contract: str, kind: str, language: str | None = None) -> Answer:
    """Ask for a document of a contract, in the customer's language unless told otherwise; a worker makes its PDF.

    What it says is what is known now. A settlement certificate is refused while anything is owed, a plan where none was
    signed.
    """
    recipient = recipient_of_contract(contract)
    if kind not in KINDS:
        raise BadInput("kind", f'"{kind}"', f"one of {', '.join(KINDS)}", code="unknown_word")
    chosen = language or recipient.language
    if chosen not in LANGUAGES:
        raise BadInput("language", f'"{chosen}"', "zh or en", code="unknown_word")
    ask_for, lay_out = _DOCUMENTS[kind]
    facts = ask_for(work, contract, Case.read(document_of_loan(contract)))
    sheet = lay_out({**facts, "currency": recipient.currency}, the_lender().name, words(chosen))
    number = stored.add(contract, kind, sheet, language=chosen, asked_by=work.user, asked_at=work.now)
    jobs.make_document.defer(document=number)
    return {"contract": contract, "document": number, "kind": kind, "language": chosen, "state": "waiting"}


def _settled(work: Work, contract: str, case: Case) -> dict[str, Any]:
    shown = position(case, work.today).to_dict()
    if shown["status"] != "closed" or shown["outstanding"]["total"]:
        owed = shown["outstanding"]["total"]
        raise refuse("settlement.owed", f"{owed} minor units of contract {contract} are still owed.")
    last = max(event.on for event in case.file.events)
    certified = work.today.isoformat()
    return {"contract": contract, "settled_by": last.isoformat(), "certified_on": certified, "held": shown["held"]}


def _scheduled(work: Work, contract: str, case: Case) -> dict[str, Any]:
    return {"contract": contract, "on": work.today.isoformat(), "instalments": schedule(case).to_dict()["instalments"]}


def _planned(work: Work, contract: str, case: Case) -> dict[str, Any]:
    """Return the relief that was signed last, and the payments to come under it."""
    events = AsKnown.of(case.file, work.today).file.events
    relief = [event for event in events if isinstance(event, Restructure | Pause | Moratorium)]
    if not relief:
        raise refuse("document.no_plan", f"No plan, pause or moratorium was signed for contract {contract}.")
    signed = relief[-1]
    facts: dict[str, Any] = {"claims": {}, "paused": None}
    if isinstance(signed, Restructure):
        facts["claims"] = signed.claims.model_dump(exclude_defaults=True)
    else:
        facts["paused"] = [signed.from_.isoformat(), (signed.to - timedelta(days=1)).isoformat()]
    return facts | {
        "contract": contract, "on": work.today.isoformat(), "signed_on": signed.on.isoformat(),
        "remaining": remaining(case, work.today).to_dict(),
    }  # fmt: skip


_DOCUMENTS: Final = {
    "settlement_certificate": (_settled, documents.certificate),
    "schedule": (_scheduled, documents.payments),
    "plan": (_planned, documents.plan),
}
"""Each kind of document: what it is made of, and how that is laid out."""
