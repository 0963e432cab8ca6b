"""Files that come whole: killed anywhere and sent again under the same key, everything in them is there once."""

from contextlib import suppress

import pytest

from reprieve.errors import BadInput, Refused
from reprieve.lending.intake import CsvFormat, read_csv
from reprieve.operations.failpoints import POINTS, Killed, armed
from tests.operations.lending import act, balances, establish, sign

pytestmark = pytest.mark.django_db
FILE = b"""date,amount,reference,id
2026-02-15,733.44,LOAN-0001,b1
2026-02-15,100.00,thanks,b2
2026-02-16,5.00,LOAN-0001,b3
"""


@pytest.fixture
def loan(db):
    establish()
    sign("LOAN-0001")


def taken(key="file", content=FILE, **changed):
    from reprieve.operations.uploads import upload_bank_file

    statement = read_csv(content, CsvFormat("CNY"))
    return upload_bank_file(
        act("2026-02-17", user="core", key=key), content, statement, **{"media_type": "text/csv", **changed}
    )


def book():
    from reprieve.operations.reading import contract

    file = contract("LOAN-0001")["file"]
    return [{"number": f"M-{place}", "customer": "C-LOAN-0001", "product": "steady", "file": file} for place in (1, 2)]


def imported(key="book", total=2, **changed):
    from reprieve.operations.uploads import upload_book

    given = {"content": b"book", "is_dry_run": False, **changed}
    return upload_book(act("2026-02-17", user="core", key=key), book(), {"loans": total}, **given)


@pytest.mark.parametrize("turn", [1, 2])
@pytest.mark.parametrize("point", [point for point in POINTS if point.startswith("intake.")])
def test_a_bank_file_killed_anywhere_is_taken_once_when_it_is_sent_again(loan, point, turn):
    with suppress(Killed), armed(point, turn):
        taken()
    taken()
    assert balances()["bank"] == 73_844 - 800_000
    assert taken().is_replay


@pytest.mark.parametrize("turn", [1, 2])
@pytest.mark.parametrize("point", ["command.before_commit", "command.after_commit"])
def test_a_book_killed_anywhere_is_brought_in_once_when_it_is_sent_again(loan, point, turn):
    from reprieve.operations.reading import contracts

    with armed(point, turn), pytest.raises(Killed):
        imported()
    again = imported()
    assert again.answer["imported"] + again.answer["known"] == 2
    assert len(contracts()) == 3
    assert imported().answer == again.answer


def test_a_file_that_was_taken_is_listed_with_its_report_and_answered_again(loan):
    from reprieve.operations.reading import all_bank_files

    first, again = taken(name="monday.csv"), taken(name="monday.csv")
    assert (first.is_replay, again.is_replay) == (False, True)
    assert first.answer == again.answer
    [listed] = all_bank_files()
    assert listed["lines"] == first.answer["lines"] == {"payment": 2, "suspense": 1}
    for change in ({"name": "tuesday.csv"}, {"content": FILE + b"2026-02-17,1.00,x,b9\n"}):
        with pytest.raises(BadInput) as caught:
            taken(**{"name": "monday.csv", **change})
        assert caught.value.code == "key_reused"


def test_a_key_at_work_elsewhere_is_told_so_and_nothing_is_taken(loan, django_db_setup):
    from reprieve.operations.reading import all_bank_files
    from reprieve.storage.actors import user_row

    name = f"{user_row('core')}:file"
    with django_db_setup.connect("app") as other:
        other.execute("SELECT pg_advisory_lock(hashtextextended(%s, 7273650013))", [name])
        with pytest.raises(Refused) as caught:
            taken()
    assert caught.value.refusals[0].rule == "command.still_running"
    assert all_bank_files() == []
    assert taken().answer["lines"] == {"payment": 2, "suspense": 1}


def test_a_book_whose_totals_are_off_keeps_its_key_free(loan):
    from reprieve.operations.reading import contracts

    with pytest.raises(Refused) as caught:
        imported(total=3)
    assert caught.value.refusals[0].rule == "import.loans"
    assert len(contracts()) == 1
    assert imported(total=2).answer["imported"] == 2
