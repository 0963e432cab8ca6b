"""The ledger's entries in the database. Supplies `ports.Journal`; never edits one, never computes an amount."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import QuerySet, Sum

from reprieve.lending.ledger import CloseSource, Entry, EventSource, Line, Source
from reprieve.storage.models import CloseRun, Event, JournalEntry, JournalLine, MonthLock

_MONTH: Final = timedelta(days=31)
_ENTRY: Final = (
    "id", "posted_on", "value_on", "product", "currency", "event__contract__number", "event__event_id",
    "close_run__business_on", "previous_close_on",
)  # fmt: skip
READ_AT_ONCE: Final = 2_000


@dataclass(frozen=True, slots=True)
class StoredJournal:
    """The journal; what it posts bears one instant of recording."""

    at: datetime

    def post(self, entries: Iterable[Entry], *, command: str = "") -> None:  # noqa: ARG002 -- the key keeps it once
        """Add entries in the transaction at hand; its command's key has made sure that it comes here once."""
        kept = list(entries)
        sources = _Sources(kept)
        rows = [self._row(entry, sources) for entry in kept]
        JournalEntry.objects.bulk_create(rows)
        JournalLine.objects.bulk_create(
            JournalLine(entry=row, account=line.account, amount_minor=line.amount)
            for row, entry in zip(rows, kept, strict=True)
            for line in entry.lines
        )

    def entries(self, *, product: str | None = None, upto: date | None = None) -> Iterator[Entry]:
        """Yield entries in order of posting."""
        yield from _entries(_chosen(product, upto))

    def behind(self, source: Source) -> Iterator[Entry]:
        """Yield the entries of one source: an event, or a close of a product."""
        if isinstance(source, EventSource):
            chosen = JournalEntry.objects.filter(event__contract__number=source.contract, event__event_id=source.event)
        else:
            chosen = JournalEntry.objects.filter(close_run__business_on=source.on, product=source.product)
        yield from _entries(chosen)

    def locked_until(self) -> date | None:
        """Return the last day of the last locked month."""
        month = MonthLock.objects.order_by("-month").values_list("month", flat=True).first()
        return None if month is None else last_day_of(month)

    def balances(self, *, product: str | None = None, upto: date | None = None) -> dict[str, int]:
        """Return the balance of every account, debit positive, in minor units."""
        return balances_of(product, upto)

    def _row(self, entry: Entry, sources: _Sources) -> JournalEntry:
        is_close = isinstance(entry.source, CloseSource)
        return JournalEntry(
            posted_on=entry.posted_on, value_on=entry.value_on, product=entry.product, currency=entry.currency,
            event_id=None if is_close else sources.event(entry.source),
            close_run_id=sources.close(entry.source) if is_close else None,
            previous_close_on=entry.source.previous_on if isinstance(entry.source, CloseSource) else None,
            recorded_at=self.at,
        )  # fmt: skip


def balances_of(product: str | None, upto: date | None) -> dict[str, int]:
    """Return the balance of every account that has one, of a product or all, at the end of a posting day or now."""
    lines = JournalLine.objects.filter(entry__in=_chosen(product, upto))
    sums = lines.values("account").annotate(amount=Sum("amount_minor")).values_list("account", "amount")
    return {account: int(amount) for account, amount in sums if amount}


ByProduct = dict[tuple[str, str], dict[str, int]]
"""Balances by account, by product and currency."""


@dataclass(frozen=True, slots=True)
class Summed:
    """The ledger as it was summed at the end of a day, and how many entries had been posted by then."""

    on: date
    entries: int
    balances: ByProduct


def balances_by_product(upto: date, before: Summed | None = None) -> ByProduct:
    """Return the balance of every account by product and currency at the end of a posting day.

    With what was summed at the end of an earlier one, only later lines are read, unless entries were added behind it.
    """
    lines = JournalLine.objects.filter(entry__posted_on__lte=upto)
    found: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    if before is not None and entries_until(before.on) == before.entries:
        lines = lines.filter(entry__posted_on__gt=before.on)
        found |= {key: dict(balances) for key, balances in before.balances.items()}
    sums = lines.values_list("entry__product", "entry__currency", "account").annotate(amount=Sum("amount_minor"))
    for product, currency, account, amount in sums:
        own = found[product, currency]
        own[account] = own.get(account, 0) + int(amount)
    return dict(found)


def entries_until(day: date) -> int:
    """Return how many entries have been posted up to a day."""
    return JournalEntry.objects.filter(posted_on__lte=day).count()


def posted_by_event(contracts: Sequence[int], upto: date) -> dict[int, dict[str, dict[str, int]]]:
    """Return what the events of contracts have posted up to a day: amounts by account, by event, by row number."""
    lines = JournalLine.objects.filter(entry__event__contract__in=contracts, entry__posted_on__lte=upto)
    keys = ("entry__event__contract_id", "entry__event__event_id", "account")
    found: defaultdict[int, dict[str, dict[str, int]]] = defaultdict(dict)
    for contract, event, account, amount in lines.values_list(*keys).annotate(amount=Sum("amount_minor")):
        if amount:
            found[contract].setdefault(event, {})[account] = int(amount)
    return dict(found)


def entries_of(numbers: Sequence[int]) -> Iterator[Entry]:
    """Yield the entries of some numbers, in order of number."""
    yield from _entries(JournalEntry.objects.filter(id__in=numbers))


def last_day_of(month: date) -> date:
    """Return the last day of the month a day lies in."""
    return (month.replace(day=1) + _MONTH).replace(day=1) - timedelta(days=1)


class _Sources:
    """The row numbers of what entries refer to, asked for once."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        events = [entry.source for entry in entries if isinstance(entry.source, EventSource)]
        closes = [entry.source.on for entry in entries if isinstance(entry.source, CloseSource)]
        self._events = _event_rows(events)
        self._closes = dict(CloseRun.objects.filter(business_on__in=closes).values_list("business_on", "id"))

    def event(self, source: Source) -> int:
        """Return the row of an event."""
        assert isinstance(source, EventSource)
        return self._events[source.contract, source.event]

    def close(self, source: Source) -> int:
        """Return the row of a close."""
        assert isinstance(source, CloseSource)
        return self._closes[source.on]


def _event_rows(sources: Sequence[EventSource]) -> Mapping[tuple[str, str], int]:
    if not sources:
        return {}
    rows = Event.objects.filter(
        contract__number__in={source.contract for source in sources}, event_id__in={source.event for source in sources}
    )
    return {(number, event): row for number, event, row in rows.values_list("contract__number", "event_id", "id")}


def _chosen(product: str | None, upto: date | None) -> QuerySet[JournalEntry]:
    chosen = JournalEntry.objects.all()
    if product is not None:
        chosen = chosen.filter(product=product)
    return chosen if upto is None else chosen.filter(posted_on__lte=upto)


def _entries(chosen: QuerySet[JournalEntry]) -> Iterator[Entry]:
    """Yield entries with their lines, a block at a time."""
    last = 0
    while block := list(chosen.filter(id__gt=last).order_by("id").values(*_ENTRY)[:READ_AT_ONCE]):
        last = block[-1]["id"]
        lines = _lines([row["id"] for row in block])
        for row in block:
            yield _entry(row, lines[row["id"]])


def _lines(entries: Sequence[int]) -> Mapping[int, list[Line]]:
    found: defaultdict[int, list[Line]] = defaultdict(list)
    rows = JournalLine.objects.filter(entry__in=entries).order_by("id")
    for entry, account, amount in rows.values_list("entry_id", "account", "amount_minor"):
        found[entry].append(Line(account, amount))
    return found


def _entry(row: Mapping[str, Any], lines: Sequence[Line]) -> Entry:
    source: Source
    if row["event__event_id"] is not None:
        source = EventSource(row["event__contract__number"], row["event__event_id"])
    else:
        source = CloseSource(row["product"], row["close_run__business_on"], row["previous_close_on"])
    return Entry(row["posted_on"], row["value_on"], row["product"], row["currency"], source, tuple(lines))
