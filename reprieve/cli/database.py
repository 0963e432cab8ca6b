"""`reprieve database`: the embedded server of this home, migrations, rotation of keys. Never shows a record or a key.

Shows names and values alone, the same in every language; `--json` for programs.
"""

import json
import os
from typing import Annotated, Any

import typer

from reprieve.errors import BadInput

database = typer.Typer(
    help="Start, stop and migrate the database. DATABASE_URL points at a server of your own.",
    rich_markup_mode=None,
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@database.command()
def start(as_json: Json = False) -> None:
    """Start the embedded server and leave it running until `reprieve database stop`."""
    from reprieve.storage.server import start_server

    if not _is_elsewhere(as_json):
        start_server()
        _show_status(as_json)


@database.command()
def stop(as_json: Json = False) -> None:
    """Stop the embedded server; transactions under way are rolled back."""
    from reprieve.storage.server import stop_server

    if not _is_elsewhere(as_json):
        _show({"state": "stopped", "was_running": stop_server()}, as_json)


@database.command()
def status(as_json: Json = False) -> None:
    """Show where the database is and whether it runs; starts nothing."""
    if not _is_elsewhere(as_json):
        _show_status(as_json)


@database.command()
def migrate(as_json: Json = False) -> None:
    """Bring the database to the records of this version, and renew what the app may do."""
    from contextlib import nullcontext

    from reprieve.storage.server import running_server

    with nullcontext() if os.environ.get("DATABASE_URL") else running_server():
        applied = _migrate()
    last = next((name for name in reversed(applied) if name.startswith("storage.")), None)
    count = {"applied": len(applied), **({"last": last} if last else {})}
    _show({"state": "migrated", **({"applied": applied} if as_json else count)}, as_json)


@database.command("rotate-keys")
def rotate_keys(
    status_only: Annotated[bool, typer.Option("--status", help="Show which keys are used; change nothing.")] = False,
    index: Annotated[bool, typer.Option("--index", help="Draw a new key of the indexes too.")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Leave out the keys that nothing uses any more.")] = False,
    as_json: Json = False,
) -> None:
    """Draw a new master key (or take yours from the environment) and wrap every person's key anew."""
    from datetime import UTC, datetime

    from reprieve.cli.with_database import database as opened
    from reprieve.storage.home import home_path

    if status_only + forget > 1 or (index and (status_only or forget)):
        raise BadInput("--status, --index, --forget", "more than one", "one of the three")
    with opened():
        from reprieve.storage import key_rotation

        theirs = ("DATABASE_URL", "REPRIEVE_IDENTIFIER_KEYS", "REPRIEVE_INDEX_KEYS")
        is_ours = not any(os.environ.get(name) for name in theirs)
        path = home_path(os.environ) / "secrets.json" if is_ours else None
        now = datetime.now(UTC)
        if status_only:
            shown = key_rotation.status(path)
        else:
            shown = key_rotation.forget(path, now) if forget else key_rotation.rotate(path, now, index=index)
    _show(shown, as_json)


def _migrate() -> list[str]:
    """Migrate through Django, which is set up only once the server has written its secrets."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reprieve.settings")
    import django
    from django.db import connections

    django.setup()
    from reprieve.storage import migrate

    try:
        return migrate.migrate()
    finally:
        connections.close_all()


def _is_elsewhere(as_json: bool) -> bool:
    """Say so where DATABASE_URL points at a server that is not ours to start or stop, and return whether it does."""
    if not os.environ.get("DATABASE_URL"):
        return False
    _show({"state": "elsewhere", "reason": "DATABASE_URL"}, as_json)
    return True


def _show_status(as_json: bool) -> None:
    from reprieve.storage.server import server_status

    found = server_status()
    shown = {"state": found.state, "version": found.version, "home": str(found.home)}
    _show(shown | {"socket": str(found.address.socket), "database": found.address.database}, as_json)


def _show(values: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(values, ensure_ascii=False))
        return
    for name, value in values.items():
        print(f"{name}: {_plain(value)}")


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{name} {number}" for name, number in value.items())
    return ", ".join(value) if isinstance(value, list) else str(value)
