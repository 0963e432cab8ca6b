"""Closes in the database: runs, checkpoints, transitions. Never runs a step: it keeps what a step has done.

A run knows how far the world was known when it began (its cut), so that a step gives the same however late it runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from reprieve.lending.delinquency import Transition
from reprieve.storage import models
from reprieve.storage.bank_lines import last_line, suspense_totals
from reprieve.storage.contracts import Cut, last_rows
from reprieve.storage.lender import midnight_after

RUNNING = "running"
FINISHED = "finished"
EXCEPTIONS = "finished_with_exceptions"


@dataclass(frozen=True, slots=True)
class Run:
    """The close of a day: how far the world was known, the engine, and what is kept with it."""

    row: int
    on: date
    cut: Cut
    engine: bytes
    state: str
    totals: Mapping[str, Any]
    started_at: datetime
    finished_at: datetime | None


def begin_run(day: date, *, engine: bytes, totals: Mapping[str, Any], started_at: datetime) -> Run:
    """Begin the close of a day; the open day has been turned, so the cut is exact."""
    contract, event = last_rows()
    row = models.CloseRun.objects.create(
        business_on=day, engine_sha256=engine, state=RUNNING, started_at=started_at,
        totals={**totals, "cut": {"contract": contract, "event": event, "line": last_line()}},
    )  # fmt: skip
    return _run(row)


def finish_run(run: Run, totals: Mapping[str, Any], *, state: str, finished_at: datetime) -> None:
    """End a run."""
    models.CloseRun.objects.filter(pk=run.row).update(
        state=state, totals={**run.totals, **totals}, finished_at=max(finished_at, run.started_at)
    )


def run_of(day: date) -> Run | None:
    """Return the close of a day, if it has begun."""
    row = models.CloseRun.objects.filter(business_on=day).first()
    return None if row is None else _run(row)


def running() -> Run | None:
    """Return the close that has begun and not ended, if there is one."""
    row = models.CloseRun.objects.filter(state=RUNNING).first()
    return None if row is None else _run(row)


def last_finished(before: date | None = None) -> Run | None:
    """Return the last close that has ended, or the last before a day."""
    rows = models.CloseRun.objects.exclude(state=RUNNING).order_by("-business_on")
    row = (rows if before is None else rows.filter(business_on__lt=before)).first()
    return None if row is None else _run(row)


def first_closed_on() -> date | None:
    """Return the first day that was ever closed."""
    return models.CloseRun.objects.order_by("business_on").values_list("business_on", flat=True).first()


def closed_days(first: date, last: date) -> set[date]:
    """Return the days from a first to a last whose close has ended."""
    rows = models.CloseRun.objects.exclude(state=RUNNING).filter(business_on__gte=first, business_on__lte=last)
    return set(rows.values_list("business_on", flat=True))


def checkpoint(run: Run, step: str, shard: int, *, totals: Mapping[str, Any], done_at: datetime) -> None:
    """Keep that a step is done for a shard, in the transaction that did it; done twice, the database refuses."""
    models.CloseCheckpoint.objects.create(
        close_run_id=run.row, step=step, shard=shard, totals=dict(totals), done_at=done_at
    )


def checkpoint_of(run: Run, step: str, shard: int) -> dict[str, Any]:
    """Return what one shard's step gave. The shard must be done."""
    return dict(models.CloseCheckpoint.objects.get(close_run=run.row, step=step, shard=shard).totals)


def checkpoints(run: Run, step: str) -> dict[int, dict[str, Any]]:
    """Return what a step gave, by shard, as far as it is done."""
    rows = models.CloseCheckpoint.objects.filter(close_run_id=run.row, step=step)
    return dict(rows.order_by("shard").values_list("shard", "totals"))


def last_buckets(contracts: Sequence[int], before: date, *, is_inclusive: bool = False) -> dict[int, str]:
    """Return the bucket each contract was last seen to move to before a day (or on it), by row number."""
    last = before if is_inclusive else before - timedelta(days=1)
    rows = models.Transition.objects.filter(contract__in=contracts, business_on__lte=last)
    return dict(
        rows.order_by("contract_id", "-business_on").distinct("contract_id").values_list("contract_id", "bucket")
    )


def last_buckets_within(rows: range, before: date) -> dict[int, str]:
    """Return the bucket each contract of a shard was last seen to move to before a day, by row number."""
    found = models.Transition.objects.filter(contract__gte=rows.start, contract__lt=rows.stop, business_on__lt=before)
    found = found.order_by("contract_id", "-business_on").distinct("contract_id")
    return dict(found.values_list("contract_id", "bucket"))


def add_transitions(run: Run, found: Sequence[tuple[int, Transition]], recorded_at: datetime) -> int:
    """Add transitions by contract row, and return how many."""
    columns = (
        "contract_id, close_run_id, business_on, bucket_before, bucket, days_past_due, contractual_days_past_due,"
        " recorded_at"
    )
    with connection.cursor() as cursor, cursor.copy(f"COPY transition ({columns}) FROM STDIN") as copy:
        for contract, one in found:
            copy.write_row((
                contract, run.row, one.on, one.from_bucket or "", one.to_bucket, one.days_past_due,
                one.contractual_days_past_due, recorded_at,
            ))  # fmt: skip
    return len(found)


def suspense_of(run: Run | None) -> dict[str, int]:
    """Return the bank's money that nobody had placed as known at a close, by currency; nothing before the first."""
    return {} if run is None else suspense_totals(run.cut, run.totals["cut"]["line"])


def lock_month_of(first_day: date, *, locked_by: int, locked_at: datetime) -> None:
    """Lock the ledger of a month."""
    models.MonthLock.objects.create(month=first_day, locked_by_id=locked_by, locked_at=locked_at)


def _run(row: models.CloseRun) -> Run:
    known = row.totals["cut"]
    cut = Cut(known["contract"], known["event"], midnight_after(row.business_on))
    return Run(
        row.pk, row.business_on, cut, bytes(row.engine_sha256), row.state, row.totals, row.started_at, row.finished_at
    )
