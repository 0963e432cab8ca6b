"""Who may do what: tokens are hashed, end and can be revoked; roles narrow scopes; an adviser sees one customer."""

from datetime import UTC, datetime, timedelta

import pytest

from reprieve.errors import BadInput
from reprieve.storage.scopes import ALLOWED, SCOPES
from tests.api.calls import problem
from tests.api.platform import Caller, platform, seeded_database
from tests.api.seed import token_of
from tests.api.test_openapi import OPERATIONS, example_of

__all__ = ["platform", "seeded_database"]


def test_a_token_is_kept_as_its_hash_alone(platform):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM access_token")
        rows = cursor.fetchall()
    assert rows
    assert platform.token not in str(rows)
    assert platform.token.removeprefix("rpv_").encode() not in b"".join(bytes(row[2]) for row in rows if row[2])


def test_a_token_that_ended_was_revoked_or_whose_user_left_lets_nobody_in(platform):
    from reprieve.storage import models
    from reprieve.storage.access_tokens import issue_token, list_tokens, revoke_token

    now = datetime.now(UTC)
    number, token = issue_token(
        "api", "soon over", scopes=["products:read"], issued_at=now - timedelta(hours=2), expires_at=now + timedelta(1)
    )
    assert Caller(token).get("/products").status_code == 200
    assert revoke_token(number, revoked_at=now)
    assert not revoke_token(number, revoked_at=now)
    problem(Caller(token).get("/products"), 401, "unauthenticated")
    ended = issue_token(
        "api", "over", scopes=["products:read"], issued_at=now - timedelta(hours=2), expires_at=now - timedelta(hours=1)
    )[1]
    problem(Caller(ended).get("/products"), 401, "unauthenticated")
    models.User.objects.filter(username="api").update(is_active=False)
    problem(platform.get("/products"), 401, "unauthenticated")
    assert all("token" not in row and "token_sha256" not in row for row in list_tokens())


def test_no_token_is_issued_to_nobody(platform):
    from reprieve.storage.access_tokens import issue_token

    now = datetime.now(UTC)
    with pytest.raises(BadInput):
        issue_token("stranger", "x", scopes=[], issued_at=now, expires_at=now + timedelta(1))


@pytest.mark.parametrize("header", ["Basic abc", "Bearer", "Bearer ", "bearer rpv_" + "a" * 300, "Bearer rpv_é", "rpv"])
def test_an_authorization_that_is_no_token_is_turned_away(platform, header):
    response = Caller("").get("/products", Authorization=header)
    problem(response, 401, "unauthenticated")
    assert response["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("user", "path", "status"),
    [
        ("auditor", "/contracts/L-1001", 200),
        ("auditor", "/journal", 200),
        ("clerk", "/contracts/L-1001", 200),
        ("clerk", "/journal", 403),
        ("officer", "/trial-balance", 403),
        ("officer", "/disputes/1", 200),
        ("clerk", "/disputes/1", 403),
        ("clerk", "/applications/1", 200),
        ("accountant", "/journal", 200),
        ("accountant", "/applications/1", 403),
        ("accountant", "/disputes/1", 403),
        ("nobody", "/products", 403),
    ],
)
def test_a_role_allows_what_it_needs_and_no_more(platform, user, path, status):
    assert Caller(token_of(user)).get(path).status_code == status


def test_an_auditor_changes_nothing(platform):
    auditor = Caller(token_of("auditor"))
    for path, _, operation in (one.values for one in OPERATIONS if one.values[1] == "post"):
        if operation["security"] and not operation["security"][0]["Token"][0].endswith(":read"):
            problem(auditor.post(example_of(path, operation)[0], {}), 403, "forbidden")


def test_an_adviser_sees_the_contracts_of_one_customer_alone(platform):
    platform.post(
        "/contracts",
        {
            "number": "L-9", "customer": "C-1002", "product": "steady", "principal": 800000, "instalments": 6,
            "annual_rate": "0.15",
        },
    )  # fmt: skip
    adviser = Caller(token_of("adviser"))
    assert adviser.get("/contracts/L-9/position").status_code == 200
    for path in ("", "/events", "/schedule", "/position", "/explanation?on=2026-09-01"):
        hidden = problem(adviser.get(f"/contracts/L-1001{path}"), 404, "not-found")
        absent = problem(adviser.get(f"/contracts/L-0{path}"), 404, "not-found")
        assert hidden["detail"].replace("L-1001", "L-0") == absent["detail"]
    assert [row["contract"] for row in adviser.get("/contracts").json()["data"]] == ["L-9"]
    problem(adviser.get("/contracts?customer=C-1001"), 403, "forbidden")
    problem(adviser.post("/contracts/L-9/payments", {"amount": 1}), 403, "forbidden")


def test_a_scope_is_no_authority_the_role_must_hold_it_too(platform):
    """The door lets `charges:write` in; that an officer may not give up principal is the command's own rule."""
    officer = Caller(token_of("officer"))
    shown = problem(
        officer.post("/contracts/L-1001/waivers", {"component": "principal", "amount": 1}), 403, "forbidden"
    )
    assert shown["refusals"][0]["rule"] == "authority.role"


def test_every_role_names_scopes_that_exist_and_every_scope_has_a_role():
    assert set().union(*ALLOWED.values()) == set(SCOPES)


def test_a_user_has_one_rate_over_all_its_tokens_and_guessing_is_slow(platform, settings):
    settings.RATE_A_MINUTE, settings.OPEN_RATE_A_MINUTE = 2, 3
    callers = [Caller(token_of("api")), Caller(token_of("api"))]
    assert [callers[place % 2].get("/products").status_code for place in range(3)] == [200, 200, 429]
    guesses = [Caller(f"rpv_guess{number}").get("/products").status_code for number in range(4)]
    assert guesses == [401, 401, 401, 429]
    assert Caller(token_of("auditor")).get("/products").status_code == 200


def test_a_database_that_is_gone_is_said_to_be_gone(platform, monkeypatch):
    from django.db import OperationalError

    def gone(*_, **__):
        raise OperationalError("connection to server at 10.0.0.7 failed: password of app")

    monkeypatch.setattr("reprieve.storage.access_tokens.find_bearer", gone)
    shown = problem(platform.get("/products"), 503, "unavailable")
    assert "10.0.0.7" not in str(shown)
