"""Homes for tests of the embedded server, and an ordinary user to have one. Whatever was started in one is stopped."""

import multiprocessing
import os
import pwd
import shutil
import signal
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from reprieve.errors import ReprieveError
from reprieve.storage.binaries import find_binaries
from reprieve.storage.cluster import APP, OWNER, Address
from reprieve.storage.home import Home
from reprieve.storage.secret_file import read_secrets
from reprieve.storage.server import server_status, stop_server
from reprieve.storage.system_user import SystemUser

ORDINARY = "nobody"

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can start a server as somebody else")


@contextmanager
def new_home(name: str = "home") -> Iterator[Path]:
    """Yield the path of a home that does not exist yet, in a folder that everybody may enter."""
    folder = Path(tempfile.mkdtemp(prefix="reprieve-home-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        yield folder / name
    finally:
        _stop_whatever_runs(folder / name)
        shutil.rmtree(folder)


def environment_of(home: Path) -> dict[str, str]:
    """Return the environment of a process whose home this is; which programs to test stays as it was chosen."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "REPRIEVE_"))}
    programs = os.environ.get("REPRIEVE_POSTGRES_BIN")
    return kept | {"REPRIEVE_HOME": str(home)} | ({"REPRIEVE_POSTGRES_BIN": programs} if programs else {})


def connected(home: Path, role: str = APP, **options) -> psycopg.Connection:
    """Connect to the server of a home."""
    secrets = read_secrets(home / "secrets.json")
    return psycopg.connect(Address(home / "socket").url(role, secrets), **options)


def write_note(home: Path, text: str) -> None:
    """Commit a note, as the owner."""
    with connected(home, OWNER) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS note (text text)")
        connection.execute("INSERT INTO note VALUES (%s)", [text])


def notes(home: Path) -> list[str]:
    """Return the notes that were committed."""
    with connected(home, OWNER) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM note ORDER BY text")]


def server_number(home: Path) -> int:
    """Return the number of the server's process."""
    return int((home / "cluster" / "postmaster.pid").read_text().splitlines()[0])


def state(home: Path) -> str:
    """Return what the launcher says of a home's server."""
    return server_status(environment_of(home)).state


def as_ordinary_user(call: Callable[[Path], Any], home: Path) -> tuple[Any, int]:
    """Return what a call on a home comes to for an ordinary user, and that user's number. Only root can ask."""
    entry = pwd.getpwnam(ORDINARY)
    user = SystemUser(ORDINARY, entry.pw_uid, entry.pw_gid)
    fork = multiprocessing.get_context("fork")
    with (
        tempfile.TemporaryDirectory(prefix="reprieve-programs-", dir="/tmp") as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        Path(folder).chmod(0o755)
        programs = find_binaries(Home(Path(folder), user), os.environ)
        patch.setenv("REPRIEVE_POSTGRES_BIN", str(programs.folder))
        ours, theirs = fork.Pipe()
        process = fork.Process(target=_as, args=(user, call, home, theirs))
        process.start()
        theirs.close()
        found = ours.recv()
        process.join(60)
    if isinstance(found, BaseException):
        raise found
    return found, user.uid


def _as(user: SystemUser, call: Callable[[Path], Any], home: Path, answer: Any) -> None:
    os.setgroups([])
    os.setgid(user.gid)
    os.setuid(user.uid)
    try:
        answer.send(call(home))
    except BaseException:  # noqa: BLE001 -- whatever it is, the parent shows it
        answer.send(AssertionError(traceback.format_exc()))


def _stop_whatever_runs(home: Path) -> None:
    """Stop a server by its number, since a test may have spoilt the home so that the launcher refuses it."""
    with suppress(ReprieveError):
        if home.is_dir() and home.stat().st_uid == os.geteuid():
            stop_server(environment_of(home))
    with suppress(OSError, ValueError, IndexError):
        number = int((home / "cluster" / "postmaster.pid").read_text().splitlines()[0])
        if Path(f"/proc/{number}/cwd").samefile(home / "cluster"):
            os.kill(number, signal.SIGQUIT)
