"""The commands around the server: tokens are issued once, listed without themselves, revoked. Serves nothing."""

import pytest
import typer
from typer.testing import CliRunner

from reprieve.cli import serve as commands
from reprieve.errors import BadInput
from reprieve.web.publish import publish
from tests.api.platform import Caller, platform, seeded_database

__all__ = ["platform", "seeded_database"]


@pytest.fixture
def run(monkeypatch):
    """Run a command as if a server of one's own were named; Django leads to the test's database already."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", commands.SETTINGS)

    def run(application: typer.Typer, *arguments: str):
        return CliRunner().invoke(application, list(arguments))

    return run


def test_a_token_is_printed_once_works_and_can_be_revoked(platform, run):
    issued = run(commands.token, "issue", "auditor", "--name", "reports", "--scope", "ledger:read", "--days", "2")
    assert issued.exit_code == 0, issued.output
    shown = issued.stdout.strip()
    assert Caller(shown).get("/journal").status_code == 200
    assert Caller(shown).get("/products").status_code == 403
    listed = run(commands.token, "list").stdout
    assert shown not in listed
    [line] = [line for line in listed.splitlines() if "reports" in line]
    assert run(commands.token, "revoke", line.split("\t")[0]).exit_code == 0
    assert Caller(shown).get("/journal").status_code == 401
    again = run(commands.token, "revoke", line.split("\t")[0])
    assert isinstance(again.exception, BadInput)


@pytest.mark.parametrize(
    ("user", "scope", "path"), [("auditor", "ledger:write", "scope"), ("stranger", "ledger:read", "user")]
)
def test_a_token_needs_a_known_user_and_known_scopes(platform, run, user, scope, path):
    issued = run(commands.token, "issue", user, "--name", "x", "--scope", scope)
    assert isinstance(issued.exception, BadInput)
    assert issued.exception.path == path


def test_the_published_document_is_compared_and_written(tmp_path):
    file = tmp_path / "openapi.json"
    assert publish(str(file), write=False) == 1
    assert publish(str(file), write=True) == 0
    assert publish(str(file), write=False) == 0
    file.write_text("{}")
    assert publish(str(file), write=False) == 1
