"""Messages, help and promises: what the gate, the customer and an open request for help stop, and what is kept."""

from datetime import timedelta

import pytest

from reprieve.errors import BadInput, Refused
from tests.operations.lending import act, establish, sign, take
from tests.operations.outside import Clock, Post, outbox, reachable


@pytest.fixture
def lender(db):
    establish()
    sign()
    reachable()


def send(on="2026-02-20", *, hour=10, **body):
    from reprieve.operations.commands.messages import send_message

    given = {"wording": "overdue", "figures": {"amount": 73_344, "due_on": "2026-02-15"}, "contract": "L-1", **body}
    return send_message(act(on, hour=hour), **given).answer


def tried():
    from reprieve.operations.correspondence import attempts

    return [(row["channel"], row["outcome"], row["rule"]) for row in attempts("C-L-1")]


def deliver(clock: str):
    from reprieve.operations.delivery import deliver_due

    post = Post()
    return deliver_due(Clock(clock), to=post.outside), [parcel.text for parcel in post.sent]


@pytest.mark.django_db
def test_a_message_is_written_in_the_customers_language_sealed_and_sent_as_kept(lender):
    from reprieve.operations.correspondence import messages
    from reprieve.storage.models import Message

    assert send() == {
        "customer": "C-L-1", "channel": "sms", "wording": "overdue", "message": 1, "state": "waiting",
    } | {"message": Message.objects.get().pk}  # fmt: skip
    _, [text] = deliver("2026-02-20T10:01")
    assert text.startswith("Example Lender：您2026年2月15日应还的款项还有 ¥733.44 没有还")
    [shown] = messages("C-L-1")
    assert (shown["text"], shown["state"], shown["is_inbound"]) == (text, "sent", False)
    assert "733" not in bytes(Message.objects.get().sealed).decode("latin-1")


@pytest.mark.django_db
def test_what_the_gate_stops_is_refused_with_its_rule_kept_as_an_attempt_and_sends_nothing(lender):
    with pytest.raises(Refused, match=r"It may be sent from 2026-02-21T08:00:00"):
        send(hour=22)
    assert tried() == [("sms", "refused", "contact.quiet_hours")]
    assert outbox() == []


@pytest.mark.django_db
def test_a_refusal_belongs_to_its_key_and_is_kept_once(lender):
    from reprieve.operations.commands.messages import send_message

    once = act("2026-02-20", hour=23, key="once")
    body = {"wording": "overdue", "figures": {"amount": 1, "due_on": "2026-02-15"}, "contract": "L-1"}
    for _ in range(2):
        with pytest.raises(Refused):
            send_message(once, **body)
    assert len(tried()) == 1


@pytest.mark.django_db
def test_asking_for_help_needs_the_contract_alone_and_stops_the_chase_in_the_same_commit(lender):
    from reprieve.operations.commands.help_requests import ask_for_help
    from reprieve.operations.correspondence import cases, gate

    now = act("2026-02-20", hour=11).now
    assert gate("C-L-1", channel="sms", purpose="collection", now=now)["is_allowed"]
    answer = ask_for_help(act("2026-02-20", hour=10), contract="L-1").answer
    assert (answer["is_new"], answer["gate"]) == (True, "closed")
    shut = gate("C-L-1", channel="sms", purpose="collection", now=now)
    assert (shut["is_allowed"], shut["rule"], shut["next_allowed_at"]) == (False, "contact.gate.hardship", None)
    with pytest.raises(Refused, match="gate is closed"):
        send(hour=12)
    assert deliver("2026-02-20T12:00")[1][0].startswith("Example Lender：已收到您关于合同 L-1 的求助。")
    again = ask_for_help(act("2026-02-21"), contract="L-1", reasons=["illness"], says="我住院了").answer
    assert (again["is_new"], again["case"]) == (False, answer["case"])
    assert [case["state"] for case in cases()] == ["open"]


@pytest.mark.django_db
def test_asking_for_help_asks_no_more_than_borrowing():
    import inspect

    from reprieve.operations.commands.contracts import sign_contract
    from reprieve.operations.commands.help_requests import ask_for_help

    def needed(command):
        fields = list(inspect.signature(command).parameters.values())[1:]
        return [field.name for field in fields if field.default is field.empty]

    assert needed(ask_for_help) == ["contract"]
    assert len(needed(ask_for_help)) <= len(needed(sign_contract))


@pytest.mark.django_db
def test_a_chase_that_waits_in_the_outbox_is_dropped_when_help_is_asked_for(lender):
    from reprieve.operations.commands.help_requests import ask_for_help

    send(hour=10)
    ask_for_help(act("2026-02-20", hour=11), contract="L-1")
    counts, texts = deliver("2026-02-20T12:00")
    assert counts == {"abandoned": 1, "sent": 1}
    assert len(texts) == 1
    assert "求助" in texts[0]
    assert ("sms", "refused", "contact.gate.hardship") in tried()


@pytest.mark.django_db
def test_a_chase_that_could_not_go_by_day_does_not_go_by_night(lender):
    send(hour=21)
    counts, texts = deliver("2026-02-20T22:30")
    assert (counts, texts) == ({"postponed": 1}, [])
    assert deliver("2026-02-21T07:59") == ({}, [])
    counts, texts = deliver("2026-02-21T08:00")
    assert (counts, len(texts)) == ({"sent": 1}, 1)
    assert outbox() == [("message", "sent", 1, "")]


@pytest.mark.django_db
def test_a_promise_keeps_the_gate_closed_until_its_day_has_ended_and_no_longer(lender):
    from reprieve.operations.commands.help_requests import promise_to_pay

    done = promise_to_pay(act("2026-02-20"), contract="L-1", amount=50_000, on="2026-02-25").answer
    assert done["gate_closed_until"] == "2026-02-26T00:00:00+00:00"
    with pytest.raises(Refused, match="promise"):
        send("2026-02-25")
    assert send("2026-02-26")["state"] == "waiting"
    with pytest.raises(Refused, match="open"):
        promise_to_pay(act("2026-02-21"), contract="L-1", amount=1, on="2026-02-25")


@pytest.mark.django_db
def test_a_promise_taken_back_opens_the_gate_unless_something_else_keeps_it_closed(lender):
    from reprieve.operations.commands.help_requests import ask_for_help, promise_to_pay, withdraw_promise

    promise_to_pay(act("2026-02-20"), contract="L-1", amount=50_000, on="2026-02-25")
    withdraw_promise(act("2026-02-20", hour=11), contract="L-1")
    assert send(hour=12)["state"] == "waiting"
    promise_to_pay(act("2026-02-21"), contract="L-1", amount=50_000, on="2026-02-25")
    ask_for_help(act("2026-02-21", hour=11), contract="L-1")
    withdraw_promise(act("2026-02-21", hour=12), contract="L-1")
    with pytest.raises(Refused, match="hardship"):
        send("2026-02-21", hour=13)
    with pytest.raises(Refused, match="No promise"):
        withdraw_promise(act("2026-02-21", hour=14), contract="L-1")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("amount", "on"),
    [(0, "2026-02-25"), (-5, "2026-02-25"), (1.5, "2026-02-25"), (1, "2026-02-19"), (1, "2026-03-24"), (1, "soon")],
)
def test_a_promise_is_of_an_amount_and_a_day_that_can_be(lender, amount, on):
    from reprieve.operations.commands.help_requests import promise_to_pay

    with pytest.raises(BadInput):
        promise_to_pay(act("2026-02-20"), contract="L-1", amount=amount, on=on)


@pytest.mark.django_db
def test_what_a_customer_wishes_holds_from_then_on_and_the_last_word_counts(lender):
    from reprieve.operations.commands.messages import set_contact_preference

    reachable("L-1", email="anna@example.org")
    wish = {"customer": "C-L-1", "channel": "sms"}
    set_contact_preference(act("2026-02-20", hour=8), **wish, is_allowed=False)
    assert send(hour=9)["channel"] == "email", "the next way that reaches them"
    with pytest.raises(Refused, match="does not want"):
        send("2026-02-22", channel="sms")
    set_contact_preference(act("2026-02-23", hour=8), **wish, quiet_from="09:00", quiet_until="12:00")
    with pytest.raises(Refused, match="2026-02-23T12:00:00"):
        send("2026-02-23", hour=10)
    assert send("2026-02-23", hour=12)["channel"] == "sms"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wish",
    [
        {"channel": "pigeon"}, {"channel": "portal", "is_allowed": False}, {"quiet_from": "22:00"},
        {"quiet_from": "22:00", "quiet_until": "22:00"}, {"quiet_from": "25:00", "quiet_until": "08:00"},
        {"quiet_from": "22:00:30", "quiet_until": "08:00"},
    ],
)  # fmt: skip
def test_a_wish_that_cannot_be_is_named(lender, wish):
    from reprieve.operations.commands.messages import set_contact_preference

    with pytest.raises(BadInput):
        set_contact_preference(act("2026-02-20"), **{"customer": "C-L-1", "channel": "sms", **wish})


@pytest.mark.django_db
def test_a_customer_without_an_address_is_written_to_in_the_portal_and_has_it_at_once(db):
    establish()
    sign()
    assert send()["state"] == "delivered"
    assert outbox() == []
    assert tried() == [("portal", "delivered", "")]
    with pytest.raises(BadInput, match="no address"):
        send("2026-02-21", channel="email")


@pytest.mark.django_db
def test_what_a_customer_writes_is_kept_sealed_and_in_order(lender):
    from reprieve.operations.commands.messages import receive_message
    from reprieve.operations.correspondence import messages

    receive_message(act("2026-02-20"), text="下月能少还些吗", contract="L-1")
    send(wording="reply", figures={"text": "可以，我们来算。"}, hour=11)
    assert [(row["is_inbound"], row["text"]) for row in messages("C-L-1")] == [
        (True, "下月能少还些吗"), (False, "可以，我们来算。"),
    ]  # fmt: skip
    with pytest.raises(BadInput):
        receive_message(act("2026-02-20"), text=" ", contract="L-1")
    with pytest.raises(BadInput, match="either a contract or a customer"):
        receive_message(act("2026-02-20"), text="?")


@pytest.mark.django_db
def test_calls_are_counted_and_the_fourth_of_a_day_is_not_allowed(lender):
    from reprieve.operations.commands.messages import note_call
    from reprieve.operations.correspondence import gate

    for hour in (9, 10, 11):
        note_call(act("2026-02-20", hour=hour), customer="C-L-1", outcome="conversation")
    now = act("2026-02-20", hour=12).now
    shown = gate("C-L-1", channel="phone", purpose="collection", now=now)
    assert (shown["is_allowed"], shown["rule"]) == (False, "contact.connected_calls_a_day")
    assert gate("C-L-1", channel="phone", purpose="collection", now=now + timedelta(days=1))["is_allowed"]


@pytest.mark.django_db
def test_two_loans_of_one_customer_are_asked_about_once_a_day(lender):
    from reprieve.operations.commands.contracts import sign_contract
    from tests.operations.lending import TERMS

    sign_contract(act("2026-01-15", user="core"), number="L-9", customer="C-L-1", **TERMS)
    send(hour=9)
    deliver("2026-02-20T09:05")
    with pytest.raises(Refused, match="1 times today"):
        send(hour=10, contract="L-9")


@pytest.mark.django_db
def test_what_was_paid_is_not_changed_by_a_promise(lender):
    from reprieve.operations.commands.help_requests import promise_to_pay
    from reprieve.operations.reading import contract

    take("L-1", 1_000, "2026-02-20")
    before = contract("L-1")["version"]
    promise_to_pay(act("2026-02-20"), contract="L-1", amount=50_000, on="2026-02-25")
    assert contract("L-1")["version"] == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("user", "end", "outcome"),
    [("officer", "close_relief_case", "no_plan_fits"), ("core", "withdraw_help_request", "withdrawn")],
)
def test_a_request_for_help_ends_and_the_gate_opens_again(lender, user, end, outcome):
    from reprieve.operations.commands import help_requests
    from reprieve.storage.models import Message, ReliefCase

    asked = help_requests.ask_for_help(act("2026-02-20"), contract="L-1").answer
    with pytest.raises(Refused, match="hardship"):
        send(hour=11)
    more = {"outcome": outcome} if end == "close_relief_case" else {}
    answer = getattr(help_requests, end)(act("2026-02-21", user=user), contract="L-1", **more).answer
    assert answer == {"contract": "L-1", "case": asked["case"], "state": "closed", "outcome": outcome}
    [row] = ReliefCase.objects.all()
    assert (row.state, row.outcome, row.closed_at > row.opened_at) == ("closed", outcome, True)
    assert [*Message.objects.order_by("pk").values_list("wording", flat=True)] == ["help_received", "help_ended"]
    assert send("2026-02-21", hour=12)["state"] == "waiting"
    with pytest.raises(Refused, match="No request for help"):
        getattr(help_requests, end)(act("2026-02-22", user=user), contract="L-1", **more)
    again = help_requests.ask_for_help(act("2026-02-22"), contract="L-1").answer
    assert again["is_new"]
    assert again["case"] != asked["case"]


@pytest.mark.django_db
def test_an_end_to_a_request_for_help_says_how_and_leaves_other_closures_alone(lender):
    from reprieve.operations.commands.help_requests import ask_for_help, close_relief_case, promise_to_pay

    promise_to_pay(act("2026-02-20"), contract="L-1", amount=50_000, on="2026-02-25")
    ask_for_help(act("2026-02-20", hour=11), contract="L-1")
    with pytest.raises(BadInput, match="agreed, no_plan_fits, advised_elsewhere"):
        close_relief_case(act("2026-02-21"), contract="L-1", outcome="withdrawn")
    close_relief_case(act("2026-02-21"), contract="L-1", outcome="agreed")
    with pytest.raises(Refused, match="promise"):
        send("2026-02-21", hour=12)
