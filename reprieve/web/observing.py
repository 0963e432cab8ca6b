"""How a running server is looked after: alive, ready, its metrics, its own description. Never shows a person's data."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from reprieve.web import metrics, responses
from reprieve.web.access import Admission
from reprieve.web.problem import HttpProblem

LOCAL: Final = ("127.0.0.1", "::1", "")
"""Addresses of this machine; the empty one is a local socket."""


@require_safe
def healthz(_: HttpRequest) -> HttpResponse:
    """Say that the server runs. Asks nobody else."""
    return responses.answered({"status": "alive"})


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether the database answers and has this version's records."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        missing = _missing_migrations()
    except DatabaseError:
        return responses.refused(request, HttpProblem("unavailable", "The database does not answer."))
    if missing:
        detail = f"The database lacks {len(missing)} migrations; run reprieve database migrate."
        return responses.refused(request, HttpProblem("unavailable", detail))
    return responses.answered({"status": "ready"})


@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:
    """Return the metrics to this machine, or to a token with the scope `metrics:read`."""
    if request.META.get("REMOTE_ADDR", "") not in LOCAL:
        try:
            Admission("metrics:read")(request)
        except HttpProblem as problem:
            return responses.refused(request, problem)
    return HttpResponse(metrics.page(_outbox()), content_type=metrics.MEDIA_TYPE)


@require_safe
def openapi_document(request: HttpRequest) -> HttpResponse:
    """Return the OpenAPI document of this version."""
    return responses.tagged(request, published())


@cache
def published() -> dict[str, object]:
    """Return the OpenAPI document, made once."""
    from reprieve.web.api import api

    return api.get_openapi_schema()


def _outbox() -> Mapping[str, int]:
    """Return how many messages the outbox has by state; nothing while the database does not answer."""
    from reprieve.operations.delivery import tally

    try:
        return tally()
    except DatabaseError:
        return {}


def _missing_migrations() -> list[str]:
    """Return the migrations this database lacks, by the list of them that the app may read."""
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    return [f"{app}.{name}" for app, name in loader.graph.nodes if (app, name) not in loader.applied_migrations]
