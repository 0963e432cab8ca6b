"""The key that seals one person's identifiers and texts. Never leaves the database unwrapped; deleted to erase."""

from __future__ import annotations

from django.db import models

from reprieve.storage.models.constraint import filled


class PersonKey(models.Model):
    """A person's own key, wrapped under the master key that `key_id` names. Deleting the row erases the person."""

    customer = models.OneToOneField("Customer", models.PROTECT, primary_key=True, related_name="key")
    key_id = models.TextField(db_index=True)
    wrapped = models.BinaryField()

    class Meta:
        db_table = "person_key"
        constraints = [filled("person_key", "key_id")]
