"""The columnar book from PostgreSQL, a shard at a time: every loan at two closes. Never holds what cannot be rebuilt.

A shard is a range of contract rows. A page holds its loans with their positions at the last close, as known then, and
at this one, as known now; a loan that cannot be read or computed is named and left out.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from reprieve.engine import batch
from reprieve.engine import records as rec
from reprieve.engine.batch import Book
from reprieve.errors import ReprieveError
from reprieve.lending.case import refuse
from reprieve.lending.case_file import CaseFile
from reprieve.lending.columns import book_of, day_number
from reprieve.lending.movement import BALANCES, COMPONENTS, PLACES, AsKnown, held_applied, movements
from reprieve.operations.shelf import Shelf, Shelves
from reprieve.storage.close import Run
from reprieve.storage.contracts import Shelved, index_of, rows_with_news, shelved
from reprieve.storage.quarantine import Fault

Group = tuple[str, str]
"""A product and its currency: what the ledger keeps apart."""


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

    def of(self, row: int) -> Run | None:
        """Return the close a loan was last in."""
        return self.left_out.get(row, self.last)


@dataclass(frozen=True)
class Page:
    """The loans of a shard at a close, in order of their contracts' rows.

    `now` and `then` are int64[loans, records.POSITION_WIDTH], `moved` int64[loans, len(BALANCES)]: what events have
    moved in between. `changed` are the rows with news, `faults` the loans left out, by row.
    """

    run: Run
    earlier: Earlier
    rows: tuple[int, ...]
    numbers: tuple[str, ...]
    owners: tuple[Group, ...]
    now: np.ndarray
    then: np.ndarray
    moved: np.ndarray
    changed: frozenset[int]
    faults: Mapping[int, Fault]

    @cached_property
    def grown(self) -> np.ndarray:
        """What has grown of each balance: the change of the position less what events moved."""
        grown: np.ndarray = self.now[:, PLACES] - self.then[:, PLACES] - self.moved
        return grown

    @cached_property
    def groups(self) -> dict[Group, np.ndarray]:
        """The places of each product's loans."""
        found: defaultdict[Group, list[int]] = defaultdict(list)
        for number, group in enumerate(self.owners):
            found[group].append(number)
        return {group: np.array(numbers) for group, numbers in sorted(found.items())}

    def read(self, rows: Iterable[int]) -> list[Place]:
        """Return loans of the page by row, read from the database with one query, in order of row."""
        wanted = {*rows} & {*self.rows}
        return _read(wanted, self.run, self.earlier, {}) if wanted else []


def page_of(rows: range, run: Run, earlier: Earlier, shelves: Shelves | None = None) -> Page:
    """Return the page of a shard at a close; with shelves, only loans with news are read again."""
    faults: dict[int, Fault] = {}
    index = index_of(rows, run.cut)
    changed = _changed(rows, [row for row, *_ in index], run, earlier)
    shelf, places = _shelf(rows, index, run, earlier, shelves, changed, faults)
    now = batch.positions(shelf.book, day_number(run.on))
    _note_errors(shelf.rows.tolist(), now, faults)
    then, moved = _earlier_of(shelf, earlier, places, run.on, faults)
    fit = np.array([row not in faults for row in shelf.rows.tolist()], bool)
    owners = {row: (number, (product, currency)) for row, number, product, currency in index}
    kept = tuple(shelf.rows[fit].tolist())
    return Page(
        run, earlier, kept, tuple(owners[row][0] for row in kept), tuple(owners[row][1] for row in kept), now[fit],
        then[fit], moved[fit], frozenset(changed & {*kept}), faults,
    )  # fmt: skip


def rebuilt(shard: range, run: Run) -> Shelf:
    """Return a shard as known at a close, every loan read afresh; what a shelf kept up to date must be equal to."""
    return _shelf(shard, index_of(shard, run.cut), run, Earlier(None, {}), None, set(), {})[0]


def applied(place: Place, on: date) -> dict[str, int]:
    """Return what held money has paid of each component of a loan in between, without any event's doing."""
    now = held_applied(AsKnown.of(place.now, on))
    if place.then is None or place.then_on is None:
        return now
    then = held_applied(AsKnown.of(place.then, place.then_on))
    return {component: now[component] - then[component] for component in COMPONENTS}


def _changed(shard: range, rows: Sequence[int], run: Run, earlier: Earlier) -> set[int]:
    """Return the loans of which more is known than at the last close, or that it left out."""
    if earlier.last is None:
        return {*rows}
    return (rows_with_news(shard, earlier.last.cut, run.cut) | {*earlier.left_out}) & {*rows}


def _shelf(  # noqa: PLR0913 -- the one place where the shard, its index, its closes and its faults meet
    shard: range, index: Sequence[tuple[int, str, str, str]], run: Run, earlier: Earlier, shelves: Shelves | None,
    changed: set[int], faults: dict[int, Fault],
) -> tuple[Shelf, dict[int, Place]]:  # fmt: skip
    """Return the columns of a shard as known at a close, and the loans with news as they were read."""
    rows = {row for row, *_ in index}
    base = None if shelves is None else shelves.read(shard)
    last = earlier.last
    if base is None or last is None or base.cut not in (last.cut, run.cut):
        base = Shelf(run.cut, np.empty(0, np.int64), book_of([]))
    unknown = changed | (rows - {*base.rows.tolist()})
    places = {place.row: place for place in _read(unknown, run, earlier, faults)}
    book, kept = _laid_out(list(places.values()), faults)
    gone = frozenset({*base.rows.tolist()} - rows | {*faults})
    shelf = base.with_news(run.cut, kept, book, gone)
    if shelves is not None:
        shelves.write(shard, shelf)
    return shelf, {row: places[row] for row in changed & {*kept}}


def _read(rows: Iterable[int], run: Run, earlier: Earlier, faults: dict[int, Fault]) -> list[Place]:
    """Return loans by row, as known now and at the close they were last in; those that cannot be read become faults."""
    places = []
    for found in shelved({*rows}, run.cut):
        last = earlier.of(found.row)
        if found.loan is None:
            faults[found.row] = Fault(found.row, f"cannot be read: {found.unreadable}")
        else:
            places.append(_placed(found, last))
    return places


def _placed(found: Shelved, last: Run | None) -> Place:
    assert found.loan is not None
    file = found.loan.file
    then = None if last is None else found.known(last.cut)
    then_on = last.on if last is not None and then is not None else None
    return Place(found.row, found.number, (found.loan.product, file.contract.currency), file, then, then_on)


def _laid_out(places: Sequence[Place], faults: dict[int, Fault]) -> tuple[Book, list[int]]:
    """Return the columns of loans, level amounts solved, and the rows they are of; one that cannot spoils no other."""
    book = _solved(places)
    if book is not None:
        return book, [place.row for place in places]
    kept = []
    for place in places:
        try:
            refuse(int(batch.solve_instalments(book_of([place.now]))[0]))
            kept.append(place)
        except ReprieveError as error:
            faults[place.row] = Fault(place.row, f"cannot be computed: {error}")
    book = _solved(kept)
    assert book is not None, "what can be laid out singly can be laid out together"
    return book, [place.row for place in kept]


def _solved(places: Sequence[Place]) -> Book | None:
    """Return the columns of loans, or nothing where one of them cannot be laid out or solved."""
    try:
        book = book_of([place.now for place in places])
    except ReprieveError:
        return None
    return None if batch.solve_instalments(book).any() else book


def _note_errors(rows: Sequence[int], positions: np.ndarray, faults: dict[int, Fault]) -> None:
    """Make faults of the loans whose position the kernel could not compute."""
    for place in np.flatnonzero(positions[:, rec.O_ERROR]).tolist():
        try:
            refuse(int(positions[place, rec.O_ERROR]))
        except ReprieveError as error:
            faults[rows[place]] = Fault(rows[place], f"cannot be computed: {error}")


def _earlier_of(
    shelf: Shelf, earlier: Earlier, places: Mapping[int, Place], on: date, faults: dict[int, Fault]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions at the close each loan was last in, as known then, and what events moved since.

    A loan without news was known then as it is now: its columns are asked about an earlier day.
    """
    moved = np.zeros((len(shelf.rows), len(BALANCES)), np.int64)
    if earlier.last is None:
        then = np.zeros((len(shelf.rows), rec.POSITION_WIDTH), np.int64)
    else:
        then = batch.positions(shelf.book, day_number(earlier.last.on))
    at = {row: place for place, row in enumerate(shelf.rows.tolist())}
    known = [place for place in places.values() if place.then is not None]
    for place in places.values():
        then[at[place.row]] = 0
        try:
            moved[at[place.row]] = _moved(place, on)
        except ReprieveError as error:
            faults[place.row] = Fault(place.row, f"cannot be computed: {error}")
    if known:
        book = book_of([place.then for place in known if place.then is not None])
        batch.solve_instalments(book)
        days = np.array([day_number(place.then_on) for place in known if place.then_on is not None], np.int64)
        then[[at[place.row] for place in known]] = batch.positions(book, days)
    _note_errors(shelf.rows.tolist(), then, faults)
    return then, moved


def _moved(place: Place, on: date) -> np.ndarray:
    """Return what the events that became known since have moved of each balance, those they changed included."""
    now = _sum_of_movements(place.now, on)
    if place.then is None or place.then_on is None:
        return now
    since: np.ndarray = now - _sum_of_movements(place.then, place.then_on)
    return since


def _sum_of_movements(file: CaseFile, on: date) -> np.ndarray:
    sums = np.zeros(len(BALANCES), np.int64)
    for movement in movements(AsKnown.of(file, on)):
        sums += np.array([movement.change[name] for name in BALANCES], np.int64)
    return sums
