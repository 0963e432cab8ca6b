"""What the `app` role may do in the database: read, add, and change what may change. Never grants to others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from psycopg import sql

from reprieve.storage.append_only import APPEND_ONLY, WRITTEN_BY_TRIGGERS

if TYPE_CHECKING:
    import psycopg

SEQUENCES: Final = (
    "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND (sequencename LIKE 'procrastinate_%'"
    " OR sequencename IN ('event_id_seq', 'journal_entry_id_seq'))"
)
"""Numbers that are drawn by name: by the job queue, and for payments in sets, whose events and entries are written with
their lines. Other tables draw theirs as identities, which takes no right."""
READ_ONLY: Final = WRITTEN_BY_TRIGGERS | {"django_migrations"}


def grant_app(connection: psycopg.Connection, role: str) -> None:
    """Give the role exactly what it needs on every table there is now; the caller owns the tables and commits.

    Run after every migration: a table without an entry in `APPEND_ONLY` may be changed, the others may only grow.
    """
    name = sql.Identifier(role)
    connection.execute(sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(name))
    connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name))
    for (table,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall():
        statement = sql.SQL("GRANT {} ON {} TO {}").format(_rights(table), sql.Identifier(table), name)
        connection.execute(statement)
    connection.execute(sql.SQL("REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {}").format(name))
    for (sequence,) in connection.execute(SEQUENCES).fetchall():
        connection.execute(sql.SQL("GRANT USAGE ON SEQUENCE {} TO {}").format(sql.Identifier(sequence), name))


def _rights(table: str) -> sql.Composable:
    if table in READ_ONLY:
        return sql.SQL("SELECT")
    if table not in APPEND_ONLY:
        return sql.SQL("SELECT, INSERT, UPDATE, DELETE")
    columns = [sql.SQL("UPDATE ({})").format(sql.Identifier(column)) for column in APPEND_ONLY[table]]
    return sql.SQL(", ").join([sql.SQL("SELECT, INSERT"), *columns])
