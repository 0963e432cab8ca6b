"""What one event did to a loan's position, and what grew between events. Asks the kernel; never computes a balance.

The movement of an event is the position on its day with it less the position without it, later events left out. What
movements do not explain has grown: interest, penalty, fees fallen due. Movements and growth sum to the position.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final

import numpy as np

from reprieve.engine import batch, money
from reprieve.engine import records as rec
from reprieve.engine import terms as term
from reprieve.lending.case import refuse
from reprieve.lending.case_file import CaseFile
from reprieve.lending.columns import book_of, day_number, known_events
from reprieve.lending.contract import Contract
from reprieve.lending.event import Refund
from reprieve.lending.field import end_of

COMPONENTS: Final = ("principal", "interest", "penalty", "fees")
BALANCES: Final = tuple(name for name in rec.POSITION_FIELDS if name == "held" or name.rpartition("_")[2] in COMPONENTS)
"""The figures of a position that are balances: one a part and component, and held money."""
COMPONENT_OF: Final = {name: name.rpartition("_")[2] for name in BALANCES if name != "held"}
PLACES: Final = np.array([rec.POSITION_FIELDS.index(name) for name in BALANCES])
"""Where the balances stand in a row of positions."""
CONTRACT: Final = "contract"
"""The name of the first disbursement, which is no event of its own."""

Balances = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Movement:
    """What one event did: money in (out is negative), and the change of every balance, minor units."""

    event: str
    kind: str
    on: date
    cash: int
    change: Balances
    third_party: int = 0

    def by_component(self) -> dict[str, int]:
        """Return the change of the claims by component; held money is left out."""
        return by_component(self.change)


def by_component(change: Balances) -> dict[str, int]:
    """Return balances summed over the parts, by component; held money is left out."""
    sums = dict.fromkeys(COMPONENTS, 0)
    for name, amount in change.items():
        if name != "held":
            sums[COMPONENT_OF[name]] += amount
    return sums


@dataclass(frozen=True, slots=True)
class AsKnown:
    """A case as far as it was known, and the day that is asked about; its events lie in replay order."""

    file: CaseFile
    on: date

    @classmethod
    def of(cls, file: CaseFile, on: date, known_on: date | None = None) -> "AsKnown":
        """Return a case as known at the end of the (UTC) day `known_on`; voided payments are left out."""
        return cls(_with(file, known_events(file, known_on)), on)


def balances_on(known: AsKnown) -> dict[str, int]:
    """Return the balances of a loan at the end of the day; all zero before an opening."""
    opened = next((event.on for event in known.file.events if event.kind == "opening"), None)
    if opened is not None and known.on < opened:
        return dict.fromkeys(BALANCES, 0)
    [balances] = _positions([known.file], [known.on])
    return balances


def movements(known: AsKnown, since: int = 0) -> tuple[Movement, ...]:
    """Return the movement of the first disbursement and of every event up to the day, in replay order.

    `since` above 0 leaves out the disbursement and that many events from the start, which are posted already.
    """
    file, contract = known.file, known.file.contract
    events = [event for event in file.events if event.on <= known.on]
    files = {count: _with(file, events[:count]) for count in range(since, len(events) + 1)}
    asked = [(files[place + step], events[place].on) for place in range(since, len(events)) for step in (0, 1)]
    is_opening = bool(events) and events[0].kind == "opening"
    is_paid_out = not since and not is_opening and known.on >= contract.disbursed_on
    start = [(files[0], contract.disbursed_on)] if is_paid_out else []
    if not start and not asked:
        return ()
    answers = iter(_positions(*zip(*start, *asked, strict=True)))
    moved = [_first(contract, next(answers))] if is_paid_out else []
    by_id = {event.id: event for event in events}
    for event in events[since:]:
        before, after = next(answers), next(answers)
        if event.kind == "opening":
            before = dict.fromkeys(BALANCES, 0)
        change = less(after, before)
        moved.append(Movement(event.id, event.kind, event.on, _cash(event, change, by_id), change))
    return tuple(moved)


def growth(known: AsKnown) -> dict[str, int]:
    """Return what has grown up to the end of the day: the position less every movement."""
    grown = balances_on(known)
    for movement in movements(known):
        grown = less(grown, movement.change)
    return grown


def held_applied(known: AsKnown) -> dict[str, int]:
    """Return what held money has paid of each component up to the end of the day, without any event's doing.

    Held money pays what falls due. For each day on which it did, the kernel is asked a what-if: had the money been
    given back the day before, this much more would be owed.
    """
    start = known.file.contract.disbursed_on
    days = sorted({start, *(event.on for event in known.file.events if event.on < known.on)})
    sums = dict.fromkeys(COMPONENTS, 0)
    for first, last in pairwise([*days, known.on]):
        if first < last:
            file = _with(known.file, [event for event in known.file.events if event.on <= first])
            for day in _days_held_fell(file, first, last):
                for component, amount in _paid_by_held(file, day).items():
                    sums[component] += amount
    return sums


def _days_held_fell(file: CaseFile, first: date, last: date) -> list[date]:
    """Return the days in `(first, last]` on which held money was used, found by halving the stretch."""
    at_first, at_last = (balances["held"] for balances in _positions([file, file], [first, last]))
    if at_first <= at_last:
        return []
    if (last - first).days == 1:
        return [last]
    middle = first + (last - first) // 2
    return _days_held_fell(file, first, middle) + _days_held_fell(file, middle, last)


def _paid_by_held(file: CaseFile, on: date) -> dict[str, int]:
    """Return what held money paid on a day, by component: what would be owed more without it."""
    before = on - timedelta(1)
    held = _positions([file], [before])[0]["held"]
    back = Refund(id="~held", on=before, recorded_at=end_of(before), order=10**6, kind="refund", amount=held)
    [as_is, without] = _positions([file, _with(file, [*file.events, back])], [on, on])
    return by_component(less(without, as_is))


def less(after: Balances, before: Balances) -> dict[str, int]:
    """Return one set of balances less another."""
    return {name: after[name] - before[name] for name in BALANCES}


def _with(file: CaseFile, events: Sequence[Any]) -> CaseFile:
    """Return a case file with other events; they have been checked already."""
    return file.model_copy(update={"events": tuple(events)})


def _positions(files: Sequence[CaseFile], days: Sequence[date]) -> list[dict[str, int]]:
    """Return the balances of each file on its day, in one batch."""
    book = book_of(files)
    for error in batch.solve_instalments(book).tolist():
        refuse(error)
    rows = batch.positions(book, np.array([day_number(day) for day in days], np.int64))
    for error in rows[:, rec.O_ERROR].tolist():
        refuse(error)
    return [dict(zip(BALANCES, row, strict=True)) for row in rows[:, PLACES].tolist()]


def _first(contract: Contract, after: Balances) -> Movement:
    """Return the movement of the first disbursement: what is paid out is net of fees and down payment."""
    fees = disbursement_fees(contract)
    net = contract.principal - contract.down_payment
    net -= sum(amount for _, amount, collected in fees if collected != "financed")
    others = sum(amount for payee, amount, _ in fees if payee == "third_party")
    return Movement(CONTRACT, CONTRACT, contract.disbursed_on, -net, dict(after), others)


def disbursement_fees(contract: Contract) -> list[tuple[str, int, str]]:
    """Return payee, amount and way of collection of every fee at disbursement."""
    return [
        (fee.payee, _fee_amount(contract, fee), fee.collected) for fee in contract.fees if fee.when == "disbursement"
    ]


def _fee_amount(contract: Contract, fee: Any) -> int:
    if fee.amount is not None:
        return int(fee.amount)
    share = int(fee.rate * term.RATE_UNIT)
    return money.multiply_divide(contract.principal, share, term.RATE_UNIT, money.ROUNDINGS[contract.rounding])


def _cash(event: Any, change: Balances, by_id: Mapping[str, Any]) -> int:
    """Return the money an event brought in; what went out is negative."""
    if event.kind == "payment":
        return int(event.amount)
    if event.kind == "reversal":
        return -int(by_id[event.of].amount)
    if event.kind == "disbursement":
        return -int(event.amount)
    if event.kind == "refund":
        return change["held"]
    if event.kind == "restructure":
        return sum(getattr(event.claims, component).paid for component in COMPONENTS)
    return 0
