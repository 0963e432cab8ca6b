"""How the engine is compiled: Numba, cached under a key of the engine's own sources, without bounds that look back.

Numba's cache does not notice a change in an imported kernel, so the cache folder is named by a hash of every engine
source and of the versions that compile it. Never decides anything about money.
"""

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
from numba import __version__ as numba_version
from numba import config, njit, types

_KEPT: Final = 5
"""How many versions' kernels are kept."""
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
    if folder.is_dir():
        return str(folder)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return tempfile.mkdtemp(prefix="reprieve-kernels-")
    _drop_old(folder.parent)
    return str(folder)


def _drop_old(folder: Path) -> None:
    """Remove the kernels of sources long gone; the newest few stay, for versions that are used side by side."""
    with suppress(OSError):  # another process may be at it too
        found = sorted(folder.glob("kernels-*"), key=lambda kernels: kernels.stat().st_mtime_ns)
        for kernels in found[:-_KEPT]:
            shutil.rmtree(kernels, ignore_errors=True)


config.CACHE_DIR = _choose_cache()
if config.DISABLE_JIT:
    np.seterr(over="ignore")  # the two-limb division wraps on purpose, as it does compiled


def compiled(function: Function) -> Function:
    """Compile a function of integers, tables and a loan that allocates nothing; it frees the interpreter lock.

    References to its arrays are not counted: its callers hold them, and counting at every call cost half the time.
    """
    return _njit(function, _nrt=False, forceinline=False)


def compiled_leaf(function: Function) -> Function:
    """Compile a small function that others call often: machine code puts it into each of them."""
    return _njit(function, _nrt=False, forceinline=True)


def compiled_within(function: Function) -> Function:
    """Compile a function that has one caller as a part of it: by itself it would be compiled twice."""
    return _njit(function, _nrt=False, forceinline=False, inline="always")


def compiled_allocating(function: Function) -> Function:
    """Compile a function that makes arrays of its own, or hands one out; it frees the interpreter lock."""
    return _njit(function, _nrt=True, forceinline=False)


def _njit(function: Function, **options: Any) -> Function:
    """Compile for integers that never divide by zero; what takes a loan is called from compiled code alone."""
    takes_loan = function.__code__.co_varnames[:1] == ("loan",)
    dispatcher = njit(
        cache=True, nogil=True, no_cfunc_wrapper=True, no_cpython_wrapper=takes_loan, error_model="numpy", **options
    )(function)
    if not config.DISABLE_JIT:
        _compile_once(dispatcher)
    return dispatcher  # type: ignore[no-any-return]


def _compile_once(dispatcher: Any) -> None:
    """Have one version of a function serve every caller: left alone, Numba compiles one for each constant it is given.

    A constant, or an integer of fewer bits, is widened to int64 before it is passed.
    """
    template_of = dispatcher.get_call_template

    def get_call_template(args: tuple[types.Type, ...], kws: dict[str, types.Type]) -> Any:
        return template_of([_widened(each) for each in args], kws)

    dispatcher.get_call_template = get_call_template


def _widened(kind: types.Type) -> types.Type:
    plain = types.unliteral(kind)
    return types.int64 if isinstance(plain, types.Integer) and plain != types.uint64 else plain
