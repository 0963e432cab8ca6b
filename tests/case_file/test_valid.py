"""What a case file means once it is read: defaults, dates, rates, ids, and that normalising changes nothing."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from reprieve.engine import calendar
from reprieve.lending.case_file import parse_case
from reprieve.lending.field import Period
from tests.case_file.examples import EIGHT_THOUSAND, EVERY_EVENT, VALID, eight_thousand, with_events, with_terms

pytestmark = pytest.mark.fast


@pytest.mark.parametrize("name", VALID)
def test_a_normalised_case_reads_as_itself(name):
    case = parse_case(VALID[name])
    written = case.model_dump(mode="json")
    assert parse_case(written) == case
    assert parse_case(json.dumps(written)) == case
    assert parse_case(json.dumps(written).encode()) == case


def test_missing_terms_take_the_documented_defaults():
    kept = ("currency", "principal", "disbursed_on", "annual_rate", "method", "instalments", "period", "day_count")
    terms = {key: EIGHT_THOUSAND["contract"][key] for key in (*kept, "allocation")}
    contract = parse_case({"contract": terms}).model_dump()["contract"]
    assert {key: contract[key] for key in contract if key not in terms} == {
        "rows": (), "due_day": 15, "first_due_on": date(2026, 2, 15), "first_period": "in_formula", "roll": None,
        "instalment": None, "balloon": 0, "principal_every": 1, "principal_grace": 0, "down_payment": 0,
        "even_last": False, "instalment_multiple": 1, "rounding": "half_even", "instalment_rounding": "half_even",
        "interest": "daily", "grace_days": 0, "grace_interest": "stops", "tolerance": 0, "penalty": None,
        "late_fee": None, "ceilings": (), "fees": (), "payoff": "to_day",
        "prepayment": {"interest": "on_prepaid", "fee": None, "minimum": 0},
    }  # fmt: skip
    assert contract["period"] == {"count": 1, "unit": "month"}
    assert contract["annual_rate"] == {"value": Decimal("0.18"), "per": "year"}


@pytest.mark.parametrize(
    ("period", "disbursed_on", "due_day", "first", "kept"),
    [
        ("1 month", "2026-01-15", ..., date(2026, 2, 15), 15),
        ("1 month", "2026-01-31", ..., date(2026, 2, 28), 31),
        ("1 month", "2024-01-31", ..., date(2024, 2, 29), 31),
        ("1 month", "2026-01-15", 5, date(2026, 2, 5), 5),
        ("3 month", "2026-11-30", ..., date(2027, 2, 28), 30),
        ("1 semimonth", "2026-01-15", ..., date(2026, 1, 30), 15),
        ("1 semimonth", "2026-01-30", ..., date(2026, 2, 15), 30),
        ("1 semimonth", "2026-02-01", ..., date(2026, 2, 16), 1),
        ("2 week", "2026-01-15", ..., date(2026, 1, 29), 15),
        ("10 day", "2026-02-25", ..., date(2026, 3, 7), 25),
    ],
)
def test_the_first_due_date_left_out_is_one_period_after_the_disbursement(period, disbursed_on, due_day, first, kept):
    terms = with_terms(period=period, disbursed_on=disbursed_on, due_day=due_day, first_due_on=...)
    contract = parse_case(terms | {"events": []}).contract
    assert (contract.first_due_on, contract.due_day) == (first, kept)


def test_a_due_day_left_out_is_that_of_the_first_due_date():
    assert parse_case(with_terms(first_due_on="2026-02-20")).contract.due_day == 20


def test_periods_step_as_the_engine_steps():
    epoch = date(1970, 1, 1)
    for words in ("1 month", "2 month", "1 semimonth", "3 semimonth", "2 week", "10 day"):
        period = Period.parse(words)
        for day in (date(2024, 1, 31), date(2024, 2, 29), date(2026, 1, 15), date(2026, 12, 16), date(2023, 2, 28)):
            for due_day in {day.day, 31}:
                for steps in range(1, 30):
                    unit = calendar.PERIOD_UNITS[period.unit]
                    number = calendar.add_periods((day - epoch).days, steps, unit, period.count, due_day)
                    assert (period.after(day, steps, due_day) - epoch).days == number


@pytest.mark.parametrize(
    ("quote", "day_count", "nano"),
    [
        ("0.18", "act_365", 180_000_000),
        ({"value": "0.0005", "per": "day"}, "equal_periods", 182_500_000),
        ({"value": "0.0005", "per": "day"}, "act_act_isda", 182_500_000),
        ({"value": "0.0005", "per": "day"}, "act_360", 180_000_000),
        ({"value": "0.0005", "per": "day"}, "30e_360", 180_000_000),
        ({"value": "0.015", "per": "month"}, "act_360", 180_000_000),
        ("0", "act_365", 0),
        ("0.000000001", "act_365", 1),
    ],
)
def test_a_rate_is_quoted_by_the_year_of_its_day_count(quote, day_count, nano):
    contract = parse_case(with_terms(annual_rate=quote, day_count=day_count)).contract
    assert contract.annual_rate.nano_per_year(contract.day_count) == nano


@pytest.mark.parametrize(("day_count", "own"), [("equal_periods", "act_365"), ("act_360", "act_360")])
def test_a_penalty_counts_days_as_the_contract_or_by_365(day_count, own):
    penalty = {"multiple": "1.5", "base": "principal", "replaces_interest": True}
    contract = parse_case(with_terms(penalty=penalty, day_count=day_count)).contract
    assert contract.penalty.day_count == own


def test_an_event_left_unnamed_is_named_by_its_place_and_known_at_the_end_of_its_day():
    payment = {"kind": "payment", "on": "2026-02-15", "amount": 1}
    first, second = parse_case(with_events(payment, payment)).events
    assert (first.id, second.id, second.order) == ("000000", "000001", 0)
    assert first.recorded_at == datetime(2026, 2, 15, 23, 59, 59, 999_999, tzinfo=UTC)


def test_instants_become_utc():
    paid = parse_case(EVERY_EVENT).events[3]
    assert paid.recorded_at == datetime(2026, 2, 20, 0, 0, tzinfo=UTC)


def test_keys_of_the_normalised_case_are_those_of_the_file():
    pause = parse_case(EVERY_EVENT).model_dump()["events"][14]
    assert (pause["from"], pause["to"]) == (date(2026, 3, 1), date(2026, 4, 1))
    assert pause["interest"] == {"rate": {"value": Decimal("0.05"), "per": "year"}}


def test_a_case_cannot_be_changed():
    case = parse_case(EIGHT_THOUSAND)
    with pytest.raises(ValueError, match="frozen"):
        case.contract.principal = 1


def test_a_byte_order_mark_is_accepted():
    text = json.dumps(eight_thousand())
    assert parse_case("\ufeff" + text) == parse_case(b"\xef\xbb\xbf" + text.encode()) == parse_case(text)
