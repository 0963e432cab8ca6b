"""Failures on standard error: one sentence or one JSON problem, the right exit code, and never a traceback."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from reprieve.errors import Unavailable
from tests.case_file.examples import EIGHT_THOUSAND, eight_thousand


@pytest.fixture
def write(tmp_path):
    """Write a document and return its path."""

    def written(document) -> str:
        path = tmp_path / "case.json"
        path.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())
        return str(path)

    return written


def without_principal():
    document = eight_thousand()
    del document["contract"]["principal"]
    return document


def unsupported():
    document = eight_thousand()
    document["contract"]["method"] = "flat"
    return document


def test_bad_input_is_one_sentence_with_path_found_and_allowed(run, write):
    left = run("case", "schedule", write(without_principal()))
    assert (left.code, left.out) == (2, "")
    assert left.err == (
        "reprieve: At $.contract.principal: found nothing, but it is needed: "
        "the first disbursement, in minor units.\n"
    )  # fmt: skip


def test_bad_input_reads_in_chinese(run, write):
    left = run("case", "schedule", write(without_principal()), "--lang", "zh")
    assert left.code == 2
    assert left.err.startswith("reprieve：这份输入读不了\n  位置：$.contract.principal；看到：没有填；允许：")


def test_bad_input_is_a_problem_document_with_json(run, write):
    left = run("case", "schedule", write(without_principal()), "--json")
    assert (left.code, left.out) == (2, "")
    problem = json.loads(left.err)
    assert (problem["type"], problem["status"]) == ("urn:reprieve:problem:bad-input", 422)
    assert problem["errors"][0]["path"] == "$.contract.principal"
    assert problem["errors"][0]["code"] == "missing"


def test_a_refused_combination_leaves_with_one(run, write):
    left = run("case", "schedule", write(unsupported()))
    assert (left.code, left.out) == (1, "")
    assert '"daily" is not supported with method "flat"; supported is "scheduled".' in left.err
    problem = json.loads(run("case", "schedule", write(unsupported()), "--json").err)
    assert (problem["status"], problem["errors"][0]["path"]) == (409, "$.contract.interest")


def test_many_faults_are_counted_and_three_more_are_shown(run, write):
    document = eight_thousand()
    document["events"] = [{"kind": "payment", "on": "2026-02-15", "amount": 0} for _ in range(7)]
    err = run("case", "schedule", write(document)).err
    assert err.count("  also: ") == 3
    assert err.endswith("  3 more problems\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("case", "schedule", "/nowhere/at/all"), "found no file"),
        (("case", "schedule", str(Path(__file__).parent)), "found the folder"),
        (("case", "schedule", sys.executable), "not UTF-8"),
        (("case", "schedule", "a\0b"), "found a"),
        (("case", "position", "-", "--on", "2026-02-30"), "At --on: found 2026-02-30"),
        (("case", "position", "-", "--on", "20260228"), "At --on"),
        (("case", "position", "-", "--known-on", "tomorrow"), "At --known-on"),
        (("case", "project", "-", "--days", "30,x"), "At --days: found 30,x"),
        (("case", "project", "-", "--days", "-1"), "At --days"),
        (("case", "explain", "-", "--figure", "everything"), "everything"),
        (("case", "schedule"), "Missing argument"),
        (("case", "shedule", "-"), "Did you mean"),
        (("case", "schedule", "-", "--nonsense"), "No such option"),
        (("nonsense",), "No such command"),
        (("apr", "-"), "empty"),
    ],
)
def test_what_cannot_be_read_leaves_with_two_and_a_sentence(run, arguments, said):
    left = run(*arguments, stdin="")
    assert (left.code, left.out) == (2, "")
    assert said in left.err
    assert "Traceback" not in left.err
    assert left.err.count("\n") == 1


def test_a_mistake_of_ours_is_told_without_a_traceback(run, case_path, monkeypatch):
    import reprieve

    def fail(*_):
        raise ZeroDivisionError("inside")

    monkeypatch.setattr(reprieve, "schedule", fail)
    monkeypatch.delenv("REPRIEVE_DEBUG", raising=False)
    for language in ("zh", "en"):
        left = run("case", "schedule", case_path, "--lang", language)
        assert (left.code, left.out) == (70, "")
        assert "ZeroDivisionError" in left.err
        assert "Traceback" not in left.err
    monkeypatch.setenv("REPRIEVE_DEBUG", "1")
    assert "Traceback" in run("case", "schedule", case_path).err


@pytest.mark.parametrize(
    "arguments", [(), ("--help",), ("-h",), ("case",), ("case", "-h"), ("case", "position", "--help")]
)
def test_help_is_plain_and_fits_80_columns(run, arguments):
    left = run(*arguments)
    assert (left.code, left.err) == (0, "")
    assert left.out.startswith("Usage:")
    assert max(len(line) for line in left.out.splitlines()) <= 80


def test_help_imports_nothing_heavy():
    heavy = ("numba", "numpy", "pydantic", "pyarrow", "rich.table", "babel", "holidays")
    script = (
        "import sys\nfrom reprieve.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"sys.exit([name for name in {heavy!r} if name in sys.modules] or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_reader_that_goes_away_is_no_error():
    script = "from reprieve.cli import main\nmain(['--help'])"
    command = f'{{ {sys.executable} -c "{script}"; echo "left $?" >&2; }} | true'
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert done.stderr in ("left 141\n", "left 0\n")


@pytest.mark.parametrize("setting", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {}])
def test_no_colour_where_none_is_wanted(run, case_path, monkeypatch, setting):
    for name, value in setting.items():
        monkeypatch.setenv(name, value)
    assert "\x1b" not in run("case", "position", case_path).out


def test_the_packaged_example_is_the_case_of_the_design():
    assert EIGHT_THOUSAND["contract"]["principal"] == 800000
    assert EIGHT_THOUSAND["events"] == [{"id": "p1", "on": "2026-02-15", "kind": "payment", "amount": 73344}]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_database_that_cannot_be_reached_is_no_refusal(run, monkeypatch, language):
    def away():
        raise Unavailable("The server does not answer; start it with `reprieve database start`.")

    monkeypatch.setattr("reprieve.cli.welcome.show_welcome", lambda _: away())
    left = run("welcome", "--lang", language)
    assert (left.code, left.out) == (69, "")
    assert "reprieve database start" in left.err
    assert ("所需的服务现在连不上" in left.err) == (language == "zh")
