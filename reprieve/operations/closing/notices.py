"""A step by shard: asks for the notices that are due, each once, and says which promises were kept. Writes no words.

What is due was found as the positions were computed; a worker writes and sends the messages, through the contact gate.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import numpy as np

from reprieve.lending.columns import day_number, to_date
from reprieve.lending.notices import KINDS, notices_of
from reprieve.lending.ports import Outgoing
from reprieve.lending.promise import paid_between
from reprieve.operations.closing.step import Close
from reprieve.operations.composing import NOTICE
from reprieve.storage import close as runs
from reprieve.storage import relief
from reprieve.storage.contracts import StoredContracts, numbers_of
from reprieve.storage.lender import day_of, midnight_after
from reprieve.storage.outbox import StoredOutbox

NAME: Final = "notices"
POSITIONS: Final = "positions"
Found = list[list[Any]]
"""Notices as a checkpoint keeps them: contract row, kind, due day."""


def found(now: np.ndarray, then: np.ndarray, rows: Sequence[int], on: date, *, days_before: int) -> Found:
    """Return the notices of a page, to be kept with its positions; see `reprieve.lending.notices`."""
    due = notices_of(now, then, day_number(on), days_before=days_before)
    return [[rows[place], kind, to_date(day).isoformat()] for place, kind, day in due]


def put_notices(close: Close, shard: int) -> Mapping[str, Any]:
    """Put a shard's notices into the outbox, due once the day is over, and count them by kind."""
    due: Found = runs.checkpoint_of(close.run, POSITIONS, shard).get("notices", [])
    numbers = numbers_of([row for row, *_ in due])
    StoredOutbox(max(close.now, midnight_after(close.run.on))).put_all(
        _outgoing(numbers[row], kind, due_on) for row, kind, due_on in due
    )
    asked = {kind: sum(1 for _, other, _ in due if other == kind) for kind in KINDS}
    return asked | {"promises": _decide_promises(close, close.shards[shard])}


def _decide_promises(close: Close, rows: range) -> dict[str, int]:
    """Decide the promises whose day is over: kept where as much was paid since they were given, as known now."""
    counts = {"kept": 0, "broken": 0}
    due = relief.promises_due(rows, close.run.on)
    loans = StoredContracts(close.now).many([contract for contract, _ in due])
    for (_, promised), loan in zip(due, loans, strict=True):
        given_on = day_of(promised.recorded_at)
        state = "kept" if paid_between(loan.file.events, given_on, promised.on) >= promised.amount else "broken"
        relief.decide_promise(promised.row, state, at=max(close.now, promised.recorded_at))
        counts[state] += 1
    return counts


def _outgoing(contract: str, kind: str, due_on: str) -> Outgoing:
    return Outgoing(f"notice:{contract}:{kind}:{due_on}", NOTICE, contract, {"kind": kind, "due_on": due_on})
