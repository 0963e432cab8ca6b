"""Bank files as taken, products as proposed, and who entered an application. Never edited once released."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ADDED = ("bank_file", "product_proposal")
"""Tables that are only added to."""

TRIGGERS = """
CREATE TRIGGER {table}_keeps_history BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION keep_history();
CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION keep_history();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_keeps_history;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_is_never_emptied;
"""

UNDO = """
DROP TRIGGER {table}_keeps_history ON {table};
DROP TRIGGER {table}_is_never_emptied ON {table};
"""


def _somebody(*, is_optional: bool = False) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        blank=is_optional, db_index=False, null=is_optional, on_delete=django.db.models.deletion.PROTECT,
        related_name="+", to=settings.AUTH_USER_MODEL,
    )  # fmt: skip


class Migration(migrations.Migration):
    """Two tables, and two columns of tables there are."""

    dependencies = [("storage", "0006_delivery")]

    operations = [
        migrations.CreateModel(
            name="BankFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.TextField(blank=True)),
                ("media_type", models.TextField()),
                ("file_sha256", models.BinaryField()),
                ("report", models.JSONField()),
                ("recorded_at", models.DateTimeField()),
                ("taken_by", _somebody()),
            ],
            options={
                "db_table": "bank_file",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("media_type", ""), _negated=True), name="bank_file_media_type_filled"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProductProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("product", models.JSONField()),
                ("rules_sha256", models.BinaryField()),
                ("proposed_at", models.DateTimeField()),
                ("proposed_by", _somebody()),
            ],
            options={"db_table": "product_proposal"},
        ),
        migrations.AddField("application", "submitted_by", _somebody(is_optional=True)),
        migrations.AddField(
            "productversion",
            "proposal",
            models.OneToOneField(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="version",
                to="storage.productproposal",
            ),
        ),
        *(migrations.RunSQL(TRIGGERS.format(table=table), UNDO.format(table=table)) for table in ADDED),
    ]  # fmt: skip
