"""The loans in the database: a contract with its events, as all or part of it is known. Supplies `ports.Contracts`.

Never computes what is owed, and never changes what was recorded.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
from django.db import connection
from django.db.models import Q, QuerySet

from reprieve.errors import BadInput, Refusal, Refused, ReprieveError
from reprieve.lending.case import Case
from reprieve.lending.case_file import CaseFile
from reprieve.lending.event_kind import AnyEvent
from reprieve.lending.ledger import Entry, EventSource
from reprieve.lending.ports import Loan
from reprieve.storage.events import (
    DISBURSED,
    FIELDS,
    disbursed_row,
    document_of,
    document_of_list,
    fields_of,
    row_of,
)
from reprieve.storage.models import Contract, Event
from reprieve.storage.statements import tell

NO_PRODUCT: Final = "unassigned"
_FIELDS: Final = ("id", "number", "terms", "rules", "recorded_at", "product_version__product__code")

_HOLD_ROWS: Final = """
SELECT number, id, pg_advisory_xact_lock(7273650, (id %% 2147483648)::integer)
FROM (SELECT number, id FROM contract WHERE number = ANY(%s) ORDER BY id) AS asked
"""
_HOLD: Final = "SELECT * FROM hold_contracts(%s)"
_RECORD: Final = "SELECT record_events(%s::jsonb)"


@dataclass(frozen=True, slots=True)
class Cut:
    """How far the world is known: rows up to these numbers that were recorded before an instant."""

    contract: int
    event: int
    before: datetime


@dataclass(frozen=True, slots=True)
class Shelved:
    """A loan as one shard holds it: its rows' numbers, and why it cannot be read in place of the loan."""

    row: int
    number: str
    recorded_at: datetime
    loan: Loan | None
    event_rows: tuple[int, ...] = ()
    unreadable: str = ""

    def known(self, cut: Cut) -> CaseFile | None:
        """Return the case file as far as it was known at an earlier cut; nothing where the loan was not."""
        if self.loan is None or not _is_known(self.row, self.recorded_at, cut.contract, cut.before):
            return None
        pairs = zip(self.event_rows, self.loan.file.events, strict=True)
        events = tuple(one for row, one in pairs if _is_known(row, one.recorded_at, cut.event, cut.before))
        return self.loan.file.model_copy(update={"events": events})


@dataclass(frozen=True, slots=True)
class Parties:
    """Who and what a new contract belongs to, by primary key."""

    customer: int
    product_version: int | None = None
    rules_sha256: bytes | None = None
    signature: int | None = None
    application: int | None = None


@dataclass(frozen=True, slots=True)
class StoredContracts:
    """The loans, as one command meets them: what it records bears its instant and its user."""

    at: datetime
    by: int | None = None

    def get(self, contract: str) -> Loan:
        """Return a loan as all of it is known. Raises `BadInput` for an id that is not known."""
        return _loan(_row(contract))

    def many(self, contracts: Sequence[str]) -> Iterator[Loan]:
        """Yield loans by id, in the order asked for, with one query for contracts and one for events."""
        rows = {row["number"]: row for row in Contract.objects.filter(number__in=contracts).values(*_FIELDS)}
        events = _documents([row["id"] for row in rows.values()])
        for number in contracts:
            if number not in rows:
                raise unknown_contract(number)
            yield _read(rows[number], events[rows[number]["id"]])

    def open(self, loan: Loan, parties: Parties | None = None) -> None:
        """Add a new contract with the events it comes with, and the row of its first disbursement."""
        assert parties is not None, "a contract belongs to a customer"
        if Contract.objects.filter(number=loan.id).exists():
            raise BadInput("number", f'"{loan.id}"', "a number that no other contract has", code="number_taken")
        contract, rules = loan.file.contract, loan.file.rules
        row = Contract.objects.create(
            number=loan.id, customer_id=parties.customer, product_version_id=parties.product_version,
            application_id=parties.application, signature_id=parties.signature, currency=contract.currency,
            principal_minor=contract.principal, disbursed_on=contract.disbursed_on, terms=terms_of(loan.file),
            rules=rules and rules.model_dump(mode="json"), rules_sha256=parties.rules_sha256 if rules else None,
            recorded_at=self.at,
        )  # fmt: skip
        first = disbursed_row(
            row.pk, on=contract.disbursed_on, amount_minor=contract.principal, recorded_at=self.at, recorded_by=self.by
        )
        taken_over = any(event.kind == "opening" for event in loan.file.events)
        rows = [row_of(row.pk, event, recorded_by=self.by) for event in loan.file.events]
        Event.objects.bulk_create(rows if taken_over else [first, *rows])

    def record(self, contract: str, event: AnyEvent, *, version: int, reference: str = "") -> Loan:
        """Add an event and return the loan with it. Raises `Refused` where the loan has moved on since `version`."""
        held = hold(contract)
        found = len(held.document["events"])
        if found != version:
            raise moved_on(contract, version, found)
        held.add(event, recorded_by=self.by, reference=reference)
        return self.get(contract)


Added = Mapping[str, Any]
"""An event with what it posts, in plain JSON types."""


@dataclass(frozen=True, slots=True)
class Held:
    """A contract that no other command changes until this transaction ends, with its case file as plain values."""

    row: int
    number: str
    product: str
    document: dict[str, Any]

    def loan(self, file: CaseFile) -> Loan:
        """Return the loan of a case file of this contract."""
        return Loan(self.number, self.product, len(file.events), file)

    def add(
        self, event: AnyEvent, entries: Sequence[Entry] = (), *, recorded_by: int | None, reference: str = ""
    ) -> None:
        """Add an event with the entries that its recording posts. The document grows with it."""
        record([self.added(event, entries, recorded_by=recorded_by, reference=reference)])

    def added(
        self, event: AnyEvent, entries: Sequence[Entry] = (), *, recorded_by: int | None, reference: str = ""
    ) -> Added:
        """Return what adds an event, to be written (`record`) before the transaction ends.

        The entries are of one day, and each is of an event of this contract. The document grows with it.
        """
        fields = fields_of(event)
        self.document["events"].append(fields.document)
        lines = [[_source(entry), line.account, line.amount] for entry in entries for line in entry.lines]
        return {
            "contract": self.row, "id": event.id, "on": fields.document["on"], "order": event.order,
            "kind": event.kind, "amount": fields.amount_minor, "terms": fields.terms, "reference": reference,
            "recorded_at": fields.document["recorded_at"], "recorded_by": recorded_by,
            "lines": lines, **_posted(entries),
        }  # fmt: skip


def record(added: Sequence[Added]) -> None:
    """Write events that were added, with their entries."""
    if added:
        tell(_RECORD, [json.dumps(added)])


def _source(entry: Entry) -> str:
    """Return the event behind an entry."""
    assert isinstance(entry.source, EventSource), "a close posts by itself"
    return entry.source.event


def _posted(entries: Sequence[Entry]) -> dict[str, str]:
    """Return the day, the product and the currency that entries have in common."""
    if not entries:
        return {}
    [(day, product, currency)] = {(entry.posted_on, entry.product, entry.currency) for entry in entries}
    return {"posted_on": day.isoformat(), "product": product, "currency": currency}


def hold(contract: str) -> Held:
    """Return a contract, held until the transaction ends. Raises `BadInput` for a number that is not known."""
    held = hold_all([contract])
    if contract not in held:
        raise unknown_contract(contract)
    return held[contract]


def hold_all(contracts: Collection[str]) -> dict[str, Held]:
    """Return those of some contracts that are known, by number, held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [sorted(contracts)])
        return {row[0]: held_of(row[0], row[1:]) for row in cursor.fetchall()}


def hold_rows(contracts: Collection[str]) -> dict[str, int]:
    """Return the rows of those of some contracts that are known, by number, held until the transaction ends.

    What is read of them by a later statement is what the locks protect.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HOLD_ROWS, [sorted(contracts)])
        return {number: row for number, row, _ in cursor.fetchall()}


def held_of(contract: str, row: Sequence[Any]) -> Held:
    """Return a contract as the database's function `hold_contracts` answers it."""
    number, product, terms, rules, events = row
    document = {"contract": json.loads(terms), "events": [document_of_list(one) for one in json.loads(events or "[]")]}
    if rules is not None:
        document["rules"] = json.loads(rules)
    return Held(number, contract, product or NO_PRODUCT, document)


def terms_of(file: CaseFile) -> dict[str, Any]:
    """Return the contract of a case file as it is kept; reading it back gives the same contract, to the letter."""
    terms: dict[str, Any] = file.contract.model_dump(mode="json", by_alias=True, exclude_none=True)
    assert Case.read({"contract": terms}).file.contract == file.contract, "what is kept is what was agreed"
    return terms


def document_of_loan(number: str) -> dict[str, Any]:
    """Return the case file of a contract as plain JSON types, to be read with another event or shown."""
    row = _row(number)
    return _document(row, _documents([row["id"]])[row["id"]])


def index_of(rows: range, cut: Cut) -> list[tuple[int, str, str, str]]:
    """Return row, number, product and currency of the contracts of a shard as known at a cut, in order of row."""
    known = _known(rows, cut).order_by("id")
    found = known.values_list("id", "number", "product_version__product__code", "currency")
    return [(row, number, product or NO_PRODUCT, currency) for row, number, product, currency in found]


def rows_with_news(rows: range, since: Cut, cut: Cut) -> set[int]:
    """Return the contracts of a shard of which more is known at a cut than at an earlier one, new ones included."""
    new = _known(rows, cut).filter(Q(id__gt=since.contract) | Q(recorded_at__gte=since.before))
    events = Event.objects.filter(contract__gte=rows.start, contract__lt=rows.stop)
    events = events.filter(id__lte=cut.event, recorded_at__lt=cut.before)
    events = events.filter(Q(id__gt=since.event) | Q(recorded_at__gte=since.before))
    return set(new.values_list("id", flat=True)) | set(events.values_list("contract_id", flat=True))


def all_rows_with_news(since: Cut, cut: Cut) -> np.ndarray:
    """Return all contracts of which more is known at a cut than at an earlier one, new ones included, in order."""
    new = Contract.objects.filter(id__lte=cut.contract, recorded_at__lt=cut.before)
    new = new.filter(Q(id__gt=since.contract) | Q(recorded_at__gte=since.before))
    events = Event.objects.filter(id__lte=cut.event, recorded_at__lt=cut.before)
    events = events.filter(Q(id__gt=since.event) | Q(recorded_at__gte=since.before))
    rows = [*new.values_list("id", flat=True), *events.values_list("contract_id", flat=True)]
    return np.unique(np.array(rows, np.int64))


def shelved(rows: Collection[int], cut: Cut) -> list[Shelved]:
    """Return loans by row as known at a cut, in order of row."""
    found = list(Contract.objects.filter(id__in=rows).order_by("id").values(*_FIELDS))
    events = _rows([row["id"] for row in found], cut)
    return [_shelved(row, events[row["id"]]) for row in found]


def _known(rows: range, cut: Cut) -> QuerySet[Contract]:
    return Contract.objects.filter(
        id__gte=rows.start, id__lt=rows.stop, id__lte=cut.contract, recorded_at__lt=cut.before
    )


def last_rows() -> tuple[int, int]:
    """Return the highest numbers of a contract and of an event there are; 0 where there are none."""
    contract = Contract.objects.order_by("-id").values_list("id", flat=True).first()
    event = Event.objects.order_by("-id").values_list("id", flat=True).first()
    return contract or 0, event or 0


def numbers_of(rows: Sequence[int]) -> dict[int, str]:
    """Return contract numbers by row number."""
    return dict(Contract.objects.filter(id__in=rows).values_list("id", "number"))


def known_numbers(numbers: Sequence[str]) -> set[str]:
    """Return those of some numbers that are contracts'."""
    return set(Contract.objects.filter(number__in=numbers).values_list("number", flat=True))


def row_number(contract: str) -> int:
    """Return the row number of a contract. Raises `BadInput` for a number that is not known."""
    return int(_row(contract)["id"])


def customer_of(contract: str) -> int:
    """Return the primary key of a contract's customer."""
    found = Contract.objects.filter(number=contract).values_list("customer_id", flat=True).first()
    if found is None:
        raise unknown_contract(contract)
    return found


def unknown_contract(number: str) -> BadInput:
    """Return the error of a contract number that is not known."""
    return BadInput("contract", f'"{number}"', "the number of a contract", code="unknown_contract")


def moved_on(contract: str, expected: int, found: int) -> Refused:
    """Return the refusal to act on a loan that has changed since it was looked at."""
    because = f"Contract {contract} has moved on: version {found} now, {expected} when it was read. Look again first."
    return Refused((Refusal("contract.moved_on", because, "what is previewed is what is committed"),))


def _row(number: str) -> dict[str, Any]:
    row = Contract.objects.filter(number=number).values(*_FIELDS).first()
    if row is None:
        raise unknown_contract(number)
    return dict(row)


def _loan(row: Mapping[str, Any]) -> Loan:
    return _read(row, _documents([row["id"]])[row["id"]])


def _documents(contracts: Sequence[int]) -> defaultdict[int, list[dict[str, Any]]]:
    """Return the events of contracts by row number, in order of recording; the first disbursement is none."""
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for contract, rows in _rows(contracts).items():
        found[contract] = [document_of(row) for row in rows]
    return found


def _rows(contracts: Sequence[int], cut: Cut | None = None) -> defaultdict[int, list[dict[str, Any]]]:
    """Return the rows of events by contract, in order of recording, as known at a cut."""
    rows = Event.objects.filter(contract__in=contracts).exclude(event_id=DISBURSED)
    if cut is not None:
        rows = rows.filter(id__lte=cut.event, recorded_at__lt=cut.before)
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.order_by("id").values("id", "contract_id", *FIELDS):
        found[row["contract_id"]].append(row)
    return found


def _is_known(row: int, recorded_at: datetime, last: int, before: datetime) -> bool:
    return row <= last and recorded_at < before


def _document(row: Mapping[str, Any], events: list[dict[str, Any]]) -> dict[str, Any]:
    document = {"contract": row["terms"], "events": events}
    return document if row["rules"] is None else document | {"rules": row["rules"]}


def _read(row: Mapping[str, Any], events: list[dict[str, Any]]) -> Loan:
    file = Case.read(_document(row, events)).file
    return Loan(row["number"], row["product_version__product__code"] or NO_PRODUCT, len(events), file)


def _shelved(row: Mapping[str, Any], events: Sequence[Mapping[str, Any]]) -> Shelved:
    try:
        loan = _read(row, [document_of(event) for event in events])
    except ReprieveError as error:
        return Shelved(row["id"], row["number"], row["recorded_at"], None, unreadable=str(error))
    numbers = tuple(event["id"] for event in events)
    return Shelved(row["id"], row["number"], row["recorded_at"], loan, numbers)
