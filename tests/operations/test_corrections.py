"""Filing again: every month that late news changes, once, and no other; what has ended is filed no more."""

from datetime import UTC, date, datetime

import pytest

from tests.operations.lending import act, close, establish, publish, sign, take
from tests.operations.test_month_end import rows, told

pytestmark = pytest.mark.django_db


def close_only(on):
    """The close of one day, the days before it left out: growth is since the last close, whenever that was."""
    from reprieve.operations import close_of_day

    day = date.fromisoformat(on)
    with close_of_day._alone():
        return close_of_day._close(day, datetime.combine(day, datetime.max.time(), UTC), close_of_day.Options())


def counted(done):
    return [done["credit_record"][key] for key in ("filed", "filed_again", "waiting")]


def void(contract, payment, acted_on):
    from reprieve.operations.commands.payments import reverse_payment

    return reverse_payment(
        act(acted_on, user="approver"), contract=contract, of=payment, mode="void", on=acted_on
    ).answer


@pytest.fixture
def late(db):
    """L-1 pays nothing and is filed late for February to April; L-2 pays on time."""
    establish()
    sign("L-1")
    sign("L-2")
    close("2026-01-30")
    told("L-1", "2026-02-20")
    for month in ("02", "03", "04"):
        take("L-2", 73_344, f"2026-{month}-15")
    for day in ("2026-02-28", "2026-03-31", "2026-04-30"):
        close_only(day)


def test_a_payment_known_three_months_late_is_three_corrections_each_once(late):
    assert [row[1:] for row in rows("L-1")] == [("*", False, 1), ("1", True, 1), ("2", True, 1), ("3", True, 1)]
    before = rows("L-2")
    take("L-1", 3 * 73_344, "2026-02-15", acted_on="2026-05-05")
    assert counted(close_only("2026-05-05")) == [0, 3, 0]
    assert rows("L-1")[4:] == [
        ("2026-02-28", "N", False, 2), ("2026-03-31", "N", False, 2), ("2026-04-30", "N", False, 2),
    ]  # fmt: skip
    assert rows("L-2") == before
    assert counted(close_only("2026-05-06")) == [0, 0, 0], "each once"


def test_only_months_since_the_news_took_effect_are_corrected(late):
    take("L-1", 3 * 73_344, "2026-03-20", acted_on="2026-05-05")
    assert counted(close_only("2026-05-05")) == [0, 2, 0]
    assert rows("L-1")[4:] == [("2026-03-31", "N", False, 2), ("2026-04-30", "1", True, 2)], (
        "the penalty took some of what was for April: less late, adverse still, and no second notice is waited for"
    )


def test_a_voided_payment_makes_months_adverse_only_after_one_notice(late):
    from reprieve.operations.reading import events
    from reprieve.storage.models import OutboxMessage

    first = next(event["id"] for event in events("L-2") if event["kind"] == "payment")
    void("L-2", first, "2026-05-05")
    asked = OutboxMessage.objects.filter(topic="credit_record.notice_due").count()
    assert counted(close_only("2026-05-05")) == [0, 0, 3]
    assert OutboxMessage.objects.filter(topic="credit_record.notice_due").count() == asked + 1, "told once, not thrice"
    told("L-2", "2026-05-06")
    assert counted(close_only("2026-05-06")) == [0, 0, 3], "not on the very day of the notice"
    assert counted(close_only("2026-05-07")) == [0, 3, 0]
    codes = [row[1:] for row in rows("L-2")[-3:]]
    assert codes == [("1", True, 2), ("2", True, 2), ("2", True, 2)], "each later payment falls short by its penalty"
    assert counted(close_only("2026-05-08")) == [0, 0, 0]


def test_a_month_that_waited_for_its_notice_is_filed_after_it_though_the_next_has_ended(db):
    establish()
    sign("L-1")
    close("2026-02-27")
    assert counted(close_only("2026-02-28")) == [0, 0, 1]
    assert counted(close_only("2026-03-31")) == [0, 0, 2]
    told("L-1", "2026-04-01")
    assert counted(close_only("2026-04-02")) == [2, 0, 0]
    assert rows("L-1") == [("2026-02-28", "1", True, 1), ("2026-03-31", "2", True, 1)]


def test_a_loan_that_has_ended_is_filed_so_once_and_again_from_where_it_was_reopened(db):
    from reprieve.operations.reading import position

    establish()
    sign("L-1")
    close("2026-03-01")
    take("L-1", position("L-1", on=date(2026, 3, 10))["payoff"], "2026-03-10")
    close_only("2026-03-31")
    assert rows("L-1")[-1][1:] == ("C", False, 1)
    assert counted(close_only("2026-04-30")) == [0, 0, 0]
    paid = next(event["id"] for event in _events("L-1") if event["kind"] == "payment")
    void("L-1", paid, "2026-05-02")
    told("L-1", "2026-05-02")
    assert counted(close_only("2026-05-31")) == [2, 1, 0]
    assert [row[:2] for row in rows("L-1")[-3:]] == [("2026-03-31", "2"), ("2026-04-30", "3"), ("2026-05-31", "4")]


def _events(number):
    from reprieve.operations.reading import events

    return events(number)


def test_a_row_keeps_what_the_month_added(late):
    from reprieve.storage.models import CreditRecordRow

    def facts(number):
        return CreditRecordRow.objects.filter(contract__number=number).latest("month").figures["facts"]

    assert facts("L-2")["scheduled"] == facts("L-2")["paid"] == 73_344
    assert (facts("L-2")["last_paid_on"], facts("L-2")["delinquent_since"]) == ("2026-04-15", None)
    assert (facts("L-1")["paid"], facts("L-1")["delinquent_since"]) == (0, "2026-02-16")


def test_a_private_person_reports_to_nobody(db):
    from tests.lending.products import TERMS

    establish()
    terms = {name: value for name, value in TERMS.items() if name != "penalty"}
    publish("2026-01-01", code="own", lender_type="private", rate_least="0.05", rate_most="0.10", terms=terms)
    sign("L-1", product="own", annual_rate="0.10")
    sign("L-2")
    assert counted(close_only("2026-01-31")) == [1, 0, 0]
    take("L-1", 10_000, "2026-02-10")
    close_only("2026-02-28")
    assert (rows("L-1"), len(rows("L-2"))) == ([], 1)
