"""Django's settings: every deploy choice is one environment variable. Imported by nobody but Django; starts nothing.

| variable | what it chooses | when left out |
|---|---|---|
| `DATABASE_URL` | a real server, as role `app` | the embedded server of `REPRIEVE_HOME` |
| `DATABASE_OWNER_URL` | the same database as the role that migrates | `DATABASE_URL`, or the embedded owner |
| `REPRIEVE_HOME` | the folder of the embedded server and its secrets | root's or the user's own place |
| `REPRIEVE_SECRET_KEY` | what signs sessions | the home's own; required with `DATABASE_URL` |
| `REPRIEVE_IDENTIFIER_KEYS` | `id:key,id:key`, the first seals new person keys | the home's own |
| `REPRIEVE_INDEX_KEYS` | `id:key,id:key`, the first indexes identifiers | the home's own |
| `REPRIEVE_ALLOWED_HOSTS` | the names it may be reached by, with commas | this machine alone |
| `REPRIEVE_HTTPS` | `1`: cookies and redirects for HTTPS only | `1` where other hosts are allowed, else `0` |
| `REPRIEVE_LANGUAGE` | the language where a reader asks for none | `zh-hans` |
| `REPRIEVE_MAIL_URL` | the mail server: `smtp://name:password@host:587`, or `smtps://` | files, in a sandbox |
| `REPRIEVE_MAIL_FROM` | whom e-mail comes from | `reprieve@localhost` |
| `REPRIEVE_SMS_SENDER` | a `Sender` of your own, as `package.module.Class` | files, in a sandbox |
| `REPRIEVE_WEBHOOKS` | `http` or `file` | files in a sandbox, HTTP elsewhere |
| `REPRIEVE_DEBUG` | `1`: faults are shown to whoever meets them | `0` |

`REPRIEVE_POSTGRES_BIN` and `REPRIEVE_SYSTEM_USER` concern the embedded server alone; see `docs/decisions/`.
"""

import os
import secrets
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

from reprieve.storage.cluster import APP, OWNER, address_of
from reprieve.storage.home import home_path
from reprieve.storage.secret_file import read_secrets

_LOCAL_HOSTS = "localhost,127.0.0.1,[::1]"
_home = home_path(os.environ)
_is_embedded = not os.environ.get("DATABASE_URL")
_secrets = read_secrets(_home / "secrets.json") if _is_embedded else None


def _chosen(name: str, default: str, *allowed: str) -> str:
    value = os.environ.get(name) or default
    if allowed and value not in allowed:
        raise ImproperlyConfigured(f"{name}: found {value!r}; allowed is {' or '.join(allowed)}.")
    return value


def _web_key() -> str:
    if os.environ.get("REPRIEVE_SECRET_KEY"):
        return os.environ["REPRIEVE_SECRET_KEY"]
    if not _is_embedded:
        raise ImproperlyConfigured(
            "REPRIEVE_SECRET_KEY: found nothing; with DATABASE_URL, allowed is a long random text, the same everywhere."
        )
    # Before the home is made there is nobody to sign for: what is signed now is void at the next start.
    return _secrets.web_key if _secrets else secrets.token_urlsafe(32)


def _mail_options() -> dict[str, Any] | None:
    """Return how the mail server is reached; plain `smtp` turns to TLS before a password is sent."""
    url = os.environ.get("REPRIEVE_MAIL_URL", "")
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ImproperlyConfigured("REPRIEVE_MAIL_URL: allowed is smtp:// or smtps:// with a host.")
    is_tls, name = parts.scheme == "smtps", unquote(parts.username or "")
    return {
        "host": parts.hostname,
        "port": parts.port or (465 if is_tls else 587 if name else 25),
        "username": name,
        "password": unquote(parts.password or ""),
        "use_ssl": is_tls,
        "use_tls": not is_tls and bool(name),
        "timeout": 20,
    }


def _database(role: str) -> dict[str, Any]:
    url = os.environ.get("DATABASE_URL", "")
    if role == OWNER:
        url = os.environ.get("DATABASE_OWNER_URL") or url
    if not url and _secrets:
        url = address_of(_home).url(role, _secrets)
    if url and not url.startswith(("postgresql://", "postgres://")):
        raise ImproperlyConfigured("DATABASE_URL: allowed is an address that begins with postgresql://.")
    parts = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", "reprieve"),
        "USER": parts.pop("user", role),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", str(address_of(_home).socket)),
        "PORT": parts.pop("port", "5432"),
        "OPTIONS": parts,
        "CONN_MAX_AGE": 60,
        # A server that was restarted is met with a new connection, not with an error.
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"MIRROR": "default"} if role == OWNER else {},
    }


# ------------------------------------------------------------------------------------------------------------ database

DATABASES = {"default": _database(APP), "owner": _database(OWNER)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
IDENTIFIER_KEYS = _chosen("REPRIEVE_IDENTIFIER_KEYS", _secrets.identifier_keys if _secrets else "")
INDEX_KEYS = _chosen("REPRIEVE_INDEX_KEYS", _secrets.index_keys if _secrets else "")

# --------------------------------------------------------------------------------------------------------- application

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "reprieve.storage",
]
# Tasks are named by the worker and by commands, not found by their files' names.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
PROCRASTINATE_IMPORT_PATHS = ["reprieve.operations.jobs"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
AUTH_USER_MODEL = "storage.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# --------------------------------------------------------------------------------------------------- language and time

LANGUAGE_CODE = _chosen("REPRIEVE_LANGUAGE", "zh-hans", "zh-hans", "en")
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# ------------------------------------------------------------------------------------------------------------ delivery

MAIL_OPTIONS = _mail_options()
DEFAULT_FROM_EMAIL = _chosen("REPRIEVE_MAIL_FROM", "reprieve@localhost")
SMS_SENDER = _chosen("REPRIEVE_SMS_SENDER", "")
WEBHOOKS = _chosen("REPRIEVE_WEBHOOKS", "", "", "http", "file")

# -------------------------------------------------------------------------------------------------------------- safety

SECRET_KEY = _web_key()
DEBUG = _chosen("REPRIEVE_DEBUG", "0", "0", "1") == "1"
ALLOWED_HOSTS = [host.strip() for host in _chosen("REPRIEVE_ALLOWED_HOSTS", _LOCAL_HOSTS).split(",") if host.strip()]
_is_local = set(ALLOWED_HOSTS) <= set(_LOCAL_HOSTS.split(","))
_is_https = _chosen("REPRIEVE_HTTPS", "0" if _is_local else "1", "0", "1") == "1"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = _is_https
SESSION_COOKIE_SECURE = _is_https
SECURE_SSL_REDIRECT = _is_https
SECURE_HSTS_SECONDS = 31_536_000 if _is_https else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# -------------------------------------------------------------------------------------------------------- static files

STATIC_URL = "/static/"
