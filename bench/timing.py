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
) -> tuple[dict[str, Times], dict[str, Any]]:
    """Run every task once a round, those under a second `quick_repeats` times; return times and last answers.

    No round begins that would, at the pace so far, end after `seconds_most`.
    """
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    answers: dict[str, Any] = {}
    started = time.perf_counter()
    for number in range(rounds):
        spent = time.perf_counter() - started
        if number and spent * (number + 1) / number > seconds_most:
            break
        for name, task in tasks.items():
            repeats = 0
            while repeats == 0 or (repeats < quick_repeats and seconds[name][-1] < 1):
                answers[name] = None
                gc.collect()
                begun = time.perf_counter()
                answers[name] = task()
                seconds[name].append(time.perf_counter() - begun)
                repeats += 1
    return {name: Times(min(taken), median(taken), len(taken)) for name, taken in seconds.items()}, answers
