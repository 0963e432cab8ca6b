"""Who signs in: staff, borrowers and programs. Never holds what a borrower's identifiers say."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin, UserManager
from django.db import models

from reprieve.storage.models.constraint import filled


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in. A borrower's user name is the customer's number, never a name, phone or the like."""

    username = models.CharField(max_length=150, unique=True)
    email = models.EmailField(blank=True)
    customer = models.OneToOneField("Customer", models.PROTECT, null=True, blank=True, related_name="user")
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(null=True, blank=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        db_table = "app_user"
        constraints = [
            filled("app_user", "username"),
            models.CheckConstraint(
                condition=models.Q(customer__isnull=True) | models.Q(is_staff=False, is_superuser=False, email=""),
                name="app_user_customer_is_no_staff",
            ),
        ]
