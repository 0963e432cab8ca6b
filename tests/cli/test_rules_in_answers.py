"""The case commands with rules: what is shown in both languages, and how a contract that a rule forbids is refused."""

import json

import pytest
from rich.cells import cell_len

from reprieve.cli import main
from tests.case_file.examples import eight_thousand

pytestmark = pytest.mark.fast

SERVICE = {"name": "服务费", "payee": "lender", "when": "each_instalment", "rate": "0.005"}


def flowed(out):
    """The text without its line ends."""
    return " ".join(out.split())


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """Run a case command on the 8,000-yuan case with a service fee, for a kind of lender."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def ran(command, lender, *arguments, **terms):
        document = eight_thousand()
        document["contract"] |= {"fees": [SERVICE]} | terms
        document["rules"] = {"place": "cn", "lender_type": lender, "product": "consumer_loan"}
        path = tmp_path / "case.json"
        path.write_text(json.dumps(document), "utf-8")
        with pytest.raises(SystemExit) as left:
            main(["case", command, str(path), *arguments])
        captured = capsys.readouterr()
        return left.value.code, captured.out, captured.err

    return ran


def test_a_cost_above_what_courts_uphold_is_pointed_out_with_its_article(run):
    code, out, err = run("cost", "consumer_finance", "--lang", "en")
    assert (code, err) == (0, "")
    assert "If paid as agreed: 28.36% a year is above 24%. Counted: interest and fees" in out
    assert "When late: 27% a year is above 24%." in out
    assert "Penalty rate: 27% a year is within 27%." in out
    assert out.count("法发〔2017〕22号, art. 2") == 1


def test_it_is_pointed_out_in_chinese(run):
    code, out, err = run("cost", "consumer_finance", "--lang", "zh")
    assert (code, err) == (0, "")
    assert "按约履行：年化 28.36%，高于 24%。计入：利息和费用（服务费）。" in out
    assert "银发〔2003〕251号" in out


def test_a_contract_that_a_rule_forbids_is_answered_and_refused(run):
    code, out, err = run("cost", "micro_loan", "--lang", "en")
    assert code == 1
    assert "28.36% a year is above 24%; the rule does not allow it." in out
    assert err.startswith("reprieve: If paid as agreed: 28.36% a year is above 24%; the rule does not allow it.")
    assert "(cost_ceiling.micro_loan; Guidelines on the comprehensive cost of micro-loan companies)" in err


def test_it_is_refused_in_chinese(run):
    code, _, err = run("cost", "micro_loan", "--lang", "zh")
    assert code == 1
    assert "年化 28.36%，高于 24%，规则不允许" in err
    assert "《小额贷款公司综合融资成本管理工作指引》" in err


def test_a_refusal_in_json_is_a_problem_beside_the_answer(run):
    code, out, err = run("cost", "micro_loan", "--json")
    answer, problem = json.loads(out), json.loads(err)
    assert (code, answer["lawfulness"]["is_refused"], problem["status"]) == (1, True, 409)
    assert [refusal["rule"] for refusal in problem["refusals"]] == ["cost_ceiling.micro_loan"]
    assert "24 %" in problem["refusals"][0]["because"]


def test_within_every_ceiling_nothing_is_refused(run):
    code, out, err = run("cost", "micro_loan", "--lang", "en", fees=[])
    assert (code, err) == (0, "")
    assert "If paid as agreed: 18% a year is within 24%. Counted: interest." in out


def test_a_contract_beyond_its_own_ceiling_is_refused(run):
    code, _, err = run("cost", "bank", "--lang", "en", ceilings=[{"rate": "0.24", "measure": "irr_nominal"}])
    assert code == 1
    assert "(contract.ceilings[0]; the contract's own ceiling)" in err


def test_a_day_can_be_named_for_rules_that_go_by_the_suit(run):
    old = {"disbursed_on": "2016-01-15", "first_due_on": "2016-02-15"}
    assert "法发〔2017〕22号" not in run("cost", "bank", "--lang", "en", **old)[1]
    assert "法发〔2017〕22号" in run("cost", "bank", "--lang", "en", "--on", "2026-11-23", **old)[1]


def test_a_reference_rate_that_is_not_known_is_said_to_be(run):
    code, out, _ = run("cost", "private", "--lang", "en")
    assert code == 0
    assert "The limit hangs on a reference rate that is not known for that day." in flowed(out)


def test_limits_that_hang_on_the_lender_are_named(run):
    code, out, _ = run("cost", None, "--lang", "en")
    assert code == 0
    assert "Not judged, because lender type or product is not said: cost_ceiling." in flowed(out)


def test_a_projection_tells_the_record_and_its_rules(run):
    code, out, err = run(
        "project", "consumer_finance", "--lang", "en", "--on", "2026-02-15", "--days", "30,60", fees=[]
    )
    assert (code, err) == (0, "")
    assert "First day the credit record would show as late: 19 March 2026 (code 1)." in flowed(out)
    assert "国务院令第631号" in out
    figures = [line for line in out.splitlines() if line.startswith(("30 ", "60 "))]
    assert [line.split()[-1] for line in figures] == ["N", "2"]


def test_a_projection_without_lateness_says_so(run):
    _, out, _ = run("project", "consumer_finance", "--lang", "zh", "--on", "2026-02-15", "--days", "30", fees=[])
    assert "信用记录不会显示逾期" in out


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("command", ["cost", "project", "position"])
def test_what_the_rules_say_fits_80_columns(run, command, language):
    for lender in ("micro_loan", "consumer_finance", None):
        _, out, _ = run(command, lender, "--lang", language)
        assert max(cell_len(line) for line in out.splitlines()) <= 80


def test_a_position_names_its_bucket(run):
    _, out, _ = run("position", "consumer_finance", "--lang", "en", "--on", "2026-04-15")
    assert "31-60" in out
