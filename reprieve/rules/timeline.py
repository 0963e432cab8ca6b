"""Ranges of days `[from, until)`, where a missing `until` has no end. Never looks at what holds in them."""

from datetime import date


def holds(from_: date, until: date | None, on: date) -> bool:
    """Return whether a range holds on a day: from its first day until the day before its last.

    >>> holds(date(2020, 8, 20), None, date(2020, 8, 20)), holds(date(2015, 9, 1), date(2020, 8, 20), date(2020, 8, 20))
    (True, False)
    """
    return from_ <= on and (until is None or on < until)


def meet(first: tuple[date, date | None], second: tuple[date, date | None]) -> bool:
    """Return whether two ranges share a day."""
    later, earlier = (first, second) if first[0] >= second[0] else (second, first)
    return holds(*earlier, later[0])


def edges(from_: date, until: date | None) -> tuple[date, ...]:
    """Return the days on which a range begins and has ended."""
    return (from_,) if until is None else (from_, until)
