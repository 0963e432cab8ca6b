"""What is asked of the platform: loans, positions, the ledger, the closes. Reads alone; never writes a row."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from reprieve.errors import BadInput
from reprieve.lending import case as cases
from reprieve.lending.case import Case
from reprieve.lending.ledger import Entry, EventSource, TrialBalance, TrialRow
from reprieve.lending.ports import Loan
from reprieve.lending.posting import posting_table
from reprieve.lending.remaining import remaining as payments_to_come
from reprieve.storage import application_list as application_rows
from reprieve.storage import applications as stored_applications
from reprieve.storage import bank_files, customers, disputes, listing, products
from reprieve.storage.contracts import document_of_loan
from reprieve.storage.journal import balances_of
from reprieve.storage.lender import SETTINGS, open_day, the_lender

LIMIT_MOST = 100


def business_date(now: datetime) -> date:
    """Return the day that is open at an instant of the wall clock."""
    return open_day(now).day


def lender(now: datetime) -> dict[str, Any]:
    """Return the lender of this database and the day that is open. Raises `Refused` where none has been set up."""
    row, clock = the_lender(), open_day(now)
    return {
        "lender": row.name, "place": row.place, "currency": row.currency, "time_zone": row.time_zone,
        "is_sandbox": clock.is_sandbox, "business_on": clock.day.isoformat(),
        **{name: getattr(row, name) for name in SETTINGS},
    }  # fmt: skip


def currency() -> str:
    """Return the currency of the lender's books."""
    return the_lender().currency


def contract(number: str) -> dict[str, Any]:
    """Return a contract with its customer, product, version, and its case file."""
    file = Case.read(document_of_loan(number)).file
    document = file.model_dump(mode="json", by_alias=True, exclude_none=True)
    return listing.contract(number) | {"version": len(file.events), "file": document}


def customer(number: str) -> dict[str, Any]:
    """Return a customer by number with their contracts; never what identifies them."""
    return _customer(customers.find(number)) | {"contracts": customers.contracts_of(number)}


def all_customers(*, after: str | None = None, limit: int = LIMIT_MOST) -> list[dict[str, Any]]:
    """Return customers in order of registration, a page at a time; never what identifies them."""
    return [_customer(found) for found in customers.listed(after, _limit(limit))]


def contracts(
    *, after: str | None = None, limit: int = LIMIT_MOST, customer: str | None = None
) -> list[dict[str, Any]]:
    """Return contracts in order of recording, a page at a time: after a number, at most `limit`."""
    return listing.contracts(after, _limit(limit), customer)


def events(number: str, *, after: str | None = None, limit: int = LIMIT_MOST) -> list[dict[str, Any]]:
    """Return the events of a contract in order of recording, a page at a time."""
    recorded = contract(number)["file"].get("events", [])
    ids = [event["id"] for event in recorded]
    if after is not None and after not in ids:
        raise BadInput("after", f'"{after}"', "the id of an event of this contract", code="cursor")
    start = 0 if after is None else ids.index(after) + 1
    return list(recorded[start : start + _limit(limit)])


def position(number: str, *, on: date, known_on: date | None = None) -> dict[str, Any]:
    """Return the published position of a contract at the end of a day, as known at the end of a (UTC) day."""
    return cases.position(Case.read(document_of_loan(number)), on, known_on).to_dict()


def position_on(loan: Loan, on: date) -> Mapping[str, Any]:
    """Return the published position of a loan that has been read."""
    return cases.position(Case(loan.file), on).to_dict()


def schedule(number: str) -> dict[str, Any]:
    """Return the schedule of a contract as it was signed."""
    return cases.schedule(Case.read(document_of_loan(number))).to_dict()


def remaining(number: str, *, on: date) -> dict[str, Any]:
    """Return the payments to come on a contract, if each is made in time."""
    return payments_to_come(Case.read(document_of_loan(number)), on).to_dict()


def explain(number: str, *, on: date, figure: str = "penalty", known_on: date | None = None) -> dict[str, Any]:
    """Return the spans behind a figure of a contract's position."""
    return cases.explain(Case.read(document_of_loan(number)), on, figure, known_on).to_dict()


def journal(*, after: int = 0, limit: int = LIMIT_MOST, contract: str | None = None) -> list[dict[str, Any]]:
    """Return entries in order of posting, a page at a time, each with its number and its source."""
    return [{"number": number, **_entry(entry)} for number, entry in listing.entries(after, _limit(limit), contract)]


def trial_balance(*, upto: date | None = None, product: str | None = None) -> dict[str, Any]:
    """Return the trial balance at the end of a posting day; debits and credits come to the same."""
    sums = balances_of(product, upto)
    chart = posting_table().chart
    accounts = sorted((chart[name] for name in sums), key=lambda account: account.code)
    rows = tuple(TrialRow(one, max(0, sums[one.name]), max(0, -sums[one.name])) for one in accounts)
    found = TrialBalance(rows, sum(row.debit for row in rows), sum(row.credit for row in rows))
    assert found.debit == found.credit, f"the trial balance is off by {found.debit - found.credit}"
    return {
        "rows": [_row(row) for row in found.rows], "debit": found.debit, "credit": found.credit,
        "upto": upto and upto.isoformat(),
    }  # fmt: skip


def behind(account: str, *, after: int = 0, limit: int = LIMIT_MOST) -> list[dict[str, Any]]:
    """Return the entries that moved an account, a page at a time, with what each moved."""
    if account not in posting_table().chart:
        allowed = "an account of the chart: " + ", ".join(posting_table().chart)
        raise BadInput("account", f'"{account}"', allowed, code="unknown_account")
    return [
        {"number": number, "amount": amount, **_entry(entry)}
        for number, amount, entry in listing.behind(account, after, _limit(limit))
    ]


def all_products() -> list[dict[str, Any]]:
    """Return every version of every product, and the days it is sold."""
    return [
        {
            "sold_from": one.sold_from.isoformat(), "sold_until": one.sold_until and one.sold_until.isoformat(),
            "pack_hash": one.rules_sha256, "product": one.product.model_dump(mode="json", by_alias=True),
        }
        for one in products.all_published()
    ]  # fmt: skip


def proposals(*, after: int = 0, limit: int = LIMIT_MOST) -> list[dict[str, Any]]:
    """Return the products that were proposed, a page at a time, and whether each was published."""
    return [
        {
            "proposal": one.row, "proposed_at": one.proposed_at.isoformat(), "is_published": one.is_published,
            "product": one.product.model_dump(mode="json", by_alias=True),
        }
        for one in products.proposals(after, _limit(limit))
    ]  # fmt: skip


def quarantine(*, after: int = 0, limit: int = LIMIT_MOST) -> list[dict[str, Any]]:
    """Return the loans in quarantine, a page at a time, with why."""
    return listing.quarantines(after, _limit(limit))


def applications(
    *, after: int = 0, limit: int = LIMIT_MOST, customer: str | None = None, state: str | None = None
) -> list[dict[str, Any]]:
    """Return applications in order of number, a page at a time."""
    return application_rows.listed(after, _limit(limit), customer=customer, state=state)


def application(number: int) -> dict[str, Any]:
    """Return an application with its budget, its assessment and the numbers of what was shown."""
    return application_rows.one(number)


def budgets(customer: str, *, after: int = 0, limit: int = LIMIT_MOST) -> list[dict[str, Any]]:
    """Return the budgets that a customer stated, a page at a time."""
    customers.find(customer)
    return application_rows.budgets_of(customer, after, _limit(limit))


def customer_of_disclosure(number: int) -> str:
    """Return whom a disclosure was shown to; opens nothing."""
    return stored_applications.customer_of(number)


def customer_of_dispute(number: int) -> str:
    """Return whose dispute it is; opens nothing."""
    return disputes.customer_of(number)


def all_disputes(
    *, after: int = 0, limit: int = LIMIT_MOST, contract: str | None = None, customer: str | None = None,
    state: str | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Return disputes in order of number, a page at a time."""
    return disputes.listed(after, _limit(limit), contract=contract, customer=customer, state=state)


def credit_record(number: str) -> list[dict[str, Any]]:
    """Return what was filed about a contract, month by month, every filing of it."""
    rows = listing.credit_rows(0, None, contract=number)
    return [{name: value for name, value in row.items() if name != "number"} for row in rows]


def suspense(*, after: str | None = None, limit: int = LIMIT_MOST) -> list[dict[str, Any]]:
    """Return the bank lines that nobody could place, the oldest first, a page at a time."""
    return listing.bank_lines(after, _limit(limit), "suspense")


def filed(
    *, after: int = 0, limit: int = LIMIT_MOST, month: date | None = None, customer: str | None = None
) -> list[dict[str, Any]]:
    """Return what was filed about all contracts, or of one month or customer, in order of filing, a page at a time."""
    return listing.credit_rows(after, _limit(limit), month=month, customer=customer)


def all_bank_lines(
    *, after: str | None = None, limit: int = LIMIT_MOST, state: str | None = None
) -> list[dict[str, Any]]:
    """Return bank lines, the oldest first, a page at a time, each with what became of it."""
    return listing.bank_lines(after, _limit(limit), state)


def all_bank_files(*, after: int = 0, limit: int = LIMIT_MOST) -> list[dict[str, Any]]:
    """Return the bank files that were taken, in order of number, a page at a time."""
    return bank_files.listed(after, _limit(limit))


def _customer(found: Any) -> dict[str, Any]:
    return {
        "customer": found.number, "language": found.language, "registered_at": found.registered_at.isoformat(),
        "is_erased": found.erased_at is not None,
    }  # fmt: skip


def _limit(limit: int) -> int:
    if not 1 <= limit <= LIMIT_MOST:
        raise BadInput("limit", str(limit), f"a whole number from 1 to {LIMIT_MOST}", code="limit")
    return limit


def _row(row: TrialRow) -> dict[str, Any]:
    account = row.account
    return {
        "account": account.name, "code": account.code, "kind": account.kind, "says": dict(account.says),
        "debit": row.debit, "credit": row.credit,
    }  # fmt: skip


def _entry(entry: Entry) -> dict[str, Any]:
    source = asdict(entry.source)
    kind = "event" if isinstance(entry.source, EventSource) else "close"
    days = {key: value.isoformat() if isinstance(value, date) else value for key, value in source.items()}
    return {
        "posted_on": entry.posted_on.isoformat(), "value_on": entry.value_on.isoformat(), "product": entry.product,
        "currency": entry.currency, "source": {"kind": kind, **days},
        "lines": [{"account": line.account, "amount": line.amount} for line in entry.lines],
    }  # fmt: skip
