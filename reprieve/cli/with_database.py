"""The database for a command that needs it: running, migrated, Django set up. Never decides what is done with it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from reprieve.errors import BadInput


@contextmanager
def database() -> Iterator[None]:
    """Have the database running and Django set up, and refuse one that lacks migrations."""
    from reprieve.storage.server import running_server

    with nullcontext() if os.environ.get("DATABASE_URL") else running_server():
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reprieve.settings")
        import django
        from django.db import connections

        django.setup()
        from reprieve.storage.migrate import missing_migrations

        try:
            missing = missing_migrations()
            if missing:
                found = f"{len(missing)} migrations missing"
                raise BadInput("database", found, "a migrated one: run `reprieve database migrate` first")
            yield
        finally:
            connections.close_all()
