"""`python -m bench`: measures, prints a table, writes `build/bench.json`. Exit 1 only if figures differ."""

import argparse
import json
import sys
from pathlib import Path

from bench import figures
from bench.close import close_figures
from bench.contests import say
from bench.platform.figures import platform_figures, platform_lines
from reprieve.engine.warm import warm

LOANS = 1_000_000
QUICK_LOANS = 20_000
CLOSED = (100_000, 1_000_000)
"""Sizes of the books that are closed; three million loans are asked for with `python -m bench.close 3000000`."""


def main(arguments: list[str]) -> int:
    """Run the bench."""
    options = read_options(arguments)
    say("compiling the kernels, unless they are cached")
    warm()
    found = figures.measure(options)
    figures.write(found, options.out)
    print(*figures.lines(found), sep="\n")
    if not options.quick and not options.engine_only:
        found["platform"] = platform_figures()
        print(*platform_lines(found["platform"]), sep="\n")
        figures.write(found, options.out)
        found["close"] = close_figures(CLOSED)
        figures.write(found, options.out)
        print(json.dumps(found["close"], indent=1))
    return 1 if found["engine"]["minor_units_different"] else 0


def read_options(arguments: list[str]) -> argparse.Namespace:
    """Return the options, sizes that were not given filled in."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="What the engine's speed is, beside others.")
    parser.add_argument("--loans", type=int, help=f"loans of either book [{LOANS:,}]")
    parser.add_argument("--full-loans", type=int, help="loans of the full book, up to 10 million [as --loans]")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_LOANS:,} loans and one round: a smoke test")
    parser.add_argument("--engine-only", action="store_true", help="leave out the platform and the close of day")
    parser.add_argument("--rounds", type=int, help="rounds against the rivals [2]")
    parser.add_argument("--reference", type=int, default=500, help="loans of the full book against the reference [500]")
    parser.add_argument("--out", type=Path, default=Path("build/bench.json"), help="where the figures go")
    options = parser.parse_args(arguments)
    options.loans = options.loans or (QUICK_LOANS if options.quick else LOANS)
    options.full_loans = options.full_loans or options.loans
    options.rounds = options.rounds or (1 if options.quick else 2)
    options.decimal = 2_000 if options.quick else 20_000
    options.schedules = 300 if options.quick else 3_000
    return options


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
