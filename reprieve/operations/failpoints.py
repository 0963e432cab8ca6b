"""Named points at which a test may kill what is running. Never does anything unless a test has armed one.

A point stands before and after each commit of commands, intake and close: what a kill leaves there must be whole.
"""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

POINTS: Final = (
    "command.before_work", "command.before_commit", "command.after_commit",
    "close.begin.before_commit", "close.begin.after_commit",
    "close.adjust.before_commit", "close.adjust.after_commit",
    "close.positions.before_commit", "close.positions.after_commit",
    "close.post.before_commit", "close.post.after_commit",
    "close.credit_record.before_commit", "close.credit_record.after_commit",
    "close.reconcile.before_commit", "close.reconcile.after_commit",
    "close.finish.before_commit", "close.finish.after_commit",
    "intake.before_line", "intake.after_line",
)  # fmt: skip
VARIABLE: Final = "REPRIEVE_FAILPOINT"
"""Environment variable: the point at which this very process kills itself, as `name` or `name:nth time`."""
_ENVIRONMENT: Final = os.environ.get(VARIABLE, "")

_hits: Counter[str] = Counter()
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


def reach(point: str) -> None:
    """Say that a point is reached."""
    _hits[point] += 1
    if _armed.get() == (point, _hits[point]):
        raise Killed(point)
    if _ENVIRONMENT:
        name, _, turn = _ENVIRONMENT.partition(":")
        if name == point and _hits[point] == int(turn or 1):
            os.kill(os.getpid(), signal.SIGKILL)


def hits() -> dict[str, int]:
    """Return how often each point has been reached by this process, 0 for those that never were."""
    return {point: _hits[point] for point in POINTS}
