"""The `reprieve` command. Each command reads, calls and shows; it decides nothing about money.

Exit codes: 0 good, 1 refused by a rule, 2 bad input, 69 something cannot be reached, 70 a mistake of ours,
130 interrupted, 141 reader gone.
"""

import sys
from collections.abc import Sequence

from reprieve.cli.application import application
from reprieve.cli.kernels import prefer_plain
from reprieve.cli.problem import guarded

prefer_plain()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code; never shows a traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given in ([], ["case"]):
        given.append("--help")
    sys.exit(guarded(application, given))
