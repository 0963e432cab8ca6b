"""What the guide is asked: rates in any quoting, and input that is refused with what would be right."""

import json

import jsonschema
import pytest

from reprieve.errors import BadInput
from reprieve.lending.guide import answer
from reprieve.lending.guide.request import read_request
from reprieve.lending.schema import guide_request_schema, guide_schema
from tests.guide.people import ON, PARTS, PEOPLE, answer_to, eight_thousand

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    ("words", "yearly"),
    [
        ("0.18", "0.18"), ("18%", "0.18"), ("18 % per year", "0.18"), ("18%/year", "0.18"), ("年利率18%", "0.18"),
        ("年化 18％", "0.18"), ("1.5%/month", "0.18"), ("1.5% a month", "0.18"), ("0.015/month", "0.18"),
        ("月息1.5%", "0.18"), ("每期", None), ("0.05%/day", "0.1825"), ("0.0005/day", "0.1825"),
        ("0.05%/天", "0.1825"), ("日息0.05%", "0.1825"), ("日息万五", "0.1825"), ("万分之五", "0.1825"),
        ("万分之五/日", "0.1825"), ("万分之五每天", "0.1825"), ("万5/月", "0.006"),
        ("万5", "0.1825"), ("5‰/month", "0.06"), ("0", "0"), ("0%", "0"),
    ],
)  # fmt: skip
def test_a_rate_reads_in_any_quoting(words, yearly):
    request = {"debts": [{"overdue": 1, "rate": words}]}
    if yearly is None:
        with pytest.raises(BadInput):
            read_request(request)
        return
    rate = read_request(request).debts[0].rate
    assert rate.per_year("act_365") == type(rate.value)(yearly)


@pytest.mark.parametrize("quote", [{"value": "0.0005", "per": "day"}, {"value": "0.015", "per": "month"}])
def test_a_rate_reads_as_an_object_too(quote):
    rate = read_request({"debts": [{"overdue": 1, "rate": quote}]}).debts[0].rate
    assert (f"{rate.value:f}", rate.per) == (quote["value"], quote["per"])


REFUSED = {
    "no debt": ({"debts": []}, "$.debts", "at least 1"),
    "no debts key": ({}, "$.debts", "debts"),
    "nothing owed": ({"debts": [{"overdue": 0}]}, "$.debts[0].overdue", "above 0"),
    "a negative amount": ({"debts": [{"overdue": -5, "rate": "0.18"}]}, "$.debts[0].overdue", "at least 0"),
    "an absurd amount": ({"debts": [{"overdue": 10**13}]}, "$.debts[0].overdue", "at most 1,000,000,000,000"),
    "an amount with a point": ({"debts": [{"overdue": 80.5}]}, "$.debts[0].overdue", "whole number"),
    "an amount in words": ({"debts": [{"overdue": "8000"}]}, "$.debts[0].overdue", "whole number"),
    "18 for a rate": (eight_thousand(rate="18"), "$.debts[0].rate", '"18%" or 0.18'),
    "1.5 for a rate": (eight_thousand(rate="1.5"), "$.debts[0].rate", '"1.5%" or 0.015'),
    "a daily rate without its day": (eight_thousand(rate="0.0005"), "$.debts[0].rate", '"0.0005/day"'),
    "18 percent a day": (eight_thousand(rate="18%/day"), "$.debts[0].rate", "at most 2000% a year"),
    "a daily rate just too high": (eight_thousand(rate="5.48%/day"), "$.debts[0].rate", "at most 2000% a year"),
    "a negative rate": (eight_thousand(rate="-0.18"), "$.debts[0].rate", "a rate such as"),
    "a rate in words": (eight_thousand(rate="high"), "$.debts[0].rate", "a rate such as"),
    "a rate for an odd time": (eight_thousand(rate="1%/fortnight"), "$.debts[0].rate", "a rate such as"),
    "a rate as a number": (eight_thousand(rate=0.18), "$.debts[0].rate", ""),
    "parts that do not sum": (eight_thousand(overdue=900_000), "$.debts[0].parts", "sum to `overdue`, 900000"),
    "days below zero": (eight_thousand(days_overdue=-1), "$.debts[0].days_overdue", "at least 0"),
    "days beyond ten years": (eight_thousand(days_overdue=4000), "$.debts[0].days_overdue", "at most 3,650"),
    "an unknown lender": (eight_thousand(lender="shark"), "$.debts[0].lender", "micro_loan"),
    "an unknown key": (eight_thousand(intrest=1), "$.debts[0].intrest", "keys"),
    "both rates": (
        eight_thousand(flat_rate="0.6%", original={"principal": 1, "instalments": 1}),
        "$.debts[0].flat_rate",
        "either",
    ),
    "a flat rate alone": ({"debts": [{"overdue": 1, "flat_rate": "0.6%"}]}, "$.debts[0].original", "as signed"),
    "a flat rate of 60 %": (
        {"debts": [{"overdue": 1, "flat_rate": "6", "original": {"principal": 1, "instalments": 1}}]},
        "$.debts[0].flat_rate",
        '"0.5%"',
    ),
    "instalments that do not repay the loan": (
        {"debts": [{"overdue": 1, "original": {"principal": 100, "instalments": 10, "instalment": 10}}]},
        "$.debts[0].original.instalment",
        "at least 11",
    ),
    "a fee twice measured": (eight_thousand(fees=[{"rate": "1%", "amount": 1}]), "$.debts[0].fees[0]", "either"),
    "accelerated and not due": (
        eight_thousand(not_due={"principal": 1, "instalments": 1, "next_due_on": "2026-12-01"}),
        "$.debts[0].not_due",
        "count it in `overdue`",
    ),
    "an impossible day": (
        eight_thousand(accelerated=False, not_due={"principal": 1, "instalments": 1, "next_due_on": "2026-02-30"}),
        "$.debts[0].not_due.next_due_on",
        "calendar",
    ),
    "a next due day that has passed": (
        eight_thousand(accelerated=False, not_due={"principal": 1, "instalments": 1, "next_due_on": "2026-11-23"}),
        "$.debts[0].not_due.next_due_on",
        "after 2026-11-23",
    ),
    "surplus and income": (eight_thousand() | {"income": {"wages": 1}, "spending": {}}, "$.surplus", "either"),
    "income alone": ({"debts": [{"overdue": 1}], "income": {"wages": 1}}, "$.spending", "together"),
    "an unknown use": (
        {"debts": [{"overdue": 1}], "income": {}, "spending": {"cigars": 1}},
        "$.spending",
        "rent",
    ),
    "a buffer above one": (eight_thousand() | {"buffer": "10"}, "$.buffer", "from 0 to 1"),
    "no rate and no ceiling": ({"place": "gb", "debts": [{"overdue": 1}]}, "$.debts[0].rate", "contract rate"),
    "no currency": (eight_thousand() | {"currency": "YUAN"}, "$.currency", "a string like"),
    "a currency out of use": (eight_thousand() | {"currency": "DEM"}, "$.currency", "ISO 4217"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_input_is_refused_with_where_what_was_found_and_what_is_right(name):
    document, path, allowed = REFUSED[name]
    with pytest.raises(BadInput) as refused:
        answer(document, ON)
    first = refused.value
    assert first.path.startswith(path)
    assert allowed in first.allowed
    assert first.found in first.sentence
    assert "pydantic" not in first.sentence


@pytest.mark.parametrize("text", ["", "[]", "{", '{"debts": 1}', "\xff"])
def test_a_document_that_is_no_request_is_refused(text):
    with pytest.raises(BadInput):
        answer(text.encode("latin-1"), ON)


@pytest.mark.parametrize("name", PEOPLE)
def test_requests_and_answers_keep_to_the_published_schemas(name):
    asked = jsonschema.Draft202012Validator(guide_request_schema())
    answered = jsonschema.Draft202012Validator(guide_schema())
    assert not [fault.message for fault in asked.iter_errors(PEOPLE[name])]
    found = json.loads(json.dumps(answer_to(name).to_dict()))
    assert not [fault.message for fault in answered.iter_errors(found)]


def test_parts_may_be_left_out_in_part():
    document = eight_thousand(parts={"principal": 800_000})
    assert read_request(document).debts[0].parts.model_dump() == dict.fromkeys(PARTS, 0) | {"principal": 800_000}
