"""Commands over HTTP: once and only once, exactly what was shown, and a no that says why."""

import io
import json
from contextlib import redirect_stderr

import pytest

from reprieve.web import metrics
from tests.api.calls import problem
from tests.api.platform import Caller, platform, seeded_database
from tests.api.seed import token_of

__all__ = ["platform", "seeded_database"]
PAY = "/contracts/L-1001/payments"


def owed(platform) -> int:
    return platform.get("/contracts/L-1001/position").json()["outstanding"]["total"]


def payments_in(platform) -> list[int]:
    events = platform.get("/contracts/L-1001/events").json()["data"]
    return [event["amount"] for event in events if event["kind"] == "payment"]


def test_a_command_without_a_key_is_refused(platform):
    shown = problem(platform.post(PAY, {"amount": 1000}, key=""), 400, "key-missing")
    assert "Idempotency-Key" in shown["detail"]
    for odd in ("x" * 256, "two words", "schlüssel".encode().decode("latin-1")):
        problem(platform.post(PAY, {"amount": 1000}, key=odd), 400, "key-missing")
    assert payments_in(platform) == [73344]


def test_the_same_key_and_body_answer_what_was_answered_first_and_happen_once(platform):
    replayed = metrics.replays.collect()[0].samples[0].value
    first = platform.post(PAY, '{"amount": 1000, "reference": "a"}', key="once")
    again = platform.post(PAY, '{ "reference":"a",\n "amount": 1000}', key="once")
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert metrics.replays.collect()[0].samples[0].value == replayed + 1
    assert "Idempotent-Replayed" not in first.headers
    assert again["Idempotent-Replayed"] == "true"
    assert payments_in(platform) == [73344, 1000]


def test_what_is_left_out_counts_as_its_default(platform):
    platform.post(PAY, {"amount": 1000}, key="defaults")
    again = platform.post(PAY, {"amount": 1000, "direct_to": "oldest", "payer": None, "reference": ""}, key="defaults")
    assert again["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (PAY, {"amount": 1001}),
        (PAY, {"amount": 1000, "reference": "other"}),
        ("/contracts/L-1003/payments", {"amount": 1000}),
        ("/contracts/L-1001/refunds", {"amount": 1000}),
    ],
)
def test_a_key_stands_for_one_request_alone(platform, path, body):
    platform.post(PAY, {"amount": 1000}, key="taken")
    problem(platform.post(path, body, key="taken"), 422, "key-reused")
    assert payments_in(platform) == [73344, 1000]


def test_a_replay_answers_what_was_true_then_not_what_is_true_now(platform):
    first = platform.post(PAY, {"amount": 1000}, key="then").json()
    platform.post(PAY, {"amount": 2000})
    assert platform.post(PAY, {"amount": 1000}, key="then").json() == first
    assert platform.get("/contracts/L-1001/position").json() != first["position"]


def test_a_refused_or_unreadable_request_leaves_its_key_free(platform):
    problem(platform.post("/contracts/L-1001/refunds", {"amount": 999}, key="free"), 409, "refused")
    problem(platform.post("/contracts/L-1001/refunds", {"amount": -1}, key="free"), 422, "bad-input")
    assert platform.post(PAY, {"amount": 1000}, key="free").status_code == 201


def test_keys_of_two_users_do_not_meet(platform):
    clerk = Caller(token_of("clerk"))
    assert platform.post(PAY, {"amount": 1000}, key="mine").status_code == 201
    other = clerk.post(PAY, {"amount": 2000}, key="mine")
    assert other.status_code == 201
    assert payments_in(platform) == [73344, 1000, 2000]


def test_a_key_tried_again_after_its_first_answer_needs_no_more_than_the_token(platform):
    """A replay is told also where the loan has moved on since the If-Match that the first try named."""
    tag = platform.get("/contracts/L-1001")["ETag"]
    first = platform.post(PAY, {"amount": 1000}, key="matched", **{"If-Match": tag})
    again = platform.post(PAY, {"amount": 1000}, key="matched", **{"If-Match": tag})
    assert (first.status_code, again.status_code) == (201, 201)


def test_a_contract_that_moved_on_is_not_changed_blindly(platform):
    tag = platform.get("/contracts/L-1001")["ETag"]
    paid = platform.post(PAY, {"amount": 1000}, **{"If-Match": tag})
    assert paid["ETag"] != tag
    shown = problem(platform.post(PAY, {"amount": 1000}, **{"If-Match": tag}), 412, "stale")
    assert shown["refusals"][0]["rule"] == "contract.moved_on"
    assert platform.post(PAY, {"amount": 1000}, **{"If-Match": paid["ETag"]}).status_code == 201
    for other in ('"nonsense"', f"W/{tag}"):
        problem(platform.post(PAY, {"amount": 1000}, **{"If-Match": other}), 412, "stale")
    problem(platform.post(PAY, {"amount": 1000}, **{"If-Match": "v3"}), 400, "bad-request")
    assert platform.post(PAY, {"amount": 1000}, **{"If-Match": "*"}).status_code == 201
    assert platform.get("/contracts/L-1001", **{"If-None-Match": paid["ETag"]}).status_code == 200


def test_what_is_previewed_is_what_is_taken(platform):
    preview = platform.post("/contracts/L-1001/payment-previews", {"amount": 80000}).json()
    assert sum(preview["covers"].values()) == 80000
    assert [(row["number"], row["left"] == 0) for row in preview["instalments"]] == [(2, True), (3, False)]
    assert owed(platform) == preview["before"]["outstanding"]["total"]
    taken = platform.post(PAY, {"amount": 80000, "preview_id": preview["preview_id"]}).json()
    assert taken["covers"] == preview["covers"]
    assert taken["position"] == preview["after"]
    assert owed(platform) == preview["after"]["outstanding"]["total"]


def test_a_preview_whose_facts_moved_takes_nothing(platform):
    preview = platform.post("/contracts/L-1001/payment-previews", {"amount": 80000}).json()["preview_id"]
    platform.post("/contracts/L-1001/fees", {"name": "copy", "amount": 100})
    shown = problem(platform.post(PAY, {"amount": 80000, "preview_id": preview}), 409, "moved")
    assert shown["refusals"][0]["rule"] == "preview.facts_moved"
    other = platform.post("/contracts/L-1001/payment-previews", {"amount": 80000}).json()["preview_id"]
    problem(platform.post(PAY, {"amount": 80001, "preview_id": other}), 409, "moved")
    problem(platform.post("/contracts/L-1003/payments", {"amount": 80000, "preview_id": other}), 422, "bad-input")
    assert payments_in(platform) == [73344]


def test_a_business_no_carries_its_rule_and_its_figures(platform):
    shown = problem(platform.post("/contracts/L-1001/refunds", {"amount": 5}), 409, "refused")
    assert shown["refusals"] == [
        {
            "rule": "refund.more_than_held",
            "because": "0 minor units are held for contract L-1001; 5 cannot be given back.",
            "source": "a refund takes at most what is held",
        }
    ]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "$.amount"),
        ({"amount": 0}, "$.amount"),
        ({"amount": -5}, "$.amount"),
        ({"amount": 10**15 + 1}, "$.amount"),
        ({"amount": 733.44}, "$.amount"),
        ({"amount": "73344"}, "$.amount"),
        ({"amount": True}, "$.amount"),
        ({"amount": 1, "on": "2026-13-01"}, "$.on"),
        ({"amount": 1, "on": "2027-01-01"}, "$.on"),
        ({"amount": 1, "on": "2020-01-01"}, "$.on"),
        ({"amount": 1, "direct_to": "penalty"}, "$.direct_to"),
        ({"amount": 1, "amuont": 2}, "$.amuont"),
        ({"amount": 1, "reference": "x" * 201}, "$.reference"),
    ],
)
def test_a_payment_that_cannot_be_is_refused_with_its_path(platform, body, path):
    shown = problem(platform.post(PAY, body), 422, "bad-input")
    assert path in [fault["path"] for fault in shown["errors"]], shown
    assert payments_in(platform) == [73344]


def test_what_is_not_there_is_not_found(platform):
    problem(platform.get("/contracts/L-0"), 404, "not-found")
    problem(platform.post("/contracts/L-0/payments", {"amount": 1}), 404, "not-found")
    problem(platform.post("/customers/C-0/erasure", {}), 404, "not-found")
    problem(platform.get("/accounts/petty_cash/entries"), 404, "not-found")
    shown = problem(
        platform.post(
            "/contracts",
            {
                "number": "L-5", "customer": "C-0", "product": "steady", "principal": 800000, "instalments": 12,
                "annual_rate": "0.18",
            },
        ),
        422,
        "bad-input",
    )  # fmt: skip
    assert shown["errors"][0]["path"] == "$.customer"


def test_a_position_can_be_read_as_of_any_day_and_as_known_on_any(platform):
    before = platform.get("/contracts/L-1001/position?on=2026-06-30").json()
    assert (before["days_past_due"], before["outstanding"]["principal"]) == (0, 800000)
    today = platform.get("/contracts/L-1001/position").json()
    assert today["on"] == "2026-09-01"
    unknown = platform.get("/contracts/L-1001/position?known_on=2026-06-30").json()
    assert unknown["days_past_due"] > today["days_past_due"]
    problem(platform.get("/contracts/L-1001/position?on=2026-05-31"), 422, "bad-input")
    assert platform.get("/contracts/L-1001/position?on=2026-06-01").status_code == 200


def test_pages_follow_each_other_without_a_gap(platform):
    seen, after, pages = [], "", 0
    while True:
        page = platform.get(f"/journal?limit=3{f'&after={after}' if after else ''}").json()
        seen += [entry["number"] for entry in page["data"]]
        pages += 1
        if not page["has_more"]:
            break
        after = page["next"]
    whole = [entry["number"] for entry in platform.get("/journal").json()["data"]]
    assert seen == whole
    assert pages == -(-len(whole) // 3)
    assert page["next"] is None
    for odd in ("after=x", "after=-1", "limit=0", "limit=101", "limit=x", "limit=1.0"):
        problem(platform.get(f"/journal?{odd}"), 422, "bad-input")


def test_every_entry_and_the_trial_balance_balance(platform):
    platform.post(PAY, {"amount": 50000})
    for entry in platform.get("/journal").json()["data"]:
        assert sum(line["amount"] for line in entry["lines"]) == 0
    shown = platform.get("/trial-balance").json()
    assert shown["debit"] == shown["credit"] == sum(row["debit"] for row in shown["rows"])
    bank = next(row for row in shown["rows"] if row["account"] == "bank")
    moved = platform.get("/accounts/bank/entries").json()["data"]
    assert sum(entry["amount"] for entry in moved) == bank["debit"] - bank["credit"]


def test_no_answer_shows_what_identifies_a_person(platform):
    given = {"number": "C-7", "language": "zh", "identifiers": {"phone": "13912345678", "name": "王芳"}}
    response = platform.post("/customers", given)
    assert response.status_code == 201
    assert "139" not in response.content.decode()
    shown = platform.get("/customers/C-7").json()
    assert set(shown) == {"customer", "language", "registered_at", "is_erased", "contracts"}
    problem(platform.get("/customers/C-8"), 404, "not-found")
    again = platform.post("/customers", given)
    problem(again, 422, "bad-input")
    assert "王芳" not in again.content.decode()


def test_nobody_signs_their_own_proposal(platform):
    own = platform.post("/contracts/L-1001/plan-quotes", {"plan": json.loads(PLAN)}).json()
    problem(platform.post("/contracts/L-1001/plans", {"quote_id": own["quote_id"]}), 409, "refused")
    officer = Caller(token_of("officer"))
    quote = officer.post("/contracts/L-1001/plan-quotes", {"plan": json.loads(PLAN)}).json()
    signed = platform.post("/contracts/L-1001/plans", {"quote_id": quote["quote_id"]})
    assert signed.status_code == 201
    assert signed.json()["position"] == quote["after"]


PLAN = """{"kind": "pause", "on": "2026-09-01", "from": "2026-09-01", "to": "2026-10-01", "rows": "shift",
"interest": "frozen", "accrued": "next_due", "ageing": "stopped", "penalty": "stopped"}"""


def test_a_sandboxs_day_moves_ahead_and_closes_the_days_between(platform):
    moved = platform.post("/sandbox/business-date", {"to": "2026-09-04"}, key="")
    assert moved.status_code == 200, moved.content
    assert [close["business_on"] for close in moved.json()["closes"]] == ["2026-09-01", "2026-09-02", "2026-09-03"]
    assert platform.get("/business-date").json() == {"business_on": "2026-09-04"}
    assert platform.get("/close").json()["last"]["business_on"] == "2026-09-03"
    later = platform.get("/contracts/L-1001/position").json()
    assert later["on"] == "2026-09-04"
    again = platform.post("/sandbox/business-date", {"to": "2026-09-04"}, key="")
    assert again.json()["closes"] == []
    problem(platform.post("/sandbox/business-date", {"to": "2026-09-03"}, key=""), 422, "bad-input")
    problem(platform.post("/sandbox/business-date", {"to": "2026-10-06"}, key=""), 422, "bad-input")


def test_a_server_is_ready_only_with_every_migration(platform, monkeypatch):
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    assert platform.client.get("/readyz").json() == {"status": "ready"}
    applied = MigrationRecorder(connection).applied_migrations()
    lacking = {key: value for key, value in applied.items() if key != ("storage", "0004_access_token")}
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda _: lacking)
    response = platform.client.get("/readyz")
    assert response.status_code == 503
    assert "lacks 1 migrations" in response.json()["detail"]


def test_what_was_filed_is_shown_and_nothing_adverse_is_filed_before_the_borrower_was_told(platform):
    [row] = platform.get("/contracts/L-1004/credit-record").json()["data"]
    assert (row["month_end"], row["filing"], row["is_adverse"]) == ("2026-08-31", 1, False)
    assert row["outstanding"] == platform.get("/contracts/L-1004/position?on=2026-08-31").json()["outstanding"]["total"]
    assert platform.get("/contracts/L-1001/position?on=2026-08-31").json()["days_past_due"] == 30
    assert platform.get("/contracts/L-1001/credit-record").json()["data"] == []


def test_money_in_suspense_is_placed_once(platform):
    [line] = platform.get("/suspense").json()["data"]
    given = {"key": line["key"], "contract": "L-1001"}
    placed = platform.post("/suspense/placements", given)
    assert placed.status_code == 201, placed.content
    assert placed.json()["event"]["amount"] == line["amount"]
    assert platform.get("/suspense").json()["data"] == []
    problem(platform.post("/suspense/placements", given), 422, "bad-input")


def test_a_log_line_names_the_loan_and_the_tokens_number_and_only_a_loan_that_exists(platform):
    with redirect_stderr(io.StringIO()) as log:
        platform.get("/contracts/L-1001/position")
        platform.get("/contracts/WangFang/position")
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["contract"] for line in lines] == ["L-1001", None]
    assert isinstance(lines[0]["token"], int)
    for personal in ("WangFang", platform.token, '"api"'):
        assert personal not in log.getvalue()


def test_a_settlement_is_paid_as_quoted_or_not_at_all(platform):
    quote = platform.post("/contracts/L-1001/settlement-quotes", {}).json()
    given = {"quote_id": quote["quote_id"], "reference": "bank line 9"}
    platform.post(PAY, {"amount": 1000})
    shown = problem(platform.post("/contracts/L-1001/settlements", given), 409, "moved")
    assert shown["refusals"][0]["rule"] == "payoff.facts_moved"
    again = platform.post("/contracts/L-1001/settlement-quotes", {}).json()
    assert again["payoff"] < quote["payoff"]
    ended = platform.post("/contracts/L-1001/settlements", {"quote_id": again["quote_id"]}, key="end").json()
    assert (ended["position"]["status"], ended["paid"], owed(platform)) == ("closed", again["payoff"], 0)
    assert platform.post("/contracts/L-1001/settlements", {"quote_id": again["quote_id"]}, key="end").json() == ended
    problem(platform.post("/contracts/L-1001/settlements", {"quote_id": again["quote_id"]}), 409, "moved")
    problem(platform.post("/contracts/L-1003/settlements", {"quote_id": again["quote_id"]}), 422, "bad-input")


def test_a_settlement_quoted_yesterday_is_quoted_again(platform):
    platform.post("/sandbox/business-date", {"to": "2026-09-02"}, key="")
    shown = problem(platform.post("/contracts/L-1005/settlements", {"quote_id": 2}), 409, "moved")
    assert shown["refusals"][0]["rule"] == "payoff.expired"


def test_a_loan_in_quarantine_is_put_right_once(platform):
    [off] = platform.get("/quarantine").json()["data"]
    assert off["contract"] == "L-1006"
    problem(platform.post("/month-locks", {"month": "2026-08"}), 409, "refused")
    cleared = platform.post("/contracts/L-1006/quarantine-clearances", {})
    assert cleared.json()["posted"] == {"bank": 1, "loans_principal": -1}, cleared.content
    assert platform.get("/quarantine").json()["data"] == []
    problem(platform.post("/contracts/L-1006/quarantine-clearances", {}), 422, "bad-input")
    problem(Caller(token_of("approver")).post("/contracts/L-1006/quarantine-clearances", {}), 403, "forbidden")


def test_the_last_close_computed_again_names_what_would_move(platform):
    shown = platform.get("/close/comparison").json()
    assert (shown["compared"], shown["loans_total"]) == ("2026-08-31", 1)
    [moved] = shown["loans"]
    assert moved["contract"] == "L-1006"
    assert moved["events"] == {"contract": {"bank": 1, "loans_principal": -1}}
    assert [row["account"] for row in shown["accounts"]] == ["loans_principal"]
    assert shown["engine"]["then"] == shown["engine"]["now"]


def test_what_was_filed_is_listed_over_all_contracts_by_month(platform):
    rows = platform.get("/credit-record?month=2026-08").json()["data"]
    assert [row["contract"] for row in rows] == sorted({row["contract"] for row in rows})
    assert platform.get("/credit-record?month=2026-07").json()["data"] == []
    first = platform.get("/credit-record?limit=1").json()
    assert first["has_more"]
    rest = platform.get(f"/credit-record?after={first['next']}").json()["data"]
    assert [*first["data"], *rest] == rows


def test_customers_are_listed_without_what_identifies_them(platform):
    rows = platform.get("/customers").json()["data"]
    assert [row["customer"] for row in rows] == ["C-1001", "C-1002"]
    assert platform.get("/customers?after=C-1001").json()["data"] == rows[1:]
    problem(platform.get("/customers?after=C-0"), 422, "bad-input")
