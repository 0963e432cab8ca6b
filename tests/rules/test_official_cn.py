"""The published Chinese figures that concern rules hold exactly: repair, penalty rate, card rate."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from reprieve.rules import card_rate, credit_repair, load, penalty

pytestmark = pytest.mark.fast

CASES = json.loads((Path(__file__).parent / "official_cn.json").read_text("utf-8"))["cases"]
CN = load("cn")


def of(family):
    return [pytest.param(case, id=case["id"]) for case in CASES if case["family"] == family]


@pytest.mark.parametrize("case", of("cn_single_overdue_amount"))
def test_an_item_is_everything_unpaid_on_the_account_that_month(case):
    year, month = map(int, case["first_month"].split("-"))
    rows = []
    for number in range(case["instalments"]):
        due = date(year + (month + number - 1) // 12, (month + number - 1) % 12 + 1, case["due_day"])
        paid = None if f"{due:%Y-%m}" in case["missed"] else due
        rows.append(credit_repair.Instalment(due, case["instalment"] * 100, paid))
    amounts = credit_repair.amounts_by_month(CN, rows, date(2025, 12, 31))
    assert amounts == {month: yuan * 100 for month, yuan in case["expected"].items()}
    for month, amount in amounts.items():
        arose = date.fromisoformat(f"{month}-10")
        found = credit_repair.judge(CN, date(2026, 2, 1), arose_on=arose, amount_minor=amount)
        assert (found.status == credit_repair.STILL_OPEN) == case["each_within_10000_cap"]


@pytest.mark.parametrize("case", of("cn_credit_repair_timing"))
def test_a_repaid_item_is_hidden_in_time(case):
    repaid = date.fromisoformat(case["fully_repaid"])
    found = credit_repair.judge(CN, date(2026, 4, 1), arose_on=date(2025, 6, 1), amount_minor=1000000, repaid_on=repaid)
    for field, day in case["expected"].items():
        assert getattr(found, field) == date.fromisoformat(day)


@pytest.mark.parametrize("case", of("cn_penalty_rate"))
def test_a_penalty_rate_lies_between_its_multiples(case):
    for is_misuse, name in ((False, "overdue"), (True, "misuse")):
        rate = Decimal(case["contract_rate"])
        found = penalty.limits(CN, date(2026, 1, 1), rate, lender_type="bank", is_misuse=is_misuse)
        least, most = map(Decimal, case[name])
        assert (found.rate_least, found.rate_most) == (least, most)
        step = Decimal("0.000001")
        edges = [found.verdict(rate) for rate in (least - step, least, most, most + step)]
        assert edges == ["below", "within", "within", "above"]


@pytest.mark.parametrize("case", of("cn_card_rate"))
def test_a_card_rate_had_a_cap_and_a_floor(case):
    found = card_rate.bounds(CN, date.fromisoformat(case["floor_until"]))
    assert (found.most_per_day, found.least_per_day) == (
        Decimal(case["daily_rate_cap"]),
        Decimal(case["daily_rate_floor"]),
    )
    percent = [Decimal(rate) for rate in case["annual_simple_365_percent"]]
    assert [found.most_per_year * 100, found.least_per_year * 100] == percent
