"""The measurements of a bench: each takes books and sizes and returns figures. Prints nothing but what it is doing."""

import sys
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from typing import Any, Final

import numpy as np

import reprieve
from bench import books
from bench.case_of import case_of
from bench.contracts import AS_OF
from bench.rivals import FIGURES, NAMES, decimal_python, duckdb, mortgagemath, polars
from bench.timing import Times, interleave
from reprieve.engine import batch
from reprieve.engine import records as rec
from reprieve.engine.batch import Book
from reprieve.lending.columns import EPOCH

RIVALS: Final = {"polars": polars, "duckdb": duckdb, "decimal": decimal_python}
SECONDS_MOST: Final = 210
"""Rounds against the rivals stop before this; the first always ends."""

FULL_SECONDS_MOST: Final = 90
"""The same on the full book."""

ONE_LOAN_SAMPLE: Final = 64
WARM_LOANS: Final = 1_000
"""Loans that each side computes once before it is timed, so that nobody pays for loading code or starting threads."""


def against_rivals(book: Book, decimal_loans: int, rounds: int) -> dict[str, Any]:
    """Return loans a second of the kernel and of each rival on the plain book, the ratios, and what differs."""
    sizes = {name: len(book) for name in RIVALS} | {"decimal": min(decimal_loans, len(book))}
    inputs = {name: rival.read_contracts(books.part(book, sizes[name])) for name, rival in RIVALS.items()}
    tasks: dict[str, Callable[[], Any]] = {"kernel": lambda: batch.positions(book, AS_OF)}
    tasks |= {name: lambda name=name: RIVALS[name].run(inputs[name], AS_OF) for name in RIVALS}
    some = books.part(book, min(WARM_LOANS, len(book)))
    batch.positions(some, AS_OF)
    for rival in RIVALS.values():
        rival.run(rival.read_contracts(some), AS_OF)
    times, answers = interleave(tasks, rounds, SECONDS_MOST)
    expected = answers["kernel"]
    rate = len(book) / times["kernel"].least
    found: dict[str, Any] = {"kernel": _rates(times["kernel"], len(book)), "refused": _refused(expected)}
    for name, rival in RIVALS.items():
        gap = np.abs(rival.as_minor(answers[name]) - expected[: sizes[name], FIGURES])
        found[name] = _rates(times[name], sizes[name]) | {
            "kernel_is_times": rate * times[name].least / sizes[name],
            "kernel_is_times_by_median": len(book) / times["kernel"].median * times[name].median / sizes[name],
            "minor_units_different": int(gap.sum()),
            "differing": {NAMES[at]: int(gap[:, at].sum()) for at in np.flatnonzero(gap.any(axis=0))},
        }
    return found


def schedules(loans: int, their_loans: int, rounds: int) -> dict[str, Any]:
    """Return loans a second that kernel and `mortgagemath` solve and schedule, and what differs."""
    book = mortgagemath.draw_book(loans)
    some = books.part(book, min(their_loans, loans))
    contracts = mortgagemath.read_contracts(some)
    tasks = {"kernel": lambda: batch.schedules(book), "theirs": lambda: mortgagemath.run(contracts)}
    times, answers = interleave(tasks, rounds)
    ours, theirs = _rates(times["kernel"], loans), _rates(times["theirs"], len(some))
    return {
        "kernel": ours,
        "mortgagemath": theirs,
        "kernel_is_times": ours["loans_per_second"] / theirs["loans_per_second"],
        "minor_units_different": mortgagemath.minor_units_different(answers["theirs"], some),
    }


def full_book(book: Book, rounds: int) -> dict[str, Any]:
    """Return loans a second on one thread and on two, and the time a loan by the size of the book."""
    sizes = [size for size in (10_000, 100_000, 1_000_000, 10_000_000) if size < len(book)] + [len(book)]
    parts = {size: books.part(book, size) for size in sizes}
    tasks: dict[str, Callable[[], Any]] = {
        f"{size}": lambda part=part: batch.positions(part, AS_OF) for size, part in parts.items()
    }
    tasks["two threads"] = lambda: batch.positions(book, AS_OF, threads=2)
    times, answers = interleave(tasks, rounds, FULL_SECONDS_MOST)
    one, two = times[f"{len(book)}"], times["two threads"]
    positions = answers[f"{len(book)}"]
    assert np.array_equal(positions, answers["two threads"]), "threads change nothing"
    return {
        "one_thread": _rates(one, len(book)),
        "two_threads": _rates(two, len(book)),
        "two_threads_are_times": one.least / two.least,
        "ns_per_loan_by_size": {size: times[f"{size}"].least / size * 1e9 for size in sizes},
        "refused": _refused(positions),
        "days_past_due_share": float((positions[:, rec.O_DAYS_PAST_DUE] > 0).mean()),
    }


def one_loan(book: Book, repeats: int) -> dict[str, float]:
    """Return microseconds (p50) of a batch of one with its output document, and of its kernel call alone."""
    day = EPOCH + timedelta(AS_OF)
    found = batch.positions(books.part(book, ONE_LOAN_SAMPLE), AS_OF)
    cases = [
        reprieve.Case.read(case_of(book, loan)) for loan in range(ONE_LOAN_SAMPLE) if not found[loan, rec.O_ERROR]
    ]  # fmt: skip
    whole, kernel = [], []
    for case in cases:
        single = case.book
        times, _ = interleave(
            {
                "whole": lambda case=case: [reprieve.position(case, day) for _ in range(repeats)],
                "kernel": lambda single=single: [batch.positions(single, AS_OF) for _ in range(repeats)],
            },
            1,
        )
        whole.append(times["whole"].median / repeats * 1e6)
        kernel.append(times["kernel"].median / repeats * 1e6)
    return {"with_output_us": median(whole), "kernel_call_us": median(kernel), "slowest_with_output_us": max(whole)}


def say(what: str) -> None:
    """Tell whoever waits what is being done."""
    print(f"  {what} ...", file=sys.stderr, flush=True)


def _rates(times: Times, loans: int) -> dict[str, Any]:
    return {
        "loans": loans,
        "loans_per_second": loans / times.least,
        "loans_per_second_by_median": loans / times.median,
        "repetitions": times.repetitions,
    }


def _refused(positions: np.ndarray) -> int:
    return int((positions[:, rec.O_ERROR] != 0).sum())
