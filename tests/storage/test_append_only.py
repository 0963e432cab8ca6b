"""History is only added to: the database itself refuses the rest, whoever asks, and flags what its owner amends."""

import psycopg
import pytest

from reprieve.storage.append_only import APPEND_ONLY
from reprieve.storage.cluster import APP, OWNER, SUPERUSER
from tests.postgres import cloned, dropped, point_django_at
from tests.storage.records import CHANGES, add_history

GUARDED = """
    SELECT relname, string_agg(DISTINCT tgenabled::text, '')
    FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid JOIN pg_class ON pg_class.oid = tgrelid
    WHERE proname = 'keep_history' GROUP BY relname HAVING count(*) = 2
"""
REASON = "SET LOCAL reprieve.amend_reason = 'ticket 17: a wrong purpose'"
VERBS = ("UPDATE {table} SET {change}", "DELETE FROM {table}", "TRUNCATE {table} CASCADE")


@pytest.fixture(scope="module")
def history(django_db_setup, django_db_blocker):
    """A database with at least one row in every append-only table. A test that commits must not disturb the others."""
    database = cloned(django_db_setup)
    with django_db_blocker.unblock():
        point_django_at(database)
        add_history()
        point_django_at(django_db_setup)
    with database.connect(OWNER) as connection:
        connection.execute(REASON)
        connection.execute("UPDATE consent SET purpose = 'sms'")
    yield database
    dropped(database)


def _statements(table: str) -> list[str]:
    return [verb.format(table=table, change=CHANGES[table]) for verb in VERBS]


def _refused(connection, statement: str, error: type[psycopg.Error]) -> None:
    with pytest.raises(error), connection.transaction():
        connection.execute(statement)


def test_every_append_only_table_has_both_guards_always_awake(history):
    with history.connect(OWNER) as connection:
        assert dict(connection.execute(GUARDED).fetchall()) == dict.fromkeys(APPEND_ONLY, "A")


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_the_app_may_neither_change_nor_remove_history(history, table):
    with history.connect(APP) as connection:
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() > (0,), "an empty table refuses nothing"
        for statement in _statements(table):
            _refused(connection, statement, psycopg.errors.InsufficientPrivilege)


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_the_guard_refuses_an_app_that_was_granted_too_much_whatever_reason_it_gives(history, table):
    with history.connect(SUPERUSER) as connection:
        connection.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {APP}")
        connection.execute(f"SET LOCAL ROLE {APP}")
        connection.execute(REASON)
        for statement in _statements(table):
            _refused(connection, statement, psycopg.errors.RestrictViolation)
        connection.rollback()


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_the_owner_is_refused_without_a_reason(history, table):
    with history.connect(OWNER) as connection:
        for statement in _statements(table):
            _refused(connection, statement, psycopg.errors.RestrictViolation)


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_nobody_empties_a_table_whatever_reason_they_give(history, table):
    with history.connect(OWNER) as connection:
        connection.execute(REASON)
        _refused(connection, f"TRUNCATE {table} CASCADE", psycopg.errors.RestrictViolation)


def test_what_the_owner_amends_with_a_reason_is_flagged_row_by_row(history):
    said = []
    with history.connect(OWNER) as connection:
        connection.add_notice_handler(lambda notice: said.append(notice.message_primary))
        connection.execute(REASON)
        connection.execute("UPDATE consent SET purpose = 'marketing'")
        connection.execute("DELETE FROM comprehension")
        columns = "table_name, operation, role, reason, row_before ->> 'purpose', row_after ->> 'purpose'"
        flags = connection.execute(f"SELECT {columns} FROM amendment ORDER BY id DESC LIMIT 2").fetchall()
        connection.rollback()
    reason = "ticket 17: a wrong purpose"
    assert flags[1] == ("consent", "UPDATE", OWNER, reason, "sms", "marketing")
    assert flags[0] == ("comprehension", "DELETE", OWNER, reason, None, None)
    assert [line.partition(":")[0] for line in said] == ["history amended"] * 2


def test_a_reason_ends_with_its_transaction(history):
    with history.connect(OWNER) as connection:
        connection.execute(REASON)
        connection.execute("UPDATE consent SET purpose = 'contact'")
        connection.commit()
        _refused(connection, "UPDATE consent SET purpose = 'sms'", psycopg.errors.RestrictViolation)


def test_the_flags_themselves_cannot_be_amended(history):
    with history.connect(OWNER) as connection:
        connection.execute(REASON)
        for statement in _statements("amendment"):
            _refused(connection, statement, psycopg.errors.RestrictViolation)


def test_the_app_may_end_the_sale_of_a_version_and_change_nothing_else_of_it(history):
    with history.connect(APP) as connection:
        with connection.transaction():
            connection.execute("UPDATE product_version SET on_sale = '[2026-01-01, 2026-06-01)'")
        _refused(connection, "UPDATE product_version SET terms = '{}'", psycopg.errors.InsufficientPrivilege)
