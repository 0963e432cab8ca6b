"""How many requests a caller may make: a bucket each, filled by the minute. Never shared between server processes."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

KEYS_MOST: Final = 100_000
"""How many callers are remembered; the one unseen for longest is forgotten first."""
MINUTE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a caller's minute, and how many seconds until there is room for one more."""

    is_allowed: bool
    limit: int
    left: int
    wait_seconds: int


@dataclass
class Buckets:
    """The buckets of all callers; each holds a minute's worth and fills steadily."""

    _filled: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, key: str, limit: int, now: float) -> Allowance:
        """Take one request from a bucket, if it has one; `now` is a steady clock's seconds."""
        if limit == 0:
            return Allowance(True, 0, 0, 0)
        with self._lock:
            left, then = self._filled.pop(key, (float(limit), now))
            left = min(float(limit), left + (now - then) * limit / MINUTE)
            is_allowed = left >= 1
            left -= 1 if is_allowed else 0
            self._filled[key] = (left, now)
            while len(self._filled) > KEYS_MOST:
                self._filled.popitem(last=False)
        wait = 0 if is_allowed else int((1 - left) * MINUTE / limit) + 1
        return Allowance(is_allowed, limit, int(left), wait)

    def forget(self) -> None:
        """Empty every bucket's memory."""
        with self._lock:
            self._filled.clear()
