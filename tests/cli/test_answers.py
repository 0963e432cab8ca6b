"""Answers on standard output: the published JSON, and tables in both languages that fit 80 columns."""

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from rich.cells import cell_len

from reprieve.lending.schema import answers_schema
from tests.cli import front_door
from tests.cli.front_door import ANSWERS

FLOWS = {
    "convention": "us_actuarial",
    "advances": [{"on": "1978-01-10", "amount": 500000}],
    "payments": [{"on": "1978-02-10", "amount": 23000, "count": 24, "every": "1 month"}],
}
CASE_COMMANDS = ("schedule", "position", "remaining", "explain", "project", "cost")
SCHEMA = answers_schema()


@pytest.mark.parametrize("command", CASE_COMMANDS)
def test_json_is_exactly_the_answer(run, case_path, command):
    left = run("case", command, case_path, "--json")
    assert (left.code, left.err) == (0, "")
    assert json.loads(left.out) == ANSWERS[command]


@pytest.mark.parametrize("command", ANSWERS)
def test_the_stand_in_answers_in_the_published_shape(command):
    validator = jsonschema.Draft202012Validator(SCHEMA["properties"][command] | {"$defs": SCHEMA["$defs"]})
    assert not [error.message for error in validator.iter_errors(ANSWERS[command])]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("command", CASE_COMMANDS)
def test_a_table_fits_80_columns_without_colour(run, case_path, command, language):
    left = run("case", command, case_path, "--lang", language)
    assert (left.code, left.err) == (0, "")
    assert "\x1b" not in left.out
    assert max(cell_len(line) for line in left.out.splitlines()) <= 80


def test_a_position_reads_in_chinese(run, case_path):
    out = run("case", "position", case_path, "--lang", "zh").out
    assert "截至2026年4月14日日终的欠款（CNY）" in out
    assert "¥746.26" in out
    assert "2026年4月15日 应还 ¥733.44" in out


def test_a_position_reads_in_english(run, case_path):
    out = run("case", "position", case_path, "--lang", "en").out
    assert "What is owed at the end of 14 April 2026 (CNY)" in out
    assert "Next due: ¥733.44 on 15 April 2026" in out


@pytest.mark.parametrize(
    ("locale", "word"), [("zh_CN.UTF-8", "还款计划"), ("en_GB.UTF-8", "Schedule"), ("C", "Schedule")]
)
def test_the_locale_chooses_the_language(run, case_path, monkeypatch, locale, word):
    monkeypatch.setenv("LC_ALL", locale)
    assert word in run("case", "schedule", case_path).out


def test_spans_show_more_decimals_than_money(run, case_path):
    out = run("case", "explain", case_path, "--lang", "en").out
    assert "13.817490" in out
    assert "27.00%" in out


def test_days_and_dates_reach_the_front_door(run, case_path):
    run("case", "position", case_path, "--on", "2026-03-19", "--known-on", "2026-03-18", "--json")
    run("case", "explain", case_path, "--on", "2026-03-19", "--figure", "interest", "--json")
    run("case", "project", case_path, "--days", "1, 2", "--on", "2026-03-19", "--json")
    run("case", "remaining", case_path, "--on", "2026-03-19", "--json")
    assert front_door.asked == [
        ("position", date(2026, 3, 19), date(2026, 3, 18)),
        ("explain", date(2026, 3, 19), "interest", None),
        ("project", [1, 2], date(2026, 3, 19)),
        ("remaining", date(2026, 3, 19)),
    ]


def test_a_dash_reads_standard_input(run, case_path):
    left = run("case", "schedule", "-", "--json", stdin=Path(case_path).read_text("utf-8"))
    assert json.loads(left.out) == ANSWERS["schedule"]


def test_flags_may_stand_before_the_file(run, case_path):
    assert run("case", "position", "--json", "--on", "2026-03-19", case_path).code == 0


def test_apr_answers_with_apr_percent(run, tmp_path):
    path = tmp_path / "flows.json"
    path.write_text(json.dumps(FLOWS), "utf-8")
    assert json.loads(run("apr", str(path), "--json").out)["apr_percent"] == 9.69
    assert "9.6900%" in run("apr", str(path), "--lang", "en").out


@pytest.mark.parametrize("language", ["zh", "en"])
def test_welcome_shows_the_example_and_ends_without_a_terminal(run, language):
    left = run("welcome", "--lang", language, stdin="")
    assert (left.code, left.err) == (0, "")
    assert "¥8,000.00" in left.out
    assert ("申请还款方案不收费" in left.out) == (language == "zh")
    assert max(cell_len(line) for line in left.out.splitlines()) <= 80


@pytest.mark.parametrize("given", ["", "q\n", "\n"])
def test_welcome_ends_where_a_person_stops(run, monkeypatch, given):
    monkeypatch.setattr("reprieve.cli.guide_questions.is_terminal", lambda: True)
    left = run("welcome", "--lang", "en", stdin=given)
    assert (left.code, left.err) == (0, "")
    assert "Now your own figures" in left.out
    assert left.out.count("If nothing more is paid (CNY)") == 1
