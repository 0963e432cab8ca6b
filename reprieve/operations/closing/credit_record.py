"""Step three, by shard: the credit-record rows of the last ended month. Never files an adverse row unannounced.

A row whose borrower has to be told first waits: the notice is put in the outbox, and a later close files the row. What
becomes known late and changes a month that was filed is filed again under the next number.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

import numpy as np

from reprieve.engine import batch
from reprieve.engine import records as rec
from reprieve.lending.case import shape
from reprieve.lending.columns import book_of, day_number, to_date
from reprieve.lending.credit_record import Row, correction, may_file, month_row
from reprieve.lending.ports import Outgoing
from reprieve.operations.book import Page, Place, page_of
from reprieve.operations.closing.step import Close
from reprieve.rules import RulesInForce, load
from reprieve.storage import credit_rows
from reprieve.storage.close import first_closed_on
from reprieve.storage.lender import midnight_after
from reprieve.storage.outbox import StoredOutbox

NAME: Final = "credit_record"
COUNTS: Final = ("filed", "filed_again", "waiting")
CODES: Final = "credit_record.status_codes"


def file_rows(close: Close, shard: int) -> Mapping[str, Any]:
    """File a shard's rows of the last ended month: those not filed yet, and those that what is new has changed."""
    month_end = last_month_end(close.run.on)
    counts = dict.fromkeys(COUNTS, 0)
    if not _is_kept(close.place, month_end):
        return counts
    rows = close.shards[shard]
    missing = credit_rows.contracts_without_row(rows, month_end, close.run.cut)
    page = page_of(rows, close.run, close.earlier, close.shelves)
    looked_at = [place for place in page.read(missing | _news(close, page, rows)) if _began(place) <= month_end]
    return _filed(close, looked_at, month_end) if looked_at else counts


def _news(close: Close, page: Page, rows: range) -> set[int]:
    """Return the loans whose filed row may have to be filed again: their events or their disputes have moved."""
    last = close.earlier.last
    return {*page.changed} | credit_rows.disputes_moved(
        rows, None if last is None else min(last.started_at, last.cut.before)
    )


def last_month_end(on: date) -> date:
    """Return the last day of the last month that has ended by the end of a day."""
    tomorrow = on + timedelta(days=1)
    return tomorrow.replace(day=1) - timedelta(days=1)


def _is_kept(place: str, month_end: date) -> bool:
    """Return whether the place's rules have codes then, and whether the closes reach back to that month's end."""
    first = first_closed_on()
    return first is not None and first <= month_end and load(place).on(month_end).find(CODES) is not None


def _began(place: Place) -> date:
    openings = [event.on for event in place.now.events if event.kind == "opening"]
    return max([place.now.contract.disbursed_on, *openings])


def _filed(close: Close, places: Sequence[Place], month_end: date) -> dict[str, int]:
    """File what may be filed of some loans, put notices in the outbox for the others, and count."""
    history = credit_rows.filed([place.row for place in places])
    notices = credit_rows.notices([place.row for place in places])
    outbox, counts = StoredOutbox(close.now), dict.fromkeys(COUNTS, 0)
    ready: list[tuple[Place, Row]] = []
    for place, row in zip(places, _rows(close, places, month_end), strict=True):
        before = history.get(place.row, [])
        current = _to_file(row, before)
        if current is None:
            continue
        rules = _rules(close.place, place, month_end)
        if may_file(rules, current, before, notices.get(place.row, []), close.run.on) is not None:
            outbox.put(_notice(place, current))
            counts["waiting"] += 1
        else:
            ready.append((place, current))
            counts["filed" if current.filing == 1 else "filed_again"] += 1
    credit_rows.add([(place.row, row) for place, row in ready], load(close.place).content_hash, close.now)
    return counts


def _to_file(row: Row, before: Sequence[Row]) -> Row | None:
    """Return the row to file: the first of its month, or the correction of what stands; nothing where it stands."""
    if not any(old.month_end == row.month_end for old in before):
        return row
    return correction(row, before)


def _notice(place: Place, row: Row) -> Outgoing:
    """Return the notice a borrower gets before a first adverse row."""
    key = f"credit_record.notice:{place.number}:{row.month_end}"
    content = {"month_end": row.month_end.isoformat(), "days_past_due": row.days_past_due, "code": row.code}
    return Outgoing(key, "credit_record.notice_due", place.number, content)


def _rows(close: Close, places: Sequence[Place], month_end: date) -> list[Row]:
    """Return the rows of loans from their positions at the month's end, as known at this close."""
    book = book_of([place.now for place in places])
    batch.solve_instalments(book)
    at_end = batch.positions(book, day_number(month_end)).tolist()
    before = np.array([day_number(max(_began(place), month_end.replace(day=1) - timedelta(1))) for place in places])
    due = batch.positions(book, before)[:, rec.O_NEXT_DUE_ON].tolist()
    disputed = credit_rows.disputed([place.row for place in places], midnight_after(close.run.on))
    return [
        month_row(
            place.number, shape(values, month_end), _rules(close.place, place, month_end),
            has_due=next_due != -1 and to_date(next_due) <= month_end,
            is_disputed=place.row in disputed,
        )
        for place, values, next_due in zip(places, at_end, due, strict=True)
    ]  # fmt: skip


def _rules(place: str, loan: Place, on: date) -> RulesInForce:
    scope = loan.now.rules
    if scope is None:
        return load(place).on(on)
    return load(place).on(on, scope.lender_type, scope.product)
