"""The database keeps the ledger balanced, whole, and out of locked months, whoever writes to it."""

from datetime import date, timedelta

import psycopg
import pytest

from reprieve.storage.cluster import APP
from tests.storage.records import DAY, NOW, add_entry, add_history, add_lines, payment


@pytest.fixture
def history(db):
    add_history()


@pytest.fixture
def event(history):
    from reprieve.storage.models import Event

    return Event.objects.get()


def _refused(match: str):
    from django.db import IntegrityError

    return pytest.raises(IntegrityError, match=match)


def _atomic():
    from django.db import transaction

    return transaction.atomic()


def test_an_entry_that_balances_is_kept(event):
    from django.db import connection

    from reprieve.storage.models import JournalLine

    entry = add_entry(event=event)
    add_lines(entry, {"bank": 73_344, "interest": -12_000, "principal": -61_344})
    connection.check_constraints()
    assert JournalLine.objects.filter(entry=entry).count() == 3


@pytest.mark.parametrize(
    ("amounts", "match"),
    [
        ({"bank": 73_344, "principal": -73_343}, "2 lines that sum to 1"),
        ({"bank": 73_344}, "1 lines that sum to 73344"),
        ({"bank": 0, "principal": 0}, "journal_line_moves_something"),
        ({"": 1, "principal": -1}, "journal_line_account_filled"),
        ({"bank": 2**63 - 1, "interest": 2**63 - 1, "principal": -(2**63) + 1}, "sum to 9223372036854775807"),
    ],
)
def test_lines_that_do_not_balance_are_refused(event, amounts, match):
    with _refused(match), _atomic():
        add_lines(add_entry(event=event), amounts)


def test_two_entries_may_not_balance_each_other(event):
    from reprieve.storage.models import JournalLine

    with _refused("is refused"), _atomic():
        one, two = add_entry(event=event), add_entry(event=event)
        rows = [(one, "bank", 1), (one, "principal", -2), (two, "bank", 2), (two, "principal", -1)]
        JournalLine.objects.bulk_create(JournalLine(entry=e, account=a, amount_minor=m) for e, a, m in rows)


def test_an_entry_never_grows_another_line_not_even_a_balanced_pair(event):
    entry = event.entries.get()
    with _refused("all its lines come at once"), _atomic():
        add_lines(entry, {"suspense": 5, "fees": -5})


def test_an_account_stands_once_in_an_entry(event):
    from reprieve.storage.models import JournalLine

    with _refused("one_an_account"), _atomic():
        entry = add_entry(event=event)
        JournalLine.objects.bulk_create(JournalLine(entry=entry, account="bank", amount_minor=m) for m in (1, -1))


def test_an_entry_without_lines_is_refused_at_the_end_of_its_transaction(event):
    from django.db import connection

    with _refused("it has no lines"), _atomic():
        add_entry(event=event)
        connection.check_constraints()


def test_an_entry_has_exactly_one_source(event):
    from reprieve.storage.models import CloseRun

    for source in ({}, {"event": event, "close_run": CloseRun.objects.get()}):
        with _refused("journal_entry_has_one_source"), _atomic():
            add_entry(**source)


def test_an_entry_is_reversed_at_most_once(event):
    entry = event.entries.get()
    add_lines(add_entry(event=event, reverses=entry), {"bank": -73_344, "principal": 73_344})
    with _refused("reverses"), _atomic():
        add_entry(event=event, reverses=entry)


@pytest.mark.parametrize(("day", "is_refused"), [(-1, False), (0, True), (27, True), (28, False)])
def test_a_locked_month_takes_no_entry_from_its_first_day_to_its_last(event, day, is_refused):
    from reprieve.storage.models import MonthLock

    first = date(2026, 2, 1)
    MonthLock.objects.filter(month=date(2026, 1, 1)).count()
    MonthLock.objects.create(month=first, locked_at=NOW)
    # January is locked by the records themselves: the day before is December's in that respect.
    posted_on = first + timedelta(days=day) if day >= 0 else date(2025, 12, 31)
    if is_refused:
        with _refused("its month is locked"), _atomic():
            add_entry(event=event, posted_on=posted_on)
    else:
        add_lines(add_entry(event=event, posted_on=posted_on), {"bank": 1, "principal": -1})


def test_a_month_is_named_by_its_first_day(history):
    from reprieve.storage.models import MonthLock

    with _refused("month_lock_is_a_first_day"), _atomic():
        MonthLock.objects.create(month=date(2026, 2, 2), locked_at=NOW)


def test_a_month_with_a_loan_in_quarantine_cannot_be_locked_until_it_is_cleared(event):
    from reprieve.storage.models import CloseRun, MonthLock, Quarantine, User

    loan = Quarantine.objects.create(
        close_run=CloseRun.objects.get(), contract=event.contract, because="off by a cent", recorded_at=NOW
    )
    assert DAY.month == 3
    MonthLock.objects.create(month=date(2026, 2, 1), locked_at=NOW)
    with _refused("1 loans are in quarantine"), _atomic():
        MonthLock.objects.create(month=date(2026, 3, 1), locked_at=NOW)
    loan.cleared_at, loan.cleared_by = NOW, User.objects.first()
    loan.save()
    MonthLock.objects.create(month=date(2026, 3, 1), locked_at=NOW)


def test_a_month_lock_waits_for_entries_under_way_and_stops_those_that_come_after(fresh_database):
    from django.db import connection

    add_history()
    insert = (
        "INSERT INTO journal_entry (posted_on, value_on, product, currency, event_id, recorded_at)"
        " SELECT '2026-03-31', '2026-03-31', 'instalment', 'CNY', id, now() FROM event LIMIT 1 RETURNING id"
    )
    lines = (
        "INSERT INTO journal_line (entry_id, account, amount_minor) VALUES (%(id)s, 'bank', 1), (%(id)s, 'fees', -1)"
    )
    lock = "INSERT INTO month_lock (month, locked_at) VALUES ('2026-03-01', now())"
    connection.close()
    with fresh_database.connect(APP) as posting, fresh_database.connect(APP) as locking:
        locking.execute("SET lock_timeout = '200ms'")
        [number] = posting.execute(insert).fetchone()
        posting.execute(lines, {"id": number})
        with pytest.raises(psycopg.errors.LockNotAvailable):
            locking.execute(lock)
        locking.rollback()
        posting.commit()
        locking.execute(lock)
        posting.execute("SET lock_timeout = '200ms'")
        posting.commit()
        with pytest.raises(psycopg.errors.LockNotAvailable):
            posting.execute(insert)
        posting.rollback()
        locking.commit()
        with pytest.raises(psycopg.errors.CheckViolation, match="its month is locked"):
            posting.execute(insert)


def test_a_payment_and_its_entry_are_recorded_together(history):
    from reprieve.storage.models import Contract

    event = payment(Contract.objects.get(), "p2", 100)
    assert [line.amount_minor for line in event.entries.get().lines.order_by("account")] == [100, -100]
