"""That a request was made, and its first answer. Never answers a different request under the same key."""

from __future__ import annotations

from django.db import models

from reprieve.storage.models.constraint import filled


class IdempotencyKey(models.Model):
    """A key of one user: the hash of the request it stood for, and the answer once there is one."""

    user = models.ForeignKey("User", models.PROTECT, db_index=False, related_name="idempotency_keys")
    key = models.TextField()
    request_sha256 = models.BinaryField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    answer = models.JSONField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "idempotency_key"
        indexes = [models.Index(fields=["recorded_at"], name="idempotency_key_age")]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once"),
            filled("idempotency_key", "key"),
            models.CheckConstraint(
                condition=models.Q(status__isnull=True, answered_at__isnull=True)
                | models.Q(status__isnull=False, answered_at__isnull=False),
                name="idempotency_key_answer_has_its_instant",
            ),
        ]
