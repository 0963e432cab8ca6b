"""An address that is told what happens, and the key that signs what it is told. Never holds a key in the clear."""

from __future__ import annotations

from django.db import models

from reprieve.storage.models.constraint import filled


class WebhookEndpoint(models.Model):
    """An endpoint. Its key is wrapped under a master key; the one before it signs too until `previous_until_at`.

    After a failure it rests: until `resting_until_at`, by the wall clock, nothing is sent there.
    """

    url = models.TextField()
    events = models.JSONField()
    key_id = models.TextField()
    wrapped = models.BinaryField()
    previous_key_id = models.TextField(blank=True)
    previous_wrapped = models.BinaryField(null=True, blank=True)
    previous_until_at = models.DateTimeField(null=True, blank=True)
    registered_by = models.ForeignKey("User", models.PROTECT, db_index=False, related_name="+")
    registered_at = models.DateTimeField()
    resting_until_at = models.DateTimeField(null=True, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_because = models.TextField(blank=True)

    class Meta:
        db_table = "webhook_endpoint"
        constraints = [
            filled("webhook_endpoint", "url"),
            models.CheckConstraint(
                condition=models.Q(previous_wrapped__isnull=True, previous_until_at__isnull=True)
                | models.Q(previous_wrapped__isnull=False, previous_until_at__isnull=False),
                name="webhook_endpoint_previous_key_has_its_end",
            ),
            models.CheckConstraint(
                condition=models.Q(disabled_at__isnull=True) | ~models.Q(disabled_because=""),
                name="webhook_endpoint_disabled_says_why",
            ),
        ]
