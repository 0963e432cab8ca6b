"""Changes of bucket of a page's loans since the last that was recorded. Never moves money, and records nothing."""

from datetime import timedelta

import numpy as np

from reprieve.engine import records as rec
from reprieve.lending.delinquency import Lateness, Transition, transitions
from reprieve.lending.history import places_of
from reprieve.operations.book import Page
from reprieve.rules import Pack
from reprieve.rules.delinquency import BUCKETS, bucket
from reprieve.storage.close import last_buckets_within


def moves(page: Page, shard: range, pack: Pack) -> list[tuple[int, Transition]]:
    """Return the changes of bucket, by row; nothing where the place's rules have no buckets.

    Only loans in another bucket than last, and late ones that were in none, are looked at one by one.
    """
    on = page.run.on
    if pack.on(on).find(BUCKETS) is None:
        return []
    before = last_buckets_within(shard, on)
    days, kinds = np.unique(page.now[:, rec.O_DAYS_PAST_DUE], return_inverse=True)
    names = [bucket(pack, on, day) for day in days.tolist()]
    found = []
    for place in _moved(page, before, np.array(names, object)[kinds]).tolist():
        row, last = page.rows[place], before.get(page.rows[place])
        contractual, status = page.now[place, [rec.O_CONTRACTUAL_DAYS_PAST_DUE, rec.O_STATUS]].tolist()
        late = Lateness(on, int(days[kinds[place]]), contractual, names[kinds[place]], rec.STATUSES[status])
        known = None if last is None else Transition(on - timedelta(1), None, last, 0, 0)
        found += [(row, one) for one in transitions([late], known)]
    return found


def _moved(page: Page, before: dict[int, str], own: np.ndarray) -> np.ndarray:
    """Return the places of loans whose bucket is not their last one; without one, of those that are late."""
    last = np.full(len(page.rows), "", object)
    place = places_of(np.array(page.rows, np.int64), np.fromiter(before, np.int64, len(before)))
    last[place[place >= 0]] = np.array([*before.values()], object)[place >= 0]
    is_late = page.now[:, rec.O_DAYS_PAST_DUE] > 0
    moved: np.ndarray = np.flatnonzero((own != last) & (is_late | (last != "")))
    return moved
