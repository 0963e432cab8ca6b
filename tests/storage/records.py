"""One record of every kind, made as the app makes them: the ground for tests of what the database refuses."""

import hashlib
from datetime import UTC, date, datetime, time

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
DAY = date(2026, 3, 1)
HASH = hashlib.sha256(b"rules").digest()
SEALED = b"\x01" + bytes(40)

CHANGES = {
    "agreement": "signed_at = now()",
    "amendment": "reason = 'another'",
    "audit_entry": "action = 'another'",
    "bank_file": "name = 'another'",
    "budget": "income_minor = 1",
    "close_checkpoint": "shard = 99",
    "comprehension": "is_right = NOT is_right",
    "consent": "is_given = NOT is_given",
    "contact_attempt": "rule = 'another'",
    "contact_preference": "is_allowed = NOT is_allowed",
    "contract": "principal_minor = principal_minor + 1",
    "credit_record_row": "status_code = '*'",
    "disclosure": "kind = 'another'",
    "event": "amount_minor = amount_minor - 1",
    "journal_entry": "posted_on = posted_on - 1",
    "journal_line": "amount_minor = 2 * amount_minor",
    "message": "rule = 'another'",
    "month_lock": "locked_at = now()",
    "product_proposal": "proposed_at = now()",
    "product_version": "version = 7",
    "quote": "as_of = as_of + 1",
    "signature": "method = 'another'",
    "transition": "days_past_due = 0",
}
"""Append-only table: an assignment that would really change its row."""


def add_history() -> None:
    """Add a record of every kind that a life of one loan leaves, through Django, as the role it is connected as."""
    from reprieve.storage import models

    customer = models.Customer.objects.create(number="C-1", language="zh", registered_at=NOW)
    officer, approver = (models.User.objects.create(username=name, is_staff=True) for name in ("officer", "approver"))
    models.ContactPreference.objects.create(
        customer=customer,
        channel="sms",
        is_allowed=True,
        quiet_from=time(21),
        quiet_until=time(8),
        recorded_at=NOW,
    )
    models.Consent.objects.create(
        customer=customer, purpose="contact", is_given=True, wording="consent.1", recorded_at=NOW
    )
    models.AuditEntry.objects.create(user=officer, action="register", subject="customer", recorded_at=NOW)
    contract = _lend(customer, officer, approver)
    _service(contract, customer)
    _relieve(contract, customer, proposed_by=officer, approved_by=approver)
    models.MonthLock.objects.create(month=date(2026, 1, 1), locked_at=NOW)
    models.BankFile.objects.create(
        media_type="text/csv", file_sha256=HASH, report={}, taken_by=officer, recorded_at=NOW
    )
    models.ProductProposal.objects.create(product={}, rules_sha256=HASH, proposed_by=officer, proposed_at=NOW)


def _lend(customer, officer, approver):
    from reprieve.storage import models

    product = models.Product.objects.create(code="instalment", lender_type="consumer_finance", kind="consumer_loan")
    version = models.ProductVersion.objects.create(
        product=product,
        version=1,
        terms={},
        rules_sha256=HASH,
        on_sale=(date(2026, 1, 1), None),
        proposed_by=officer,
        approved_by=approver,
        published_at=NOW,
    )
    application = models.Application.objects.create(
        customer=customer,
        product_version=version,
        currency="CNY",
        principal_minor=800_000,
        instalments=12,
        state="submitted",
        submitted_at=NOW,
    )
    models.Budget.objects.create(
        customer=customer,
        application=application,
        currency="CNY",
        income_minor=600_000,
        spending_minor=400_000,
        debt_service_minor=0,
        rows=[],
        recorded_at=NOW,
    )
    disclosure = _disclosure(customer, application=application)
    models.Comprehension.objects.create(
        disclosure=disclosure, question="total", answer="8801.28", is_right=True, answered_at=NOW
    )
    return models.Contract.objects.create(
        number="L-1",
        customer=customer,
        product_version=version,
        application=application,
        signature=_signature(customer, disclosure),
        currency="CNY",
        principal_minor=800_000,
        disbursed_on=date(2026, 1, 15),
        terms={"principal": 800_000},
        rules={"place": "cn"},
        rules_sha256=HASH,
        recorded_at=NOW,
    )


def _service(contract, customer) -> None:
    from reprieve.storage import models

    run = models.CloseRun.objects.create(business_on=DAY, engine_sha256=HASH, state="running", started_at=NOW)
    models.CloseCheckpoint.objects.create(close_run=run, step="positions", shard=0, done_at=NOW)
    models.Transition.objects.create(
        contract=contract,
        close_run=run,
        business_on=DAY,
        bucket_before="current",
        bucket="1-30",
        days_past_due=14,
        contractual_days_past_due=14,
        recorded_at=NOW,
    )
    message = models.Message.objects.create(
        customer=customer, contract=contract, is_inbound=False, channel="sms", sealed=SEALED, recorded_at=NOW
    )
    models.ContactAttempt.objects.create(
        customer=customer, message=message, channel="sms", outcome="sent", attempted_at=NOW
    )
    models.CreditRecordRow.objects.create(
        contract=contract,
        month=date(2026, 2, 1),
        filing=1,
        status_code="1",
        is_adverse=True,
        figures={},
        rules_sha256=HASH,
        prior_notice=message,
        recorded_at=NOW,
    )


def _relieve(contract, customer, *, proposed_by, approved_by) -> None:
    from reprieve.storage import models

    case = models.ReliefCase.objects.create(customer=customer, contract=contract, state="open", opened_at=NOW)
    quote = models.Quote.objects.create(
        contract=contract,
        relief_case=case,
        kind="plan",
        as_of=DAY,
        figures={},
        facts_sha256=HASH,
        quoted_at=NOW,
        valid_until_at=LATER,
    )
    models.Agreement.objects.create(
        relief_case=case,
        quote=quote,
        event=payment(contract, "p1"),
        signature=_signature(customer, _disclosure(customer, quote=quote)),
        proposed_by=proposed_by,
        approved_by=approved_by,
        signed_at=NOW,
    )


def payment(contract, event_id: str, amount_minor: int = 73_344):
    """Record a payment and its balanced entry, and return the event."""
    from django.db import transaction

    from reprieve.storage import models

    with transaction.atomic():
        event = models.Event.objects.create(
            contract=contract, event_id=event_id, on=DAY, kind="payment", amount_minor=amount_minor, recorded_at=NOW
        )
        entry = add_entry(event=event)
        add_lines(entry, {"bank": amount_minor, "principal": -amount_minor})
    return event


def add_entry(**source):
    """Add an entry of 1 March 2026, without its lines."""
    from reprieve.storage import models

    fields = {"posted_on": DAY, "value_on": DAY, "product": "instalment", "currency": "CNY", "recorded_at": NOW}
    return models.JournalEntry.objects.create(**(fields | source))


def add_lines(entry, amounts: dict[str, int]) -> None:
    """Add lines to an entry, by account, in one statement."""
    from reprieve.storage import models

    models.JournalLine.objects.bulk_create(
        models.JournalLine(entry=entry, account=account, amount_minor=amount) for account, amount in amounts.items()
    )


def _disclosure(customer, **of):
    from reprieve.storage import models

    return models.Disclosure.objects.create(
        customer=customer,
        kind="credit_cost",
        language="zh",
        sealed=SEALED,
        document_sha256=HASH,
        rules_sha256=HASH,
        shown_at=NOW,
        **of,
    )


def _signature(customer, disclosure):
    from reprieve.storage import models

    return models.Signature.objects.create(
        customer=customer, disclosure=disclosure, document_sha256=HASH, method="password_and_code", signed_at=NOW
    )
