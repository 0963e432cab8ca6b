"""What a payment does that comes after all else that is known of its loan. Asks the kernel once; computes no claim.

The same follows from `posting.recorded` and `case.position`, which take events in any order and ask for each figure by
itself; a test compares the two.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from reprieve.engine import batch
from reprieve.engine import records as rec
from reprieve.engine.batch import Book
from reprieve.lending.case import refuse, shape, with_bucket
from reprieve.lending.case_file import CaseFile
from reprieve.lending.columns import book_of, day_number, known_events
from reprieve.lending.limits import check_day
from reprieve.lending.movement import BALANCES, COMPONENTS, PLACES, Movement


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment's movement, and the position that it leaves at the end of a day."""

    movement: Movement
    position: dict[str, Any]


def pay(file: CaseFile, today: date) -> Paid | None:
    """Return what the last event of a case file does, seen from a day not before it.

    Returns nothing for what is no payment, or where another event that is known comes after it. Raises `Unsupported`.
    """
    event = file.events[-1]
    if event.kind != "payment" or known_events(file, None)[-1] is not event:
        return None
    book = book_of([file])
    refuse(int(batch.solve_instalments(book)[0]))
    days = np.array([day_number(event.on), day_number(event.on), day_number(today)], np.int64)
    rows = batch.positions(_thrice(book), days)
    for error in rows[:, rec.O_ERROR].tolist():
        refuse(error)
    check_day(file, today)
    change = dict(zip(BALANCES, (rows[1] - rows[0])[PLACES].tolist(), strict=True))
    movement = Movement(event.id, event.kind, event.on, event.amount, change)
    return Paid(movement, with_bucket(file, shape(rows[2].tolist(), today)))


def covers(movement: Movement) -> dict[str, int]:
    """Return what a payment pays by component, what of it is held and what it costs; they sum to it."""
    paid = {component: -amount for component, amount in movement.by_component().items()}
    held = movement.change["held"]
    charged = movement.cash - held - sum(paid[component] for component in COMPONENTS)
    return {**paid, "held": held, "charged": charged}


def _thrice(book: Book) -> Book:
    """Return a book of one as a book of three: the loan without its last event, and twice with it."""
    count = len(book.on)
    events = {
        name: np.concatenate([column[:-1], column, column])
        for name, column in (("on", book.on), ("kind", book.kind), ("amount", book.amount), ("argument", book.argument))
    }
    offsets = np.array([0, count - 1, 2 * count - 1, 3 * count - 1], np.int64)
    return replace(book, terms=np.repeat(book.terms, 3, axis=0), offsets=offsets, **events)
