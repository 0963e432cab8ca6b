"""The machine a bench ran on: processor, memory, load, versions, copy bandwidth. Never judges."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
import psutil

from bench.timing import interleave
from reprieve.engine.jit import engine_hash

PACKAGES: Final = ("numpy", "numba", "pyarrow", "polars", "duckdb", "mortgagemath")
_COPIED: Final = 1 << 28


def describe() -> dict[str, Any]:
    """Return what the machine and the software are."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_bytes": psutil.virtual_memory().total,
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in PACKAGES},
        "engine": engine_hash(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def load() -> list[float]:
    """Return the load averages of 1, 5 and 15 minutes."""
    return [round(one, 2) for one in os.getloadavg()]


def copy_bandwidth() -> float:
    """Return bytes a second that one thread copies, read and written ones counted."""
    source = np.ones(_COPIED, np.uint8)
    target = np.empty_like(source)
    return 2 * _COPIED / interleave({"copy": lambda: np.copyto(target, source)}, 5)[0]["copy"].least


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()
