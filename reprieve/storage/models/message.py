"""A message to or from a customer, as it was written. Never edited; its delivery is the outbox's."""

from __future__ import annotations

from django.db import models

from reprieve.storage.models.constraint import one_of
from reprieve.storage.models.contact_preference import CHANNELS


class Message(models.Model):
    """A message, sealed with the customer's key; `wording` names the words and `rule` what allowed it to be sent."""

    customer = models.ForeignKey("Customer", models.PROTECT, db_index=False, related_name="messages")
    contract = models.ForeignKey("Contract", models.PROTECT, null=True, blank=True, related_name="messages")
    is_inbound = models.BooleanField()
    channel = models.TextField()
    wording = models.TextField(blank=True)
    sealed = models.BinaryField()
    rule = models.TextField(blank=True)
    written_by = models.ForeignKey("User", models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "message"
        indexes = [models.Index(fields=["customer", "recorded_at"], name="message_thread")]
        constraints = [one_of("message", "channel", CHANNELS)]
