"""Every deploy choice is one environment variable, what is left out is safe, and no secret has a default."""

import os
import runpy
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

import reprieve
from reprieve.storage.home import open_home
from reprieve.storage.secret_file import make_secrets
from tests.postgres import KEY_ONE
from tests.storage.homes import environment_of, new_home

pytestmark = pytest.mark.fast

SETTINGS = Path(reprieve.__file__).with_name("settings.py")

REAL = {"DATABASE_URL": "postgresql://app:s%40fe@db.example:6432/loans?sslmode=verify-full", "REPRIEVE_SECRET_KEY": "k"}


@pytest.fixture
def settings_of(monkeypatch, tmp_path):
    """Return the settings under some environment variables alone."""

    def read(**variables: str) -> dict:
        for name in [name for name in os.environ if name.startswith(("DATABASE_", "REPRIEVE_"))]:
            monkeypatch.delenv(name)
        for name, value in ({"REPRIEVE_HOME": str(tmp_path / "home")} | variables).items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(SETTINGS))

    return read


def test_reading_the_settings_makes_nothing_and_needs_nothing(settings_of, tmp_path):
    found = settings_of()
    assert not (tmp_path / "home").exists()
    assert found["DATABASES"]["default"]["HOST"] == str(tmp_path / "home" / "socket")
    assert (found["DEBUG"], found["IDENTIFIER_KEYS"], found["INDEX_KEYS"]) == (False, "", "")
    assert found["SECRET_KEY"] != settings_of()["SECRET_KEY"], "a key that nobody chose is nobody's twice"


def test_a_home_gives_its_own_secrets_to_every_process(settings_of):
    with new_home() as home:
        secrets = make_secrets(open_home(environment_of(home)))
        found = settings_of(REPRIEVE_HOME=str(home))
    assert found["SECRET_KEY"] == secrets.web_key
    assert (found["IDENTIFIER_KEYS"], found["INDEX_KEYS"]) == (secrets.identifier_keys, secrets.index_keys)
    roles = {alias: (place["USER"], place["PASSWORD"]) for alias, place in found["DATABASES"].items()}
    assert roles == {"default": ("app", secrets.app_password), "owner": ("owner", secrets.owner_password)}
    assert {place["HOST"] for place in found["DATABASES"].values()} == {str(home / "socket")}


def test_a_real_server_is_one_address_and_its_migrating_role_another(settings_of):
    found = settings_of(**REAL, DATABASE_OWNER_URL="postgresql://boss:x@db.example/loans")["DATABASES"]
    default = {name: found["default"][name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}
    assert default == {
        "NAME": "loans",
        "USER": "app",
        "PASSWORD": "s@fe",
        "HOST": "db.example",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "verify-full"},
    }
    assert (found["owner"]["USER"], found["owner"]["PORT"]) == ("boss", "5432")
    assert settings_of(**REAL)["DATABASES"]["owner"]["USER"] == "app"


def test_a_real_server_takes_no_key_from_a_home(settings_of):
    with new_home() as home:
        make_secrets(open_home(environment_of(home)))
        found = settings_of(REPRIEVE_HOME=str(home), **REAL)
        assert (found["SECRET_KEY"], found["IDENTIFIER_KEYS"], found["INDEX_KEYS"]) == ("k", "", "")
        with pytest.raises(ImproperlyConfigured, match="REPRIEVE_SECRET_KEY: found nothing"):
            settings_of(REPRIEVE_HOME=str(home), DATABASE_URL=REAL["DATABASE_URL"])


@pytest.mark.parametrize(
    ("variables", "is_https"),
    [
        ({}, False),
        ({"REPRIEVE_ALLOWED_HOSTS": "localhost"}, False),
        ({"REPRIEVE_ALLOWED_HOSTS": "loans.example"}, True),
        ({"REPRIEVE_ALLOWED_HOSTS": "localhost,loans.example"}, True),
        ({"REPRIEVE_ALLOWED_HOSTS": "loans.example", "REPRIEVE_HTTPS": "0"}, False),
        ({"REPRIEVE_HTTPS": "1"}, True),
    ],
)
def test_whoever_is_reachable_from_elsewhere_speaks_https_unless_told_otherwise(settings_of, variables, is_https):
    found = settings_of(**variables)
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT")
    assert [found[name] for name in names] == [is_https] * 3
    assert bool(found["SECURE_HSTS_SECONDS"]) == is_https


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("REPRIEVE_DEBUG", "yes", "0 or 1"),
        ("REPRIEVE_HTTPS", "on", "0 or 1"),
        ("REPRIEVE_LANGUAGE", "fr", "zh-hans or en"),
        ("DATABASE_URL", "mysql://x", "postgresql://"),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_with_what_is(settings_of, name, value, allowed):
    with pytest.raises(ImproperlyConfigured, match=f"{name}: .*allowed is .*{allowed}"):
        settings_of(REPRIEVE_SECRET_KEY="k", **{name: value})


def test_a_refused_address_does_not_show_its_password(settings_of):
    with pytest.raises(ImproperlyConfigured) as error:
        settings_of(REPRIEVE_SECRET_KEY="k", DATABASE_URL="mysql://app:hidden@db/loans")
    assert "hidden" not in str(error.value)


def test_keys_are_taken_as_they_are_given(settings_of):
    assert settings_of(REPRIEVE_IDENTIFIER_KEYS=f"a:{KEY_ONE}")["IDENTIFIER_KEYS"] == f"a:{KEY_ONE}"
