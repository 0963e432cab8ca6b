"""What the events of a page's loans with news have posted, against what they moved. Corrects nothing, posts nothing."""

from dataclasses import dataclass

import numpy as np

from reprieve.lending.history import places_of
from reprieve.lending.movement import CONTRACT
from reprieve.lending.posting import Amounts, posting_table
from reprieve.lending.posting_columns import accounts, event_amounts, opening_amounts
from reprieve.operations.book import News, Page
from reprieve.storage.columns import accounts_posted_to, names_of, posted_columns
from reprieve.storage.quarantine import Fault


@dataclass(frozen=True)
class Unposted:
    """What an event should still post, so that what it has posted is what it moved, and what it has posted."""

    row: int
    event: str
    off: Amounts
    posted: Amounts


def wrongly_posted(page: Page) -> list[Fault]:
    """Return the loans whose events have posted other amounts than what they moved, with the first account off."""
    found: dict[int, Fault] = {}
    for one in unposted(page):
        account, amount = next(iter(one.off.items()))
        now = one.posted.get(account, 0)
        because = f"event {one.event} should have posted {now + amount} to {account}, and posted {now}"
        found.setdefault(one.row, Fault(one.row, because, now + amount, now))
    return list(found.values())


def unposted(page: Page) -> list[Unposted]:
    """Return the events of loans with news that should post more or less, by loan, in replay order."""
    history, moved = page.news.history, page.news.closed.movements
    if moved is None or not len(history.rows):
        return []
    rows = np.concatenate([history.first, history.row])
    owner = np.concatenate([np.arange(len(history.rows)), history.loan])
    posted, names = _posted(rows, page)
    off = _wanted(page.news, len(rows), len(names)) - posted
    is_left_out = np.isin(history.rows, np.fromiter(page.faults, np.int64, len(page.faults)))
    events = np.flatnonzero(off.any(axis=0) & ~is_left_out[owner])
    events = events[np.argsort(owner[events], kind="stable")]
    ids = names_of(rows[events]) if len(events) else {}
    return [
        Unposted(
            int(history.rows[owner[event]]), ids.get(int(rows[event]), CONTRACT), _amounts(off[:, event], names),
            _amounts(posted[:, event], names),
        )
        for event in events.tolist()
    ]  # fmt: skip


def _wanted(news: News, count: int, width: int) -> np.ndarray:
    """Return what first disbursements, then events, should have posted, int64[accounts, rows]."""
    history, closed = news.history, news.closed
    assert closed.movements is not None, "loans with news know what moved"
    assert closed.counts is not None, "and which of their events count"
    table, moved = posting_table(), closed.movements
    wanted = np.zeros((width, count), np.int64)
    events = len(history.rows) + np.flatnonzero(closed.counts)[moved.event]
    openings = opening_amounts(closed.book, moved, history.templates, history.template, table)
    for account, opened, of_events in zip(wanted, openings, event_amounts(closed.book, moved, table), strict=False):
        account[moved.opened], account[events] = opened, of_events
    return wanted


def _posted(rows: np.ndarray, page: Page) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return what rows have posted, int64[accounts, rows], and the accounts: the chart's, then any others there are."""
    events, names = rows[rows >= 0], accounts(posting_table())
    lines = posted_columns(events, page.run.on, names)
    if (lines["account"].to_numpy() < 0).any():
        names = (*names, *(name for name in accounts_posted_to(events) if name not in names))
        lines = posted_columns(events, page.run.on, names)
    posted = np.zeros((len(names), len(rows)), np.int64)
    at = (lines["account"].to_numpy(), places_of(rows, lines["event"].to_numpy()))
    np.add.at(posted, at, lines["amount"].to_numpy())
    return posted, names


def _amounts(row: np.ndarray, names: tuple[str, ...]) -> Amounts:
    return {name: amount for name, amount in zip(names, row.tolist(), strict=True) if amount}
