"""Applications: apply with a budget, decide, show the cost, ask and answer, sign. Never lends what is not affordable.

What is signed is what was shown, to the letter: the contract is made again on the day of signing, and refused where
anything would differ.
"""

from collections.abc import Mapping
from typing import Any, Final

from reprieve.errors import BadInput
from reprieve.lending.affordability import assess, monthly_payment
from reprieve.lending.affordability_file import POLICY
from reprieve.lending.budget import read_budget
from reprieve.lending.case import Case
from reprieve.lending.disclosure_document import document_of
from reprieve.lending.ports import Loan
from reprieve.lending.product import Choice, contract_of
from reprieve.operations.command import Answer, Work, command
from reprieve.operations.commands.contracts import open_contract
from reprieve.operations.commands.customers import known_customer
from reprieve.operations.recording import refuse
from reprieve.storage import applications
from reprieve.storage.applications import Applied
from reprieve.storage.contracts import Parties
from reprieve.storage.products import by_row, on_sale

OPEN: Final = ("submitted", "approved")
"""States in which nothing has been signed or given up yet."""


@command
def apply_for_credit(  # noqa: PLR0913 -- one keyword a field of the request
    work: Work, *, customer: str, product: str, principal: int, instalments: int, annual_rate: Any,
    budget: Mapping[str, Any], purpose: str = "",
) -> Answer:  # fmt: skip
    """Apply for a contract of the product on sale, with a budget; the answer says whether it is affordable."""
    party = known_customer(customer)
    sold = on_sale(product, work.today)
    case = contract_of(sold.product, Choice(principal, instalments, annual_rate, work.today))
    stated = read_budget(budget)
    if stated.currency != case.file.contract.currency:
        raise BadInput("budget.currency", stated.currency, case.file.contract.currency, code="currency")
    judged = assess(stated, monthly_payment(case), POLICY)
    reasons = {"annual_rate": annual_rate, "assessment": judged.to_dict()}
    row = {
        "customer_id": party, "product_version_id": sold.row, "currency": stated.currency, "purpose": purpose,
        "principal_minor": principal, "instalments": instalments, "reasons": reasons, "submitted_by_id": work.user,
    }  # fmt: skip
    return {"application": applications.add(row, stated, work.now), "state": "submitted", **judged.to_dict()}


@command
def decide_application(work: Work, *, application: int, is_approved: bool) -> Answer:
    """Approve or decline. Refused where it was decided before, and to approve what the customer cannot afford.

    Whoever entered an application does not approve it.
    """
    applied = _in_state(application, "submitted")
    if is_approved and applied.submitted_by == work.user:
        raise refuse("authority.own_proposal", "Nobody approves what they entered; somebody else has to decide this.")
    if is_approved and not applied.reasons["assessment"]["is_affordable"]:
        because = "The budget does not carry it: " + " ".join(applied.reasons["assessment"]["because"])
        raise refuse("affordability", because, POLICY.source)
    state = "approved" if is_approved else "declined"
    applications.decide(application, state, decided_by=work.user, decided_at=work.now)
    return {"application": application, "state": state}


@command
def withdraw_application(work: Work, *, application: int) -> Answer:
    """Take an application back, before anything is signed. Nothing is held against the customer."""
    applied = applications.find(application)
    if applied.state not in OPEN:
        because = f"Application {application} is {applied.state}; there is nothing to take back."
        raise refuse("application.state", because)
    applications.decide(application, "withdrawn", decided_by=work.user, decided_at=work.now)
    return {"application": application, "state": "withdrawn"}


@command
def disclose(work: Work, *, application: int, language: str) -> Answer:
    """Show the cost of an approved application: table, schedule, questions. What is shown is kept as shown."""
    if language not in ("zh", "en"):
        raise BadInput("language", f'"{language}"', "zh or en", code="unknown_word")
    applied = _in_state(application, "approved")
    document = _document(work, applied, language)
    number = applications.show(applied, document, language=language, shown_at=work.now)
    return {
        "application": application, "disclosure": number, "document_sha256": applications.document_sha256(document),
        **document,
    }  # fmt: skip


@command
def answer_questions(work: Work, *, disclosure: int, answers: Mapping[str, int]) -> Answer:
    """Answer the questions of a disclosure by the place of an option; a wrong answer shows why and blocks nothing."""
    application, document = applications.shown(disclosure)
    asked = {question["question"]: question for question in document["questions"]}
    kept: dict[str, tuple[str, bool]] = {}
    for name, option in answers.items():
        if name not in asked:
            raise BadInput("answers", f'"{name}"', f"questions that were asked: {', '.join(asked)}", code="question")
        options = asked[name]["options"]
        if not 0 <= option < len(options):
            raise BadInput(f"answers.{name}", str(option), f"a place from 0 to {len(options) - 1}", code="option")
        kept[name] = (options[option], option == asked[name]["right"])
    applications.keep_answers(disclosure, kept, work.now)
    told = {name: {"is_right": kept[name][1], "why": asked[name]["why"]} for name in kept}
    return {"application": application, "disclosure": disclosure, "answers": told}


@command
def sign_application(work: Work, *, disclosure: int, document_sha256: str, number: str, method: str) -> Answer:
    """Sign what was shown and pay out: signature, contract, disbursement and its entry in one commit.

    Refused where the questions have not been answered, and where today's contract would differ from what was shown.
    """
    application, document = applications.shown(disclosure)
    applied = _in_state(application, "approved")
    if document_sha256 != applications.document_sha256(document):
        raise refuse("disclosure.another", "What is signed is not what was shown. Look at the document again.")
    left = {question["question"] for question in document["questions"]} - applications.answered_questions(disclosure)
    if left:
        raise refuse("disclosure.questions", f"Not answered yet: {', '.join(sorted(left))}. Any answer will do.")
    if _document(work, applied, document["language"]) != document:
        because = "The figures that were shown no longer hold today. Show them again before they are signed."
        raise refuse("disclosure.facts_moved", because, "what is shown is what is signed")
    signature = applications.sign(applied, disclosure, document=document_sha256, method=method, signed_at=work.now)
    case, product = _case(work, applied)
    parties = Parties(applied.customer, applied.product_version, signature=signature, application=application)
    answer = open_contract(work, Loan(number, product, 0, case.file), parties)
    applications.contracted(application)
    return answer | {"application": application}


def _in_state(application: int, state: str) -> Applied:
    applied = applications.find(application)
    if applied.state != state:
        because = f"Application {application} is {applied.state}; for this it has to be {state}."
        raise refuse("application.state", because)
    known_customer(applied.customer_number)
    return applied


def _case(work: Work, applied: Applied) -> tuple[Case, str]:
    """Return the contract an application would become today, and its product."""
    product = by_row(applied.product_version).product
    rate = applied.reasons["annual_rate"]
    return contract_of(product, Choice(applied.principal, applied.instalments, rate, work.today)), product.code


def _document(work: Work, applied: Applied, language: str) -> dict[str, Any]:
    """Return what is shown of the contract an application would become today."""
    case, _ = _case(work, applied)
    return document_of(case, work.today, language, by_row(applied.product_version).product.third_parties)
