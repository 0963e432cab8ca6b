"""`/bank-files`: upload a bank's file, list what was taken. Never guesses whose money a line is.

CSV or camt.053. A line with exactly one known reference becomes a payment, other money waits in suspense.
"""

from typing import Annotated, Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from reprieve.errors import BadInput
from reprieve.lending.intake import DATE_FORMATS, CsvFormat, Statement, read_camt053, read_csv
from reprieve.operations import reading
from reprieve.operations.uploads import upload_bank_file
from reprieve.web.api import intake_shapes as shapes
from reprieve.web.commanding import NumberedPageAsked, PageAsked, act_of, carried_out, paged
from reprieve.web.declared import Declared, promised
from reprieve.web.reading import Asked, file_of, read_as_file, read_query

bank_files: Final = Router(tags=["bank files"])
CSV: Final = "text/csv"
XML: Final = "application/xml"
FILES: Final = {
    CSV: "date,amount,reference,id\n2026-09-01,100.00,L-1001,b-1\n2026-09-01,50.00,thank you,b-2\n",
    XML: (
        '<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">'
        '<BkToCstmrStmt><Stmt><Id>1</Id><Ntry><Amt Ccy="CNY">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        "<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-09-01</Dt></BookgDt><AcctSvcrRef>b-3</AcctSvcrRef>"
        "<NtryDtls><TxDtls><RmtInf><Ustrd>L-1001</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry></Stmt>"
        "</BkToCstmrStmt></Document>"
    ),
}
"""An example of each kind of file."""
Column = Annotated[
    str,
    Field(
        pattern="^(booked_on|amount|credit|debit|currency|reference|payer|bank_id|account)=.{1,100}$", max_length=120
    ),
]


class FileAsked(Asked):
    """How to read a bank file; all but the name is for CSV alone."""

    name: str = Field(default="", max_length=100, examples=["2026-09-01.csv"])
    """What you call the file."""
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = Field(default=None, examples=["CNY"])
    """The currency of rows that name none [the lender's]."""
    delimiter: Literal[",", ";", "|", "tab"] = Field(default=",", examples=[","])
    """What stands between two cells."""
    encoding: Literal["utf-8", "gb18030", "iso-8859-1", "utf-16"] = Field(default="utf-8", examples=["utf-8"])
    """How its letters are written."""
    date_format: Literal["YYYY-MM-DD", "YYYYMMDD", "YYYY/MM/DD", "DD.MM.YYYY", "DD/MM/YYYY", "MM/DD/YYYY"] = Field(
        default="YYYY-MM-DD", examples=["YYYY-MM-DD"]
    )
    """How its days are written."""
    decimal_mark: Literal[".", ","] = Field(default=".", examples=["."])
    """What stands before the cents; the other mark may set thousands apart."""
    account: str = Field(default="", max_length=100, examples=["6222000011112222"])
    """The account of rows that name none."""
    column: list[Column] = Field(default=[], max_length=9, examples=[["reference=Verwendungszweck"]])
    """The heading of a column that is not known by it, as `reference=heading`; again for each."""


class LinesAsked(PageAsked):
    """Which lines."""

    state: shapes.LineState | None = Field(default=None, examples=["suspense"])
    """Only those that became this."""


@bank_files.get(
    "/bank-files",
    **promised(
        Declared(shapes.BankFilesPage, "ledger:read", asks=NumberedPageAsked, is_tagged=True, query={"limit": 10})
    ),
)
def list_bank_files(request: HttpRequest) -> HttpResponse:
    """Return the bank files that were taken, in order of number, a page at a time."""
    asked = read_query(request, NumberedPageAsked)

    def page(*, after: str | None, limit: int) -> list[dict[str, object]]:
        return reading.all_bank_files(after=asked.number(after), limit=limit)

    return paged(request, asked, page, "bank_file")


@bank_files.post(
    "/bank-files",
    **promised(
        Declared(
            shapes.BankReport, "intake:write", asks=FileAsked, status=201, moves=True, can_refuse=True, files=FILES,
            query={"name": "2026-09-01.csv"},
        )
    ),
)  # fmt: skip
def upload_statement(request: HttpRequest) -> HttpResponse:
    """Take a bank's file, CSV or camt.053: each line once, whichever files it appears in."""
    act, asked = act_of(request), read_query(request, FileAsked)
    media_type, content = file_of(request, (CSV, XML))
    with read_as_file():
        statement = read_camt053(content) if media_type == XML else _csv(content, asked)
        return carried_out(upload_bank_file(act, content, statement, media_type=media_type, name=asked.name))


@bank_files.get(
    "/bank-lines",
    **promised(Declared(shapes.BankLinesPage, "ledger:read", asks=LinesAsked, is_tagged=True, query={"limit": 10})),
)
def list_bank_lines(request: HttpRequest) -> HttpResponse:
    """Return the lines of all bank files, the oldest first, a page at a time, each with what became of it."""
    asked = read_query(request, LinesAsked)

    def page(*, after: str | None, limit: int) -> list[dict[str, object]]:
        return reading.all_bank_lines(after=after, limit=limit, state=asked.state)

    return paged(request, asked, page, "key")


def _csv(content: bytes, asked: FileAsked) -> Statement:
    columns: dict[str, str] = {}
    for given in asked.column:
        name, _, heading = given.partition("=")
        if name in columns:
            raise BadInput("?column", f"{name} twice", "each column once", code="repeated_key")
        columns[name] = heading
    form = CsvFormat(
        currency=asked.currency or reading.currency(), delimiter="\t" if asked.delimiter == "tab" else asked.delimiter,
        encoding="utf-8-sig" if asked.encoding == "utf-8" else asked.encoding,
        date_format=DATE_FORMATS[asked.date_format],
        decimal_mark=asked.decimal_mark, thousands_mark="," if asked.decimal_mark == "." else ".",
        account=asked.account, columns=columns,
    )  # fmt: skip
    return read_csv(content, form)
