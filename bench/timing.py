"""Measuring: tasks take turns in rounds, so that what else the machine does meets them alike. Decides nothing."""

import gc
import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any, NamedTuple


class Times(NamedTuple):
    """Seconds of one task: the least, the median and how often it ran."""

    least: float
    median: float
    repetitions: int


def interleave(
    tasks: Mapping[str, Callable[[], Any]], rounds: int, seconds_most: float = 1e9, quick_repeats: int = 3
) -> dict[str, Times]:
    """Run every task once a round, those under a second `quick_repeats` times; stop early past `seconds_most`."""
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    started = time.perf_counter()
    for number in range(rounds):
        spent = time.perf_counter() - started
        if number and spent * (number + 1) / number > seconds_most:
            break
        for name, task in tasks.items():
            first = _once(task)
            repeats = quick_repeats - 1 if first < 1 else 0
            seconds[name] += [first, *(_once(task) for _ in range(repeats))]
    return {name: Times(min(taken), median(taken), len(taken)) for name, taken in seconds.items()}


def _once(task: Callable[[], Any]) -> float:
    gc.collect()
    started = time.perf_counter()
    task()
    return time.perf_counter() - started
