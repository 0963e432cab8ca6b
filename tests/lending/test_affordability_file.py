"""The document of an affordability question: a payment or a case, one of them, judged by a stated policy."""

import json

import pytest

from reprieve.errors import BadInput
from reprieve.lending.affordability_file import answer_affordability
from tests.case_file.examples import EIGHT_THOUSAND as CASE

pytestmark = pytest.mark.fast
BUDGET = {"currency": "CNY", "income": {"wages": 600_000}, "spending": {"rent": 150_000, "food": 200_000}}


def test_a_payment_is_judged_month_by_month():
    found = answer_affordability({"budget": BUDGET, "payment": 73_344})
    assert found["is_affordable"]
    assert [(month["fall"], month["residual"]) for month in found["months"]] == [
        ("0", 176_656), ("0.1", 116_656), ("0.2", 56_656),
    ]  # fmt: skip
    assert found["months"][0]["ratio"] == "0.122240"


def test_a_case_is_judged_by_its_dearest_month_and_the_same_as_its_payment():
    by_case = answer_affordability(json.dumps({"budget": BUDGET, "file": CASE}))
    assert by_case["payment"] == 73_345
    assert by_case == answer_affordability({"budget": BUDGET, "payment": 73_345})


def test_the_policy_decides_and_its_edge_is_within():
    asked = {"budget": BUDGET, "payment": 73_344}
    assert answer_affordability({**asked, "policy": {"ratio_most": "0.12224"}})["is_affordable"]
    found = answer_affordability({**asked, "policy": {"ratio_most": "0.122239"}})
    assert found["refusals"] == ["affordability.debt_service_ratio"]
    assert answer_affordability({**asked, "policy": {"residual_least": 176_656}})["is_affordable"]
    assert not answer_affordability({**asked, "policy": {"residual_least": 176_657}})["is_affordable"]


def test_the_largest_figures_neither_wrap_nor_round():
    budget = {**BUDGET, "income": {"wages": 1}, "spending": {"other_debts": {"amount": 10**12, "every": "week"}}}
    found = answer_affordability({"budget": budget, "payment": 10**15})
    assert found["months"][0]["ratio"] == f"{10**15 + -(-(10**12) * 52 // 12)}.000000"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"payment": None}, "$"),
        ({"file": CASE}, "$"),
        ({"payment": 0}, "$.payment"),
        ({"budget": {**BUDGET, "currency": "EUR"}, "payment": None, "file": CASE}, "$.budget.currency"),
        ({"budget": {**BUDGET, "income": {}}}, "$.budget.income"),
        ({"policy": {"ratio_most": "1.5"}}, "$.policy.ratio_most"),
        ({"polisy": {}}, "$.polisy"),
    ],
)
def test_what_cannot_be_asked_says_where(change, path):
    with pytest.raises(BadInput) as caught:
        answer_affordability({"budget": BUDGET, "payment": 73_344, **change})
    assert caught.value.path == path
