"""Whom the database server runs as: yourself, or a user of its own when root starts it. Never gives rights."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from reprieve.errors import BadInput

NAME: Final = "reprieve"
"""The user that root's server runs as, unless `REPRIEVE_SYSTEM_USER` names another."""


@dataclass(frozen=True, slots=True)
class SystemUser:
    """A user of this machine."""

    name: str
    uid: int
    gid: int

    def run(self, command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a command as this user, in a clean environment, and return what it printed.

        Nothing of the caller's `PG*` variables, language or folder reaches the command.
        """
        return subprocess.run(  # noqa: S603 -- our own commands, as lists, through no shell
            command, cwd="/", env=_clean_environment(), text=True, check=False, **self._switch(), **options
        )

    def may_enter(self, path: Path) -> bool:
        """Return whether this user may enter a folder, or run a file."""
        return self.run(["test", "-x", str(path)]).returncode == 0

    def own(self, path: Path) -> None:
        """Give a file or folder to this user; only root can, and only root needs to."""
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def _switch(self) -> dict[str, Any]:
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if os.geteuid() == 0 else {}


def system_user(environment: Mapping[str, str]) -> SystemUser:
    """Return the user the server runs as; made on first use when root asks, since PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return _myself()
    name = environment.get("REPRIEVE_SYSTEM_USER") or NAME
    found = _named(name) or _made(name)
    if found.uid == 0:
        raise BadInput(
            "REPRIEVE_SYSTEM_USER",
            f"{name!r}, which is root",
            "a user with no rights of its own: PostgreSQL refuses root",
        )
    return found


def _myself() -> SystemUser:
    uid = os.geteuid()
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise BadInput(
            "user", f"number {uid}, which has no name on this machine", "a user with an entry in /etc/passwd"
        ) from None
    return SystemUser(entry.pw_name, uid, os.getegid())


def _named(name: str) -> SystemUser | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return SystemUser(name, entry.pw_uid, entry.pw_gid)


def _made(name: str) -> SystemUser:
    allowed = "the name of a user that exists, or may be made with useradd"
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin")
    if useradd is None:
        raise BadInput("REPRIEVE_SYSTEM_USER", f"no user {name!r}, and no useradd to make one", allowed)
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    made = subprocess.run(  # noqa: S603 -- our own command, as a list, through no shell
        [useradd, *options, "--shell", "/usr/sbin/nologin", "--", name], capture_output=True, text=True, check=False
    )
    # Another process may have made the same user at the same moment: what counts is that it exists now.
    found = _named(name)
    if found is None:
        raise BadInput("REPRIEVE_SYSTEM_USER", f"no user {name!r} ({made.stderr.strip()})", allowed)
    return found


def _clean_environment() -> dict[str, str]:
    return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "TZ": "UTC"}
