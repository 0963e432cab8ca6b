"""A shard of the columnar book, kept as one file between closes and brought up to date. Never the truth, may be lost.

Only loans with news are read again; what comes out is, value for value, what reading every loan would give.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np

from reprieve.engine.batch import Book
from reprieve.engine.jit import engine_hash
from reprieve.lending import columns, history, joined, template
from reprieve.lending.joined import stacked, taken
from reprieve.storage.contracts import Cut

_SOURCES: Final = b"".join(Path(str(one.__file__)).read_bytes() for one in (columns, history, joined, template))
_LAYOUT: Final = sha256(_SOURCES + engine_hash().encode()).hexdigest()
_BOOK: Final = tuple(field.name for field in fields(Book))


@dataclass(frozen=True)
class Shelf:
    """The loans of a shard, as known at a cut: the rows of their contracts, in order, and their columns."""

    cut: Cut
    rows: np.ndarray
    book: Book

    def with_news(self, cut: Cut, rows: np.ndarray, book: Book, gone: np.ndarray) -> Shelf:
        """Return the shelf as known at a later cut: some loans read again or new, some that can no longer be read."""
        kept = np.flatnonzero(np.isin(self.rows, np.concatenate([rows, gone]), invert=True))
        whole = stacked([self.book, book])
        both = np.concatenate([self.rows[kept], rows])
        places = np.concatenate([kept, len(self.rows) + np.arange(len(rows), dtype=np.int64)])
        order = np.argsort(both)
        return Shelf(cut, both[order], taken(whole, places[order]))


@dataclass(frozen=True, slots=True)
class Shelves:
    """A folder of shelves: `shelf-000003.npz` holds shard 3 as the last close knew it."""

    folder: Path

    def read(self, shard: range) -> Shelf | None:
        """Return the shelf of a shard, or nothing where there is none that this version can use."""
        path = self._path(shard)
        if not path.exists():
            return None
        with np.load(path, allow_pickle=False) as kept:
            if str(kept["version"]) != layout_version():
                return None
            cut = Cut(int(kept["contract"]), int(kept["event"]), datetime.fromisoformat(str(kept["before"])))
            return Shelf(cut, kept["loans"], Book(**{name: kept[name] for name in _BOOK}))

    def write(self, shard: range, shelf: Shelf) -> None:
        """Keep a shelf in place of the one before it."""
        path = self._path(shard)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        cut: Mapping[str, Any] = {
            "contract": shelf.cut.contract, "event": shelf.cut.event, "before": shelf.cut.before.isoformat(),
        }  # fmt: skip
        book = {name: getattr(shelf.book, name) for name in _BOOK}
        with fresh.open("wb") as file:
            np.savez(file, version=layout_version(), loans=shelf.rows, **cut, **book)
        fresh.replace(path)

    def _path(self, shard: range) -> Path:
        return self.folder / f"shelf-{shard.start:012}-{shard.stop - shard.start}.npz"


def layout_version() -> str:
    """Return what names the code that lays out columns; a shelf of another is not used."""
    return _LAYOUT
