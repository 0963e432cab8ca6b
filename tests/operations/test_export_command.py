"""`reprieve export` and `reprieve database rotate-keys` as a person runs them: files, messages, exit codes."""

import csv
import io
import json
import stat

import pytest

from reprieve.cli.application import application
from reprieve.cli.problem import BAD_INPUT, GOOD, REFUSED, guarded
from reprieve.storage.cluster import APP, OWNER
from tests.lending.test_metro2 import REPORTER
from tests.operations.lending import establish, sign
from tests.operations.test_corrections import close_only
from tests.operations.test_exporting import american, lend

__all__ = ["american"]


@pytest.fixture
def run(fresh_database, monkeypatch, capsys, tmp_path):
    """Run the command against a database of its own, as from a shell."""
    monkeypatch.setenv("DATABASE_URL", fresh_database.url(APP))
    monkeypatch.setenv("DATABASE_OWNER_URL", fresh_database.url(OWNER))
    monkeypatch.setenv("REPRIEVE_HOME", str(tmp_path))

    def run(*arguments):
        code = guarded(application, list(arguments))
        return code, capsys.readouterr()

    return run


@pytest.fixture
def chinese(fresh_database):
    establish()
    sign("L-1")
    close_only("2026-01-31")


@pytest.fixture
def reporter(tmp_path):
    path = tmp_path / "reporter.toml"
    path.write_text("\n".join(f'{key} = "{value}"' for key, value in REPORTER.items()), "utf-8")
    return str(path)


@pytest.fixture
def db(fresh_database):
    """What the fixture of another file asks for: here, a database of this test's own."""
    return fresh_database


def test_rows_go_to_standard_output_and_what_is_said_of_them_to_the_other(run, chinese):
    code, shown = run("export", "credit-record", "--month", "2026-01", "--user", "approver")
    [row] = csv.DictReader(io.StringIO(shown.out))
    assert (code, row["contract"], row["code"]) == (GOOD, "L-1", "*")
    assert shown.err.startswith("accounts: 1\nsha256: ")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("--month", "2026-13", "--user", "approver"), BAD_INPUT, "YYYY-MM"),
        (("--month", "2025-01", "--user", "approver"), BAD_INPUT, "2025-01"),
        (("--month", "2026-01", "--user", "nobody"), BAD_INPUT, "nobody"),
        (("--month", "2026-01", "--user", "officer"), REFUSED, "accountant or risk"),
    ],
)
def test_what_cannot_be_exported_is_said_and_writes_nothing(run, chinese, tmp_path, arguments, code, says):
    target = tmp_path / "rows.csv"
    found, shown = run("export", "credit-record", *arguments, "-o", str(target))
    assert (found, target.exists()) == (code, False)
    assert says in shown.err


def test_a_metro_2_file_is_closed_to_others_and_names_nobody_on_the_screen(run, american, reporter, tmp_path):
    lend("L-1001")
    lend("L-1002", family_name="李")
    close_only("2026-01-31")
    target = tmp_path / "january.txt"
    arguments = ("--month", "2026-01", "--reporter", reporter, "--user", "accountant", "-o", str(target), "--json")
    code, shown = run("export", "metro2", *arguments)
    said = json.loads(shown.err)
    assert (code, said["accounts"], [one["contract"] for one in said["withheld"]]) == (REFUSED, 1, ["L-1002"])
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [len(line) for line in target.read_text().splitlines()] == [426] * 3
    assert not any(name in shown.out + shown.err for name in ("NUNEZ", "李", "07805"))
    assert list(tmp_path.glob("*.new")) == []


def test_keys_are_shown_by_id_and_number_alone(run, american):
    lend("L-1001")
    code, shown = run("database", "rotate-keys", "--status", "--json")
    assert (code, json.loads(shown.out)["wrapping"]) == (GOOD, {"one": 1})
    code, shown = run("database", "rotate-keys", "--json")
    done = json.loads(shown.out)
    assert (code, done["persons"], done["to_move"]) == (GOOD, 0, 0), "the environment names no newer key"
    assert run("database", "rotate-keys", "--forget")[0] == BAD_INPUT
    assert run("database", "rotate-keys", "--status", "--index")[0] == BAD_INPUT
