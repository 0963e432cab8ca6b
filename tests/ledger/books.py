"""Loans and small books for the ledger's tests: the 8,000 loan, and a journal that posts and closes. Checks nothing."""

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import reprieve
from reprieve.lending.case_file import CaseFile
from reprieve.lending.ledger import CloseSource, Entry, EventSource, entry_of
from reprieve.lending.movement import AsKnown
from reprieve.lending.posting import closed, posting_table, recorded

EXAMPLE = Path(reprieve.__file__).parent / "lending" / "examples" / "eight_thousand.json"
TABLE = posting_table()


def loan(*events: dict[str, Any], **terms: Any) -> CaseFile:
    """The 8,000.00 loan at 18 % with these events and no others, and other terms put over its own."""
    document = json.loads(EXAMPLE.read_text("utf-8"))
    document["contract"] |= terms
    return reprieve.Case.read({"contract": document["contract"], "events": list(events)}).file


class Journal:
    """Entries of one loan: what is recorded is posted, what has grown is posted at closes."""

    def __init__(self, file: CaseFile, product: str = "steady") -> None:
        self.file, self.product = file, product
        self.entries: list[Entry] = []
        self.then: AsKnown | None = None

    def close(self, on: date) -> dict[str, int]:
        """Post what became known by a day, then what has grown; return what the growth posted."""
        now = AsKnown.of(self.file, on, on)
        for event, amounts in recorded(self.then, now, TABLE).items():
            self.post(amounts, EventSource("l1", event), on)
        grown = closed(self.then, now, TABLE)
        previous_on = None if self.then is None else self.then.on
        self.post(grown, CloseSource(self.product, on, previous_on), on)
        self.then = now
        return grown

    def balances(self) -> Counter[str]:
        """The balance of every account, summed here and not by the ledger's own function."""
        sums: Counter[str] = Counter()
        for entry in self.entries:
            for line in entry.lines:
                sums[line.account] += line.amount
        return sums

    def post(self, amounts: dict[str, int], source: EventSource | CloseSource, on: date) -> None:
        """Add the entry of amounts by account."""
        currency = self.file.contract.currency
        entry = entry_of(amounts, source, posted_on=on, value_on=on, product=self.product, currency=currency)
        if entry is not None:
            self.entries.append(entry)
