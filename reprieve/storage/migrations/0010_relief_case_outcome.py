"""How a relief case ended."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """How a relief case ended."""

    dependencies = [
        ("storage", "0009_commands"),
    ]

    operations = [
        migrations.AddField(
            model_name="reliefcase",
            name="outcome",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddConstraint(
            model_name="reliefcase",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["", "agreed", "no_plan_fits", "advised_elsewhere", "withdrawn"])),
                name="relief_case_outcome_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reliefcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "closed"), models.Q(("outcome", ""), _negated=True)),
                    models.Q(models.Q(("state", "closed"), _negated=True), ("outcome", "")),
                    _connector="OR",
                ),
                name="relief_case_end_has_its_outcome",
            ),
        ),
    ]
