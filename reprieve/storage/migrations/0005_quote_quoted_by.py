"""Notes who asked for a quote, so that nobody can sign a plan of their own."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the user to a quote; of those made before, it is not known."""

    dependencies = [("storage", "0004_access_token")]

    operations = [
        migrations.AddField(
            model_name="quote",
            name="quoted_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
