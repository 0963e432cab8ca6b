"""Peak memory of a run beyond its input, measured in a process of its own: `python -m bench.memory LOANS`."""

import ctypes
import gc
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench import books
from bench.contracts import AS_OF
from reprieve.engine import batch


def measure_apart(loans: int) -> dict[str, Any]:
    """Return the figures of a fresh process."""
    command = [sys.executable, "-m", "bench.memory", str(loans)]
    found: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return found


def measure(loans: int) -> dict[str, Any]:
    """Return bytes a loan: of the input, and the peak beyond it while a full book's positions are computed."""
    batch.positions(books.full(100), AS_OF)
    book = books.full(loans)
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    before = _resident("VmRSS")
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    batch.positions(book, AS_OF, threads=2)
    peak = _resident("VmHWM")
    columns = [getattr(book, name).nbytes for name in ("terms", "offsets", "on", "kind", "amount", "argument", "fees")]
    return {"loans": loans, "bytes_per_loan": (peak - before) / loans, "input_bytes_per_loan": sum(columns) / loans}


def _resident(field: str) -> int:
    """Return a memory figure of this process in bytes (`VmRSS` now, `VmHWM` the peak since it was reset)."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) * 1024
    raise LookupError(field)


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
