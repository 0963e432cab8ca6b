"""Records events on one loan: reads, lets lending decide, posts what they did. Never computes an amount."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from reprieve.errors import BadInput, Refusal, Refused, Unsupported
from reprieve.lending.case import Case, position
from reprieve.lending.case_file import CaseFile
from reprieve.lending.event_kind import AnyEvent
from reprieve.lending.ledger import Entry, EventSource, entry_of, may_post
from reprieve.lending.movement import CONTRACT, AsKnown, Movement
from reprieve.lending.payment import pay
from reprieve.lending.posting import Amounts, movement_amounts, posting_table, recorded
from reprieve.lending.stored import with_payment
from reprieve.operations.command import Answer, Work
from reprieve.storage.contracts import Held, moved_on


@dataclass(frozen=True)
class Draft:
    """An event that has been read and tried on its loan, and not recorded: what each event then posts, by id."""

    held: Held
    before: CaseFile
    file: CaseFile
    amounts: Mapping[str, Amounts]
    position: Mapping[str, Any]
    movement: Movement | None = None
    """What the event did, where it comes after all that is known."""

    @property
    def event(self) -> AnyEvent:
        """The event."""
        return self.file.events[-1]

    @property
    def version(self) -> int:
        """The loan's version before the event."""
        return len(self.before.events)

    def posted(self) -> Amounts:
        """Return what the recording posts in sum, by account."""
        return {account: amount for account, amount in total(self.amounts).items() if amount}


def total(amounts: Mapping[str, Amounts]) -> Amounts:
    """Return the sum over events, by account."""
    sums: Amounts = {}
    for of_event in amounts.values():
        for account, amount in of_event.items():
            sums[account] = sums.get(account, 0) + amount
    return sums


def record(
    work: Work, contract: str, document: Mapping[str, Any], *, if_version: int | None = None, reference: str = ""
) -> Answer:
    """Record an event, post what it did, and return the answer of every command that records one."""
    return keep(work, draft(work, contract, document, if_version=if_version), reference=reference)


def draft(work: Work, contract: str, document: Mapping[str, Any], *, if_version: int | None = None) -> Draft:
    """Return an event tried on its loan, which is held until the transaction ends.

    Raises `BadInput` or `Unsupported` for an event that cannot be, with paths of the event itself; `Refused` where the
    loan has moved on since `if_version`.
    """
    held = work.hold(contract)
    events = held.document["events"]
    if if_version is not None and if_version != len(events):
        raise moved_on(contract, if_version, len(events))
    on = document.get("on") or work.today
    event = {**document, "id": f"{len(events) + 1:06}", "on": on, "recorded_at": work.now}
    file = _read(held.document, event)
    if file.events[-1].on > work.today:
        raise BadInput("on", file.events[-1].on.isoformat(), f"a day up to the open day, {work.today}", code="future")
    before = file.model_copy(update={"events": file.events[:-1]})
    return _tried(held, before, file, work.today)


def _tried(held: Held, before: CaseFile, file: CaseFile, today: date) -> Draft:
    try:
        paid = pay(file, today)
        if paid is not None:
            amounts = movement_amounts(paid.movement, posting_table())
            return Draft(held, before, file, {paid.movement.event: amounts}, paid.position, paid.movement)
        amounts_of = recorded(AsKnown.of(before, today), AsKnown.of(file, today), posting_table())
        return Draft(held, before, file, amounts_of, position(Case(file), today).to_dict())
    except Unsupported as error:
        raise _of_event(error, len(before.events)) from None


def keep(work: Work, drafted: Draft, *, reference: str = "") -> Answer:
    """Record a drafted event with its entries, and return the answer."""
    entries = _entries(work, drafted.held, drafted.file, drafted.amounts)
    drafted.held.add(drafted.event, entries, recorded_by=work.user, reference=reference)
    return _answer(drafted)


def keep_last(work: Work, drafted: Draft, *, reference: str = "") -> Answer:
    """Have a drafted event recorded together with the answer, which is returned: nothing may ask for it before."""
    entries = _entries(work, drafted.held, drafted.file, drafted.amounts)
    added = drafted.held.added(drafted.event, entries, recorded_by=work.user, reference=reference)
    work.unwritten.append(added)
    return _answer(drafted)


def _answer(drafted: Draft) -> Answer:
    return {
        "contract": drafted.held.number, "version": drafted.version + 1,
        "event": drafted.event.model_dump(mode="json", by_alias=True, exclude_none=True), "posted": drafted.posted(),
        "position": dict(drafted.position),
    }  # fmt: skip


def post(work: Work, held: Held, file: CaseFile, amounts: Mapping[str, Amounts]) -> None:
    """Post amounts by event on the open day, each with its event's own value day."""
    work.journal.post(_entries(work, held, file, amounts))


def _entries(work: Work, held: Held, file: CaseFile, amounts: Mapping[str, Amounts]) -> list[Entry]:
    """Return the entries of amounts by event. Raises `Refused` where the open day lies in a locked month."""
    refusal = may_post(work.today, work.locked_until)
    if refusal is not None:
        raise Refused((refusal,))
    days = {CONTRACT: file.contract.disbursed_on, **{event.id: event.on for event in file.events}}
    entries = [
        entry_of(
            of_event, EventSource(held.number, event), posted_on=work.today, value_on=days[event],
            product=held.product, currency=file.contract.currency,
        )
        for event, of_event in amounts.items()
    ]  # fmt: skip
    return [entry for entry in entries if entry is not None]


def first_amounts(file: CaseFile, today: date) -> dict[str, Amounts]:
    """Return what a new contract posts: its disbursement and every event it comes with."""
    return recorded(None, AsKnown.of(file, today), posting_table())


def refuse(rule: str, because: str, source: str = "the lender's procedure") -> Refused:
    """Return a business no, to be raised."""
    return Refused((Refusal(rule, because, source),))


def _read(stored: Mapping[str, Any], event: Mapping[str, Any]) -> CaseFile:
    """Return the case file with one more event; faults are told with paths of that event alone."""
    place = len(stored["events"])
    quickly = with_payment(stored, event)
    if quickly is not None:
        return quickly
    try:
        return Case.read({**stored, "events": [*stored["events"], event]}).file
    except (BadInput, Unsupported) as error:
        raise _of_event(error, place) from None


def _of_event(error: BadInput | Unsupported, place: int) -> BadInput | Unsupported:
    """Return an error of a whole case as one of the event alone: `$.events[3].amount` becomes `amount`."""
    prefix = f"$.events[{place}]."
    if not error.path.startswith(prefix):
        return error
    path = error.path.removeprefix(prefix)
    sentence = error.sentence.replace(prefix, "")
    if isinstance(error, Unsupported):
        return Unsupported(path, error.found, error.allowed, sentence, error.code)
    others = tuple(
        BadInput(one.path.removeprefix(prefix), one.found, one.allowed, one.sentence.replace(prefix, ""), one.code)
        for one in error.errors
    )
    return BadInput(path, error.found, error.allowed, sentence, error.code, others)
