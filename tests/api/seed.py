"""The lender that the examples of the OpenAPI document speak of: made by the commands themselves, always the same."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

from reprieve.lending.intake import BankLine, Statement
from tests.lending.products import STEADY
from tests.operations.lending import off_by_a_cent

BEGUN = date(2026, 6, 1)
EVE = date(2026, 8, 31)
OPEN_DAY = date(2026, 9, 1)
ROLES = {
    "api": ("integrator", "approver", "hardship_officer", "accountant"), "officer": ("hardship_officer",),
    "approver": ("approver",), "accountant": ("accountant",),
    "clerk": ("agent",), "auditor": ("auditor",), "nobody": (), "adviser": (),
}  # fmt: skip
_keys = count(1)


def seed() -> None:
    """Make the lender, people, products, six loans, quotes, applications and a dispute, where Django is connected."""
    from reprieve.operations import close_of_day, intake
    from reprieve.operations.commands import (
        contracts,
        customers,
        disputes,
        lenders,
        payments,
        relief,
        settlement,
        terms,
    )
    from reprieve.web.api.changes import PAUSE

    lenders.establish_lender(
        "Example Lender", "cn", currency="CNY", time_zone="Asia/Shanghai", is_sandbox=True, business_on=BEGUN
    )
    _people()
    _products()
    for number in ("C-1001", "C-1002"):
        customers.register_customer(_act(), number=number, language="zh", identifiers={"phone": "13800000000"})
    for number in ("L-1001", "L-1002", "L-1003", "L-1004", "L-1005", "L-1006"):
        contracts.sign_contract(
            _act(), number=number, customer="C-1001", product="steady", principal=800_000, instalments=12,
            annual_rate="0.18",
        )  # fmt: skip
    _adviser()
    _open(EVE)
    payments.take_payment(_act(), contract="L-1001", amount=73_344, on="2026-07-01")
    payments.take_payment(_act(), contract="L-1004", amount=240_000, on="2026-08-01")
    payments.take_payment(_act(), contract="L-1002", amount=_payoff("L-1002"), on=EVE.isoformat())
    terms.accelerate(_act(), contract="L-1003")
    line = BankLine(1, date(2026, 8, 20), 5000, "CNY", "rent?", "", "", "", key="line-1")
    intake.take_bank_file(_act(), Statement((line,), ()))
    off_by_a_cent("L-1006", EVE)
    close_of_day.move_business_date(_act(), OPEN_DAY)
    relief.quote_plan(_act("officer"), contract="L-1001", plan=PAUSE)
    settlement.quote_settlement(_act(), contract="L-1005")
    disputes.open_dispute(_act("officer"), contract="L-1002", month="2026-08", says="I paid in August.")
    _applications()
    _correspondence()


def _correspondence() -> None:
    """Two webhook endpoints, a promise and a request for help to take back, and a document that was asked for."""
    from reprieve.operations.commands import documents, help_requests, webhooks

    for _ in range(2):
        webhooks.register_webhook(_act(), url="http://127.0.0.1:9/hooks", events=["payment.taken"])
    help_requests.promise_to_pay(_act("officer"), contract="L-1003", amount=50_000, on="2026-09-10")
    help_requests.ask_for_help(_act("officer"), contract="L-1006")
    documents.ask_for_document(_act("officer"), contract="L-1001", kind="schedule")


def _products() -> None:
    """One product on sale, and another that the officer proposes and nobody has published."""
    from reprieve.operations.commands.products import propose_product, publish_product

    product = {**STEADY, "offered_from": BEGUN.isoformat(), "rate_most": "0.18"}
    steady = propose_product(_act("officer"), product=product).answer["proposal"]
    publish_product(_act(), proposal=steady)
    calm = {**product, "code": "calm", "offered_from": "2026-12-01"}
    propose_product(_act("officer"), product=calm)


def _applications() -> None:
    """Four applications: to decide, to show and answer (disclosure 1), to sign (disclosure 2), to withdraw."""
    from reprieve.operations.commands import applications
    from reprieve.web.api.applications import ASKED_FOR

    numbers = [applications.apply_for_credit(_act("clerk"), **ASKED_FOR).answer["application"] for _ in range(4)]
    shown = []
    for number in numbers[1:3]:
        applications.decide_application(_act(), application=number, is_approved=True)
        shown.append(applications.disclose(_act("clerk"), application=number, language="en").answer)
    answers = {question["question"]: question["right"] for question in shown[1]["questions"]}
    applications.answer_questions(_act("clerk"), disclosure=shown[1]["disclosure"], answers=answers)


def token_of(user: str, *scopes: str) -> str:
    """Return a new token of a user, of every scope unless some are named."""
    from reprieve.storage.access_tokens import issue_token
    from reprieve.storage.scopes import SCOPES

    at = datetime.now(UTC)
    given = {"issued_at": at - timedelta(seconds=1), "expires_at": at + timedelta(days=1)}
    return issue_token(user, "test", scopes=scopes or tuple(SCOPES), **given)[1]


def _act(user: str = "api"):
    from reprieve.operations.command import Act

    return Act(f"seed-{next(_keys)}", user, datetime.now(UTC))


def _people() -> None:
    from reprieve.storage import models

    at = datetime.now(UTC) - timedelta(seconds=1)
    for name, roles in ROLES.items():
        user = models.User.objects.create(username=name, is_staff=True)
        for role in roles:
            models.RoleGrant.objects.create(user=user, role=role, granted_at=at)


def _adviser() -> None:
    from reprieve.storage import models

    at = datetime.now(UTC)
    people = {name: models.User.objects.get(username=name) for name in ("adviser", "officer")}
    customer = models.Customer.objects.get(number="C-1002")
    models.RoleGrant.objects.create(
        user=people["adviser"], role="adviser", customer=customer, granted_by=people["officer"],
        granted_at=at - timedelta(seconds=1), expires_at=at + timedelta(days=1),
    )  # fmt: skip


def _open(day: date) -> None:
    from reprieve.storage import models

    models.Lender.objects.update(business_on=day)


def _payoff(contract: str) -> int:
    from reprieve.operations import reading

    return reading.position(contract, on=EVE)["payoff"]
