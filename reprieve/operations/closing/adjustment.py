"""First step after an approved change of engine: post what the change moved of all that was posted before it.

Events post what they should have moved, products the rest of their balances; so the close that follows starts from
positions and a ledger that agree. Never runs but with approval.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from reprieve.lending.ledger import CloseSource, Entry, EventSource, Source, entry_of, total_of
from reprieve.lending.movement import BALANCES, COMPONENTS
from reprieve.lending.posting import Amounts, difference, growth_amounts, posting_table
from reprieve.operations.book import Earlier, Page, page_of
from reprieve.operations.closing.agreement import unposted
from reprieve.operations.closing.comparison import controls_of
from reprieve.operations.closing.step import Close
from reprieve.storage.journal import StoredJournal, balances_by_product

NAME: Final = "adjust"
Group = tuple[str, str]


def adjust(close: Close, _: int) -> Mapping[str, Any]:
    """Post the differences, on the day that is closed; nothing where the engine has not changed."""
    last = close.earlier.last
    if last is None or not close.run.totals["engine_changed"]:
        return {"entries": 0}
    before = replace(close, run=last, earlier=Earlier(None, {}))
    entries: list[Entry] = []
    by_event: dict[Group, Amounts] = {}
    wanted: dict[Group, Amounts] = {}
    for rows in close.shards:
        page = page_of(rows, last, before.earlier)
        for group, amounts in controls_of(page).items():
            wanted[group] = total_of([wanted.get(group, {}), amounts])
        entries += _event_entries(close, page, by_event)
    entries += _product_entries(close, wanted, by_event)
    StoredJournal(close.now).post(entries)
    return {"entries": len(entries)}


def _event_entries(close: Close, page: Page, by_event: dict[Group, Amounts]) -> list[Entry]:
    """Return the entries of events that moved otherwise than they posted, and add them up by product."""
    found = []
    groups, numbers = page.group_of(), dict(zip(page.rows, page.numbers, strict=True))
    for one in unposted(page):
        group = groups[one.row]
        by_event[group] = total_of([by_event.get(group, {}), one.off])
        found += _entries(close, group, one.off, EventSource(numbers[one.row], one.event))
    return found


def _product_entries(close: Close, wanted: Mapping[Group, Amounts], by_event: Mapping[Group, Amounts]) -> list[Entry]:
    """Return the entries that bring each product's balances to its positions at the last close."""
    last = close.earlier.last
    assert last is not None
    ledger = balances_by_product(last.on)
    found = []
    for group in sorted(wanted):
        held = total_of([ledger.get(group, {}), by_event.get(group, {})])
        amounts = _as_growth(difference(wanted[group], held))
        found += _entries(close, group, amounts, CloseSource(group[0], close.run.on, last.on))
    return found


def _as_growth(off: Amounts) -> Amounts:
    """Return balances that are off as growth: each account's difference, and the income it belongs to."""
    table = posting_table()
    first = {account: name for name, account in reversed(list(table.balances.items()))}
    grown = dict.fromkeys(BALANCES, 0)
    for account, amount in off.items():
        if account in first:
            name = first[account]
            grown[name] = -amount if name == "held" else amount
    return growth_amounts(grown, dict.fromkeys(COMPONENTS, 0), table)


def _entries(close: Close, group: Group, amounts: Amounts, source: Source) -> list[Entry]:
    day = close.run.on
    entry = entry_of(amounts, source, posted_on=day, value_on=day, product=group[0], currency=group[1])
    return [] if entry is None else [entry]
