"""`reprieve rules`: readable in 80 columns and both languages, JSON in the published shape, faults in one sentence."""

import json
from datetime import date

import jsonschema
import pytest
from rich.cells import cell_len

from reprieve.cli import main
from reprieve.lending.schema import rules_schema
from reprieve.rules import places
from reprieve.rules.rule import CONFIDENCES, LENDERS, LEVELS, PRODUCTS
from reprieve.words import words
from tests.rules.test_in_force import SERIES

pytestmark = pytest.mark.fast

SCHEMA = rules_schema()


@pytest.fixture
def run(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def ran(*arguments):
        with pytest.raises(SystemExit) as left:
            main(["rules", *arguments])
        captured = capsys.readouterr()
        return left.value.code, captured.out, captured.err

    return ran


def valid(command, answer):
    validator = jsonschema.Draft202012Validator(SCHEMA["properties"][command] | {"$defs": SCHEMA["$defs"]})
    return [error.message for error in validator.iter_errors(answer)]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("place", places())
def test_rules_read_within_80_columns(run, place, language):
    for arguments in (
        ["show", place],
        ["show", place, "--left-out"],
        ["diff", place, "--from", "2010-01-01", "--to", "2026-11-23"],
    ):
        code, out, err = run(*arguments, "--lang", language)
        assert (code, err) == (0, "")
        assert "\x1b" not in out
        assert max(cell_len(line) for line in out.splitlines()) <= 80
        assert not any(line != line.rstrip() for line in out.splitlines())


def test_a_rule_shows_value_sentence_scope_days_level_and_source(run):
    _, out, _ = run("show", "cn", "--on", "2026-11-23", "--key", "penalty.multiple_most", "--lang", "zh")
    for words_shown in (
        "1.5倍",
        "最高为合同利率的1.5倍",
        "银行、",
        "自2004年1月1日起",
        "规范性文件",
        "已核对",
        "银发〔2003〕251号",
    ):
        assert words_shown in out
    _, out, _ = run("show", "cn", "--on", "2026-11-23", "--key", "penalty.multiple_most")
    for words_shown in (
        "1.5 times",
        "at most 150 %",
        "for banks",
        "since 1 January 2004",
        "normative notice",
        "verified",
    ):
        assert words_shown in out


def test_a_day_before_a_rule_does_not_show_it(run):
    assert "penalty.multiple_most" not in run("show", "cn", "--on", "2003-12-31", "--key", "penalty")[1]
    assert "penalty.multiple_most" in run("show", "cn", "--on", "2004-01-01", "--key", "penalty")[1]


@pytest.mark.parametrize("place", places())
def test_json_has_the_published_shape(run, place):
    code, out, _ = run("show", place, "--on", "2026-11-23", "--json")
    answer = json.loads(out)
    assert (code, valid("show", answer), answer["on"]) == (0, [], "2026-11-23")
    assert answer["rules"]
    _, out, _ = run("diff", place, "--from", "2004-01-01", "--to", "2026-11-23", "--json")
    changes = json.loads(out)["changes"]
    assert valid("diff", json.loads(out)) == []
    assert changes
    _, out, _ = run("check", place, "--json")
    assert valid("check", json.loads(out)) == []


def test_the_repair_window_travels_in_time(run):
    _, then, _ = run("show", "cn", "--on", "2026-02-01", "--key", "credit_repair.open")
    _, today, _ = run("show", "cn", "--on", "2026-11-23", "--key", "credit_repair.open")
    assert "to 31 March 2026" in then
    assert "Rules of cn on 23 November 2026: 0" in today
    _, out, _ = run("diff", "cn", "--from", "2026-02-01", "--to", "2026-11-23", "--key", "credit_repair")
    assert "credit_repair.open  ended" in out


def test_check_says_that_every_pack_holds(run):
    code, out, _ = run("check")
    assert code == 0
    assert out.count("every worked case holds") == len(places())


def test_a_file_of_later_values_is_added(run, tmp_path):
    file = tmp_path / "lpr.toml"
    file.write_text(
        SERIES,
        "utf-8",
    )
    code, out, _ = run("show", "cn", "--on", "2026-11-23", "--key", "reference_rate", "--add", str(file))
    assert code == 0
    assert "2.90%" in out
    file.write_bytes(b"\xff")
    code, out, err = run("show", "cn", "--add", str(file))
    assert (code, out) == (2, "")
    assert "UTF-8" in err


@pytest.mark.parametrize(
    ("arguments", "words_said"),
    [
        (["show", "fr"], 'found "fr"; allowed is a place with a rule pack'),
        (["show", "cn", "--on", "23.11.2026"], "a date written YYYY-MM-DD"),
        (["show", "cn", "--lender-type", "bnk"], 'Did you mean "bank"?'),
        (["show", "cn", "--add", "nowhere.toml"], "no file nowhere.toml"),
        (["diff", "cn", "--from", "2026-01-01"], "--to"),
        (["check", "fr"], 'found "fr"'),
    ],
)
def test_a_fault_is_one_sentence_and_code_2(run, arguments, words_said):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert words_said in err
    assert len(err.splitlines()) == 1


def test_a_failing_worked_case_is_named_and_gives_code_1(run, monkeypatch):
    import reprieve.rules.worked_cases as module

    case = module.StatedValue("a case", "penalty.multiple_most", date(2026, 1, 1), "bank", None, "1.6")
    monkeypatch.setattr(module, "worked_cases", lambda _: (case,))
    code, out, _ = run("check", "cn")
    assert code == 1
    assert "a case: expected '1.6', the pack answers '1.5'" in out


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_level_lender_product_and_confidence_has_its_words(language):
    say = words(language)
    for group, names in (("level", LEVELS), ("lender", LENDERS), ("product", PRODUCTS), ("confidence", CONFIDENCES)):
        for name in names:
            assert say.text(f"{group}.{name}")


def test_the_command_alone_shows_its_help(run):
    code, out, _ = run()
    assert code == 0
    assert "Show, compare and check the rule packs" in out


def test_days_the_wrong_way_round_are_sent_back(run):
    for to in ("2026-01-01", "2026-11-01"):
        code, out, err = run("diff", "cn", "--from", "2026-11-01", "--to", to)
        assert (code, out) == (2, "")
        assert f"At --to: found {to}; allowed is a day after --from, 2026-11-01." in err
    assert (
        "允许：晚于 --from（2026-11-01）的日期"
        in run("diff", "cn", "--from", "2026-11-01", "--to", to, "--lang", "zh")[2]
    )
    assert run("diff", "cn", "--from", "2026-11-01", "--to", "2026-11-02")[0] == 0


def test_a_key_that_no_rule_has_is_said_to_be_none(run):
    assert "No rule whose key begins with “nothing” is in force that day." in run("show", "cn", "--key", "nothing")[1]
    assert "No rule" not in run("show", "cn", "--key", "penalty")[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--lender-type", "bnak"), ("At --lender-type: ", 'Did you mean "bank"?')),
        (("--product", "card"), ("At --product: ",)),
    ],
)
def test_a_word_a_pack_does_not_know_is_named_by_its_flag(run, arguments, said):
    for command in (("show", "cn"), ("diff", "cn", "--from", "2026-01-01", "--to", "2026-11-01")):
        code, out, err = run(*command, *arguments)
        assert (code, out) == (2, "")
        assert all(word in err for word in said)


def test_an_unknown_place_reads_in_chinese(run):
    assert "允许：有规则的地方：cn, eu, gb, us" in run("show", "mars", "--lang", "zh")[2]
