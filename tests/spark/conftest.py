"""A real PostgreSQL for the tests of this folder."""

from tests.postgres import django_db_setup, fresh_database, postgres_server, template_database

__all__ = ["django_db_setup", "fresh_database", "postgres_server", "template_database"]
