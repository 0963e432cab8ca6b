"""Calls and contact hours in the United States agree with an obvious count and with the clock on the wall."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reprieve.errors import BadInput
from reprieve.rules import Rule, load
from reprieve.rules.call_frequency import HAPPENINGS, CallsLeft, may_call, next_call_on, presumption
from reprieve.rules.contact_hours import contact_windows, may_contact_at
from reprieve.rules.refusal import refuse

pytestmark = pytest.mark.fast

US = load("us")
FIRST = date(2026, 4, 1)
ZONES = [
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "Pacific/Honolulu",
    "Pacific/Guam",
]

often = ["call"] * 6 + sorted(HAPPENINGS)
logs = st.lists(st.tuples(st.integers(0, 12), st.sampled_from(often)), max_size=24).map(
    lambda found: [(FIRST + timedelta(days=day), word) for day, word in sorted(found, key=lambda one: one[0])]
)
some_zones = st.lists(st.sampled_from(ZONES), min_size=1, max_size=4, unique=True)
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))


def welcome(log, place):
    """Whether a call is covered: some consent of the last seven days has had no conversation after it."""
    day = log[place][0]
    return any(
        word == "consent"
        and (day - given_on).days <= 6
        and all(later not in ("call_answered", "conversation") for _, later in log[at + 1 : place])
        for at, (given_on, word) in enumerate(log[:place])
    )


def presumed(log):
    """The presumption by the letter: every run of seven days holds at most seven, and none follows a conversation."""
    counted = [
        (place, day)
        for place, (day, word) in enumerate(log)
        if word in ("call", "call_answered") and not welcome(log, place)
    ]
    for start in (FIRST + timedelta(days=step) for step in range(-7, 28)):
        if sum(start <= day < start + timedelta(days=7) for _, day in counted) > 7:
            return "violate"
    for place, day in counted:
        for spoke_on, word in log[:place]:
            if word in ("call_answered", "conversation") and day <= spoke_on + timedelta(days=6):
                return "violate"
    return "comply"


@given(logs)
def test_the_presumption_is_that_of_the_letter(log):
    assert presumption(US, log=log) == presumed(log)


@given(logs, st.integers(0, 7))
def test_leave_to_call_is_given_exactly_when_the_call_breaks_no_limit(log, step):
    on = (log[-1][0] if log else FIRST) + timedelta(days=step)
    answer = may_call(US, on, log=log)
    called = [*log, (on, "call")]
    if presumed(log) == "comply":
        assert isinstance(answer, CallsLeft) == (presumed(called) == "comply")


@given(logs)
def test_the_next_call_is_on_the_first_day_that_is_not_refused(log):
    on = log[-1][0] if log else FIRST
    first = next_call_on(US, on, log=log)
    assert isinstance(may_call(US, first, log=log), CallsLeft)
    assert first - on <= timedelta(days=7)
    for step in range((first - on).days):
        assert isinstance(may_call(US, on + timedelta(days=step), log=log), Rule)


def test_a_refusal_names_the_rule_and_its_article_in_both_languages():
    rule = may_call(US, FIRST, log=[(FIRST, "call_answered")])
    for language, words in (("en", "makes no call for 7 days"), ("zh", "不得再打电话")):
        refusal = refuse(rule, language)
        assert refusal.rule == "contact.days_after_conversation"
        assert words in refusal.because
        assert "12 CFR 1006.14" in refusal.source


def test_a_log_that_goes_back_in_time_is_refused():
    with pytest.raises(BadInput, match="earliest first"):
        presumption(US, log=[(date(2026, 4, 2), "call"), (date(2026, 4, 1), "call")])
    with pytest.raises(BadInput, match="earliest first"):
        may_call(US, date(2026, 4, 1), log=[(date(2026, 4, 2), "call")])


def test_an_unknown_word_is_refused_with_its_place():
    with pytest.raises(BadInput, match=r"log\[1\].*'shouted'.*call_answered"):
        presumption(US, log=[(FIRST, "call"), (FIRST, "shouted")])


@given(days, some_zones, st.sampled_from(ZONES))
def test_a_minute_is_in_a_window_exactly_when_it_suits_every_clock(on, zones, shown_in):
    windows = contact_windows(US, on, zones=zones, shown_in=shown_in)
    minute = datetime(on.year, on.month, on.day, tzinfo=ZoneInfo(shown_in)).astimezone(ZoneInfo("UTC"))
    while minute.astimezone(ZoneInfo(shown_in)).date() == on:
        inside = any(start <= minute < end for start, end in windows)
        suits = all(8 <= minute.astimezone(ZoneInfo(zone)).hour < 21 for zone in zones)
        assert inside == suits == (may_contact_at(US, minute, zones=zones) is None)
        minute += timedelta(minutes=30)


@pytest.mark.parametrize("on", [date(2026, 3, 8), date(2026, 11, 1)])
def test_the_hours_of_a_day_that_changes_its_clocks_are_those_on_the_wall(on):
    [(start, end)] = contact_windows(US, on, zones=["America/New_York"], shown_in="America/New_York")
    assert (start.hour, end.hour, start.date(), end.date()) == (8, 21, on, on)


@pytest.mark.parametrize(
    ("clock", "is_quiet"), [("07:59:59", True), ("08:00:00", False), ("20:59:59", False), ("21:00:00", True)]
)
def test_quiet_hours_begin_at_nine_and_end_at_eight(clock, is_quiet):
    at = datetime.fromisoformat(f"2026-04-01T{clock}-04:00")
    assert (may_contact_at(US, at, zones=["America/New_York"]) is not None) == is_quiet


def test_an_instant_without_its_offset_and_a_place_that_is_not_known_are_refused():
    with pytest.raises(BadInput, match="offset from UTC"):
        may_contact_at(US, datetime(2026, 4, 1, 12), zones=["America/New_York"])  # noqa: DTZ001 - what is refused
    with pytest.raises(BadInput, match=r"zones\[0\].*'Atlantis'"):
        contact_windows(US, FIRST, zones=["Atlantis"], shown_in="America/New_York")
    with pytest.raises(BadInput, match="at least one zone"):
        contact_windows(US, FIRST, zones=[], shown_in="America/New_York")
