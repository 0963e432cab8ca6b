"""A stored case file with one payment more: the same as reading the whole again, or left to that reading."""

from datetime import timedelta

import pytest

from reprieve.lending.case import Case
from reprieve.lending.stored import with_payment
from tests.lending.test_payment import endings

pytestmark = pytest.mark.fast


def split(file):
    """A file as it is stored without its last event, and that event as a command asks for it."""
    document = file.model_dump(mode="json", by_alias=True, exclude_none=True)
    *stored, event = document["events"]
    return {**document, "events": stored}, {**event, "on": file.events[-1].on}


def test_a_payment_more_is_what_reading_the_whole_gives():
    asked, kinds = 0, set()
    for number, file in endings():
        stored, event = split(file)
        whole = Case.read({**stored, "events": [*stored["events"], event]}).file
        found = with_payment(stored, event)
        assert found == whole, f"history {number}"
        assert [type(one) for one in found.events] == [type(one) for one in whole.events]
        assert found.model_dump(mode="json", by_alias=True) == whole.model_dump(mode="json", by_alias=True)
        asked += 1
        kinds |= {one.kind for one in file.events}
    assert asked > 100
    assert len(kinds) > 8


def test_what_might_not_be_is_left_to_the_whole_reading():
    [stored, event] = split(next(file for number, file in endings() if len(file.events) > 2))
    assert with_payment(stored, event) is not None
    before = Case.read(stored).file.contract.disbursed_on - timedelta(1)
    changes = [
        {"amount": 0}, {"amount": True}, {"amount": "5"}, {"amount": 10**16}, {"on": "2026-02-30"}, {"on": before},
        {"direct_to": "me"}, {"payer": ""}, {"kind": "fee"}, {"id": stored["events"][0]["id"]}, {"purpose": "x"},
    ]  # fmt: skip
    for change in changes:
        assert with_payment(stored, {**event, **change}) is None, change


def test_nothing_is_paid_before_a_loan_was_taken_over():
    file = next(file for _, file in endings() if file.events[0].kind == "opening")
    stored, event = split(file)
    early = file.events[0].on - timedelta(1)
    assert with_payment(stored, {**event, "on": early}) is None
    assert with_payment(stored, {**event, "on": file.events[0].on}) is not None
