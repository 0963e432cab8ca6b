"""The driver: `python -m tests.faults.run --count N --seed S`. Kills, starts again, and has a stranger count.

A chapter is one home with a life of its own: at most 40 kills at random, and one at each named point unless told
otherwise. A seed names the kills of a chapter; what each hits depends on the pace of the machine, and is printed.
"""

import argparse
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import psycopg

from reprieve.operations.failpoints import FOLDER, POINTS
from reprieve.storage.cluster import SUPERUSER, Address
from reprieve.storage.secret_file import read_secrets
from tests.faults import clerk, lender
from tests.faults.invariants import Story, complaints
from tests.faults.payers import Payers
from tests.faults.plan import Kill, at_every_point, at_random
from tests.faults.platform import PAUSE_SECONDS, PRELOADED, Platform, environment_of

A_CHAPTER = 40
LOANS = 12
REACH_SECONDS = 300


class Chapter:
    """One home: its platform, its payers, and what was seen so far."""

    def __init__(self, home: Path, seed: str) -> None:
        self.seed = seed
        self.begun = time.monotonic()
        self.faults: list[str] = []
        self.platform = Platform(home / "home", home, LOANS, environment_of(home / "home"))
        self.payers = Payers(self.platform.url, "", LOANS, seed)
        self.rng = random.Random(f"{seed} backends")

    def begin(self) -> None:
        """Found the lender, start everything, and let the payers pay."""
        platform = self.platform
        # What clerks are forked from reads its environment once, when the first is asked for.
        os.environ.clear()
        os.environ.update(platform.environment | {FOLDER: str(platform.hits("clerk"))})
        multiprocessing.set_forkserver_preload([PRELOADED])
        platform.start_postgres()
        token = platform.folder / "token"
        founder = multiprocessing.get_context("forkserver").Process(target=lender.found, args=(str(token), LOANS))
        founder.start()
        founder.join()
        assert founder.exitcode == 0, "the lender could not be founded"
        self.payers.token = token.read_text()
        self.say(f"fsync {self._setting('fsync')}, synchronous_commit {self._setting('synchronous_commit')}")
        self.raise_all()
        self.payers.start()

    def raise_all(self) -> None:
        """Start what does not run, PostgreSQL first, and wait until the server is ready."""
        self.platform.start_postgres()
        if not self.platform.is_running("clerk"):
            self._look_at_clerk()
            self.platform.start_clerk()
        for kind in ("server", "worker"):
            if not self.platform.is_running(kind):
                self.platform.start(kind)
        self.platform.wait_ready()

    def kill(self, kill: Kill) -> None:
        """Carry out a kill, say what it hit, and start again what died."""
        if not kill.is_hurried:
            self.raise_all()
        if kill.point:
            hit = self._kill_at_point(kill)
        else:
            time.sleep(kill.wait)
            hit = self._kill_now(kill.whom)
        self.say(f"{kill.whom}{' ' + kill.point if kill.point else ''}: {hit}")
        self.platform.start_postgres()

    def end(self) -> None:
        """Let everything come to rest, close a last day, and have the stranger count."""
        self.raise_all()
        self.payers.stop()
        self.faults += self.payers.faults
        self.platform.kill("clerk")
        last = clerk.next_day(self.platform.told) + timedelta(days=1)
        self.platform.start_clerk(until=last)
        self.platform.clerk.join()
        if self.platform.clerk.exitcode:
            self.faults.append(f"the last clerk ended with {self.platform.clerk.exitcode}: {self._log('clerk')}")
        self.faults += self.platform.stop()
        taken = clerk.answered(self.platform.told, "took")
        story = Story(LOANS, self.payers.intents, taken, last, self.platform.posted())
        with self._connected() as connection:
            self.faults += complaints(connection, story)
        self._count(story)

    def say(self, what: str) -> None:
        """Print a line with its instant."""
        print(f"{time.monotonic() - self.begun:7.2f} s  {what}", flush=True)

    def _kill_now(self, whom: str) -> str:
        platform = self.platform
        seen = ", ".join(f"{kind} last at {platform.last_reached(kind)}" for kind in ("server", "clerk"))
        seen += f", {self.payers.under_way()} payments under way, {len(self.payers.answered())} answered"
        if whom == "backend":
            return f"{platform.kill_backend(self.rng)}; {seen}"
        if whom.startswith("postgres"):
            return f"{platform.kill_postgres(signal.SIGQUIT if 'at once' in whom else signal.SIGKILL)}; {seen}"
        if whom == "server's worker":
            return f"{platform.kill_server_worker()}; {seen}"
        if not platform.is_running(whom):
            return f"it was down already; {seen}"
        platform.kill(whom)
        return seen

    def _kill_at_point(self, kill: Kill) -> str:
        """Start a process that dies at a point by itself, and wait until it has."""
        platform, kind = self.platform, kill.whom.split()[0]
        if kind == "clerk":
            platform.kill("clerk")
            platform.start_clerk(point=kill.point, turn=kill.turn)
        else:
            platform.kill(kind)
            platform.start(kind, kill.point, kill.turn)
        end = time.monotonic() + REACH_SECONDS
        while platform.is_running(kind) and time.monotonic() < end:
            time.sleep(PAUSE_SECONDS)
        if platform.is_running(kind):
            self.faults.append(f"the {kind} did not reach {kill.point} {kill.turn} times in {REACH_SECONDS} seconds")
            return "not reached"
        if kind == "clerk":
            self._look_at_clerk()
        return f"dead at turn {kill.turn}, {len(self.payers.answered())} answered"

    def _look_at_clerk(self) -> None:
        """A clerk that ended by itself has found a fault."""
        ended = self.platform.clerk
        if ended is not None and ended.exitcode not in (0, -signal.SIGKILL):
            self.faults.append(f"a clerk ended with {ended.exitcode}: {self._log('clerk')}")

    def _count(self, story: Story) -> None:
        given_up = sum(intent.is_given_up and not intent.events for intent in story.intents)
        self.say(f"{len(self.payers.answered())} payments acknowledged, {given_up} given up for good")
        self.say(f"{len(story.lines())} bank lines taken, {len(set(story.files))} days closed")
        self.say(f"trouble that payers met: {self.payers.trouble or 'none'}")

    def _log(self, kind: str) -> str:
        path = self.platform.log(kind)
        return path.read_text()[-3000:] if path.exists() else ""

    def _setting(self, name: str) -> str:
        with self._connected() as connection:
            return str(connection.execute(f"SHOW {name}").fetchone()[0])

    def _connected(self) -> psycopg.Connection:
        secrets = read_secrets(self.platform.home / "secrets.json")
        return psycopg.connect(Address(self.platform.home / "socket").url(SUPERUSER, secrets))


def main(arguments: list[str]) -> int:
    """Run the chapters asked for, print hits and what does not hold; 1 if anything does not."""
    options = _options(arguments)
    if options.chapter is not None:
        return run_chapter(options)
    sums: Counter[str] = Counter()
    failed = []
    for chapter in range(-(-options.count // A_CHAPTER)):
        print(f"chapter {chapter}: {_replay(options, chapter)}", flush=True)
        hits, code = _in_own_process(options, chapter)
        sums.update(hits)
        failed += [chapter] if code else []
    return _report(sums, failed, options)


def run_chapter(options: argparse.Namespace) -> int:
    """Run one chapter in this process; its folder is kept where something does not hold."""
    folder = Path(tempfile.mkdtemp(prefix="reprieve-faults-", dir="/tmp"))
    folder.chmod(0o755)
    seed = f"{options.seed}/{options.chapter}"
    chapter = Chapter(folder, seed)
    kills = at_every_point(seed) if options.points else []
    kills += at_random(seed, options.count)
    try:
        chapter.begin()
        for kill in kills:
            chapter.kill(kill)
        chapter.end()
    except BaseException as error:
        chapter.faults.append(f"the chapter broke off: {error!r}")
        raise
    finally:
        chapter.payers.abandon()
        chapter.platform.destroy()
        _tell(chapter, options.hits)
        if chapter.faults:
            print("\n".join([*chapter.faults, f"kept for a look: {folder}"]), flush=True)
        else:
            shutil.rmtree(folder)
    return 1 if chapter.faults else 0


def _tell(chapter: Chapter, path: Path | None) -> None:
    """Write how often each kind of process reached each point."""
    rows = [f"{kind} {point} {count}" for kind, points in chapter.platform.counts().items()
            for point, count in points.items()]  # fmt: skip
    if path is not None:
        path.write_text("\n".join(rows))


def _in_own_process(options: argparse.Namespace, chapter: int) -> tuple[Counter[str], int]:
    """Run a chapter as a process of its own, and return its hits and its exit code."""
    with tempfile.NamedTemporaryFile() as file:
        command = [sys.executable, "-m", "tests.faults.run", *_arguments(options, chapter), "--hits", file.name]
        code = subprocess.run(command, check=False).returncode
        sums: Counter[str] = Counter()
        for row in Path(file.name).read_text().splitlines():
            _, point, times = row.split()
            sums[point] += int(times)
    return sums, code


def _report(sums: Counter[str], failed: list[int], options: argparse.Namespace) -> int:
    print("\nhits of each point, over all processes:")
    print("\n".join(f"{sums[point]:8}  {point}" for point in POINTS))
    missed = [point for point in POINTS if not sums[point]]
    if missed:
        print(f"never reached: {', '.join(missed)}")
    for chapter in failed:
        print(f"chapter {chapter} does not hold: {_replay(options, chapter)}")
    print(f"seed {options.seed}: SEED={options.seed} make faults N={options.count}")
    return 1 if missed or failed else 0


def _replay(options: argparse.Namespace, chapter: int) -> str:
    return f"python -m tests.faults.run {' '.join(_arguments(options, chapter))}"


def _arguments(options: argparse.Namespace, chapter: int) -> list[str]:
    count = min(A_CHAPTER, options.count - chapter * A_CHAPTER)
    points = [] if options.points else ["--no-points"]
    return ["--seed", str(options.seed), "--chapter", str(chapter), "--count", str(count), *points]


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.run", description=__doc__)
    parser.add_argument("--count", type=int, default=20, help="how many kills at random")
    parser.add_argument("--seed", type=int, default=int(os.environ.get("SEED", "2026")))
    parser.add_argument(
        "--points", action=argparse.BooleanOptionalAction, default=True, help="kill once at each named point as well"
    )
    parser.add_argument("--chapter", type=int, help="run this chapter alone, with `count` kills at random")
    parser.add_argument("--hits", type=Path, help="where a chapter writes how often each point was reached")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
