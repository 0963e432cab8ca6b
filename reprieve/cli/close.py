"""`reprieve close`: closes days, shows how far the closes are, and what a new engine would move. Decides nothing.

Shows names and values alone, the same in every language; `--json` for programs. Exit code 1 where a loan is in
quarantine.
"""

import json
import os
import sys
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from reprieve.cli.problem import GOOD, REFUSED
from reprieve.cli.with_database import database
from reprieve.errors import BadInput

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def close(
    on: Annotated[
        str | None, typer.Option("--date", metavar="DATE", help="The day to close, else the lender's last full day.")
    ] = None,
    compare: Annotated[
        bool, typer.Option("--compare", help="List every figure a new engine or rule pack would move; post nothing.")
    ] = False,
    status: Annotated[bool, typer.Option("--status", help="Show how far the closes are; close nothing.")] = False,
    approve: Annotated[
        str | None, typer.Option("--approve", metavar="USER", help="Who approves what a new engine moves.")
    ] = None,
    carrying: Annotated[
        str | None,
        typer.Option("--carrying", metavar="FILE", help="A TOML file that says how loans are carried from now on."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Close the day: accruals, transitions, credit record, control totals; missed days first, none twice."""
    if compare and status:
        raise BadInput("--compare", "beside --status", "one of the two")
    with database():
        if status:
            shown = _status()
        elif compare:
            shown = _compare()
        else:
            closed = _close(on, approve, carrying)
            shown = {"days": len(closed), "closed": closed}
    _show(shown, as_json)
    is_clean = not _quarantined(shown)
    raise typer.Exit(GOOD if is_clean else REFUSED)


def _status() -> dict[str, Any]:
    from reprieve.operations import close_of_day

    return close_of_day.status()


def _compare() -> dict[str, Any]:
    from reprieve.operations import close_of_day

    options = close_of_day.Options(mirror=_mirror(), progress=_progress())
    return close_of_day.compare(datetime.now(UTC), options=options)


def _close(on: str | None, approve: str | None, carrying: str | None) -> list[dict[str, Any]]:
    from reprieve.operations import close_of_day

    now = datetime.now(UTC)
    rules = None if carrying is None else close_of_day.read_carrying(_toml(carrying))
    options = close_of_day.Options(rules, approve, _mirror(), _progress(), threads=min(4, os.cpu_count() or 1))
    day = close_of_day.today(now) - timedelta(days=1) if on is None else _day(on)
    return close_of_day.close_until(day, now, options=options)


def _mirror() -> Any:
    from reprieve.operations.mirror import mirror_of

    return mirror_of(os.environ)


def _progress() -> Any:
    """Return what shows progress: one line on standard error that is written over, at a terminal alone."""
    if not sys.stderr.isatty():
        return lambda *_: None

    def show(step: str, done: int, of: int) -> None:
        filled = 20 * done // of
        print(f"\r{step:<14} [{'#' * filled}{' ' * (20 - filled)}] {done}/{of}", end="", file=sys.stderr)
        if done == of:
            print(file=sys.stderr)

    return show


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput("--date", f'"{text}"', "a date written YYYY-MM-DD that the calendar has") from None


def _toml(path: str) -> dict[str, Any]:
    try:
        return tomllib.loads(Path(path).read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput("--carrying", str(error), "a TOML file that can be read") from None


def _quarantined(shown: dict[str, Any]) -> bool:
    runs = [*shown.get("closed", []), *([shown["last"]] if shown.get("last") else [])]
    return bool(shown.get("quarantine")) or any(run["state"] == "finished_with_exceptions" for run in runs)


def _show(values: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(values, ensure_ascii=False))
        return
    for name, value in values.items():
        _show_value(name, value, "")


def _show_value(name: str, value: Any, indent: str) -> None:
    """Show a value under its name, what it holds further in, empty ones left out."""
    if value in (None, {}, []):
        return
    if isinstance(value, dict):
        print(f"{indent}{name}:")
        for key, inner in value.items():
            _show_value(key, inner, indent + "  ")
    elif isinstance(value, list):
        for place, inner in enumerate(value, 1):
            _show_value(f"{name} {place}", inner, indent)
    else:
        print(f"{indent}{name}: {'yes' if value is True else 'no' if value is False else value}")
