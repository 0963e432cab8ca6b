"""The payments to come on a loan, if each is made in full on its day, whatever was agreed meanwhile. Computes no claim.

The kernel is asked day by day: what falls due next, and what that comes to once all before it was paid.
"""

from dataclasses import replace
from datetime import date
from typing import Any, Final

import numpy as np

from reprieve.engine import batch
from reprieve.engine import events as ev
from reprieve.engine import records as rec
from reprieve.engine.batch import Book
from reprieve.lending.case import Answer, Case, refuse
from reprieve.lending.columns import book_of, day_number, to_date
from reprieve.lending.limits import check_day
from reprieve.lending.movement import COMPONENTS, AsKnown

_FIELDS: Final = {name: place for place, name in enumerate(rec.POSITION_FIELDS)}


def remaining(case: Case, on: date) -> Answer:
    """Return what is owed already on a day, and each payment to come if that and each before it are paid in time.

    What was agreed up to that day counts, later events do not. `now` and each of `payments` hold the components and
    `total`, minor units; a payment has its day, `due_on`. Raises `Unsupported`.
    """
    known = AsKnown.of(case.file, on)
    file = known.file.model_copy(update={"events": tuple(event for event in known.file.events if event.on <= on)})
    book = book_of([file])
    refuse(int(batch.solve_instalments(book)[0]))
    day, now = day_number(on), None
    payments: list[dict[str, Any]] = []
    while day != -1:
        check_day(file, to_date(day))
        position = batch.positions(book, day)[0]
        refuse(int(position[rec.O_ERROR]))
        due = _due(position)
        if now is None:
            now = due
        elif due["total"]:
            payments.append({"due_on": to_date(day).isoformat(), **due})
        book = _paid(book, day, due["total"])
        following = int(position[rec.O_NEXT_DUE_ON])
        assert following == -1 or following > day, "what falls due next falls due later"
        day = following
    assert now is not None
    total = now["total"] + sum(payment["total"] for payment in payments)
    return Answer({"on": on.isoformat(), "now": now, "payments": payments, "total": total})


def _due(position: np.ndarray) -> dict[str, int]:
    """Return what has fallen due and is unpaid, by component.

    Where nothing falls due later, what has accrued meanwhile is owed with it.
    """
    parts = ("due", "arrears") if position[rec.O_NEXT_DUE_ON] != -1 else ("due", "arrears", "accrued")
    amounts = dict.fromkeys(COMPONENTS, 0)
    for part in parts:
        for component in COMPONENTS:
            place = _FIELDS.get(f"{part}_{component}")
            amounts[component] += 0 if place is None else int(position[place])
    return {**amounts, "total": sum(amounts.values())}


def _paid(book: Book, day: int, amount: int) -> Book:
    """Return a book of one with one payment more: behind all else, but for a charge-off of the same day."""
    if not amount:
        return book
    place = len(book.on)
    while place and book.on[place - 1] == day and book.kind[place - 1] == ev.CHARGE_OFF:
        place -= 1
    columns = {"on": day, "kind": ev.PAYMENT, "amount": amount, "argument": 0}
    events = {name: np.insert(getattr(book, name), place, value) for name, value in columns.items()}
    return replace(book, offsets=np.array([0, len(book.on) + 1], np.int64), **events)
