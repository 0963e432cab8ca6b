"""The token's query is a request's first: it meets a connection that has died, and opens another."""

from datetime import UTC, datetime, timedelta

import pytest

AT = datetime(2026, 2, 1, tzinfo=UTC)


@pytest.fixture
def token(fresh_database):
    from reprieve.storage.access_tokens import issue_token
    from reprieve.storage.models import Customer, RoleGrant, User

    customer = Customer.objects.create(number="C-1", language="zh", registered_at=AT)
    user = User.objects.create(username="adviser")
    RoleGrant.objects.create(
        user=user, role="adviser", customer=customer, granted_by=User.objects.create(username="officer"),
        granted_at=AT, expires_at=AT + timedelta(2),
    )  # fmt: skip
    RoleGrant.objects.create(user=user, role="auditor", granted_at=AT)
    RoleGrant.objects.create(user=user, role="risk", granted_at=AT + timedelta(days=3))
    given = {"issued_at": AT, "expires_at": AT + timedelta(9)}
    return issue_token("adviser", "test", scopes=["contracts:read"], **given)[1]


@pytest.mark.parametrize(
    ("days", "roles"),
    [
        (1, {("adviser", "C-1"), ("auditor", None)}),
        (2, {("auditor", None)}),
        (4, {("auditor", None), ("risk", None)}),
    ],
)
def test_a_bearer_has_the_roles_of_its_instant(token, days, roles):
    from reprieve.storage.access_tokens import find_bearer

    found = find_bearer(token, now=AT + timedelta(days))
    assert (found.user, set(found.roles), found.scopes) == ("adviser", roles, {"contracts:read"})
    assert find_bearer(token, now=AT + timedelta(9)) is None
    assert find_bearer(token + "x", now=AT + timedelta(days)) is None


def test_a_bearer_without_roles_is_one(token):
    from reprieve.storage.access_tokens import find_bearer
    from reprieve.storage.models import RoleGrant

    RoleGrant.objects.update(revoked_at=AT)
    assert find_bearer(token, now=AT + timedelta(1)).roles == ()


def test_a_connection_that_has_died_is_replaced(token, fresh_database):
    from django.db import connection

    from reprieve.storage.access_tokens import find_bearer
    from reprieve.storage.cluster import SUPERUSER

    find_bearer(token, now=AT)
    process = connection.connection.info.backend_pid
    with fresh_database.connect(SUPERUSER, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
    assert find_bearer(token, now=AT).user == "adviser"
    assert connection.connection.info.backend_pid != process
