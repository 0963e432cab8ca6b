"""The clerk: takes the bank's file of the day, closes the day, and so on. Killed and started again, it goes on.

What it was answered it tells in a file: `took DAY` and `closed DAY`. What is not told may be done or not.
"""

import os
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from tests.faults.bank import BEGUN, file_of
from tests.faults.lender import act

SHARD_LOANS = 5
PAUSE_SECONDS = 0.05
PATIENCE_SECONDS = 120


class Order(NamedTuple):
    """What a clerk is told at its start: how far to go, and the point at which it is to die, if any."""

    told: str
    log: str
    loans: int
    until: date | None = None
    point: str = ""
    turn: int = 1


def work(order: Order) -> None:
    """Take files and close days until the last one asked for, else for ever."""
    from reprieve.operations.failpoints import die_at

    _speak_into(order.log)
    if order.point:
        die_at(order.point, order.turn)
    told = Path(order.told)
    day = next_day(told)
    if day > BEGUN:
        _insist(lambda: _take(day - timedelta(days=1), order.loans))  # Yesterday's file once more changes nothing.
    while order.until is None or day <= order.until:
        _insist(lambda day=day: _take(day, order.loans))
        _tell(told, f"took {day}")
        _insist(lambda day=day: _close(day))
        _tell(told, f"closed {day}")
        day += timedelta(days=1)


def answered(told: Path, verb: str) -> list[date]:
    """The days that a clerk told of, in order."""
    lines = [line.split() for line in told.read_text().splitlines()] if told.exists() else []
    return [date.fromisoformat(words[1]) for words in lines if words[0] == verb]


def next_day(told: Path) -> date:
    """The day after the last one that is known to be closed."""
    return max(answered(told, "closed"), default=BEGUN - timedelta(days=1)) + timedelta(days=1)


def _take(day: date, loans: int) -> None:
    from reprieve.lending.intake import CsvFormat, read_csv
    from reprieve.operations.intake import take_bank_file

    take_bank_file(act(f"file {day}"), read_csv(file_of(day, loans), CsvFormat("CNY")))


def _close(day: date) -> None:
    from reprieve.operations.close_of_day import Options, move_business_date
    from reprieve.operations.mirror import Mirror
    from reprieve.storage.home import home_path

    options = Options(mirror=Mirror(home_path(os.environ) / "book"), shard_loans=SHARD_LOANS)
    move_business_date(act(), day + timedelta(days=1), options=options)


def _insist(ask: Callable[[], None]) -> None:
    """Ask until there is an answer: PostgreSQL may be away, and what a killed clerk held is let go a moment later."""
    from django.db import InterfaceError, OperationalError, connections

    from reprieve.errors import Refused

    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            ask()
        except (OperationalError, InterfaceError):
            if time.monotonic() > end:
                raise
        except Refused as refused:
            waits = {refusal.rule for refusal in refused.refusals} <= {"close.running", "command.still_running"}
            if not waits or time.monotonic() > end:
                raise
        else:
            return
        connections.close_all()
        time.sleep(PAUSE_SECONDS)


def _tell(told: Path, line: str) -> None:
    with told.open("a") as file:
        file.write(f"{line}\n")


def _speak_into(log: str) -> None:
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(handle, stream.fileno())
    os.close(handle)
