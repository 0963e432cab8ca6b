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

import numpy
from numba import __version__ as numba_version
from numba import config, njit
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import register_pass
from numba.core.lowering import Lower
from numba.core.typed_passes import NativeLowering

Function = TypeVar("Function", bound=Callable[..., Any])


def engine_hash() -> str:
    """Return the content hash of the engine's sources and compilers (16 hex digits)."""
    digest = hashlib.sha256(f"{sys.version_info[:3]} {numba_version} {numpy.__version__}".encode())
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


class _ApartLower(Lower):
    """Lowers a function that callers call and never inline."""

    def pre_lower(self) -> None:
        super().pre_lower()
        self.builder.function.attributes.add("noinline")


@register_pass(mutates_CFG=True, analysis_only=False)
class _ApartLowering(NativeLowering):
    """The lowering pass of `_ApartCompiler`."""

    _name = "apart_native_lowering"

    @property
    def lowering_class(self) -> type[Lower]:
        return _ApartLower


class _ApartCompiler(CompilerBase):
    """Numba's default pipeline with the lowering pass exchanged (its documented way to extend it)."""

    def define_pipelines(self) -> list[Any]:
        manager = DefaultPassBuilder.define_nopython_pipeline(self.state)
        manager.passes = [
            (_ApartLowering if one is NativeLowering else one, description) for one, description in manager.passes
        ]
        manager._finalized = False
        manager.finalize()
        return [manager]


def compiled(function: Function) -> Function:
    """Compile a function of integers and integer arrays; it releases the interpreter lock while it runs."""
    return njit(cache=True, nogil=True, no_cfunc_wrapper=True)(function)  # type: ignore[no-any-return]


def compiled_apart(function: Function) -> Function:
    """Compile a function that few loans need, kept out of its callers: they stay small and compile in time."""
    return njit(cache=True, nogil=True, no_cfunc_wrapper=True, pipeline_class=_ApartCompiler)(function)  # type: ignore[no-any-return]
