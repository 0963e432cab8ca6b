"""The figures of a bench: measured in order, set beside their goals, written as JSON and as a table."""

import json
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from bench import agreement, books, bounds, contests, machine, memory
from bench.contests import say

GOALS: Final = (
    ("loans_per_second_per_core", "full book, one thread, loans a second", 1_000_000, "at least"),
    ("two_threads", "two threads against one", 1.7, "at least"),
    ("times_polars", "kernel (1 thread) against Polars (2 threads)", 25, "at least"),
    ("times_duckdb", "kernel (1 thread) against DuckDB (2 threads)", 50, "at least"),
    ("times_decimal", "kernel against Decimal, loan by loan", 150, "at least"),
    ("times_mortgagemath", "schedules against mortgagemath", 300, "at least"),
    ("bytes_per_loan", "peak bytes a loan beyond the input", 400, "at most"),
    ("batch_of_one_us", "a batch of one with its document, microseconds", 30, "at most"),
    ("linearity", "time a loan, largest book against 10,000 loans", 1.3, "at most"),
    ("minor_units_different", "minor units different, all rivals and the reference", 0, "at most"),
)
"""Figure of `engine`, what it is, its goal and which side of it is good."""


def measure(options: Namespace) -> dict[str, Any]:
    """Return all figures; books of `options.loans` loans."""
    before = machine.load()
    say(f"drawing {options.loans:,} plain loans")
    plain = books.plain(options.loans)
    say("kernel, Polars, DuckDB and Decimal on the plain book, in turns")
    rivals = contests.against_rivals(plain, options.decimal, options.rounds)
    del plain
    say("schedules, with mortgagemath")
    schedules = contests.schedules(min(options.loans, 100_000), options.schedules, 3)
    say(f"drawing {options.full_loans:,} full loans")
    full = books.full(options.full_loans)
    say("the full book on one thread and on two, by size")
    whole = contests.full_book(full, 3)
    say("a batch of one")
    one = contests.one_loan(full, 20)
    say("what bounds it")
    bound = bounds.explain(full, 1 / whole["one_thread"]["loans_per_second"])
    say(f"{options.reference} loans of the full book against the reference")
    agreed = agreement.compare_with_reference(books.part(full, min(options.reference, options.full_loans)))
    del full
    say("peak memory, in a process of its own")
    peak = memory.measure_apart(options.full_loans)
    parts = {
        "plain": rivals, "schedules": schedules, "full": whole, "one_loan": one, "bound": bound, "reference": agreed,
        "memory": peak,
    }  # fmt: skip
    described = machine.describe() | {"load_before": before, "load_after": machine.load()}
    return {"engine": headline(parts), "machine": described, **parts}


def headline(parts: dict[str, Any]) -> dict[str, float]:
    """Return the figures that have goals."""
    plain, full = parts["plain"], parts["full"]
    by_size = list(full["ns_per_loan_by_size"].values())
    differences = [plain[name]["minor_units_different"] for name in contests.RIVALS]
    differences += [parts["schedules"]["minor_units_different"], parts["reference"]["minor_units_different"]]
    return {
        "loans_per_second_per_core": full["one_thread"]["loans_per_second"],
        "times_polars": plain["polars"]["kernel_is_times"],
        "times_duckdb": plain["duckdb"]["kernel_is_times"],
        "times_decimal": plain["decimal"]["kernel_is_times"],
        "times_mortgagemath": parts["schedules"]["kernel_is_times"],
        "two_threads": full["two_threads_are_times"],
        "bytes_per_loan": parts["memory"]["bytes_per_loan"],
        "batch_of_one_us": parts["one_loan"]["with_output_us"],
        "linearity": by_size[-1] / by_size[0],
        "minor_units_different": sum(differences),
    }


def write(figures: dict[str, Any], path: Path) -> None:
    """Write the figures as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def lines(figures: dict[str, Any]) -> Iterator[str]:
    """Yield the table, the rates behind it, what bounds the kernel, and the machine."""
    for name, what, goal, side in GOALS:
        value = figures["engine"][name]
        is_met = value >= goal if side == "at least" else value <= goal
        yield f"{what:<58}{_short(value):>13}   {side:>8} {_short(goal):>9}   {'yes' if is_met else 'NO'}"
    yield ""
    plain = figures["plain"]
    for name in ("kernel", *contests.RIVALS):
        rates = plain[name]
        yield (
            f"plain book, {name:<8}{rates['loans_per_second']:>12,.0f} loans/s (median "
            f"{rates['loans_per_second_by_median']:,.0f}) on {rates['loans']:,} loans, {rates['repetitions']} times"
        )
    sizes = figures["full"]["ns_per_loan_by_size"]
    yield "full book, ns a loan: " + ", ".join(f"{size:,} loans {value:.0f}" for size, value in sizes.items())
    agreed = figures["reference"]
    yield f"full book, reference: {agreed['loans_differing']} of {agreed['loans']:,} loans differ"
    yield ""
    yield figures["bound"]["text"]
    yield ""
    about = figures["machine"]
    yield (
        f"{about['processor']}, {about['cores']} cores; load {about['load_before'][0]} before, "
        f"{about['load_after'][0]} after; " + ", ".join(f"{name} {one}" for name, one in about["versions"].items())
    )


def _short(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 100 else f"{value:,.2f}"
