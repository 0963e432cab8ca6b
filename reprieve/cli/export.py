"""`reprieve export`: the credit record of a month as a file for others. Never shows what identifies a borrower.

The file goes to `-o` (readable by its owner alone) or standard output, what is said about it to standard error. Exit
code 1 where an account was withheld.
"""

import json
import os
import sys
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import typer

from reprieve.cli.problem import GOOD, REFUSED
from reprieve.cli.with_database import database
from reprieve.errors import BadInput

if TYPE_CHECKING:
    from reprieve.operations.command import Act
    from reprieve.operations.exporting import Exported

export = typer.Typer(help="Write the credit record of a month as a file for others.", rich_markup_mode=None)

MonthFlag = Annotated[
    str, typer.Option("--month", metavar="YYYY-MM", help="The month whose rows that stand are meant.")
]
User = Annotated[str, typer.Option("--user", metavar="NAME", help="Who exports: an accountant or somebody of risk.")]
Output = Annotated[str | None, typer.Option("-o", "--output", metavar="FILE", help="Where to write; else to output.")]
Json = Annotated[bool, typer.Option("--json", help="Say what was done as one JSON object.")]


@export.command()
def metro2(
    month: MonthFlag,
    reporter: Annotated[str, typer.Option("--reporter", metavar="FILE", help="A TOML file that says who reports.")],
    user: User,
    output: Output = None,
    as_json: Json = False,
) -> None:
    """Write a Metro 2 file (426 characters a record). It names the borrowers: keep it closed."""
    from reprieve.lending.metro2_file import reporter_of

    first, who = _month(month), reporter_of(_toml(reporter))
    with database():
        from reprieve.operations import exporting

        _deliver(exporting.metro2(_act(user), first, who), output, as_json)


@export.command("credit-record")
def credit_record(month: MonthFlag, user: User, output: Output = None, as_json: Json = False) -> None:
    """Write the rows that stand as CSV, with the risk class where the rules have classes."""
    first = _month(month)
    with database():
        from reprieve.operations import exporting

        _deliver(exporting.credit_record(_act(user), first), output, as_json)


def _act(user: str) -> "Act":
    from reprieve.operations.command import Act

    return Act(f"export {uuid4()}", user, datetime.now(UTC))


def _deliver(done: "Exported", output: str | None, as_json: bool) -> None:
    """Write the file, say what is in it, and leave with 1 where something was withheld."""
    if output is None:
        sys.stdout.write(done.content)
    else:
        _write(Path(output), done.content)
    _say(done.report() | {"file": output}, as_json)
    raise typer.Exit(REFUSED if done.withheld else GOOD)


def _write(path: Path, content: str) -> None:
    """Write a file whole or not at all, closed to others."""
    half = path.with_name(path.name + ".new")
    try:
        half.unlink(missing_ok=True)
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(content)
        half.rename(path)
    except OSError as error:
        raise BadInput("--output", f"{path}: {error.strerror}", "a file that can be written") from None


def _say(report: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(report, ensure_ascii=False), file=sys.stderr)
        return
    print(f"accounts: {report['accounts']}\nsha256: {report['sha256']}", file=sys.stderr)
    for one in report["withheld"]:
        print(f"withheld: {one['contract']}: {one['because']}", file=sys.stderr)


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise BadInput("--month", f'"{text}"', "a month written YYYY-MM", code="month") from None


def _toml(path: str) -> dict[str, object]:
    try:
        return tomllib.loads(Path(path).read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput("--reporter", str(error), "a TOML file that can be read") from None
