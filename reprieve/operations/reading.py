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
from reprieve.storage import bank_lines, credit_rows, customers, listing, products
from reprieve.storage.contracts import document_of_loan
from reprieve.storage.journal import balances_of
from reprieve.storage.lender import open_day
from reprieve.storage.quarantine import open_quarantines

LIMIT_MOST = 100


def business_date(now: datetime) -> date:
    """Return the day that is open at an instant of the wall clock."""
    return open_day(now).day


def contract(number: str) -> dict[str, Any]:
    """Return a contract with its customer, product, version, and its case file."""
    file = Case.read(document_of_loan(number)).file
    document = file.model_dump(mode="json", by_alias=True, exclude_none=True)
    return listing.contract(number) | {"version": len(file.events), "file": document}


def customer(number: str) -> dict[str, Any]:
    """Return a customer by number with their contracts; never what identifies them."""
    found = customers.find(number)
    return {
        "customer": number, "language": found.language, "registered_at": found.registered_at.isoformat(),
        "is_erased": found.erased_at is not None, "contracts": customers.contracts_of(number),
    }  # fmt: skip


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


def quarantine() -> list[dict[str, Any]]:
    """Return the loans in quarantine, with why."""
    return open_quarantines()


def credit_record(number: str) -> list[dict[str, Any]]:
    """Return what was filed about a contract, month by month, every filing of it."""
    return credit_rows.of_contract(number)


def suspense() -> list[Mapping[str, Any]]:
    """Return the bank lines that nobody could place, the oldest first."""
    return bank_lines.listed()


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
