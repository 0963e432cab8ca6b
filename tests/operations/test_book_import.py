"""Books from another system: nothing committed before its totals agree, every rejection with its reason."""

import pytest

from reprieve.errors import Refused
from reprieve.operations.failpoints import Killed, armed
from tests.operations.lending import act, balances, close, controls, establish, held, sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def loans(db):
    establish()
    sign("LOAN-0001")
    sign("LOAN-0002")


def loan(number, **changed):
    from reprieve.operations.reading import contract

    file = contract("LOAN-0001")["file"]
    return {"number": number, "customer": "C-LOAN-0001", "product": "steady", "file": file} | changed


def in_dollars(number):
    file = loan(number)["file"]
    return loan(number, file={**file, "contract": {**file["contract"], "currency": "USD"}})


CONTROL = {"loans": 2, "principal": 1_600_000}


def test_a_book_is_imported_once_its_control_totals_agree(loans):
    from reprieve.operations.book_import import import_book
    from reprieve.operations.reading import contracts

    rows = [
        loan("M-1"), loan("M-2"), loan("M-2"), loan("M-3", file={"contract": {}}), loan("M-4", customer="nobody"),
        loan("M-5", product="nothing"), loan("LOAN-0001"), {"number": "M-6"}, in_dollars("M-7"),
    ]  # fmt: skip
    tried = import_book(act("2026-02-01", user="core"), rows, CONTROL, is_dry_run=True)
    assert [row["row"] for row in tried["rejected"]] == [3, 4, 5, 6, 7, 8, 9]
    assert all(row["because"] for row in tried["rejected"])
    assert (tried["off"], tried["imported"]) == ({}, 0)
    off = import_book(act("2026-02-01", user="core"), rows, {**CONTROL, "principal": 1_600_001})
    assert off["off"] == {"principal": {"control": 1_600_001, "found": 1_600_000}}
    assert len(contracts()) == 2, "nothing is committed while a total is off"
    done = import_book(act("2026-02-01", user="core"), rows, {**CONTROL, "outstanding": tried["found"]["outstanding"]})
    assert done["imported"] == 2
    again = import_book(act("2026-02-01", user="core"), rows, CONTROL)
    assert (again["imported"], again["known"]) == (0, 2)
    assert [row["contract"] for row in contracts()][2:] == ["M-1", "M-2"]
    close("2026-02-01")
    assert held() == controls("2026-02-01")


def test_an_import_killed_midway_goes_on(loans):
    from reprieve.operations.book_import import import_book
    from reprieve.operations.reading import contracts

    rows = [loan("M-1"), loan("M-2")]
    with armed("command.before_commit", 2), pytest.raises(Killed):
        import_book(act("2026-02-01", user="core"), rows, CONTROL)
    assert len(contracts()) == 3
    again = import_book(act("2026-02-01", user="core"), rows, CONTROL)
    assert (again["imported"], again["known"]) == (1, 1)
    assert len(contracts()) == 4


def test_a_loan_with_opening_balances_is_taken_over_as_it_stands(loans):
    from reprieve.operations.book_import import import_book

    file = loan("M-1")["file"]
    opening = {
        "kind": "opening", "on": "2026-02-01", "oldest_unpaid_due_on": "2026-01-20", "instalments": 6,
        "next_due_on": "2026-02-20",
        "balances": {"principal_not_due": 400_000, "principal": 60_000, "interest": 7_000, "penalty": 500},
    }  # fmt: skip
    taken = loan("M-1", file={**file, "events": [opening]})
    found = import_book(act("2026-02-01", user="core"), [taken], {"loans": 1})["found"]
    assert found["outstanding"] == {
        "principal": 460_000, "interest": 7_000, "penalty": 500, "fees": 0, "total": 467_500,
    }  # fmt: skip
    assert balances()["taken_over"] == -467_500
    for day in ("2026-02-01", "2026-02-02", "2026-02-22"):
        assert close(day)[-1]["state"] == "finished"
        assert held() == controls(day)


WANG = {"number": "C-9", "language": "zh", "identifiers": {"name": "王芳", "national_id": "11010519491231002X"}}


def test_a_loan_may_bring_its_customer_who_is_registered_with_it(loans):
    from reprieve.operations.book_import import import_book
    from reprieve.operations.reading import contracts, customer

    rows = [loan("M-1", customer=WANG), loan("M-2", customer=WANG), loan("M-3", customer="C-9")]
    wanted = {"loans": 3, "principal": 2_400_000}
    assert import_book(act("2026-02-01", user="core"), rows, wanted, is_dry_run=True)["rejected"] == []
    assert [row["contract"] for row in contracts()] == ["LOAN-0001", "LOAN-0002"]
    assert import_book(act("2026-02-01", user="core"), rows, wanted)["imported"] == 3
    assert customer("C-9")["contracts"] == ["M-1", "M-2", "M-3"]
    assert import_book(act("2026-02-01", user="core"), rows, wanted)["known"] == 3
    assert len(contracts()) == 5


def test_a_book_killed_between_customer_and_contract_goes_on(loans):
    from reprieve.operations.book_import import import_book
    from reprieve.operations.reading import customer

    with armed("command.after_commit", 1), pytest.raises(Killed):
        import_book(act("2026-02-01", user="core"), [loan("M-1", customer=WANG)], {"loans": 1})
    assert customer("C-9")["contracts"] == []
    assert import_book(act("2026-02-01", user="core"), [loan("M-1", customer=WANG)], {"loans": 1})["imported"] == 1
    assert customer("C-9")["contracts"] == ["M-1"]


@pytest.mark.parametrize(
    ("customer", "code"),
    [
        ({**WANG, "number": "C-LOAN-0001"}, "number_taken"),
        ({**WANG, "language": "fr"}, "unknown_word"),
        ({**WANG, "identifiers": {"shoe_size": "39"}}, "unknown_word"),
        ({**WANG, "identifiers": {"name": 7}}, "identifier"),
        ({**WANG, "number": ""}, "number"),
        ({**WANG, "nickname": "Fang"}, "unknown_key"),
        ({**WANG, "number": "C-8"}, "customer.known"),
        (7, "customer"),
        ("C-8", "unknown_customer"),
    ],
)
def test_a_customer_who_cannot_be_registered_rejects_the_row_and_no_other(loans, customer, code):
    from reprieve.operations.book_import import import_book
    from reprieve.operations.commands.customers import register_customer

    register_customer(act("2026-02-01", user="core"), number="C-7", language="zh", identifiers=WANG["identifiers"])
    fine = {"number": "C-10", "language": "en"}
    rows = [loan("M-1", customer=customer), loan("M-2", customer=fine)]
    report = import_book(act("2026-02-01", user="core"), rows, {"loans": 1})
    assert [(row["row"], row["number"], row["code"]) for row in report["rejected"]] == [(1, "M-1", code)]
    assert report["imported"] == 1


def test_totals_that_are_off_are_refused_one_by_one(loans):
    from reprieve.operations.book_import import check_totals, import_book

    report = import_book(act("2026-02-01", user="core"), [loan("M-1")], {"loans": 2, "principal": 1})
    with pytest.raises(Refused) as caught:
        check_totals(report)
    assert [refusal.rule for refusal in caught.value.refusals] == ["import.loans", "import.principal"]
    check_totals(import_book(act("2026-02-01", user="core"), [loan("M-1")], {"loans": 1}))


def test_a_large_book_asks_the_database_a_bounded_number_of_questions_before_it_commits(
    loans, django_assert_max_num_queries
):
    from reprieve.operations.book_import import import_book

    rows = [loan(f"M-{number}", customer={"number": f"C-{number}", "language": "zh"}) for number in range(50)]
    with django_assert_max_num_queries(10):
        report = import_book(act("2026-02-01", user="core"), rows, {"loans": 50}, is_dry_run=True)
    assert (report["found"]["loans"], report["rejected"]) == (50, [])


def test_another_file_under_a_number_that_was_brought_in_rejects_its_row(loans):
    from reprieve.operations.book_import import import_book
    from tests.operations.lending import take

    import_book(act("2026-02-01", user="core"), [loan("M-1")], {"loans": 1})
    take("M-1", 73_344, "2026-02-15")
    file = loan("M-1")["file"]
    dearer = loan("M-1", file={**file, "contract": {**file["contract"], "principal": 800_001}})
    report = import_book(act("2026-02-16", user="core"), [dearer, loan("M-2")], {"loans": 1})
    assert [row["code"] for row in report["rejected"]] == ["import.another"]
    assert import_book(act("2026-02-16", user="core"), [loan("M-1")], {"loans": 1})["known"] == 1


def test_a_component_that_is_off_is_named(loans):
    from reprieve.operations.book_import import import_book

    report = import_book(act("2026-02-01", user="core"), [loan("M-1")], {"loans": 1, "outstanding": {"interest": 1}})
    assert list(report["off"]) == ["outstanding.interest"]
    assert report["imported"] == 0
