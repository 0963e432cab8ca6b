"""The small judgements of the packs for the United States, the Union and the United Kingdom keep their promises."""

import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reprieve.errors import BadInput
from reprieve.rules import load
from reprieve.rules.breathing_space import crisis, standard
from reprieve.rules.charge_off import charge_off_on
from reprieve.rules.default_status import is_material
from reprieve.rules.high_cost_cap import judge, most_charges
from reprieve.rules.military_rate import rate_on
from reprieve.rules.month_steps import months_after

pytestmark = pytest.mark.fast

US, EU, GB = load("us"), load("eu"), load("gb")
TODAY = date(2026, 11, 23)

amounts_lent = st.integers(1, 10_000_000)
some_days = st.dates(date(2010, 1, 1), date(2040, 12, 31))


@given(amounts_lent, st.integers(0, 400), st.integers(0, 3000))
def test_the_most_that_may_be_charged_passes_and_a_penny_more_does_not(credit, days, fees):
    spans = [(credit, days)]
    counted = min(fees, 1500)
    most = most_charges(GB, TODAY, credit=credit, spans=spans, default_fees=fees)
    assert most <= credit
    charges = most - counted
    if charges < 0:
        return  # the fees alone are more than was lent
    assert judge(GB, TODAY, credit=credit, spans=spans, charges=charges, default_fees=counted) is None
    assert judge(GB, TODAY, credit=credit, spans=spans, charges=charges + 1, default_fees=counted) is not None


def test_credit_of_nothing_and_more_outstanding_than_lent_are_refused():
    with pytest.raises(BadInput, match="credit"):
        most_charges(GB, TODAY, credit=0, spans=[])
    with pytest.raises(BadInput, match=r"spans\[0\].*10001 for 5 days"):
        most_charges(GB, TODAY, credit=10_000, spans=[(10_001, 5)])
    with pytest.raises(BadInput, match="default_fees"):
        judge(GB, TODAY, credit=10_000, spans=[(10_000, 5)], charges=0, default_fees=-1)


@given(some_days, st.integers(0, 60))
def test_steps_of_months_add_up_from_the_first_of_a_month(day, months):
    first = day.replace(day=1)
    assert months_after(months_after(first, months), 7) == months_after(first, months + 7)
    later = months_after(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


@given(some_days.filter(lambda day: day >= date(2021, 5, 4)), some_days)
def test_a_crisis_breathing_space_is_never_shorter_than_the_days_after_treatment(on, treatment_ended_on):
    _, end = crisis(GB, on, treatment_ended_on=treatment_ended_on)
    assert end - max(on, treatment_ended_on) == timedelta(days=31)
    assert standard(GB, on)[1] - on == timedelta(days=60)


@given(st.integers(0, 10_000_000), st.integers(1, 1_000_000_000))
def test_an_amount_past_due_is_material_only_above_both_thresholds(past_due, owed):
    assert is_material(EU, TODAY, past_due=past_due, owed=owed) == (past_due > 10_000 and 100 * past_due > owed)


@given(some_days, some_days)
def test_other_reasons_never_put_a_charge_off_off(due_on, notice_on):
    ordinary = charge_off_on(US, TODAY, product="credit_card", oldest_unpaid_due_on=due_on)
    with_notice = charge_off_on(
        US, TODAY, product="credit_card", oldest_unpaid_due_on=due_on, bankruptcy_notice_on=notice_on
    )
    assert with_notice == min(ordinary, notice_on + timedelta(days=60))


@pytest.mark.parametrize("service", [[], [date(2026, 9, 1), date(2026, 3, 1)], [TODAY, TODAY, TODAY]])
def test_days_of_service_that_cannot_be_are_refused(service):
    with pytest.raises(BadInput, match="the first day of service"):
        rate_on(
            US,
            TODAY,
            contract_rate=Decimal("0.18"),
            borrowed_on=date(2024, 1, 1),
            service=service,
            product="credit_card",
        )


def test_what_is_known_to_be_in_doubt_is_no_rule():
    for pack, key in ((US, "penalty_fee.safe_harbour"), (US, "limitation.years")):
        assert key in [left.key for left in pack.not_encoded]
        assert pack.history(key) == ()


def test_the_example_on_the_page_answers_as_the_page_says():
    page = (Path(__file__).parents[2] / "docs" / "rules_elsewhere.md").read_text("utf-8")
    [example] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    known: dict[str, object] = {}
    promised = re.findall(r"^(.*\S)  # (.+)$", example, re.MULTILINE)
    exec(example, known)
    answers = [str(eval(question, known)) for question, _ in promised]
    assert answers == [answer.strip("'") for _, answer in promised]
    assert len(answers) == 2


def figure_in_words(rule):
    """Return the figure of a rule as a sentence writes it: 7, 0.5 %, 75000."""
    if rule.unit in ("rate_per_year", "share"):
        return f"{(rule.value * 100).normalize():f}%"
    return str(rule.value // 100 if rule.unit == "minor_units" else rule.value)


@pytest.mark.parametrize("place", ["us", "eu", "gb"])
def test_the_sentence_of_a_rule_states_its_figure_in_both_languages(place):
    numbers = ("rate_per_year", "share", "days", "months", "years", "count", "minor_units")
    stated = [rule for rule in load(place).rules if rule.unit in numbers and rule.value]
    assert len(stated) > 15
    for rule in stated:
        for language, words in rule.says.items():
            figures = re.findall(r"[0-9]+(?:\.[0-9]+)?%?", words.replace(",", "").replace(" %", "%"))
            assert figure_in_words(rule) in figures, f"{rule.key} in {language}: {words}"
