"""Payments as commands: taken once, posted gross, previewed as committed, undone by another event."""

import pytest

from reprieve.errors import BadInput, Refused, Unsupported
from tests.operations.lending import act, balances, establish, sign, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def loan(db):
    establish()
    sign()


def versions():
    from reprieve.operations.reading import contract

    return contract("L-1")["version"]


def test_a_disbursement_and_a_payment_post_what_moved(loan):
    answer = take("L-1", 73_344, "2026-02-15")
    assert answer["posted"] == {"bank": 73_344, "interest_receivable": -12_000, "loans_principal": -61_344}
    assert answer["covers"] == {
        "principal": 61_344, "interest": 12_000, "penalty": 0, "fees": 0, "held": 0, "charged": 0,
    }  # fmt: skip
    assert answer["version"] == 1
    assert answer["event"]["id"] == "000001"
    assert answer["position"]["outstanding"]["principal"] == 738_656
    assert balances() == {"bank": 73_344 - 800_000, "loans_principal": 738_656, "interest_receivable": -12_000}


def test_a_payment_asks_the_database_twice_and_commits_once(loan):
    """Once for all it must know, once for all it leaves: what a payment costs must not creep up."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        take("L-1", 73_344, "2026-02-15")
    said = [query["sql"].split("(")[0] for query in asked.captured_queries]
    assert [one for one in said if "SAVEPOINT" not in one] == [
        "SELECT * FROM begin_command", "SELECT keep_command",
    ]  # fmt: skip


def test_the_same_key_and_body_answer_the_same_and_do_nothing_twice(loan):
    from reprieve.operations.commands.payments import take_payment

    body = {"contract": "L-1", "amount": 5_000, "direct_to": "oldest"}
    first = take_payment(act("2026-02-15", key="k"), **body)
    again = take_payment(act("2026-02-16", key="k"), **dict(reversed(body.items())))
    assert (first.is_replay, again.is_replay) == (False, True)
    assert again.answer == first.answer
    assert versions() == 1
    assert balances()["bank"] == 5_000 - 800_000


@pytest.mark.parametrize("other", [{"amount": 6_000}, {"contract": "L-2"}, {"direct_to": "principal"}])
def test_the_same_key_for_another_request_is_refused(loan, other):
    from reprieve.operations.commands.payments import take_payment

    sign("L-2")
    body = {"contract": "L-1", "amount": 5_000}
    take_payment(act("2026-02-15", key="k"), **body)
    with pytest.raises(BadInput) as caught:
        take_payment(act("2026-02-15", key="k"), **{**body, **other})
    assert caught.value.code == "key_reused"
    assert balances()["bank"] == 5_000 - 1_600_000


def test_another_command_under_the_same_key_is_refused(loan):
    from reprieve.operations.commands.charges import charge_fee
    from reprieve.operations.commands.payments import take_payment

    take_payment(act("2026-02-15", key="k", user="core"), contract="L-1", amount=5_000)
    with pytest.raises(BadInput, match="another request"):
        charge_fee(act("2026-02-15", key="k", user="core"), contract="L-1", name="notice", amount=5_000)


def test_a_key_belongs_to_its_user(loan):
    from reprieve.operations.commands.payments import take_payment

    for user in ("officer", "approver"):
        take_payment(act("2026-02-15", key="k", user=user), contract="L-1", amount=5_000)
    assert versions() == 2


def test_a_refused_request_leaves_its_key_free_for_the_corrected_one(loan):
    from reprieve.operations.commands.payments import take_payment

    with pytest.raises(BadInput):
        take_payment(act("2026-02-15", key="k"), contract="L-1", amount=-5)
    assert take_payment(act("2026-02-15", key="k"), contract="L-1", amount=5_000).is_replay is False


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": True}, "amount"),
        ({"amount": "5000"}, "amount"),
        ({"amount": 10**16}, "amount"),
        ({"on": "2026-02-30"}, "on"),
        ({"on": "2026-02-16"}, "on"),
        ({"on": "2026-01-14"}, "on"),
        ({"direct_to": "me"}, "direct_to"),
        ({"payer": ""}, "payer"),
        ({"contract": "L-9"}, "contract"),
    ],
)
def test_a_payment_that_cannot_be_says_where_and_what_is_allowed(loan, change, path):
    from reprieve.operations.commands.payments import take_payment

    with pytest.raises(BadInput) as caught:
        take_payment(act("2026-02-15"), **{"contract": "L-1", "amount": 5_000, **change})
    assert caught.value.path == path
    assert "$" not in str(caught.value)
    assert versions() == 0


def test_what_is_previewed_is_what_is_taken(loan):
    from reprieve.operations.commands.payments import preview_payment, take_payment

    seen = preview_payment(act("2026-03-01"), contract="L-1", amount=100_000).answer
    assert versions() == 0
    taken = take_payment(act("2026-03-01"), contract="L-1", amount=100_000, preview_id=seen["preview_id"]).answer
    assert taken["covers"] == seen["covers"]
    assert taken["position"] == seen["after"]
    assert sum(seen["covers"].values()) == 100_000
    assert seen["covers"]["held"] == 100_000 - 73_344 - seen["covers"]["penalty"]


@pytest.mark.parametrize("moved", ["paid", "amount", "day", "expired"])
def test_a_preview_whose_facts_have_moved_is_refused(loan, moved):
    from reprieve.operations.commands.payments import preview_payment, take_payment

    seen = preview_payment(act("2026-03-01"), contract="L-1", amount=100_000).answer
    body = {"contract": "L-1", "amount": 100_000, "preview_id": seen["preview_id"]}
    when = act("2026-03-01")
    if moved == "paid":
        take("L-1", 1, "2026-03-01")
    elif moved == "amount":
        body["amount"] = 100_001
    elif moved == "day":
        when = act("2026-03-01")
        body["on"] = "2026-02-28"
    else:
        when = act("2026-03-01", hour=11)
    with pytest.raises(Refused) as caught:
        take_payment(when, **body)
    assert caught.value.refusals[0].rule == ("preview.expired" if moved == "expired" else "preview.facts_moved")


def test_a_loan_that_has_moved_on_is_not_changed_unseen(loan):
    from reprieve.operations.commands.payments import take_payment

    take("L-1", 1, "2026-02-15")
    with pytest.raises(Refused, match="moved on"):
        take_payment(act("2026-02-15"), contract="L-1", amount=5, if_version=0)
    assert take_payment(act("2026-02-15"), contract="L-1", amount=5, if_version=1).answer["version"] == 2


def test_a_void_reversal_takes_back_every_amount(loan):
    from reprieve.operations.commands.payments import reverse_payment

    before = balances()
    paid = take("L-1", 73_344, "2026-02-15")["event"]["id"]
    answer = reverse_payment(act("2026-02-20", user="approver"), contract="L-1", of=paid, mode="void").answer
    assert answer["posted"] == {"bank": -73_344, "interest_receivable": 12_000, "loans_principal": 61_344}
    assert balances() == before
    assert answer["position"]["days_past_due"] == 5


def test_a_payment_is_reversed_once(loan):
    from reprieve.operations.commands.payments import reverse_payment

    paid = take("L-1", 73_344, "2026-02-15")["event"]["id"]
    reverse_payment(act("2026-02-20", user="approver"), contract="L-1", of=paid, mode="returned")
    for mode in ("void", "returned"):
        with pytest.raises(BadInput) as caught:
            reverse_payment(act("2026-02-20", user="approver"), contract="L-1", of=paid, mode=mode)
        assert caught.value.path == "of"


def test_a_backdated_payment_posts_the_change_of_later_ones_too(loan):
    """A payment on 27 February paid penalty; one of 15 February that becomes known later leaves none to pay."""
    from reprieve.operations.reading import behind

    late = take("L-1", 1_000, "2026-02-27")
    assert late["covers"]["penalty"] > 0
    take("L-1", 73_344, "2026-02-15", acted_on="2026-02-28")
    sums = {}
    for entry in behind("penalty_receivable"):
        assert entry["source"]["kind"] == "event"
        sums[entry["source"]["event"]] = sums.get(entry["source"]["event"], 0) + entry["amount"]
    assert sums == {late["event"]["id"]: 0}
    assert balances()["bank"] == 73_344 + 1_000 - 800_000


def test_a_refund_gives_back_held_money_and_no_more(loan):
    from reprieve.operations.commands.payments import refund

    take("L-1", 10_000, "2026-02-01")
    with pytest.raises(Refused, match="10000 minor units are held"):
        refund(act("2026-02-02", user="approver"), contract="L-1", amount=10_001)
    assert refund(act("2026-02-02", user="approver"), contract="L-1", amount=10_000).answer["posted"] == {
        "bank": -10_000, "held_money": 10_000,
    }  # fmt: skip


def test_unknown_users_are_told_so(loan):
    from reprieve.operations.commands.payments import take_payment

    with pytest.raises(BadInput) as caught:
        take_payment(act("2026-02-15", user="nobody"), contract="L-1", amount=5)
    assert caught.value.code == "unknown_user"


def test_an_event_the_terms_do_not_support_is_told_as_one(loan):
    from reprieve.operations.commands.contracts import migrate_contract
    from reprieve.operations.commands.terms import change_rate
    from reprieve.operations.reading import contract

    file = contract("L-1")["file"]
    file["contract"] |= {"interest": "scheduled", "method": "flat", "first_due_on": "2026-02-15"}
    migrate_contract(act("2026-02-01", user="core"), number="L-2", customer="C-L-1", product="steady", file=file)
    with pytest.raises(Unsupported):
        change_rate(act("2026-02-01", user="approver"), contract="L-2", annual_rate="0.10")
