"""What a program shows in place of a password. Never kept in the clear: only its hash is, so it cannot be read back."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from reprieve.storage.models.constraint import filled, in_order


class AccessToken(models.Model):
    """A token of one user. It may do what its scopes and its user's roles both allow, until it ends or is revoked."""

    user = models.ForeignKey("User", models.PROTECT, related_name="access_tokens")
    name = models.TextField()
    token_sha256 = models.BinaryField(unique=True)
    scopes = ArrayField(models.TextField())
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "access_token"
        constraints = [filled("access_token", "name"), in_order("access_token", "issued_at", "expires_at")]
