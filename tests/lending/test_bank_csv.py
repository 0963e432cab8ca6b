"""Bank files as CSV: exact money, one bad row spoils no other, and a line has one key for ever."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reprieve.errors import BadInput
from reprieve.lending.intake import CsvFormat, read_csv

pytestmark = pytest.mark.fast

CNY = CsvFormat("CNY")
GOOD = "date,amount,reference,payer,id\n2026-02-15,733.44,REP-000123,李明,a1\n2026-02-16,-5.00,fee,,a2\n"


def read(text, form=CNY):
    return read_csv(text.encode("utf-8"), form)


def test_lines_are_exact_minor_units_with_reference_and_payer():
    statement = read(GOOD)
    first, second = statement.lines
    assert (first.row, first.booked_on, first.amount, first.currency) == (2, date(2026, 2, 15), 73344, "CNY")
    assert (first.reference, first.payer, first.bank_id) == ("REP-000123", "李明", "a1")
    assert second.amount == -500
    assert (statement.errors, statement.total) == ((), 72844)


def test_chinese_headings_and_two_money_columns_are_known():
    heads = "交易日期,收入金额,支出金额,摘要,对方户名,流水号"
    text = f'{heads}\n2026-02-15,"1,733.44",,REP000123,李明,9\n2026-02-16,,20,手续费,,10\n'
    first, second = read(text).lines
    assert (first.amount, second.amount) == (173344, -2000)


def test_a_bank_may_name_its_columns_and_marks():
    form = CsvFormat(
        "EUR", delimiter=";", date_format="%d.%m.%Y", decimal_mark=",", thousands_mark=".", encoding="cp1252",
        columns={"booked_on": "Buchung", "amount": "Betrag", "reference": "Verwendungszweck"},
    )  # fmt: skip
    content = "Buchung;Betrag;Verwendungszweck\n15.02.2026;1.733,44;für REP 000123\n".encode("cp1252")
    [line] = read_csv(content, form).lines
    assert (line.amount, line.reference) == (173344, "für REP 000123")


@pytest.mark.parametrize(
    ("row", "where", "found"),
    [
        ("2026-02-30,1.00,x,y,b", "row 3, date", "2026-02-30"),
        ("2026-02-15,1.005,x,y,b", "row 3, amount", "1.005"),
        ("2026-02-15,1e3,x,y,b", "row 3, amount", "1e3"),
        ("2026-02-15,,x,y,b", "row 3, amount", "''"),
        ("2026-02-15,0,x,y,b", "row 3, amount", "0"),
        ('2026-02-15,"1,73.44",x,y,b', "row 3, amount", "1,73.44"),
        ("2026-02-15,99999999999999999,x,y,b", "row 3, amount", "99999999999999999"),
        ("2026-02-15,1.00,x,y,a1", "row 3", "id a1 again"),
    ],
)
def test_a_bad_row_is_named_and_the_others_are_read(row, where, found):
    head, first, second = GOOD.splitlines()
    statement = read("\n".join([head, first, row, second]))
    [error] = statement.errors
    assert error.path == where
    assert found in error.found
    assert [line.row for line in statement.lines] == [2, 4]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "row 1"),
        ("amount,reference\n1,x\n", "row 1"),
        ("date,reference\n2026-02-15,x\n", "row 1"),
        ("date,amount,credit,debit\n2026-02-15,1,1,\n", "row 1"),
        ("date,date,amount\n2026-02-15,2026-02-15,1\n", "row 1"),
    ],
)
def test_a_file_that_cannot_be_read_as_a_whole_says_why(text, where):
    with pytest.raises(BadInput) as caught:
        read(text)
    assert caught.value.path == where


def test_a_file_in_another_encoding_is_refused_and_not_guessed():
    with pytest.raises(BadInput, match="utf-8"):
        read_csv("date,amount,reference\n2026-02-15,1,还款\n".encode("gb18030"), CNY)
    assert read_csv(
        "date,amount,摘要\n2026-02-15,1,还款\n".encode("gb18030"), CsvFormat("CNY", encoding="gb18030")
    ).lines


def test_two_equal_payments_are_two_and_the_same_file_again_is_the_same():
    text = "date,amount,reference\n2026-02-15,5.00,x\n2026-02-15,5.00,x\n"
    first, second = read(text).lines
    assert first.key != second.key
    assert [line.key for line in read(text).lines] == [first.key, second.key]
    other = read("date,amount,reference\n2026-02-15,5.01,x\n").lines[0]
    assert other.key not in (first.key, second.key)


def test_a_line_with_the_banks_id_has_the_same_key_in_any_file():
    alone = read("id,date,amount,payer\na1,2026-02-15,733.44,L\n").lines[0]
    assert alone.key == read(GOOD).lines[0].key


def test_yen_have_no_decimals():
    assert read("date,amount\n2026-02-15,733\n", CsvFormat("JPY")).lines[0].amount == 733
    assert read("date,amount\n2026-02-15,733.4\n", CsvFormat("JPY")).errors


@given(st.lists(st.integers(-(10**12), 10**12).filter(bool), max_size=20))
def test_what_is_written_is_what_is_read(amounts):
    written = [Decimal(amount).scaleb(-2) for amount in amounts]
    rows = [f"2026-02-15,{amount:f},r{place}" for place, amount in enumerate(written)]
    statement = read("\n".join(["date,amount,reference", *rows]) + "\n")
    assert [line.amount for line in statement.lines] == amounts
    assert statement.errors == ()
