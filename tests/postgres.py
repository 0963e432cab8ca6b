"""PostgreSQL for tests: one real server a run, a template migrated once, a clone for each worker. Never flushed.

A test that needs the database takes pytest-django's mark `django_db`: it runs as role `app`, in a transaction that is
rolled back. One that must commit (several connections, a live server) takes `fresh_database`, a clone of its own.
A conftest gets all of this by importing the fixtures of this module by name.
"""

import base64
import os
import shutil
import tempfile
import uuid
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
from psycopg import sql

from reprieve.storage.cluster import OWNER, PORT, SUPERUSER, Address
from reprieve.storage.lock import Lock
from reprieve.storage.secret_file import Secrets, read_secrets
from reprieve.storage.server import running_server

TEMPLATE = "reprieve_template"
KEY_ONE, KEY_TWO, KEY_THREE, KEY_FOUR = (base64.urlsafe_b64encode(bytes([n]) * 32).decode() for n in (1, 2, 3, 4))
"""Keys of tests; nothing real is ever sealed with them."""

_numbers = count(1)
_run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid.uuid4().hex

# Django reads these once, when it is first set up; the database they lead to is replaced by a clone before any query.
os.environ.pop("DATABASE_URL", None)
os.environ.pop("DATABASE_OWNER_URL", None)
os.environ["DJANGO_SETTINGS_MODULE"] = "reprieve.settings"
os.environ["REPRIEVE_SECRET_KEY"] = "signs the sessions of tests alone"
os.environ["REPRIEVE_IDENTIFIER_KEYS"] = f"one:{KEY_ONE}"
os.environ["REPRIEVE_INDEX_KEYS"] = f"two:{KEY_TWO}"


class Database(NamedTuple):
    """A database of the test server."""

    address: Address
    secrets: Secrets

    def url(self, role: str) -> str:
        """Return the URL of a role."""
        return self.address.url(role, self.secrets)

    def connect(self, role: str, **options) -> psycopg.Connection:
        """Connect as a role."""
        return psycopg.connect(self.url(role), **options)


@pytest.fixture(scope="session")
def postgres_server():
    """Run the one server of this run; the last worker out stops and removes it."""
    home = Path(tempfile.gettempdir()) / f"reprieve-tests-{_run[:12]}"
    environment = {**os.environ, "REPRIEVE_HOME": str(home)}
    with running_server(environment, settings={"fsync": "off", "full_page_writes": "off"}) as address:
        yield Database(address, read_secrets(home / "secrets.json"))
    # Another worker may be on its way out too, or have removed it already.
    with suppress(FileNotFoundError), Lock(home / "start.lock").held():
        users = Lock(home / "users.lock")
        if users.take():
            shutil.rmtree(home)
        users.release()


@pytest.fixture(scope="session")
def template_database(postgres_server, django_db_blocker):
    """Make the template, once a run: a database with every migration applied and every grant made."""
    import django

    django.setup()
    home = postgres_server.address.socket.parent
    with Lock(home / "template.lock").held(), postgres_server.connect(SUPERUSER, autocommit=True) as connection:
        query = "SELECT datistemplate FROM pg_database WHERE datname = %s"
        if connection.execute(query, [TEMPLATE]).fetchone() != (True,):
            connection.execute(_format("DROP DATABASE IF EXISTS {}", TEMPLATE))
            connection.execute(_format("CREATE DATABASE {} OWNER {}", TEMPLATE, OWNER))
            with django_db_blocker.unblock():
                _migrate(Database(Address(postgres_server.address.socket, TEMPLATE), postgres_server.secrets))
            connection.execute(_format("ALTER DATABASE {} IS_TEMPLATE true", TEMPLATE))
    return postgres_server


@pytest.fixture(scope="session")
def django_db_setup(template_database, django_db_blocker):
    """Give Django a clone of the template, in place of pytest-django's own databases."""
    database = cloned(template_database)
    with django_db_blocker.unblock():
        point_django_at(database)
    yield database
    with django_db_blocker.unblock():
        _close_connections()
    dropped(database)


@pytest.fixture
def fresh_database(django_db_setup, django_db_blocker):
    """Give one test a clone of its own, where it may commit; Django's connections lead there meanwhile."""
    database = cloned(django_db_setup)
    with django_db_blocker.unblock():
        point_django_at(database)
        yield database
        point_django_at(django_db_setup)
    dropped(database)


def cloned(server: Database) -> Database:
    """Return a new database, copied from the template."""
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{next(_numbers)}"
    with server.connect(SUPERUSER, autocommit=True) as connection:
        connection.execute(_format("CREATE DATABASE {} TEMPLATE {} OWNER {}", name, TEMPLATE, OWNER))
    return Database(Address(server.address.socket, name), server.secrets)


def dropped(database: Database) -> None:
    """Remove a database, and whoever is still connected to it."""
    maintenance = Database(Address(database.address.socket, "postgres"), database.secrets)
    with maintenance.connect(SUPERUSER, autocommit=True) as connection:
        connection.execute(_format("DROP DATABASE {} WITH (FORCE)", database.address.database))


def point_django_at(database: Database) -> None:
    """Lead Django's connections to a database."""
    from django.db import connections

    _close_connections()
    passwords = {"default": database.secrets.app_password, "owner": database.secrets.owner_password}
    for alias, password in passwords.items():
        place = {"NAME": database.address.database, "HOST": str(database.address.socket), "PORT": str(PORT)}
        connections[alias].settings_dict.update(place | {"PASSWORD": password})


def _migrate(database: Database) -> None:
    from reprieve.storage.migrate import migrate

    point_django_at(database)
    migrate()
    _close_connections()


def _close_connections() -> None:
    from django.db import connections

    connections.close_all()


def _format(statement: str, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*map(sql.Identifier, names))
