"""Last step: the ledger against the positions, and the loan that is off by a cent by name. Corrects nothing."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from reprieve.lending.movement import AsKnown, movements
from reprieve.lending.posting import UNMATCHED, Amounts, difference, movement_amounts, posting_table
from reprieve.operations.book import Place, page_of
from reprieve.operations.closing.positions import NAME as POSITIONS
from reprieve.operations.closing.posting import summed, suspense
from reprieve.operations.closing.step import Close
from reprieve.storage.close import checkpoints
from reprieve.storage.journal import balances_by_product, posted_by_event
from reprieve.storage.quarantine import Fault, set_aside

NAME = "reconcile"


def reconcile(close: Close, _: int) -> Mapping[str, Any]:
    """Compare; name the loans whose events posted otherwise than their movements say, and the products that are off.

    Loans with news are looked at in any case, all loans of a shard where its product's control total is off.
    """
    off = control_differences(close)
    faults: dict[int, Fault] = {}
    for shard, totals in checkpoints(close.run, POSITIONS).items():
        products = {group["product"] for group in totals["groups"]} & {key.rpartition(" ")[0] for key in off}
        news = set(totals["changed"])
        if news or products:
            page = page_of(close.shards[shard], close.run, close.earlier, close.shelves)
            own = zip(page.rows, page.owners, strict=True)
            looked_at = page.read(row for row, group in own if row in news or group[0] in products)
            faults |= wrongly_posted(close, looked_at)
    set_aside(close.run.row, faults, close.now)
    return {"differences": off, "quarantined": sorted(faults)}


def control_differences(close: Close) -> dict[str, Amounts]:
    """Return ledger less positions of each account that positions control, by product and currency; empty if equal."""
    accounts = {*posting_table().balances.values(), UNMATCHED}
    shards = [*checkpoints(close.run, POSITIONS).values(), {"groups": suspense(close)}]
    controls = {key: sums["controls"] for key, sums in summed(shards).items()}
    ledger = balances_by_product(close.run.on)
    found = {}
    for product, currency in {*ledger, *controls}:
        held = {a: amount for a, amount in ledger.get((product, currency), {}).items() if a in accounts}
        off = difference(held, controls.get((product, currency), {}))
        if off:
            found[f"{product} {currency}"] = off
    return found


def wrongly_posted(close: Close, places: Sequence[Place]) -> dict[int, Fault]:
    """Return the loans whose events have posted other amounts than what they moved, with the first account off."""
    posted = posted_by_event([place.row for place in places], close.run.on)
    found = {}
    for place in places:
        row = place.row
        held = posted.get(row, {})
        for event, off in unposted(place, close.run.on, held).items():
            account, amount = next(iter(off.items()))
            now = held.get(event, {}).get(account, 0)
            because = f"event {event} should have posted {now + amount} to {account}, and posted {now}"
            found[row] = Fault(row, because, now + amount, now)
            break
    return found


def unposted(place: Place, on: date, posted: Mapping[str, Amounts]) -> dict[str, Amounts]:
    """Return by event what it should still post, so that what it has posted is what it moved; empty if all is well."""
    wanted = {
        movement.event: movement_amounts(movement, posting_table()) for movement in movements(AsKnown.of(place.now, on))
    }
    off = {event: difference(wanted.get(event, {}), posted.get(event, {})) for event in {**wanted, **posted}}
    return {event: amounts for event, amounts in off.items() if amounts}
