"""Something to be sent to the outside, written in the transaction that made it true. Never sent before that commits."""

from __future__ import annotations

from django.db import models

from reprieve.storage.models.constraint import filled


class OutboxMessage(models.Model):
    """A message in the outbox. `key` makes it exist once; the receiver sees the same key on every attempt.

    `due_at` is by the lender's clock; until `held_until_at`, by the wall clock, no worker may take it: one has it in
    hand, or it waits for its next try.
    """

    key = models.TextField()
    topic = models.TextField()
    payload = models.JSONField()
    message = models.ForeignKey("Message", models.PROTECT, null=True, blank=True, related_name="outbox_messages")
    endpoint = models.ForeignKey(
        "WebhookEndpoint", models.PROTECT, null=True, blank=True, related_name="outbox_messages"
    )
    recorded_at = models.DateTimeField()
    due_at = models.DateTimeField()
    held_until_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    abandoned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "outbox_message"
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(sent_at__isnull=True, abandoned_at__isnull=True),
                name="outbox_message_waiting",
            ),
            models.Index(
                fields=["abandoned_at"],
                condition=models.Q(abandoned_at__isnull=False),
                name="outbox_message_abandoned",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="outbox_message_once"),
            filled("outbox_message", "key"),
            filled("outbox_message", "topic"),
            models.CheckConstraint(
                condition=models.Q(sent_at__isnull=True) | models.Q(abandoned_at__isnull=True),
                name="outbox_message_has_one_end",
            ),
        ]
