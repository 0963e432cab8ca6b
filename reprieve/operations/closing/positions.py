"""Step one, by shard: positions, what has grown, how loans are carried, and transitions. Posts nothing yet."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np

from reprieve.engine import records as rec
from reprieve.lending.carrying import Carrying, CarryingRules, carrying_amounts, carrying_of, nothing
from reprieve.lending.delinquency import Lateness, Transition, transitions
from reprieve.lending.ledger import total_of
from reprieve.lending.movement import BALANCES, PLACES
from reprieve.lending.posting import Amounts, control_totals, growth_amounts, posting_table, split
from reprieve.operations.book import Page, Place, applied, page_of
from reprieve.operations.closing.step import Close
from reprieve.rules import load
from reprieve.rules.delinquency import BUCKETS, bucket
from reprieve.storage.close import add_transitions, last_buckets
from reprieve.storage.quarantine import set_aside

NAME = "positions"


def positions(close: Close, shard: int) -> Mapping[str, Any]:
    """Compute a shard, record its transitions, set aside what cannot be computed; return its sums by product."""
    page = page_of(close.shards[shard], close.run, close.earlier, close.shelves)
    if close.mirror is not None:
        close.mirror.write(shard, page)
    set_aside(close.run.row, page.faults, close.now)
    found = _transitions(close, page)
    groups = [
        {"product": product, "currency": currency, **_sums(close, page, places)}
        for (product, currency), places in page.groups.items()
    ]
    return {
        "loans": len(page.rows), "transitions": add_transitions(close.run, found, close.now), "groups": groups,
        "changed": sorted(page.changed),
        "left_out": {str(row): _last_in(close, row) for row in page.faults},
    }  # fmt: skip


def _last_in(close: Close, row: int) -> str | None:
    """Return the day of the close a loan was last in, if it ever was."""
    last = close.earlier.of(row)
    return None if last is None else last.on.isoformat()


def _sums(close: Close, page: Page, places: np.ndarray) -> dict[str, Amounts]:
    """Return what the loans of a product post by growth and by carrying, and what the ledger must then hold."""
    table = posting_table()
    grown = page.grown[places]
    sums, singly = split(grown, table)
    rows = {page.rows[int(places[number])]: grown[number] for number in singly.tolist()}
    odd = [_single(place, close.run.on, rows[place.row]) for place in page.read(rows)]
    balances = dict(zip(BALANCES, page.now[places][:, PLACES].sum(axis=0).tolist(), strict=True))
    return {
        "growth": {account: amount for account, amount in total_of([sums, *odd]).items() if amount},
        "carrying": _carried(close, page, places),
        "controls": control_totals(balances, table),
    }


def _single(place: Place, on: date, row: np.ndarray) -> Amounts:
    grown = dict(zip(BALANCES, row.tolist(), strict=True))
    return growth_amounts(grown, applied(place, on), posting_table())


def _carried(close: Close, page: Page, places: np.ndarray) -> Amounts:
    now, then = page.now[places], page.then[places]
    return carrying_amounts(
        _targets(now, close.carrying), _targets(then, close.carried_before), posting_table().carrying
    )


def _targets(rows: np.ndarray, rules: CarryingRules | None) -> Carrying:
    return nothing(len(rows)) if rules is None else carrying_of(rows, rules)


def _transitions(close: Close, page: Page) -> list[tuple[int, Transition]]:
    """Return the changes of bucket since the last that was recorded, where the place's rules have buckets."""
    pack, on = load(close.place), close.run.on
    if pack.on(on).find(BUCKETS) is None:
        return []
    before = last_buckets(page.rows, on)
    found = []
    for contract, row in zip(page.rows, page.now.tolist(), strict=True):
        days, contractual = row[rec.O_DAYS_PAST_DUE], row[rec.O_CONTRACTUAL_DAYS_PAST_DUE]
        late = Lateness(on, days, contractual, bucket(pack, on, days), rec.STATUSES[row[rec.O_STATUS]])
        last = before.get(contract)
        known = None if last is None else Transition(on - timedelta(1), None, last, 0, 0)
        found += [(contract, one) for one in transitions([late], known)]
    return found
