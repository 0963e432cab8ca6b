"""Month-end rows by pack, the notice before a first adverse row, disputes with their clock, corrections by refiling."""

from dataclasses import replace
from datetime import date

import pytest

import reprieve
from reprieve.lending import credit_record as record
from reprieve.lending.credit_record import Dispute, Notice, Row, month_row
from reprieve.lending.metro2 import MonthFacts, base_segment, fields, payment_history
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


def test_a_base_segment_carries_the_loan_in_whole_dollars_and_no_person():
    contract = loan(currency="USD").contract
    row = replace(a_row(), code="71", amount_past_due=73_399, outstanding=800_099, contractual_days_past_due=44)
    facts = MonthFacts(scheduled_payment=73344, actual_payment=0, last_payment_on=None)
    shown = fields(base_segment(contract, row, facts))
    assert (shown["amount_past_due"], shown["current_balance"], shown["highest_credit"]) == (733, 8000, 8000)
    assert (shown["account_status"], shown["terms_duration"], shown["terms_frequency"]) == ("71", "012", "M")
    assert shown["date_of_account_information"] == "03312026"
    assert shown["date_of_first_delinquency"] == "02152026"
    assert shown["compliance_condition_code"] is None
    assert shown["payment_history_profile"] is None
    assert not {"name", "surname", "address", "social_security_number"} & set(shown)


def test_a_disputed_row_is_marked_and_a_charge_off_keeps_the_day_the_lateness_began():
    row = replace(a_row(), code="97", is_disputed=True)
    facts = MonthFacts(0, 0, charged_off_amount=500_00, delinquent_since=date(2025, 9, 15))
    segment = base_segment(loan().contract, row, facts)
    assert segment.compliance_condition_code == "XB"
    assert segment.date_of_first_delinquency == date(2025, 9, 15)
    assert fields(segment)["original_charge_off_amount"] == 500
    on_time = base_segment(loan().contract, a_row(days=0), MonthFacts(0, 0))
    assert on_time.date_of_first_delinquency is None


def test_a_payment_history_is_newest_first_and_as_long_as_asked():
    months = {date(2026, 1, 31): a_row(days=0, code="11"), date(2026, 2, 28): a_row(code="71")}
    assert payment_history(months, 24, {"11": "0", "71": "1"}, none_before="B") == "10" + "B" * 22
