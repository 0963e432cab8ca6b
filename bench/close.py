"""What a close costs beside a bare read of the same events: `python -m bench.close 100000`. Decides nothing.

A database of its own with a lender's book (`lender_book`), durable as it comes; then the first close of all of it, a
daily close with the shelves of the last one, and a daily close whose shelves were lost, so that all is read again.
Each size runs in a process of its own, so that its peak memory is its own.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from bench.contests import say

LAST_DAY: Final = date(2026, 6, 29)
"""The last day that is closed: no month ends on the days that are, so no credit record is filed."""
BARE: Final = (
    "SELECT id, contract_id, event_id, event_on, event_order, kind, amount_minor, terms, recorded_at FROM event"
)
"""A bare read: what a close must know of every event."""
THREADS: Final = 2


def close_figures(sizes: Sequence[int]) -> dict[str, Any]:
    """Return the figures of books of some sizes, and how seconds a loan grow from the least to the largest."""
    found = {str(size): _measured_apart(size) for size in sizes}
    figures: dict[str, Any] = {"by_size": found}
    for name in ("first", "daily", "daily_without_shelves"):
        least, most = (found[str(size)] for size in (min(sizes), max(sizes)))
        figures[f"{name}_times_bare_read"] = most[name]["times_bare_read"]
        figures[f"{name}_linearity"] = most[name]["seconds"] / most["loans"] / (least[name]["seconds"] / least["loans"])
    figures["peak_bytes"] = max(one["peak_bytes"] for one in found.values())
    return figures


def _measured_apart(size: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.close", str(size)]
    shown = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    found: dict[str, Any] = json.loads(shown)
    return found


def measure(loans: int, home: Path) -> dict[str, Any]:
    """Return the figures of one size, in this process."""
    from reprieve.storage.server import running_server

    os.environ |= {"REPRIEVE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "reprieve.settings"}
    os.environ.pop("DATABASE_URL", None)
    with running_server():
        if not (home / "filled").exists():
            _fill(loans, home)
        return _closes(home)


def _fill(loans: int, home: Path) -> None:
    """Make the database and its book, in a process of its own: what it takes is not the close's."""
    command = [sys.executable, "-m", "bench.close", str(loans), "--home", str(home), "--fill"]
    subprocess.run(command, stdout=sys.stderr, check=True)
    (home / "filled").touch()


def fill(loans: int, home: Path) -> None:
    """Migrate, draw and copy a book."""
    import django

    from reprieve.storage.migrate import migrate

    django.setup()
    migrate()
    import psycopg

    from bench import lender_book
    from reprieve.operations.commands.lenders import establish_lender

    establish_lender("Bench", "cn", currency="CNY", time_zone="UTC")
    say(f"drawing a lender's book of {loans:,} loans")
    book, product = lender_book.draw(loans)
    with psycopg.connect(_superuser(home)) as connection:
        say(f"copying {len(book.on):,} events and what they posted")
        lender_book.fill(connection, book, product)
    with psycopg.connect(_superuser(home), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _superuser(home: Path) -> str:
    from reprieve.storage.cluster import SUPERUSER, address_of
    from reprieve.storage.secret_file import read_secrets

    return address_of(home).url(SUPERUSER, read_secrets(home / "secrets.json"))


def _closes(home: Path) -> dict[str, Any]:
    """Return seconds of a bare read before and after, and of three closes."""
    import django

    django.setup()
    from reprieve.operations.close_of_day import Options
    from reprieve.operations.mirror import Mirror

    _warm_up()
    folder = home / "book"
    options = Options(mirror=Mirror(folder), threads=THREADS)
    events, before = _timed(lambda: _bare_read(_superuser(home)))
    parts: dict[str, dict[str, Any]] = {}
    for back, name in ((2, "first"), (1, "daily"), (0, "daily_without_shelves")):
        if name == "daily_without_shelves":
            shutil.rmtree(folder)
        say(f"{name} close")
        parts[name] = _close(LAST_DAY - timedelta(days=back), options)
    _, after = _timed(lambda: _bare_read(_superuser(home)))
    bare = min(before, after)
    for part in parts.values():
        part["times_bare_read"] = part["seconds"] / bare
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {
        "loans": parts["daily"]["loans"], "events": events, "bare_read_seconds": [before, after], **parts,
        "peak_bytes": peak, "load": os.getloadavg()[0],
    }  # fmt: skip


def _warm_up() -> None:
    """Compile the kernels, unless they are cached."""
    from bench import lender_book
    from reprieve.engine import batch

    book, _ = lender_book.draw(50)
    batch.positions(book, 0)


def _bare_read(url: str) -> int:
    """Read every event through ADBC, batch by batch, and return how many there are."""
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(BARE)
        return sum(batch.num_rows for batch in cursor.fetch_record_batch())


def _close(day: date, options: Any) -> dict[str, Any]:
    """Close a day; return its seconds, by step and in all, processor seconds of this process, and what came out."""
    from dataclasses import replace

    from bench.lender_book import instant
    from reprieve.operations.close_of_day import close_until

    steps: dict[str, float] = {}
    last = started = time.perf_counter()

    def note(step: str, _: int, __: int) -> None:
        nonlocal last
        now = time.perf_counter()
        steps[step] = steps.get(step, 0.0) + now - last
        last = now

    own = time.process_time()
    [done] = close_until(day, instant(day), options=replace(options, progress=note))
    seconds = time.perf_counter() - started
    assert done["state"] == "finished", done
    return {
        "seconds": seconds, "own_processor_seconds": time.process_time() - own,
        "steps": {step: round(taken, 2) for step, taken in steps.items()}, "loans": done["loans"],
        "transitions": done["transitions"], "entries": done["entries"],
    }  # fmt: skip


def _timed(task: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    answer = task()
    return answer, time.perf_counter() - started


def main(arguments: list[str]) -> None:
    """Measure one size and print its figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.close", description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("loans", type=int)
    parser.add_argument("--home", type=Path, help="where the database is kept, and taken up again [a temporary one]")
    parser.add_argument("--fill", action="store_true", help="make the database alone")
    options = parser.parse_args(arguments)
    if options.fill:
        fill(options.loans, options.home)
        return
    home = options.home or Path(tempfile.mkdtemp(prefix="reprieve-bench-"))
    try:
        print(json.dumps(measure(options.loans, home)))
    finally:
        if options.home is None:
            shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1:])
