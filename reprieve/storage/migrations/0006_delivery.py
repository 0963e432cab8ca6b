"""Deliveries that wait for their next try, webhook endpoints, and documents made for customers."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_PROTECT = django.db.models.deletion.PROTECT
_ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def _somebody() -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(db_index=False, on_delete=_PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)


def _both_or_none(one: str, other: str, name: str) -> models.CheckConstraint:
    neither, both = (models.Q(**{f"{one}__isnull": there, f"{other}__isnull": there}) for there in (True, False))
    return models.CheckConstraint(condition=models.Q(neither, both, _connector="OR"), name=name)


class Migration(migrations.Migration):
    """Two tables, and two columns of the outbox."""

    dependencies = [("storage", "0005_quote_quoted_by")]

    operations = [
        migrations.AddField("outboxmessage", "held_until_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddIndex(
            "outboxmessage",
            models.Index(
                fields=["abandoned_at"],
                condition=models.Q(("abandoned_at__isnull", False)),
                name="outbox_message_abandoned",
            ),
        ),
        migrations.CreateModel(
            name="WebhookEndpoint",
            fields=[
                ("id", _ID),
                ("url", models.TextField()),
                ("events", models.JSONField()),
                ("key_id", models.TextField()),
                ("wrapped", models.BinaryField()),
                ("previous_key_id", models.TextField(blank=True)),
                ("previous_wrapped", models.BinaryField(blank=True, null=True)),
                ("previous_until_at", models.DateTimeField(blank=True, null=True)),
                ("registered_at", models.DateTimeField()),
                ("resting_until_at", models.DateTimeField(blank=True, null=True)),
                ("disabled_at", models.DateTimeField(blank=True, null=True)),
                ("disabled_because", models.TextField(blank=True)),
                ("registered_by", _somebody()),
            ],
            options={
                "db_table": "webhook_endpoint",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("url", ""), _negated=True), name="webhook_endpoint_url_filled"
                    ),
                    _both_or_none(
                        "previous_wrapped", "previous_until_at", "webhook_endpoint_previous_key_has_its_end"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("disabled_at__isnull", True),
                            models.Q(("disabled_because", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="webhook_endpoint_disabled_says_why",
                    ),
                ],
            },
        ),
        migrations.AddField(
            "outboxmessage",
            "endpoint",
            models.ForeignKey(
                blank=True, null=True, on_delete=_PROTECT, related_name="outbox_messages",
                to="storage.webhookendpoint",
            ),
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", _ID),
                ("kind", models.TextField()),
                ("language", models.TextField()),
                ("sheet_sealed", models.BinaryField()),
                ("pdf_sealed", models.BinaryField(blank=True, null=True)),
                ("asked_at", models.DateTimeField()),
                ("made_at", models.DateTimeField(blank=True, null=True)),
                ("asked_by", _somebody()),
                (
                    "contract",
                    models.ForeignKey(on_delete=_PROTECT, related_name="documents", to="storage.contract"),
                ),
            ],
            options={
                "db_table": "document",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["settlement_certificate", "schedule"])),
                        name="document_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["zh", "en"])), name="document_language_known"
                    ),
                    _both_or_none("pdf_sealed", "made_at", "document_made_has_its_instant"),
                ],
            },
        ),
    ]  # fmt: skip
