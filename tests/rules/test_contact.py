"""The contact gate minute by minute: a refusal names its rule and the first moment that would be allowed."""

from datetime import datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from reprieve.rules import load
from reprieve.rules.contact import Attempt, Contact, ContactRefusal, Permission, may_contact

pytestmark = pytest.mark.fast

CN = load("cn")
MIDNIGHT = datetime(2026, 11, 23, tzinfo=ZoneInfo("Asia/Shanghai"))
MINUTE = timedelta(minutes=1)


def asked(at, earlier=(), lender_type="bank", **contact):
    return may_contact(CN, Contact(at, **contact), earlier=earlier, lender_type=lender_type)


def test_every_minute_of_a_day_is_open_or_quiet_as_the_clock_says():
    for minute in range(24 * 60):
        at = MIDNIGHT + minute * MINUTE
        assert asked(at).allowed == (8 * 60 <= minute < 22 * 60), at


def test_a_refusal_names_the_first_moment_that_is_allowed():
    for minute in range(0, 24 * 60, 7):
        found = asked(MIDNIGHT + minute * MINUTE)
        if isinstance(found, ContactRefusal):
            assert asked(found.next_allowed_at).allowed
            assert not asked(found.next_allowed_at - MINUTE).allowed


@pytest.mark.parametrize(("connected", "unanswered"), list(product(range(5), range(8))))
def test_each_counter_counts_its_own(connected, unanswered):
    calls = [Attempt(MIDNIGHT + timedelta(hours=9, minutes=n), "connected", "other") for n in range(connected)]
    dials = [Attempt(MIDNIGHT + timedelta(hours=10, minutes=n), "unanswered", "1") for n in range(unanswered)]
    found = asked(MIDNIGHT + timedelta(hours=15), [*calls, *dials], number="1")
    if connected >= 3:
        assert found.rule.key == "contact.connected_calls_a_day"
    elif unanswered >= 6:
        assert found.rule.key == "contact.unanswered_dials_a_number_a_day"
    else:
        assert isinstance(found, Permission)
        assert dict(found.left) == {
            "contact.connected_calls_a_day": 3 - connected,
            "contact.unanswered_dials_a_number_a_day": 6 - unanswered,
        }


def test_another_number_has_its_own_count_of_silence():
    dials = [Attempt(MIDNIGHT + timedelta(hours=10, minutes=n), "unanswered", "1") for n in range(6)]
    noon = MIDNIGHT + timedelta(hours=12)
    assert not asked(noon, dials, number="1").allowed
    assert asked(noon, dials, number="2").allowed


def test_a_message_uses_up_no_call():
    calls = [Attempt(MIDNIGHT + timedelta(hours=9, minutes=n), "connected") for n in range(3)]
    noon = MIDNIGHT + timedelta(hours=12)
    assert not asked(noon, calls).allowed
    assert asked(noon, calls, channel="message").allowed


def test_a_call_that_comes_later_does_not_count_yet():
    calls = [Attempt(MIDNIGHT + timedelta(hours=18, minutes=n), "connected") for n in range(3)]
    assert asked(MIDNIGHT + timedelta(hours=12), calls).allowed


def test_a_refusal_speaks_both_languages_and_cites():
    found = asked(MIDNIGHT, lender_type="consumer_finance")
    refusal = found.in_words("zh")
    assert refusal.rule == "contact.quiet_hours"
    assert "22:00" in refusal.because
    assert "GB/T 45251-2025" in refusal.source
    assert "22:00" in found.in_words("en").because
