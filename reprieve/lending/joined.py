"""Books put together and taken apart: columns of some loans out of several books. Never changes what a loan says.

A book has one layout (`lending.columns.book_of`): side tables in order of their loans, rows of openings after those of
contracts, calendars in order of first use. What comes out here has it too, so it can be compared value for value.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from reprieve.engine import events as ev
from reprieve.engine import terms as term
from reprieve.engine.batch import NO_CALENDAR, Book

_TABLES: Final = (
    ("rows", term.ROWS_AT, term.ROWS_N),
    ("fees", term.FEES_AT, term.FEES_N),
    ("ceilings", term.CEILINGS_AT, term.CEILINGS_N),
)
_WIDTHS: Final = np.zeros(len(ev.KINDS), np.int64)
"""How many extra fields each kind of event has."""
_WIDTHS[[ev.PAUSE, ev.MORATORIUM]] = ev.PAUSE_WIDTH
_WIDTHS[ev.OPENING] = ev.OPEN_WIDTH
_WIDTHS[ev.RESTRUCTURE] = ev.PLAN_WIDTH


def stacked(books: Sequence[Book]) -> Book:
    """Return the loans of books one after the other."""
    calendars, codes = _calendars(books)
    parts = []
    at = dict.fromkeys(("rows", "fees", "ceilings", "extra", "events"), 0)
    for book, code in zip(books, codes, strict=True):
        parts.append(_moved(book, at, code))
        for name in ("rows", "fees", "ceilings", "extra"):
            at[name] += len(getattr(book, name))
        at["events"] += len(book.on)
    columns = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("terms", "on", "kind", "amount", "argument", "rows", "fees", "ceilings", "extra")
    }
    offsets = np.concatenate([np.zeros(1, np.int64), *(part.offsets[1:] for part in parts)])
    return Book(offsets=offsets, calendars=calendars, **columns)


def taken(book: Book, loans: np.ndarray, kept: np.ndarray | None = None) -> Book:
    """Return the loans at some places of a book, in the order asked for; with `kept`, only those of their events.

    A returned payment's place among its loan's events is the caller's to set where some of them are left out.
    """
    terms = book.terms[loans]
    tables = {}
    for name, at, count in _TABLES:
        tables[name] = getattr(book, name)[spans(terms[:, at], terms[:, count])]
        terms[:, at] = _starts(terms[:, count])
    first, end = book.offsets[loans], book.offsets[loans + 1]
    if kept is not None:
        before = np.concatenate([np.zeros(1, np.int64), np.cumsum(kept)])
        first, end = before[first], before[end]
    events = spans(first, end - first)
    if kept is not None:
        events = np.flatnonzero(kept)[events]
    kind, argument = book.kind[events], book.argument[events]
    extra, argument = _extra(book.extra, kind, argument)
    tables["rows"] = np.concatenate([tables["rows"], _opening_rows(book, kind, argument, extra, len(tables["rows"]))])
    calendars = _used_calendars(book, terms)
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(end - first)])
    return Book(
        terms=terms, offsets=offsets, on=book.on[events], kind=kind, amount=book.amount[events], argument=argument,
        extra=extra, calendars=calendars, **tables,
    )  # fmt: skip


def spans(starts: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the places of stretches, one after the other."""
    total = int(counts.sum())
    places: np.ndarray = np.repeat(starts - _starts(counts), counts) + np.arange(total, dtype=np.int64)
    return places


def _moved(book: Book, at: dict[str, int], codes: np.ndarray) -> Book:
    """Return a book whose places in side tables are those it has behind other books."""
    terms, argument, extra = book.terms.copy(), book.argument.copy(), book.extra.copy()
    for name, place, _ in _TABLES:
        terms[:, place] += at[name]
    has_roll = terms[:, term.ROLL] != 0
    terms[has_roll, term.CALENDAR] = codes[terms[has_roll, term.CALENDAR]]
    openings = argument[book.kind == ev.OPENING]
    extra[openings + ev.OPEN_ROWS_AT] += at["rows"]
    argument[_WIDTHS[book.kind] > 0] += at["extra"]
    return replace(book, terms=terms, argument=argument, extra=extra, offsets=book.offsets + at["events"])


def _calendars(books: Sequence[Book]) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return the calendars of books, each once, and where each book's own are among them."""
    found: dict[bytes, int] = {}
    rows: list[np.ndarray] = []
    codes = []
    for book in books:
        own = np.zeros(len(book.calendars), np.int64)
        for place, row in enumerate(book.calendars):
            if len(row) > 1:
                own[place] = found.setdefault(row.tobytes(), len(found))
                if own[place] == len(rows):
                    rows.append(row)
        codes.append(own)
    return (np.stack(rows) if rows else NO_CALENDAR), codes


def _used_calendars(book: Book, terms: np.ndarray) -> np.ndarray:
    """Return the calendars that loans use, in order of first use, and write their codes into the terms."""
    has_roll = terms[:, term.ROLL] != 0
    if not has_roll.any():
        return NO_CALENDAR
    used, first, inverse = np.unique(terms[has_roll, term.CALENDAR], return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(used), np.int64)
    rank[order] = np.arange(len(used))
    terms[has_roll, term.CALENDAR] = rank[inverse]
    calendars: np.ndarray = book.calendars[used[order]]
    return calendars


def _extra(extra: np.ndarray, kind: np.ndarray, argument: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the extra fields of events one after the other, and the arguments that say where."""
    widths = _WIDTHS[kind]
    has_extra = widths > 0
    fields = extra[spans(argument[has_extra], widths[has_extra])]
    argument = argument.copy()
    argument[has_extra] = _starts(widths[has_extra])
    return fields, argument


def _opening_rows(book: Book, kind: np.ndarray, argument: np.ndarray, extra: np.ndarray, before: int) -> np.ndarray:
    """Return the rows that openings bring, and write into their extra fields where they stand."""
    openings = argument[kind == ev.OPENING]
    counts = extra[openings + ev.OPEN_ROWS_N]
    rows: np.ndarray = book.rows[spans(extra[openings + ev.OPEN_ROWS_AT], counts)]
    extra[openings + ev.OPEN_ROWS_AT] = before + _starts(counts)
    return rows


def _starts(counts: np.ndarray) -> np.ndarray:
    """Return where each of some stretches begins when they lie one after the other."""
    starts: np.ndarray = np.cumsum(counts) - counts
    return starts
