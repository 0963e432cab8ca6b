"""A lock on a file, which the kernel drops when its holder dies. Never removes the file, and never holds data in it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Lock:
    """A lock that a process may hold alone or share. Two of one process exclude each other as if of two."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.handle = -1

    @contextmanager
    def held(self) -> Iterator[int]:
        """Hold the lock alone while the block runs, and yield its handle, for a child to inherit; waits for it."""
        self._lock(fcntl.LOCK_EX)
        try:
            yield self.handle
        finally:
            self.release()

    def share(self) -> None:
        """Share the lock until `release`; waits for one who holds it alone."""
        self._lock(fcntl.LOCK_SH)

    def take(self) -> bool:
        """Hold the lock alone until `release`, if that is possible at once; return whether it is."""
        try:
            self._lock(fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            return False
        return True

    def release(self) -> None:
        """Let go. A process that inherited the lock goes on holding it."""
        if self.handle >= 0:
            os.close(self.handle)
            self.handle = -1

    def _lock(self, how: int) -> None:
        self.release()
        self.handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self.handle, how)
