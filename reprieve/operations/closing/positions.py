"""Step one, by shard: positions, what has grown, how loans are carried, and transitions. Posts nothing yet.

What is read once is looked at once: loans with news are held against what their events have posted here too.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from reprieve.lending.carrying import Carrying, CarryingRules, carrying_amounts, carrying_of, nothing
from reprieve.lending.movement import BALANCES, PLACES
from reprieve.lending.posting import Amounts, control_totals, posting_table
from reprieve.lending.posting_columns import growth_sums
from reprieve.operations.book import Page, page_of
from reprieve.operations.closing import notices
from reprieve.operations.closing.agreement import wrongly_posted
from reprieve.operations.closing.moves import moves
from reprieve.operations.closing.step import Close
from reprieve.rules import load
from reprieve.storage.close import add_transitions
from reprieve.storage.quarantine import set_aside

NAME = "positions"


def positions(close: Close, shard: int) -> Mapping[str, Any]:
    """Compute a shard, record its transitions, set aside what cannot be computed; return its sums by product.

    `wrong` are the loans whose events posted otherwise than they moved, for the last step to set aside.
    """
    page = page_of(close.shards[shard], close.run, close.earlier, close.shelves)
    if close.mirror is not None:
        close.mirror.write(shard, page)
    set_aside(close.run.row, page.faults, close.now)
    groups = [
        {"product": product, "currency": currency, **_sums(close, page, places)}
        for (product, currency), places in page.groups.items()
    ]
    found = moves(page, close.shards[shard], load(close.place))
    return {
        "loans": len(page.rows), "transitions": add_transitions(close.run, found, close.now),
        "groups": groups, "left_out": {str(row): _last_in(close, row) for row in page.faults},
        "wrong": [[fault.contract, fault.because, fault.expected, fault.found] for fault in wrongly_posted(page)],
        "notices": notices.found(page.now, page.then, page.rows, close.run.on, days_before=close.days_before),
    }  # fmt: skip


def _last_in(close: Close, row: int) -> str | None:
    """Return the day of the close a loan was last in, if it ever was."""
    last = close.earlier.of(row)
    return None if last is None else last.on.isoformat()


def _sums(close: Close, page: Page, places: np.ndarray) -> dict[str, Amounts]:
    """Return what the loans of a product post by growth and by carrying, and what the ledger must then hold."""
    balances = dict(zip(BALANCES, page.now[places][:, PLACES].sum(axis=0).tolist(), strict=True))
    return {
        "growth": growth_sums(page.grown[places], page.applied[places], posting_table()),
        "carrying": _carried(close, page, places),
        "controls": control_totals(balances, posting_table()),
    }


def _carried(close: Close, page: Page, places: np.ndarray) -> Amounts:
    if close.carrying is None and close.carried_before is None:
        return {}
    now, then = page.now[places], page.then[places]
    return carrying_amounts(
        _targets(now, close.carrying), _targets(then, close.carried_before), posting_table().carrying
    )


def _targets(rows: np.ndarray, rules: CarryingRules | None) -> Carrying:
    return nothing(len(rows)) if rules is None else carrying_of(rows, rules)
