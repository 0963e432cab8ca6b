"""Where compiled kernels are kept: a folder a version of the sources, and not for ever."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.fast


def test_only_the_kernels_of_the_newest_few_versions_stay(tmp_path):
    home = tmp_path / "reprieve"
    for number in range(8):
        old = home / f"kernels-{number}"
        old.mkdir(parents=True)
        (old / "fold.nbi").touch()
        os.utime(old, (1_000 + number, 1_000 + number))
    (home / "something-else").mkdir()
    program = "from reprieve.engine.jit import config; print(config.CACHE_DIR)"
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path), "NUMBA_DISABLE_JIT": "1"}
    for _ in range(2):  # at the second start the folder is there, and nothing more goes
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        )
        own = done.stdout.strip().rpartition("/")[2]
        kept = sorted(path.name for path in home.iterdir())
        assert kept == sorted(["kernels-4", "kernels-5", "kernels-6", "kernels-7", own, "something-else"])
