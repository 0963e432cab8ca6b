"""`reprieve take` as a person runs it: bank files and books from a file, once, with exit codes that tell."""

import json

import pytest

from reprieve.cli.problem import BAD_INPUT, GOOD, REFUSED
from tests.case_file.examples import with_events
from tests.operations.lending import establish, sign
from tests.operations.test_export_command import run
from tests.operations.test_intake import FILE

__all__ = ["run"]
CAMT = (
    '<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">'
    '<BkToCstmrStmt><Stmt><Id>1</Id><Ntry><Amt Ccy="CNY">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
    "<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-02-16</Dt></BookgDt><AcctSvcrRef>b-3</AcctSvcrRef>"
    "<NtryDtls><TxDtls><RmtInf><Ustrd>LOAN-0001</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry></Stmt>"
    "</BkToCstmrStmt></Document>"
)


@pytest.fixture
def lender(fresh_database):
    establish()
    sign("LOAN-0001")
    sign("LOAN-0002")


@pytest.fixture
def written(tmp_path):
    def write(name, text):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return str(path)

    return write


def test_a_bank_file_is_taken_once_however_often_it_is_given(run, lender, written):
    from reprieve.operations.reading import all_bank_files, suspense

    path = written("monday.csv", FILE)
    code, said = run("take", "bank-file", path, "--user", "core", "--json")
    assert (code, said.err) == (GOOD, "")
    assert json.loads(said.out)["lines"] == {"payment": 2, "suspense": 1, "money_out": 1}
    assert run("take", "bank-file", path, "--user", "core", "--json")[1].out == said.out
    assert len(suspense()) == 1
    [kept] = all_bank_files()
    assert (kept["name"], kept["taken_by"]) == ("monday.csv", "core")


def test_a_bank_file_reads_as_it_is_told_to_be_written(run, lender, written):
    text = "Tag;Betrag;Zweck\n16.02.2026;1.000,50;LOAN-0001\n"
    flags = ("--delimiter", ";", "--date-format", "DD.MM.YYYY", "--decimal-mark", ",", "--json")
    columns = ("--column", "booked_on=Tag", "--column", "amount=Betrag", "--column", "reference=Zweck")
    code, said = run("take", "bank-file", written("de.csv", text), "--user", "core", *flags, *columns)
    assert code == GOOD
    assert json.loads(said.out)["amounts"] == {"payment": 100_050}
    code, said = run("take", "bank-file", written("one.xml", CAMT), "--user", "core")
    assert (code, said.out) == (GOOD, 'lines: {"payment": 1}\namounts: {"payment": 10000}\n')


def test_a_row_that_cannot_be_read_is_told_and_leaves_with_one(run, lender, written):
    text = "date,amount,reference\n2026-02-16,much,LOAN-0001\n2026-02-16,5.00,LOAN-0001\n"
    code, said = run("take", "bank-file", written("odd.csv", text), "--user", "core")
    assert code == REFUSED
    assert 'lines: {"payment": 1}' in said.out
    assert "row 2, amount" in said.err


def test_a_book_is_tried_and_then_taken_over_once_its_totals_agree(run, lender, written):
    from reprieve.operations.reading import contracts

    loans = [
        {"number": f"M-{number}", "product": "steady", "file": with_events(),
         "customer": {"number": f"C-{number}", "language": "zh", "identifiers": {}}}
        for number in (1, 2)
    ]  # fmt: skip
    path = written("book.ndjson", "".join(json.dumps(loan) + "\n" for loan in loans))
    totals = ("--loans", "2", "--principal", "1600000")
    code, said = run("take", "book", path, "--user", "core", *totals)
    assert (code, said.err) == (GOOD, "")
    assert "imported" not in said.out
    assert len(contracts()) == 2
    code, said = run("take", "book", path, "--user", "core", "--loans", "3", "--commit")
    assert code == REFUSED
    assert "control total is 3" in said.err
    assert len(contracts()) == 2
    code, said = run("take", "book", path, "--user", "core", *totals, "--commit", "--json")
    assert (code, json.loads(said.out)["imported"]) == (GOOD, 2)
    again = run("take", "book", path, "--user", "core", *totals, "--commit", "--json")[1]
    assert again.out == said.out
    assert len(contracts()) == 4


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("bank-file", "/nowhere.csv", "--user", "core"), "a file that can be read"),
        (("bank-file", __file__, "--user", "nobody"), "somebody who may sign in"),
        (("bank-file", __file__, "--user", "core", "--date-format", "soon"), "one of YYYY-MM-DD"),
        (("bank-file", __file__, "--user", "core", "--column", "colour=red"), "NAME=HEADING"),
    ],
)
def test_what_cannot_be_taken_says_why(run, lender, written, arguments, said):
    if arguments[1] == __file__:
        arguments = (arguments[0], written("one.csv", FILE), *arguments[2:])
    code, shown = run("take", *arguments)
    assert code == BAD_INPUT
    assert said in shown.err
