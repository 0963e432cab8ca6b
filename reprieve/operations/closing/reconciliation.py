"""Last step: the ledger against the positions, and the loan that is off by a cent by name. Corrects nothing."""

from collections.abc import Mapping
from typing import Any

from reprieve.lending.posting import UNMATCHED, Amounts, difference, posting_table
from reprieve.operations.book import Earlier, page_of
from reprieve.operations.closing.agreement import wrongly_posted
from reprieve.operations.closing.positions import NAME as POSITIONS
from reprieve.operations.closing.posting import summed, suspense
from reprieve.operations.closing.step import Close
from reprieve.storage.close import checkpoints
from reprieve.storage.journal import ByProduct, Summed, balances_by_product, entries_until
from reprieve.storage.quarantine import Fault, set_aside

NAME = "reconcile"


def reconcile(close: Close, _: int) -> Mapping[str, Any]:
    """Compare; name the loans whose events posted otherwise than their movements say, and the products that are off.

    Loans with news were looked at as they were computed; where a product's control total is off, so are all others of
    the shards that have it.
    """
    ledger = balances_by_product(close.run.on, _summed_before(close))
    off = control_differences(close, ledger)
    products = {key.rpartition(" ")[0] for key in off}
    faults: dict[int, Fault] = {}
    for shard, totals in checkpoints(close.run, POSITIONS).items():
        faults |= {row: Fault(row, *because) for row, *because in totals["wrong"]}
        if products & {group["product"] for group in totals["groups"]}:
            page = page_of(close.shards[shard], close.run, Earlier(None, {}))
            looked_at = {
                row for group, places in page.groups.items() if group[0] in products for row in page.at(places)
            }
            faults |= {fault.contract: fault for fault in wrongly_posted(page) if fault.contract in looked_at}
    set_aside(close.run.row, faults, close.now)
    return {
        "differences": off, "quarantined": sorted(faults), "entries": entries_until(close.run.on),
        "ledger": [[*group, balances] for group, balances in sorted(ledger.items())],
    }  # fmt: skip


def _summed_before(close: Close) -> Summed | None:
    """Return the ledger as the last close summed it."""
    last = close.earlier.last
    kept = {} if last is None else checkpoints(last, NAME).get(0, {})
    if last is None or "ledger" not in kept:
        return None
    return Summed(last.on, kept["entries"], {(product, unit): held for product, unit, held in kept["ledger"]})


def control_differences(close: Close, ledger: ByProduct) -> dict[str, Amounts]:
    """Return ledger less positions of each account that positions control, by product and currency; empty if equal."""
    accounts = {*posting_table().balances.values(), UNMATCHED}
    shards = [*checkpoints(close.run, POSITIONS).values(), {"groups": suspense(close)}]
    controls = {key: sums["controls"] for key, sums in summed(shards).items()}
    found = {}
    for product, currency in {*ledger, *controls}:
        held = {a: amount for a, amount in ledger.get((product, currency), {}).items() if a in accounts}
        off = difference(held, controls.get((product, currency), {}))
        if off:
            found[f"{product} {currency}"] = off
    return found
