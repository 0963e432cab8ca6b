"""A small lender for the tests of operations: users, a product, loans, acts. Checks nothing."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from tests.lending.products import STEADY

PRODUCT = {**STEADY, "offered_from": "2026-01-01", "rate_most": "0.18"}
TERMS = {"product": "steady", "principal": 800_000, "instalments": 12, "annual_rate": "0.18"}
ROLES = {"officer": ("hardship_officer",), "approver": ("approver", "accountant"), "core": ("integrator",)}
_keys = count(1)


def act(on: str | date, *, user: str = "officer", key: str | None = None, hour: int = 10):
    """An act of a user on a day, at an hour of the lender's clock (UTC)."""
    from reprieve.operations.command import Act

    day = date.fromisoformat(on) if isinstance(on, str) else on
    return Act(key or f"key {next(_keys)}", user, datetime.combine(day, time(hour), UTC))


def establish(on: str = "2026-01-01") -> None:
    """Set up the lender, three users, and a product on sale from a day."""
    from reprieve.operations.commands.lenders import establish_lender
    from reprieve.storage.models import RoleGrant, User

    establish_lender("Example Lender", "cn", currency="CNY", time_zone="UTC")
    for name, roles in ROLES.items():
        user = User.objects.create(username=name, is_staff=True)
        for role in roles:
            RoleGrant.objects.create(user=user, role=role, granted_at=datetime(1980, 1, 1, tzinfo=UTC))
    publish(on)


def publish(on: str | date, **changed: Any) -> dict[str, Any]:
    """A version of the product, proposed by the officer and published by the approver."""
    from reprieve.operations.commands.products import propose_product, publish_product

    product = {**PRODUCT, "offered_from": str(on), **changed}
    proposal = propose_product(act(on), product=product).answer["proposal"]
    return publish_product(act(on, user="approver"), proposal=proposal).answer


def sign(number: str = "L-1", on: str = "2026-01-15", **changed: Any) -> dict[str, Any]:
    """A customer, and the 8,000.00 loan at 18 % paid out to them on a day."""
    from reprieve.operations.commands.contracts import sign_contract
    from reprieve.operations.commands.customers import register_customer

    register_customer(act(on, user="core"), number=f"C-{number}", language="zh")
    return sign_contract(act(on, user="core"), number=number, customer=f"C-{number}", **{**TERMS, **changed}).answer


def take(contract: str, amount: int, on: str, **more: Any) -> dict[str, Any]:
    """A payment taken on the day it was made, unless `acted_on` says another."""
    from reprieve.operations.commands.payments import take_payment

    acted_on = more.pop("acted_on", on)
    return take_payment(act(acted_on), contract=contract, amount=amount, on=on, **more).answer


def close(on: str, **more: Any):
    """The close of a day, run the hour before midnight."""
    from reprieve.operations.close_of_day import Options, close_until

    day = date.fromisoformat(on)
    return close_until(day, datetime.combine(day, time(23), UTC), options=Options(**more))


def days(first: str, last: str) -> list[str]:
    """Every day from the first to the last."""
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [(start + timedelta(number)).isoformat() for number in range((end - start).days + 1)]


def balances() -> dict[str, int]:
    """Every account's balance, debit positive."""
    from reprieve.operations.reading import trial_balance

    return {row["account"]: row["debit"] - row["credit"] for row in trial_balance()["rows"]}


def controls(on: str) -> dict[str, int]:
    """What the ledger must hold: the published positions, summed by another way than the close sums them."""
    from reprieve.lending.posting import posting_table
    from reprieve.operations.reading import contracts, position

    table, sums = posting_table(), Counter()
    for row in contracts():
        shown = position(row["contract"], on=date.fromisoformat(on))
        for name, account in table.balances.items():
            part, _, component = name.rpartition("_")
            sums[account] += -shown["held"] if name == "held" else shown[part][component]
    return {account: amount for account, amount in sums.items() if amount}


def held() -> dict[str, int]:
    """What the ledger holds on the accounts that positions control."""
    from reprieve.lending.posting import posting_table

    accounts = set(posting_table().balances.values())
    return {account: amount for account, amount in balances().items() if account in accounts and amount}


def off_by_a_cent(contract: str, on: date) -> None:
    """An entry written by hand, a cent too much of what was lent: it balances, so the database lets it in."""
    from django.db import transaction

    from reprieve.storage.models import Event, JournalEntry, JournalLine

    at = datetime.combine(on, time(), UTC)
    event = Event.objects.get(contract__number=contract, event_id="contract")
    with transaction.atomic():
        entry = JournalEntry.objects.create(
            posted_on=on, value_on=on, product="steady", currency="CNY", event=event, recorded_at=at
        )
        JournalLine.objects.bulk_create(
            JournalLine(entry=entry, account=account, amount_minor=amount)
            for account, amount in (("bank", -1), ("loans_principal", 1))
        )
