"""Contracts are found by the capitals and figures of their numbers, as bank lines write them."""

from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    """The index that payment references are looked up by."""

    dependencies = [
        ("storage", "0010_relief_case_outcome"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="contract",
            index=models.Index(
                models.Func(
                    Upper("number"),
                    models.Value("[^0-9A-Z]+"),
                    models.Value(""),
                    models.Value("g"),
                    function="regexp_replace",
                ),
                name="contract_reference",
            ),
        ),
    ]
