"""Documents: ask for a settlement certificate or the payments of a contract as a PDF. Certifies only what is so."""

from typing import Any

from reprieve.errors import BadInput
from reprieve.lending.case import Case, position, schedule
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

    What it says is what is known now. A settlement certificate is refused while anything is owed.
    """
    recipient = recipient_of_contract(contract)
    if kind not in KINDS:
        raise BadInput("kind", f'"{kind}"', f"one of {', '.join(KINDS)}", code="unknown_word")
    chosen = language or recipient.language
    if chosen not in LANGUAGES:
        raise BadInput("language", f'"{chosen}"', "zh or en", code="unknown_word")
    case = Case.read(document_of_loan(contract))
    facts = _settled(work, contract, case) if kind == "settlement_certificate" else _scheduled(work, contract, case)
    lay_out = documents.certificate if kind == "settlement_certificate" else documents.payments
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
