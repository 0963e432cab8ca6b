"""Locks of the database that end with the transaction: the open day, one contract, one command. Never locks a row.

History is append-only, so the app may not lock its rows. A command holds its own key, then the open day, then its
contracts in order of number; always in this order, so that no two wait for each other.
"""

from __future__ import annotations

from typing import Final

from django.db import connection

_DAY: Final = 7_273_650_010
_CONTRACT: Final = 7_273_650
_KEY: Final = 7_273_650_011
_CLOSE: Final = 7_273_650_012
_UPLOAD: Final = 7_273_650_013
_KEYRING: Final = 7_273_650_014


def hold_day() -> None:
    """Keep the open day open until this transaction ends; a close that begins meanwhile waits."""
    _run("SELECT pg_advisory_xact_lock_shared(%s)", [_DAY])


def turn_day() -> None:
    """Wait until every transaction that holds the open day has ended, and let none begin until this one ends."""
    _run("SELECT pg_advisory_xact_lock(%s)", [_DAY])


def hold_contract(number: int) -> None:
    """Let no other command change this contract, by its primary key, until this transaction ends."""
    _run("SELECT pg_advisory_xact_lock(%s, %s)", [_CONTRACT, number % 2**31])


def take_key(user: int, key: str) -> bool:
    """Take a user's command key until this transaction ends; return whether nobody else has it."""
    return bool(_run("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, %s))", [f"{user}:{key}", _KEY]))


def take_close() -> bool:
    """Take the right to close for this session; return whether nobody else has it. `drop_close` gives it back."""
    return bool(_run("SELECT pg_try_advisory_lock(%s)", [_CLOSE]))


def drop_close() -> None:
    """Give back the right to close."""
    _run("SELECT pg_advisory_unlock(%s)", [_CLOSE])


def take_keyring() -> bool:
    """Take the right to change the master keys for this session; return whether nobody else has it."""
    return bool(_run("SELECT pg_try_advisory_lock(%s)", [_KEYRING]))


def drop_keyring() -> None:
    """Give back the right to change the master keys."""
    _run("SELECT pg_advisory_unlock(%s)", [_KEYRING])


def take_upload(user: int, key: str) -> bool:
    """Take a user's key of a whole file for this session; return whether nobody else has it. `drop_upload` ends it."""
    return bool(_run("SELECT pg_try_advisory_lock(hashtextextended(%s, %s))", [f"{user}:{key}", _UPLOAD]))


def drop_upload(user: int, key: str) -> None:
    """Give back a user's key of a whole file."""
    _run("SELECT pg_advisory_unlock(hashtextextended(%s, %s))", [f"{user}:{key}", _UPLOAD])


def _run(statement: str, values: list[int | str]) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return row[0] if row else None
