"""A signed plan is a document too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The kinds of documents."""

    dependencies = [
        ("storage", "0011_contract_reference"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="document", name="document_kind_known"),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["settlement_certificate", "schedule", "plan"])),
                name="document_kind_known",
            ),
        ),
    ]
