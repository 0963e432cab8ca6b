"""The lender that the bench pays: some loans signed and paid by commands, then copied row by row. Measures nothing.

`python -m bench.platform.seed LOANS` brings the database of this home up to date, fills it, and prints a token.
"""

import os
import random
import sys
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, Final

TEMPLATES: Final = 40
SIGNED_ON: Final = date(2026, 1, 15)
DUE_DAYS: Final = [date(2026, month, 15) for month in range(2, 7)]
OPEN_DAY: Final = date(2026, 7, 1)
USER: Final = "bench"
SCOPES: Final = ("payments:write", "contracts:read")
TERMS: Final = {
    "currency": "CNY", "method": "level_instalment", "period": "1 month", "day_count": "equal_periods",
    "interest": "daily", "grace_days": 3, "tolerance": 1000,
    "allocation": {
        "order": ["fee", "penalty", "interest", "principal"], "across": "oldest_instalment_first", "surplus": "hold",
    },
    "penalty": {"multiple": "1.5", "base": "principal", "replaces_interest": True},
}  # fmt: skip
PRODUCT: Final = {
    "code": "steady", "version": 1, "name": {"zh": "安心分期", "en": "Steady instalments"}, "place": "cn",
    "lender_type": "consumer_finance", "kind": "consumer_loan", "offered_from": SIGNED_ON.isoformat(),
    "principal_least": 100_000, "principal_most": 5_000_000, "instalments": [12, 24], "rate_least": "0.12",
    "rate_most": "0.18", "terms": TERMS,
}  # fmt: skip
COPIES: Final = (
    """INSERT INTO contract (number, customer_id, product_version_id, currency, principal_minor, disbursed_on, terms,
        rules, rules_sha256, recorded_at)
    SELECT 'L-' || lpad(copy::text, 6, '0'), customer_id, product_version_id, currency, principal_minor, disbursed_on,
        terms, rules, rules_sha256, recorded_at
    FROM generate_series(%(templates)s, %(loans)s - 1) AS copy
    JOIN contract ON number = 'L-' || lpad((copy %% %(templates)s)::text, 6, '0')""",
    """INSERT INTO event (contract_id, event_id, event_on, event_order, kind, amount_minor, terms, reference,
        recorded_at, recorded_by_id)
    SELECT copy.id, event_id, event_on, event_order, kind, amount_minor, event.terms, reference, event.recorded_at,
        recorded_by_id
    FROM copied JOIN event ON event.contract_id = copied.template JOIN contract copy ON copy.id = copied.id
    ORDER BY event.id""",
    """INSERT INTO journal_entry (posted_on, value_on, product, currency, event_id, recorded_at)
    SELECT posted_on, value_on, product, currency, mine.id, entry.recorded_at
    FROM copied JOIN event ON event.contract_id = copied.template JOIN journal_entry entry ON entry.event_id = event.id
    JOIN event mine ON mine.contract_id = copied.id AND mine.event_id = event.event_id ORDER BY entry.id""",
    """INSERT INTO journal_line (entry_id, account, amount_minor)
    SELECT copy.id, line.account, line.amount_minor
    FROM copied JOIN event ON event.contract_id = copied.template JOIN journal_entry entry ON entry.event_id = event.id
    JOIN event mine ON mine.contract_id = copied.id AND mine.event_id = event.event_id
    JOIN journal_entry copy ON copy.event_id = mine.id JOIN journal_line line ON line.entry_id = entry.id
    ORDER BY line.id""",
)  # fmt: skip
COPIED: Final = """CREATE TEMPORARY TABLE copied AS
    SELECT contract.id, template.id AS template FROM contract JOIN contract template
    ON template.number = 'L-' || lpad((substr(contract.number, 3)::int %% %(templates)s)::text, 6, '0')
    WHERE contract.id <> template.id"""
_keys = count(1)


def fill(loans: int) -> str:
    """Fill an empty database with loans, each with five months of payments, and return a token that may pay."""
    from reprieve.operations.commands.lenders import establish_lender

    establish_lender(
        "Bench", "cn", currency="CNY", time_zone="Asia/Shanghai", is_sandbox=True, business_on=SIGNED_ON
    )  # fmt: skip
    _people()
    _publish()
    for number in range(TEMPLATES):
        _sign(number)
    _pay_months()
    _copy(loans)
    return _token()


def _act(user: str = USER) -> Any:
    from reprieve.operations.command import Act

    return Act(f"seed-{next(_keys)}", user, datetime.now(UTC))


def _people() -> None:
    from reprieve.storage.models import RoleGrant, User

    at = datetime.now(UTC) - timedelta(seconds=1)
    for name, roles in ((USER, ("integrator", "agent")), ("approver", ("approver", "risk"))):
        user = User.objects.create(username=name, is_staff=True)
        for role in roles:
            RoleGrant.objects.create(user=user, role=role, granted_at=at)


def _publish() -> None:
    from reprieve.operations.commands.products import propose_product, publish_product

    proposal = propose_product(_act(), product=PRODUCT).answer["proposal"]
    publish_product(_act("approver"), proposal=proposal)


def _sign(number: int) -> None:
    from reprieve.operations.commands.contracts import sign_contract
    from reprieve.operations.commands.customers import register_customer

    drawn = random.Random(number)
    register_customer(_act(), number=f"C-{number:06}", language="zh")
    sign_contract(
        _act(), number=f"L-{number:06}", customer=f"C-{number:06}", product="steady",
        principal=drawn.randrange(100_000, 5_000_000, 100), instalments=drawn.choice((12, 24)),
        annual_rate=f"0.{drawn.randrange(120, 181)}",
    )  # fmt: skip


def _pay_months() -> None:
    """Pay on each due day what most pay: the instalment; some a part of it, some nothing that month."""
    from reprieve.operations.commands.payments import take_payment
    from reprieve.operations.reading import position
    from reprieve.storage.models import Lender

    drawn = random.Random(1)
    for day in (*DUE_DAYS, OPEN_DAY):
        Lender.objects.update(business_on=day)
        for number in range(TEMPLATES if day != OPEN_DAY else 0):
            owed = position(f"L-{number:06}", on=day)
            due = owed["due"]["total"] + owed["arrears"]["total"]
            amount = drawn.choice((due, due, due, due // 2, 0))
            if amount:
                take_payment(_act(), contract=f"L-{number:06}", amount=amount)


def _copy(loans: int) -> None:
    from django.db import connections, transaction

    sizes = {"templates": TEMPLATES, "loans": loans}
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(COPIES[0], sizes)
        cursor.execute(COPIED, sizes)
        for statement in COPIES[1:]:
            cursor.execute(statement)
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _token() -> str:
    from reprieve.storage.access_tokens import issue_token

    at = datetime.now(UTC)
    given = {"issued_at": at - timedelta(seconds=1), "expires_at": at + timedelta(days=1)}
    return issue_token(USER, "bench", scopes=SCOPES, **given)[1]


def main(arguments: list[str]) -> None:
    """Migrate, fill, print the token."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "reprieve.settings"
    import django

    django.setup()
    from reprieve.storage.migrate import migrate

    migrate()
    print(fill(int(arguments[0])))


if __name__ == "__main__":
    main(sys.argv[1:])
