"""`reprieve take`: a bank's file or a book of another system, given at this machine. Decides nothing about money.

The same file given again is answered as it was answered first; after a kill it goes on where it stopped.
"""

import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import uuid4

import typer

from reprieve.cli.problem import GOOD, REFUSED
from reprieve.cli.with_database import database
from reprieve.errors import BadInput

if TYPE_CHECKING:
    from reprieve.lending.intake import Statement
    from reprieve.operations.command import Act

take = typer.Typer(help="Take a bank's file, or a book of another system.", rich_markup_mode=None)
ROWS_MOST: Final = 1_000_000
SHOWN_MOST: Final = 20

File = Annotated[str, typer.Argument(metavar="FILE", help="The file.")]
User = Annotated[str, typer.Option("--user", metavar="NAME", help="Who takes it.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Total = Annotated[int | None, typer.Option(min=0, metavar="MINOR", help="A control total, in minor units.")]


@take.command("bank-file")
def bank_file(  # noqa: PLR0913 -- one parameter a flag
    file: File, user: User, *,
    currency: Annotated[str | None, typer.Option("--currency", help="Of rows that name none [the lender's].")] = None,
    delimiter: Annotated[str, typer.Option("--delimiter", help="Between two cells; tab for a tab.")] = ",",
    encoding: Annotated[str, typer.Option("--encoding", help="How letters are written.")] = "utf-8-sig",
    date_format: Annotated[str, typer.Option("--date-format", help="How days are written.")] = "YYYY-MM-DD",
    decimal_mark: Annotated[str, typer.Option("--decimal-mark", help="Before the cents: . or ,")] = ".",
    column: Annotated[
        list[str] | None, typer.Option("--column", metavar="NAME=HEADING", help="A heading that is not known.")
    ] = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Take a bank's file, CSV or camt.053 (.xml): each line once, whichever files it appears in."""
    content = _read(file)
    with database():
        from reprieve.lending.intake import CsvFormat, read_camt053, read_csv
        from reprieve.operations.uploads import upload_bank_file

        if file.lower().endswith(".xml"):
            statement, media_type = read_camt053(content), "application/xml"
        else:
            form = CsvFormat(
                _currency(currency), delimiter="\t" if delimiter == "tab" else delimiter, encoding=encoding,
                date_format=_date_format(date_format), decimal_mark=decimal_mark,
                thousands_mark="," if decimal_mark == "." else ".", columns=_columns(column or []),
            )  # fmt: skip
            statement, media_type = read_csv(content, form), "text/csv"
        act = _act(user, f"bank file {_named(content, statement)}")
        done = upload_bank_file(act, content, statement, media_type=media_type, name=Path(file).name, most=ROWS_MOST)
    _say(done.answer, as_json, done.answer["errors"], done.answer["errors_total"])


@take.command("book")
def book(  # noqa: PLR0913 -- one parameter a flag
    file: File, user: User, *,
    loans: Annotated[int, typer.Option("--loans", min=0, metavar="N", help="How many loans are accepted.")],
    principal: Total = None, outstanding_total: Total = None, outstanding_principal: Total = None,
    outstanding_interest: Total = None, outstanding_penalty: Total = None, outstanding_fees: Total = None,
    commit: Annotated[bool, typer.Option("--commit", help="Take it over; else it is only tried.")] = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Take over a book, one loan a line (NDJSON) or a JSON array, or try it out. Nothing is kept unless all agrees."""
    content = _read(file)
    owed = {
        "principal": outstanding_principal, "interest": outstanding_interest, "penalty": outstanding_penalty,
        "fees": outstanding_fees, "total": outstanding_total,
    }  # fmt: skip
    known = {name: total for name, total in owed.items() if total is not None}
    control: dict[str, Any] = {"loans": loans, "outstanding": known}
    if principal is not None:
        control["principal"] = principal
    with database():
        from reprieve.lending.intake import read_book_array, read_book_lines
        from reprieve.operations.uploads import upload_book

        is_array = content.lstrip().startswith((b"[", b"\xef\xbb\xbf["))
        rows = read_book_array(content) if is_array else read_book_lines(content, ROWS_MOST)
        key = f"book {_named(content, control)}" if commit else f"book tried {uuid4()}"
        done = upload_book(_act(user, key), rows, control, content=content, is_dry_run=not commit, most=ROWS_MOST)
    rejected = [f"row {one['row']} ({one['number']}): {one['because']}" for one in done.answer["rejected"]]
    _say(done.answer, as_json, rejected, done.answer["rejected_total"])


def _act(user: str, key: str) -> "Act":
    from reprieve.operations.command import Act

    return Act(key, user, datetime.now(UTC))


def _named(content: bytes, read: "Statement | dict[str, Any]") -> str:
    """Return the name of a file as it was read: read in another way it is another request."""
    return sha256(content + repr(read).encode()).hexdigest()[:40]


def _read(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise BadInput("FILE", f"{file}: {error.strerror}", "a file that can be read", code="file") from None


def _currency(given: str | None) -> str:
    from reprieve.operations.reading import currency

    return given or currency()


def _date_format(given: str) -> str:
    from reprieve.lending.intake import DATE_FORMATS

    if given not in DATE_FORMATS:
        raise BadInput("--date-format", given, f"one of {', '.join(DATE_FORMATS)}", code="unknown_word")
    return DATE_FORMATS[given]


def _columns(given: list[str]) -> dict[str, str]:
    from reprieve.lending.intake.csv_file import HEADINGS

    columns: dict[str, str] = {}
    for one in given:
        name, mark, heading = one.partition("=")
        if name not in HEADINGS or not mark or name in columns:
            allowed = f"NAME=HEADING, each once, the name one of {', '.join(HEADINGS)}"
            raise BadInput("--column", one, allowed, code="column")
        columns[name] = heading
    return columns


def _say(answer: dict[str, Any], as_json: bool, wrong: list[str], wrong_total: int) -> None:
    """Print what came of a file; leave with 1 where a row could not be read or taken."""
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False, sort_keys=True))
    else:
        for name in ("lines", "amounts", "found", "imported", "known", "off"):
            if answer.get(name):
                typer.echo(f"{name}: {json.dumps(answer[name], ensure_ascii=False, sort_keys=True)}")
        for one in wrong[:SHOWN_MOST]:
            typer.echo(one, err=True)
        if wrong_total > SHOWN_MOST:
            typer.echo(f"… {wrong_total - SHOWN_MOST} more", err=True)
    raise typer.Exit(REFUSED if wrong_total or answer.get("off") else GOOD)
