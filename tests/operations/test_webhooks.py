"""Webhooks: told in the command's own transaction, signed as Standard Webhooks says, replayed under the same ids."""

from datetime import UTC, datetime, timedelta

import pytest

from reprieve.errors import BadInput, Refused
from reprieve.lending.ports import Call, Undelivered
from reprieve.operations.webhook_calls import SignedCalls, check_url, is_public
from tests.operations.lending import act, close, establish, sign, take
from tests.operations.outside import outbox
from tests.operations.receiver import receiving

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def integrator() -> None:
    from reprieve.storage.models import RoleGrant, User

    user = User.objects.create(username="integrator", is_staff=True)
    RoleGrant.objects.create(user=user, role="integrator", granted_at=datetime(2020, 1, 1, tzinfo=UTC))


@pytest.fixture
def lender(db):
    establish()
    integrator()


@pytest.fixture
def receiver():
    with receiving() as server:
        yield server


def registered(url, *events, on="2026-01-10"):
    """An endpoint of a sandbox, and its secret."""
    from reprieve.operations.commands.webhooks import register_webhook
    from reprieve.storage.models import Lender

    Lender.objects.update(is_sandbox=True)
    answer = register_webhook(act(on, user="integrator"), url=url, events=list(events)).answer
    Lender.objects.update(is_sandbox=False)
    return answer


def deliver(at=None, *, seconds=5.0):
    """A round of delivery over real HTTP, by the real clock unless told otherwise: receivers check timestamps."""
    from reprieve.operations.delivery import deliver_due
    from reprieve.operations.senders import Outside

    return deliver_due(lambda: at or datetime.now(UTC), to=Outside({}, SignedCalls(public_only=False, seconds=seconds)))


@pytest.mark.django_db
def test_what_commands_do_is_told_signed_and_without_personal_data(lender, receiver):
    from reprieve.operations.commands.payments import reverse_payment, take_payment

    receiver.secret = registered(receiver.url)["secret"]
    sign()
    taken = take_payment(act("2026-02-15"), contract="L-1", amount=73_344, payer="somebody's mother").answer
    reverse_payment(act("2026-02-16", user="approver"), contract="L-1", of=taken["event"]["id"], mode="void")
    assert deliver() == {"sent": 3}
    told = [body for _, body in receiver.taken]
    assert [body["type"] for body in told] == ["contract.signed", "payment.taken", "payment.reversed"]
    assert told[1]["data"] == {
        "contract": "L-1", "version": 1,
        "event": {"id": taken["event"]["id"], "kind": "payment", "on": "2026-02-15", "amount": 73_344},
    }  # fmt: skip
    assert "mother" not in str(told)
    assert receiver.doubtful == []
    assert set(receiver.paths) == {"/hooks?of=lender"}


@pytest.mark.django_db
def test_an_endpoint_hears_what_it_asked_for_from_its_registration_on(lender, receiver):
    sign()
    receiver.secret = registered(receiver.url, "payment.taken", on="2026-01-16")["secret"]
    take("L-1", 1_000, "2026-02-01")
    sign("L-2", on="2026-02-02")
    deliver()
    assert [body["type"] for _, body in receiver.taken] == ["payment.taken"]


@pytest.mark.django_db
def test_a_payment_that_ends_a_loan_is_told_as_its_settlement_too(lender, receiver):
    from reprieve.operations.commands.settlement import quote_settlement, settle_contract

    receiver.secret = registered(receiver.url, "contract.settled", "payment.taken")["secret"]
    sign()
    quote = quote_settlement(act("2026-02-01"), contract="L-1").answer["quote_id"]
    settle_contract(act("2026-02-01"), contract="L-1", quote_id=quote)
    deliver()
    assert [body["type"] for _, body in receiver.taken] == ["payment.taken", "contract.settled"]
    assert receiver.taken[0][0] != receiver.taken[1][0]


@pytest.mark.django_db
def test_a_close_is_told(lender, receiver):
    receiver.secret = registered(receiver.url, "close.finished")["secret"]
    sign()
    close("2026-02-01")
    deliver()
    assert [body["data"] for _, body in receiver.taken] == [{"business_on": "2026-02-01", "state": "finished"}]


@pytest.mark.django_db
def test_what_is_refused_is_told_to_nobody_and_a_replayed_key_tells_once(lender, receiver):
    from reprieve.operations.commands.payments import take_payment

    registered(receiver.url, "payment.taken")
    sign()
    asked = act("2026-02-15", key="k")
    take_payment(asked, contract="L-1", amount=100)
    take_payment(asked, contract="L-1", amount=100)
    with pytest.raises(Refused):
        take_payment(act("2026-02-15"), contract="L-1", amount=100, if_version=0)
    assert len(outbox()) == 1


@pytest.mark.django_db
def test_a_failing_endpoint_rests_and_hears_everything_in_the_end(lender, receiver):
    receiver.secret = registered(receiver.url, "payment.taken")["secret"]
    sign()
    for day in ("2026-02-01", "2026-02-02", "2026-02-03"):
        take("L-1", 1_000, day)
    receiver.answers = [503]
    assert deliver() == {"failed": 1}, "the others are not tried while it rests"
    assert deliver() == {}
    assert outbox()[0][2:] == (1, "The endpoint answered 503.")
    later = datetime.now(UTC) + timedelta(seconds=31)
    assert deliver(later) == {"sent": 3}
    ids = [event for event, _ in receiver.taken]
    assert len(ids) == 4
    assert len(set(ids)) == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "because"), [(302, "The endpoint answered 302."), (400, "The endpoint answered 400.")]
)
def test_a_redirect_is_not_followed_and_an_error_is_a_failure(lender, receiver, answer, because):
    registered(receiver.url, "payment.taken")
    sign()
    take("L-1", 1_000, "2026-02-01")
    receiver.answers, receiver.headers = [answer], {"Location": "/elsewhere"}
    assert deliver() == {"failed": 1}
    assert outbox()[0][3] == because
    assert len(receiver.paths) == 1


@pytest.mark.django_db
def test_an_endpoint_that_answers_too_slowly_is_left(lender, receiver):
    registered(receiver.url, "payment.taken")
    sign()
    take("L-1", 1_000, "2026-02-01")
    receiver.slow_seconds = 1.5
    began = datetime.now(UTC)
    assert deliver(seconds=0.3) == {"failed": 1}
    assert datetime.now(UTC) - began < timedelta(seconds=1.4)
    assert outbox()[0][3] == "No answer within 0.3 s."


@pytest.mark.django_db
def test_an_endpoint_that_is_gone_is_disabled_and_what_waits_for_it_given_up(lender, receiver):
    from reprieve.operations.correspondence import webhooks

    registered(receiver.url, "payment.taken")
    sign()
    take("L-1", 1_000, "2026-02-01")
    take("L-1", 1_000, "2026-02-02")
    receiver.answers = [410]
    assert deliver() == {"abandoned": 1}
    assert [state for _, state, *_ in outbox()] == ["abandoned"] * 2
    assert webhooks()[0]["disabled_because"] == "The endpoint answered 410: it is gone."
    take("L-1", 1_000, "2026-02-03")
    assert len(outbox()) == 2


@pytest.mark.django_db
def test_while_a_secret_is_changed_over_both_sign_and_then_only_the_new_one(lender, receiver):
    from reprieve.operations.commands.webhooks import renew_webhook_secret

    first = registered(receiver.url, "payment.taken")
    sign()
    now = datetime.now(UTC)
    yesterday = (now - timedelta(days=1)).date().isoformat()
    asked = act(now.date(), user="integrator", hour=now.hour)
    renewed = renew_webhook_secret(asked, endpoint=first["endpoint"]).answer
    assert renewed["secret"] != first["secret"]
    take("L-1", 1_000, "2026-02-01", acted_on=yesterday)
    receiver.secret = first["secret"]
    deliver()
    assert len(receiver.taken) == 1, "the secret from before still verifies"
    assert len(receiver.signatures[0].split(" ")) == 2
    take("L-1", 1_000, "2026-02-02", acted_on=yesterday)
    deliver(now + timedelta(days=2))
    assert len(receiver.signatures[1].split(" ")) == 1


@pytest.mark.django_db
def test_the_same_request_again_shows_the_same_secret_and_none_is_stored_in_the_clear(lender):
    from django.db import connection

    from reprieve.operations.commands.webhooks import register_webhook
    from reprieve.storage.models import Lender

    Lender.objects.update(is_sandbox=True)
    asked = act("2026-01-10", user="integrator", key="once")
    first, again = (register_webhook(asked, url="http://localhost:9/hooks") for _ in range(2))
    assert again.is_replay
    assert first.answer == again.answer
    secret = first.answer["secret"].removeprefix("whsec_")
    with connection.cursor() as cursor:
        for table in ("webhook_endpoint", "idempotency_key", "audit_entry"):
            cursor.execute(f"SELECT t::text FROM {table} t")
            assert secret not in str(cursor.fetchall())


@pytest.mark.django_db
def test_master_keys_are_rotated_under_the_secrets_of_endpoints(lender):
    from reprieve.storage import webhooks
    from reprieve.storage.keyring import keyring_of
    from tests.postgres import KEY_ONE, KEY_THREE, KEY_TWO

    number = registered("http://localhost:9/hooks")["endpoint"]
    webhooks.renew(number, datetime(2030, 1, 1, tzinfo=UTC))
    both = keyring_of(f"three:{KEY_THREE},one:{KEY_ONE}", f"two:{KEY_TWO}")
    before = webhooks.find(number, datetime(2026, 2, 1, tzinfo=UTC))
    assert webhooks.rotate_webhook_keys(both) == 1
    assert webhooks.rotate_webhook_keys(both) == 0
    only = keyring_of(f"three:{KEY_THREE}", f"two:{KEY_TWO}")
    assert webhooks.find(number, datetime(2026, 2, 1, tzinfo=UTC), keyring=only).secrets == before.secrets


@pytest.mark.django_db
def test_a_replay_tells_again_under_the_same_ids_from_an_instant_or_a_number_on(lender, receiver):
    from reprieve.operations.commands.webhooks import replay_webhook
    from reprieve.operations.correspondence import deliveries

    answer = registered(receiver.url, "payment.taken")
    receiver.secret, number = answer["secret"], answer["endpoint"]
    sign()
    for day in ("2026-02-01", "2026-02-02", "2026-02-03"):
        take("L-1", 1_000, day)
    deliver()
    first = [event for event, _ in receiver.taken]
    asked = act("2026-02-04", user="integrator", key="again")
    done = replay_webhook(asked, endpoint=number, since="2026-02-02T00:00:00Z")
    assert done.answer == {"endpoint": number, "replayed": 2, "next": None}
    assert replay_webhook(asked, endpoint=number, since="2026-02-02T00:00:00Z").is_replay
    deliver()
    assert [event for event, _ in receiver.taken[3:]] == first[1:]
    last = deliveries(endpoint=number)[1]["number"]
    replay_webhook(act("2026-02-05", user="integrator"), endpoint=number, after=last)
    deliver()
    assert [event for event, _ in receiver.taken[5:]] == first[2:]


@pytest.mark.django_db
def test_a_disabled_endpoint_hears_nothing_more(lender, receiver):
    from reprieve.operations.commands.webhooks import disable_webhook, replay_webhook

    number = registered(receiver.url)["endpoint"]
    sign()
    disable_webhook(act("2026-01-16", user="integrator"), endpoint=number)
    take("L-1", 1_000, "2026-02-01")
    assert deliver() == {"abandoned": 1}
    assert receiver.paths == []
    with pytest.raises(BadInput, match="disabled"):
        replay_webhook(act("2026-02-02", user="integrator"), endpoint=number, after=0)


@pytest.mark.django_db
def test_only_an_integrator_registers_and_only_known_events(lender):
    from reprieve.operations.commands.webhooks import register_webhook

    with pytest.raises(Refused, match="integrator"):
        register_webhook(act("2026-01-10"), url="https://example.org/hooks")
    with pytest.raises(BadInput, match="one of contract"):
        register_webhook(act("2026-01-10", user="integrator"), url="https://example.org/hooks", events=["payment"])


@pytest.mark.fast
@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/hooks", "https://127.0.0.1/hooks", "https://[::1]/hooks", "https://10.1.2.3/", "ftp://a.b/",
        "https://name:secret@example.org/", "https://example.org/#part", "https:///hooks", "https://example.org:0/",
        "https://exa mple.org/", "", "https://[::ffff:192.168.0.1]/", "https://169.254.169.254/latest",
        "https://example.org:99999/", "https://" + "a" * 2_000,
    ],
)  # fmt: skip
def test_an_address_that_could_lead_inside_is_refused_at_registration(url):
    with pytest.raises(BadInput):
        check_url(url, public_only=True)


@pytest.mark.fast
def test_good_addresses_are_taken():
    check_url("https://example.org:8443/hooks?a=1", public_only=True)
    check_url("http://localhost:9000/hooks", public_only=False)
    assert is_public("1.1.1.1")


@pytest.mark.fast
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_outside_a_sandbox_a_name_that_leads_inside_is_not_called(receiver, host):
    url = f"https://{host}:{receiver.server_port}/hooks"
    with pytest.raises(Undelivered, match="public address") as failure:
        SignedCalls(public_only=True).call(Call("msg_1", url, "{}", (SECRET,)), datetime.now(UTC))
    assert failure.value.is_final
    assert receiver.paths == []


@pytest.mark.fast
def test_a_name_nobody_knows_and_a_port_nobody_listens_on_are_failures_to_try_again():
    for url in ("http://no-such-name.invalid/hooks", "http://127.0.0.1:1/hooks"):
        with pytest.raises(Undelivered) as failure:
            SignedCalls(public_only=False).call(Call("msg_1", url, "{}", (SECRET,)), datetime.now(UTC))
        assert not failure.value.is_final


@pytest.mark.fast
def test_the_signature_is_that_of_the_standards_own_example():
    """The published example of Standard Webhooks: id, timestamp, body and secret give this signature."""
    from reprieve.operations.webhook_calls import signed

    call = Call("msg_p5jXN8AQM9LWM0D4loKWxJek", "https://example.org", '{"test": 2432232314}', (SECRET,))
    at = datetime.fromtimestamp(1614265330, UTC)
    assert signed(call, at) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_every_command_that_is_told_is_a_known_event(django_db_setup):
    from reprieve.operations.announcing import COMMANDS, EVENTS

    assert set(COMMANDS.values()) <= set(EVENTS)
