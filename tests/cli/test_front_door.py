"""The commands over the real front door: every answer has the published shape, and welcome tells the real case."""

import json

import jsonschema
import pytest

from reprieve.cli import main
from reprieve.lending.schema import answers_schema
from tests.case_file.examples import VALID

SCHEMA = answers_schema()
QUESTIONS = {
    "schedule": [],
    "position": ["--on", "2026-04-14"],
    "remaining": ["--on", "2026-04-14"],
    "explain": ["--on", "2026-04-14"],
    "project": ["--on", "2026-04-14"],
    "cost": [],
}


@pytest.fixture
def answer(tmp_path, capsys):
    """Run a command on a document and return what it printed."""

    def answered(document, *arguments):
        path = tmp_path / "document.json"
        path.write_text(json.dumps(document), "utf-8")
        with pytest.raises(SystemExit) as left:
            main([*arguments, str(path)])
        captured = capsys.readouterr()
        assert (left.value.code, captured.err) == (0, "")
        return captured.out

    return answered


@pytest.mark.parametrize("command", QUESTIONS)
@pytest.mark.parametrize("name", [name for name in VALID if name not in ("every event", "every term")])
def test_an_answer_has_the_published_shape(answer, name, command):
    found = json.loads(answer(VALID[name], "case", command, *QUESTIONS[command], "--json"))
    validator = jsonschema.Draft202012Validator(
        SCHEMA["properties"][command] | {"$defs": SCHEMA["$defs"]}, format_checker=jsonschema.FormatChecker()
    )
    assert not [(list(error.path), error.message) for error in validator.iter_errors(found)]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("command", QUESTIONS)
def test_an_answer_reads_as_a_table(answer, command, language):
    assert answer(VALID["the 8,000-yuan case"], "case", command, *QUESTIONS[command], "--lang", language)


def test_the_8000_yuan_case_is_told_to_the_cent(answer):
    found = json.loads(answer(VALID["the 8,000-yuan case"], "case", "position", "--on", "2026-04-14", "--json"))
    assert found["arrears"] == {"principal": 62264, "interest": 11080, "penalty": 1382, "fees": 0, "total": 74726}
    assert (found["accrued"]["total"], found["payoff"], found["days_past_due"]) == (9819, 760937, 30)


@pytest.mark.parametrize(
    ("convention", "percent"), [("us_actuarial", 9.69), ("cn_simple", 9.69), ("eu_effective", 10.13)]
)
def test_apr_of_appendix_j(answer, convention, percent):
    flows = {
        "convention": convention,
        "advances": [{"on": "1978-01-10", "amount": 500000}],
        "payments": [{"on": "1978-02-10", "amount": 23000, "count": 24, "every": "1 month"}],
    }
    assert round(json.loads(answer(flows, "apr", "--json"))["apr_percent"], 2) == percent


def test_welcome_tells_the_real_case(capsys):
    with pytest.raises(SystemExit) as left:
        main(["welcome", "--lang", "zh"])
    captured = capsys.readouterr()
    assert (left.value.code, captured.err) == (0, "")
    assert "¥7,609.37" in captured.out
