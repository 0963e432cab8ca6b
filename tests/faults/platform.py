"""The platform of one home: `reprieve serve`, a clerk, `reprieve worker` and PostgreSQL, to be started and killed."""

import json
import multiprocessing
import os
import random
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx

from reprieve.operations.failpoints import FOLDER, VARIABLE, told
from reprieve.storage.server import start_server, stop_server
from tests.faults import clerk

READY_SECONDS = 120
STOP_SECONDS = 30
PAUSE_SECONDS = 0.02
KINDS = ("server", "worker", "clerk")
COMMANDS = {"server": "serve", "worker": "worker"}
PRELOADED = "tests.faults.loaded"


def environment_of(home: Path) -> dict[str, str]:
    """The environment of every process of a home; which PostgreSQL to run stays as it was chosen."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "REPRIEVE_"))}
    programs = os.environ.get("REPRIEVE_POSTGRES_BIN")
    chosen = {"REPRIEVE_POSTGRES_BIN": programs} if programs else {}
    fixed = {
        "REPRIEVE_HOME": str(home), "REPRIEVE_RATE_A_MINUTE": "0", "REPRIEVE_OPEN_RATE_A_MINUTE": "0",
        "DJANGO_SETTINGS_MODULE": "reprieve.settings", "NUMBA_DISABLE_JIT": "1",
    }  # fmt: skip
    return kept | chosen | fixed


@dataclass
class Platform:
    """What runs in a home, and the folder where its processes speak and count."""

    home: Path
    folder: Path
    loans: int
    environment: dict[str, str]
    port: int = 0
    processes: dict[str, subprocess.Popen] = field(default_factory=dict)
    clerk: Any = None

    def __post_init__(self) -> None:
        for kind in KINDS:
            self.hits(kind).mkdir(parents=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    @property
    def url(self) -> str:
        """Where the server answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def told(self) -> Path:
        """What the clerk was answered."""
        return self.folder / "told"

    def hits(self, kind: str) -> Path:
        """The folder where processes of a kind count how often they reach each point."""
        return self.folder / "hits" / kind

    def log(self, kind: str) -> Path:
        """What processes of a kind say."""
        return self.folder / f"{kind}.log"

    def posted(self) -> set[str]:
        """The webhooks that reached their endpoint, which here is a folder, by the id a receiver knows them by."""
        files = (self.home / "outbox" / "webhook").glob("*.json")
        return {json.loads(file.read_text("utf-8"))["key"] for file in files}

    def start_postgres(self) -> None:
        """Start PostgreSQL, which recovers first if it was killed, and leave it running."""
        start_server(self.environment)

    def start(self, kind: str, point: str = "", turn: int = 1) -> None:
        """Start the server or the worker, to die at a point if one is named."""
        arms = {VARIABLE: f"{point}:{turn}"} if point else {}
        command = [sys.executable, "-m", "reprieve.cli", COMMANDS[kind]]
        command += ["--port", str(self.port)] if kind == "server" else []
        with self.log(kind).open("ab") as log:
            self.processes[kind] = subprocess.Popen(
                command, env=self.environment | arms | {FOLDER: str(self.hits(kind))}, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def start_clerk(self, **more: Any) -> None:
        """Start a clerk, forked from a process that has everything loaded."""
        order = clerk.Order(str(self.told), str(self.log("clerk")), self.loans, **more)
        self.clerk = multiprocessing.get_context("forkserver").Process(target=clerk.work, args=(order,))
        self.clerk.start()

    def wait_ready(self) -> None:
        """Wait until the server says that it is ready."""
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end:
            with suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/readyz", timeout=5).status_code == HTTPStatus.OK:
                    return
            if self.processes["server"].poll() is not None:
                break
            time.sleep(PAUSE_SECONDS)
        raise AssertionError(f"the server did not come up: {self.log('server').read_text()[-2000:]}")

    def is_running(self, kind: str) -> bool:
        """Whether a process of a kind lives."""
        if kind == "clerk":
            return self.clerk is not None and self.clerk.is_alive()
        return kind in self.processes and self.processes[kind].poll() is None

    def last_reached(self, kind: str) -> str:
        """The last point that the newest process of a kind reached."""
        files = [file for file in self.hits(kind).iterdir() if any(told(file)[0].values())]
        return told(max(files, key=lambda file: file.stat().st_mtime_ns))[1] if files else "no point"

    def counts(self) -> dict[str, dict[str, int]]:
        """How often all processes together reached each point, by kind."""
        sums: dict[str, dict[str, int]] = {}
        for kind in KINDS:
            sums[kind] = {}
            for file in self.hits(kind).iterdir():
                for point, count in told(file)[0].items():
                    sums[kind][point] = sums[kind].get(point, 0) + count
        return sums

    def kill(self, kind: str) -> None:
        """Kill a process of a kind outright, with all that it started."""
        if kind == "clerk":
            self.clerk.kill()
            self.clerk.join()
            return
        process = self.processes[kind]
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def kill_server_worker(self) -> str:
        """Kill the process that answers, and wait until the one that started it has started another."""
        process = self.processes["server"]
        found = [child for child in children_of(process.pid) if "reprieve.cli" in command_of(child)]
        for child in found:
            _kill(child)
        if not found:
            return "it was down already"
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end and process.poll() is None:
            with suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/healthz", timeout=5).status_code == HTTPStatus.OK:
                    return f"process {found[0]}, and another answers"
            time.sleep(PAUSE_SECONDS)
        raise AssertionError(f"no other process answers after {found[0]}: {self.log('server').read_text()[-2000:]}")

    def postmaster(self) -> int:
        """The number of PostgreSQL's first process."""
        return int((self.home / "cluster" / "postmaster.pid").read_text().split()[0])

    def kill_postgres(self, how: signal.Signals) -> str:
        """Send PostgreSQL's first process a signal that ends it at once."""
        number = self.postmaster()
        os.kill(number, how)
        return f"postmaster {number} by {how.name}"

    def kill_backend(self, rng: random.Random) -> str:
        """Kill one of PostgreSQL's processes; the first one then restarts the others. Returns what it was doing."""
        number = rng.choice(children_of(self.postmaster()))
        doing = command_of(number)
        _kill(number)
        return f"backend {number}, {doing}"

    def stop(self) -> list[str]:
        """Ask everything to end, and return what did not end well."""
        complaints = []
        for kind, process in self.processes.items():
            process.send_signal(signal.SIGTERM)
            try:
                if process.wait(STOP_SECONDS) != 0:
                    complaints.append(f"the {kind} ended with {process.returncode} when it was asked to stop")
            except subprocess.TimeoutExpired:
                complaints.append(f"the {kind} did not end when it was asked to stop")
                self.kill(kind)
        return complaints

    def destroy(self) -> None:
        """Kill whatever still runs, and stop PostgreSQL."""
        for kind in self.processes:
            self.kill(kind)
        if self.clerk is not None and self.clerk.is_alive():
            self.kill("clerk")
        stop_server(self.environment)


def children_of(process: int) -> list[int]:
    """The numbers of a process's children."""
    with suppress(OSError):
        return [int(number) for number in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    return []


def command_of(process: int) -> str:
    """The command of a process; of one of PostgreSQL's, what it is doing."""
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()
    return ""


def _kill(process: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
