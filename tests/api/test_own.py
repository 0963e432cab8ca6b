"""A token of one customer sees and does what belongs to that customer, and nothing tells it of another."""

from datetime import UTC, datetime, timedelta

import pytest

from reprieve.storage.scopes import ALLOWED
from reprieve.web.api.applications import ASKED_FOR
from tests.api.calls import problem
from tests.api.platform import Caller, platform, seeded_database
from tests.api.seed import token_of
from tests.api.test_openapi import OPERATIONS, example_of

__all__ = ["platform", "seeded_database"]
OTHERS = (
    "/applications/1", "/disclosures/1", "/disclosures/1/document", "/disputes/1", "/contracts/L-1001",
    "/contracts/L-1001/events", "/contracts/L-1001/schedule", "/contracts/L-1001/position",
    "/contracts/L-1001/explanation?on=2026-09-01", "/contracts/L-1001/credit-record", "/customers/C-1001/budgets",
)  # fmt: skip
LISTS = ("/applications", "/disputes", "/contracts", "/credit-record")


@pytest.fixture
def borrower(platform):
    """The customer C-1002, who has their own token; everything seeded is C-1001's."""
    from reprieve.storage import models

    user = models.User.objects.create(username="borrower", customer=models.Customer.objects.get(number="C-1002"))
    at = datetime.now(UTC) - timedelta(seconds=1)
    models.RoleGrant.objects.create(user=user, role="borrower", customer=user.customer, granted_at=at)
    return Caller(token_of("borrower"))


@pytest.fixture
def adviser(platform):
    """Somebody who advises C-1002."""
    return Caller(token_of("adviser"))


@pytest.mark.parametrize("who", ["borrower", "adviser"])
def test_nothing_of_another_customer_is_seen_and_lists_hold_ones_own(request, platform, who):
    caller = request.getfixturevalue(who)
    for path in OTHERS:
        assert platform.get(path).status_code == 200, path
        hidden = problem(caller.get(path), 404, "not-found")
        absent = (
            path.replace("1001", "9999").replace("/1", "/999", 1) if "1001" not in path else path.replace("1001", "9")
        )
        assert caller.get(absent).status_code == 404
        assert hidden["detail"].startswith("No "), path
    for path in LISTS:
        assert platform.get(path).json()["data"], path
        assert caller.get(path).json()["data"] == [], path
        problem(caller.get(f"{path}?customer=C-1001"), 403, "forbidden")
        assert caller.get(f"{path}?customer=C-1002").status_code == 200


@pytest.mark.parametrize("who", ["borrower", "adviser"])
@pytest.mark.parametrize(
    "path",
    [
        "/customers", "/customers/C-1002", "/products", "/journal", "/trial-balance", "/suspense", "/bank-files",
        "/bank-lines", "/quarantine", "/close", "/close/comparison", "/products/proposals", "/accounts/bank/entries",
    ],
)  # fmt: skip
def test_what_is_the_lenders_is_not_for_a_customers_token(request, who, path):
    problem(request.getfixturevalue(who).get(path), 403, "forbidden")


@pytest.mark.parametrize("who", ["borrower", "adviser"])
def test_no_operation_that_reads_shows_a_narrow_token_what_is_anothers(request, platform, who):
    """Every example of the document speaks of C-1001 or of nobody; a list that is anybody's must be empty here."""
    caller = request.getfixturevalue(who)
    for path, method, operation in (one.values for one in OPERATIONS):
        if method != "get" or not operation["security"] or operation["security"][0]["Token"][0] not in ALLOWED[who]:
            continue
        address = example_of(path, operation)[0]
        answer = caller.get(address)
        if answer.status_code == 200:
            assert answer.json()["data"] == [], address
            assert platform.get(address).json()["data"], f"{address} shows nothing to anybody, so it proves nothing"
        else:
            assert answer.status_code in (403, 404), (address, answer.content)


@pytest.mark.parametrize("who", ["borrower", "adviser"])
def test_no_operation_does_anything_for_a_narrow_token_in_anothers_name(request, platform, who):
    caller = request.getfixturevalue(who)
    tried = 0
    for path, method, operation in (one.values for one in OPERATIONS):
        if method != "post" or not operation["security"] or operation["security"][0]["Token"][0] not in ALLOWED[who]:
            continue
        address, sent = example_of(path, operation)
        for media_type, body in sent:
            answer = caller.post(address, body, media_type=media_type)
            assert answer.status_code in (403, 404), (address, answer.content)
            tried += 1
    assert tried or who == "adviser"


def test_a_borrower_applies_and_signs_for_themself_alone(platform, borrower):
    problem(borrower.post("/applications", ASKED_FOR), 404, "not-found")
    own = borrower.post("/applications", {**ASKED_FOR, "customer": "C-1002"}).json()["application"]
    assert [row["application"] for row in borrower.get("/applications").json()["data"]] == [own]
    problem(borrower.post(f"/applications/{own}/decisions", {"is_approved": True}), 403, "forbidden")
    assert platform.post(f"/applications/{own}/decisions", {"is_approved": True}).status_code == 201
    seen = borrower.post(f"/applications/{own}/disclosures", {"language": "zh"}).json()
    at = f"/disclosures/{seen['disclosure']}"
    borrower.post(f"{at}/answers", {"answers": {question["question"]: 0 for question in seen["questions"]}})
    signature = {"document_sha256": seen["document_sha256"], "number": "L-55", "method": "code"}
    assert borrower.post(f"{at}/signatures", signature).status_code == 201
    assert borrower.get("/contracts/L-55/position").status_code == 200
    for path, body in (
        ("/applications/1/decisions", {"is_approved": True}), ("/applications/1/withdrawals", {}),
        ("/applications/2/disclosures", {"language": "zh"}), ("/disclosures/1/answers", {"answers": {"a": 0}}),
        ("/disclosures/2/signatures", signature), ("/customers/C-1001/budgets", {"budget": ASKED_FOR["budget"]}),
        ("/contracts/L-1004/disputes", {"month": "2026-08", "says": "x"}), ("/disputes/1/answers", {"is_upheld": True}),
    ):  # fmt: skip
        problem(borrower.post(path, body), 404, "not-found")


def test_an_adviser_does_nothing_in_a_customers_name(platform, adviser):
    for path, body in (
        ("/applications", {**ASKED_FOR, "customer": "C-1002"}), ("/customers/C-1002/budgets", {}),
        ("/contracts/L-1004/disputes", {}), ("/disclosures/1/answers", {}),
    ):  # fmt: skip
        problem(adviser.post(path, body), 403, "forbidden")


def test_a_customer_says_what_is_wrong_and_only_who_may_answers(platform, borrower):
    given = {"month": "2026-08", "says": "I paid on the 15th."}
    opened = platform.post("/contracts/L-1004/disputes", given).json()
    assert platform.get(f"/disputes/{opened['dispute']}").json()["says"] == given["says"]
    assert "says" not in platform.get("/disputes?state=open").json()["data"][0]
    clerk = Caller(token_of("clerk"))
    problem(clerk.post(f"/disputes/{opened['dispute']}/answers", {"is_upheld": True}), 403, "forbidden")
    ended = platform.post(f"/disputes/{opened['dispute']}/answers", {"is_upheld": True}).json()
    assert (ended["state"], ended["is_late"]) == ("upheld", False)
    problem(platform.post(f"/disputes/{opened['dispute']}/answers", {"is_upheld": True}), 409, "refused")
    problem(borrower.get(f"/disputes/{opened['dispute']}"), 404, "not-found")
    assert [row["dispute"] for row in platform.get("/disputes?contract=L-1004").json()["data"]] == [opened["dispute"]]


def test_who_read_what_is_sealed_is_noted(platform):
    from reprieve.storage.models import AuditEntry

    auditor = Caller(token_of("auditor"))
    for path in ("/disputes/1", "/disclosures/1", "/disclosures/1/document", "/disputes", "/applications/1"):
        assert auditor.get(path).status_code == 200
    rows = AuditEntry.objects.filter(user__username="auditor").order_by("id")
    assert list(rows.values_list("action", "subject_id")) == [
        ("read_dispute", "1"), ("read_disclosure", "1"), ("read_disclosure", "1"),
    ]  # fmt: skip
