"""The close of day: ordered, checkpointed steps over shards, one day after the other. Never does a step twice.

Killed at any instant, the next start goes on where it stopped. A loan that is off is set aside and named; the close
finishes with exceptions, and its month cannot be locked until they are cleared.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

from django.db import transaction

from reprieve.engine.jit import engine_hash
from reprieve.errors import BadInput, Refusal, Refused
from reprieve.lending.carrying import CarryingRules
from reprieve.operations.announcing import announce_close
from reprieve.operations.book import Earlier
from reprieve.operations.closing import (
    adjustment,
    credit_record,
    modification,
    notices,
    positions,
    posting,
    reconciliation,
)
from reprieve.operations.closing.comparison import compare_with_ledger
from reprieve.operations.closing.step import Close, Progress, run_step
from reprieve.operations.command import Act
from reprieve.operations.failpoints import reach
from reprieve.operations.mirror import Mirror
from reprieve.operations.shelf import Shelves
from reprieve.rules import load
from reprieve.storage import close as runs
from reprieve.storage.actors import roles_of, user_row
from reprieve.storage.advisory import drop_close, take_close, turn_day
from reprieve.storage.close import Run
from reprieve.storage.disputes import unanswered
from reprieve.storage.lender import has_lender, local_day, open_day, set_business_date, the_lender
from reprieve.storage.quarantine import open_quarantines

SHARD_LOANS: Final = 20_000
"""How many contract rows a shard spans."""
Summary = dict[str, Any]
_ENGINE: Final = sha256(engine_hash().encode()).digest()
"""Taken when the engine is loaded: its files may be replaced while the process runs."""


def _quietly(_: str, __: int, ___: int) -> None:
    """Show no progress."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to close.

    `carrying` says how loans are carried from now on; left out, as at the last close. `approved_by` is who approved
    that the figures `compare` lists are posted after a change of engine. `mirror` is where positions are kept as files.
    `threads` is how many shards are computed at once.
    """

    carrying: CarryingRules | None = None
    approved_by: str | None = None
    mirror: Mirror | None = None
    progress: Progress = _quietly
    shard_loans: int = SHARD_LOANS
    threads: int = 1


def close_until(day: date, now: datetime, *, options: Options = Options()) -> list[Summary]:
    """Close every day up to one, resuming what was begun and catching up what was missed; return a summary of each.

    Raises `Refused` for a day that has not come, while another process closes, or where a change of the engine is not
    approved.
    """
    if day > local_day(now):
        because = f"{day} has not begun yet; the lender's day is {local_day(now)}. Only a day that has can be closed."
        raise Refused((Refusal("close.future", because, "the lender's closing rule"),))
    with _alone():
        return [_close(one, now, options) for one in _missing(day)]


def move_business_date(act: Act, to: date, *, options: Options = Options()) -> list[Summary]:
    """Set the open day of a sandbox ahead and close every day before it; return a summary of each close.

    Asked again after a kill, it closes what is left. Raises `Refused` where the database is no sandbox, or for a day
    that lies behind.
    """
    user = user_row(act.user)
    if "integrator" not in roles_of(user, act.now):
        raise Refused((Refusal("authority.role", "To move the date takes the role integrator.", "authorities"),))
    clock = open_day(act.now)
    if not clock.is_sandbox:
        because = "This is no sandbox; its day follows the lender's clock."
        raise Refused((Refusal("sandbox.none", because, "only a sandbox's day is a setting"),))
    if to < clock.day and to != local_day(act.now):
        raise BadInput("to", to.isoformat(), f"{clock.day} or later; time does not run backwards", code="past")
    set_business_date(to)
    return close_until(to - timedelta(days=1), open_day(act.now).instant, options=options)


def today(now: datetime) -> date:
    """Return the day that it is for the lender, closed or not."""
    return local_day(now)


def ended_day(now: datetime) -> date | None:
    """Return the lender's last day that has ended and is not closed; none in a sandbox, whose day is a setting."""
    if not has_lender() or the_lender().is_sandbox:
        return None
    ended, last = local_day(now) - timedelta(days=1), runs.last_finished()
    return ended if last is None or last.on < ended else None


def status() -> dict[str, Any]:
    """Return how far the closes are: the last, the one that runs, the loans in quarantine, the disputes to answer."""
    last, current = runs.last_finished(), runs.running()
    return {
        "last": last and summary(last), "running": current and _progress_of(current), "quarantine": open_quarantines(),
        "disputes": unanswered(date.min if last is None else last.on + timedelta(days=1)),
    }  # fmt: skip


def summary(run: Run) -> Summary:
    """Return what a close came to, in JSON types."""
    kept = {key: value for key, value in run.totals.items() if key not in ("cut", "left_out")}
    return {
        "business_on": run.on.isoformat(), "state": run.state, "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at and run.finished_at.isoformat(), "engine": run.engine.hex(), **kept,
    }  # fmt: skip


def engine_sha256() -> bytes:
    """Return the hash that names the engine this process runs."""
    return _ENGINE


@contextmanager
def _alone() -> Iterator[None]:
    """Let no other process close meanwhile."""
    if not take_close():
        because = "Another process is closing right now; what it leaves undone can be closed afterwards."
        raise Refused((Refusal("close.running", because, "one close at a time"),))
    try:
        yield
    finally:
        drop_close()


def _missing(day: date) -> list[date]:
    """Return the days to close up to one: what was begun, then every day after the last; the first time that day."""
    current, last = runs.running(), runs.last_finished()
    if current is None and last is None:
        return [day]
    first = current.on if current is not None else last.on + timedelta(days=1)  # type: ignore[union-attr]
    return [first + timedelta(days=number) for number in range((day - first).days + 1)]


def _close(day: date, now: datetime, options: Options) -> Summary:
    """Close one day: begin or resume its run, do its steps, end it."""
    last = runs.last_finished(before=day)
    run = runs.run_of(day) or _begin(day, now, last, options)
    close = _close_of(run, last, now, options)
    shards = len(close.shards)
    run_step(close, adjustment.NAME, adjustment.adjust, shards=1)
    run_step(close, positions.NAME, positions.positions, shards=shards, threads=options.threads)
    run_step(close, posting.NAME, posting.post, shards=1)
    run_step(close, modification.NAME, modification.modify, shards=1)
    run_step(close, credit_record.NAME, credit_record.file_rows, shards=shards)
    run_step(close, notices.NAME, notices.put_notices, shards=shards, threads=options.threads)
    run_step(close, reconciliation.NAME, reconciliation.reconcile, shards=1)
    if options.mirror is not None:
        options.mirror.forget_old()
    return _finish(close)


def _begin(day: date, now: datetime, last: Run | None, options: Options) -> Run:
    """Begin a run: the open day turns, so that what is recorded from now on belongs to the next."""
    engine = engine_sha256()
    is_changed = last is not None and last.engine != engine
    if last is not None and is_changed and options.approved_by is None:
        because = (
            f"The engine has changed since the close of {last.on}. Look at what would move with `reprieve close "
            "--compare`, then close with approval."
        )
        raise Refused((Refusal("close.engine_changed", because, "a changed engine is approved before it posts"),))
    if is_changed and options.approved_by is not None:
        _check_approver(options.approved_by, now)
    rules = options.carrying or (None if last is None else carrying_rules(last))
    totals = {
        "carrying": None if rules is None else _carrying_document(rules), "shard_loans": options.shard_loans,
        "pack": load(the_lender().place).content_hash, "engine_changed": is_changed,
        "engine_approved_by": options.approved_by if is_changed else None,
    }  # fmt: skip
    with transaction.atomic():
        turn_day()
        run = runs.begin_run(day, engine=engine, totals=totals, started_at=now)
        reach("close.begin.before_commit")
    reach("close.begin.after_commit")
    return run


def _check_approver(username: str, now: datetime) -> None:
    """Raise `BadInput` for a user that is not known, `Refused` for one who may not approve."""
    if not {"approver", "risk"} & roles_of(user_row(username, "approve"), now):
        because = f"{username} holds neither the role approver nor risk; a changed engine takes one of them."
        raise Refused((Refusal("authority.role", because, "the lender's authorities"),))


def compare(now: datetime, *, options: Options = Options()) -> dict[str, Any]:
    """Return every figure of the last close that today's engine and packs would make another; posts nothing."""
    last = runs.last_finished()
    if last is None:
        return {"compared": None, "accounts": [], "loans": []}
    close = _close_of(last, runs.last_finished(before=last.on), now, options)
    pack = load(the_lender().place).content_hash
    return {
        "compared": last.on.isoformat(),
        "engine": {"then": last.engine.hex(), "now": engine_sha256().hex()},
        "pack": {"then": last.totals["pack"], "now": pack},
        **compare_with_ledger(close, options.mirror),
    }  # fmt: skip


def _close_of(run: Run, last: Run | None, now: datetime, options: Options) -> Close:
    loans = run.totals["shard_loans"]
    shards = tuple(range(start, start + loans) for start in range(1, run.cut.contract + 1, loans))
    left_out = {} if last is None else last.totals.get("left_out", {})
    earlier = Earlier(last, {int(row): _run_or_none(on) for row, on in left_out.items()})
    before = None if last is None else carrying_rules(last)
    lender = the_lender()
    return Close(
        run,
        earlier,
        lender.place,
        shards,
        now,
        carrying_rules(run),
        before,
        options.progress,
        lender.remind_days_before,
        options.mirror,
        None if options.mirror is None else Shelves(options.mirror.folder),
    )


def _run_or_none(on: str | None) -> Run | None:
    return None if on is None else runs.run_of(date.fromisoformat(on))


def _finish(close: Close) -> Summary:
    """End a run with its totals."""
    shards = runs.checkpoints(close.run, positions.NAME).values()
    posted = runs.checkpoints(close.run, posting.NAME)[0]
    reconciled = runs.checkpoints(close.run, reconciliation.NAME)[0]
    filed = runs.checkpoints(close.run, credit_record.NAME).values()
    left_out: dict[str, Any] = {}
    for shard in shards:
        left_out |= shard["left_out"]
    is_clean = not left_out and not reconciled["differences"] and not reconciled["quarantined"]
    totals = {
        "loans": sum(shard["loans"] for shard in shards),
        "transitions": sum(shard["transitions"] for shard in shards),
        "groups": posted["groups"], "entries": posted["entries"], "differences": reconciled["differences"],
        "left_out": left_out, "quarantined": len(left_out) + len(reconciled["quarantined"]),
        "credit_record": {key: sum(shard[key] for shard in filed) for key in credit_record.COUNTS},
        "disputes": unanswered(close.run.on + timedelta(days=1)),
    }  # fmt: skip
    state = runs.FINISHED if is_clean else runs.EXCEPTIONS
    with transaction.atomic():
        runs.finish_run(close.run, totals, state=state, finished_at=close.now)
        announce_close(close.run.on, state, close.now)
        reach("close.finish.before_commit")
    reach("close.finish.after_commit")
    ended = runs.run_of(close.run.on)
    assert ended is not None
    return summary(ended)


def _progress_of(run: Run) -> dict[str, Any]:
    steps = (
        adjustment.NAME, positions.NAME, posting.NAME, modification.NAME, credit_record.NAME, notices.NAME,
        reconciliation.NAME,
    )  # fmt: skip
    return {
        "business_on": run.on.isoformat(), "started_at": run.started_at.isoformat(),
        "done": {step: len(runs.checkpoints(run, step)) for step in steps},
    }  # fmt: skip


def carrying_rules(run: Run) -> CarryingRules | None:
    """Return how a close carried its loans."""
    kept = run.totals.get("carrying")
    return None if kept is None else read_carrying(kept)


def read_carrying(document: Mapping[str, Any]) -> CarryingRules:
    """Return carrying rules from plain values. Raises `BadInput` for what they cannot be."""
    wanted = {"suspended_after_days", "stage_two_after_days", "stage_three_after_days", "loss_rates"}
    for key in {*document} - {*wanted, "days"}:
        raise BadInput(key, "a key that is not known", ", ".join(sorted({*wanted, "days"})), code="unknown_key")
    for key in wanted - {*document}:
        raise BadInput(key, "nothing", "a value: how the lender carries its loans", code="missing")
    rates = document["loss_rates"]
    if not isinstance(rates, list) or len(rates) != 3 or not all(isinstance(rate, str) for rate in rates):
        raise BadInput("loss_rates", str(rates), 'three decimal strings, such as ["0.01", "0.1", "0.5"]')
    one, two, three = (Decimal(rate) for rate in rates)
    return CarryingRules(**{**document, "loss_rates": (one, two, three)})


def _carrying_document(rules: CarryingRules) -> dict[str, Any]:
    return {**asdict(rules), "loss_rates": [f"{rate:f}" for rate in rules.loss_rates]}
