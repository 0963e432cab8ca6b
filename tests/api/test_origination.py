"""From a product to a signed contract over HTTP: two persons for a product, what is shown is what is signed."""

from hashlib import sha256

import pytest

from reprieve.web.api.applications import ASKED_FOR
from reprieve.web.api.products import EXAMPLE
from tests.api.calls import CASE, post, problem
from tests.api.platform import Caller, platform, seeded_database
from tests.api.seed import token_of

__all__ = ["platform", "seeded_database"]


@pytest.fixture
def clerk(platform):
    """Somebody who takes applications and decides none."""
    return Caller(token_of("clerk"))


def applied(caller, **changed) -> int:
    response = caller.post("/applications", {**ASKED_FOR, **changed})
    assert response.status_code == 201, response.content
    return response.json()["application"]


def shown(platform, clerk) -> dict:
    number = applied(clerk)
    assert platform.post(f"/applications/{number}/decisions", {"is_approved": True}).status_code == 201
    response = clerk.post(f"/applications/{number}/disclosures", {"language": "zh"})
    assert response.status_code == 201, response.content
    return response.json()


def test_a_product_takes_two_persons(platform):
    own = platform.post("/products/proposals", EXAMPLE).json()["proposal"]
    refused = problem(platform.post(f"/products/proposals/{own}/publication", {}), 409, "refused")
    assert refused["refusals"][0]["rule"] == "authority.own_proposal"
    assert [row["is_published"] for row in platform.get("/products/proposals").json()["data"]] == [True, False, False]
    other = Caller(token_of("approver"))
    assert other.post(f"/products/proposals/{own}/publication", {}).json()["product"] == "gentle"
    sold = {row["product"]["code"] for row in platform.get("/products").json()["data"]}
    assert sold == {"steady", "gentle"}
    problem(platform.post("/products/proposals/999/publication", {}), 404, "not-found")
    problem(platform.post("/products/proposals/x/publication", {}), 404, "not-found")


def test_an_application_becomes_the_contract_that_was_shown(platform, clerk):
    seen = shown(platform, clerk)
    at = f"/disclosures/{seen['disclosure']}"
    raw = clerk.get(f"{at}/document")
    assert sha256(raw.content).hexdigest() == seen["document_sha256"]
    assert raw.json() == clerk.get(at).json()["document"]
    signature = {"document_sha256": seen["document_sha256"], "number": "L-77", "method": "password_and_code"}
    left = problem(clerk.post(f"{at}/signatures", signature), 409, "refused")
    assert left["refusals"][0]["rule"] == "disclosure.questions"
    answers = {question["question"]: 0 for question in seen["questions"]}
    told = clerk.post(f"{at}/answers", {"answers": answers}).json()["answers"]
    assert all(answer["why"] for answer in told.values())
    signed = clerk.post(f"{at}/signatures", signature)
    assert signed.status_code == 201, signed.content
    assert signed.json()["schedule"] == seen["schedule"]
    assert platform.get("/contracts/L-77").json()["customer"] == "C-1001"
    state = clerk.get(f"/applications/{seen['application']}").json()
    assert (state["state"], state["contract"], state["disclosures"]) == ("contracted", "L-77", [seen["disclosure"]])
    assert clerk.get(at).json()["signed_at"] is not None


def test_what_was_shown_is_the_same_to_the_letter_later(platform, clerk):
    seen = shown(platform, clerk)
    first = clerk.get(f"/disclosures/{seen['disclosure']}/document")
    platform.post("/sandbox/business-date", {"to": "2026-09-03"}, key="")
    again = clerk.get(f"/disclosures/{seen['disclosure']}/document")
    assert first.content == again.content
    unchanged = clerk.get(f"/disclosures/{seen['disclosure']}/document", **{"If-None-Match": first["ETag"]})
    assert unchanged.status_code == 304


def test_another_hash_is_not_signed(platform, clerk):
    seen = shown(platform, clerk)
    given = {"document_sha256": "0" * 64, "number": "L-77", "method": "code"}
    refused = problem(clerk.post(f"/disclosures/{seen['disclosure']}/signatures", given), 409, "refused")
    assert refused["refusals"][0]["rule"] == "disclosure.another"


def test_nobody_approves_what_they_entered_and_a_clerk_approves_nothing(platform, clerk):
    own = applied(platform)
    refused = problem(platform.post(f"/applications/{own}/decisions", {"is_approved": True}), 409, "refused")
    assert refused["refusals"][0]["rule"] == "authority.own_proposal"
    assert platform.post(f"/applications/{own}/decisions", {"is_approved": False}).json()["state"] == "declined"
    problem(clerk.post(f"/applications/{applied(clerk)}/decisions", {"is_approved": True}), 403, "forbidden")


def test_what_cannot_be_afforded_is_not_approved(platform, clerk):
    poor = {**ASKED_FOR["budget"], "income": {"wages": 400000}}
    number = applied(clerk, budget=poor)
    judged = clerk.get(f"/applications/{number}").json()
    assert not judged["assessment"]["is_affordable"]
    assert judged["budget"]["stated"]["income"] == {"wages": 400000}
    refused = problem(platform.post(f"/applications/{number}/decisions", {"is_approved": True}), 409, "refused")
    assert refused["refusals"][0]["rule"] == "affordability"


def test_an_application_is_withdrawn_until_it_is_signed(platform, clerk):
    number = applied(clerk)
    assert clerk.post(f"/applications/{number}/withdrawals", {}).json()["state"] == "withdrawn"
    problem(clerk.post(f"/applications/{number}/withdrawals", {}), 409, "refused")
    problem(platform.post(f"/applications/{number}/decisions", {"is_approved": True}), 409, "refused")


def test_budgets_are_kept_as_stated_one_after_the_other(platform, clerk):
    before = clerk.get("/customers/C-1002/budgets").json()["data"]
    for wages in (500000, 100000):
        budget = {**ASKED_FOR["budget"], "income": {"wages": wages}}
        stated = clerk.post("/customers/C-1002/budgets", {"budget": budget}).json()
        assert stated["left"] == wages - 350000
    rows = clerk.get("/customers/C-1002/budgets").json()["data"][len(before) :]
    assert [row["income"] for row in rows] == [500000, 100000]
    assert all(row["application"] is None for row in rows)
    foreign = {**ASKED_FOR["budget"], "currency": "EUR"}
    shown = problem(clerk.post("/customers/C-1002/budgets", {"budget": foreign}), 422, "bad-input")
    assert shown["errors"][0]["path"] == "$.budget.currency"
    problem(clerk.get("/customers/C-0/budgets"), 404, "not-found")


def test_applications_are_listed_by_state_and_customer_a_page_at_a_time(platform, clerk):
    own = applied(clerk, customer="C-1002")
    assert [row["application"] for row in clerk.get("/applications?customer=C-1002").json()["data"]] == [own]
    seen, after = [], ""
    while True:
        page = clerk.get(f"/applications?limit=2{f'&after={after}' if after else ''}").json()
        seen += [row["application"] for row in page["data"]]
        if not page["has_more"]:
            break
        after = page["next"]
    assert seen == [1, 2, 3, 4, own]
    submitted = clerk.get("/applications?state=submitted").json()["data"]
    assert {row["state"] for row in submitted} == {"submitted"}
    problem(clerk.get("/applications?state=lost"), 422, "bad-input")


@pytest.mark.parametrize("path", ["/applications/99", "/applications/0", "/applications/x", "/disclosures/99"])
def test_what_is_not_there_is_not_found(platform, path):
    problem(platform.get(path), 404, "not-found")
    problem(platform.get("/applications/99999999999999999999"), 404, "not-found")


def test_of_an_erased_customer_nothing_that_was_shown_opens_again(platform, clerk):
    number = applied(clerk, customer="C-1002")
    platform.post(f"/applications/{number}/decisions", {"is_approved": True})
    seen = clerk.post(f"/applications/{number}/disclosures", {"language": "en"}).json()["disclosure"]
    assert platform.post("/customers/C-1002/erasure", {}).status_code == 201
    problem(platform.get(f"/disclosures/{seen}"), 404, "not-found")
    problem(platform.get(f"/disclosures/{seen}/document"), 404, "not-found")
    assert platform.get(f"/applications/{number}").status_code == 200


def test_the_disclosure_of_a_case_that_stands_alone_is_what_an_application_is_shown(platform, clerk):
    seen = shown(platform, clerk)
    file = platform.get("/contracts/L-1001").json()["file"]
    contract = {**file["contract"], "disbursed_on": "2026-09-01", "first_due_on": "2026-10-01"}
    alone = post(
        platform.client, "/api/v1/calculate/disclosure?language=zh", {"contract": contract, "rules": file["rules"]}
    ).json()
    assert alone["schedule"] == seen["schedule"]
    assert alone["table"] == seen["table"]
    assert alone["questions"] == seen["questions"]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"rules": None}, "$.rules"),
        (
            {
                "contract": {
                    **CASE["contract"],
                    "fees": [
                        {
                            "name": "guarantee", "payee": "third_party", "when": "each_instalment", "amount": 100,
                            "collected": "paid", "on_payoff": "stops", "in_apr": True,
                        }
                    ],
                }
            },
            "$.contract.fees[0].payee",
        ),
    ],
)  # fmt: skip
def test_a_case_that_leaves_open_whose_rules_hold_is_shown_nothing(client, change, path):
    document = {**CASE, **change}
    if document["rules"] is None:
        del document["rules"]
    response = post(client, "/api/v1/calculate/disclosure?language=en", document)
    assert problem(response, 422, "bad-input")["errors"][0]["path"] == path
