"""Brings a database to the records of this version, as its owner. Never loses a row, and never runs as `app`."""

from __future__ import annotations

from typing import Final

from django.core.management import call_command
from django.db import connections, transaction
from django.db.migrations.executor import MigrationExecutor

from reprieve.storage.roles import grant_app

LOCK: Final = 7_273_650_001
"""One process migrates at a time: an advisory lock of the database, of a number that nothing else uses."""


def migrate() -> list[str]:
    """Apply every migration that is missing, renew the grants, and return the names of what was applied."""
    owner = connections["owner"]
    with owner.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            missing = missing_migrations()
            call_command("migrate", database="owner", interactive=False, verbosity=0)
            _grant(str(connections["default"].settings_dict["USER"]))
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    return missing


def missing_migrations() -> list[str]:
    """Return the migrations that the database lacks, in order."""
    executor = MigrationExecutor(connections["owner"])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def _grant(role: str) -> None:
    owner = connections["owner"]
    if role == owner.settings_dict["USER"]:
        return  # One role for both: it owns the tables already, and only the triggers guard history.
    with transaction.atomic(using="owner"):
        grant_app(owner.connection, role)
