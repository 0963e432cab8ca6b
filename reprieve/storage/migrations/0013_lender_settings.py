"""How a lender reminds, asks and keeps: gentler than by default where it likes, never harder."""

from django.db import migrations, models


def _bounded(name: str, least: int, most: int) -> migrations.AddConstraint:
    condition = models.Q((f"{name}__gte", least), (f"{name}__lte", most))
    return migrations.AddConstraint(
        model_name="lender", constraint=models.CheckConstraint(condition=condition, name=f"lender_{name}_bounded")
    )


def _number(name: str, default: int) -> migrations.AddField:
    return migrations.AddField(model_name="lender", name=name, field=models.SmallIntegerField(default=default))


class Migration(migrations.Migration):
    """The settings of the lender."""

    dependencies = [
        ("storage", "0012_plan_document"),
    ]

    operations = [
        _number("remind_days_before", 3),
        _number("asks_a_week", 3),
        _number("sent_kept_days", 365),
        _bounded("remind_days_before", 1, 14),
        _bounded("asks_a_week", 1, 3),
        _bounded("sent_kept_days", 30, 3650),
    ]
