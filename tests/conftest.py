"""What every test shares: how Hypothesis draws, and how a failure is replayed."""

import os

# Said before anything imports the command line, which would leave what is imported after it uncompiled.
os.environ.setdefault("NUMBA_DISABLE_JIT", "0")

from hypothesis import HealthCheck, settings

# No deadline: the first call of a kernel may load it. A failing example prints the line that replays it.
settings.register_profile("local", deadline=None, print_blob=True)
settings.register_profile(
    "ci", deadline=None, print_blob=True, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci" if os.environ.get("CI") else "local")
