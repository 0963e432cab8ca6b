"""Relief: quote a plan or a pause, and sign what was quoted. Never signs other figures than those that were shown."""

from collections.abc import Mapping
from typing import Any, Final

from reprieve.errors import BadInput
from reprieve.lending.case import Case, position
from reprieve.lending.movement import COMPONENTS
from reprieve.operations.command import Answer, Work, command
from reprieve.operations.recording import Draft, draft, keep, refuse
from reprieve.storage.contracts import customer_of
from reprieve.storage.lender import midnight_after
from reprieve.storage.quotes import Facts, check_quote, find_quote, make_quote
from reprieve.storage.relief import close_gate

KINDS: Final = {"restructure": "plan", "pause": "pause", "moratorium": "moratorium"}
"""Kinds of relief, and why the contact gate closes with each."""
TREATMENTS: Final = ("paid", "held", "waived", "waived_on_completion", "capitalised", "parked", "carried")


@command
def quote_plan(work: Work, *, contract: str, plan: Mapping[str, Any]) -> Answer:
    """Quote relief (a `restructure`, `pause` or `moratorium` of the case file): what it changes. It holds today.

    Refused where the claims of a plan do not sum to what is owed, component by component: nothing may go missing.
    """
    drafted = _drafted(work, contract, plan)
    until = midnight_after(work.today)
    figures = {
        "plan": _document(drafted), "claims": _claims(drafted), "posted": drafted.posted(),
        "before": position(Case(drafted.before), work.today).to_dict(), "after": dict(drafted.position),
    }  # fmt: skip
    quote = make_quote(
        _facts(work, drafted),
        figures,
        contract_row=drafted.held.row,
        quoted_by=work.user,
        quoted_at=work.now,
        valid_until_at=until,
    )
    return {
        "quote_id": quote, "contract": contract, "version": drafted.version, "valid_until_at": until.isoformat(),
        **figures,
    }  # fmt: skip


@command
def sign_plan(work: Work, *, contract: str, quote_id: int) -> Answer:
    """Sign the relief that was quoted, exactly; whoever acts approves it, and cannot be who had it quoted.

    The contact gate closes in the same commit. Refused where the quote has run out or its facts have moved.
    """
    quoted = find_quote(quote_id, "plan", contract)
    if quoted.quoted_by is None or quoted.quoted_by == work.user:
        raise refuse("authority.own_proposal", "Nobody approves their own proposal; somebody else has to sign this.")
    drafted = _drafted(work, contract, quoted.figures["plan"])
    check_quote(quoted, _facts(work, drafted), work.now)
    answer = keep(work, drafted)
    close_gate(customer_of(contract), KINDS[drafted.event.kind], closed_at=work.now)
    return answer | {"quote_id": quote_id}


def _drafted(work: Work, contract: str, plan: Mapping[str, Any]) -> Draft:
    """Return relief tried on its loan, its claims conserved."""
    kind = plan.get("kind")
    if kind not in KINDS:
        raise BadInput("plan.kind", f'"{kind}"', f"one of {', '.join(KINDS)}", code="unknown_word")
    drafted = draft(work, contract, {key: value for key, value in plan.items() if key not in ("id", "recorded_at")})
    if drafted.event.on != work.today:
        raise BadInput("plan.on", drafted.event.on.isoformat(), f"the open day, {work.today}", code="not_today")
    if kind == "restructure":
        _conserved(drafted, work)
    return drafted


def _conserved(drafted: Draft, work: Work) -> None:
    """Refuse a plan whose parts do not sum to the claims of its day, component by component, to the cent."""
    owed = position(Case(drafted.before), work.today)["outstanding"]
    for component in COMPONENTS:
        given = sum(_claims(drafted)[component].values())
        if given != owed[component]:
            because = f"The plan gives {given} of {component} a place; {owed[component]} is owed. They must be equal."
            raise refuse("relief.conservation", because, "claims before a plan equal claims within it")


def _claims(drafted: Draft) -> dict[str, dict[str, int]]:
    """Return what becomes of each component, by treatment; empty for relief that is no plan."""
    event = drafted.event
    if event.kind != "restructure":
        return {}
    return {
        component: {treatment: getattr(getattr(event.claims, component), treatment) for treatment in TREATMENTS}
        for component in COMPONENTS
    }


def _document(drafted: Draft) -> dict[str, Any]:
    document = drafted.event.model_dump(mode="json", by_alias=True, exclude_none=True)
    return {key: value for key, value in document.items() if key not in ("id", "recorded_at")}


def _facts(work: Work, drafted: Draft) -> Facts:
    return Facts("plan", drafted.held.number, drafted.version, work.today, _document(drafted))
