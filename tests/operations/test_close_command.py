"""`reprieve close` as a person or a scheduler runs it: what it prints, and its exit codes."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import typer

from reprieve.cli.close import close as command
from reprieve.cli.problem import BAD_INPUT, GOOD, REFUSED, guarded
from reprieve.storage.cluster import APP, OWNER
from tests.operations.lending import establish, off_by_a_cent, sign

TODAY = datetime.now(UTC).date()


@pytest.fixture
def run(fresh_database, monkeypatch, capsys, tmp_path):
    """Run the command against a database of its own, as from a shell."""
    monkeypatch.setenv("DATABASE_URL", fresh_database.url(APP))
    monkeypatch.setenv("DATABASE_OWNER_URL", fresh_database.url(OWNER))
    monkeypatch.setenv("REPRIEVE_HOME", str(tmp_path))
    application = typer.Typer()
    application.command()(command)

    def run(*arguments):
        code = guarded(application, list(arguments))
        return code, capsys.readouterr()

    return run


@pytest.fixture
def loan(fresh_database):
    first = TODAY - timedelta(days=60)
    establish(first.isoformat())
    sign("L-1", on=first.isoformat())


def test_it_closes_the_last_full_day_and_then_has_nothing_to_do(run, loan):
    code, shown = run("--json")
    [done] = json.loads(shown.out)["closed"]
    assert (code, done["business_on"]) == (GOOD, str(TODAY - timedelta(days=1)))
    code, shown = run("--json")
    assert (code, json.loads(shown.out)) == (GOOD, {"days": 0, "closed": []})
    code, shown = run("--status")
    assert code == GOOD
    assert f"business_on: {TODAY - timedelta(days=1)}" in shown.out
    assert "state: finished" in shown.out


def test_it_compares_without_posting(run, loan):
    run("--json")
    code, shown = run("--compare", "--json")
    found = json.loads(shown.out)
    assert (code, found["accounts"], found["loans"]) == (GOOD, [], [])


def test_a_loan_in_quarantine_is_named_and_the_exit_code_says_so(run, loan):
    off_by_a_cent("L-1", TODAY - timedelta(days=60))
    code, shown = run()
    assert code == REFUSED
    code, shown = run("--status")
    assert code == REFUSED
    assert "contract: L-1" in shown.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--date", "2026-02-30"], "a date written YYYY-MM-DD"),
        (["--compare", "--status"], "one of the two"),
        (["--carrying", "nowhere.toml"], "a TOML file that can be read"),
    ],
)
def test_bad_input_is_told_in_a_sentence(run, loan, arguments, says):
    code, shown = run(*arguments)
    assert code == BAD_INPUT
    assert says in shown.err
    assert "Traceback" not in shown.err


def test_a_day_to_come_is_refused(run, loan):
    code, shown = run("--date", str(TODAY + timedelta(days=2)))
    assert code == REFUSED
    assert "has not begun" in shown.err


def test_without_a_lender_it_says_what_to_do(run):
    code, shown = run()
    assert code == REFUSED
    assert "No lender has been set up" in shown.err


def test_carrying_rules_come_from_a_file(run, loan, tmp_path):
    path = tmp_path / "carrying.toml"
    path.write_text(
        "suspended_after_days = 90\nstage_two_after_days = 30\nstage_three_after_days = 89\n"
        'loss_rates = ["0.01", "0.1", "0.5"]\n'
    )
    code, shown = run("--carrying", str(path), "--json")
    assert code == GOOD
    [done] = json.loads(shown.out)["closed"]
    assert done["groups"][0]["carrying"]["impairment"] > 0
    path.write_text("loss_rates = 3\n")
    code, shown = run("--carrying", str(path))
    assert code == BAD_INPUT
