"""The server of this bench: an embedded cluster in a folder of its own, its programs, its processes. Measures nothing.

It runs with PostgreSQL's defaults, so fsync is on; the platform's database and TPC-B's lie side by side on it.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil
import psycopg

from reprieve.storage.binaries import find_binaries
from reprieve.storage.cluster import DATABASE, SUPERUSER, Address
from reprieve.storage.home import Home, open_home
from reprieve.storage.secret_file import Secrets, read_secrets
from reprieve.storage.server import running_server

TPCB: Final = "tpcb"
RATE_MOST: Final = "999999999"
"""Requests a minute: the limit is counted for every request and never reached."""


@dataclass(frozen=True)
class Place:
    """A running server."""

    home: Home
    address: Address
    secrets: Secrets
    programs: Path
    environment: dict[str, str]

    def url(self, database: str = DATABASE) -> str:
        """Return the superuser's URL of a database."""
        return Address(self.address.socket, database).url(SUPERUSER, self.secrets)

    def run(self, module: str, *arguments: str) -> str:
        """Run a module of this bench to its end, in a process of its own; return what it printed."""
        command = [sys.executable, "-m", module, *arguments]
        return subprocess.run(command, env=self.environment, check=True, stdout=subprocess.PIPE, text=True).stdout

    def start(self, module: str, *arguments: str) -> subprocess.Popen[str]:
        """Start a module of this bench; it is talked to by lines."""
        command = [sys.executable, "-m", module, *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=self.environment, stdin=pipe, stdout=pipe, text=True)

    def cpu_seconds(self) -> float:
        """Return the processor time that the server and all its processes have taken so far."""
        number = int((self.home.data_path / "postmaster.pid").read_text().splitlines()[0])
        parent = psutil.Process(number)
        times = parent.cpu_times()
        seconds = times.user + times.system + times.children_user + times.children_system
        for child in parent.children():
            with suppress(psutil.NoSuchProcess):
                seconds += sum(child.cpu_times()[:2])
        return float(seconds)

    def facts(self) -> dict[str, str]:
        """Return the settings that matter to the figures."""
        with psycopg.connect(self.url("postgres")) as connection:
            names = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers")
            return {name: connection.execute(f"SHOW {name}").fetchone()[0] for name in names}  # type: ignore[index]


@contextmanager
def bench_server() -> Iterator[Place]:
    """Run the server in an empty folder while the block runs, and remove it."""
    path = Path(tempfile.gettempdir()) / f"reprieve-bench-{os.getpid()}"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "DJANGO_"))},
        "REPRIEVE_HOME": str(path), "REPRIEVE_RATE_A_MINUTE": RATE_MOST, "REPRIEVE_OPEN_RATE_A_MINUTE": RATE_MOST,
    }  # fmt: skip
    try:
        with running_server(environment) as address:
            home = open_home(environment)
            programs = find_binaries(home, environment).folder
            yield Place(home, address, read_secrets(home.secrets_path), programs, environment)
    finally:
        shutil.rmtree(path, ignore_errors=True)


def make_database(place: Place, name: str) -> None:
    """Make an empty database."""
    with psycopg.connect(place.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")


def settle(place: Place) -> None:
    """Write what is dirty to disk, so that each contest begins alike."""
    with psycopg.connect(place.url("postgres"), autocommit=True) as connection:
        connection.execute("CHECKPOINT")


def percentile(values: list[int], share: float) -> float:
    """Return a percentile of some whole numbers."""
    ordered = sorted(values)
    return float(ordered[min(len(ordered) - 1, int(len(ordered) * share))])


def tell(process: subprocess.Popen[str], line: str) -> None:
    """Send a line to a process."""
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def hear(process: subprocess.Popen[str]) -> str:
    """Return the next line of a process."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, f"{process.args} ended without an answer"
    return line.strip()


Figures = dict[str, Any]
