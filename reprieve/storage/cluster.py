"""A database cluster: made once by initdb, then given its roles and database. Never starts or stops a server."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psycopg
from psycopg import sql

from reprieve.errors import Unavailable
from reprieve.storage.binaries import Binaries
from reprieve.storage.home import Home
from reprieve.storage.secret_file import Secrets, flush_folder

DATABASE: Final = "reprieve"
SUPERUSER: Final = "postgres"
OWNER: Final = "owner"
APP: Final = "app"
PORT: Final = 5432
"""Part of the socket's name only: the server listens on no network."""


class DatabaseUnavailable(Unavailable):
    """The database server cannot be made, started, reached or stopped; the sentence says which and what to do."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a cluster listens. Holds no secret, so it may be shown."""

    socket: Path
    database: str = DATABASE

    def url(self, role: str, secrets: Secrets) -> str:
        """Return the connection URL of a role; it holds the password, so it is never shown."""
        password = {SUPERUSER: secrets.superuser_password, OWNER: secrets.owner_password, APP: secrets.app_password}
        place = quote(str(self.socket), safe="")
        return f"postgresql://{role}:{quote(password[role], safe='')}@/{self.database}?host={place}&port={PORT}"


def address_of(home_path: Path) -> Address:
    """Return where the cluster of a home listens, whether or not it runs."""
    from reprieve.storage.home import socket_folder

    return Address(socket_folder(home_path))


def major_of(data_path: Path) -> int | None:
    """Return the major version that made a cluster, or nothing where there is no cluster."""
    try:
        return int((data_path / "PG_VERSION").read_text("ascii"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise DatabaseUnavailable(f"{data_path} is not a PostgreSQL cluster that can be read: {error}.") from error


def make_cluster(home: Home, binaries: Binaries, secrets: Secrets, *, inherited: int) -> None:
    """Make the cluster of a home; it appears whole or not at all, so a kill on the way leaves nothing to mend.

    initdb outlives us if we are killed. It inherits the handle of a lock, so the next start waits until it is gone.
    """
    half = home.path / "cluster.new"
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(mode=0o700)
    password_file = half.with_name("cluster.password")
    password_file.touch(mode=0o600)
    password_file.write_text(secrets.superuser_password)
    home.user.own(half)
    home.user.own(password_file)
    try:
        made = home.user.run(
            _initdb(binaries, half, password_file),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=[inherited],
        )
    finally:
        password_file.unlink()
    if made.returncode:
        raise DatabaseUnavailable(f"initdb could not make a cluster in {home.path}:\n{made.stdout.strip()}")
    half.rename(home.data_path)
    flush_folder(home.path)


def _initdb(binaries: Binaries, data: Path, password_file: Path) -> list[str]:
    # Text sorts by code point, so no index ever depends on the sorting tables of a C library.
    options = ["--encoding=UTF8", "--no-locale", "--data-checksums", f"--username={SUPERUSER}", "--auth=scram-sha-256"]
    return [str(binaries.folder / "initdb"), *options, f"--pwfile={password_file}", f"--pgdata={data}"]


def provision(address: Address, secrets: Secrets) -> None:
    """Give a cluster its roles and its database; what is there already stays as it is."""
    maintenance = Address(address.socket, "postgres").url(SUPERUSER, secrets)
    with psycopg.connect(maintenance, autocommit=True) as connection:
        make_roles(connection, {OWNER: secrets.owner_password, APP: secrets.app_password})
        make_database(connection, address.database)


def make_roles(connection: psycopg.Connection, passwords: Mapping[str, str]) -> None:
    """Make the roles that are not there yet. The server is sent a verifier: no password enters a statement or a log."""
    existing = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
    for role in passwords.keys() - existing:
        verifier = connection.pgconn.encrypt_password(passwords[role].encode(), role.encode(), b"scram-sha-256")
        statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
        connection.execute(statement.format(sql.Identifier(role), sql.Literal(verifier.decode())))


def make_database(connection: psycopg.Connection, database: str) -> None:
    """Make the database if it is not there: `owner` owns it, `app` may connect, nobody else may."""
    name = sql.Identifier(database)
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is None:
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, sql.Identifier(OWNER)))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, sql.Identifier(APP)))
