"""A batch is its loans, whatever the order of recording, the shards or the threads; large loans stay quick."""

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

import reprieve
from reprieve.engine import batch
from reprieve.engine import records as rec
from reprieve.engine import terms as term
from reprieve.errors import ReprieveError
from reprieve.lending.case import Case, shape
from reprieve.lending.case_file import CaseFile
from reprieve.lending.columns import book_of, day_number
from tests.engine.loans import after, loan, paid, position
from tests.histories.generator import draft, moments

SEED = 20260115
LOANS = 150


def some_loans(count: int) -> list[tuple[CaseFile, date]]:
    """Random lives that are read, each with a day to ask about."""
    found: list[tuple[CaseFile, date]] = []
    number = 0
    while len(found) < count:
        rng = random.Random(f"{SEED}:{number}")
        number += 1
        document = draft(rng).case
        try:
            found.append((Case.read(document).file, moments(document, rng)[0][0]))
        except ReprieveError:
            continue
    return found


@pytest.fixture(name="loans", scope="module")
def _loans() -> list[tuple[CaseFile, date]]:
    return some_loans(LOANS)


def solved(files: list[CaseFile]) -> batch.Book:
    book = book_of(files)
    batch.solve_instalments(book)
    return book


def days_of(loans: list[tuple[CaseFile, date]]) -> np.ndarray:
    return np.array([day_number(day) for _, day in loans], np.int64)


@pytest.fixture(name="whole", scope="module")
def _whole(loans: list[tuple[CaseFile, date]]) -> np.ndarray:
    return batch.positions(solved([file for file, _ in loans]), days_of(loans))


def test_a_batch_is_its_loans_one_by_one(loans, whole):
    for (file, day), expected in zip(loans, whole, strict=True):
        alone = batch.positions(solved([file]), day_number(day))
        assert alone.shape == (1, rec.POSITION_WIDTH)
        assert alone[0].tolist() == expected.tolist()


def test_the_front_door_says_what_the_batch_says(loans, whole):
    asked = 0
    for (file, day), expected in zip(loans, whole, strict=True):
        if expected[rec.O_ERROR] == 0:
            asked += 1
            assert reprieve.position(Case(file), day).to_dict() == shape(expected.tolist(), day)
    assert asked > LOANS / 2


def test_the_schedules_of_a_batch_are_those_of_its_loans(loans):
    files = [file for file, _ in loans]
    found, places, errors = batch.schedules(solved(files))
    for place, file in enumerate(files):
        alone, _, error = batch.schedules(solved([file]))
        assert found[places[place] : places[place + 1]].tolist() == alone.tolist()
        assert errors[place] == error[0]


def test_the_order_of_loans_does_not_matter(loans, whole):
    turns = random.Random(SEED).sample(range(LOANS), LOANS)
    mixed = [loans[turn] for turn in turns]
    found = batch.positions(solved([file for file, _ in mixed]), days_of(mixed))
    assert found.tolist() == whole[turns].tolist()


def test_the_order_of_recording_does_not_matter(loans, whole):
    rng = random.Random(SEED)
    mixed = []
    for file, _ in loans:
        named = list(file.events)
        rng.shuffle(named)
        mixed.append(file.model_copy(update={"events": tuple(named)}))
    assert batch.positions(solved(mixed), days_of(loans)).tolist() == whole.tolist()


@pytest.mark.parametrize("cuts", [1, 2, 7, LOANS])
def test_any_split_into_shards_gives_the_same(loans, whole, cuts):
    edges = sorted(random.Random(cuts).sample(range(1, LOANS), cuts - 1))
    shards = [loans[start:end] for start, end in zip([0, *edges], [*edges, LOANS], strict=True)]
    parts = [batch.positions(solved([file for file, _ in shard]), days_of(shard)) for shard in shards]
    assert np.concatenate(parts).tolist() == whole.tolist()


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("block", [1, 17, LOANS - 1, LOANS, 16_384])
def test_threads_and_blocks_change_nothing(loans, whole, monkeypatch, threads, block):
    monkeypatch.setattr(batch, "BLOCK", block)
    book = solved([file for file, _ in loans])
    assert batch.positions(book, days_of(loans), threads=threads).tolist() == whole.tolist()


def test_looking_leaves_the_book_as_it_was(loans):
    book = solved([file for file, _ in loans])
    before = {name: getattr(book, name).copy() for name in vars(book)}
    batch.positions(book, days_of(loans))
    batch.schedules(book)
    assert all(np.array_equal(array, getattr(book, name)) for name, array in before.items())


def test_one_day_for_all_is_that_day_for_each(loans):
    book = solved([file for file, _ in loans])
    day = day_number(date(2026, 6, 30))
    assert batch.positions(book, day).tolist() == batch.positions(book, np.full(LOANS, day)).tolist()


def test_an_empty_batch_has_no_positions_and_no_rows():
    book = book_of([])
    assert len(book) == 0
    assert book.terms.shape == (0, term.WIDTH)
    assert batch.positions(book, 0).shape == batch.positions(book, 0, threads=4).shape == (0, rec.POSITION_WIDTH)
    rows, places, errors = batch.schedules(book)
    assert (rows.shape, places.tolist(), errors.tolist()) == ((0, 5), [0], [])
    assert batch.solve_instalments(book).tolist() == []


def test_before_its_disbursement_a_loan_owes_nothing():
    book = solved([Case.read(loan()).file])
    found = batch.positions(book, day_number(date(2026, 1, 14)))[0].tolist()
    assert shape(found, date(2026, 1, 14))["outstanding"]["total"] == 0
    assert shape(found, date(2026, 1, 14))["next_due"] is None


def test_loans_beside_it_never_touch_a_loan():
    large = loan(*[paid(after("2026-02-01", n), 5_000) for n in range(60)], instalments=60, annual_rate="0.36")
    small = loan()
    files = [Case.read(document).file for document in (small, large, small)]
    found = batch.positions(solved(files), day_number(date(2026, 5, 1)))
    assert found[0].tolist() == found[2].tolist()
    assert shape(found[0].tolist(), date(2026, 5, 1)) | {"bucket": "61-90"} == position(small, "2026-05-01")


def test_a_book_cut_in_place_is_the_same_book(loans, whole):
    book = solved([file for file, _ in loans])
    start, end = 50, 100
    cut = replace(book, terms=book.terms[start:end], offsets=book.offsets[start : end + 1])
    assert batch.positions(cut, days_of(loans)[start:end]).tolist() == whole[start:end].tolist()


def many_payments(count: int, surplus: str) -> dict[str, Any]:
    """A loan of thirty years with so many small payments, several on some days."""
    first = date(2026, 1, 20)
    payments = [paid(first + timedelta(n), 20 + n % 7, order=n) for n in range(count)]
    return loan(*payments, principal=10**8, instalments=360, annual_rate="0.05", surplus=surplus, tolerance=10**6)


def test_ten_thousand_events_on_one_loan_conserve_money():
    count = 10_000
    document = many_payments(count, "hold")
    total = sum(event["amount"] for event in document["events"])
    free = document | {"contract": document["contract"] | {"annual_rate": "0", "penalty": None}}
    found = position(free, after("2026-01-20", count))
    assert found["outstanding"]["total"] - found["held"] == 10**8 - total


def test_six_hundred_instalments_paid_one_by_one_leave_nothing():
    document = loan(instalments=600, annual_rate="0.06")
    rows = reprieve.schedule(Case.read(document))["instalments"]
    document["events"] = [paid(row["due_on"], row["due"]) for row in rows]
    found = position(document, rows[-1]["due_on"])
    assert (found["status"], found["outstanding"]["total"], found["held"], found["payoff"]) == ("closed", 0, 0, 0)
    halfway = position(document, rows[299]["due_on"])
    assert halfway["not_due"]["principal"] == rows[299]["balance"]
    assert (halfway["days_past_due"], halfway["due"]["total"]) == (0, 0)


def test_six_hundred_instalments_never_paid_are_all_in_arrears():
    document = loan(instalments=600, annual_rate="0.06")
    found = position(document, "2076-02-15")
    assert (found["arrears"]["principal"], found["not_due"]["principal"]) == (800_000, 0)
    assert found["days_past_due"] == (date(2076, 2, 15) - date(2026, 2, 15)).days
