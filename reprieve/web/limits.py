"""The limits a deployment chooses, read from Django's settings. Never counts anything itself."""

from typing import Final

from django.conf import settings

DEFAULTS: Final = {"RATE_A_MINUTE": 600, "OPEN_RATE_A_MINUTE": 120, "SLOW_QUERY_MS": 200}
"""Each limit, and what it is where nothing is chosen."""


def limit_of(name: str) -> int:
    """Return a limit."""
    return int(getattr(settings, name, DEFAULTS[name]))
