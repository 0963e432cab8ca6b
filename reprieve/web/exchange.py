"""The outermost step of every request: its id, its log line, its metrics. Never reads a body or knows a loan.

Whatever else answers with an error and no document of its own leaves under `/api/` as a problem document.
"""

import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import structlog
from django.db import connection
from django.http import HttpRequest, HttpResponse

from reprieve.web import metrics, responses
from reprieve.web.access import rate_headers
from reprieve.web.limits import limit_of
from reprieve.web.problem import MEDIA_TYPE

HEADER: Final = "X-Request-Id"
_GIVEN: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_log = structlog.get_logger("reprieve.web")

View = Callable[[HttpRequest], HttpResponse]


def exchange(next_step: View) -> View:
    """Return the middleware."""

    def middleware(request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        given = request.headers.get(HEADER, "")
        name = given if _GIVEN.fullmatch(given) else uuid.uuid4().hex
        request.request_id = name  # type: ignore[attr-defined]
        with structlog.contextvars.bound_contextvars(request_id=name), _slow_queries_logged():
            response = _as_problem(request, next_step(request))
            _record(request, response, time.perf_counter() - started)
        response[HEADER] = name
        if request.path.startswith("/api/"):
            for name_of, value in rate_headers(request).items():
                response[name_of] = value
            response.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def _as_problem(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    is_document = response.get("Content-Type", "").startswith(MEDIA_TYPE)
    if response.status_code < 400 or is_document or not request.path.startswith("/api/"):
        return response
    return responses.refused_with(request, response)


def _record(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    route = _route(request)
    method = request.method if request.method in _METHODS else "other"
    metrics.requests.labels(method, route, response.status_code).inc()
    metrics.seconds.labels(method, route).observe(seconds)
    if response.get("Content-Type", "").startswith(MEDIA_TYPE):
        metrics.problems.labels(str(response.status_code)).inc()
    caller = getattr(request, "caller", None)
    _log.info(
        "request", method=method, route=route, status=response.status_code, ms=int(seconds * 1000),
        token=caller and caller.token, contract=_contract(request, response),
        bytes=0 if response.streaming else len(response.content),
    )  # fmt: skip


def _contract(request: HttpRequest, response: HttpResponse) -> str | None:
    """Return the number of the loan that was answered about; what is only in the address may be anything."""
    addressed = request.resolver_match.kwargs if request.resolver_match else {}
    return addressed.get("contract") if response.status_code < 400 else None


def _route(request: HttpRequest) -> str:
    """Return the pattern of the address, never the address: that one may hold what is personal."""
    return f"/{request.resolver_match.route}" if request.resolver_match else "none"


@contextmanager
def _slow_queries_logged() -> Iterator[None]:
    with connection.execute_wrapper(_timed):
        yield


def _timed(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Run a query; a slow one is logged without its parameters, which may be personal."""
    started = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        took = int((time.perf_counter() - started) * 1000)
        if took >= limit_of("SLOW_QUERY_MS"):
            metrics.slow_queries.inc()
            _log.warning("slow_query", ms=took, sql=str(sql)[:500])
