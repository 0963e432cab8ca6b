"""A payment that comes last, asked in one go: the same movement and position as event by event, figure by figure."""

from datetime import date, timedelta

import pytest

from reprieve.errors import ReprieveError, Unsupported
from reprieve.lending.case import Case, position
from reprieve.lending.movement import AsKnown
from reprieve.lending.payment import covers, pay
from reprieve.lending.posting import movement_amounts, posting_table, recorded
from tests.histories.agreement import history

pytestmark = pytest.mark.fast

SEED = 20_261_125
HISTORIES = 40


def endings():
    """Each history up to each of its payments, that payment last; those whose claims nobody filled in are left out."""
    for number in range(HISTORIES):
        case, _ = history(SEED, number)
        try:
            file = Case.read({key: case[key] for key in ("contract", "events", "rules") if key in case}).file
        except ReprieveError:
            continue
        events = AsKnown.of(file, date.max).file.events
        for place, event in enumerate(events):
            if event.kind == "payment":
                yield number, file.model_copy(update={"events": events[: place + 1]})


def slowly(file, today):
    """What follows by the functions that take any event."""
    before = file.model_copy(update={"events": file.events[:-1]})
    amounts = recorded(AsKnown.of(before, today), AsKnown.of(file, today), posting_table())
    return amounts, position(Case(file), today).to_dict()


def at_once(file, today):
    """What follows by asking once."""
    paid = pay(file, today)
    assert paid is not None, "the payment comes last"
    assert sum(covers(paid.movement).values()) == file.events[-1].amount
    return {paid.movement.event: movement_amounts(paid.movement, posting_table())}, paid.position


def outcome(ask, file, today):
    """An answer, or how it was refused."""
    try:
        return ask(file, today)
    except Unsupported as error:
        return error.path, str(error)


def test_asking_once_gives_what_asking_event_by_event_gives():
    asked = 0
    for number, file in endings():
        for later in (0, 9):
            today = file.events[-1].on + timedelta(later)
            assert outcome(at_once, file, today) == outcome(slowly, file, today), f"history {number} of {SEED}, {today}"
            asked += 1
    assert asked > 150, "the histories hold payments"


def test_what_does_not_come_last_is_left_to_the_others():
    file = Case.read({
        "contract": history(SEED, 1)[0]["contract"],
        "events": [
            {"id": "late", "kind": "fee", "name": "notice", "on": "2100-01-02", "amount": 5},
            {"id": "early", "kind": "payment", "on": "2100-01-01", "amount": 5},
        ],
    }).file  # fmt: skip
    assert pay(file, date(2100, 1, 2)) is None
    assert pay(file.model_copy(update={"events": file.events[:1]}), date(2100, 1, 2)) is None
