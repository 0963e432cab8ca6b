"""The embedded PostgreSQL server of a home: start it, know whether it runs, stop it. Never listens on a network.

Who may start or stop is settled by locks on files, which the kernel drops when a process dies, however it dies:

- `start.lock` is held while somebody starts or stops the server;
- `server.lock` is inherited by initdb, by the server and each of its processes, so it is held exactly as long as one of
  them lives: the number in a file may belong to somebody else after a restart, a lock cannot;
- `users.lock` is shared by those who use the server; the last one out stops it, unless `keep` says to leave it running.

The home must lie on a local disk: locks and databases are both unsafe on a network's.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

from reprieve.storage.binaries import Binaries, find_binaries
from reprieve.storage.cluster import SUPERUSER, Address, DatabaseUnavailable, major_of, make_cluster, provision
from reprieve.storage.home import SOCKET_NAME, Home, open_home
from reprieve.storage.lock import Lock
from reprieve.storage.secret_file import Secrets, make_secrets, read_secrets

READY_SECONDS: Final = 120
STOP_SECONDS: Final = 60
IMMEDIATE_SECONDS: Final = 10
PAUSE_SECONDS: Final = 0.05
LOG_BYTES_MOST: Final = 16 * 2**20
LOG_LINES_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class Status:
    """What can be said of a home's server without touching it: `absent`, `stopped` or `running`."""

    state: str
    home: Path
    address: Address
    version: str = ""


@contextmanager
def running_server(
    environment: Mapping[str, str] = os.environ, *, settings: Mapping[str, str] | None = None
) -> Iterator[Address]:
    """Have the server running while the block runs, and stop it after the last such block of any process.

    `settings` are PostgreSQL's own, used if this call is the one that starts the server.
    """
    home = open_home(environment)
    users = Lock(home.path / "users.lock")
    try:
        with Lock(home.path / "start.lock").held():
            users.share()
            address = _ensure(home, environment, settings or {})
        yield address
    finally:
        with Lock(home.path / "start.lock").held():
            users.release()
            if users.take() and not (home.path / "keep").exists():
                _halt(home)
            users.release()


def start_server(environment: Mapping[str, str] = os.environ) -> Address:
    """Start the server if it does not run, and leave it running until `stop_server`."""
    home = open_home(environment)
    with Lock(home.path / "start.lock").held():
        (home.path / "keep").touch(mode=0o600)
        return _ensure(home, environment, {})


def stop_server(environment: Mapping[str, str] = os.environ) -> bool:
    """Stop the server whoever uses it, and return whether it ran. Transactions under way are rolled back."""
    home = open_home(environment)
    with Lock(home.path / "start.lock").held():
        (home.path / "keep").unlink(missing_ok=True)
        return _halt(home)


def server_status(environment: Mapping[str, str] = os.environ) -> Status:
    """Return what the server of a home is doing; starts nothing."""
    home = open_home(environment)
    address = Address(home.socket_path)
    if major_of(home.data_path) is None:
        return Status("absent", home.path, address)
    if not _is_alive(home):
        return Status("stopped", home.path, address)
    version = _answers(address, read_secrets(home.secrets_path))
    return Status("running" if version else "starting", home.path, address, version)


def _ensure(home: Home, environment: Mapping[str, str], settings: Mapping[str, str]) -> Address:
    """Return the address of a server that has answered `SELECT 1`, started if need be. Holds `start.lock`."""
    secrets = make_secrets(home)
    address = Address(home.socket_path)
    # One that is being killed still lives for a moment, and is replaced once it is gone.
    if not _comes_up(home, address, secrets):
        binaries = find_binaries(home, environment, major=major_of(home.data_path))
        if not home.data_path.exists():
            with Lock(home.path / "server.lock").held() as handle:
                make_cluster(home, binaries, secrets, inherited=handle)
        _launch(home, binaries, settings)
        if not _comes_up(home, address, secrets):
            raise DatabaseUnavailable(f"The database server stopped while starting:\n{_last_words(home)}")
    provision(address, secrets)
    return address


def _launch(home: Home, binaries: Binaries, settings: Mapping[str, str]) -> None:
    """Start the server as a process of its own, which outlives us and holds `server.lock` through all its processes."""
    _forget_reused_number(home)
    _turn_log(home.log_path)
    command = ["setsid", "--fork", str(binaries.folder / "postgres"), "-D", str(home.data_path)]
    for name, value in (_settings(home) | dict(settings)).items():
        command += ["-c", f"{name}={value}"]
    with (
        Lock(home.path / "server.lock").held() as handle,
        os.fdopen(os.open(home.log_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as log,
    ):
        started = home.user.run(command, stdout=log, stderr=log, pass_fds=[handle])
    if started.returncode:
        raise DatabaseUnavailable(f"The database server could not be started:\n{_last_words(home)}")


def _settings(home: Home) -> dict[str, str]:
    return {
        "listen_addresses": "",
        "port": "5432",
        "unix_socket_directories": str(home.socket_path),
        "unix_socket_permissions": "0700",
        "password_encryption": "scram-sha-256",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] %q%u@%d ",
    }


def _comes_up(home: Home, address: Address, secrets: Secrets) -> bool:
    """Wait for a real answer, and return whether one came before the server was gone, if it was ever there.

    After a hard kill the server first replays its log, which may take a while.
    """
    deadline = time.monotonic() + READY_SECONDS
    while _is_alive(home):
        if _answers(address, secrets):
            return True
        if time.monotonic() > deadline:
            raise DatabaseUnavailable(
                f"The database server has not answered for {READY_SECONDS} seconds; it may still be recovering. "
                f"Try again in a while.\n{_last_words(home)}"
            )
        time.sleep(PAUSE_SECONDS)
    return False


def _answers(address: Address, secrets: Secrets | None) -> str:
    """Return the version of a server that answers a query, or nothing."""
    if secrets is None:
        return ""
    with suppress(psycopg.OperationalError):
        url = Address(address.socket, "postgres").url(SUPERUSER, secrets)
        with psycopg.connect(url, connect_timeout=5) as connection:
            connection.execute("SELECT 1")
            number = connection.info.server_version
            return f"{number // 10_000}.{number % 10_000}"
    return ""


def _halt(home: Home) -> bool:
    """Stop the server and wait until the last of its processes is gone; return whether it ran. Holds `start.lock`."""
    if not _is_alive(home):
        return False
    for order, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, IMMEDIATE_SECONDS)):
        deadline = time.monotonic() + seconds
        is_told = False
        while time.monotonic() < deadline:
            if not _is_alive(home):
                return True
            is_told = is_told or _tell(home, order)
            time.sleep(PAUSE_SECONDS)
    raise DatabaseUnavailable(f"The database server does not stop:\n{_last_words(home)}")


def _tell(home: Home, order: signal.Signals) -> bool:
    """Send a signal to the server, and return whether there was one to send it to."""
    number = _server_number(home)
    if number is None or not _is_postgres(number, home):
        return False
    with suppress(ProcessLookupError):
        os.kill(number, order)
    return True


def _is_alive(home: Home) -> bool:
    """Return whether any process of the cluster lives."""
    lock = Lock(home.path / "server.lock")
    is_free = lock.take()
    lock.release()
    number = _server_number(home)
    return not is_free or (number is not None and _is_postgres(number, home))


def _forget_reused_number(home: Home) -> None:
    """Remove the notes of a dead server whose number belongs to another process now, or to nobody's unburied remains.

    PostgreSQL itself clears its notes where no process has the number; where one has, it would never start again.
    """
    for note in (home.data_path / "postmaster.pid", home.socket_path / f"{SOCKET_NAME}.lock"):
        number = _number_in(note)
        if number is not None and Path(f"/proc/{number}").exists() and not _is_postgres(number, home):
            note.unlink(missing_ok=True)


def _server_number(home: Home) -> int | None:
    return _number_in(home.data_path / "postmaster.pid")


def _number_in(note: Path) -> int | None:
    with suppress(OSError, ValueError, IndexError):
        return abs(int(note.read_text().splitlines()[0]))
    return None


def _is_postgres(number: int, home: Home) -> bool:
    """Return whether a process is a living server of this very cluster.

    A dead process that nobody has buried yet has no program any more, and a server of another home works elsewhere.
    """
    process = Path(f"/proc/{number}")
    with suppress(OSError):
        program = str((process / "exe").readlink()).removesuffix(" (deleted)")
        is_server = process.stat().st_uid == home.user.uid and Path(program).name == "postgres"
        return is_server and (process / "cwd").samefile(home.data_path)
    return False


def _turn_log(path: Path) -> None:
    if path.exists() and path.stat().st_size > LOG_BYTES_MOST:
        path.rename(path.with_name(path.name + ".1"))


def _last_words(home: Home) -> str:
    lines = home.log_path.read_text("utf-8", "replace").splitlines() if home.log_path.exists() else []
    return "\n".join([*lines[-LOG_LINES_SHOWN:], f"(from {home.log_path})"])
