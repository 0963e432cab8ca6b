"""The contact gate: what the rules of a place, the customer and an open closure stop; and the wordings it lets pass."""

from datetime import UTC, datetime, time

import pytest

from reprieve.errors import BadInput
from reprieve.lending.contact import Closure, Limits, Preference, Standing, Stopped, Wish, may_contact
from reprieve.lending.wording import WORDINGS, message_of
from reprieve.rules import load
from reprieve.rules.contact import Attempt
from reprieve.words import words

pytestmark = pytest.mark.fast

CN = load("cn")
SCOPE = ("consumer_finance", "consumer_loan")


def at(clock: str, day: int = 20) -> datetime:
    return datetime.fromisoformat(f"2026-02-{day:02}T{clock}").replace(tzinfo=UTC)


def asked(when: datetime, *, channel="sms", purpose="collection", **standing):
    """The gate's answer in China."""
    return may_contact(CN, Wish(when, channel, purpose), Standing(**standing), scope=SCOPE)


def rule_of(answer) -> str | None:
    return answer.rule if isinstance(answer, Stopped) else None


# ---------------------------------------------------------------------------------------------------------- the gate


@pytest.mark.parametrize(
    ("clock", "is_allowed"), [("07:59", False), ("08:00", True), ("21:59", True), ("22:00", False), ("00:00", False)]
)
def test_quiet_hours_of_the_place_stop_collection_and_notices_and_say_when_they_end(clock, is_allowed):
    for purpose in ("collection", "notice"):
        answer = asked(at(clock), purpose=purpose)
        assert answer.allowed == is_allowed
        if not is_allowed:
            assert answer.rule == "contact.quiet_hours"
            assert answer.next_allowed_at == at("08:00", 21 if clock == "22:00" else 20)
    assert asked(at(clock), purpose="service").allowed, "the customer asked for this one"
    assert asked(at(clock), channel="portal").allowed, "the portal wakes nobody"


def test_any_closure_stops_collection_from_its_instant_until_its_end_and_nothing_else():
    closure = Closure("hardship", at("10:00"), at("12:00"))
    for clock, is_allowed in (("09:59", True), ("10:00", False), ("11:59", False), ("12:00", True)):
        assert asked(at(clock), closures=[closure]).allowed == is_allowed
        assert asked(at(clock), channel="portal", closures=[closure]).allowed == is_allowed
        assert asked(at(clock), purpose="notice", closures=[closure]).allowed
    assert asked(at("11:00"), closures=[closure]).next_allowed_at == at("12:00")
    longer = asked(at("11:00"), closures=[closure, Closure("dispute", at("09:00"))])
    assert (rule_of(longer), longer.next_allowed_at) == ("contact.gate.dispute", None)


def test_a_channel_that_was_refused_is_not_used_for_anything_and_waiting_does_not_help():
    for purpose in ("collection", "notice", "service"):
        answer = asked(at("10:00"), purpose=purpose, preference=Preference(is_allowed=False))
        assert (rule_of(answer), answer.next_allowed_at) == ("contact.preference.channel", None)


def test_a_customers_own_quiet_hours_hold_past_midnight_too():
    own = Preference(quiet_from=time(19), quiet_until=time(9, 30))
    assert asked(at("18:59"), preference=own).allowed
    assert asked(at("19:00"), preference=own).next_allowed_at == at("09:30", 21)
    assert asked(at("09:29"), preference=own).next_allowed_at == at("09:30")
    assert asked(at("09:30"), preference=own).allowed
    assert asked(at("20:00"), preference=own, purpose="service").allowed


def test_money_is_asked_for_in_writing_once_a_day_and_three_times_a_week_at_most():
    assert rule_of(asked(at("15:00"), asked_at=[at("09:00")])) == "contact.limits.asks_a_day"
    assert asked(at("15:00"), asked_at=[at("21:00", 19)]).allowed
    three = [at("09:00", day) for day in (14, 16, 18)]
    answer = asked(at("08:59"), asked_at=three)
    assert (rule_of(answer), answer.next_allowed_at) == ("contact.limits.asks_a_week", at("09:00", 21))
    assert asked(at("09:00", 21), asked_at=three).allowed
    assert asked(at("15:00"), purpose="notice", asked_at=[at("09:00")]).allowed
    relaxed = may_contact(
        CN, Wish(at("15:00"), "sms", "collection"), Standing(asked_at=[at("09:00")]), limits=Limits(asks_a_day=2)
    )
    assert relaxed.allowed


def test_a_fourth_connected_call_on_one_day_is_stopped_by_the_rule_of_the_place():
    calls = [Attempt(at(clock), "connected") for clock in ("09:00", "10:00", "11:00")]
    assert asked(at("15:00"), channel="phone", calls=calls[:2]).allowed
    answer = asked(at("15:00"), channel="phone", calls=calls)
    assert (rule_of(answer), answer.next_allowed_at) == ("contact.connected_calls_a_day", at("08:00", 21))
    assert answer.source
    assert asked(at("15:00"), channel="sms", calls=calls).allowed, "a message is no call"


def test_a_collector_in_the_united_states_calls_seven_times_in_seven_days_and_not_after_they_spoke():
    us = load("us")

    def called(when, *calls):
        scope = ("collector", "consumer_loan")
        return may_contact(us, Wish(when, "phone", "collection"), Standing(calls=calls), scope=scope)

    seven = [Attempt(at("09:00", day), "unanswered") for day in (10, 11, 12, 13, 14, 15, 16)]
    assert called(at("10:00", 16), *seven[:6]).allowed
    answer = called(at("10:00", 16), *seven)
    assert (rule_of(answer), answer.next_allowed_at) == ("contact.calls_in_window_most", at("08:00", 17))
    spoke = called(at("10:00", 16), Attempt(at("09:00", 14), "connected"))
    assert (rule_of(spoke), spoke.next_allowed_at) == ("contact.days_after_conversation", at("08:00", 21))
    assert may_contact(us, Wish(at("10:00", 16), "phone", "collection"), Standing(calls=seven)).allowed, "no collector"


# ---------------------------------------------------------------------------------------------------------- wordings


SAMPLES = {"money": 73_344, "day": "2026-02-15", "count": 4, "text": "您好"}


@pytest.mark.parametrize("name", WORDINGS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_wording_is_written_in_both_languages_with_its_figures(name, language):
    figures = {figure: SAMPLES[kind] for figure, kind in WORDINGS[name].figures.items()}
    text = words(language).say(message_of(name, figures, "Example Lender"), "CNY")
    assert "{" not in text
    for figure, kind in WORDINGS[name].figures.items():
        shown = {"money": "733.44", "day": "15", "count": "4", "text": "您好"}[kind]
        assert shown in text, figure


@pytest.mark.parametrize(
    ("wording", "figures", "path"),
    [
        ("threat", {}, "wording"), ("overdue", {"amount": 1}, "figures.due_on"),
        ("overdue", {"amount": "1", "due_on": "2026-02-15"}, "figures.amount"),
        ("overdue", {"amount": True, "due_on": "2026-02-15"}, "figures.amount"),
        ("overdue", {"amount": -1, "due_on": "2026-02-15"}, "figures.amount"),
        ("overdue", {"amount": 1, "due_on": "2026-02-30"}, "figures.due_on"),
        ("overdue", {"amount": 1, "due_on": "2026-02-15", "say": "pay"}, "figures.say"),
        ("reply", {"text": "  "}, "figures.text"), ("reply", {"text": "x" * 2_001}, "figures.text"),
    ],
)  # fmt: skip
def test_a_wording_takes_its_own_figures_alone(wording, figures, path):
    with pytest.raises(BadInput) as bad:
        message_of(wording, figures, "Example Lender")
    assert bad.value.path == path
