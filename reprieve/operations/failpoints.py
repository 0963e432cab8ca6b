"""Named points at which a test may kill what is running. Never does anything unless a test has armed one.

A point stands before and after each commit of commands, intake and close: what a kill leaves there must be whole.
"""

import mmap
import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Final

POINTS: Final = (
    "command.before_work", "command.before_commit", "command.after_commit",
    "close.begin.before_commit", "close.begin.after_commit",
    "close.adjust.before_commit", "close.adjust.after_commit",
    "close.positions.before_commit", "close.positions.after_commit",
    "close.post.before_commit", "close.post.after_commit",
    "close.modification.before_commit", "close.modification.after_commit",
    "close.credit_record.before_commit", "close.credit_record.after_commit",
    "close.reconcile.before_commit", "close.reconcile.after_commit",
    "close.finish.before_commit", "close.finish.after_commit",
    "close.notices.before_commit", "close.notices.after_commit",
    "intake.before_line", "intake.after_line", "intake.before_commit", "intake.after_commit",
    "outbox.claim.before_commit", "outbox.claim.after_commit", "outbox.send.before", "outbox.send.after",
    "outbox.result.before_commit", "outbox.result.after_commit",
)  # fmt: skip
VARIABLE: Final = "REPRIEVE_FAILPOINT"
"""Environment variable: the point at which this very process kills itself, as `name` or `name:nth time`."""
FOLDER: Final = "REPRIEVE_FAILPOINT_HITS"
"""Environment variable: the folder where each process keeps its count, in a file that outlives it however it dies."""
_FOLDER: Final = os.environ.get(FOLDER, "")
_COUNT_BYTES: Final = 8

_hits: Counter[str] = Counter()
_deadly: list[tuple[str, int]] = []
"""Where this process kills itself, if anywhere."""
_armed: ContextVar[tuple[str, int] | None] = ContextVar("armed failpoint", default=None)


class Killed(BaseException):
    """Stands in for the death of the process; not an `Exception`, so that nothing on the way cures it."""


@contextmanager
def armed(point: str, turn: int = 1) -> Iterator[None]:
    """Kill what runs in the block when it reaches a point for the nth time."""
    assert point in POINTS, f"no such failpoint: {point}"
    token = _armed.set((point, turn + _hits[point]))
    try:
        yield
    finally:
        _armed.reset(token)


def die_at(point: str, turn: int = 1) -> None:
    """Have this very process killed outright when it reaches a point for the nth time from now."""
    assert point in POINTS, f"no such failpoint: {point}"
    _deadly[:] = [(point, turn + _hits[point])]


def reach(point: str) -> None:
    """Say that a point is reached."""
    _hits[point] += 1
    if _FOLDER:
        _tell(point)
    if _armed.get() == (point, _hits[point]):
        raise Killed(point)
    if (point, _hits[point]) in _deadly:
        os.kill(os.getpid(), signal.SIGKILL)


def hits() -> dict[str, int]:
    """Return how often each point has been reached by this process, 0 for those that never were."""
    return {point: _hits[point] for point in POINTS}


def told(process: Path) -> tuple[dict[str, int], str]:
    """Return what a process told in its file: how often it reached each point, and the last it reached, if any."""
    counts = memoryview(process.read_bytes()).cast("Q")
    last = counts[-1]
    return dict(zip(POINTS, counts, strict=False)), POINTS[last - 1] if last else ""


def _tell(point: str) -> None:
    counts = _file(os.getpid())
    place = POINTS.index(point)
    counts[place] += 1
    counts[-1] = place + 1


@cache
def _file(process: int) -> memoryview:
    """Return the counts of this process, as the memory of its file: one a point, then the number of the last."""
    handle = os.open(Path(_FOLDER) / str(process), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.ftruncate(handle, _COUNT_BYTES * (len(POINTS) + 1))
        return memoryview(mmap.mmap(handle, 0)).cast("Q")
    finally:
        os.close(handle)


if os.environ.get(VARIABLE):
    _name, _, _turn = os.environ[VARIABLE].partition(":")
    die_at(_name, int(_turn or 1))
