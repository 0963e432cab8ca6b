"""The outbox is delivered: in order, once at a time, again after a failure, and after a kill under the same key."""

import json
import stat
import threading
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest

from reprieve.errors import Refused
from reprieve.lending.ports import Parcel, Undelivered
from reprieve.operations.failpoints import POINTS, Killed, armed
from tests.operations.lending import act, establish, sign
from tests.operations.outside import Clock, Post, outbox, reachable

SCHEDULE = (30, 120, 480, 1_920, 7_680, 30_720, 122_880)
"""Seconds between one try and the next, as docs/how-to/deliver.md states them."""
POINTS_OF_DELIVERY = [point for point in POINTS if point.startswith("outbox.")]


def written(number="L-1", on="2026-02-20", **changed):
    """A reply to the borrower, written and waiting."""
    from reprieve.operations.commands.messages import send_message

    asked = {"wording": "reply", "figures": {"text": "您的合同已寄出。"}, "contract": number, **changed}
    return send_message(act(on, **asked.pop("act", {})), **asked).answer


@pytest.fixture
def lender(db):
    establish()
    sign()
    reachable()


def deliver(post, clock, **how):
    from reprieve.operations.delivery import deliver_due

    return deliver_due(clock, to=post.outside, **how)


@pytest.mark.django_db
def test_a_message_is_sent_once_with_its_text_and_address(lender):
    from reprieve.storage.models import ContactAttempt

    written()
    post, clock = Post(), Clock("2026-02-20T10:05")
    assert deliver(post, clock) == {"sent": 1}
    [parcel] = post.sent
    assert (parcel.address, parcel.text) == ("+86 138 0013 8000", "您的合同已寄出。")
    assert parcel.subject == "Example Lender：关于您的借款"
    assert deliver(post, clock) == {}
    assert outbox() == [("message", "sent", 1, "")]
    assert list(ContactAttempt.objects.values_list("channel", "outcome")) == [("sms", "sent")]


@pytest.mark.django_db
def test_what_fails_is_tried_again_on_the_stated_schedule_with_the_same_key_and_then_given_up(lender):
    from reprieve.operations.delivery import tally

    written()
    post, clock = Post(*[Undelivered("The line is down.")] * 20), Clock("2026-02-20T10:05")
    for wait in SCHEDULE:
        assert deliver(post, clock) == {"failed": 1}
        assert tally() == {"waiting": 1, "failing": 1, "abandoned": 0}
        clock.wait(seconds=wait - 1)
        assert deliver(post, clock) == {}, "not a second before its time"
        clock.wait(seconds=1)
    assert deliver(post, clock) == {"abandoned": 1}
    assert outbox() == [("message", "abandoned", 8, "Given up after 8 tries: The line is down.")]
    assert len({parcel.key for parcel in post.sent}) == 1
    assert tally() == {"waiting": 0, "failing": 0, "abandoned": 1}
    clock.wait(days=30)
    assert deliver(post, clock) == {}


@pytest.mark.django_db
def test_what_cannot_ever_arrive_is_given_up_at_once(lender):
    written()
    post = Post(Undelivered("The number does not exist.", is_final=True))
    assert deliver(post, Clock("2026-02-20T10:05")) == {"abandoned": 1}
    assert outbox() == [("message", "abandoned", 1, "The number does not exist.")]


@pytest.mark.django_db
def test_nothing_is_sent_to_a_customer_who_was_erased_meanwhile(lender):
    from reprieve.storage import people
    from reprieve.storage.models import Customer

    written()
    people.erase_customer(Customer.objects.get(number="C-L-1"), erased_at=datetime(2026, 2, 21, tzinfo=UTC))
    post = Post()
    assert deliver(post, Clock("2026-02-21T10:00")) == {"abandoned": 1}
    assert post.sent == []
    assert outbox()[0][3] == "The customer was erased."


@pytest.mark.django_db
def test_without_a_lender_there_is_nothing_to_do(db):
    assert deliver(Post(), Clock("2026-02-20T10:05")) == {}


@pytest.mark.django_db
def test_delivery_stops_between_two_rows_when_asked(lender):
    written()
    written(act={"hour": 11})
    post = Post()
    assert deliver(post, Clock("2026-02-20T12:00"), is_stopping=lambda: bool(post.sent)) == {"sent": 1}
    assert [state for _, state, *_ in outbox()] == ["sent", "waiting"]


@pytest.mark.parametrize("point", POINTS_OF_DELIVERY)
def test_killed_anywhere_a_message_is_neither_lost_nor_sent_under_another_key(fresh_database, point):
    establish()
    sign()
    reachable()
    written()
    post, clock = Post(), Clock("2026-02-20T10:05")
    with armed(point), pytest.raises(Killed):
        deliver(post, clock)
    sent_before = len(post.sent)
    clock.wait(seconds=1)
    if point == "outbox.claim.before_commit":
        assert outbox() == [("message", "waiting", 0, "")], "nothing was taken"
    elif point != "outbox.result.after_commit":
        assert deliver(post, clock) == {}, "it is in a dead worker's hand"
    clock.wait(minutes=5)
    deliver(post, clock)
    assert [state for _, state, *_ in outbox()] == ["sent"]
    assert len({parcel.key for parcel in post.sent}) == 1
    is_repeated = point in ("outbox.send.after", "outbox.result.before_commit")
    assert (sent_before, len(post.sent)) == ((1, 2) if is_repeated else (sent_before, 1))


def test_two_workers_never_have_the_same_row_in_hand(fresh_database, django_db_blocker):
    from django.db import connections

    establish()
    sign()
    reachable()
    for hour in range(8, 16):
        written(act={"hour": hour})
    both, post, counts = threading.Barrier(2, timeout=20), Post(), []

    def meet():
        with suppress(threading.BrokenBarrierError):
            both.wait()

    post.before = meet

    def work():
        with django_db_blocker.unblock():
            counts.append(deliver(post, Clock("2026-02-20T16:00"), most=4))
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert counts == [{"sent": 4}, {"sent": 4}]
    assert len({parcel.key for parcel in post.sent}) == len(post.sent) == 8
    assert not both.broken, "they did send at the same time"


@pytest.mark.django_db
def test_a_worker_that_was_too_slow_does_not_undo_what_another_did(lender):
    from reprieve.storage import outbox as rows

    written()
    clock = Clock("2026-02-20T10:05")
    slow = rows.claim(clock(), due_until=clock(), hold=timedelta(minutes=5))
    clock.wait(minutes=6)
    assert deliver(Post(), clock) == {"sent": 1}
    rows.failed(slow, "too late", clock())
    assert not rows.abandoned(slow, "too late", clock())
    assert outbox() == [("message", "sent", 2, "")]


@pytest.mark.django_db
def test_a_sandbox_far_ahead_of_the_clock_sends_what_its_own_day_recorded(db):
    from reprieve.storage.models import Lender

    establish()
    sign()
    reachable()
    Lender.objects.update(is_sandbox=True, business_on=date(2031, 5, 6))
    written(on="2026-02-20")
    post = Post()
    assert deliver(post, Clock("2026-02-20T10:05")) == {"sent": 1}
    assert outbox() == [("message", "sent", 1, "")]


@pytest.mark.fast
def test_a_file_sender_writes_one_private_file_a_message_however_often(tmp_path):
    from reprieve.operations.senders import FileSender

    sender = FileSender(tmp_path / "outbox" / "sms")
    for key in ("a/../b", "a/../b", "另一个"):
        sender.send(Parcel(key, "+86 1", "s", "您好", "zh"))
    files = sorted((tmp_path / "outbox" / "sms").iterdir())
    assert len(files) == 2
    assert {json.loads(file.read_text("utf-8"))["key"] for file in files} == {"a/../b", "另一个"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "outbox").stat().st_mode) == 0o700


@pytest.mark.fast
def test_a_folder_that_cannot_be_written_is_a_failure_to_try_again(tmp_path):
    from reprieve.operations.senders import FileSender

    (tmp_path / "outbox").write_text("a file in the way")
    with pytest.raises(Undelivered, match="cannot be written"):
        FileSender(tmp_path / "outbox").send(Parcel("k", "a", "s", "t", "en"))


@pytest.mark.fast
def test_mail_goes_by_djangos_backend_with_its_key_as_message_id(tmp_path, settings):
    from reprieve.operations.senders import FILE_MAIL, MailSender

    sender = MailSender(FILE_MAIL, {"file_path": str(tmp_path / "email")})
    sender.send(Parcel("message:1", "anna@example.org", "Example Lender：关于您的借款", "第一行", "zh"))
    [file] = (tmp_path / "email").iterdir()
    text = file.read_text("utf-8")
    assert "Message-ID: <message-1-" in text
    assert "To: anna@example.org" in text
    assert stat.S_IMODE((tmp_path / "email").stat().st_mode) == 0o700


@pytest.mark.fast
def test_a_subject_cannot_smuggle_a_header_in(tmp_path):
    from reprieve.operations.senders import FILE_MAIL, MailSender

    sender = MailSender(FILE_MAIL, {"file_path": str(tmp_path / "email")})
    with pytest.raises(Undelivered) as failure:
        sender.send(Parcel("k", "anna@example.org\nBcc: eve@example.org", "s", "t", "en"))
    assert failure.value.is_final
    assert not list((tmp_path / "email").iterdir())


@pytest.mark.fast
def test_a_mail_server_that_is_not_there_is_a_failure_to_try_again():
    from reprieve.operations.senders import MailSender

    sender = MailSender("django.core.mail.backends.smtp.EmailBackend", {"host": "127.0.0.1", "port": 1, "timeout": 1})
    with pytest.raises(Undelivered) as failure:
        sender.send(Parcel("k", "anna@example.org", "s", "t", "en"))
    assert not failure.value.is_final


@pytest.mark.django_db
def test_outside_a_sandbox_a_channel_without_a_setting_says_which(lender, settings):
    from reprieve.operations.senders import outside

    for channel, setting in (("email", "REPRIEVE_MAIL_URL"), ("sms", "REPRIEVE_SMS_SENDER")):
        with pytest.raises(Undelivered, match=setting):
            outside(is_sandbox=False).senders[channel].send(Parcel("k", "a", "s", "t", "en"))


@pytest.mark.django_db
def test_a_message_needs_an_authority(lender):
    from reprieve.storage.models import User

    User.objects.create(username="nobody", is_staff=True)
    with pytest.raises(Refused, match="takes the role"):
        written(act={"user": "nobody"})
