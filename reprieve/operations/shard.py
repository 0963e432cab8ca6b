"""One shard of a close as a pure function over Arrow: what an executor elsewhere computes. Reads and writes nothing.

The close of this machine uses the same columns underneath (`lending.closed`), so both give the same, value for value.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from reprieve.engine import records as rec
from reprieve.lending.closed import Closed, Known, with_news
from reprieve.lending.history import lay_history
from reprieve.lending.movement import BALANCES, COMPONENTS

UNREADABLE = -1
"""The error of a loan that cannot be laid out in columns."""
PARTS: Final = {"now": rec.POSITION_FIELDS, "then": rec.POSITION_FIELDS, "moved": BALANCES, "applied": COMPONENTS}
FIELDS: Final = ("contract", *(f"{part}_{name}" for part, names in PARTS.items() for name in names), "error")
"""The columns of what is computed of a shard, all int64."""


@dataclass(frozen=True, slots=True)
class Day:
    """A close: its day number, and how far the world was known: last rows, and the instant in microseconds."""

    on: int
    contract: int
    event: int
    before: int

    def of(self, loans: int) -> Known:
        """Return the same for so many loans."""
        return Known.alike(loans, self.on, contract=self.contract, event=self.event, before=self.before)


@dataclass(frozen=True, slots=True)
class Days:
    """The close at hand, and the one before it, if there was one."""

    now: Day
    then: Day | None


def shard_closed(contracts: pa.Table, events: pa.Table, days: Days) -> pa.Table:
    """Return loans between two closes, one row a loan, in order of contract.

    `contracts` and `events` are as `storage.columns.shard_tables` reads them. The columns are `FIELDS`: `contract`,
    `now_` and `then_` with each field of a position, `moved_` with each balance, `applied_` with each component, and
    `error`: 0, the engine's code, or `UNREADABLE`, where all other figures are 0.
    """
    history, odd = lay_history(contracts, events)
    loans = len(history.rows)
    then = Day(0, -1, -1, 0) if days.then is None else days.then
    closed = with_news(history, days.now.of(loans), then.of(loans))
    rows = np.concatenate([history.rows, np.array(sorted(odd), np.int64)])
    order = np.argsort(rows)
    columns = {"contract": rows, **_figures(closed, len(odd))}
    columns["error"] = np.concatenate([closed.error, np.full(len(odd), UNREADABLE)])
    return pa.table({name: columns[name][order] for name in FIELDS})


def _figures(closed: Closed, more: int) -> dict[str, np.ndarray]:
    """Return every figure by name, with zeros for so many more loans."""
    zeros = np.zeros(more, np.int64)
    return {
        f"{part}_{name}": np.concatenate([getattr(closed, part)[:, place], zeros])
        for part, names in PARTS.items() for place, name in enumerate(names)
    }  # fmt: skip
