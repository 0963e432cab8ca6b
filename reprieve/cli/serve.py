"""`reprieve serve`: the doors over HTTP, on this machine alone unless told otherwise. Never grants a role.

Without DATABASE_URL the embedded server of this home runs as long as this command does, brought up to date first.
"""

import os
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from reprieve.cli.kernels import prefer_compiled
from reprieve.errors import BadInput

SETTINGS = "reprieve.web.settings"
APPLICATION = "reprieve.web.application:application"

token = typer.Typer(help="Issue, list and revoke the tokens of programs that call the API.", rich_markup_mode=None)


def serve(
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="The port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help="How many processes answer.")] = 1,
    threads: Annotated[int, typer.Option("--threads", min=1, max=64, help="Threads of each process.")] = 4,
) -> None:
    """Serve the API; interrupt to stop. It answers once the kernels are compiled, which is done once a version."""
    prefer_compiled()
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    with _database():
        _set_up()
        _migrate_embedded()
        typer.echo(f"http://{host}:{port}/api/v1/openapi.json", err=True)
        Granian(
            APPLICATION, address=host, port=port, interface=Interfaces.WSGI, workers=workers, blocking_threads=threads,
            log_level=LogLevels.warning, log_access=False, respawn_failed_workers=True,
        ).serve()  # fmt: skip


@token.command()
def issue(
    user: Annotated[str, typer.Argument(help="Whose token it is; its roles bound what it may do.")],
    name: Annotated[str, typer.Option("--name", help="What it is for.")],
    scope: Annotated[list[str], typer.Option("--scope", help="What it may do; again for each.")],
    days: Annotated[int, typer.Option("--days", min=1, max=730, help="How many days it holds.")] = 90,
) -> None:
    """Issue a token and print it once; it is kept as a hash alone."""
    with _database():
        _set_up()
        from reprieve.storage.access_tokens import issue_token

        now = datetime.now(UTC)
        _, shown = issue_token(user, name, scopes=scope, issued_at=now, expires_at=now + timedelta(days))
        typer.echo(shown)


@token.command("list")
def list_all() -> None:
    """List every token: its number, user, name, scopes and end, never the token itself."""
    with _database():
        _set_up()
        from reprieve.storage.access_tokens import list_tokens

        for row in list_tokens():
            until = f"revoked {row['revoked_at']}" if row["revoked_at"] else f"until {row['expires_at']}"
            typer.echo(f"{row['number']}\t{row['user']}\t{row['name']}\t{until}\t{row['scopes']}")


@token.command()
def revoke(number: Annotated[int, typer.Argument(help="The token's number, as `list` shows it.")]) -> None:
    """Revoke a token, from this moment on."""
    with _database():
        _set_up()
        from reprieve.storage.access_tokens import revoke_token

        if not revoke_token(number, revoked_at=datetime.now(UTC)):
            raise BadInput("NUMBER", str(number), "the number of a token that still holds", code="unknown_token")


def _database() -> AbstractContextManager[Any]:
    """Return what keeps the database running meanwhile; a server of one's own is not ours to start."""
    from reprieve.storage.server import running_server

    return nullcontext() if os.environ.get("DATABASE_URL") else running_server()


def _set_up() -> None:
    """Set Django up, once the embedded server has written its secrets."""
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    import django

    django.setup()


def _migrate_embedded() -> None:
    """Bring the embedded database up to date; on a server of one's own that is a decision of its own."""
    from django.db import connections

    from reprieve.storage import migrate

    if not os.environ.get("DATABASE_URL"):
        migrate.migrate()
    connections.close_all()
