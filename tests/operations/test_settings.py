"""How a lender reminds, asks and keeps: gentler where it likes, never harder than by default."""

from datetime import UTC, datetime, timedelta

import pytest

from reprieve.errors import BadInput, Refused
from tests.operations.lending import close, establish, sign
from tests.operations.outside import Clock, Post, reachable

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 2, 1, tzinfo=UTC)


def change(**settings):
    from reprieve.operations.commands.lenders import change_settings

    change_settings(settings, now=NOW)


def asked():
    from reprieve.storage.models import OutboxMessage

    return list(OutboxMessage.objects.filter(topic="notice").order_by("pk").values_list("key", flat=True))


@pytest.mark.parametrize(("days_before", "reminded_on"), [(1, "2026-02-14"), (3, "2026-02-12"), (14, "2026-02-01")])
def test_a_reminder_goes_out_as_early_as_the_lender_says(db, days_before, reminded_on):
    establish()
    sign()
    change(remind_days_before=days_before)
    eve = (datetime.fromisoformat(reminded_on) - timedelta(days=1)).date().isoformat()
    close(eve)
    assert asked() == []
    close(reminded_on)
    assert asked() == ["notice:L-1:due_soon:2026-02-15"]


def test_somebody_is_asked_in_writing_no_oftener_than_the_lender_says(db):
    from reprieve.lending.contact import Stopped
    from reprieve.operations.gate import ask_gate
    from reprieve.storage import messages

    establish()
    sign()
    reachable()
    recipient = messages.recipient_of_contract("L-1")
    for hour in (9, 33, 57):
        at = NOW + timedelta(hours=hour)
        number = messages.add(recipient, "…", channel="sms", wording="overdue", at=at)
        messages.note_attempt(recipient, "sms", "delivered", at=at, message=number)
    when = NOW + timedelta(days=4, hours=10)
    answer = ask_gate(recipient, "sms", "collection", when)
    assert isinstance(answer, Stopped)
    assert "3 times in 7 days; at most 3" in answer.because
    change(asks_a_week=1)
    assert "at most 1" in ask_gate(recipient, "sms", "collection", when + timedelta(days=4)).because


def test_what_was_sent_is_forgotten_in_time_and_what_was_given_up_or_waits_is_not(db):
    from reprieve.operations.delivery import deliver_due, forget_sent
    from reprieve.storage.models import Message, OutboxMessage

    establish()
    sign()
    reachable()
    for day in (11, 12):
        close(f"2026-02-{day}")
    deliver_due(Clock("2026-02-13T09:00"), to=Post().outside)
    sent = OutboxMessage.objects.filter(sent_at__isnull=False).count()
    OutboxMessage.objects.create(key="given up", topic="x", payload={}, recorded_at=NOW, due_at=NOW, abandoned_at=NOW)
    OutboxMessage.objects.create(key="waits", topic="x", payload={}, recorded_at=NOW, due_at=NOW)
    assert sent > 0
    change(sent_kept_days=30)
    assert forget_sent(datetime(2026, 3, 14, tzinfo=UTC)) == 0
    assert forget_sent(datetime(2026, 3, 16, tzinfo=UTC)) == sent
    assert set(OutboxMessage.objects.values_list("key", flat=True)) == {"given up", "waits"}
    assert Message.objects.exists(), "what was written to a customer stays"


@pytest.mark.parametrize(
    "settings", [{"remind_days_before": 0}, {"remind_days_before": 15}, {"asks_a_week": 4}, {"sent_kept_days": 29}]
)
def test_nothing_harder_than_by_default_is_allowed(db, settings):
    establish()
    with pytest.raises(BadInput, match="a whole number from"):
        change(**settings)


def test_a_change_leaves_a_trace_and_shows(db):
    from reprieve.operations.reading import lender
    from reprieve.storage.models import AuditEntry

    with pytest.raises(Refused, match="No lender"):
        change(asks_a_week=2)
    establish()
    change(asks_a_week=2)
    shown = lender(NOW)
    assert (shown["remind_days_before"], shown["asks_a_week"], shown["sent_kept_days"]) == (3, 2, 365)
    trace = AuditEntry.objects.get(action="change_settings")
    assert (trace.user, trace.facts) == (None, {"asks_a_week": 2})
