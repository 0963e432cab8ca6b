"""Figures for Prometheus: how many requests, how long, what was refused. Never names a person, a loan or an address."""

from collections.abc import Mapping
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REGISTRY: Final = CollectorRegistry()
MEDIA_TYPE: Final = CONTENT_TYPE_LATEST
SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

requests = Counter("reprieve_requests", "Requests answered.", ("method", "route", "status"), registry=REGISTRY)
seconds = Histogram(
    "reprieve_request_seconds", "How long an answer took.", ("method", "route"), registry=REGISTRY, buckets=SECONDS
)
problems = Counter("reprieve_problems", "Problem documents sent.", ("kind",), registry=REGISTRY)
slow_queries = Counter("reprieve_slow_queries", "Queries slower than the setting.", registry=REGISTRY)
outbox = Gauge("reprieve_outbox", "Messages in the outbox.", ("state",), registry=REGISTRY)
replays = Counter("reprieve_idempotent_replays", "Answers sent again for a key seen before.", registry=REGISTRY)


def page(waiting: Mapping[str, int]) -> bytes:
    """Return all figures in Prometheus' text format, and by state how many messages the outbox has."""
    for state, count in waiting.items():
        outbox.labels(state).set(count)
    return generate_latest(REGISTRY)
