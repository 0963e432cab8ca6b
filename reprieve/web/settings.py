"""Django's settings with the doors over HTTP in them: addresses, middleware, logs. Imported by nobody but Django.

| variable | what it chooses | when left out |
|---|---|---|
| `REPRIEVE_RATE_A_MINUTE` | requests a minute for a token | 600 |
| `REPRIEVE_OPEN_RATE_A_MINUTE` | requests a minute for an address without a token | 120 |
| `REPRIEVE_SLOW_QUERY_MS` | from how many milliseconds a query is logged | 200 |

A rate of 0 is no limit; each server process counts its own.
"""

import os
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from reprieve import settings as base
from reprieve.web.limits import DEFAULTS
from reprieve.web.logs import configure_logs
from reprieve.web.reading import BYTES_MOST


def _number(name: str) -> int:
    value = os.environ.get(f"REPRIEVE_{name}") or str(DEFAULTS[name])
    if not (value.isascii() and value.isdigit() and len(value) <= 9):
        raise ImproperlyConfigured(f"REPRIEVE_{name}: found {value!r}; allowed is a whole number of at most 9 digits.")
    return int(value)


globals().update({name: value for name, value in vars(base).items() if name.isupper()})

ROOT_URLCONF = "reprieve.web.urls"
WSGI_APPLICATION = "reprieve.web.application.application"
MIDDLEWARE = ["reprieve.web.exchange.exchange", *base.MIDDLEWARE]
APPEND_SLASH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = BYTES_MOST
RATE_A_MINUTE = _number("RATE_A_MINUTE")
OPEN_RATE_A_MINUTE = _number("OPEN_RATE_A_MINUTE")
SLOW_QUERY_MS = _number("SLOW_QUERY_MS")
LOGGING_CONFIG: Any = None
configure_logs()
