"""The doors over HTTP as a caller meets them: Django's client on our own settings, without limits unless asked for."""

import logging

import django
import pytest

from tests.postgres import django_db_setup, fresh_database, postgres_server, template_database

__all__ = ["django_db_setup", "fresh_database", "postgres_server", "template_database"]

# The modules of this folder import the API, and that the records; the settings are those that tests of storage share.
django.setup()

NO_LIMIT = {"RATE_A_MINUTE": 0, "OPEN_RATE_A_MINUTE": 0, "SLOW_QUERY_MS": 10_000}


@pytest.fixture(autouse=True)
def _web_settings(settings):
    """Give Django the settings of the web on top of the plain ones, which the tests of storage share."""
    import reprieve.web.settings as web

    for name in ("ROOT_URLCONF", "MIDDLEWARE", "APPEND_SLASH", "DATA_UPLOAD_MAX_MEMORY_SIZE"):
        setattr(settings, name, getattr(web, name))
    for name, value in NO_LIMIT.items():
        setattr(settings, name, value)
    settings.ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]


@pytest.fixture(autouse=True)
def _limits_forgotten():
    from reprieve.web.access import buckets

    buckets.forget()


@pytest.fixture(autouse=True)
def _django_logs_kept():
    """Leave Django's logger as other tests expect it."""
    kept = (logging.getLogger("django").handlers, logging.getLogger("django").propagate)
    yield
    logging.getLogger("django").handlers, logging.getLogger("django").propagate = kept


@pytest.fixture
def client():
    """A caller without a token; a fault of ours arrives as the caller would see it."""
    from django.test import Client

    return Client(raise_request_exception=False)
