"""What the steps of a close share: the run, its checkpoints, its failpoints. Never does a step's own work."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections, transaction

from reprieve.lending.carrying import CarryingRules
from reprieve.operations.book import Earlier
from reprieve.operations.failpoints import reach
from reprieve.operations.mirror import Mirror
from reprieve.operations.shelf import Shelves
from reprieve.storage.close import Run, checkpoint, checkpoints

Progress = Callable[[str, int, int], None]
"""Told the step, how many shards are done, and of how many."""


@dataclass(frozen=True)
class Close:
    """The close at hand: its run, the closes before it, how loans are carried now and were then, and the place."""

    run: Run
    earlier: Earlier
    place: str
    shards: tuple[range, ...]
    now: datetime
    carrying: CarryingRules | None
    carried_before: CarryingRules | None
    progress: Progress
    days_before: int
    mirror: Mirror | None = None
    shelves: Shelves | None = None


Work = Callable[[Close, int], Mapping[str, Any]]


def run_step(close: Close, name: str, work: Work, *, shards: int, threads: int = 1) -> dict[int, dict[str, Any]]:
    """Do a step for every shard that is not done yet, and return what each gave; safe to stop and start anywhere.

    With more than one thread each shard has a connection of its own, as it has a transaction of its own in any case.
    """
    done = checkpoints(close.run, name)
    missing = [shard for shard in range(shards) if shard not in done]
    if threads == 1 or len(missing) < 2:
        for shard in missing:
            _do(close, name, work, shard)
            close.progress(name, shard + 1, shards)
    else:
        with ThreadPoolExecutor(threads) as pool:
            doing = [pool.submit(_do_apart, close, name, work, shard) for shard in missing]
            try:
                for number, one in enumerate(as_completed(doing), 1):
                    one.result()
                    close.progress(name, len(done) + number, shards)
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
    return checkpoints(close.run, name)


def _do(close: Close, name: str, work: Work, shard: int) -> None:
    """Do a step for a shard in one transaction, with its checkpoint."""
    with transaction.atomic():
        totals = work(close, shard)
        checkpoint(close.run, name, shard, totals=totals, done_at=close.now)
        reach(f"close.{name}.before_commit")
    reach(f"close.{name}.after_commit")


def _do_apart(close: Close, name: str, work: Work, shard: int) -> None:
    """Do a step for a shard over a connection that belongs to this thread alone."""
    try:
        _do(close, name, work, shard)
    finally:
        connections.close_all()
