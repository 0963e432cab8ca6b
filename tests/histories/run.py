"""The long run: `python -m tests.histories.run --count N --seed S [--processes 2]`. Reports; never repairs."""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from tests.histories.agreement import Verdict, differences, history, judge
from tests.histories.generator import Moment
from tests.histories.shrink import Case, shrink

FOUND = Path("build/histories")
RECORD = Path("docs/reference/histories.md")
SHOWN = 5


def main(arguments: list[str]) -> int:
    """Runs, prints every difference with its replay command, and records the result; 1 if anything differs."""
    options = _options(arguments)
    if options.only is not None:
        return _replay(options.seed, options.only, options.focus)
    started = time.monotonic()
    failed, refused, kinds = [], 0, Counter[str]()
    for done, verdict in enumerate(verdicts(options.seed, options.count, options.processes, options.focus), start=1):
        refused += verdict.is_refused
        kinds.update([] if verdict.is_refused else verdict.kinds)
        if verdict.differences:
            failed.append(verdict)
            if len(failed) <= SHOWN:
                print(f"\n{verdict.differences[0]}\n  {replay_command(options.seed, verdict.number)}", flush=True)
        if done % 100 == 0 or done == options.count:
            rate = done / (time.monotonic() - started)
            print(f"\r{done}/{options.count} histories, {len(failed)} differ, {refused} refused, {rate:.0f}/s", end="")
    if failed:
        print(f"\n{len(failed)} differ:", ", ".join(str(verdict.number) for verdict in failed))
    print("\nkinds in accepted histories:", ", ".join(f"{kind} {times}" for kind, times in kinds.most_common()))
    if options.on:
        record(RECORD, options.on, options.seed, options.count, refused, len(failed))
    return 1 if failed else 0


def verdicts(seed: int, count: int, processes: int = 1, focus: str | None = None) -> Iterator[Verdict]:
    """The verdicts of histories 0 to `count`, in order."""
    ask = partial(judge, seed, focus=focus)
    if processes == 1:
        yield from map(ask, range(count))
        return
    with get_context("spawn").Pool(processes) as pool:
        yield from pool.imap(ask, range(count), chunksize=20)


def replay_command(seed: int, number: int) -> str:
    """The one line that shows a history again and makes it smaller."""
    return f"python -m tests.histories.run --seed {seed} --only {number}"


def minimise(case: Case, days: list[Moment]) -> tuple[Case, list[str]]:
    """A smaller case with the same sort of difference on one of its days, and what then differs."""
    sort = _sort(differences(case, days))
    day = next((day for day in days if _sort(differences(case, [day])) == sort), days[0])
    smaller = shrink(case, lambda other: _sort(differences(other, [day])) == sort)
    return smaller, differences(smaller, [day])


def save(seed: int, number: int, case: Case, lines: Iterable[str]) -> Path:
    """Writes a case and what differs to `build/histories/`."""
    FOUND.mkdir(parents=True, exist_ok=True)
    path = FOUND / f"{seed}-{number}.json"
    path.write_text(json.dumps({"case": case, "differences": list(lines)}, indent=1, ensure_ascii=False) + "\n")
    return path


def record(path: Path, on: date, seed: int, count: int, refused: int, failed: int) -> None:
    """Keeps the last result where the documentation shows it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "# Random histories: the last long run\n\n"
        "The kernel and the `Fraction` reference were asked the same questions; `make histories N=…` asks again.\n\n"
        "| run on | seed | histories | refused by both | with a difference |\n|---|---|---|---|---|\n"
        f"| {on} | {seed} | {count:,} | {refused:,} | {failed:,} |\n"
    )


def _replay(seed: int, number: int, focus: str | None) -> int:
    case, days = history(seed, number, focus)
    found = differences(case, days)
    if not found:
        print(f"history {number} of seed {seed}: no difference")
        return 0
    smaller, lines = minimise(case, days)
    print(json.dumps(smaller, indent=1, ensure_ascii=False))
    print("\n".join(lines[:20]))
    print("written to", save(seed, number, smaller, lines))
    return 1


def _sort(lines: list[str]) -> str:
    """The sort of the first difference: which side crashed on what, who alone refuses, or figures."""
    if not lines:
        return ""
    text = lines[0].split(": ", 1)[1]
    if "crashed with" in text or text.startswith("only the"):
        return text.split(":")[0]
    return "schedule" if lines[0].startswith("schedule") else "figures"


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.histories.run", description=__doc__)
    parser.add_argument("--count", type=int, default=2000, help="how many histories")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--focus", help="a kind of event that every history holds")
    parser.add_argument("--only", type=int, help="replay one history and make it smaller")
    parser.add_argument("--on", type=date.fromisoformat, help="the date to record; without it nothing is recorded")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
