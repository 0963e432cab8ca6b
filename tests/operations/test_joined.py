"""Books taken apart and put together again are value for value what is built at once."""

import random
from dataclasses import fields

import numpy as np
import pytest

import reprieve
from reprieve.engine.batch import Book
from reprieve.errors import ReprieveError
from reprieve.lending.columns import book_of
from reprieve.lending.joined import stacked, taken
from tests.histories.generator import case

pytestmark = pytest.mark.fast


def files(count, seed):
    """Random cases of every kind, some with due dates that roll by one calendar or another."""
    rng, found = random.Random(seed), []
    while len(found) < count:
        document = case(rng)
        if rng.random() < 0.3:
            calendar = rng.choice(["cn", "us", "gb"])
            document["contract"]["roll"] = {"calendar": calendar, "to": "following", "interest": "unadjusted"}
        try:
            file = reprieve.Case.read(document).file
            book_of([file])
        except ReprieveError:
            continue
        found.append(file)
    return found


def differing(one: Book, other: Book) -> list[str]:
    names = [field.name for field in fields(Book)]
    return [
        name for name in names
        if getattr(one, name).dtype != getattr(other, name).dtype
        or not np.array_equal(getattr(one, name), getattr(other, name))
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_loans_taken_from_a_book_are_those_of_a_book_of_them(seed):
    found = files(40, seed)
    whole, rng = book_of(found), random.Random(seed)
    for count in (0, 1, 7, 40):
        places = rng.sample(range(40), count)
        wanted = book_of([found[place] for place in places])
        assert differing(taken(whole, np.array(places, np.int64)), wanted) == []


@pytest.mark.parametrize("seed", range(4))
def test_books_stacked_and_taken_in_another_order_are_a_book_built_at_once(seed):
    found, rng = files(40, seed), random.Random(seed)
    cuts = sorted(rng.sample(range(1, 40), 2))
    parts = [found[: cuts[0]], found[cuts[0] : cuts[1]], [], found[cuts[1] :]]
    order = rng.sample(range(40), 40)
    joined = taken(stacked([book_of(part) for part in parts]), np.array(order, np.int64))
    assert differing(joined, book_of([found[place] for place in order])) == []
