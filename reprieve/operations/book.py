"""The columnar book from PostgreSQL, a shard at a time: every loan at two closes. Never holds what cannot be rebuilt.

A shard is a range of contract rows. A page holds its loans with their positions at the last close, as known then, and
at this one, as known now; a loan that cannot be read or computed is named and left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final

import numpy as np
import pyarrow as pa
from pyarrow import compute

from reprieve.engine.batch import Book, solve_instalments
from reprieve.errors import ReprieveError
from reprieve.lending.case import refuse
from reprieve.lending.case_file import CaseFile
from reprieve.lending.closed import Closed, Known, began_on, grown_of, with_news, without_news
from reprieve.lending.columns import book_of, day_number
from reprieve.lending.history import History, lay_history
from reprieve.lending.joined import stacked, taken
from reprieve.lending.template import with_contracts
from reprieve.operations.shelf import Shelf, Shelves
from reprieve.storage.close import Run
from reprieve.storage.columns import contract_columns, event_columns, index_columns, micros
from reprieve.storage.contracts import Cut, Shelved, all_rows_with_news, shelved
from reprieve.storage.quarantine import Fault

Group = tuple[str, str]
"""A product and its currency: what the ledger keeps apart."""
_NEVER: Final = (0, -1, -1, 0)
"""How far the world was known of a loan that was in no close: day, contract, event, instant."""


@dataclass(frozen=True, slots=True)
class Place:
    """One loan that was read: its file now, and at the close it was last in, if it was."""

    row: int
    number: str
    group: Group
    now: CaseFile
    then: CaseFile | None
    then_on: date | None


@dataclass(frozen=True)
class Earlier:
    """The closes before this one: the last, and for loans it left out the one they were last in."""

    last: Run | None
    left_out: Mapping[int, Run | None]
    _news: dict[Cut, np.ndarray] = field(default_factory=dict, compare=False, repr=False)

    def of(self, row: int) -> Run | None:
        """Return the close a loan was last in."""
        return self.left_out.get(row, self.last)

    def changed(self, rows: np.ndarray, cut: Cut) -> np.ndarray:
        """Return which loans more is known of than at the last close, or that it left out; asked once for all."""
        if self.last is None:
            return np.ones(len(rows), bool)
        if cut not in self._news:
            self._news[cut] = all_rows_with_news(self.last.cut, cut)
        left_out = np.fromiter(self.left_out, np.int64, len(self.left_out))
        return np.isin(rows, np.concatenate([self._news[cut], left_out]))


@dataclass(frozen=True)
class News:
    """The loans of a page with news: all that was recorded on them, and what it came to between two closes."""

    history: History
    closed: Closed


@dataclass(frozen=True)
class Page:
    """The loans of a shard at a close, in order of their contracts' rows.

    `now` and `then` are int64[loans, records.POSITION_WIDTH], `moved` int64[loans, len(BALANCES)]: what events have
    moved in between, `applied` int64[loans, len(COMPONENTS)]: what held money paid without one. `kinds` says which of
    `products` each is, `changed` are the rows with news, `faults` the loans left out, by row.
    """

    run: Run
    earlier: Earlier
    rows: tuple[int, ...]
    numbers: tuple[str, ...]
    products: tuple[Group, ...]
    kinds: np.ndarray
    book: Book
    now: np.ndarray
    then: np.ndarray
    moved: np.ndarray
    applied: np.ndarray
    changed: frozenset[int]
    faults: Mapping[int, Fault]
    news: News

    @cached_property
    def grown(self) -> np.ndarray:
        """What has grown of each balance: the change of the position less what events moved."""
        return grown_of(self.now, self.then, self.moved)

    @cached_property
    def began(self) -> np.ndarray:
        """The day number each loan began on: its disbursement, or the day it was taken over."""
        return began_on(self.book)

    @cached_property
    def groups(self) -> dict[Group, np.ndarray]:
        """The places of each product's loans."""
        return {
            group: places for number, group in sorted(enumerate(self.products), key=lambda pair: pair[1])
            if len(places := np.flatnonzero(self.kinds == number))
        }  # fmt: skip

    def at(self, places: np.ndarray) -> list[int]:
        """Return the rows of the loans at some places."""
        return [self.rows[place] for place in places.tolist()]

    def group_of(self) -> dict[int, Group]:
        """Return the product and currency of each loan, by row."""
        return {row: self.products[kind] for row, kind in zip(self.rows, self.kinds.tolist(), strict=True)}

    def read(self, rows: Iterable[int]) -> list[Place]:
        """Return loans of the page by row, read from the database with one query, in order of row."""
        wanted = {*rows} & {*self.rows}
        found = shelved(wanted, self.run.cut) if wanted else []
        return [placed(one, self.earlier.of(one.row)) for one in found if one.loan is not None]


def page_of(rows: range, run: Run, earlier: Earlier, shelves: Shelves | None = None) -> Page:
    """Return the page of a shard at a close; with shelves, only loans with news are read again."""
    faults: dict[int, Fault] = {}
    index = index_columns(rows, run.cut)
    own = index["row"].to_numpy()
    is_changed = earlier.changed(own, run.cut)
    base = _base(rows, run, earlier, shelves)
    changed = own[is_changed]
    quiet = np.setdiff1d(own[~is_changed], base.rows)
    news = _news(rows, run, earlier, changed, faults)
    fresh = [_quiet(rows, run, quiet, faults), Shelf(run.cut, news.history.rows, news.closed.book)]
    shelf = _brought_up_to_date(base, run.cut, own, fresh, changed)
    if shelves is not None:
        shelves.write(rows, shelf)
    closed = _closed(shelf, run, earlier, news, faults)
    fit = np.isin(shelf.rows, np.fromiter(faults, np.int64, len(faults)), invert=True)
    return _page(run, earlier, shelf, closed, fit, index, frozenset(changed.tolist()), faults, news)


def rebuilt(shard: range, run: Run) -> Shelf:
    """Return a shard as known at a close, every loan read afresh; what a shelf kept up to date must be equal to."""
    own = index_columns(shard, run.cut)["row"].to_numpy()
    return _quiet(shard, run, own, {})


def _page(  # noqa: PLR0913 -- what a page is made of meets here
    run: Run, earlier: Earlier, shelf: Shelf, closed: Closed, fit: np.ndarray, index: pa.Table,
    changed: frozenset[int], faults: Mapping[int, Fault], news: News,
) -> Page:  # fmt: skip
    """Return the loans of a shelf that could be computed, with what the index says of them."""
    kept = np.flatnonzero(fit)
    place = np.searchsorted(index["row"].to_numpy(), shelf.rows[kept])
    some = index.take(pa.array(place))
    products, kinds = _groups(some)
    is_whole = len(kept) == len(fit)
    book = shelf.book if is_whole else taken(shelf.book, kept)
    parts = (closed.now, closed.then, closed.moved, closed.applied)
    now, then, moved, applied = parts if is_whole else (part[kept] for part in parts)
    rows = tuple(shelf.rows[kept].tolist())
    return Page(
        run, earlier, rows, tuple(some["number"].to_pylist()), products, kinds, book, now, then, moved, applied,
        changed.intersection(rows), faults, news,
    )  # fmt: skip


def _groups(index: pa.Table) -> tuple[tuple[Group, ...], np.ndarray]:
    """Return the products and currencies there are, and which of them each loan has."""
    codes = []
    texts = []
    for name in ("product", "currency"):
        column = index[name].combine_chunks()
        codes.append(column.indices.to_numpy().astype(np.int64))
        texts.append(column.dictionary.to_pylist())
    width = max(len(texts[1]), 1)
    found, kinds = np.unique(codes[0] * width + codes[1], return_inverse=True)
    return tuple((texts[0][code // width], texts[1][code % width]) for code in found.tolist()), kinds


def _base(rows: range, run: Run, earlier: Earlier, shelves: Shelves | None) -> Shelf:
    """Return the shelf as the last close left it, or this one before it was stopped; else an empty one."""
    found = None if shelves is None else shelves.read(rows)
    last = earlier.last
    if found is None or last is None or found.cut not in (last.cut, run.cut):
        return Shelf(run.cut, np.empty(0, np.int64), book_of([]))
    return found


def _brought_up_to_date(base: Shelf, cut: Cut, own: np.ndarray, fresh: Sequence[Shelf], changed: np.ndarray) -> Shelf:
    """Return a shelf with the loans that were read, without those that are gone or could not be read."""
    whole = [one for one in fresh if len(one.rows)]
    if not len(base.rows) and len(whole) == 1:
        return whole[0]
    rows = np.concatenate([np.empty(0, np.int64), *(one.rows for one in whole)])
    gone = np.concatenate([np.setdiff1d(base.rows, own), changed])
    return base.with_news(cut, rows, stacked([book_of([]), *(one.book for one in whole)]), gone)


def _quiet(shard: range, run: Run, rows: np.ndarray, faults: dict[int, Fault]) -> Shelf:
    """Return loans without news that no shelf has, as known at a close."""
    history = _history(shard, run.cut, rows, faults)
    known = _known([run] * len(history.rows))
    book = history.book_of(np.arange(len(history.rows)), known.counts(history))
    _note_errors(history.rows, solve_instalments(book), faults)
    return Shelf(run.cut, history.rows, book)


def _news(shard: range, run: Run, earlier: Earlier, rows: np.ndarray, faults: dict[int, Fault]) -> News:
    """Return loans with news, as known now and at the closes they were last in; what cannot be computed is a fault."""
    history = _history(shard, run.cut, rows, faults)
    then = _known([earlier.of(row) for row in history.rows.tolist()])
    closed = with_news(history, _known([run] * len(history.rows)), then)
    _note_errors(history.rows, closed.error, faults)
    return News(history, closed)


def _known(runs: Sequence[Run | None]) -> Known:
    """Return how far the world was known of each loan at the closes it was in."""
    found: dict[int, tuple[int, int, int, int]] = {}
    rows = [
        _NEVER if run is None else found.setdefault(
            run.row, (day_number(run.on), run.cut.contract, run.cut.event, micros(run.cut.before))
        )
        for run in runs
    ]  # fmt: skip
    return Known(*np.array(rows, np.int64).reshape(-1, 4).T)


def _closed(shelf: Shelf, run: Run, earlier: Earlier, news: News, faults: dict[int, Fault]) -> Closed:
    """Return the loans of a shelf between two closes: those with news as they were computed, the others as they are."""
    place = np.searchsorted(shelf.rows, news.history.rows)
    place = np.minimum(place, max(len(shelf.rows) - 1, 0))
    at = np.flatnonzero(shelf.rows[place] == news.history.rows) if len(shelf.rows) else np.empty(0, np.int64)
    if len(at) == len(shelf.rows):
        return news.closed
    assert earlier.last is not None, "at the first close all loans have news"
    whole = without_news(shelf.book, day_number(run.on), day_number(earlier.last.on))
    for name in ("now", "then", "moved", "applied", "error"):
        getattr(whole, name)[place[at]] = getattr(news.closed, name)[at]
    _note_errors(shelf.rows, whole.error, faults)
    return whole


def _history(shard: range, cut: Cut, rows: np.ndarray, faults: dict[int, Fault]) -> History:
    """Return loans of a shard with all that was recorded on them; one that cannot be read becomes a fault."""
    contracts, events = contract_columns(shard, cut, rows), event_columns(shard, cut, rows)
    history, odd = lay_history(contracts, events) if contracts is not None else (None, frozenset(rows.tolist()))
    if history is not None and not odd:
        return history
    read = _read_singly(odd, cut, faults)
    loans = [(one.row, micros(one.recorded_at), file.contract) for one, file in read]
    contracts = with_contracts(contracts, odd, loans)
    kept = compute.is_in(events["contract"], contracts["row"].combine_chunks())
    history, odd = lay_history(contracts, events.filter(kept), frozenset(one.row for one, _ in read))
    for row in odd:
        faults[row] = Fault(row, "cannot be read: its events do not go with its contract")
    return history


def _read_singly(rows: frozenset[int], cut: Cut, faults: dict[int, Fault]) -> list[tuple[Shelved, CaseFile]]:
    """Return loans read one by one, as case files are; those that cannot be read become faults that say why."""
    found = shelved(rows, cut)
    faults |= {one.row: Fault(one.row, f"cannot be read: {one.unreadable}") for one in found if one.loan is None}
    return [(one, one.loan.file) for one in found if one.loan is not None]


def placed(found: Shelved, last: Run | None) -> Place:
    """Return a loan that was read, as known now and at the close it was last in."""
    assert found.loan is not None
    file = found.loan.file
    then = None if last is None else found.known(last.cut)
    then_on = last.on if last is not None and then is not None else None
    return Place(found.row, found.number, (found.loan.product, file.contract.currency), file, then, then_on)


def _note_errors(rows: np.ndarray, error: np.ndarray, faults: dict[int, Fault]) -> None:
    """Make faults of the loans that the kernel could not compute."""
    for place in np.flatnonzero(error).tolist():
        row = int(rows[place])
        try:
            refuse(int(error[place]))
        except ReprieveError as refused:
            faults.setdefault(row, Fault(row, f"cannot be computed: {refused}"))
