"""The end of a month: credit-record rows with their notices, the lock, and a sandbox whose day is a setting."""

from datetime import UTC, date, datetime

import pytest

from reprieve.errors import BadInput, Refused
from tests.operations.lending import (
    act,
    balances,
    close,
    controls,
    establish,
    held,
    off_by_a_cent,
    publish,
    sign,
    take,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def loans(db):
    establish()
    sign("L-1")
    sign("L-2")
    close("2026-01-30")


def rows(number):
    from reprieve.operations.reading import credit_record

    return [(row["month_end"], row["code"], row["is_adverse"], row["filing"]) for row in credit_record(number)]


def told(number, on, outcome="sent"):
    """The message that tells a borrower before a first adverse row, as delivery would record it."""
    from reprieve.storage.models import ContactAttempt, Contract, Message

    contract = Contract.objects.get(number=number)
    at = datetime.combine(date.fromisoformat(on), datetime.min.time(), UTC)
    message = Message.objects.create(
        customer=contract.customer, contract=contract, is_inbound=False, channel="sms", sealed=b"sealed",
        wording="credit_record.prior_notice", recorded_at=at,
    )  # fmt: skip
    ContactAttempt.objects.create(
        customer=contract.customer, message=message, channel="sms", outcome=outcome, attempted_at=at
    )


def test_a_month_is_filed_at_its_end_and_an_adverse_row_waits_for_its_notice(loans):
    from reprieve.storage.models import OutboxMessage

    take("L-2", 73_344, "2026-02-15")
    done = close("2026-02-28")
    assert rows("L-2") == [("2026-01-31", "*", False, 1), ("2026-02-28", "N", False, 1)]
    assert rows("L-1") == [("2026-01-31", "*", False, 1)]
    assert done[-1]["credit_record"] == {"filed": 1, "filed_again": 0, "waiting": 1}
    asked = OutboxMessage.objects.filter(topic="credit_record.notice_due")
    assert [notice.payload["contract"] for notice in asked] == ["L-1"]
    told("L-1", "2026-02-28", outcome="failed")
    close("2026-03-01")
    assert asked.count() == 1, "asked for once"
    assert rows("L-1")[1:] == [], "a notice that did not go out tells nobody"
    told("L-1", "2026-03-02")
    close("2026-03-02")
    assert rows("L-1")[1:] == [], "not on the very day of the notice"
    [done] = close("2026-03-03")
    assert rows("L-1")[1:] == [("2026-02-28", "1", True, 1)]
    assert done["credit_record"]["filed"] == 1


def test_a_payment_that_becomes_known_late_files_the_month_again(loans):
    told("L-1", "2026-02-20")
    take("L-2", 73_344, "2026-02-15", acted_on="2026-02-20")
    close("2026-02-28")
    assert rows("L-1")[-1] == ("2026-02-28", "1", True, 1)
    take("L-1", 73_344, "2026-02-15", acted_on="2026-03-05")
    [*_, done] = close("2026-03-05")
    assert rows("L-1")[1:] == [("2026-02-28", "1", True, 1), ("2026-02-28", "N", False, 2)]
    assert done["credit_record"] == {"filed": 0, "filed_again": 1, "waiting": 0}
    close("2026-03-06")
    assert len(rows("L-1")) == 3


def test_months_before_the_first_close_are_not_filed(db):
    establish()
    sign()
    close("2026-03-10")
    assert rows("L-1") == []


def lock(month, on, user="approver"):
    from reprieve.operations.commands.closes import lock_month

    return lock_month(act(on, user=user), month=month)


def test_a_month_is_locked_once_every_day_is_closed_and_posts_nothing_after(loans):
    from reprieve.storage.models import JournalEntry

    with pytest.raises(Refused, match="Not closed yet"):
        lock("2026-02", "2026-03-01")
    close("2026-02-28")
    with pytest.raises(Refused, match="role accountant"):
        lock("2026-02", "2026-03-01", user="officer")
    assert lock("2026-02", "2026-03-01").answer["locked_until"] == "2026-02-28"
    with pytest.raises(Refused, match="locked already"):
        lock("2026-02", "2026-03-01")
    size = JournalEntry.objects.filter(posted_on__lte="2026-02-28").count()
    take("L-1", 73_344, "2026-02-15", acted_on="2026-03-01")
    close("2026-03-01")
    assert JournalEntry.objects.filter(posted_on__lte="2026-02-28").count() == size
    assert held() == controls("2026-03-01")
    with pytest.raises(BadInput, match="YYYY-MM"):
        lock("2026-13", "2026-03-01")


def test_a_loan_in_quarantine_keeps_its_month_open_until_it_is_put_right(loans):
    from reprieve.operations.close_of_day import status
    from reprieve.operations.commands.closes import clear_quarantine

    off_by_a_cent("L-1", date(2026, 2, 27))
    close("2026-02-28")
    with pytest.raises(Refused, match="quarantine"):
        lock("2026-02", "2026-03-01")
    answer = clear_quarantine(act("2026-03-01", user="approver"), contract="L-1").answer
    assert answer["posted"] == {"loans_principal": -1, "bank": 1}
    assert status()["quarantine"] == []
    [done] = close("2026-03-01")
    assert done["state"] == "finished"
    assert held() == controls("2026-03-01")
    with pytest.raises(BadInput, match="in quarantine"):
        clear_quarantine(act("2026-03-02", user="approver"), contract="L-1")


def test_in_a_sandbox_moving_the_day_closes_the_days_between(db):
    from reprieve.operations.close_of_day import move_business_date, status
    from reprieve.operations.commands.lenders import establish_lender
    from reprieve.operations.reading import business_date, journal
    from reprieve.storage.models import RoleGrant, User

    now = datetime(2030, 5, 5, 12, tzinfo=UTC)
    establish_lender(
        "Sandbox", "cn", currency="CNY", time_zone="Asia/Shanghai", is_sandbox=True, business_on=date(2026, 1, 15)
    )
    for name, role in (("officer", "integrator"), ("approver", "approver"), ("core", "integrator")):
        user = User.objects.create(username=name)
        RoleGrant.objects.create(user=user, role=role, granted_at=datetime(2020, 1, 1, tzinfo=UTC))
    publish("2030-05-05", offered_from="2026-01-15")
    sign("L-1", on="2030-05-05")
    assert business_date(now) == date(2026, 1, 15)
    done = move_business_date(act("2030-05-05"), date(2026, 2, 20))
    assert [one["business_on"] for one in done] == ["2026-02-19"], "the first close takes all that has grown"
    done = move_business_date(act("2030-05-06"), date(2026, 2, 23))
    assert [one["business_on"] for one in done] == ["2026-02-20", "2026-02-21", "2026-02-22"]
    assert business_date(now) == date(2026, 2, 23)
    take("L-1", 73_344, "2026-02-23", acted_on="2030-05-06")
    assert journal(contract="L-1")[-1]["posted_on"] == "2026-02-23"
    move_business_date(act("2030-05-06"), date(2026, 2, 24))
    assert held() == controls("2026-02-23")
    assert status()["last"]["state"] == "finished"
    with pytest.raises(BadInput, match="backwards"):
        move_business_date(act("2030-05-06"), date(2026, 2, 1))


def test_only_a_sandbox_has_a_day_that_can_be_set(loans):
    from reprieve.operations.close_of_day import move_business_date
    from reprieve.storage.models import RoleGrant, User

    with pytest.raises(Refused, match="integrator"):
        move_business_date(act("2026-02-01"), date(2026, 2, 5))
    RoleGrant.objects.create(
        user=User.objects.get(username="officer"), role="integrator", granted_at=datetime(2020, 1, 1, tzinfo=UTC)
    )
    with pytest.raises(Refused, match="no sandbox"):
        move_business_date(act("2026-02-01"), date(2026, 2, 5))
    assert balances()
