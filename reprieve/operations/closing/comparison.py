"""What would move if the last close were computed again, today: after a change of engine or pack. Posts nothing."""

from collections.abc import Iterator, Mapping
from typing import Any

from reprieve.engine import records as rec
from reprieve.lending.movement import BALANCES, PLACES
from reprieve.lending.posting import Amounts, control_totals, difference, posting_table
from reprieve.operations.book import Earlier, Page, page_of
from reprieve.operations.closing.agreement import unposted
from reprieve.operations.closing.step import Close
from reprieve.operations.mirror import Mirror, moved
from reprieve.rules import load
from reprieve.rules.delinquency import BUCKETS, bucket
from reprieve.storage.close import last_buckets
from reprieve.storage.journal import balances_by_product


def compare_with_ledger(close: Close, mirror: Mirror | None) -> dict[str, Any]:
    """Return every figure of the last close that would move: by product and account, by event, by loan, by bucket.

    `close` is the one to compute again. Without a mirror of it, loans are compared by their events and buckets alone.
    """
    totals: dict[tuple[str, str], Amounts] = {}
    loans: list[dict[str, Any]] = []
    for shard, rows in enumerate(close.shards):
        page = page_of(rows, close.run, Earlier(None, {}))
        for group, amounts in controls_of(page).items():
            kept = totals.setdefault(group, {})
            for account, amount in amounts.items():
                kept[account] = kept.get(account, 0) + amount
        loans += _loans(close, page, None if mirror is None else mirror.read(close.run.on, shard))
        close.progress("compare", shard + 1, len(close.shards))
    return {"accounts": list(_accounts(close, totals)), "loans": loans}


def controls_of(page: Page) -> dict[tuple[str, str], Amounts]:
    """Return what the ledger must hold for the loans of a page, by product and currency."""
    return {
        group: control_totals(
            dict(zip(BALANCES, page.now[places][:, PLACES].sum(axis=0).tolist(), strict=True)), posting_table()
        )
        for group, places in page.groups.items()
    }


def _accounts(close: Close, totals: Mapping[tuple[str, str], Amounts]) -> Iterator[dict[str, Any]]:
    """Yield each account of each product whose balance at the close differs from what the positions are now."""
    accounts = set(posting_table().balances.values())
    ledger = balances_by_product(close.run.on)
    for group in sorted({*totals, *ledger}):
        held = {a: amount for a, amount in ledger.get(group, {}).items() if a in accounts}
        for account in sorted(difference(totals.get(group, {}), held)):
            yield {
                "product": group[0], "currency": group[1], "account": account, "then": held.get(account, 0),
                "now": totals.get(group, {}).get(account, 0),
            }  # fmt: skip


def _loans(close: Close, page: Page, mirrored: Mapping[str, Any] | None) -> Iterator[dict[str, Any]]:
    """Yield each loan with its figures, events and bucket that would move."""
    buckets = last_buckets(page.rows, close.run.on, is_inclusive=True)
    events: dict[int, dict[str, Amounts]] = {}
    for one in unposted(page):
        events.setdefault(one.row, {})[one.event] = one.off
    for row, number, values in zip(page.rows, page.numbers, page.now, strict=True):
        found: dict[str, Any] = {
            "events": events.get(row, {}),
            "figures": moved(mirrored[number], values) if mirrored and number in mirrored else {},
            "bucket": _bucket(close, int(values[rec.O_DAYS_PAST_DUE]), buckets.get(row)),
        }
        if any(found.values()):
            yield {"contract": number, **found}


def _bucket(close: Close, days: int, then: str | None) -> dict[str, Any]:
    """Return the bucket a loan was in and the one it would be in, where they differ; on time is no bucket at first."""
    pack = load(close.place)
    if pack.on(close.run.on).find(BUCKETS) is None:
        return {}
    now = bucket(pack, close.run.on, days)
    is_same = now == then or (then is None and days == 0)
    return {} if is_same else {"then": then, "now": now}
