"""How the engine is compiled: Numba, cached under a key of the engine's own sources, without bounds that look back.

Numba's cache does not notice a change in an imported kernel, so the cache folder is named by a hash of every engine
source and of the versions that compile it. Never decides anything about money.
"""

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numba import __version__ as numba_version
from numba import config, njit

Function = TypeVar("Function", bound=Callable[..., Any])


def engine_hash() -> str:
    """Return the content hash of the engine's sources and compilers (16 hex digits)."""
    digest = hashlib.sha256(f"{sys.version_info[:3]} {numba_version} {np.__version__}".encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.name.encode())
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def _choose_cache() -> str:
    """Return the cache folder: `NUMBA_CACHE_DIR` if set, else a private per-user folder keyed on the sources."""
    root = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    folder = Path(root) / "reprieve" / f"kernels-{engine_hash()}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        folder = Path(tempfile.mkdtemp(prefix="reprieve-kernels-"))
    return str(folder)


config.CACHE_DIR = _choose_cache()
if config.DISABLE_JIT:
    np.seterr(over="ignore")  # the two-limb division wraps on purpose, as it does compiled


def compiled(function: Function) -> Function:
    """Compile a function of integers and integer arrays that allocates nothing; it frees the interpreter lock.

    References to its arrays are not counted: its callers hold them, and counting at every call cost half the time.
    """
    return njit(cache=True, nogil=True, no_cfunc_wrapper=True, _nrt=False)(function)  # type: ignore[no-any-return]


def compiled_allocating(function: Function) -> Function:
    """Compile a function that makes arrays of its own, or hands one out; it frees the interpreter lock."""
    return njit(cache=True, nogil=True, no_cfunc_wrapper=True, _nrt=True)(function)  # type: ignore[no-any-return]
