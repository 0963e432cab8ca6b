"""Logs: one JSON object a line, on standard error, with the request's id. Never holds personal data or a body.

A line names routes (`/api/v1/contracts/<contract>`), numbers of loans that exist and of tokens; never a query, a
header, a name or what an error says.
"""

import logging
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from typing import Any, Final

import structlog

LEVEL: Final = logging.INFO


def configure_logs() -> None:
    """Send our own lines and Django's through one chain; calling it again changes nothing."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _traceback,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVEL),
        logger_factory=_stderr,
        cache_logger_on_first_use=False,
    )
    django = logging.getLogger("django")
    if not any(isinstance(handler, _Passed) for handler in django.handlers):
        django.handlers = [_Passed()]
        django.propagate = False
        django.setLevel(logging.WARNING)


def _stderr(*_: Any) -> structlog.PrintLogger:
    """Return a logger that writes to whatever standard error is now."""
    return structlog.PrintLogger(sys.stderr)


def _traceback(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Say where a fault came about: its kinds and places. What it says and its variables may be somebody's data."""
    given = line.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        line["exception"] = list(_chain(error))
    return line


def _chain(error: BaseException | None) -> Iterator[dict[str, Any]]:
    while error is not None:
        frames = traceback.extract_tb(error.__traceback__)
        yield {
            "type": type(error).__name__,
            "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
        }
        error = error.__cause__ or error.__context__


class _Passed(logging.Handler):
    """Passes a line of Django's on. Its arguments hold addresses and queries, so only its template goes."""

    def emit(self, record: logging.LogRecord) -> None:
        """Pass one line on, with its place and the kind of its error; every answer has its own line already."""
        if record.name == "django.request" and record.levelno < logging.ERROR:
            return
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        log = structlog.get_logger("django")
        said = str(record.msg)[:200]
        log.log(record.levelno, "django", said=said, source=record.name, error=kind, exc_info=record.exc_info)
