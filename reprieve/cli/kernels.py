"""How kernels run under a command: as plain Python for one case, compiled for a server. Never runs one.

`NUMBA_DISABLE_JIT` in the environment decides, where whoever starts the command has set it.
"""

import os
import subprocess
import sys
from typing import Final

import typer

VARIABLE: Final = "NUMBA_DISABLE_JIT"
_IS_CHOSEN: Final = VARIABLE in os.environ


def prefer_plain() -> None:
    """Run kernels as plain Python: it answers one case (milliseconds) sooner than what was compiled loads."""
    os.environ.setdefault(VARIABLE, "1")


def prefer_compiled() -> None:
    """Have processes started from here on run compiled kernels; compile them now, in a process of its own, once."""
    if not _IS_CHOSEN:
        os.environ[VARIABLE] = "0"
    if os.environ[VARIABLE] == "0":
        typer.echo("compiling the kernels, unless they are cached (some minutes, once)", err=True)
        subprocess.run([sys.executable, "-m", "reprieve.engine.warm"], check=True)
