"""The lender and its users from the command line: set up once, roles given and taken back, each with a trace."""

import json

import pytest
from typer.testing import CliRunner

from reprieve.cli import lender as commands
from reprieve.errors import BadInput
from tests.api.calls import problem
from tests.api.platform import Caller, platform, seeded_database
from tests.api.seed import token_of

__all__ = ["platform", "seeded_database"]


@pytest.fixture
def run(monkeypatch):
    """Run a command as if a server of one's own were named; Django leads to the test's database already."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "reprieve.web.settings")
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)

    def run(application, *arguments: str):
        result = CliRunner().invoke(application, list(arguments))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


def users(run) -> dict[str, list[str]]:
    shown = json.loads(run(commands.user, "list", "--json").stdout)["users"]
    return {row["user"]: row["roles"] for row in shown}


def test_a_lender_is_set_up_once(platform, run):
    same = ["establish", "Example Lender", "--place", "cn", "--currency", "CNY", "--time-zone", "Asia/Shanghai"]
    assert run(commands.lender, *same, "--sandbox", "--date", "2026-06-01").exit_code == 0
    shown = json.loads(run(commands.lender, "show", "--json").stdout)
    assert (shown["lender"], shown["currency"], shown["business_on"]) == ("Example Lender", "CNY", "2026-09-01")
    with pytest.raises(BadInput):
        run(commands.lender, "establish", "Another", *same[2:])
    with pytest.raises(BadInput):
        run(commands.lender, *same, "--sandbox", "--date", "tomorrow")


def test_a_role_given_or_taken_back_counts_at_once(platform, run):
    assert run(commands.user, "add", "newcomer").exit_code == 0
    caller = Caller(token_of("newcomer"))
    problem(caller.get("/products"), 403, "forbidden")
    run(commands.user, "grant", "newcomer", "auditor")
    assert caller.get("/products").status_code == 200
    assert users(run)["newcomer"] == ["auditor"]
    run(commands.user, "revoke", "newcomer", "auditor")
    problem(caller.get("/products"), 403, "forbidden")
    with pytest.raises(BadInput):
        run(commands.user, "revoke", "newcomer", "auditor")
    run(commands.user, "deactivate", "newcomer")
    problem(caller.get("/products"), 401, "unauthenticated")


def test_every_change_leaves_a_trace(platform, run):
    from reprieve.storage.models import AuditEntry

    run(commands.user, "add", "newcomer", "--role", "agent")
    run(commands.user, "revoke", "newcomer", "agent")
    rows = AuditEntry.objects.filter(subject="user", subject_id="newcomer").order_by("id")
    assert list(rows.values_list("action", "user")) == [("add_user", None), ("grant_role", None), ("revoke_role", None)]


def test_a_borrower_is_the_customer_that_is_named_and_an_advisers_role_ends(platform, run):
    run(commands.user, "add", "1002", "--customer", "C-1002")
    assert users(run)["1002"] == ["borrower of C-1002"]
    assert Caller(token_of("1002")).get("/contracts").json()["data"] == []
    run(commands.user, "add", "friend")
    with pytest.raises(BadInput):
        run(commands.user, "grant", "friend", "adviser")
    run(commands.user, "grant", "friend", "adviser", "--customer", "C-1001", "--by", "officer", "--days", "3")
    assert Caller(token_of("friend")).get("/contracts/L-1001").status_code == 200


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        (("add", "api"), "username"),
        (("add", "x" * 151), "username"),
        (("add", "new", "--role", "king"), "role"),
        (("add", "new", "--customer", "C-0"), "customer"),
        (("grant", "nobody-at-all", "agent"), "username"),
        (("grant", "clerk", "risk", "--by", "clerk"), "by"),
    ],
)
def test_what_cannot_be_given_says_why_and_changes_nothing(platform, run, arguments, path):
    before = users(run)
    with pytest.raises(BadInput) as caught:
        run(commands.user, *arguments)
    assert caught.value.path == path
    assert users(run) == before
