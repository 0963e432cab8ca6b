"""What the pure layers ask of the outside: contracts, the journal, the outbox, the clock. Declares; never implements.

`storage` supplies them and `operations` hands them on, so that a test can supply plain lists instead.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from reprieve.errors import ReprieveError
from reprieve.lending.case_file import CaseFile
from reprieve.lending.event_kind import AnyEvent
from reprieve.lending.ledger import Entry, Source


@dataclass(frozen=True, slots=True)
class Loan:
    """A contract with its events, its product and a version that rises with every event recorded."""

    id: str
    product: str
    version: int
    file: CaseFile


class Contracts(Protocol):
    """The loans: their contracts and their events, which are only ever added to."""

    def get(self, contract: str) -> Loan:
        """Return a loan as all of it is known. Raises `BadInput` for an id that is not known."""

    def many(self, contracts: Sequence[str]) -> Iterator[Loan]:
        """Yield loans by id, in the order asked for, with one query."""

    def open(self, loan: Loan) -> None:
        """Add a new contract."""

    def record(self, contract: str, event: AnyEvent, *, version: int) -> Loan:
        """Add an event and return the loan with it. Raises where the loan has moved on since `version`."""


class Journal(Protocol):
    """The entries of the ledger, which are only ever added to."""

    def post(self, entries: Iterable[Entry], *, command: str) -> None:
        """Add entries in the transaction at hand. The same command posts once, however often it is tried."""

    def entries(self, *, product: str | None = None, upto: date | None = None) -> Iterator[Entry]:
        """Yield entries in order of posting."""

    def behind(self, source: Source) -> Iterator[Entry]:
        """Yield the entries of one source: an event, or a close of a product."""

    def locked_until(self) -> date | None:
        """Return the last day of the last locked month."""

    def balances(self, *, product: str | None = None, upto: date | None = None) -> dict[str, int]:
        """Return the balance of every account, debit positive, in minor units."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Something to be delivered once the transaction has been committed: a message, a file, a webhook."""

    key: str
    kind: str
    contract: str | None
    content: Any


class Outbox(Protocol):
    """What is to be delivered, written in the transaction that decides it."""

    def put(self, outgoing: Outgoing) -> None:
        """Add something to deliver; the same key is delivered once."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message ready to be sent: the same key on every try, so that a receiver can tell a repeat."""

    key: str
    address: str
    subject: str
    text: str
    language: str


class Sender(Protocol):
    """What carries messages of one channel to the outside."""

    def send(self, parcel: Parcel) -> None:
        """Send a message. Raises `Undelivered` where it did not arrive, or may not have."""


@dataclass(frozen=True, slots=True)
class Call:
    """A webhook ready to be posted: its body, and the keys that sign it, the newest first."""

    key: str
    url: str
    body: str
    signing_keys: tuple[str, ...]


class Caller(Protocol):
    """What posts webhooks."""

    def call(self, call: Call, now: datetime) -> None:
        """Post a webhook. Raises `Undelivered` where it was not taken."""


class Undelivered(ReprieveError):
    """Something that did not arrive. `is_final` says that trying again is of no use, `is_gone` that nobody is there."""

    def __init__(self, because: str, *, is_final: bool = False, is_gone: bool = False) -> None:
        super().__init__(because)
        self.because = because
        self.is_final = is_final or is_gone
        self.is_gone = is_gone


class Clock(Protocol):
    """The time, and the business date, which in a sandbox is a setting."""

    def now(self) -> datetime:
        """Return the instant, UTC."""

    def business_date(self) -> date:
        """Return the day that is open."""
