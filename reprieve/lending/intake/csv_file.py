"""Reads a bank's CSV file: which column is which is given or found by its heading. Never repairs a row."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from reprieve.errors import BadInput
from reprieve.lending.field import FIRST_DAY, LAST_DAY
from reprieve.lending.intake.bank_line import BankLine, Statement, keyed, minor_units, repeated_ids

HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "booked_on": ("date", "booked_on", "booking date", "transaction date", "交易日期", "记账日期"),
    "amount": ("amount", "交易金额", "金额"),
    "credit": ("credit", "money in", "收入", "贷方发生额", "收入金额"),
    "debit": ("debit", "money out", "支出", "借方发生额", "支出金额"),
    "currency": ("currency", "ccy", "币种"),
    "reference": ("reference", "payment reference", "details", "附言", "摘要", "备注"),
    "payer": ("payer", "name", "counterparty", "对方户名", "对方名称"),
    "bank_id": ("id", "bank_id", "transaction id", "流水号", "交易流水号"),
    "account": ("account", "iban", "账号", "本方账号"),
}
"""The headings each column is known by, in lower case."""
DATE_FORMATS: Final[Mapping[str, str]] = {
    "YYYY-MM-DD": "%Y-%m-%d", "YYYYMMDD": "%Y%m%d", "YYYY/MM/DD": "%Y/%m/%d", "DD.MM.YYYY": "%d.%m.%Y",
    "DD/MM/YYYY": "%d/%m/%Y", "MM/DD/YYYY": "%m/%d/%Y",
}  # fmt: skip
"""How days may be written, and what reads them."""
ROWS_MOST: Final = 1_000_000


@dataclass(frozen=True)
class CsvFormat:
    """How a bank writes its file; `columns` names headings that are not among the known ones."""

    currency: str
    delimiter: str = ","
    encoding: str = "utf-8-sig"
    date_format: str = "%Y-%m-%d"
    decimal_mark: str = "."
    thousands_mark: str = ","
    account: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


def read_csv(content: bytes, form: CsvFormat) -> Statement:
    """Return the lines of a CSV file and an error for each row that cannot be read; one bad row spoils no other.

    Raises `BadInput` where the file as a whole cannot be read: its encoding, its headings, its size.
    """
    try:
        rows = list(csv.reader(io.StringIO(_text(content, form), newline=""), delimiter=form.delimiter))
    except csv.Error as error:
        raise BadInput("the file", str(error), "rows of separated values", code="csv") from None
    if not rows:
        raise BadInput("row 1", "an empty file", "a row of headings", code="empty")
    if len(rows) > ROWS_MOST:
        raise BadInput("the file", f"{len(rows):,} rows", f"at most {ROWS_MOST:,}", code="too_long")
    places = _places(rows[0], form)
    lines, errors = [], []
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        try:
            lines.append(_line(number, cells, places, form))
        except BadInput as error:
            errors.append(error)
    twice = {line.row for line in repeated_ids(lines)}
    errors += [
        BadInput(f"row {line.row}", f"id {line.bank_id} again", "an id no other row has", code="repeated_id")
        for line in lines
        if line.row in twice
    ]
    return Statement(keyed(line for line in lines if line.row not in twice), tuple(errors))


def _text(content: bytes, form: CsvFormat) -> str:
    try:
        return content.decode(form.encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise BadInput(
            "the file", str(error), f"text in {form.encoding}, or another encoding", code="encoding"
        ) from None


def _places(headings: list[str], form: CsvFormat) -> dict[str, int]:
    """Return where each column stands. Raises `BadInput` where one that is needed is missing."""
    given = [heading.strip().lower() for heading in headings]
    wanted = {
        name: (form.columns[name].strip().lower(),) if name in form.columns else known
        for name, known in HEADINGS.items()
    }
    places = {}
    for name, known in wanted.items():
        found = [place for place, heading in enumerate(given) if heading in known]
        if len(found) > 1:
            raise BadInput("row 1", f"{len(found)} columns for {name}", "one; name it in `columns`", code="headings")
        if found:
            places[name] = found[0]
    is_split = {"credit", "debit"} <= set(places)
    if "booked_on" not in places or ("amount" in places) == is_split:
        missing = "a date" if "booked_on" not in places else "either an amount, or money in and money out"
        raise BadInput("row 1", ", ".join(headings), f"columns for {missing}", code="headings")
    return places


def _line(number: int, cells: list[str], places: Mapping[str, int], form: CsvFormat) -> BankLine:
    def cell(name: str) -> str:
        place = places.get(name)
        return cells[place].strip() if place is not None and place < len(cells) else ""

    currency = cell("currency") or form.currency
    if "amount" in places:
        amount = _amount(cell("amount"), currency, f"row {number}, amount", form)
    else:
        amount = _two_columns(number, cell("credit"), cell("debit"), currency, form)
    if amount == 0:
        raise BadInput(f"row {number}, amount", "0", "an amount that is not 0", code="amount")
    return BankLine(
        row=number, booked_on=_day(cell("booked_on"), number, form), amount=amount, currency=currency,
        reference=cell("reference"), payer=cell("payer"), bank_id=cell("bank_id"),
        account=cell("account") or form.account,
    )  # fmt: skip


def _two_columns(number: int, credit: str, debit: str, currency: str, form: CsvFormat) -> int:
    if bool(credit) == bool(debit):
        found = "both" if credit else "neither"
        raise BadInput(f"row {number}", found, "either money in or money out", code="amount")
    name, text = ("credit", credit) if credit else ("debit", debit)
    amount = _amount(text, currency, f"row {number}, {name}", form)
    return amount if credit else -abs(amount)


def _amount(text: str, currency: str, path: str, form: CsvFormat) -> int:
    """Return an amount as minor units; thousands marks must stand where thousands are."""
    whole, mark, rest = text.partition(form.decimal_mark)
    if form.thousands_mark and form.thousands_mark in whole:
        first, *groups = whole.lstrip("+-").split(form.thousands_mark)
        if not 1 <= len(first) <= 3 or any(len(group) != 3 for group in groups):
            raise BadInput(path, repr(text), f"thousands set apart by {form.thousands_mark!r}", code="amount")
        whole = whole.replace(form.thousands_mark, "")
    return minor_units(whole + ("." if mark else "") + rest, currency, path)


def _day(text: str, number: int, form: CsvFormat) -> date:
    allowed = f"a day from {FIRST_DAY} to {LAST_DAY} written as {form.date_format}"
    try:
        day = _read_day(text, form.date_format)
    except ValueError:
        raise BadInput(f"row {number}, date", repr(text), allowed, code="date") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise BadInput(f"row {number}, date", repr(text), allowed, code="date")
    return day


@lru_cache(maxsize=1000)
def _read_day(text: str, date_format: str) -> date:
    """Return a day; most lines of a file have the same few. Raises `ValueError`."""
    return datetime.strptime(text, date_format).date()  # noqa: DTZ007 -- a day has no zone
