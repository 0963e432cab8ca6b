"""A name and an address may also stand in the pieces that a credit record's format asks for."""

from typing import ClassVar

from django.db import migrations, models

BEFORE = ["name", "national_id", "phone", "email", "address", "bank_account"]
ADDED = ["family_name", "given_name", "middle_name", "birth_date", "street", "city", "region", "postal_code"]
NAME = "identifier_kind_known"


class Migration(migrations.Migration):
    """The closed list of kinds, longer."""

    dependencies: ClassVar = [("storage", "0007_platform_files")]

    operations: ClassVar = [
        migrations.RemoveConstraint("identifier", NAME),
        migrations.AddConstraint(
            "identifier", models.CheckConstraint(condition=models.Q(kind__in=[*BEFORE, *ADDED]), name=NAME)
        ),
    ]
