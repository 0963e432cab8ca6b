"""`reprieve worker`: deliveries, documents and the close of days, until it is told to stop. Never answers a request.

A signal (SIGTERM, or an interrupt) lets what is in hand come to its end and begins nothing else. It logs one JSON
object a line: what was done and how often, never a text, an address or a name.
"""

import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import Annotated, Final

import typer

from reprieve.errors import BadInput, Unavailable

STOP_SECONDS_MOST: Final = 60
"""How long after a signal the process ends at the latest."""
UNFINISHED: Final = 1
AWAY_SECONDS_MOST: Final = 10.0
"""How long the database may be away before the worker gives up; a restart takes less."""
PAUSE_SECONDS: Final = 0.5
_at_work: Final[list[Callable[[], object]]] = []
"""What ends the work that runs, if any does."""


def worker(
    jobs: Annotated[int, typer.Option("--jobs", min=1, max=16, help="How many jobs run beside each other.")] = 3,
) -> None:
    """Deliver messages and webhooks, make documents, close each day once it has ended; stop by a signal."""
    from reprieve.storage.server import running_server

    with nullcontext() if os.environ.get("DATABASE_URL") else running_server():
        _set_up()
        _log()
        _run(jobs)


def _set_up() -> None:
    """Set Django up, bring an embedded database up to date, and refuse another that lacks migrations."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reprieve.settings")
    import django
    from django.db import connections

    django.setup()
    from reprieve.storage import migrate

    if not os.environ.get("DATABASE_URL"):
        migrate.migrate()
    missing = migrate.missing_migrations()
    connections.close_all()
    if missing:
        found = f"{len(missing)} migrations missing"
        raise BadInput("database", found, "a migrated one: run `reprieve database migrate` first")


def _run(jobs: int) -> None:
    """Run until a signal comes, also across a restart of the database. Raises `Unavailable` where it stays away."""
    from procrastinate.exceptions import ConnectorException

    from reprieve.operations.jobs import stopping

    _listen()
    while not stopping.is_set():
        lost: Exception | None = None
        try:
            asyncio.run(_work(jobs))
        except ConnectorException as error:
            lost = error
        # Whether the queue ends by an error or by itself when its connections go depends on what it was doing.
        if not stopping.is_set() and not _is_back():
            because = "The database cannot be reached. What is to be delivered waits in it; start the worker again."
            raise Unavailable(because) from lost


def _listen() -> None:
    """Let a signal stop the worker at whatever moment it comes, also between two connections."""
    from reprieve.operations.jobs import stopping

    def heard(*_: object) -> None:
        if not stopping.is_set():
            stopping.set()
            for end in _at_work:
                end()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, heard)


def _is_back() -> bool:
    """Wait until the database answers again, and return whether it does so in time, or nobody waits any more."""
    from django.db import OperationalError, connection

    from reprieve.operations.jobs import stopping

    until = time.monotonic() + AWAY_SECONDS_MOST
    while time.monotonic() < until:
        if stopping.is_set():
            return True
        try:
            connection.close()
            connection.ensure_connection()
        except OperationalError:
            time.sleep(PAUSE_SECONDS)
        else:
            connection.close()
            return True
    return False


async def _work(jobs: int) -> None:
    """Run jobs until a signal comes, then finish those in hand."""
    import structlog
    from procrastinate import PsycopgConnector
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.utils import connector_params

    from reprieve.operations.jobs import stopping

    loop, log = asyncio.get_running_loop(), structlog.get_logger()
    # As Django's connector makes it, but for how long it waits.
    connector = PsycopgConnector(kwargs=connector_params(), timeout=AWAY_SECONDS_MOST)
    async with app.with_connector(connector).open_async() as queue:
        running = asyncio.create_task(
            queue.run_worker_async(concurrency=jobs, delete_jobs="always", install_signal_handlers=False)
        )

        def stop() -> None:
            running.cancel()
            # What is in hand ends well before that, unless the database is gone; then its hold runs out by itself.
            loop.call_later(STOP_SECONDS_MOST, os._exit, UNFINISHED)

        _at_work.append(lambda: loop.call_soon_threadsafe(stop))
        if stopping.is_set():
            running.cancel()
        log.info("worker_started", jobs=jobs)
        try:
            await running
        except asyncio.CancelledError:
            if not stopping.is_set():
                raise
        finally:
            _at_work.clear()
        if stopping.is_set():
            log.info("worker_stopped")


def _log() -> None:
    """Send our own lines as JSON to standard error, and of the queue's only that something failed, and its kind."""
    import structlog

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.getLogger("procrastinate").setLevel(logging.ERROR)
    root = logging.getLogger()
    root.handlers = [_Failures()]
    root.setLevel(logging.WARNING)


class _Failures(logging.Handler):
    """Passes on that something failed: which job, and the kind of its error. What it says may be somebody's data."""

    def emit(self, record: logging.LogRecord) -> None:
        """Pass one line on."""
        import structlog

        job = getattr(record, "job", {})
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        name = job.get("task_name") if isinstance(job, dict) else None
        structlog.get_logger().error("failed", task=name, error=kind, source=record.name)
