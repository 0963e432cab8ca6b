"""A real PostgreSQL for every test of this folder that asks, and homes for those that start servers of their own."""

import subprocess

import pytest

from reprieve.storage.server import running_server
from tests.postgres import django_db_setup, fresh_database, postgres_server, template_database
from tests.storage.homes import environment_of, new_home

__all__ = ["django_db_setup", "fresh_database", "postgres_server", "template_database"]


@pytest.fixture
def home():
    """A home that is still to be made; whatever was left running in it is stopped afterwards."""
    with new_home() as path:
        yield path


@pytest.fixture(scope="module")
def model():
    """A home that was made once, to be copied."""
    with new_home() as path:
        with running_server(environment_of(path)):
            pass
        yield path


@pytest.fixture
def made(model):
    """A home with a cluster, whose server is stopped."""
    with new_home() as path:
        subprocess.run(["cp", "-a", model, path], check=True)
        yield path
