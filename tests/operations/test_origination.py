"""From an application to a signed contract: affordable, shown as it is, understood, signed as shown."""

import pytest

from reprieve.errors import BadInput, Refused
from tests.operations.lending import act, balances, close, controls, establish, held

pytestmark = pytest.mark.django_db
BUDGET = {"currency": "CNY", "income": {"wages": 600_000}, "spending": {"rent": 150_000, "food": 200_000}}
WISH = {"product": "steady", "principal": 800_000, "instalments": 12, "annual_rate": "0.18"}


@pytest.fixture
def customer(db):
    from reprieve.operations.commands.customers import register_customer

    establish()
    register_customer(act("2026-01-10", user="core"), number="C-1", language="zh", identifiers={"name": "李四"})


def applied(budget=BUDGET, on="2026-01-12"):
    from reprieve.operations.commands.applications import apply_for_credit

    return apply_for_credit(act(on), customer="C-1", budget=budget, **WISH).answer


def approved():
    from reprieve.operations.commands.applications import decide_application

    number = applied()["application"]
    decide_application(act("2026-01-12", user="approver"), application=number, is_approved=True)
    return number


def shown(number, on="2026-01-15", language="zh"):
    from reprieve.operations.commands.applications import disclose

    return disclose(act(on), application=number, language=language).answer


def answered(seen, option=0):
    from reprieve.operations.commands.applications import answer_questions

    answers = {question["question"]: option for question in seen["questions"]}
    return answer_questions(act("2026-01-15"), disclosure=seen["disclosure"], answers=answers).answer["answers"]


def signed(seen, on="2026-01-15", **changed):
    from reprieve.operations.commands.applications import sign_application

    body = {
        "disclosure": seen["disclosure"], "document_sha256": seen["document_sha256"], "number": "L-1",
        "method": "password_and_code",
    }  # fmt: skip
    return sign_application(act(on), **{**body, **changed}).answer


def refused(rule):
    return pytest.raises(Refused, check=lambda error: error.refusals[0].rule == rule)


def test_an_affordable_application_becomes_the_contract_that_was_shown(customer):
    seen = shown(approved())
    assert seen["table"]["total_repaid"] == seen["schedule"]["totals"]["due"] == 880_129
    assert any("18" in line for line in seen["table"]["lines"])
    told = answered(seen)
    assert {answer["is_right"] for answer in told.values()} <= {True, False}
    assert all(answer["why"] for answer in told.values())
    answer = signed(seen)
    assert answer["schedule"] == seen["schedule"]
    assert balances()["bank"] == -800_000
    close("2026-01-16")
    assert held() == controls("2026-01-16")


def test_what_was_shown_stays_as_it_was_shown_and_is_sealed(customer):
    from reprieve.storage import applications
    from reprieve.storage.models import Disclosure

    seen = shown(approved(), language="en")
    row = Disclosure.objects.get()
    assert b"repaid" not in bytes(row.sealed)
    _, document = applications.shown(seen["disclosure"])
    assert applications.document_sha256(document) == seen["document_sha256"] == bytes(row.document_sha256).hex()


def test_a_payment_the_budget_does_not_carry_is_not_approved(customer):
    from reprieve.operations.commands.applications import decide_application

    poor = {**BUDGET, "income": {"wages": 400_000}}
    answer = applied(poor)
    assert answer["is_affordable"] is False
    assert answer["refusals"] == ["affordability.residual_income", "affordability.stress"]
    asked = {"application": answer["application"]}
    with refused("affordability"):
        decide_application(act("2026-01-12", user="approver"), **asked, is_approved=True)
    with refused("authority.role"):
        decide_application(act("2026-01-12"), **asked, is_approved=False)
    declined = decide_application(act("2026-01-12", user="approver"), **asked, is_approved=False).answer
    assert declined["state"] == "declined"
    with refused("application.state"):
        shown(answer["application"])


def test_nothing_is_signed_before_every_question_has_an_answer_right_or_wrong(customer):
    seen = shown(approved())
    with refused("disclosure.questions"):
        signed(seen)
    wrong = [question["question"] for question in seen["questions"] if question["right"] != 0]
    assert wrong, "one at least is answered wrongly below"
    answered(seen, option=0)
    assert signed(seen)["contract"] == "L-1"


def test_on_another_day_the_figures_have_moved_and_are_shown_again(customer):
    number = approved()
    seen = shown(number)
    answered(seen)
    with refused("disclosure.facts_moved"):
        signed(seen, on="2026-01-20")
    again = shown(number, on="2026-01-20")
    answered(again)
    assert signed(again, on="2026-01-20")["disbursed_on"] == "2026-01-20"


def test_another_document_is_not_signed_and_nothing_is_signed_twice(customer):
    seen = shown(approved())
    answered(seen)
    with refused("disclosure.another"):
        signed(seen, document_sha256="00" * 32)
    signed(seen)
    with refused("application.state"):
        signed(seen, number="L-2")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"budget": {**BUDGET, "income": {}}}, "$.income"),
        ({"budget": {**BUDGET, "currency": "USD"}}, "budget.currency"),
        ({"principal": 1}, "principal"),
        ({"instalments": 7}, "instalments"),
        ({"annual_rate": "0.5"}, "annual_rate"),
        ({"customer": "nobody"}, "customer"),
        ({"product": "nothing"}, "product"),
    ],
)
def test_an_application_that_cannot_be_says_where(customer, change, path):
    from reprieve.operations.commands.applications import apply_for_credit

    with pytest.raises(BadInput) as caught:
        apply_for_credit(act("2026-01-12"), **{"customer": "C-1", "budget": BUDGET, **WISH, **change})
    assert caught.value.path == path
