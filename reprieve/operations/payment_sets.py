"""Takes payments in sets: read, asked and written by column. What might be refused is left to be taken one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np
import pyarrow as pa

from reprieve.lending.columns import day_number, to_date
from reprieve.lending.last_payments import Paid, Payments, name_of, pay_last
from reprieve.lending.ledger import may_post
from reprieve.lending.posting import posting_table
from reprieve.lending.posting_columns import accounts
from reprieve.operations.command import Answer, Work
from reprieve.storage.bank_lines import Money
from reprieve.storage.columns import contract_columns, event_columns, micros
from reprieve.storage.contracts import Cut, hold_rows
from reprieve.storage.payment_sets import PaymentRows, record_payments
from reprieve.storage.statements import next_rows

_ALL: Final = Cut(2**62, 2**62, datetime(9999, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Taken:
    """A payment that was recorded: its event's row, number and day, its contract's row, and whether that is paid."""

    row: int
    number: int
    on: int
    contract: int
    is_closed: bool

    @property
    def name(self) -> str:
        """The id of the event."""
        return name_of(self.number)


def told(contract: str, amount: int, taken: Taken) -> Answer:
    """Return what of a command's answer is told of a payment."""
    event = {"id": taken.name, "kind": "payment", "on": to_date(taken.on).isoformat(), "amount": amount}
    status = "closed" if taken.is_closed else "active"
    return {"contract": contract, "version": taken.number, "event": event, "position": {"status": status}}


def take_in_set(work: Work, paid: Sequence[tuple[str, Money]]) -> list[Taken | None]:
    """Take the money of some contracts, held from now on; return what was recorded of each, nothing where it was not.

    Recorded is what comes behind all else known of its contract, in the order given, and cannot be refused.
    """
    taken: list[Taken | None] = [None] * len(paid)
    held = hold_rows({number for number, _ in paid})
    if may_post(work.today, work.locked_until) is not None:
        return taken
    places = [place for place, (number, _) in enumerate(paid) if number in held]
    loans = np.array([held[paid[place][0]] for place in places], np.int64)
    rows = np.unique(loans)
    contracts = contract_columns(_span(rows), _ALL, rows) if len(rows) else None
    if contracts is None:
        return taken
    asked = _asked(work, loans, [paid[place][1] for place in places])
    events, today = event_columns(_span(rows), _ALL, rows), day_number(work.today)
    done = pay_last(contracts, events, asked, today=today, table=posting_table())
    _record(work, contracts, asked, done, [paid[place][1].key for place in places])
    at = done.place
    columns = (at, asked.row[at], done.number, asked.on[at], asked.loan[at], done.is_closed)
    for place, *one in zip(*(column.tolist() for column in columns), strict=True):
        taken[places[place]] = Taken(*one)
    return taken


def _span(rows: np.ndarray) -> range:
    return range(int(rows[0]), int(rows[-1]) + 1)


def _asked(work: Work, loans: np.ndarray, money: Sequence[Money]) -> Payments:
    on = np.array([day_number(min(one.booked_on, work.today)) for one in money], np.int64)
    amount = np.array([one.amount for one in money], np.int64)
    return Payments(np.array(next_rows("event", len(loans)), np.int64), loans, on, amount, micros(work.now))


def _record(work: Work, contracts: pa.Table, asked: Payments, done: Paid, keys: Sequence[str]) -> None:
    """Write the payments that were made."""
    at = done.place
    own = pa.array(np.searchsorted(contracts["row"].to_numpy(), asked.loan[at]))
    rows = PaymentRows(
        asked.row[at], asked.loan[at], [name_of(one) for one in done.number.tolist()], asked.on[at], asked.amount[at],
        [keys[place] for place in at.tolist()], _texts(contracts, "product", own), _texts(contracts, "currency", own),
        accounts(posting_table()), done.amounts,
    )  # fmt: skip
    record_payments(rows, posted_on=work.today, recorded_at=work.now, recorded_by=work.user)


def _texts(contracts: pa.Table, name: str, places: pa.Array) -> pa.Array:
    return contracts[name].combine_chunks().take(places).cast(pa.string())
