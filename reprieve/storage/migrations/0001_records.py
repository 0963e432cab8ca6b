"""Every record, with its constraints. Never edited once released."""

import django.contrib.auth.models
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    """The first tables."""

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        # One version on sale a day is an exclusion over a plain column and a range, which needs this extension.
        BtreeGistExtension(),
        migrations.CreateModel(
            name="BankLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("statement", models.TextField()),
                ("line", models.PositiveIntegerField()),
                ("booked_on", models.DateField()),
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField()),
                ("reference", models.TextField(blank=True)),
                ("recorded_at", models.DateTimeField()),
                ("matched_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "bank_line",
            },
        ),
        migrations.CreateModel(
            name="Comprehension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("question", models.TextField()),
                ("answer", models.TextField()),
                ("is_right", models.BooleanField()),
                ("answered_at", models.DateTimeField()),
            ],
            options={
                "db_table": "comprehension",
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("purpose", models.TextField()),
                ("is_given", models.BooleanField()),
                ("wording", models.TextField()),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "consent",
            },
        ),
        migrations.CreateModel(
            name="ContactPreference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.TextField()),
                ("is_allowed", models.BooleanField()),
                ("quiet_from", models.TimeField(blank=True, null=True)),
                ("quiet_until", models.TimeField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "contact_preference",
            },
        ),
        migrations.CreateModel(
            name="Customer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.TextField(unique=True)),
                ("language", models.TextField()),
                ("time_zone", models.TextField(blank=True)),
                ("registered_at", models.DateTimeField()),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "customer",
            },
        ),
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.TextField()),
                ("language", models.TextField()),
                ("sealed", models.BinaryField()),
                ("document_sha256", models.BinaryField()),
                ("rules_sha256", models.BinaryField()),
                ("shown_at", models.DateTimeField()),
            ],
            options={
                "db_table": "disclosure",
            },
        ),
        migrations.CreateModel(
            name="Dispute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sealed", models.BinaryField()),
                ("rule", models.TextField()),
                ("answer_due_on", models.DateField()),
                ("state", models.TextField()),
                ("recorded_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "dispute",
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("event_id", models.TextField()),
                ("on", models.DateField(db_column="event_on")),
                ("order", models.IntegerField(db_column="event_order", default=0)),
                ("kind", models.TextField()),
                ("amount_minor", models.BigIntegerField(blank=True, null=True)),
                ("terms", models.JSONField(default=dict)),
                ("reference", models.TextField(blank=True)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "event",
            },
        ),
        migrations.CreateModel(
            name="GateClosure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("because", models.TextField()),
                ("closed_at", models.DateTimeField()),
                ("until_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "gate_closure",
            },
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.TextField()),
                ("request_sha256", models.BinaryField()),
                ("status", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("answer", models.JSONField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "idempotency_key",
            },
        ),
        migrations.CreateModel(
            name="Identifier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.TextField()),
                ("sealed", models.BinaryField()),
                ("blind_index", models.BinaryField(blank=True, null=True)),
                ("index_key_id", models.TextField(blank=True)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "identifier",
            },
        ),
        migrations.CreateModel(
            name="JournalEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("posted_on", models.DateField()),
                ("value_on", models.DateField()),
                ("product", models.TextField()),
                ("currency", models.CharField(max_length=3)),
                ("previous_close_on", models.DateField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "journal_entry",
            },
        ),
        migrations.CreateModel(
            name="JournalLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account", models.TextField()),
                ("amount_minor", models.BigIntegerField()),
            ],
            options={
                "db_table": "journal_line",
            },
        ),
        migrations.CreateModel(
            name="Lender",
            fields=[
                ("id", models.SmallAutoField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("place", models.TextField()),
                ("currency", models.CharField(max_length=3)),
                ("time_zone", models.TextField()),
                ("is_sandbox", models.BooleanField(default=False)),
                ("business_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "db_table": "lender",
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_inbound", models.BooleanField()),
                ("channel", models.TextField()),
                ("wording", models.TextField(blank=True)),
                ("sealed", models.BinaryField()),
                ("rule", models.TextField(blank=True)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "message",
            },
        ),
        migrations.CreateModel(
            name="MonthLock",
            fields=[
                ("month", models.DateField(primary_key=True, serialize=False)),
                ("locked_at", models.DateTimeField()),
            ],
            options={
                "db_table": "month_lock",
            },
        ),
        migrations.CreateModel(
            name="OutboxMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.TextField()),
                ("topic", models.TextField()),
                ("payload", models.JSONField()),
                ("recorded_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("last_error", models.TextField(blank=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("abandoned_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "outbox_message",
            },
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.TextField(unique=True)),
                ("lender_type", models.TextField()),
                ("kind", models.TextField()),
            ],
            options={
                "db_table": "product",
            },
        ),
        migrations.CreateModel(
            name="ProductVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("terms", models.JSONField()),
                ("rules_sha256", models.BinaryField()),
                ("on_sale", django.contrib.postgres.fields.ranges.DateRangeField()),
                ("published_at", models.DateTimeField()),
            ],
            options={
                "db_table": "product_version",
            },
        ),
        migrations.CreateModel(
            name="Promise",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount_minor", models.BigIntegerField()),
                ("promised_on", models.DateField()),
                ("state", models.TextField()),
                ("recorded_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "promise",
            },
        ),
        migrations.CreateModel(
            name="Quarantine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("because", models.TextField()),
                ("expected_minor", models.BigIntegerField(blank=True, null=True)),
                ("found_minor", models.BigIntegerField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
                ("cleared_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "quarantine",
            },
        ),
        migrations.CreateModel(
            name="Quote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.TextField()),
                ("as_of", models.DateField()),
                ("figures", models.JSONField()),
                ("facts_sha256", models.BinaryField()),
                ("quoted_at", models.DateTimeField()),
                ("valid_until_at", models.DateTimeField()),
            ],
            options={
                "db_table": "quote",
            },
        ),
        migrations.CreateModel(
            name="ReliefCase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reasons", models.JSONField(default=list)),
                ("sealed", models.BinaryField(blank=True, null=True)),
                ("state", models.TextField()),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "relief_case",
            },
        ),
        migrations.CreateModel(
            name="RoleGrant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.TextField()),
                ("granted_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "role_grant",
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("document_sha256", models.BinaryField()),
                ("method", models.TextField()),
                ("signed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "signature",
            },
        ),
        migrations.CreateModel(
            name="Transition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("business_on", models.DateField()),
                ("bucket_before", models.TextField()),
                ("bucket", models.TextField()),
                ("days_past_due", models.PositiveIntegerField()),
                ("contractual_days_past_due", models.PositiveIntegerField()),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "transition",
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("username", models.CharField(max_length=150, unique=True)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("is_staff", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
                ("joined_at", models.DateTimeField(blank=True, null=True)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "db_table": "app_user",
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="Agreement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("signed_at", models.DateTimeField()),
                (
                    "approved_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "agreement",
            },
        ),
        migrations.CreateModel(
            name="Amendment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table_name", models.TextField()),
                ("operation", models.TextField()),
                ("role", models.TextField()),
                ("reason", models.TextField()),
                ("row_before", models.JSONField(blank=True, null=True)),
                ("row_after", models.JSONField(blank=True, null=True)),
                ("amended_at", models.DateTimeField()),
            ],
            options={
                "db_table": "amendment",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="amendment_reason_filled"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Application",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("currency", models.CharField(max_length=3)),
                ("principal_minor", models.BigIntegerField()),
                ("instalments", models.PositiveIntegerField()),
                ("purpose", models.TextField(blank=True)),
                ("state", models.TextField()),
                ("reasons", models.JSONField(default=list)),
                ("submitted_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "application",
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("action", models.TextField()),
                ("subject", models.TextField()),
                ("subject_id", models.TextField(blank=True)),
                ("request_id", models.TextField(blank=True)),
                ("facts", models.JSONField(default=dict)),
                ("recorded_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "audit_entry",
            },
        ),
        migrations.CreateModel(
            name="Budget",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("currency", models.CharField(max_length=3)),
                ("income_minor", models.BigIntegerField()),
                ("spending_minor", models.BigIntegerField()),
                ("debt_service_minor", models.BigIntegerField()),
                ("rows", models.JSONField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "application",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="budgets",
                        to="storage.application",
                    ),
                ),
            ],
            options={
                "db_table": "budget",
            },
        ),
        migrations.CreateModel(
            name="CloseRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("business_on", models.DateField(unique=True)),
                ("engine_sha256", models.BinaryField()),
                ("state", models.TextField()),
                ("totals", models.JSONField(default=dict)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "close_run",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["running", "finished", "finished_with_exceptions"])),
                        name="close_run_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at__isnull", True), ("state", "running")),
                            models.Q(
                                models.Q(("state", "running"), _negated=True),
                                ("finished_at__gte", models.F("started_at")),
                                ("finished_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="close_run_end_has_its_instant",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "running")), fields=("state",), name="close_run_one_running"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CloseCheckpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.TextField()),
                ("shard", models.PositiveIntegerField()),
                ("totals", models.JSONField(default=dict)),
                ("done_at", models.DateTimeField()),
                (
                    "close_run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checkpoints",
                        to="storage.closerun",
                    ),
                ),
            ],
            options={
                "db_table": "close_checkpoint",
            },
        ),
        migrations.CreateModel(
            name="ContactAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.TextField()),
                ("is_third_party", models.BooleanField(default=False)),
                ("outcome", models.TextField()),
                ("rule", models.TextField(blank=True)),
                ("attempted_at", models.DateTimeField()),
                (
                    "attempted_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "contact_attempt",
            },
        ),
        migrations.CreateModel(
            name="Contract",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.TextField(unique=True)),
                ("currency", models.CharField(max_length=3)),
                ("principal_minor", models.BigIntegerField()),
                ("disbursed_on", models.DateField()),
                ("terms", models.JSONField()),
                ("rules", models.JSONField(blank=True, null=True)),
                ("rules_sha256", models.BinaryField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
                (
                    "application",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contract",
                        to="storage.application",
                    ),
                ),
            ],
            options={
                "db_table": "contract",
            },
        ),
        migrations.CreateModel(
            name="CreditRecordRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("filing", models.PositiveIntegerField()),
                ("status_code", models.TextField()),
                ("is_adverse", models.BooleanField()),
                ("figures", models.JSONField()),
                ("rules_sha256", models.BinaryField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "contract",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_record_rows",
                        to="storage.contract",
                    ),
                ),
            ],
            options={
                "db_table": "credit_record_row",
            },
        ),
        migrations.CreateModel(
            name="PersonKey",
            fields=[
                (
                    "customer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="key",
                        serialize=False,
                        to="storage.customer",
                    ),
                ),
                ("key_id", models.TextField(db_index=True)),
                ("wrapped", models.BinaryField()),
            ],
            options={
                "db_table": "person_key",
            },
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(("number", ""), _negated=True), name="customer_number_filled"
            ),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__in", ["zh", "en"])), name="customer_language_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(("erased_at__gte", models.F("registered_at"))), name="customer_erased_at_after"
            ),
        ),
        migrations.AddField(
            model_name="contract",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="contracts", to="storage.customer"
            ),
        ),
        migrations.AddField(
            model_name="contactpreference",
            name="customer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contact_preferences",
                to="storage.customer",
            ),
        ),
        migrations.AddField(
            model_name="contactattempt",
            name="customer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contact_attempts",
                to="storage.customer",
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="customer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="consents",
                to="storage.customer",
            ),
        ),
        migrations.AddField(
            model_name="budget",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="budgets", to="storage.customer"
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="applications", to="storage.customer"
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="customer",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="user",
                to="storage.customer",
            ),
        ),
        migrations.AddField(
            model_name="disclosure",
            name="application",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disclosures",
                to="storage.application",
            ),
        ),
        migrations.AddField(
            model_name="disclosure",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="disclosures", to="storage.customer"
            ),
        ),
        migrations.AddField(
            model_name="comprehension",
            name="disclosure",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="comprehensions", to="storage.disclosure"
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="contract",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disputes",
                to="storage.contract",
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="credit_record_row",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disputes",
                to="storage.creditrecordrow",
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="disputes", to="storage.customer"
            ),
        ),
        migrations.AddField(
            model_name="event",
            name="contract",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="storage.contract",
            ),
        ),
        migrations.AddField(
            model_name="event",
            name="recorded_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="bankline",
            name="event",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bank_line",
                to="storage.event",
            ),
        ),
        migrations.AddField(
            model_name="agreement",
            name="event",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="agreement", to="storage.event"
            ),
        ),
        migrations.AddField(
            model_name="gateclosure",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="gate_closures", to="storage.customer"
            ),
        ),
        migrations.AddField(
            model_name="idempotencykey",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="idempotency_keys",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="identifier",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="identifiers", to="storage.customer"
            ),
        ),
        migrations.AddField(
            model_name="journalentry",
            name="close_run",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="storage.closerun",
            ),
        ),
        migrations.AddField(
            model_name="journalentry",
            name="event",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="storage.event",
            ),
        ),
        migrations.AddField(
            model_name="journalentry",
            name="reverses",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reversed_by",
                to="storage.journalentry",
            ),
        ),
        migrations.AddField(
            model_name="journalline",
            name="entry",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="storage.journalentry",
            ),
        ),
        migrations.AddConstraint(
            model_name="lender",
            constraint=models.CheckConstraint(condition=models.Q(("id", 1)), name="lender_is_one"),
        ),
        migrations.AddConstraint(
            model_name="lender",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_sandbox", True), ("business_on__isnull", True), _connector="OR"),
                name="lender_day_is_set_in_a_sandbox_only",
            ),
        ),
        migrations.AddConstraint(
            model_name="lender",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="lender_currency_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="lender",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="lender_name_filled"
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="contract",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="storage.contract",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="customer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="storage.customer",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="written_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="creditrecordrow",
            name="prior_notice",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="storage.message",
            ),
        ),
        migrations.AddField(
            model_name="contactattempt",
            name="message",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contact_attempts",
                to="storage.message",
            ),
        ),
        migrations.AddField(
            model_name="monthlock",
            name="locked_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="message",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="outbox_messages",
                to="storage.message",
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(("code", ""), _negated=True), name="product_code_filled"
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(("lender_type", ""), _negated=True), name="product_lender_type_filled"
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", ""), _negated=True), name="product_kind_filled"
            ),
        ),
        migrations.AddField(
            model_name="productversion",
            name="approved_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="productversion",
            name="product",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="versions",
                to="storage.product",
            ),
        ),
        migrations.AddField(
            model_name="productversion",
            name="proposed_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="contract",
            name="product_version",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contracts",
                to="storage.productversion",
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="product_version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="applications", to="storage.productversion"
            ),
        ),
        migrations.AddField(
            model_name="promise",
            name="contract",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="promises", to="storage.contract"
            ),
        ),
        migrations.AddField(
            model_name="quarantine",
            name="cleared_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="quarantine",
            name="close_run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="quarantines", to="storage.closerun"
            ),
        ),
        migrations.AddField(
            model_name="quarantine",
            name="contract",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="quarantines", to="storage.contract"
            ),
        ),
        migrations.AddField(
            model_name="quote",
            name="contract",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="quotes", to="storage.contract"
            ),
        ),
        migrations.AddField(
            model_name="disclosure",
            name="quote",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disclosures",
                to="storage.quote",
            ),
        ),
        migrations.AddField(
            model_name="agreement",
            name="quote",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="agreement", to="storage.quote"
            ),
        ),
        migrations.AddField(
            model_name="reliefcase",
            name="contract",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="relief_cases",
                to="storage.contract",
            ),
        ),
        migrations.AddField(
            model_name="reliefcase",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="relief_cases", to="storage.customer"
            ),
        ),
        migrations.AddField(
            model_name="reliefcase",
            name="officer",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="quote",
            name="relief_case",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="quotes",
                to="storage.reliefcase",
            ),
        ),
        migrations.AddField(
            model_name="gateclosure",
            name="relief_case",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="gate_closures",
                to="storage.reliefcase",
            ),
        ),
        migrations.AddField(
            model_name="budget",
            name="relief_case",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="budgets",
                to="storage.reliefcase",
            ),
        ),
        migrations.AddField(
            model_name="agreement",
            name="relief_case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="agreements", to="storage.reliefcase"
            ),
        ),
        migrations.AddField(
            model_name="rolegrant",
            name="customer",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="storage.customer",
            ),
        ),
        migrations.AddField(
            model_name="rolegrant",
            name="granted_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="rolegrant",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="role_grants", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="signature",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="signatures", to="storage.customer"
            ),
        ),
        migrations.AddField(
            model_name="signature",
            name="disclosure",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="signature", to="storage.disclosure"
            ),
        ),
        migrations.AddField(
            model_name="contract",
            name="signature",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contract",
                to="storage.signature",
            ),
        ),
        migrations.AddField(
            model_name="agreement",
            name="signature",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="agreement",
                to="storage.signature",
            ),
        ),
        migrations.AddField(
            model_name="transition",
            name="close_run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="transitions", to="storage.closerun"
            ),
        ),
        migrations.AddField(
            model_name="transition",
            name="contract",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="transitions",
                to="storage.contract",
            ),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["subject", "subject_id"], name="audit_entry_subject"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["recorded_at"], name="audit_entry_recorded"),
        ),
        migrations.AddConstraint(
            model_name="auditentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("action", ""), _negated=True), name="audit_entry_action_filled"
            ),
        ),
        migrations.AddConstraint(
            model_name="auditentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("subject", ""), _negated=True), name="audit_entry_subject_filled"
            ),
        ),
        migrations.AddConstraint(
            model_name="closecheckpoint",
            constraint=models.UniqueConstraint(fields=("close_run", "step", "shard"), name="close_checkpoint_once"),
        ),
        migrations.AddConstraint(
            model_name="closecheckpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("step", ""), _negated=True), name="close_checkpoint_step_filled"
            ),
        ),
        migrations.AddConstraint(
            model_name="personkey",
            constraint=models.CheckConstraint(
                condition=models.Q(("key_id", ""), _negated=True), name="person_key_key_id_filled"
            ),
        ),
        migrations.AddIndex(
            model_name="contactpreference",
            index=models.Index(fields=["customer", "channel", "recorded_at"], name="contact_preference_latest"),
        ),
        migrations.AddConstraint(
            model_name="contactpreference",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["portal", "email", "sms", "phone", "letter"])),
                name="contact_preference_channel_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactpreference",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("quiet_from__isnull", True), ("quiet_until__isnull", True)),
                    models.Q(("quiet_from__isnull", False), ("quiet_until__isnull", False)),
                    _connector="OR",
                ),
                name="contact_preference_quiet_hours_have_both_ends",
            ),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(fields=["customer", "purpose", "recorded_at"], name="consent_latest"),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("purpose", ""), _negated=True), name="consent_purpose_filled"
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("wording", ""), _negated=True), name="consent_wording_filled"
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("username", ""), _negated=True), name="app_user_username_filled"
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("customer__isnull", True),
                    models.Q(("email", ""), ("is_staff", False), ("is_superuser", False)),
                    _connector="OR",
                ),
                name="app_user_customer_is_no_staff",
            ),
        ),
        migrations.AddConstraint(
            model_name="comprehension",
            constraint=models.CheckConstraint(
                condition=models.Q(("question", ""), _negated=True), name="comprehension_question_filled"
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(("rule", ""), _negated=True), name="dispute_rule_filled"
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "upheld", "rejected", "withdrawn"])),
                name="dispute_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", True), ("state", "open")),
                    models.Q(
                        models.Q(("state", "open"), _negated=True),
                        ("answered_at__gte", models.F("recorded_at")),
                        ("answered_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="dispute_answer_has_its_instant",
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["recorded_at"], name="event_recorded"),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.UniqueConstraint(fields=("contract", "event_id"), name="event_once"),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(("event_id", ""), _negated=True), name="event_event_id_filled"
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "opening",
                            "disbursement",
                            "payment",
                            "reversal",
                            "refund",
                            "fee",
                            "waiver",
                            "rate_change",
                            "due_day_change",
                            "acceleration",
                            "reinstatement",
                            "pause",
                            "moratorium",
                            "restructure",
                            "correction",
                            "charge_off",
                        ],
                    )
                ),
                name="event_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gte", 0)), name="event_amount_minor_from_0"
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["payment", "refund"]), _negated=True),
                    models.Q(("amount_minor__gt", 0), ("amount_minor__isnull", False)),
                    _connector="OR",
                ),
                name="event_money_has_an_amount",
            ),
        ),
        migrations.AddIndex(
            model_name="bankline",
            index=models.Index(
                condition=models.Q(("event__isnull", True)), fields=["booked_on"], name="bank_line_in_suspense"
            ),
        ),
        migrations.AddConstraint(
            model_name="bankline",
            constraint=models.UniqueConstraint(fields=("statement", "line"), name="bank_line_once"),
        ),
        migrations.AddConstraint(
            model_name="bankline",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="bank_line_currency_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="bankline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor", 0), _negated=True), name="bank_line_moves_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="bankline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("event__isnull", True), ("matched_at__isnull", True)),
                    models.Q(("event__isnull", False), ("matched_at__isnull", False)),
                    _connector="OR",
                ),
                name="bank_line_match_has_its_instant",
            ),
        ),
        migrations.AddIndex(
            model_name="idempotencykey",
            index=models.Index(fields=["recorded_at"], name="idempotency_key_age"),
        ),
        migrations.AddConstraint(
            model_name="idempotencykey",
            constraint=models.UniqueConstraint(fields=("user", "key"), name="idempotency_key_once"),
        ),
        migrations.AddConstraint(
            model_name="idempotencykey",
            constraint=models.CheckConstraint(
                condition=models.Q(("key", ""), _negated=True), name="idempotency_key_key_filled"
            ),
        ),
        migrations.AddConstraint(
            model_name="idempotencykey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", True), ("status__isnull", True)),
                    models.Q(("answered_at__isnull", False), ("status__isnull", False)),
                    _connector="OR",
                ),
                name="idempotency_key_answer_has_its_instant",
            ),
        ),
        migrations.AddIndex(
            model_name="identifier",
            index=models.Index(fields=["kind", "blind_index"], name="identifier_lookup"),
        ),
        migrations.AddConstraint(
            model_name="identifier",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["name", "national_id", "phone", "email", "address", "bank_account"])),
                name="identifier_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="identifier",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "national_id")),
                fields=("blind_index",),
                name="identifier_one_customer_a_national_id",
            ),
        ),
        migrations.AddConstraint(
            model_name="identifier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("blind_index__isnull", True), ("index_key_id", "")),
                    models.Q(("blind_index__isnull", False), models.Q(("index_key_id", ""), _negated=True)),
                    _connector="OR",
                ),
                name="identifier_index_names_its_key",
            ),
        ),
        migrations.AddIndex(
            model_name="journalentry",
            index=models.Index(fields=["posted_on"], name="journal_entry_day"),
        ),
        migrations.AddConstraint(
            model_name="journalentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="journal_entry_currency_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="journalentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("close_run__isnull", True), ("event__isnull", False)),
                    models.Q(("close_run__isnull", False), ("event__isnull", True)),
                    _connector="OR",
                ),
                name="journal_entry_has_one_source",
            ),
        ),
        migrations.AddIndex(
            model_name="journalline",
            index=models.Index(fields=["account"], name="journal_line_account"),
        ),
        migrations.AddConstraint(
            model_name="journalline",
            constraint=models.UniqueConstraint(fields=("entry", "account"), name="journal_line_one_an_account"),
        ),
        migrations.AddConstraint(
            model_name="journalline",
            constraint=models.CheckConstraint(
                condition=models.Q(("account", ""), _negated=True), name="journal_line_account_filled"
            ),
        ),
        migrations.AddConstraint(
            model_name="journalline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor", 0), _negated=True), name="journal_line_moves_something"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["customer", "recorded_at"], name="message_thread"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["portal", "email", "sms", "phone", "letter"])),
                name="message_channel_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditrecordrow",
            constraint=models.UniqueConstraint(fields=("contract", "month", "filing"), name="credit_record_row_once"),
        ),
        migrations.AddConstraint(
            model_name="creditrecordrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__day", 1)), name="credit_record_row_month_is_a_first_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="creditrecordrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("filing__gt", 0)), name="credit_record_row_filing_above_0"
            ),
        ),
        migrations.AddConstraint(
            model_name="creditrecordrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("status_code", ""), _negated=True), name="credit_record_row_status_code_filled"
            ),
        ),
        migrations.AddIndex(
            model_name="contactattempt",
            index=models.Index(fields=["customer", "channel", "attempted_at"], name="contact_attempt_count"),
        ),
        migrations.AddConstraint(
            model_name="contactattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["portal", "email", "sms", "phone", "letter"])),
                name="contact_attempt_channel_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome__in", ["refused", "sent", "delivered", "failed", "conversation", "no_answer"])
                ),
                name="contact_attempt_outcome_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "refused"), _negated=True),
                    models.Q(("rule", ""), _negated=True),
                    _connector="OR",
                ),
                name="contact_attempt_refusal_names_its_rule",
            ),
        ),
        migrations.AddConstraint(
            model_name="monthlock",
            constraint=models.CheckConstraint(condition=models.Q(("month__day", 1)), name="month_lock_is_a_first_day"),
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                condition=models.Q(("abandoned_at__isnull", True), ("sent_at__isnull", True)),
                fields=["due_at"],
                name="outbox_message_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="outboxmessage",
            constraint=models.UniqueConstraint(fields=("key",), name="outbox_message_once"),
        ),
        migrations.AddConstraint(
            model_name="outboxmessage",
            constraint=models.CheckConstraint(
                condition=models.Q(("key", ""), _negated=True), name="outbox_message_key_filled"
            ),
        ),
        migrations.AddConstraint(
            model_name="outboxmessage",
            constraint=models.CheckConstraint(
                condition=models.Q(("topic", ""), _negated=True), name="outbox_message_topic_filled"
            ),
        ),
        migrations.AddConstraint(
            model_name="outboxmessage",
            constraint=models.CheckConstraint(
                condition=models.Q(("sent_at__isnull", True), ("abandoned_at__isnull", True), _connector="OR"),
                name="outbox_message_has_one_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="productversion",
            constraint=models.UniqueConstraint(fields=("product", "version"), name="product_version_once"),
        ),
        migrations.AddConstraint(
            model_name="productversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("version__gt", 0)), name="product_version_version_above_0"
            ),
        ),
        migrations.AddConstraint(
            model_name="productversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("proposed_by", models.F("approved_by")), _negated=True),
                name="product_version_approved_by_is_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="productversion",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("product", "="), ("on_sale", "&&")], name="product_version_one_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="productversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("on_sale__isempty", False)), name="product_version_sold_some_day"
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["state", "submitted_at"], name="application_queue"),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["submitted", "approved", "declined", "withdrawn", "contracted"])),
                name="application_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="application_currency_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(("principal_minor__gt", 0)), name="application_principal_minor_above_0"
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(("instalments__gt", 0)), name="application_instalments_above_0"
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("state", "submitted")),
                    models.Q(
                        models.Q(("state", "submitted"), _negated=True),
                        ("decided_at__gte", models.F("submitted_at")),
                        ("decided_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="application_decision_has_its_instant",
            ),
        ),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "kept", "broken", "withdrawn"])), name="promise_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="promise_amount_minor_above_0"
            ),
        ),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("state", "open")),
                    models.Q(models.Q(("state", "open"), _negated=True), ("decided_at__isnull", False)),
                    _connector="OR",
                ),
                name="promise_end_has_its_instant",
            ),
        ),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")), fields=("contract",), name="promise_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="quarantine",
            constraint=models.CheckConstraint(
                condition=models.Q(("because", ""), _negated=True), name="quarantine_because_filled"
            ),
        ),
        migrations.AddConstraint(
            model_name="quarantine",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cleared_at__isnull", True)), fields=("contract",), name="quarantine_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="quarantine",
            constraint=models.CheckConstraint(
                condition=models.Q(("cleared_at__isnull", True), ("cleared_by__isnull", False), _connector="OR"),
                name="quarantine_is_cleared_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", ""), _negated=True), name="disclosure_kind_filled"
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("application__isnull", False), ("quote__isnull", True)),
                    models.Q(("application__isnull", True), ("quote__isnull", False)),
                    _connector="OR",
                ),
                name="disclosure_is_of_one_thing",
            ),
        ),
        migrations.AddIndex(
            model_name="reliefcase",
            index=models.Index(fields=["state", "opened_at"], name="relief_case_queue"),
        ),
        migrations.AddConstraint(
            model_name="reliefcase",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "waiting", "offered", "agreed", "closed"])),
                name="relief_case_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reliefcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at__gte", models.F("opened_at")), ("closed_at__isnull", False), ("state", "closed")
                    ),
                    models.Q(models.Q(("state", "closed"), _negated=True), ("closed_at__isnull", True)),
                    _connector="OR",
                ),
                name="relief_case_end_has_its_instant",
            ),
        ),
        migrations.AddConstraint(
            model_name="reliefcase",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "closed"), _negated=True),
                fields=("customer", "contract"),
                name="relief_case_one_open",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="quote",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["plan", "payoff", "preview"])), name="quote_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="quote",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_until_at__gt", models.F("quoted_at"))), name="quote_valid_until_at_after"
            ),
        ),
        migrations.AddIndex(
            model_name="gateclosure",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)), fields=["customer"], name="gate_closure_in_force"
            ),
        ),
        migrations.AddConstraint(
            model_name="gateclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("because__in", ["hardship", "promise", "plan", "dispute", "pause", "moratorium", "adviser"])
                ),
                name="gate_closure_because_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="gateclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_at__gt", models.F("closed_at"))), name="gate_closure_until_at_after"
            ),
        ),
        migrations.AddConstraint(
            model_name="gateclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_at__gte", models.F("closed_at"))), name="gate_closure_ended_at_after"
            ),
        ),
        migrations.AddConstraint(
            model_name="budget",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="budget_currency_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="budget",
            constraint=models.CheckConstraint(
                condition=models.Q(("income_minor__gte", 0)), name="budget_income_minor_from_0"
            ),
        ),
        migrations.AddConstraint(
            model_name="budget",
            constraint=models.CheckConstraint(
                condition=models.Q(("spending_minor__gte", 0)), name="budget_spending_minor_from_0"
            ),
        ),
        migrations.AddConstraint(
            model_name="budget",
            constraint=models.CheckConstraint(
                condition=models.Q(("debt_service_minor__gte", 0)), name="budget_debt_service_minor_from_0"
            ),
        ),
        migrations.AddConstraint(
            model_name="rolegrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        [
                            "borrower",
                            "agent",
                            "hardship_officer",
                            "approver",
                            "risk",
                            "accountant",
                            "auditor",
                            "adviser",
                            "integrator",
                        ],
                    )
                ),
                name="role_grant_role_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolegrant",
            constraint=models.CheckConstraint(
                condition=models.Q(("user", models.F("granted_by")), _negated=True),
                name="role_grant_granted_by_is_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolegrant",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("granted_at"))), name="role_grant_expires_at_after"
            ),
        ),
        migrations.AddConstraint(
            model_name="rolegrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("role", "adviser"), _negated=True),
                    models.Q(("customer__isnull", False), ("expires_at__isnull", False), ("granted_by__isnull", False)),
                    _connector="OR",
                ),
                name="role_grant_adviser_is_scoped",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolegrant",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at__isnull", True)),
                fields=("user", "role", "customer"),
                name="role_grant_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.CheckConstraint(
                condition=models.Q(("method", ""), _negated=True), name="signature_method_filled"
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(("number", ""), _negated=True), name="contract_number_filled"
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="contract_currency_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(("principal_minor__gt", 0)), name="contract_principal_minor_above_0"
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("rules__isnull", True), ("rules_sha256__isnull", True)),
                    models.Q(("rules__isnull", False), ("rules_sha256__isnull", False)),
                    _connector="OR",
                ),
                name="contract_rules_have_their_hash",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(("proposed_by", models.F("approved_by")), _negated=True),
                name="agreement_approved_by_is_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="transition",
            constraint=models.UniqueConstraint(fields=("contract", "business_on"), name="transition_once_a_day"),
        ),
        migrations.AddConstraint(
            model_name="transition",
            constraint=models.CheckConstraint(
                condition=models.Q(("bucket_before", models.F("bucket")), _negated=True),
                name="transition_bucket_is_another",
            ),
        ),
    ]
