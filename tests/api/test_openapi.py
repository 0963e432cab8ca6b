"""The OpenAPI document is current and complete, and every example in it works on the seeded database."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from reprieve.storage.scopes import SCOPES
from reprieve.web.api import api
from reprieve.web.openapi import text_of
from tests.api.calls import problem
from tests.api.platform import Caller, platform, seeded_database

__all__ = ["platform", "seeded_database"]
JSON = "application/json"
PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "reference" / "openapi.json"
DOCUMENT = api.get_openapi_schema()
OPERATIONS = [
    pytest.param(path, method, operation, id=operation["operationId"])
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]


def example_of(path: str, operation: dict) -> tuple[str, list[tuple[str, object]]]:
    """Return the address of an operation's example, and the documents and files it takes, each with its media type."""
    query = []
    for parameter in operation["parameters"]:
        name, given = parameter["name"], parameter.get("example")
        if parameter["in"] == "path":
            path = path.replace(f"{{{name}}}", given)
        elif parameter["in"] == "query" and given is not None:
            query += [f"{name}={one}" for one in (given if isinstance(given, list) else [given])]
    content = operation.get("requestBody", {}).get("content", {})
    sent = [(media_type, one["example"]) for media_type, one in content.items()]
    return path.removeprefix("/api/v1") + ("?" + "&".join(query) if query else ""), sent or [(JSON, None)]


def sent_to(platform, operation: dict, body: object) -> object:
    """Return what an example has to say of the platform at hand: what was shown is signed by its own hash."""
    if operation["operationId"] != "sign_application":
        return body
    return {**body, "document_sha256": platform.get("/disclosures/2").json()["document_sha256"]}


def needs_key(operation: dict) -> bool:
    """Return whether an operation moves money or signs something."""
    return any(parameter["name"] == "Idempotency-Key" for parameter in operation["parameters"])


def validator(schema: dict) -> Draft202012Validator:
    """Return a validator that finds the document's components."""
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]})


@pytest.mark.fast
def test_the_published_document_is_current():
    assert PUBLISHED.read_text("utf-8") == text_of(DOCUMENT), "write it: python -m reprieve.web.publish --write"


@pytest.mark.fast
@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_an_operation_declares_all_that_may_happen(path, method, operation):
    statuses = {int(status) for status in operation["responses"]}
    assert operation["summary"]
    assert operation["description"]
    assert any(200 <= status < 300 for status in statuses)
    assert {400, 422, 429, 500} <= statuses
    assert (404 in statuses) >= ("{" in path)
    if operation["security"]:
        assert {401, 403, 503} <= statuses
        assert operation["security"][0]["Token"][0] in SCOPES
    names = {parameter["name"] for parameter in operation["parameters"]}
    if method == "post":
        assert {411, 413, 415} <= statuses
        assert all(one["example"] is not None for one in operation["requestBody"]["content"].values())
        # Moving a sandbox's date is done when the date is there; doing it again changes nothing by itself.
        needs_key = operation["security"] and operation["operationId"] != "move_business_date"
        assert ("Idempotency-Key" in names) == bool(needs_key)
    for status, response in operation["responses"].items():
        if status != "304":
            [content] = response["content"].values()
            validator(content["schema"]).check_schema(content["schema"])
            if "example" in content:
                validator(content["schema"]).validate(content["example"])


@pytest.mark.fast
def test_only_calculations_and_rules_are_open_to_everybody():
    opened = {path for path, methods in DOCUMENT["paths"].items() for one in methods.values() if not one["security"]}
    assert all(path.startswith(("/api/v1/calculate/", "/api/v1/rules/")) for path in opened)
    assert len(opened) == 12


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_an_example_works_and_its_answer_has_the_declared_shape(platform, path, method, operation):
    address, sent = example_of(path, operation)
    [good] = [status for status in operation["responses"] if status.startswith("2")]
    schema = operation["responses"][good]["content"]["application/json"]["schema"]
    for media_type, body in sent:
        if body is not None:
            validator(operation["requestBody"]["content"][media_type]["schema"]).validate(body)
        body = sent_to(platform, operation, body)
        response = platform.get(address) if method == "get" else platform.post(address, body, media_type=media_type)
        assert response.status_code == int(good), response.content.decode()
        validator(schema).validate(response.json())


@pytest.mark.parametrize(("path", "method", "operation"), [one for one in OPERATIONS if needs_key(one.values[2])])
def test_an_operation_that_needs_a_key_is_done_once_under_it(platform, path, method, operation):
    """The holes of FINERACT-2485, for every operation: no key, the same request again, another request."""
    address, sent = example_of(path, operation)
    for media_type, body in sent:
        body, given = sent_to(platform, operation, body), {"media_type": media_type}
        problem(platform.post(address, body, key="", **given), 400, "key-missing")
        first = platform.post(address, body, key=f"once-{media_type}", **given)
        again = platform.post(address, body, key=f"once-{media_type}", **given)
        assert (again.status_code, again.content) == (first.status_code, first.content)
        assert again["Idempotent-Replayed"] == "true"
        other = "/contracts/L-1003/payments" if path != "/api/v1/contracts/{contract}/payments" else "/customers"
        document = {"amount": 1} if other != "/customers" else {"number": "C-9", "language": "en"}
        problem(platform.post(other, document, key=f"once-{media_type}"), 422, "key-reused")


@pytest.mark.parametrize(("path", "method", "operation"), [one for one in OPERATIONS if one.values[2]["security"]])
def test_an_operation_turns_away_whoever_lacks_its_scope(platform, path, method, operation):
    from tests.api.seed import token_of

    address = example_of(path, operation)[0]
    [scope] = operation["security"][0]["Token"]
    others = [name for name in SCOPES if name != scope]
    for token, status, kind in (("", 401, "unauthenticated"), ("rpv_wrong", 401, "unauthenticated")):
        caller = Caller(token)
        problem(caller.get(address) if method == "get" else caller.post(address, {}), status, kind)
    for token in (token_of("api", *others), token_of("nobody")):
        caller = Caller(token)
        shown = problem(caller.get(address) if method == "get" else caller.post(address, {}), 403, "forbidden")
        assert scope in shown["detail"]


@pytest.mark.fast
def test_the_document_is_served_as_it_is_published(client):
    assert client.get("/api/v1/openapi.json").json() == json.loads(text_of(DOCUMENT))
