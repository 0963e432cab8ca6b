"""Month-end rows by pack, the notice before a first adverse row, disputes with their clock, corrections by refiling."""

from dataclasses import replace
from datetime import date

import pytest

import reprieve
from reprieve.lending import credit_record as record
from reprieve.lending.credit_record import Dispute, Notice, Row, month_row
from reprieve.rules import load, rules
from tests.ledger.books import loan

pytestmark = pytest.mark.fast

DAY = date(2026, 3, 31)
CN = rules("cn", DAY, "consumer_finance", "consumer_loan")
US = rules("us", DAY, None, "consumer_loan")


def status(in_force, days=0, loan_status="active", has_due=True):
    return record.status(in_force, loan_status, days, has_due=has_due)


@pytest.mark.parametrize(
    ("days", "code"),
    [
        (0, "N"), (1, "1"), (30, "1"), (31, "2"), (60, "2"), (61, "3"), (90, "3"), (91, "4"), (120, "4"), (121, "5"),
        (150, "5"), (151, "6"), (180, "6"), (181, "7"), (999, "7"),
    ],
)  # fmt: skip
def test_chinese_codes_by_days_past_due_on_both_sides_of_each_edge(days, code):
    assert status(CN, days) == (code, days > 0)


def test_chinese_codes_of_months_without_a_due_and_of_ends():
    assert status(CN, has_due=False) == ("*", False)
    assert status(CN, 5, has_due=False) == ("1", True)
    assert status(CN, 0, "closed") == ("C", False)
    assert status(CN, 200, "charged_off") == ("B", True)


@pytest.mark.parametrize(
    ("days", "code", "is_adverse"),
    [(0, "11", False), (29, "11", False), (30, "71", True), (59, "71", True), (60, "78", True), (180, "84", True)],
)
def test_american_codes_call_nothing_late_before_thirty_days(days, code, is_adverse):
    assert status(US, days) == (code, is_adverse)


def test_american_codes_of_ends():
    assert status(US, 0, "closed") == ("13", False)
    assert status(US, 130, "charged_off") == ("97", True)


def test_a_row_of_a_real_loan_has_the_figures_of_its_position():
    case = reprieve.Case(loan())
    answer = reprieve.position(case, DAY).to_dict()
    row = month_row("l1", answer, CN, has_due=True)
    assert (row.code, row.month_end, row.days_past_due) == ("2", DAY, 44)
    assert row.amount_past_due == answer["arrears"]["total"] > 0
    assert row.outstanding == answer["outstanding"]["total"]


def a_row(month=DAY, days=10, **figures):
    code, is_adverse = status(CN, days)
    row = Row("l1", month, code, is_adverse, 5000, 80000, days, days)
    return replace(row, **figures)


def test_a_first_adverse_row_waits_for_a_notice_and_the_refusal_names_the_rule():
    refused = record.may_file(CN, a_row(), [], [], date(2026, 4, 5))
    assert refused.rule == "credit_record.prior_notice"
    assert "l1" in refused.because
    assert refused.source


@pytest.mark.parametrize(
    ("sent_on", "is_enough"),
    [
        (date(2026, 3, 20), False),  # before the lateness began
        (date(2026, 3, 21), True),
        (date(2026, 4, 4), True),
        (date(2026, 4, 5), False),  # on the day of filing is not before it
    ],
)
def test_a_notice_counts_from_the_day_the_lateness_began_to_the_day_before_filing(sent_on, is_enough):
    refused = record.may_file(CN, a_row(days=10), [], [Notice("l1", sent_on)], date(2026, 4, 5))
    assert (refused is None) is is_enough


def test_another_borrowers_notice_does_not_count():
    assert record.may_file(CN, a_row(), [], [Notice("l2", date(2026, 4, 1))], date(2026, 4, 5)) is not None


def test_a_second_adverse_month_needs_no_new_notice_and_one_after_a_good_month_does():
    late, good = a_row(date(2026, 2, 28)), a_row(date(2026, 2, 28), 0)
    assert not record.needs_notice(CN, a_row(days=40), [late])
    assert record.needs_notice(CN, a_row(), [good])
    assert not record.needs_notice(CN, a_row(days=0), [])
    assert not record.needs_notice(CN, a_row(days=40), [late, a_row(days=0)]), (
        "this month's own filing is not before it"
    )
    assert not record.needs_notice(CN, a_row(days=5), [a_row(days=40)]), "a correction of an adverse row waits for none"


def test_without_a_rule_no_notice_is_asked_for():
    assert not record.needs_notice(US, a_row(days=40), [])


def test_a_wrong_row_is_filed_again_and_the_first_one_stays():
    wrong, right = a_row(), a_row(days=0, amount_past_due=0)
    again = record.correction(right, [wrong])
    assert again == replace(right, filing=2)
    assert record.latest([wrong, again]) == [again]
    assert record.correction(right, [wrong, again]) is None
    assert record.correction(a_row(date(2026, 4, 30)), [wrong]) is None


def test_a_dispute_is_answered_within_twenty_days_and_marks_the_row_meanwhile():
    cn = load("cn")
    dispute = Dispute("l1", DAY, date(2026, 4, 10), "I paid on the day")
    assert record.answer_by(dispute, cn) == date(2026, 4, 30)
    assert not record.is_late(dispute, cn, date(2026, 4, 30))
    assert record.is_late(dispute, cn, date(2026, 5, 1))
    assert record.is_open(dispute, date(2026, 4, 10))
    assert not record.is_open(dispute, date(2026, 4, 9))
    answered = replace(dispute, answered_on=date(2026, 4, 20))
    assert not record.is_open(answered, date(2026, 4, 20))
    assert not record.is_late(answered, cn, date(2026, 5, 30))
    assert record.is_late(replace(dispute, answered_on=date(2026, 5, 1)), cn, date(2026, 6, 1))


def test_a_loan_paid_after_its_charge_off_has_its_own_code_where_the_pack_knows_one():
    assert record.status(US, "closed", 0, has_due=False, was_charged_off=True) == ("64", True)
    assert record.status(CN, "closed", 0, has_due=False, was_charged_off=True) == ("C", False)
    assert record.ending_codes(US) == {"13", "64"}
    assert record.ending_codes(CN) == {"C"}
    assert (record.first_reported(US), record.first_reported(CN)) == (30, 1)
