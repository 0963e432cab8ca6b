"""Plant small bugs in the engine, one at a time, and count how many the tests notice (`make mutants`).

Works on copies below `build/mutants`, never on the sources themselves. Kernels run uncompiled, so that a bug is seen
at once. Cosmic Ray makes the bugs; this file chooses them, shares them out among workers and reports.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "build" / "mutants"
KILLED_SHARE_AT_LEAST = 0.90

TARGETS = (
    "money", "calendar", "level", "accrual", "schedule", "allocation", "prepayment", "servicing", "relief", "ceilings",
    "elapsed", "expiry", "level_bounds", "returns", "row_fees",
    "position",
)  # fmt: skip
"""Modules of `reprieve/engine` whose bugs must be noticed."""

TESTS = {
    "money": ["tests/engine/test_money.py"],
    "calendar": ["tests/engine/test_calendar.py"],
    "level": ["tests/engine/test_level.py"],
    "accrual": ["tests/engine/test_calendar.py", "tests/engine/test_spans.py", "tests/engine/test_lateness.py"],
    "schedule": ["tests/engine/test_schedule.py"],
    "allocation": ["tests/engine/test_allocation.py", "tests/engine/test_lateness.py"],
    "prepayment": ["tests/engine/test_allocation.py"],
    "position": ["tests/engine/test_lateness.py"],
    "servicing": ["tests/engine/test_openings.py"],
    "relief": ["tests/engine/test_pauses.py"],
    "returns": ["tests/engine/test_returns.py"],
    "expiry": ["tests/engine/test_lateness.py", "tests/engine/test_pauses.py"],
}
"""The tests asked first about a module; the others are asked for `EVERY_TEST`. The first failure ends the question."""

EVERY_TEST = [
    "tests/docs/test_arithmetic.py", "tests/histories/test_found.py", "tests/engine", "tests/published",
    "tests/lending/test_explanation.py", "tests/lending/test_remaining.py", "tests/histories/test_agreement.py",
]  # fmt: skip
"""Quick ones first: a bug is noticed in seconds, and only one that nothing notices waits for the random histories."""

UNASKED = "reference_gives or test_jit or threads_and_blocks or any_split_into"
"""What cannot notice a bug of the engine: it asks the reference, the cache of kernels, or one question twice."""

HISTORIES = 400
"""Random histories that the last of them compares with the reference."""

NO_MEANING = ("core/RemoveDecorator", "core/ExceptionReplacer", "core/VariableInserter", "core/VariableReplacer")
"""Operators left out: the decorator only compiles, and the others need arguments of their own."""

SECONDS_A_MUTANT = 300


@dataclass(frozen=True)
class Outcome:
    """One planted bug: where, what, and whether a test noticed."""

    module: str
    line: int
    operator: str
    noticed: bool
    diff: str


def main() -> int:
    """Run the mutants asked for; return 0 where the share noticed is high enough."""
    asked = _arguments()
    outcomes: list[Outcome] = []
    for module in asked.modules:
        outcomes += run_module(module, sample=asked.sample, seed=asked.seed, workers=asked.workers)
    _report(outcomes, seed=asked.seed, sample=asked.sample)
    return 0 if _noticed_share(outcomes) >= KILLED_SHARE_AT_LEAST else 1


def run_module(module: str, *, sample: int, seed: int, workers: int) -> list[Outcome]:
    """Plant bugs in one engine module (all, or a seeded sample) and return what became of each."""
    with ThreadPoolExecutor(workers) as pool:
        jobs = [pool.submit(_run_share, module, sample, seed, worker, workers) for worker in range(workers)]
        return [outcome for job in jobs for outcome in job.result()]


def _run_share(module: str, sample: int, seed: int, worker: int, workers: int) -> list[Outcome]:
    """Copy the sources, run one worker's share of a module's mutants in the copy, and return the outcomes."""
    folder = WORK / f"{module}-{worker}"
    _copy_sources(folder)
    source = Path("reprieve/engine") / f"{module}.py"
    (folder / "cosmic-ray.toml").write_text(_configuration(module, source), encoding="utf-8")
    _cosmic_ray(folder, "init", "cosmic-ray.toml", "session.sqlite")
    _cosmic_ray(folder, "baseline", "cosmic-ray.toml")
    _choose(folder, sample=sample, seed=seed, worker=worker, workers=workers)
    _cosmic_ray(folder, "exec", "cosmic-ray.toml", "session.sqlite")
    return _outcomes(folder, module)


def _copy_sources(folder: Path) -> None:
    """Make a fresh copy of what the tests need."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ("reprieve", "tests", "docs"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.nbi", "*.nbc"))
    shutil.copy(ROOT / "pyproject.toml", folder)


def _configuration(module: str, source: Path) -> str:
    """Return Cosmic Ray's configuration for one module."""
    tests = [path for path in [*TESTS.get(module, []), *EVERY_TEST] if (ROOT / path).exists()]
    command = f"{sys.executable} -m pytest -x -q -p no:cacheprovider -k 'not ({UNASKED})' {' '.join(tests)}"
    return (
        f'[cosmic-ray]\nmodule-path = ["{source.as_posix()}"]\ntimeout = {SECONDS_A_MUTANT}.0\n'
        f'excluded-modules = []\ntest-command = "{command}"\n[cosmic-ray.distributor]\nname = "local"\n'
    )


def _cosmic_ray(folder: Path, *arguments: str) -> None:
    """Run a Cosmic Ray command in the copy, with kernels uncompiled; a failure shows what it said."""
    environment = {
        **os.environ,
        "HISTORIES": str(HISTORIES),
        "NUMBA_CACHE_DIR": str(folder / "kernels"),
        "NUMBA_DISABLE_JIT": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(folder),
    }
    command = [str(Path(sys.executable).with_name("cosmic-ray")), *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"cosmic-ray {' '.join(arguments)} failed in {folder}:\n{done.stdout}\n{done.stderr}")


def _choose(folder: Path, *, sample: int, seed: int, worker: int, workers: int) -> None:
    """Mark every mutant that this worker shall not run as skipped."""
    from cosmic_ray.work_db import WorkDB, use_db
    from cosmic_ray.work_item import WorkerOutcome, WorkResult

    with use_db(str(folder / "session.sqlite"), WorkDB.Mode.open) as session:
        items = sorted(session.work_items, key=lambda item: str(item.mutations))
        meant = [item for item in items if _has_meaning(folder, item.mutations[0])]
        chosen = random.Random(seed).sample(meant, min(sample, len(meant))) if sample else meant
        mine = {item.job_id for item in chosen[worker::workers]}
        for item in items:
            if item.job_id not in mine:
                session.set_result(item.job_id, WorkResult(worker_outcome=WorkerOutcome.SKIPPED))


def _has_meaning(folder: Path, mutation: object) -> bool:
    """Return whether a mutant can change behaviour: not in a signature, not a decorator."""
    line = (folder / mutation.module_path).read_text(encoding="utf-8").splitlines()[mutation.start_pos[0] - 1]
    return not mutation.operator_name.startswith(NO_MEANING) and not line.lstrip().startswith(("def ", "@"))


def _outcomes(folder: Path, module: str) -> list[Outcome]:
    """Return what became of each mutant that ran; one that cannot run at all counts as noticed."""
    from cosmic_ray.work_db import WorkDB, use_db
    from cosmic_ray.work_item import TestOutcome

    with use_db(str(folder / "session.sqlite"), WorkDB.Mode.open) as session:
        mutations = {item.job_id: item.mutations[0] for item in session.work_items}
        return [
            Outcome(
                module=module,
                line=mutations[job].start_pos[0],
                operator=mutations[job].operator_name.removeprefix("core/"),
                noticed=result.test_outcome != TestOutcome.SURVIVED,
                diff=result.diff or "",
            )
            for job, result in session.results
            if result.test_outcome is not None
        ]


def _noticed_share(outcomes: list[Outcome]) -> float:
    """Return the share of mutants that a test noticed."""
    return sum(outcome.noticed for outcome in outcomes) / len(outcomes) if outcomes else 0.0


def _report(outcomes: list[Outcome], *, seed: int, sample: int) -> None:
    """Print a table and every survivor; keep them in build/mutants.json."""
    tried, noticed = Counter(o.module for o in outcomes), Counter(o.module for o in outcomes if o.noticed)
    survivors = [outcome for outcome in outcomes if not outcome.noticed]
    for outcome in survivors:
        changed = [line for line in outcome.diff.splitlines() if line[:1] in "+-" and line[:3] not in ("---", "+++")]
        print(f"\n{outcome.module}.py:{outcome.line} {outcome.operator}", *changed, sep="\n  ")
    print(f"\n{'module':<14}{'tried':>8}{'noticed':>9}{'share':>9}")
    for module in tried:
        print(f"{module:<14}{tried[module]:>8}{noticed[module]:>9}{noticed[module] / tried[module]:>9.1%}")
    print(f"{'all':<14}{len(outcomes):>8}{len(outcomes) - len(survivors):>9}{_noticed_share(outcomes):>9.1%}")
    kept = {
        "seed": seed,
        "sample_a_module": sample or "all",
        "tried": dict(tried),
        "noticed": dict(noticed),
        "survivors": [{"at": f"{o.module}.py:{o.line}", "operator": o.operator, "diff": o.diff} for o in survivors],
    }
    (ROOT / "build" / "mutants.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, default=0, help="mutants of each module, chosen by seed; 0 takes all")
    parser.add_argument("--seed", type=int, default=20260115)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("modules", nargs="*", default=TARGETS, help=f"of reprieve/engine: {', '.join(TARGETS)}")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
