"""Contracts: sign one of a product and pay it out, or take one over from another system. Never edits one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from reprieve.errors import BadInput, Unsupported
from reprieve.lending.case import Case, position, schedule
from reprieve.lending.case_file import CaseFile
from reprieve.lending.ports import Loan
from reprieve.lending.product import Choice, contract_of
from reprieve.operations.command import Answer, Work, command
from reprieve.operations.commands.customers import known_customer
from reprieve.operations.recording import first_amounts, post
from reprieve.rules import load
from reprieve.storage.contracts import Parties, hold
from reprieve.storage.lender import OpenDay
from reprieve.storage.products import on_sale


@command
def sign_contract(  # noqa: PLR0913 -- one keyword a field of the request
    work: Work, *, number: str, customer: str, product: str, principal: int, instalments: int, annual_rate: Any,
    first_due_on: str | None = None, due_day: int | None = None,
) -> Answer:  # fmt: skip
    """Sign a contract of the product on sale today and pay it out: the contract, its schedule, its first entry.

    Raises `BadInput` for a choice outside what the product offers.
    """
    party = known_customer(customer)
    sold = on_sale(product, work.today)
    case = contract_of(sold.product, Choice(principal, instalments, annual_rate, work.today))
    dates = {"first_due_on": first_due_on, "due_day": due_day}
    file = _with_dates(case.file, {key: value for key, value in dates.items() if value is not None})
    return open_contract(work, Loan(number, product, 0, file), Parties(party, sold.row))


@command
def migrate_contract(work: Work, *, number: str, customer: str, product: str, file: Mapping[str, Any]) -> Answer:
    """Take over a contract from another system: its case file, with its whole history or an `opening`.

    The product names its ledger; its terms are not asked, since they were agreed elsewhere. Ids and instants of events
    that are left out are filled in. Raises `BadInput` for a history that reaches beyond today.
    """
    party = known_customer(customer)
    sold = on_sale(product, work.today)
    read = Case.read(file).file
    check_migrated(read, work.clock)
    known = _known_by(read, work.now)
    return open_contract(work, Loan(number, product, len(known.events), known), Parties(party, sold.row))


def check_migrated(file: CaseFile, clock: OpenDay) -> None:
    """Raise `BadInput` for a case file that cannot be taken over: one of another currency, or that reaches ahead."""
    today, currency = clock.day, file.contract.currency
    if currency != clock.currency:
        allowed = f"{clock.currency}, the currency of the lender's books"
        raise BadInput("file.contract.currency", currency, allowed, code="currency")
    late = [event for event in file.events if event.on > today]
    if file.contract.disbursed_on > today:
        found = file.contract.disbursed_on.isoformat()
        raise BadInput("file.contract.disbursed_on", found, f"a day up to the open day, {today}", code="future")
    if late:
        raise BadInput("file.events", late[0].on.isoformat(), f"days up to the open day, {today}", code="future")


def _known_by(file: CaseFile, now: datetime) -> CaseFile:
    """Return a case file none of whose events was recorded after now."""
    events = [event.model_copy(update={"recorded_at": min(event.recorded_at, now)}) for event in file.events]
    return file.model_copy(update={"events": tuple(events)})


def open_contract(work: Work, loan: Loan, parties: Parties) -> Answer:
    """Record a new contract, post what it comes with, and answer with its schedule. Shared by the commands that do."""
    if not loan.id or len(loan.id) > 200:
        raise BadInput("number", f"{len(loan.id)} characters", "a text of 1 to 200 characters", code="number")
    rules = loan.file.rules
    pack = bytes.fromhex(load(rules.place).content_hash) if rules is not None else None
    work.contracts.open(loan, replace(parties, rules_sha256=pack))
    post(work, hold(loan.id), loan.file, first_amounts(loan.file, work.today))
    case = Case(loan.file)
    return {
        "contract": loan.id, "version": loan.version, "disbursed_on": loan.file.contract.disbursed_on.isoformat(),
        "schedule": schedule(case).to_dict(), "position": position(case, work.today).to_dict(),
    }  # fmt: skip


def _with_dates(file: CaseFile, dates: Mapping[str, Any]) -> CaseFile:
    """Return a contract with due dates of its own."""
    if not dates:
        return file
    terms = file.contract.model_dump(mode="json", by_alias=True, exclude_none=True)
    terms = {key: value for key, value in terms.items() if key not in ("first_due_on", "due_day")} | dict(dates)
    document = {"contract": terms, "rules": file.rules and file.rules.model_dump(mode="json")}
    try:
        return Case.read(document).file
    except (BadInput, Unsupported) as error:
        path = error.path.replace("$.contract.", "")
        raise type(error)(path, error.found, error.allowed, code=error.code) from None
