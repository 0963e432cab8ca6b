"""The mirror: every loan's position as a close computed it, one Parquet file a shard. Never the truth, and may be lost.

It can be rebuilt from PostgreSQL with the same engine; after a change of engine it is what the new figures are held
against, loan by loan.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from reprieve.engine import records as rec
from reprieve.storage.home import home_path

if TYPE_CHECKING:
    from reprieve.operations.book import Page

KEPT: Final = 3
"""How many closes the mirror keeps."""
NUMBER: Final = "contract"


@dataclass(frozen=True, slots=True)
class Mirror:
    """A folder of Parquet files: `2026-02-28/000003.parquet` holds shard 3 of the close of 28 February 2026."""

    folder: Path

    def write(self, shard: int, page: Page) -> None:
        """Write the positions of a page; written again, it is the same file."""
        import pyarrow as pa
        from pyarrow import parquet

        columns: dict[str, Any] = {NUMBER: list(page.numbers)}
        columns |= {name: page.now[:, at] for at, name in enumerate(rec.POSITION_FIELDS)}
        path = self._path(page.run.on, shard)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        parquet.write_table(pa.table(columns), fresh)
        fresh.replace(path)

    def read(self, on: date, shard: int) -> dict[str, np.ndarray] | None:
        """Return the rows of a shard by contract number, or nothing where the mirror does not have it."""
        from pyarrow import parquet

        path = self._path(on, shard)
        if not path.exists():
            return None
        table = parquet.read_table(path)
        rows = np.column_stack([table[name].to_numpy() for name in rec.POSITION_FIELDS]).astype(np.int64)
        return dict(zip(table[NUMBER].to_pylist(), rows, strict=True))

    def forget_old(self) -> None:
        """Remove all but the last closes."""
        for folder in sorted(self._days(), reverse=True)[KEPT:]:
            for path in folder.iterdir():
                path.unlink()
            folder.rmdir()

    def _days(self) -> Iterator[Path]:
        if self.folder.is_dir():
            yield from (path for path in self.folder.iterdir() if path.is_dir())

    def _path(self, on: date, shard: int) -> Path:
        return self.folder / on.isoformat() / f"{shard:06}.parquet"


def mirror_of(environment: Mapping[str, str]) -> Mirror | None:
    """Return the mirror of a home; a server elsewhere has none unless `REPRIEVE_HOME` says where to keep it."""
    if environment.get("DATABASE_URL") and not environment.get("REPRIEVE_HOME"):
        return None
    return Mirror(home_path(environment) / "book")


def moved(then: np.ndarray, now: np.ndarray) -> dict[str, dict[str, int]]:
    """Return the figures of a position that differ, each with what it was and what it is."""
    return {
        rec.POSITION_FIELDS[at]: {"then": int(then[at]), "now": int(now[at])}
        for at in np.flatnonzero(then != now).tolist()
    }
