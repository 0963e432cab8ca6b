"""Step after posting: gains and losses of signed plans, as `lending.modification` says. Looks at no other loan.

Posted where the lender carries its loans by rules (`Close.carrying`), as a difference to the last close, one entry a
product.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from reprieve.lending.carrying import CarryingRules
from reprieve.lending.case_file import CaseFile
from reprieve.lending.ledger import CloseSource, entry_of, total_of
from reprieve.lending.modification import Modification, amounts_of, modification_of
from reprieve.lending.posting import Amounts, posting_table
from reprieve.operations.book import Group, Place, placed
from reprieve.operations.closing.positions import NAME as POSITIONS
from reprieve.operations.closing.step import Close
from reprieve.storage.close import checkpoints
from reprieve.storage.contracts import shelved
from reprieve.storage.journal import StoredJournal
from reprieve.storage.plans import with_a_plan

NAME: Final = "modification"


def modify(close: Close, _: int) -> Mapping[str, Any]:
    """Post what the carrying amounts of modified loans have changed by since the last close, on the day closed."""
    if close.carrying is None and close.carried_before is None:
        return {"loans": 0, "entries": 0}
    sums: defaultdict[Group, list[Amounts]] = defaultdict(list)
    for shard in checkpoints(close.run, POSITIONS):
        for place in _places(close, shard):
            sums[place.group].append(_posted(close, place))
    last = close.earlier.last
    entries = [
        entry
        for (product, currency), amounts in sorted(sums.items())
        if (
            entry := entry_of(
                total_of(amounts), CloseSource(product, close.run.on, None if last is None else last.on),
                posted_on=close.run.on, value_on=close.run.on, product=product, currency=currency,
            )
        ) is not None
    ]  # fmt: skip
    StoredJournal(close.now).post(entries)
    return {"loans": sum(map(len, sums.values())), "entries": len(entries)}


def _places(close: Close, shard: int) -> list[Place]:
    """Return the loans of a shard with a plan; those the close left out catch up when they are computed again."""
    left_out = {int(row) for row in checkpoints(close.run, POSITIONS)[shard]["left_out"]}
    rows = with_a_plan(close.shards[shard], close.run.cut) - left_out
    found = shelved(rows, close.run.cut) if rows else []
    return [placed(one, close.earlier.of(one.row)) for one in found if one.loan is not None]


def _posted(close: Close, place: Place) -> Amounts:
    now = _target(place.now, close.run.on, close.carrying)
    then = _target(place.then, place.then_on, close.carried_before)
    return amounts_of(now, then, posting_table().carrying)


def _target(file: CaseFile | None, on: date | None, rules: CarryingRules | None) -> Modification:
    if file is None or on is None or rules is None:
        return Modification()
    return modification_of(file, on)
