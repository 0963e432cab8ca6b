"""A seeded platform for tests: a clone of its own, committed to, with callers of several roles. Judges nothing."""

import json
from itertools import count
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from tests.api.seed import seed, token_of
from tests.postgres import cloned, dropped, point_django_at

_keys = count(1)


@pytest.fixture(scope="module")
def seeded_database(django_db_setup, django_db_blocker):
    """Give a module a clone that is seeded once; what its tests commit is there for the next one."""
    database = cloned(django_db_setup)
    with django_db_blocker.unblock():
        point_django_at(database)
        seed()
        yield database
        point_django_at(django_db_setup)
    dropped(database)


@pytest.fixture
def platform(seeded_database):
    """Give a test the seeded platform; all it does is rolled back."""
    with transaction.atomic():
        yield Caller(token_of("api"))
        transaction.set_rollback(True)
    connection.close()


class Caller:
    """Somebody with a token."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.client = Client(raise_request_exception=False)

    def get(self, path: str, **headers: str):
        """Ask for something."""
        return self.client.get(f"/api/v1{path}", headers={**self._headers(), **headers})

    def post(
        self, path: str, document: object, key: str | None = None, media_type: str = "application/json", **headers: str
    ):
        """Ask for a command, under a new key unless one is given; an empty key is none."""
        key = f"key-{next(_keys)}" if key is None else key
        given = {**self._headers(), **({"Idempotency-Key": key} if key else {}), **headers}
        content = document if isinstance(document, str | bytes) else json.dumps(document)
        return self.client.post(f"/api/v1{path}", data=content, content_type=media_type, headers=given)

    def _headers(self) -> dict[str, Any]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}
