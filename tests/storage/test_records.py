"""What a record may not say, the database refuses; and the migrations make exactly these records."""

from datetime import date, timedelta
from io import StringIO

import psycopg
import pytest

from reprieve.storage.append_only import APPEND_ONLY
from reprieve.storage.cluster import APP, OWNER
from tests.storage.records import DAY, LATER, NOW, add_history

DAY_BEFORE = NOW - timedelta(days=1)

WRONG = [
    ("Lender", {"id": 2, "name": "A", "place": "cn", "currency": "CNY", "time_zone": "Asia/Shanghai"}, "lender_is_one"),
    (
        "Lender",
        {"id": 1, "name": "A", "place": "cn", "currency": "CNY", "time_zone": "UTC", "business_on": DAY},
        "lender_day_is_set_in_a_sandbox_only",
    ),
    ("Customer", {"number": "", "language": "zh", "registered_at": NOW}, "customer_number_filled"),
    ("Customer", {"number": "C-1", "language": "zh", "registered_at": NOW}, "customer_number"),
    ("Customer", {"number": "C-2", "language": "fr", "registered_at": NOW}, "customer_language_known"),
    (
        "Customer",
        {"number": "C-2", "language": "zh", "registered_at": NOW, "erased_at": DAY_BEFORE},
        "customer_erased_at_after",
    ),
    ("Consent", {"customer": 1, "purpose": "", "is_given": True, "wording": "w", "recorded_at": NOW}, "purpose_filled"),
    (
        "ContactPreference",
        {"customer": 1, "channel": "fax", "is_allowed": True, "recorded_at": NOW},
        "contact_preference_channel_known",
    ),
    (
        "ContactPreference",
        {"customer": 1, "channel": "sms", "is_allowed": True, "quiet_from": "21:00", "recorded_at": NOW},
        "quiet_hours_have_both_ends",
    ),
    (
        "Identifier",
        {"customer": 1, "kind": "phone", "sealed": b"s", "blind_index": b"i", "recorded_at": NOW},
        "identifier_index_names_its_key",
    ),
    ("Identifier", {"customer": 1, "kind": "face", "sealed": b"s", "recorded_at": NOW}, "identifier_kind_known"),
    ("User", {"username": "borrower", "customer": 1, "is_staff": True}, "app_user_customer_is_no_staff"),
    ("RoleGrant", {"user": 1, "role": "king", "granted_at": NOW}, "role_grant_role_known"),
    ("RoleGrant", {"user": 1, "role": "risk", "granted_by": 1, "granted_at": NOW}, "role_grant_granted_by_is_another"),
    ("RoleGrant", {"user": 1, "role": "adviser", "granted_by": 2, "granted_at": NOW}, "role_grant_adviser_is_scoped"),
    (
        "RoleGrant",
        {"user": 1, "role": "risk", "granted_at": NOW, "expires_at": NOW},
        "role_grant_expires_at_after",
    ),
    ("Contract", {"number": "L-2", "principal_minor": 0}, "contract_principal_minor_above_0"),
    ("Contract", {"number": "L-2", "currency": "cny"}, "contract_currency_code"),
    ("Contract", {"number": "L-2", "rules": {"place": "cn"}}, "contract_rules_have_their_hash"),
    ("Contract", {"number": "L-1"}, "contract_number"),
    ("Event", {"event_id": "p1"}, "event_once"),
    ("Event", {"event_id": "p2", "kind": "gift"}, "event_kind_known"),
    ("Event", {"event_id": "p2", "amount_minor": None}, "event_money_has_an_amount"),
    ("Event", {"event_id": "p2", "amount_minor": 0}, "event_money_has_an_amount"),
    ("Event", {"event_id": "p2", "kind": "fee", "amount_minor": -1}, "event_amount_minor_from_0"),
    ("Promise", {"contract": 1, "amount_minor": 0, "promised_on": DAY, "state": "open", "recorded_at": NOW}, "above_0"),
    (
        "Promise",
        {"contract": 1, "amount_minor": 1, "promised_on": DAY, "state": "kept", "recorded_at": NOW},
        "promise_end_has_its_instant",
    ),
    ("ReliefCase", {"customer": 1, "contract": 1, "state": "open", "opened_at": NOW}, "relief_case_one_open"),
    ("ReliefCase", {"customer": 1, "state": "closed", "opened_at": NOW}, "relief_case_end_has_its_instant"),
    ("GateClosure", {"customer": 1, "because": "bored", "closed_at": NOW}, "gate_closure_because_known"),
    (
        "GateClosure",
        {"customer": 1, "because": "plan", "closed_at": NOW, "until_at": NOW},
        "gate_closure_until_at_after",
    ),
    (
        "ContactAttempt",
        {"customer": 1, "channel": "sms", "outcome": "refused", "attempted_at": NOW},
        "contact_attempt_refusal_names_its_rule",
    ),
    ("CloseRun", {"business_on": DAY, "engine_sha256": b"e", "state": "running", "started_at": NOW}, "business_on"),
    (
        "CloseRun",
        {"business_on": date(2026, 3, 2), "engine_sha256": b"e", "state": "running", "started_at": NOW},
        "close_run_one_running",
    ),
    (
        "CloseRun",
        {"business_on": date(2026, 3, 2), "engine_sha256": b"e", "state": "finished", "started_at": NOW},
        "close_run_end_has_its_instant",
    ),
    (
        "Application",
        {
            "customer": 1,
            "product_version": 1,
            "currency": "CNY",
            "principal_minor": 1,
            "instalments": 1,
            "state": "approved",
            "submitted_at": NOW,
        },
        "application_decision_has_its_instant",
    ),
    (
        "Dispute",
        {
            "customer": 1,
            "sealed": b"s",
            "rule": "r",
            "answer_due_on": DAY,
            "state": "upheld",
            "recorded_at": NOW,
        },
        "dispute_answer_has_its_instant",
    ),
    ("CloseCheckpoint", {"close_run": 1, "step": "positions", "shard": 0, "done_at": NOW}, "close_checkpoint_once"),
    (
        "IdempotencyKey",
        {"user": 1, "key": "k", "request_sha256": b"r", "status": 200, "recorded_at": NOW},
        "idempotency_key_answer_has_its_instant",
    ),
    (
        "OutboxMessage",
        {
            "key": "k",
            "topic": "t",
            "payload": {},
            "recorded_at": NOW,
            "due_at": NOW,
            "sent_at": NOW,
            "abandoned_at": NOW,
        },
        "outbox_message_has_one_end",
    ),
    (
        "BankLine",
        {"statement": "s", "line": 1, "booked_on": DAY, "currency": "CNY", "amount_minor": 0, "recorded_at": NOW},
        "bank_line_moves_something",
    ),
    ("AuditEntry", {"action": "", "subject": "contract", "recorded_at": NOW}, "audit_entry_action_filled"),
]
"""Model, what it is given, and the constraint that refuses it. Numbers stand for the first, second, … record made."""


@pytest.fixture
def history(db):
    add_history()


def _filled(name: str, fields: dict) -> dict:
    """Return the fields with numbers turned into records; a contract or event is like the first in all else."""
    from reprieve.storage import models

    found = {}
    for field, value in fields.items():
        target = getattr(models, name)._meta.get_field(field).related_model
        found[field] = target.objects.order_by("pk")[value - 1] if target and isinstance(value, int) else value
    if name == "Contract":
        terms = {"currency": "CNY", "principal_minor": 1, "disbursed_on": DAY, "terms": {}, "recorded_at": NOW}
        return {"customer": models.Customer.objects.get(), **terms, **found}
    if name == "Event":
        payment = {"on": DAY, "kind": "payment", "amount_minor": 1, "recorded_at": NOW}
        return {"contract": models.Contract.objects.get(), **payment, **found}
    return found


@pytest.mark.parametrize(
    ("name", "fields", "constraint"), WRONG, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_wrong_record_is_refused_by_the_constraint_that_names_why(history, name, fields, constraint):
    from django.db import IntegrityError, transaction

    from reprieve.storage import models

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        getattr(models, name).objects.create(**_filled(name, fields))


@pytest.mark.parametrize(
    ("on_sale", "is_refused"),
    [
        ((date(2025, 6, 1), date(2026, 1, 1)), False),
        ((date(2025, 6, 1), date(2026, 1, 2)), True),
        ((date(2027, 1, 1), None), True),
        ((date(2025, 6, 1), date(2025, 6, 1)), True),
    ],
)
def test_two_versions_of_a_product_are_never_sold_on_one_day(history, on_sale, is_refused):
    from django.db import IntegrityError, transaction

    from reprieve.storage.models import ProductVersion

    first = ProductVersion.objects.get()
    fields = {"product": first.product, "version": 2, "terms": {}, "rules_sha256": b"r", "published_at": NOW}
    if is_refused:
        with pytest.raises(IntegrityError, match="product_version_"), transaction.atomic():
            ProductVersion.objects.create(on_sale=on_sale, **fields)
    else:
        ProductVersion.objects.create(on_sale=on_sale, **fields)


def test_nobody_approves_their_own_plan(history):
    from django.db import IntegrityError, transaction

    from reprieve.storage.models import Agreement, Contract, Quote
    from tests.storage.records import HASH, payment

    signed = Agreement.objects.get()
    quote = Quote.objects.create(
        contract=Contract.objects.get(),
        kind="plan",
        as_of=DAY,
        figures={},
        facts_sha256=HASH,
        quoted_at=NOW,
        valid_until_at=LATER,
    )
    with pytest.raises(IntegrityError, match="agreement_approved_by_is_another"), transaction.atomic():
        Agreement.objects.create(
            relief_case=signed.relief_case,
            quote=quote,
            event=payment(quote.contract, "p9"),
            proposed_by=signed.proposed_by,
            approved_by=signed.proposed_by,
            signed_at=NOW,
        )


def test_the_kinds_of_event_are_those_of_the_case_file_and_the_correction():
    from reprieve.lending.event_kind import KINDS as CASE_FILE
    from reprieve.storage.models.event import KINDS

    assert set(KINDS) == {*CASE_FILE, "correction"}


def test_the_migrations_make_exactly_these_records(django_db_setup, django_db_blocker):
    from django.core.management import call_command

    with django_db_blocker.unblock():
        said = StringIO()
        call_command("makemigrations", check=True, dry_run=True, stdout=said)
    assert "No changes detected" in said.getvalue()


def test_a_migrated_database_is_not_migrated_again(django_db_setup, django_db_blocker):
    from reprieve.storage.migrate import migrate, missing_migrations

    with django_db_blocker.unblock():
        assert missing_migrations() == []
        assert migrate() == []


def test_the_guards_can_be_taken_back_and_put_on_again(fresh_database):
    from django.core.management import call_command

    from reprieve.storage.migrate import migrate

    call_command("migrate", "storage", "0001", database="owner", verbosity=0)
    assert migrate()[:2] == ["storage.0002_append_only", "storage.0003_ledger"]


def test_every_table_is_the_owners_and_money_is_a_64_bit_integer(fresh_database):
    with fresh_database.connect(APP) as connection:
        owners = connection.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'").fetchall()
        types = connection.execute(
            "SELECT DISTINCT data_type FROM information_schema.columns WHERE column_name LIKE '%_minor'"
        ).fetchall()
        naive = connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND column_name LIKE '%_at' AND data_type <> 'timestamp with time zone'"
        ).fetchall()
    assert (owners, types, naive) == ([(OWNER,)], [("bigint",)], [])


def test_the_app_may_do_on_each_table_what_the_table_is_for_and_nothing_more(fresh_database):
    query = (
        "SELECT table_name, string_agg(privilege_type, ',' ORDER BY privilege_type)"
        " FROM information_schema.role_table_grants WHERE grantee = 'app' GROUP BY table_name"
    )
    with fresh_database.connect(APP) as connection:
        tables = {name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
        found = dict(connection.execute(query).fetchall())
    read_only = {"amendment", "django_migrations"}
    expected = dict.fromkeys(tables, "DELETE,INSERT,SELECT,UPDATE")
    expected |= dict.fromkeys(APPEND_ONLY, "INSERT,SELECT") | dict.fromkeys(read_only, "SELECT")
    assert found == expected


def test_the_app_draws_numbers_of_the_job_queue_and_of_what_is_written_in_sets_and_may_do_nothing_else(fresh_database):
    query = (
        "SELECT sequencename, has_sequence_privilege('app', format('%I', sequencename), 'USAGE'),"
        " has_sequence_privilege('app', format('%I', sequencename), 'UPDATE')"
        " FROM pg_sequences WHERE schemaname = 'public'"
    )
    with fresh_database.connect(APP) as connection:
        rights = {name: rest for name, *rest in connection.execute(query)}
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    assert any(name.startswith("procrastinate_") for name in rights)
    in_sets = {"event_id_seq", "journal_entry_id_seq"}
    assert rights == {name: [name.startswith("procrastinate_") or name in in_sets, False] for name in rights}
