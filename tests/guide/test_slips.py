"""What a person mistypes is sent back in their own language, by its flag and in the money they typed."""

import io
import json
import re

import pytest

from reprieve.cli import main
from reprieve.words import words
from reprieve.words.retelling import PREFIX, match, retold

pytestmark = pytest.mark.fast

ON = ("--on", "2026-11-23")
OWED = ("--overdue", "8000", "--rate", "18%")
SIGNED = ("--borrowed", "9000", "--months", "12")
COMING = ("--instalments-left", "2", "--next-due", "2026-12-30")
SLIPS = {
    "an amount in words": ("--overdue", "eight"),
    "an amount below zero": ("--overdue", "-5"),
    "an amount in tenths of a fen": ("--overdue", "8000.001"),
    "nothing owed": ("--overdue", "0", "--rate", "18%"),
    "no amount": ("--surplus", "600"),
    "nothing at all": (),
    "a bare 18": ("--overdue", "8000", "--rate", "18"),
    "a rate in words": ("--overdue", "8000", "--rate", "high"),
    "an absurd rate": ("--overdue", "8000", "--rate", "9999%"),
    "a daily rate without its day": ("--overdue", "8000", "--rate", "0.0005"),
    "a rate too fine": ("--overdue", "8000", "--rate", "0.12345678912"),
    "two rates": (*OWED, "--flat-rate", "1%", *SIGNED),
    "a flat rate of nothing": ("--overdue", "8000", "--flat-rate", "1%"),
    "a flat rate of 60": ("--overdue", "8000", "--flat-rate", "60", *SIGNED),
    "a rate that a place without ceilings needs": ("--overdue", "8000", "--place", "gb"),
    "another place": (*OWED, "--place", "mars"),
    "another lender": (*OWED, "--lender", "bnak"),
    "days below zero": (*OWED, "--days", "-3"),
    "days in words": (*OWED, "--days", "soon"),
    "days before the contract": (*OWED, *SIGNED, "--days", "23", "--signed-on", "2026-11-01"),
    "a contract of tomorrow": (*OWED, *SIGNED, "--signed-on", "2026-11-24"),
    "months in words": (*OWED, "--borrowed", "9000", "--months", "some"),
    "months without the loan": (*OWED, "--months", "12"),
    "a loan without months": (*OWED, "--borrowed", "9000"),
    "an instalment that never repays": (*OWED, *SIGNED, "--instalment", "5"),
    "parts that do not sum": (*OWED, "--principal", "7000"),
    "a multiple below zero": (*OWED, "--penalty-multiple", "-1"),
    "what is to come without its days": (*OWED, "--not-due", "3000"),
    "days to come without what comes": (*OWED, *COMING),
    "a next due day that has passed": (*OWED, "--not-due", "9", "--instalments-left", "1", "--next-due", "2026-11-23"),
    "an impossible day": (*OWED, "--not-due", "9", "--instalments-left", "1", "--next-due", "2026-02-30"),
    "all asked for, and some to come": (*OWED, "--accelerated", "--not-due", "3000", *COMING),
    "what cannot be computed": ("--overdue", "9999999999", "--rate", "2000%", "--days", "3650"),
    "a fee in words": (*OWED, "--fee", "some"),
    "a surplus and an income": (*OWED, "--surplus", "600", "--income", "5000", "--spending", "1"),
    "spending alone": (*OWED, "--spending", "600"),
    "a buffer of everything and more": (*OWED, "--buffer", "101%"),
    "a lender without a name": (*OWED, "--lender-name", ""),
    "a lender with a very long name": (*OWED, "--lender-name", "x" * 201),
    "a lender on two lines": (*OWED, "--lender-name", "A\nB"),
    "a lender with an escape": (*OWED, "--lender-name", "\x1b[31mred"),
    "a folder that is not there": (*OWED, "--ics", "nowhere/plan.ics"),
    "a screen for a file": (*OWED, "--ics", "-"),
    "a folder for a file": (*OWED, "--ics", "folder"),
    "a file that is there": (*OWED, "--ics", "there.ics"),
    "a file and flags": ("debts.json", "--overdue", "1"),
    "no such file": ("nowhere.json",),
    "a folder to read": ("folder",),
    "no such flag": (*OWED, "--bogus"),
    "a flag without its value": ("--overdue",),
    "a word too many": ("a.json", "b.json"),
    "no font": (*OWED, "--pdf", "plan.pdf"),
    "a day in words": (*OWED, "--on", "soon"),
    "a day far off": (*OWED, "--on", "2299-12-31"),
    "a language that is not there": (*OWED, "--lang", "fr"),
}  # fmt: skip
DOCUMENTS = {
    "empty": "",
    "a list": "[]",
    "no debts": '{"debts": []}',
    "too many debts": json.dumps({"debts": [{"overdue": 1}] * 21}),
    "an unknown key": '{"debts": [{"overdue": 1, "intrest": 1}]}',
    "wrong kinds": '{"debts": [{"overdue": "1", "accelerated": 1, "name": 1, "fees": 1, "parts": 1}], "spending": 1}',
    "below zero": '{"debts": [{"overdue": -1}]}',
    "beyond ten years": '{"debts": [{"overdue": 1, "days_overdue": 4000}]}',
    "fees as large as the loan": json.dumps(
        {
            "debts": [
                {
                    "overdue": 1,
                    "rate": "18%",
                    "fees": [{"when": "once", "amount": 9}],
                    "original": {"principal": 9, "instalments": 1},
                }
            ]
        }
    ),
    "a fee without a measure": '{"debts": [{"overdue": 1, "fees": [{}]}]}',
    "parts that do not sum": '{"debts": [{"overdue": 2, "parts": {"principal": 1}}]}',
    "a loan without its figures": '{"debts": [{"overdue": 2, "original": {}, "not_due": {}}]}',
}
UNREAD = ("no such flag", "a flag without its value", "a word too many", "a language that is not there")
"""Mistakes in the command itself, which has then no figures to name."""
FLAGS_OR_NAMES = re.compile(
    r"--[a-z-]+|\"[^\"]*\"|'[^']*'|\$[\w.\[\]]*|[\w./-]+\.(?:json|ics|pdf)|nowhere|~/\S+|apt-get.*?；"
)
ENGLISH = re.compile(
    r"\b(an?|the|of|at|is|or|and|such|that|number|most|least|see|not|no|in|to|what|with)\b", re.IGNORECASE
)
NOT_TYPED_HERE = {
    "fault.file_readable": "a file that the system does not let one read",
    "fault.file_writable": "a folder that the system does not let one write to",
    "fault.place": "the commands on rules",
    "fault.diff_order": "the commands on rules",
    "fault.usage_command": "the command itself mistyped",
    "fault.usage_missing": "the commands on rules",
}


@pytest.fixture
def slip(monkeypatch, capsys, tmp_path):
    """Return what is said of a mistake on standard error."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.ics").write_text("mine")
    (tmp_path / "folder").mkdir()
    monkeypatch.setattr("reprieve.operations.print_font.families", frozenset)
    monkeypatch.setattr("reprieve.cli.guide_questions.is_terminal", lambda: False)

    def said(arguments, *more, document=None):
        if document is not None:
            monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(document.encode()), "utf-8"))
        with pytest.raises(SystemExit) as left:
            main(("guide", *([] if "--on" in arguments else ON), *arguments, *more))
        captured = capsys.readouterr()
        assert (left.value.code, captured.out) == (2, "")
        return captured.err

    return said


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_sent_back_in_chinese_by_its_flag(slip, name):
    err = slip(SLIPS[name], *(() if "--lang" in SLIPS[name] else ("--lang", "zh")))
    if "fr" in SLIPS[name]:
        assert "'zh', 'en'" in err
        return
    assert "$." not in err
    assert not ENGLISH.search(FLAGS_OR_NAMES.sub("", err)), err


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_sent_back_in_chinese_by_its_path(slip, name):
    err = slip(("-", "--lang", "zh"), document=DOCUMENTS[name])
    assert not ENGLISH.search(FLAGS_OR_NAMES.sub("", err)), err


@pytest.mark.parametrize(
    ("name", "words_said"),
    [
        ("an instalment that never repays", ("--instalment", "¥750.01", "12 instalments")),
        ("what cannot be computed", ("--overdue", "¥9,999,999,999.00")),
        ("a surplus and an income", ("--surplus", "either --surplus, or --income and --spending")),
        ("another lender", ("--lender", 'Did you mean "bank"?')),
        ("days in words", ("--days", "soon", "from 0 to 3,650")),
        ("a day far off", ("--on", "2199-12-31")),
        ("days before the contract", ("--days", "23", "at most 22 days")),
        ("a contract of tomorrow", ("--signed-on", "2026-11-24", "no later than 2026-11-23")),
    ],
)
def test_a_person_who_typed_money_and_flags_reads_money_and_flags(slip, name, words_said):
    err = slip(SLIPS[name])
    assert all(word in err for word in words_said), err
    assert "minor units" not in err
    assert "$." not in err


def test_a_close_word_is_named_in_chinese_too(slip):
    assert "是不是想写 bank？" in slip(SLIPS["another lender"], "--lang", "zh")


@pytest.mark.parametrize(
    "flags", [(*SIGNED, "--signed-on", "2026-11-23"), (*SIGNED, "--signed-on", "2026-09-24", "--days", "60")]
)
def test_a_contract_of_today_and_lateness_from_its_first_day_are_read(capsys, flags):
    with pytest.raises(SystemExit) as left:
        main(("guide", *ON, *OWED, *flags, "--json"))
    assert left.value.code == 0
    capsys.readouterr()


@pytest.mark.parametrize(("typed", "kept"), [("10%", 6000), ("0.1", 6000), ("0", 0), ("100%", 60000), ("12.5％", 7500)])
def test_a_buffer_reads_as_people_write_a_part(capsys, typed, kept):
    with pytest.raises(SystemExit):
        main(("guide", *ON, *OWED, "--surplus", "600", "--buffer", typed, "--json"))
    assert json.loads(capsys.readouterr().out)["budget"]["buffer"] == kept


def reached(text):
    """Return the keys of the messages that an error in English is told with, its figures included."""
    key, figures = match(text)
    below = [reached(given) for given in figures.values()]
    return {key}.union(*below) if key else set()


def test_every_message_of_a_fault_is_the_message_of_some_slip(slip):
    found = set()
    for name, arguments in SLIPS.items():
        problem = json.loads(slip(("--json", *arguments)))
        assert problem["errors"] or name in UNREAD
        told = [problem["detail"], *(one[part] for one in problem["errors"] for part in ("path", "found", "allowed"))]
        found = found.union(*map(reached, told))
    for document in DOCUMENTS.values():
        for one in json.loads(slip(("-", "--json"), document=document))["errors"]:
            found |= reached(one["found"]) | reached(one["allowed"])
    there = {key for key in words("en").messages if key.startswith(PREFIX) and not key.startswith(f"{PREFIX}case.")}
    assert there - found == NOT_TYPED_HERE.keys()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_a_person_typed_is_never_changed(language):
    say = words(language)
    for text in ("8,000 元", "the moon {and} back", "bnak", "年利率 {rate}"):
        assert retold(text, say) == text
    assert "{x}" in retold("no file {x}", say)
