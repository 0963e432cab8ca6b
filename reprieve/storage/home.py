"""Reprieve's home: the folder of one database cluster, its secrets and locks. Never widens a folder's rights."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reprieve.errors import BadInput
from reprieve.storage.system_user import SystemUser, system_user

PLACE: Final = "REPRIEVE_HOME"
ROOTS_OWN: Final = Path("/var/lib/reprieve")
SOCKET_NAME: Final = ".s.PGSQL.5432"
SOCKET_LETTERS_MOST: Final = 100
"""A socket's whole path must fit the kernel's 108 bytes; the lock file beside it has five letters more."""
OURS: Final = frozenset(
    {
        "cluster",
        "cluster.new",
        "cluster.password",
        "keep",
        "programs",
        "secrets.json",
        "secrets.json.new",
        "server.log",
        "server.log.1",
    }
    | {"server.lock", "socket", "start.lock", "users.lock"}
)
"""Every name that a home may hold before its secrets are written."""


@dataclass(frozen=True, slots=True)
class Home:
    """A home and the user its server runs as. The paths are those of things that may not exist yet."""

    path: Path
    user: SystemUser

    @property
    def data_path(self) -> Path:
        """The cluster."""
        return self.path / "cluster"

    @property
    def secrets_path(self) -> Path:
        """The passwords and keys."""
        return self.path / "secrets.json"

    @property
    def log_path(self) -> Path:
        """What the server says."""
        return self.path / "server.log"

    @property
    def socket_path(self) -> Path:
        """The folder of the server's socket: in the home, or under a short name of its own where that cannot work."""
        return socket_folder(self.path)


def home_path(environment: Mapping[str, str]) -> Path:
    """Return where the home is: `REPRIEVE_HOME`, else root's own place, else one in the user's data folder."""
    if environment.get(PLACE):
        return Path(os.path.abspath(Path(environment[PLACE]).expanduser()))  # noqa: PTH100 -- symlinks stay as given
    if os.geteuid() == 0:
        return ROOTS_OWN
    folder = environment.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(folder).expanduser() / "reprieve"


def socket_folder(path: Path) -> Path:
    """Return the folder of the socket of a home.

    It is `socket` in the home unless that path is too long for a socket, or has letters that PostgreSQL's programs read
    as a list or as an abstract address; then it is a private folder under /tmp, named after the home.
    """
    inside = path / "socket"
    is_short = len(os.fsencode(inside / SOCKET_NAME)) <= SOCKET_LETTERS_MOST
    if is_short and not set(str(inside)) & set(",\"'\\"):
        return inside
    name = hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:16]
    return Path("/tmp") / f"reprieve-{name}"  # noqa: S108 -- its owner and rights are checked before every use


def open_home(environment: Mapping[str, str] = os.environ) -> Home:
    """Make the home if it is not there, check that it is usable, and return it.

    Raises `BadInput` that says what is wrong with the folder and what is allowed. Parents are left as they are.
    """
    path = home_path(environment)
    user = system_user(environment)
    home = Home(path, user)
    try:
        path.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        _check_ours(path)
        _check_reachable(home)
        _private(home.socket_path, user)
    except FileExistsError as error:
        raise _unusable(f"{error.filename}, which is not a folder") from None
    except OSError as error:
        raise _unusable(f"{path}: {error.strerror} ({error.filename})") from error
    return home


def _check_ours(path: Path) -> None:
    status = path.stat()
    if status.st_uid != os.geteuid():
        raise _unusable(f"{path}, which belongs to user number {status.st_uid}")
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise _unusable(f"{path}, which others may write to (mode {stat.S_IMODE(status.st_mode):04o})")
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise _unusable(f"{path}, which you may not write to (mode {stat.S_IMODE(status.st_mode):04o})")
    strange = {entry.name for entry in path.iterdir()} - OURS
    if strange and not (path / "secrets.json").exists():
        raise _unusable(f"{path}, which holds other things ({', '.join(sorted(strange)[:3])})")


def _check_reachable(home: Home) -> None:
    """Check that the server's user may pass through every parent; opening a parent to others is not ours to do."""
    if home.user.may_enter(home.path):
        return
    for folder in [*reversed(home.path.parents), home.path]:
        if not home.user.may_enter(folder):
            raise _unusable(f"{home.path}, out of reach of user {home.user.name!r} who may not enter {folder}")


def _private(folder: Path, user: SystemUser) -> None:
    """Make a folder that only the server's user may enter; one that is there already must be exactly so."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        half_made = found.st_uid == os.geteuid() and not any(folder.iterdir())
        if not stat.S_ISDIR(found.st_mode) or (found.st_uid != user.uid and not half_made):
            raise _unusable(f"{folder}, which is not a folder of user {user.name!r}") from None
    folder.chmod(0o700)
    user.own(folder)


def _unusable(found: str) -> BadInput:
    allowed = "an empty or new folder that you own and nobody else may write to"
    if os.geteuid() == 0:
        allowed += ", with parents that others may enter, such as /var/lib/reprieve"
    return BadInput(PLACE, found, allowed, code="unusable_home")
