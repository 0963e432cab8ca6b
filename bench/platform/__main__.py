"""`python -m bench.platform [SECONDS [ROUNDS]]`: the platform's figures alone."""

import sys

from bench.platform.figures import platform_figures, show

if __name__ == "__main__":
    asked = [float(word) for word in sys.argv[1:]]
    seconds, rounds = (*asked, 10.0, 3.0)[0], (*asked, 10.0, 3.0)[1] if len(asked) > 1 else 3
    show(platform_figures(seconds=seconds, rounds=int(rounds)))
