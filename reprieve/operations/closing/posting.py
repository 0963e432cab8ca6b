"""Step two: post what all shards found grown, one entry a product, and what their carrying amounts changed by."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from reprieve.lending.ledger import CloseSource, Entry, entry_of, total_of
from reprieve.lending.posting import UNMATCHED, Amounts, unmatched_amounts
from reprieve.operations.closing.positions import NAME as POSITIONS
from reprieve.operations.closing.step import Close
from reprieve.storage.close import checkpoints, suspense_of
from reprieve.storage.journal import StoredJournal

NAME = "post"
SUSPENSE = "suspense"
"""The product under which money that nobody has placed is posted."""
KINDS = ("growth", "carrying", "controls")


def post(close: Close, _: int) -> Mapping[str, Any]:
    """Post the difference to the last close, by product; everything is posted on the day that is closed."""
    sums = summed([*checkpoints(close.run, POSITIONS).values(), {"groups": suspense(close)}])
    entries = [
        entry for group, of_kind in sums.items() for kind in ("growth", "carrying")
        if (entry := _entry(close, group, of_kind[kind])) is not None
    ]  # fmt: skip
    StoredJournal(close.now).post(entries)
    return {
        "entries": len(entries),
        "groups": [{"product": product, "currency": currency, **sums[product, currency]} for product, currency in sums],
    }


def suspense(close: Close) -> list[Mapping[str, Any]]:
    """Return what bank money that nobody has placed posts, as a product of its own: today's sum less the last one's."""
    now, then = suspense_of(close.run), suspense_of(close.earlier.last)
    return [
        {
            "product": SUSPENSE, "currency": currency, "carrying": {},
            "growth": unmatched_amounts(now.get(currency, 0) - then.get(currency, 0)),
            "controls": {UNMATCHED: -now.get(currency, 0)},
        }
        for currency in sorted({*now, *then})
    ]  # fmt: skip


def summed(shards: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], dict[str, Amounts]]:
    """Return the sums over shards by product and currency, zeros left out."""
    found: defaultdict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for shard in shards:
        for group in shard["groups"]:
            found[group["product"], group["currency"]].append(group)
    return {
        key: {kind: _without_zeros(total_of(group[kind] for group in groups)) for kind in KINDS}
        for key, groups in sorted(found.items())
    }


def _without_zeros(amounts: Amounts) -> Amounts:
    return {account: amount for account, amount in sorted(amounts.items()) if amount}


def _entry(close: Close, group: tuple[str, str], amounts: Amounts) -> Entry | None:
    last = close.earlier.last
    source = CloseSource(group[0], close.run.on, None if last is None else last.on)
    return entry_of(amounts, source, posted_on=close.run.on, value_on=close.run.on, product=group[0], currency=group[1])
