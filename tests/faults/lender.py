"""The lender that is killed: a sandbox with a product, loans and a token. Judges nothing."""

import os
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from tests.faults.bank import BEGUN, loan
from tests.lending.products import STEADY

USER = "teller"
APPROVER = "approver"
ROLES = {USER: ("integrator", "hardship_officer", "accountant"), APPROVER: ("approver", "integrator")}
TOKEN_SCOPES = ("payments:write", "contracts:read", "close:read")
_keys = count(1)


def found(token: str, loans: int) -> None:
    """Bring the database up to date, found the lender in it, and write a token to a file of our own."""
    from django.db import connections

    from reprieve.operations.commands.lenders import establish_lender
    from reprieve.operations.commands.webhooks import register_webhook
    from reprieve.storage.access_tokens import issue_token
    from reprieve.storage.migrate import migrate

    migrate()
    establish_lender(
        "Killed Lender", "cn", currency="CNY", time_zone="Asia/Shanghai", is_sandbox=True, business_on=BEGUN
    )
    _people()
    _publish()
    register_webhook(act(), url="https://example.org/hooks", events=["close.finished"])
    for number in range(loans):
        _sign(loan(number))
    at = datetime.now(UTC)
    _, shown = issue_token(USER, "faults", scopes=TOKEN_SCOPES, issued_at=at, expires_at=at + timedelta(days=1))
    Path(token).touch(0o600)
    Path(token).write_text(shown)
    connections.close_all()


def act(key: str = "", user: str = USER):
    """An act of a user, under a key of its own unless one is given."""
    from reprieve.operations.command import Act

    return Act(key or f"{os.getpid()}-{next(_keys)}", user, datetime.now(UTC))


def _people() -> None:
    from reprieve.storage.models import RoleGrant, User

    for name, roles in ROLES.items():
        user = User.objects.create(username=name, is_staff=True)
        for role in roles:
            RoleGrant.objects.create(user=user, role=role, granted_at=datetime(2020, 1, 1, tzinfo=UTC))


def _publish() -> None:
    from reprieve.operations.commands import products

    product = {**STEADY, "offered_from": BEGUN.isoformat(), "rate_most": "0.18"}
    proposal = products.propose_product(act(), product=product).answer["proposal"]
    products.publish_product(act(user=APPROVER), proposal=proposal)


def _sign(number: str) -> None:
    from reprieve.operations.commands.contracts import sign_contract
    from reprieve.operations.commands.customers import register_customer

    register_customer(act(), number=f"C-{number}", language="zh")
    sign_contract(
        act(), number=number, customer=f"C-{number}", product="steady", principal=800_000, instalments=12,
        annual_rate="0.18",
    )  # fmt: skip
