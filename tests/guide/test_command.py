"""`reprieve guide` at the command line: flags, files, questions, errors, and nothing left on the disk."""

import json

import pytest

from reprieve.cli import main
from tests.guide.people import TWO_DEBTS

pytestmark = pytest.mark.fast

FLAGS = (
    "guide", "--overdue", "8000", "--principal", "7,200", "--interest", "560", "--penalty", "¥240", "--accelerated",
    "--rate", "0.18", "--days", "60", "--lender", "consumer_finance", "--surplus", "600", "--on", "2026-11-23",
)  # fmt: skip


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Run a command in an empty folder, with a given language and width."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.chdir(tmp_path)

    def ran(*arguments, typed=None):
        if typed is not None:
            lines = iter(typed)
            monkeypatch.setattr("builtins.input", lambda _: _next(lines))
            monkeypatch.setattr("reprieve.cli.guide_questions.is_terminal", lambda: True)
        with pytest.raises(SystemExit) as left:
            main(arguments)
        captured = capsys.readouterr()
        assert not list(tmp_path.iterdir()), "nothing is written"
        return left.value.code, captured.out, captured.err

    return ran


def _next(lines):
    try:
        return next(lines)
    except StopIteration:
        raise EOFError from None


def test_json_holds_the_plans_in_minor_units(run):
    code, out, err = run(*FLAGS, "--json")
    assert (code, err) == (0, "")
    plans = json.loads(out)["plans"]
    shortest = next(plan for plan in plans if plan["is_shortest_affordable"])
    assert (shortest["monthly"], shortest["months"], shortest["total"]) == (53664, 17, 912283)
    assert next(plan["monthly"] for plan in plans if plan["months"] == 12) == 73344


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("¥536.64 a month", "¥9,122.83", "7,200.00")), ("zh", ("每月还 ¥536.64", "¥9,122.83", "7,200.00"))],
)
def test_the_answer_reads_in_both_languages(run, language, words):
    code, out, _ = run(*FLAGS, "--lang", language)
    assert code == 0
    assert all(word in out for word in words)


def test_a_file_asks_about_several_debts(run, tmp_path_factory):
    path = tmp_path_factory.mktemp("asked") / "debts.json"
    path.write_text(json.dumps(TWO_DEBTS), "utf-8")
    for arguments in ((str(path),), ("--file", str(path))):
        code, out, _ = run("guide", *arguments, "--json", "--on", "2026-11-23")
        assert code == 0
        assert len(json.loads(out)["debts"]) == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--overdue", "8000", "--rate", "18"), ("--rate", '"18%" or 0.18')),
        (("--overdue", "8000", "--rate", "18%", "--days", "-3"), ("--days", "from 0 to 3,650")),
        (("--overdue", "-8000", "--rate", "18%"), ("--overdue", "not below 0")),
        (("--overdue", "eight", "--rate", "18%"), ("--overdue", "an amount such as 8000")),
        (("--overdue", "8000.001", "--rate", "18%"), ("--overdue", "at most 2 decimals")),
        (("--overdue", "1e99", "--rate", "18%"), ("--overdue", "an amount such as 8000")),
        (("--rate", "18%"), ("--overdue", "such as 8000")),
        (("--overdue", "8000", "--principal", "7000"), ("--principal", "¥7,000.00", "¥8,000.00")),
        (("--overdue", "8000", "--rate", "18%", "--lender", "shark"), ("--lender", "one of")),
        (("--overdue", "8000", "--rate", "18%", "--on", "soon"), ("--on", "YYYY-MM-DD")),
        (("--overdue", "8000", "--place", "gb"), ("--rate", "contract rate")),
        (("nowhere.json",), ("nowhere.json", "exists")),
        (("nowhere.json", "--overdue", "8000"), ("FILE", "not both")),
        ((), ("--overdue", "JSON file")),
    ],
)
def test_input_that_cannot_be_right_is_sent_back_by_its_flag(run, arguments, words):
    code, out, err = run("guide", *arguments)
    assert (code, out) == (2, "")
    assert all(word in err for word in words)
    assert "$." not in err


def test_a_person_can_answer_questions_and_skip_what_they_do_not_know(run):
    typed = ["8000", "", "2", "", "18%", "", "", "60", "y", "n", "600"]
    code, out, _ = run("guide", "--lang", "en", typed=typed)
    assert code == 0
    assert "¥9,122.83" in out
    code, out, _ = run("guide", "--lang", "zh", typed=["8000", *[""] * 11])
    assert code == 0
    assert "您没有填利率" in out


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["", "5,000", "4,400"], "¥600.00 is left of the month"),
        (["", "5,000", ""], "did not say what is left"),
        (["", ""], "did not say what is left"),
        (["−50"], "The month is ¥50.00 short"),
    ],
)
def test_who_does_not_know_the_rest_of_a_month_is_asked_what_comes_and_goes(run, typed, words):
    code, out, _ = run("guide", "--lang", "en", typed=["8000", "", "2", "", "18%", "", "", "60", "y", "n", *typed])
    assert code == 0
    assert words in " ".join(out.split())


def test_a_rate_that_is_needed_is_asked_for_again_and_can_be_left(run):
    skipped = ["500", *[""] * 8, "y", "300", "", "", "", "9%", "", "", "", "", "n", "200"]
    code, out, err = run("guide", "--place", "gb", "--lang", "en", typed=[*skipped, "20%"])
    assert (code, err) == (0, "")
    assert "Debt 1 needs its rate" in out
    assert "You owe £800.00" in out
    code, out, err = run("guide", "--place", "gb", "--lang", "zh", typed=[*skipped, ""])
    assert (code, err) == (0, "")
    assert "第 1 笔还缺利率" in out


def test_questions_name_the_money_as_people_do(run, monkeypatch):
    asked = []
    monkeypatch.setattr("reprieve.cli.guide_questions.is_terminal", lambda: True)
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or "q")
    for language, place in (("zh", "cn"), ("en", "cn"), ("en", "gb")):
        run("guide", "--lang", language, "--place", place)
    assert ["人民币" in asked[0], "Chinese yuan" in asked[1], "British pounds" in asked[2]] == [True] * 3


def test_a_monthly_fee_beside_the_interest_is_asked_for_and_counted(run):
    typed = ["8000", "", "2", "", "18%", "much", "%", "0.5%", "", "60", "y", "n", "600"]
    code, out, _ = run("guide", "--lang", "en", typed=typed)
    assert code == 0
    assert out.count("such as 40.") == 2
    assert "28.36% a year, above 24%" in " ".join(out.split())


def test_a_slip_is_asked_again(run):
    typed = [
        "lots",
        "8,000 元",
        "",
        "9",
        "2",
        "",
        "18",
        "18%",
        "",
        "much",
        "1.5",
        "soon",
        "60",
        "maybe",
        "y",
        "n",
        "600",
    ]
    code, out, _ = run("guide", "--lang", "en", typed=typed)
    assert code == 0
    assert out.count("needed") == 5
    assert "A bare 18 could mean either" in " ".join(out.split())
    assert "¥9,122.83" in out


@pytest.mark.parametrize("typed", [[], ["q"], ["8000", "q"], ["8000", "", "18%"], [""]])
def test_a_person_can_stop_at_any_question(run, typed):
    code, out, err = run("guide", "--lang", "en", typed=typed)
    assert (code, err) == (0, "")
    assert "¥" not in out


def test_the_parts_of_a_debt_and_the_name_of_its_lender_are_asked_for(run):
    parts = ["7,200", "9000", "560", "240", ""]
    left_over = ["7200", "560", "200", "", "7200", "560", "240"]
    for typed in (parts[:4], left_over):
        rest = ["2", "x" * 201, "Example Finance", "18%", "", "", "60", "y", "n", "600"]
        code, out, err = run("guide", "--lang", "en", "--on", "2026-11-23", typed=["8000", *typed, *rest])
        told = " ".join(out.split())
        assert (code, err) == (0, "")
        assert ("At most ¥800.00 is left; the parts sum to ¥8,000.00." in told) == (typed is not left_over)
        assert ("¥40.00 of ¥8,000.00 is in none of the parts" in told) == (typed is left_over)
        assert "at most 200 characters is needed" in told
        assert "Example Finance" in told
        assert run(*FLAGS, "--lender-name", "Example Finance", "--lang", "en")[1].strip() in out


def test_several_debts_can_be_typed(run):
    typed = ["3000", "", "2", "", "18%", "", "", "20", "n", "2000", "4", "y"]
    typed += ["5000", "", "1", "", "0.05%/day", "", "", "40", "y", "n", "900"]
    code, out, _ = run("guide", "--lang", "en", typed=typed)
    assert code == 0
    assert "dearest first" in out
    assert "¥10,000.00" in out


@pytest.mark.parametrize(("language", "words"), [("en", "Your answer for"), ("zh", "给您的答复")])
def test_welcome_shows_the_example_and_then_is_the_guide(run, language, words):
    code, out, err = run(
        "welcome", "--lang", language, typed=["8000", "", "2", "", "18%", "", "", "60", "y", "n", "600"]
    )
    assert (code, err) == (0, "")
    assert words in out
    assert "¥536.64" in out


def test_every_flag_reaches_the_request(run):
    flags = (
        "guide", "--overdue", "2,200", "--flat-rate", "0.75%", "--fee", "0.1%", "--fee", "5", "--days", "33",
        "--not-accelerated", "--not-due", "4000", "--instalments-left", "4", "--next-due", "2026-12-05",
        "--borrowed", "12000", "--months", "12", "--signed-on", "2026-01-05", "--lender", "bank",
        "--lender-name", "Example Bank", "--product", "consumer_loan", "--income", "5000", "--spending", "3,600",
        "--buffer", "0.2", "--penalty-multiple", "1.3", "--on", "2026-11-23", "--json",
    )  # fmt: skip
    code, out, err = run(*flags)
    assert (code, err) == (0, "")
    found = json.loads(out)
    debt = found["debts"][0]
    assert (debt["owed"]["not_due"], debt["lender_name"], debt["lender"]) == (400_000, "Example Bank", "bank")
    assert (found["budget"]["surplus"], found["budget"]["available"]) == (140_000, 112_000)
    counted = [message["key"] for message in debt["cost"]["findings"][0]["counted"]]
    assert counted == ["guide.counted.flat", "guide.counted.fee_month_share", "guide.counted.fee_month"]
    code, out, _ = run("guide", "--overdue", "8000", "--borrowed", "8000", "--months", "12", "--instalment", "733.44",
                       "--json")  # fmt: skip
    assert code == 0
    assert json.loads(out)["debts"][0]["cost"]["contract_percent"].startswith("18.0")
