"""Step three, by shard: the credit-record rows of ended months. Never files an adverse row unannounced, or one twice.

A row whose borrower has to be told first waits: the notice is put in the outbox, and a later close files the row. What
becomes known late is filed again, under the next number, for every filed month it changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np

from reprieve.engine import batch
from reprieve.engine.batch import Book
from reprieve.lending.case import shape
from reprieve.lending.columns import day_number, to_date
from reprieve.lending.credit_record import Row, correction, ending_codes, first_reported, may_file, month_row
from reprieve.lending.joined import taken
from reprieve.lending.ports import Outgoing
from reprieve.operations.book import Page, page_of
from reprieve.operations.closing.month_facts import Month, facts_of
from reprieve.operations.closing.step import Close
from reprieve.rules import RulesInForce, load
from reprieve.storage import credit_rows
from reprieve.storage.close import first_closed_on
from reprieve.storage.lender import midnight_after
from reprieve.storage.news import changed_from
from reprieve.storage.outbox import StoredOutbox

NAME: Final = "credit_record"
COUNTS: Final = ("filed", "filed_again", "waiting")
CODES: Final = "credit_record.status_codes"
NEVER: Final = date.max
"""Since when the filed rows of a loan may be wrong, if they are not."""
Scope = tuple[str | None, str | None]
"""Whose rules hold for a loan: its lender's type, and its product's kind."""


@dataclass(frozen=True)
class _Loan:
    """A loan to look at: its row, number, place in the page, first day and scope.

    `changed_from` says since when its filed rows may be wrong, `open_from` which months end too early to be looked at.
    """

    row: int
    number: str
    at: int
    began: date
    scope: Scope
    changed_from: date
    open_from: date


@dataclass(frozen=True)
class _Filing:
    """The loans to look at, the columns of their page, and what was filed about them and is disputed."""

    close: Close
    loans: Sequence[_Loan]
    book: Book
    history: Mapping[int, list[Row]]
    disputed: Mapping[int, date]


def file_rows(close: Close, shard: int) -> Mapping[str, Any]:
    """File a shard's rows that are due: of the last ended month, those still missing, and those that news changes."""
    months = months_kept(close)
    if not months:
        return dict.fromkeys(COUNTS, 0)
    rows = close.shards[shard]
    endings = ending_codes(load(close.place).on(months[-1]))
    missing = credit_rows.contracts_without_row(rows, months[-1], close.run.cut, endings=endings)
    changed = {row: day for row, day in _changed_from(close, rows).items() if day <= months[-1]}
    if not (missing or changed):
        return dict.fromkeys(COUNTS, 0)
    page = page_of(rows, close.run, close.earlier, close.shelves)
    filing = _filing(close, page, dict.fromkeys(missing, NEVER) | changed, months)
    return _filed(filing, months) if filing.loans else dict.fromkeys(COUNTS, 0)


def last_month_end(on: date) -> date:
    """Return the last day of the last month that has ended by the end of a day."""
    tomorrow = on + timedelta(days=1)
    return tomorrow.replace(day=1) - timedelta(days=1)


def months_kept(close: Close) -> list[date]:
    """Return the ends of the months that a record is kept of, oldest first: since the first close, where rules say."""
    first, found = first_closed_on(), []
    month_end = last_month_end(close.run.on)
    while first is not None and month_end >= first:
        if load(close.place).on(month_end).find(CODES) is not None:
            found.append(month_end)
        month_end = month_end.replace(day=1) - timedelta(days=1)
    return found[::-1]


def _changed_from(close: Close, rows: range) -> dict[int, date]:
    """Return the loans of a shard whose filed rows may be wrong, each with the first day that may have changed.

    That is by what became known since the last close, by a dispute that moved, or by a notice that was waited for.
    """
    last = close.earlier.last
    if last is None:
        return {}
    since = min(last.started_at, last.cut.before)
    found = changed_from(rows, last.cut, close.run.cut)
    for row, month_end in credit_rows.disputes_moved(rows, since).items():
        found[row] = min(month_end, found.get(row, NEVER))
    left_out = [row for row in close.earlier.left_out if row in rows]
    told = credit_rows.told_since(rows, since - timedelta(days=1))  # a notice counts from the day after it
    return found | dict.fromkeys([*left_out, *told], date.min)


def _filing(close: Close, page: Page, changed: Mapping[int, date], months: Sequence[date]) -> _Filing:
    """Return the loans to look at with what was filed: all where months may be wrong or missing, else the last two."""
    scopes = credit_rows.scopes([row for row in page.rows if row in changed])
    reported = {row for row, (lender_type, _) in scopes.items() if lender_type != credit_rows.PRIVATE}
    wanted = [(row, at, to_date(page.began[at])) for at, row in enumerate(page.rows) if row in reported]
    rows = [row for row, _, _ in wanted]
    counts = credit_rows.months_filed(rows, months[-1])
    whole = {
        row for row, _, began in wanted
        if changed[row] != NEVER or counts.get(row, 0) < sum(began <= month for month in months[:-1])
    }  # fmt: skip
    before = months[-1].replace(day=1) - timedelta(days=1)
    history = {
        **credit_rows.filed([row for row in rows if row not in whole], before), **credit_rows.filed([*whole])
    }  # fmt: skip
    loans = [
        _Loan(
            row, page.numbers[at], at, began, scopes[row], changed[row],
            date.min if row in whole else months[-1],
        )
        for row, at, began in wanted
    ]  # fmt: skip
    disputed = credit_rows.disputed(rows, midnight_after(close.run.on))
    return _Filing(close, loans, page.book, {row: history.get(row, []) for row in rows}, disputed)


def _filed(filing: _Filing, months: Sequence[date]) -> dict[str, int]:
    """File what may be filed, month after month, put a notice in the outbox for what may not, and count."""
    notices = credit_rows.notices([loan.row for loan in filing.loans])
    counts, ready = dict.fromkeys(COUNTS, 0), list[tuple[int, Row]]()
    asked: dict[int, Outgoing] = {}
    for month_end in months:
        for loan, rules, row in _rows(filing, month_end):
            before = filing.history[loan.row]
            current = _to_file(row, before, ending_codes(rules))
            if current is None:
                continue
            if may_file(rules, current, before, notices.get(loan.row, []), filing.close.run.on) is None:
                ready.append((loan.row, current))
                before.append(current)
                counts["filed" if current.filing == 1 else "filed_again"] += 1
                continue
            counts["waiting"] += 1
            asked.setdefault(loan.row, _notice(current))
    StoredOutbox(filing.close.now).put_all([*asked.values()])
    credit_rows.add(ready, load(filing.close.place).content_hash, filing.close.now)
    return counts


def _to_file(row: Row, before: Sequence[Row], endings: frozenset[str]) -> Row | None:
    """Return the row to file: the first of its month, or the correction of what stands; nothing where it stands.

    Nothing either of a loan that was filed as ended before the month, and is still.
    """
    if any(old.month_end == row.month_end for old in before):
        return correction(row, before)
    earlier = [old for old in before if old.month_end < row.month_end]
    last = max(earlier, key=lambda old: (old.month_end, old.filing), default=None)
    return None if last is not None and last.code in endings and row.code in endings else row


def _notice(row: Row) -> Outgoing:
    """Return the notice a borrower gets before a first adverse row."""
    key = f"credit_record.notice:{row.contract}:{row.month_end}"
    content = {"month_end": row.month_end.isoformat(), "days_past_due": row.days_past_due, "code": row.code}
    return Outgoing(key, "credit_record.notice_due", row.contract, content)


def _rows(filing: _Filing, month_end: date) -> list[tuple[_Loan, RulesInForce, Row]]:
    """Return the rows of a month that are missing or may have changed, as known at this close."""
    loans = [loan for loan in filing.loans if _is_open(filing, loan, month_end)]
    if not loans:
        return []
    pack = load(filing.close.place)
    in_force = {scope: pack.on(month_end, *scope) for scope in {loan.scope for loan in loans}}
    rules = [in_force[loan.scope] for loan in loans]
    book = taken(filing.book, np.array([loan.at for loan in loans]))
    began = np.array([day_number(loan.began) for loan in loans])
    month = Month.of(book, month_end, began, np.array([first_reported(one) for one in rules]))
    at_end = batch.positions(book, month.end)
    return [
        (
            loan, one,
            month_row(
                loan.number, shape(values, month_end), one, has_due=has_due, facts=facts,
                is_disputed=filing.disputed.get(loan.row, NEVER) <= month_end,
            ),
        )
        for loan, one, values, (has_due, facts) in zip(
            loans, rules, at_end.tolist(), facts_of(month, at_end), strict=True
        )
    ]  # fmt: skip


def _is_open(filing: _Filing, loan: _Loan, month_end: date) -> bool:
    """Return whether a loan's row of a month is still to be filed, or may have to be filed again."""
    if max(loan.began, loan.open_from) > month_end:
        return False
    is_filed = any(row.month_end == month_end for row in filing.history[loan.row])
    return not is_filed or loan.changed_from <= month_end
