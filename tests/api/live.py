"""The real server on a port of its own, over a seeded database; real HTTP, real commits. Judges nothing."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.api.seed import seed, token_of
from tests.postgres import cloned, dropped, point_django_at

SERVE = "import typer; from reprieve.cli.serve import serve; typer.run(serve)"
READY_SECONDS = 60


class Live:
    """A running server, a token that may do everything, and an approver's beside it."""

    def __init__(self, url: str, tokens: tuple[str, str], log: Path) -> None:
        self.url = url
        self.token, self.second_token = tokens
        self.log = log

    def client(self, **options) -> httpx.Client:
        """Return a caller with the token."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.Client(base_url=f"{self.url}/api/v1", headers=headers, timeout=30, **options)


@pytest.fixture(scope="module")
def live(django_db_setup, django_db_blocker, tmp_path_factory):
    """Run the server as its command does, on a clone of its own that is seeded once."""
    database = cloned(django_db_setup)
    log = tmp_path_factory.mktemp("serve") / "log"
    with django_db_blocker.unblock():
        point_django_at(database)
        seed()
        tokens = (token_of("api"), token_of("approver"))
        with log.open("wb") as stream, serving(database, stream, log) as url:
            yield Live(url, tokens, log)
        point_django_at(django_db_setup)
    dropped(database)


@contextmanager
def serving(database, stream, log: Path) -> Iterator[str]:
    """Run a server over a database as its command does, and give its address once it is ready."""
    with _process(database, stream) as (process, url):
        _wait(process, url, log)
        yield url


class _process:  # noqa: N801 -- read as a verb: with _process(...)
    """The server's process; it is asked to stop, then made to."""

    def __init__(self, database, stream) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment = {
            **os.environ, "DATABASE_URL": database.url("app"), "NUMBA_DISABLE_JIT": "1", "REPRIEVE_RATE_A_MINUTE": "0",
            "REPRIEVE_OPEN_RATE_A_MINUTE": "0",
        }  # fmt: skip
        self.url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-c", SERVE, "--port", str(port)]
        self.process = subprocess.Popen(command, env=environment, stdout=stream, stderr=stream, start_new_session=True)

    def __enter__(self):
        return self.process, self.url

    def __exit__(self, *_) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def _wait(process, url: str, log: Path) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            if httpx.get(f"{url}/readyz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(f"the server did not come up: {log.read_text('utf-8')[-3000:]}")
