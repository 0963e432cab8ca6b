"""Metro 2, byte by byte: positions, codes, totals; what the format cannot carry for certain is refused by name."""

from dataclasses import replace
from datetime import date

import pytest

from reprieve.errors import BadInput
from reprieve.lending import metro2
from reprieve.lending.credit_record import MonthFacts, Row
from reprieve.lending.metro2 import base_segment, consumer, payment_history
from reprieve.lending.metro2_file import file_of, reporter_of
from tests.ledger.books import loan

pytestmark = pytest.mark.fast

MARCH = date(2026, 3, 31)
LETTERS = {
    "11": "0", "71": "1", "78": "2", "80": "3", "82": "4", "83": "5", "84": "6", "97": "L", "none_before": "B",
    "none": "D",
}  # fmt: skip
PERSON = {
    "family_name": "Núñez-Smith", "given_name": "Ana", "national_id": "078-05-1120", "birth_date": "1990-07-04",
    "street": "12 Elm St. #4", "city": "Springfield", "region": "il", "postal_code": "62704-1234",
    "phone": "+1 (217) 555-0142",
}  # fmt: skip
REPORTER = {
    "name": "Example Lender", "address": "1 Main Street Springfield IL 62701", "telephone": "2175550100",
    "identification_number": "EXL01", "equifax": "EFX1",
}  # fmt: skip


def contract(**terms):
    return loan(currency="USD", **terms).contract


def row(code="71", **changed):
    facts = MonthFacts(
        scheduled=73_344, paid=0, accrued=5_050, past_due_reported=73_399, last_paid_on=date(2026, 2, 1),
        delinquent_since=date(2026, 3, 17),
    )  # fmt: skip
    made = Row("L-1", MARCH, code, code not in ("11", "13"), 146_799, 810_099, 44, 44, facts=facts)
    facts_changed = {name: changed.pop(name) for name in list(changed) if hasattr(facts, name)}
    return replace(made, facts=replace(facts, **facts_changed), **changed)


def written(*rows, person=PERSON):
    segments = [(base_segment(contract(), one, "0" + "B" * 23), consumer(person)) for one in rows]
    return file_of(reporter_of(REPORTER), segments, activity_on=MARCH, created_on=date(2026, 4, 2)).splitlines()


# Written by hand from the table of positions of the format, not from our code.
HEADER = (
    "0426" "HEADER" "  " "          " "EFX1      " "     " "          " "03312026" "04022026" "00000000" "00000000"
    + "EXAMPLE LENDER".ljust(40) + "1 MAIN STREET SPRINGFIELD IL 62701".ljust(96) + "2175550100"
    + "REPRIEVE".ljust(40) + " " * 5 + " " * 10 + " " * 146
)  # fmt: skip
BASE = (
    "0426" "1" "00000000000000" "0" "EXL01               " "  " "L1                            " "I" "01" "01152026"
    "000000000" "000008000" "012" "M" "000000733" "000000000" "71" " " "0BBBBBBBBBBBBBBBBBBBBBBB" "  " "  "
    "000008050" "000000733" "000000000" "03312026" "03172026" "00000000" "02012026" " " "                 "
    "NUNEZ-SMITH              " "ANA                 " "                    " " " "078051120" "07041990"
    "2175550142" "1" "  " "US" "12 ELM ST. #4                   " "                                "
    "SPRINGFIELD         " "IL" "627041234" " " " "
)  # fmt: skip
TRAILER = (
    "0426" "TRAILER" "000000001" "         "
    + "000000000" * 4  # DF, J1, J2, blocks
    + "000000000" * 9  # DA, 05, 11, 13, 61 to 65
    + "000000001"  # 71
    + "000000000" * 12  # 78, 80, 82, 83, 84, 88, 89, 93 to 97
    + "000000000" * 7  # ECOA Z, employment, K1, K2, K3, K4, L1
    + "000000001" "000000001" "000000000" "000000000"  # social security numbers: all, base, J1, J2
    + "000000001" "000000001" "000000000" "000000000"  # dates of birth
    + "000000001"  # telephones
    + " " * 19
)  # fmt: skip


def test_a_file_is_what_the_table_of_positions_says_byte_by_byte():
    assert [len(line) for line in (HEADER, BASE, TRAILER)] == [426, 426, 426], "the hand-made records are whole"
    assert written(row()) == [HEADER, BASE, TRAILER]


def at(line, first, last):
    """The characters of a record from position to position, counted from 1 as the format counts."""
    return line[first - 1 : last]


def test_fields_stand_at_the_positions_of_the_format():
    base = written(row(is_disputed=True, relief="pause"))[1]
    assert at(base, 124, 125) == "71"
    assert (at(base, 127, 150), at(base, 151, 152), at(base, 153, 154)) == ("0" + "B" * 23, "CP", "XB")
    assert (at(base, 190, 197), at(base, 298, 306), at(base, 415, 424)) == ("03172026", "078051120", "L627041234")


def segment(one, **more):
    return base_segment(contract(), one, "B" * 24, **more)


def test_a_current_account_owes_nothing_past_due_and_has_no_first_delinquency():
    found = segment(row("11", is_adverse=False))
    assert (found.amount_past_due, found.date_of_first_delinquency, found.payment_rating) == (0, None, "")


@pytest.mark.parametrize(
    ("days", "letter"), [(0, "0"), (29, "0"), (30, "1"), (59, "1"), (60, "2"), (179, "5"), (180, "6")]
)
def test_a_paid_account_says_how_late_it_was_before(days, letter):
    found = segment(row("13", late_before_end=days, closed_on=date(2026, 3, 22)))
    assert (found.payment_rating, found.current_balance, found.scheduled_monthly_payment) == (letter, 0, 0)
    assert found.date_of_account_information == found.date_closed == date(2026, 3, 22)
    assert (found.date_of_first_delinquency is None) == (letter == "0")


def test_a_charge_off_keeps_the_original_amount_and_all_that_is_left_is_past_due():
    found = segment(row("97", charged_off=812_345))
    assert (found.original_charge_off_amount, found.current_balance, found.amount_past_due) == (8123, 8050, 8050)
    assert found.date_of_first_delinquency == date(2026, 3, 17)
    paid = segment(row("64", charged_off=812_345, closed_on=MARCH, is_principal_waived=True))
    assert (paid.original_charge_off_amount, paid.current_balance, paid.special_comment) == (8123, 0, "AU")
    assert paid.date_of_first_delinquency == date(2026, 3, 17)


def test_relief_and_disputes_have_their_codes():
    assert segment(row(relief="restructure")).special_comment == "CO"
    assert segment(row(relief="moratorium")).special_comment == "CP"
    assert segment(row("13", relief="restructure", closed_on=MARCH)).special_comment == ""
    assert segment(row(), was_disputed=True).compliance_condition_code == "XH"
    assert segment(row(is_disputed=True), was_disputed=True).compliance_condition_code == "XB"


def test_a_history_is_newest_first_without_the_month_itself():
    codes = {date(2026, 1, 1): "71", date(2025, 12, 1): "11", date(2025, 10, 1): "97", date(2026, 3, 1): "84"}
    assert payment_history(codes, date(2026, 3, 1), LETTERS) == "D10DL" + "B" * 19
    assert payment_history({}, date(2026, 3, 1), LETTERS) == "B" * 24
    long = {date(2020 + number // 12, number % 12 + 1, 1): "11" for number in range(74)}
    assert payment_history(long, date(2026, 3, 1), LETTERS) == "0" * 24


@pytest.mark.parametrize(
    ("terms", "changed", "where"),
    [
        ({"currency": "EUR"}, {}, "currency"),
        ({"period": "1 week"}, {}, "terms"),
        ({"period": "3 month"}, {}, "terms"),
        ({}, {"code": "97", "delinquent_since": None}, "date of first delinquency"),
        ({}, {"contract": "--"}, "account number"),
        ({}, {"contract": "A" * 31}, "account number"),
    ],
)
def test_what_the_format_cannot_carry_for_certain_is_refused(terms, changed, where):
    with pytest.raises(BadInput) as caught:
        base_segment(contract(**terms) if "currency" not in terms else loan(**terms).contract, row(**changed), "B" * 24)
    assert caught.value.path == where


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"family_name": ""}, "family_name"),
        ({"given_name": "安娜"}, "given_name"),
        ({"national_id": "12345"}, "national_id"),
        ({"national_id": "978051120"}, "national_id"),
        ({"national_id": "", "birth_date": ""}, "national_id"),
        ({"birth_date": "4 July"}, "birth_date"),
        ({"postal_code": "6270"}, "postal_code"),
        ({"region": "Illinois"}, "region"),
    ],
)
def test_a_person_who_does_not_fit_is_refused_by_the_kind_and_never_by_the_value(changed, where):
    with pytest.raises(BadInput) as caught:
        consumer({**PERSON, **changed})
    assert caught.value.path == where
    values = {**PERSON, **changed}.values()
    assert not any(value in str(caught.value) for value in values if len(value) > 2)


def test_without_a_number_or_a_telephone_the_fields_are_zeros_and_are_not_counted():
    _, base, trailer = written(row(), person={**PERSON, "national_id": "", "phone": "+44 20 7946 0000"})
    assert (at(base, 298, 306), at(base, 315, 324)) == ("0" * 9, "0" * 10)
    assert trailer[-19 - 9 * 9 : -19] == "0" * 36 + "000000001" * 2 + "0" * 18 + "0" * 9


def test_totals_count_each_status():
    found = written(
        row(), replace(row("11"), contract="L-2"), replace(row("97"), contract="L-3"), replace(row(), contract="L-4")
    )
    trailer = found[-1]
    assert at(trailer, 12, 20) == "000000004"
    places = {"11": 9 + 0, "71": 9 + 7, "97": 9 + 19}
    counts = {code: int(trailer[11 + 9 * (place - 1) : 20 + 9 * (place - 1)]) for code, place in places.items()}
    assert counts == {"11": 1, "71": 2, "97": 1}


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"telephone": "12"}, "telephone"), ({"identification_number": "A1"}, "identification_number"),
        ({"identification_number": "00000"}, "identification_number"), ({"fax": "1"}, "fax"), ({"name": ""}, "name"),
        ({"name": "x" * 41}, "name"), ({"experian": "123456"}, "experian"),
    ],
)  # fmt: skip
def test_a_reporter_that_does_not_fit_is_refused(changed, where):
    with pytest.raises(BadInput) as caught:
        reporter_of({**REPORTER, **changed})
    assert caught.value.path == where


def test_every_status_of_the_pack_has_a_place_in_the_trailer():
    from reprieve.lending.metro2_file import STATUSES
    from reprieve.rules import rules

    pack = rules("us", MARCH)
    known = {*pack.get("credit_record.status_codes").value, *pack.get("credit_record.other_codes").value}
    assert known <= {*STATUSES, "DF"}
    assert metro2.rating(0) == "0"
