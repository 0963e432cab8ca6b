"""The example of docs/ledger.md is what the code posts."""

import re
from datetime import date
from pathlib import Path

import pytest

from reprieve.lending.ledger import EventSource
from tests.ledger.books import Journal, loan

pytestmark = pytest.mark.fast

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "ledger.md").read_text("utf-8")
ROW = re.compile(r"^\| (?P<day>[^|]*)\| (?P<why>[^|]*)\| `(?P<account>\w+)` \| (?P<amount>[−0-9,.]+) \|$", re.MULTILINE)
LATE = {
    "id": "p1", "kind": "payment", "on": "2026-02-15", "amount": 73344, "recorded_at": "2026-02-27T09:00:00Z",
}  # fmt: skip
CLOSES = ("2026-01-15", "2026-01-16", "2026-02-15", "2026-02-18", "2026-02-19", "2026-02-26", "2026-02-27")
MONTHS = {"January": 1, "February": 2}


def shown():
    """(day, is it an event, account, amount) of every row of the page; a row without a day belongs to the one above."""
    day, is_event = None, False
    for match in ROW.finditer(PAGE):
        if match["day"].strip():
            number, month = match["day"].split()
            day = date(2026, MONTHS[month], int(number))
            is_event = not match["why"].startswith("close")
        yield day, is_event, match["account"], int(match["amount"].replace("−", "-").replace(",", "").replace(".", ""))


def test_every_row_of_the_page_is_posted_as_it_stands():
    journal = Journal(loan(LATE))
    for day in CLOSES:
        journal.close(date.fromisoformat(day))
    posted = {
        (entry.posted_on, isinstance(entry.source, EventSource), line.account, line.amount)
        for entry in journal.entries
        for line in entry.lines
    }
    # Later closes also post interest on the rest of the principal, which the page leaves out: each row must be there.
    rows = list(shown())
    assert len(rows) == 18
    assert not [row for row in rows if row not in posted]


def test_the_closing_figures_of_the_page_are_the_balances():
    journal = Journal(loan(LATE))
    for day in CLOSES:
        journal.close(date.fromisoformat(day))
    balances = journal.balances()
    assert (balances["loans_principal"], balances["bank"]) == (738_656, -726_656)
    assert balances["penalty_receivable"] == balances["loans_principal_overdue"] == 0
    assert "7,386.56" in PAGE
    assert "7,266.56" in PAGE
