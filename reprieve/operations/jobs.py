"""What the worker does besides being asked: deliveries, documents, the close when a day has ended. Decides nothing.

Jobs stand in the same PostgreSQL; one that a command asks for is put there in the command's own transaction. Times of
the periodic ones are UTC.
"""

import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Final

import structlog
from django.db import close_old_connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext

from reprieve.errors import Refused

stopping: Final = threading.Event()
"""Set once the worker is told to stop: what is in hand is finished, nothing else is begun."""
EVERY_FIVE_SECONDS: Final = "* * * * * */5"
EVERY_MINUTE: Final = "* * * * *"
EVERY_NIGHT: Final = "17 3 * * *"
DELIVER: Final = "deliver"
FORGET: Final = "forget_sent"
CLOSE: Final = "close_days"
MAKE: Final = "make_document"


def _fresh(task: Callable[..., None]) -> Callable[..., None]:
    """Give a task a connection that is alive, and leave none behind that is not."""

    @wraps(task)
    def called(*args: Any, **kwargs: Any) -> None:
        close_old_connections()
        try:
            task(*args, **kwargs)
        finally:
            close_old_connections()

    return called


@app.periodic(cron=EVERY_FIVE_SECONDS)
@app.task(name=DELIVER, queueing_lock=DELIVER)
@_fresh
def deliver(timestamp: int) -> None:  # noqa: ARG001 -- a periodic task is told when it was due
    """Deliver what is due in the outbox."""
    from reprieve.operations.delivery import deliver_due

    counts = deliver_due(_now, is_stopping=stopping.is_set)
    if counts:
        structlog.get_logger().info("delivered", **counts)


@app.periodic(cron=EVERY_NIGHT)
@app.task(name=FORGET, queueing_lock=FORGET)
@_fresh
def forget_sent(timestamp: int) -> None:  # noqa: ARG001 -- a periodic task is told when it was due
    """Remove what was sent longer ago than the lender keeps it."""
    from reprieve.operations import delivery

    gone = delivery.forget_sent(_now())
    if gone:
        structlog.get_logger().info("forgotten", rows=gone)


@app.periodic(cron=EVERY_MINUTE)
@app.task(name=CLOSE, queueing_lock=CLOSE)
@_fresh
def close_days(timestamp: int) -> None:  # noqa: ARG001 -- a periodic task is told when it was due
    """Close the lender's days that have ended and are not closed yet; a sandbox's day is moved by hand."""
    from reprieve.operations.close_of_day import Options, close_until, ended_day
    from reprieve.operations.mirror import mirror_of

    day = ended_day(_now())
    if day is None or stopping.is_set():
        return
    log = structlog.get_logger()
    try:
        for closed in close_until(day, _now(), options=Options(mirror=mirror_of(os.environ))):
            log.info("closed", business_on=closed["business_on"], state=closed["state"], loans=closed["loans"])
    except Refused as no:
        log.warning("close_refused", business_on=day.isoformat(), rules=[refusal.rule for refusal in no.refusals])


@app.task(name=MAKE, retry=RetryStrategy(max_attempts=5, exponential_wait=4))
@_fresh
def make_document(document: int) -> None:
    """Make the PDF of a document that was asked for; one that is made already stays as it is."""
    from reprieve.operations.documents import make

    make(document, _now())


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 -- a periodic task is told when it was due
    """Take up again what a worker that died left undone. It holds no lock, so one that died itself blocks nothing.

    Periodic jobs are let go: the next one does their work.
    """
    from procrastinate.jobs import Status

    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        if job.task_name == MAKE:
            await manager.retry_job(job)
        else:
            await manager.finish_job(job, status=Status.FAILED, delete_job=True)
        structlog.get_logger().warning("stalled_job", task=job.task_name, job=job.id)


def _now() -> datetime:
    return datetime.now(UTC)
