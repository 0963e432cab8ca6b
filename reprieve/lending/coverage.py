"""Which instalments a payment covers: what was left of each before it and after. Never allocates; the kernel does.

The kernel pays each component of what is due from the oldest instalment on. So what is left of a component is left of
the newest instalments, and what each claimed is what fell due on its day.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

import numpy as np

from reprieve.engine import batch
from reprieve.engine import records as rec
from reprieve.lending.case import Case, position, refuse, schedule
from reprieve.lending.case_file import CaseFile
from reprieve.lending.columns import book_of, day_number
from reprieve.lending.movement import AsKnown

PARTS: Final = ("principal", "interest", "fees")
"""The components of an instalment; penalty interest is told for the loan as a whole."""
_PLACES: Final = np.array([rec.O_DUE_PRINCIPAL, rec.O_DUE_INTEREST, rec.O_DUE_FEES])
_LATE_PLACES: Final = np.array([rec.O_ARREARS_PRINCIPAL, rec.O_ARREARS_INTEREST, rec.O_ARREARS_FEES])
_MOVE_DATES: Final = frozenset({"opening", "due_day_change", "pause", "moratorium", "restructure", "acceleration"})
"""Kinds of events after which instalments may fall due on other days than were signed."""


def instalments_covered(before: CaseFile, after: CaseFile, on: date) -> list[dict[str, Any]] | None:
    """Return the instalments that a payment of a day covers, oldest first, with what it pays of each by component.

    `before` is the loan without it, `after` with it. `left` is what stays unpaid of the instalment, penalty aside. What
    the payment covers beside these (penalty, what is not due yet, fees of no instalment) is not listed. Returns nothing
    where a payment was directed to the current instalment: older ones may then be left behind it.
    """
    if any(event.kind == "payment" and event.direct_to == "current" for event in after.events):
        return None
    known, paid = AsKnown.of(before, on).file, AsKnown.of(after, on).file
    [unpaid_then, unpaid_now] = _due([known, paid], [on, on])
    if not unpaid_then.any():
        return []
    days = _due_days(known, on)
    claims = _fallen_due(known, days)
    then, now = _spread(unpaid_then, claims), _spread(unpaid_now, claims)
    numbers = {row["due_on"]: row["number"] for row in schedule(Case(before))["instalments"]}
    return [
        {
            "number": numbers.get(day.isoformat()), "due_on": day.isoformat(),
            **dict(zip(PARTS, (then[place] - now[place]).tolist(), strict=True)), "left": int(now[place].sum()),
        }
        for place, day in enumerate(days)
        if (then[place] != now[place]).any()
    ]  # fmt: skip


def _due(files: Sequence[CaseFile], days: Sequence[date]) -> np.ndarray:
    """Return int64[files, 3]: what has fallen due and is unpaid of each component at the end of each file's day."""
    book = book_of(files)
    for error in batch.solve_instalments(book).tolist():
        refuse(error)
    rows = batch.positions(book, np.array([day_number(day) for day in days], np.int64))
    for error in rows[:, rec.O_ERROR].tolist():
        refuse(error)
    due: np.ndarray = rows[:, _PLACES] + rows[:, _LATE_PLACES]
    return due


def _due_days(file: CaseFile, on: date) -> list[date]:
    """Return the days up to one on which instalments fell due."""
    if not any(event.kind in _MOVE_DATES for event in file.events):
        rows = schedule(Case(file))["instalments"]
        return [day for row in rows if (day := date.fromisoformat(row["due_on"])) <= on]
    days: list[date] = []
    day = file.contract.disbursed_on - timedelta(1)
    while (following := _next_due(_until(file, day), max(day, file.contract.disbursed_on))) is not None:
        if following > on or following <= day:
            break
        days.append(following)
        day = following
    return days


def _next_due(file: CaseFile, on: date) -> date | None:
    found = position(Case(file), on)["next_due"]
    return None if found is None else date.fromisoformat(found["on"])


def _fallen_due(file: CaseFile, days: Sequence[date]) -> np.ndarray:
    """Return int64[days, 3]: what fell due on each day by component, less what held money paid of it at once."""
    eve = [day - timedelta(1) for day in days]
    files = [_until(file, day) for day in eve]
    fallen: np.ndarray = np.maximum(_due(files, days) - _due(files, eve), 0)
    return fallen


def _until(file: CaseFile, day: date) -> CaseFile:
    """Return a case file with the events up to a day."""
    return file.model_copy(update={"events": tuple(event for event in file.events if event.on <= day)})


def _spread(unpaid: np.ndarray, claims: np.ndarray) -> np.ndarray:
    """Return what is left of each instalment: the newest are left first, each up to what it claimed."""
    left = np.zeros_like(claims)
    rest = unpaid.copy()
    for place in range(len(claims) - 1, -1, -1):
        left[place] = np.minimum(claims[place], rest)
        rest -= left[place]
    return left
