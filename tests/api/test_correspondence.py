"""Messages, help and webhooks over HTTP: the gate's refusal with its rule, one's own customer alone, secrets once."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.api.calls import problem
from tests.api.platform import Caller, platform, seeded_database
from tests.api.seed import token_of

__all__ = ["platform", "seeded_database"]
CHASE = {"contract": "L-1001", "wording": "overdue", "figures": {"amount": 100, "due_on": "2026-08-01"}}
REPLY = {"contract": "L-1001", "wording": "reply", "figures": {"text": "您好"}}


@pytest.fixture
def borrower(platform):
    """The customer C-1002, with their own token."""
    from reprieve.storage import models

    user = models.User.objects.create(username="borrower", customer=models.Customer.objects.get(number="C-1002"))
    at = datetime.now(UTC) - timedelta(seconds=1)
    models.RoleGrant.objects.create(user=user, role="borrower", customer=user.customer, granted_at=at)
    return Caller(token_of("borrower"))


def test_a_refusal_of_the_gate_names_its_rule_and_the_attempt_is_shown(platform):
    asked = platform.post("/contracts/L-1001/help-requests", {})
    assert (asked.status_code, asked.json()["gate"]) == (201, "closed")
    refused = problem(platform.post("/messages", CHASE), 409, "refused")
    assert refused["refusals"][0]["rule"].startswith("contact.gate.")
    shown = platform.get("/customers/C-1001/contact-attempts").json()["data"]
    assert [(one["outcome"], one["rule"]) for one in shown][-1][0] == "refused"
    gate = platform.get("/customers/C-1001/contact-gate?channel=sms&purpose=collection").json()
    assert gate["is_allowed"] is False


def test_a_message_that_was_written_is_listed_with_its_text_and_who_read_it_is_noted(platform):
    from reprieve.storage.models import AuditEntry

    written = platform.post("/messages", REPLY).json()
    assert written["state"] == "waiting"
    listed = platform.get("/customers/C-1001/messages").json()["data"]
    assert [one["text"] for one in listed if one["message"] == written["message"]] == ["您好"]
    assert AuditEntry.objects.filter(action="read_messages", subject_id="C-1001").exists()
    assert "您好" not in platform.get("/deliveries").content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/customers/C-1001/messages", "/customers/C-1001/contact-attempts", "/contracts/L-1001/documents",
        "/customers/C-1001/contact-gate?channel=sms&purpose=service", "/contracts/L-1001/documents/1",
    ],
)  # fmt: skip
def test_another_customers_correspondence_is_not_there_for_a_borrower(platform, borrower, path):
    assert platform.get(path).status_code == 200
    problem(borrower.get(path), 404, "not-found")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/contracts/L-1001/help-requests", {}), ("/contracts/L-1003/promise-withdrawals", {}),
        ("/contracts/L-1005/promises", {"amount": 1, "on": "2026-09-10"}),
        ("/customers/C-1001/received-messages", {"text": "?"}), ("/contracts/L-1001/documents", {"kind": "schedule"}),
        ("/customers/C-1002/received-messages", {"text": "?", "contract": "L-1001"}),
        ("/customers/C-1001/contact-preferences", {"channel": "sms"}), ("/messages", REPLY),
    ],
)  # fmt: skip
def test_a_borrower_does_nothing_for_another_customer(borrower, path, body):
    problem(borrower.post(path, body), 404, "not-found")


def test_a_borrower_writes_and_says_how_to_be_reached_but_does_not_write_as_the_lender(borrower):
    assert borrower.post("/customers/C-1002/received-messages", {"text": "?"}).status_code == 201
    assert borrower.post("/customers/C-1002/contact-preferences", {"channel": "sms"}).status_code == 201
    mine = {**REPLY, "contract": None, "customer": "C-1002"}
    problem(borrower.post("/messages", {key: mine[key] for key in mine if mine[key]}), 403, "forbidden")
    problem(borrower.get("/relief-cases"), 403, "forbidden")
    problem(borrower.get("/deliveries"), 403, "forbidden")


def test_a_secret_is_shown_to_whoever_registers_and_in_no_list(platform):
    made = platform.post("/webhooks", {"url": "http://127.0.0.1:9/hooks", "events": ["payment.taken"]}).json()
    assert made["secret"].startswith("whsec_")
    assert made["secret"] not in platform.get("/webhooks").content.decode()


def test_an_endpoint_or_a_document_that_is_not_there_is_not_found(platform):
    problem(platform.post("/webhooks/999/secrets", {}), 404, "not-found")
    problem(platform.get("/contracts/L-1002/documents/1"), 404, "not-found")
