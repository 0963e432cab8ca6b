"""Bank files and books from outside: taken once, never guessed, nothing committed before its totals agree."""

from datetime import date

import pytest

from reprieve.errors import BadInput
from reprieve.lending.intake import CsvFormat, read_csv
from reprieve.operations.failpoints import Killed, armed
from tests.operations.lending import act, balances, close, controls, establish, held, sign

pytestmark = pytest.mark.django_db

FILE = """date,amount,reference,payer,id
2026-02-15,733.44,LOAN-0001,A,b1
2026-02-15,100.00,thank you,B,b2
2026-02-16,200.00,loan 0002,C,b3
2026-02-16,-50.00,LOAN-0001,bank,b4
"""


@pytest.fixture
def loans(db):
    establish()
    sign("LOAN-0001")
    sign("LOAN-0002")


def statement(text=FILE):
    return read_csv(text.encode(), CsvFormat("CNY"))


def test_money_with_a_known_reference_is_paid_and_other_money_waits(loans):
    from reprieve.operations.intake import take_bank_file
    from reprieve.operations.reading import position, suspense

    report = take_bank_file(act("2026-02-17"), statement())
    assert report["lines"] == {"payment": 2, "suspense": 1, "money_out": 1}
    assert report["amounts"] == {"payment": 93_344, "suspense": 10_000, "money_out": -5_000}
    assert [(line["amount"], line["reference"]) for line in suspense()] == [(10_000, "thank you")]
    assert position("LOAN-0001", on=date(2026, 2, 15))["outstanding"]["principal"] == 738_656
    assert balances()["bank"] == 93_344 - 1_600_000


def test_a_file_that_is_given_again_takes_nothing_twice(loans):
    from reprieve.operations.intake import take_bank_file

    take_bank_file(act("2026-02-17"), statement())
    again = take_bank_file(act("2026-02-18", user="approver"), statement())
    assert again["lines"] == {"known": 4}
    assert balances()["bank"] == 93_344 - 1_600_000


@pytest.mark.parametrize("turn", [1, 2, 3, 4])
@pytest.mark.parametrize("point", ["intake.before_line", "command.before_commit", "intake.after_line"])
def test_a_file_killed_anywhere_goes_on_with_what_is_missing(loans, point, turn):
    from reprieve.operations.intake import take_bank_file
    from reprieve.operations.reading import suspense

    with armed(point, turn), pytest.raises(Killed):
        take_bank_file(act("2026-02-17"), statement())
    take_bank_file(act("2026-02-17"), statement())
    assert balances()["bank"] == 93_344 - 1_600_000
    assert len(suspense()) == 1


def test_money_in_suspense_is_posted_by_the_close_and_leaves_when_it_is_placed(loans):
    from reprieve.operations.intake import place_bank_line, take_bank_file
    from reprieve.operations.reading import suspense

    take_bank_file(act("2026-02-17"), statement())
    [done] = close("2026-02-17")
    assert done["state"] == "finished"
    assert balances()["unmatched_money"] == -10_000
    assert balances()["bank"] == 103_344 - 1_600_000
    [line] = suspense()
    answer = place_bank_line(act("2026-02-18"), key=line["key"], contract="LOAN-0002").answer
    assert answer["event"]["on"] == "2026-02-15"
    [done] = close("2026-02-18")
    assert done["state"] == "finished"
    assert "unmatched_money" not in balances()
    assert balances()["bank"] == 103_344 - 1_600_000
    assert held() == controls("2026-02-18")
    with pytest.raises(BadInput, match="bank line in suspense"):
        place_bank_line(act("2026-02-18"), key=line["key"], contract="LOAN-0001")


def test_money_that_its_contract_cannot_take_waits_with_the_reason(loans):
    from reprieve.operations.intake import take_bank_file
    from reprieve.operations.reading import suspense

    text = "date,amount,reference,id\n2026-01-02,5.00,LOAN-0001,b1\n"
    assert take_bank_file(act("2026-02-17"), statement(text))["lines"] == {"suspense": 1}
    assert len(suspense()) == 1
    assert balances()["bank"] == -1_600_000


def loan(number, **changed):
    from reprieve.operations.reading import contract

    file = contract("LOAN-0001")["file"]
    return {"number": number, "customer": "C-LOAN-0001", "product": "steady", "file": file} | changed


def in_dollars(number):
    file = loan(number)["file"]
    return loan(number, file={**file, "contract": {**file["contract"], "currency": "USD"}})


CONTROL = {"loans": 2, "principal": 1_600_000}


def test_a_book_is_imported_once_its_control_totals_agree(loans):
    from reprieve.operations.intake import import_book
    from reprieve.operations.reading import contracts

    rows = [
        loan("M-1"), loan("M-2"), loan("M-2"), loan("M-3", file={"contract": {}}), loan("M-4", customer="nobody"),
        loan("M-5", product="nothing"), loan("LOAN-0001"), {"number": "M-6"}, in_dollars("M-7"),
    ]  # fmt: skip
    tried = import_book(act("2026-02-01"), rows, CONTROL, is_dry_run=True)
    assert [row["row"] for row in tried["rejected"]] == [3, 4, 5, 6, 7, 8, 9]
    assert all(row["because"] for row in tried["rejected"])
    assert (tried["off"], tried["imported"]) == ({}, 0)
    off = import_book(act("2026-02-01"), rows, {**CONTROL, "principal": 1_600_001})
    assert off["off"] == {"principal": {"control": 1_600_001, "found": 1_600_000}}
    assert len(contracts()) == 2, "nothing is committed while a total is off"
    done = import_book(act("2026-02-01"), rows, {**CONTROL, "outstanding": tried["found"]["outstanding"]})
    assert done["imported"] == 2
    import_book(act("2026-02-01"), rows, CONTROL)
    assert [row["contract"] for row in contracts()][2:] == ["M-1", "M-2"]
    close("2026-02-01")
    assert held() == controls("2026-02-01")


def test_an_import_killed_midway_goes_on(loans):
    from reprieve.operations.intake import import_book
    from reprieve.operations.reading import contracts

    rows = [loan("M-1"), loan("M-2")]
    with armed("command.before_commit", 2), pytest.raises(Killed):
        import_book(act("2026-02-01"), rows, CONTROL)
    assert len(contracts()) == 3
    assert import_book(act("2026-02-01"), rows, CONTROL)["imported"] == 2
    assert len(contracts()) == 4


def test_a_loan_with_opening_balances_is_taken_over_as_it_stands(loans):
    from reprieve.operations.intake import import_book

    file = loan("M-1")["file"]
    opening = {
        "kind": "opening", "on": "2026-02-01", "oldest_unpaid_due_on": "2026-01-20", "instalments": 6,
        "next_due_on": "2026-02-20",
        "balances": {"principal_not_due": 400_000, "principal": 60_000, "interest": 7_000, "penalty": 500},
    }  # fmt: skip
    taken = loan("M-1", file={**file, "events": [opening]})
    found = import_book(act("2026-02-01"), [taken], {"loans": 1})["found"]
    assert found["outstanding"] == {
        "principal": 460_000, "interest": 7_000, "penalty": 500, "fees": 0, "total": 467_500,
    }  # fmt: skip
    assert balances()["taken_over"] == -467_500
    for day in ("2026-02-01", "2026-02-02", "2026-02-22"):
        assert close(day)[-1]["state"] == "finished"
        assert held() == controls(day)
