"""A dispute of what was filed: its clock, the gate, the mark on the row, and the correction by filing again."""

import pytest

from reprieve.errors import BadInput, Refused
from tests.operations.lending import act, close, establish, sign, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def filed(db):
    """January is filed as nothing due, February as late, after its notice."""
    from tests.operations.test_month_end import told

    establish()
    sign()
    close("2026-01-30")
    told("L-1", "2026-02-20")
    close("2026-02-28")


def disputed(month="2026-02", on="2026-03-02", says="I paid on the 15th"):
    from reprieve.operations.commands.disputes import open_dispute

    return open_dispute(act(on), contract="L-1", month=month, says=says).answer


def rows():
    from reprieve.operations.reading import credit_record

    return [(row["month_end"], row["code"], row["is_disputed"], row["filing"]) for row in credit_record("L-1")][1:]


def test_a_dispute_has_twenty_days_and_stops_contact(filed):
    from reprieve.storage.models import Dispute, GateClosure

    answer = disputed()
    assert answer["answer_due_on"] == "2026-03-22"
    assert list(GateClosure.objects.values_list("because", flat=True)) == ["dispute"]
    assert b"15th" not in bytes(Dispute.objects.get().sealed)
    with pytest.raises(Refused, match="open already"):
        disputed()


def test_the_row_is_marked_while_the_dispute_is_open_and_corrected_when_it_was_right(filed):
    from reprieve.operations.commands.disputes import answer_dispute

    number = disputed()["dispute"]
    close("2026-03-02")
    assert rows() == [("2026-02-28", "1", False, 1), ("2026-02-28", "1", True, 2)]
    take("L-1", 73_344, "2026-02-15", acted_on="2026-03-03")
    done = answer_dispute(act("2026-03-03"), dispute=number, is_upheld=True).answer
    assert (done["state"], done["is_late"]) == ("upheld", False)
    close("2026-03-03")
    assert rows()[-1] == ("2026-02-28", "N", False, 3)
    close("2026-03-04")
    assert len(rows()) == 3
    with pytest.raises(Refused, match="answered before"):
        answer_dispute(act("2026-03-04"), dispute=number, is_upheld=False)


@pytest.mark.parametrize(("day", "is_late"), [("2026-03-22", False), ("2026-03-23", True)])
def test_an_answer_on_the_last_day_is_in_time(filed, day, is_late):
    from reprieve.operations.commands.disputes import answer_dispute

    number = disputed()["dispute"]
    assert answer_dispute(act(day), dispute=number, is_upheld=False).answer["is_late"] is is_late


@pytest.mark.parametrize("change", [{"month": "2026-03"}, {"month": "March"}, {"says": ""}])
def test_a_dispute_of_nothing_that_was_filed_is_bad_input(filed, change):
    with pytest.raises(BadInput):
        disputed(**change)


def test_a_dispute_whose_answer_is_overdue_stands_in_the_closes_summary_and_status_until_it_is_answered(filed):
    from reprieve.operations.close_of_day import status
    from reprieve.operations.commands.disputes import answer_dispute

    number = disputed()["dispute"]
    [*_, done] = close("2026-03-21")
    assert done["disputes"] == {"open": 1, "overdue": []}, "the last day to answer, 22 March, is still to come"
    [done] = close("2026-03-22")
    late = {"open": 1, "overdue": [{"dispute": number, "contract": "L-1", "answer_due_on": "2026-03-22"}]}
    assert done["disputes"] == status()["disputes"] == late
    answer_dispute(act("2026-03-23"), dispute=number, is_upheld=False)
    assert status()["disputes"] == {"open": 0, "overdue": []}
