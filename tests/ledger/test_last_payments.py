"""Payments made many at once are, value for value, what each would be by itself; of the others nothing is said."""

import random
from datetime import UTC, datetime

import numpy as np
import pytest

from reprieve.errors import ReprieveError
from reprieve.lending.case_file import CaseFile
from reprieve.lending.columns import day_number, to_date
from reprieve.lending.last_payments import Payments, name_of, pay_last
from reprieve.lending.payment import pay
from reprieve.lending.posting import movement_amounts, posting_table
from reprieve.lending.posting_columns import accounts
from reprieve.lending.stored import with_payment
from tests.ledger.kept import kept, micros
from tests.operations.test_joined import files

pytestmark = pytest.mark.fast
LATE = datetime(2290, 1, 1, tzinfo=UTC)
FIRST_ROW = 10**9


def last_day(file):
    return max([file.contract.disbursed_on, *(event.on for event in file.events)])


def drawn(found, seed, *, most=3):
    """Payments of some loans, in mixed order: each of a day at or after its loan's last, now and then one before."""
    rng = random.Random(seed)
    asked = []
    for loan, file in enumerate(found, 1):
        days = sorted(rng.choice([0, 0, 1, 30, 400]) for _ in range(rng.randint(0, most)))
        if rng.random() < 0.1:
            days = [-400, *days]
        start = day_number(last_day(file))
        asked += [(loan, start + days_on, rng.choice([1, 73_344, rng.randint(1, 10**6)])) for days_on in days]
    rng.shuffle(asked)
    return sorted(asked, key=lambda one: one[1])


def made(found, asked, today):
    contracts, events = kept(found)
    loan, on, amount = (np.array(column, np.int64) for column in zip(*asked, strict=True))
    payments = Payments(np.arange(len(asked)) + FIRST_ROW, loan, on, amount, micros(LATE))
    return pay_last(contracts, events, payments, today=today, table=posting_table())


def one_by_one(file, asked, today):
    """What each payment of a loan posts, and whether the loan is paid off; nothing where one of them cannot be."""
    posted, position = [], {}
    for on, amount in asked:
        document = file.model_dump(mode="json", by_alias=True, exclude_none=True)
        event = {
            "kind": "payment", "id": name_of(len(file.events) + 1), "on": to_date(on), "amount": amount,
            "recorded_at": LATE, "order": 0, "direct_to": "oldest",
        }  # fmt: skip
        read = with_payment(document, event)
        paid = None if read is None else pay(read, to_date(today))
        if paid is None:
            return None
        file, position = read, paid.position
        posted.append(
            {name: value for name, value in movement_amounts(paid.movement, posting_table()).items() if value}
        )
    return posted, position["status"] == "closed"


@pytest.mark.parametrize("seed", range(3))
def test_payments_at_once_are_what_they_are_one_by_one(seed):
    found = files(60, seed)
    asked = drawn(found, seed)
    today = max(on for _, on, _ in asked) + 5
    done = made(found, asked, today)
    names, sure = accounts(posting_table()), dict(zip(done.place.tolist(), range(len(done.place)), strict=True))
    said = could = 0
    for loan, file in enumerate(found, 1):
        own = [place for place, one in enumerate(asked) if one[0] == loan]
        try:
            alone = one_by_one(file, [asked[place][1:] for place in own], today) if own else ([], False)
        except ReprieveError:
            alone = None
        assert {place in sure for place in own} != {True, False}, "all of a loan's payments, or none"
        if alone is None:
            assert not sure.keys() & set(own)
            continue
        posted, is_closed = alone
        could += len(own)
        for turn, place in enumerate(place for place in own if place in sure):
            at = sure[place]
            amounts = zip(names, done.amounts[:, at].tolist(), strict=True)
            assert {name: amount for name, amount in amounts if amount} == posted[turn]
            assert done.number[at] == len(file.events) + turn + 1
            assert done.is_closed[at] == is_closed
            said += 1
    assert said > 0.8 * could, f"{said} of {could} that could be made were made at once"


def test_what_comes_before_something_known_is_left_to_be_tried_by_itself():
    found = [file for file in files(20, 4) if file.events]
    early = [(loan, day_number(last_day(file)) - 1, 100) for loan, file in enumerate(found, 1)]
    today = max(on for _, on, _ in early) + 5
    assert not len(made(found, early, today).place)
    far = [(1, day_number(last_day(found[0])) + 1, 100), (2, today + 1, 100)]
    assert made(found, far, today).place.tolist() == [0]


def test_what_becomes_known_at_the_same_instant_or_later_is_left_to_be_tried_by_itself():
    found = [file for file in files(20, 4) if file.events]
    asked = [(loan, day_number(last_day(file)) + 1, 100) for loan, file in enumerate(found, 1)]
    contracts, events = kept(found)
    loan, on, amount = (np.array(column, np.int64) for column in zip(*asked, strict=True))
    seen = int(events["seen"].to_numpy().max())
    payments = Payments(np.arange(len(asked)) + FIRST_ROW, loan, on, amount, seen)
    done = pay_last(contracts, events, payments, today=int(on.max()), table=posting_table())
    latest = {
        row for row, at in zip(events["contract"].to_pylist(), events["seen"].to_pylist(), strict=True) if at >= seen
    }
    assert latest
    assert not latest & {asked[place][0] for place in done.place.tolist()}
    assert len(done.place)


def test_a_loan_that_may_be_too_large_for_the_kernel_is_left_to_be_tried_by_itself():
    [file] = [CaseFile.model_validate(document) for document in [_large()]]
    asked = [(1, day_number(last_day(file)) + 1, 100)]
    assert made([file], asked, asked[0][1] + 1).place.tolist() == []
    small = file.model_copy(update={"contract": file.contract.model_copy(update={"principal": 800_000})})
    assert made([small], asked, asked[0][1] + 1).place.tolist() == [0]


def _large():
    from tests.case_file.examples import eight_thousand

    document = eight_thousand()
    document["contract"] |= {"principal": 10**11}
    return document | {"events": []}
