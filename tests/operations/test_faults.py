"""Kills at random instants under load: every acknowledged payment exists exactly once, no other twice, the books agree.

`FAULTS=1000 SEED=7 pytest tests/operations/test_faults.py` does more; a failure prints its seed.
"""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import date, timedelta

from reprieve.storage.cluster import APP
from tests.operations.lending import balances, close, controls, establish, held, sign

COUNT = int(os.environ.get("FAULTS", "20"))
SEED = int(os.environ.get("SEED", "2026"))
START_SECONDS = 60
LOANS = 4
FIRST = date(2026, 2, 1)
A_DAY = 6
"""Payments a day; after them the day is closed."""
PROGRAM = """
import sys
import django
django.setup()
from datetime import date, timedelta
from reprieve.operations.commands.payments import take_payment
from tests.operations.lending import act, close

path, number = sys.argv[1], int(sys.argv[2])
with open(path, "a", buffering=1) as acknowledged:
    acknowledged.write("ready\\n")
    while True:
        day = date(2026, 2, 1) + timedelta(days=number // 6)
        if number % 6 == 0:
            close(str(day - timedelta(days=1)), shard_loans=2)
        key = f"payment {number}"
        take_payment(act(day, key=key), contract=f"L-{number % 4}", amount=100 + number, reference=key)
        acknowledged.write(f"{number}\\n")
        number += 1
"""


def acknowledged(path):
    """The payments that were answered, in order; how often the program came up."""
    lines = path.read_text().split() if path.exists() else []
    return [int(line) for line in lines if line != "ready"], lines.count("ready")


def run_and_kill(environment, path, rng):
    """Start the program where it stopped, let it work a random moment, and kill it."""
    done, starts = acknowledged(path)
    number = done[-1] + 1 if done else 0
    with subprocess.Popen([sys.executable, "-c", PROGRAM, str(path), str(number)], env=environment) as process:
        deadline = time.monotonic() + START_SECONDS
        while acknowledged(path)[1] == starts and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(rng.random() * 0.8)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL, f"it failed by itself; seed {SEED}"


def test_random_kills_lose_nothing_and_do_nothing_twice(fresh_database, tmp_path):
    from django.db import connection

    from reprieve.storage.models import Event

    establish()
    for number in range(LOANS):
        sign(f"L-{number}")
    path, rng = tmp_path / "acknowledged", random.Random(SEED)
    environment = {**os.environ, "DATABASE_URL": fresh_database.url(APP), "NUMBA_DISABLE_JIT": "1"}
    connection.close()
    for _ in range(COUNT):
        run_and_kill(environment, path, rng)
    done, starts = acknowledged(path)
    assert starts == COUNT
    assert len(done) == len(set(done)) == len(range(len(done))), "each was answered once, in order"
    recorded = sorted(Event.objects.exclude(reference="").values_list("reference", "amount_minor"))
    numbers = sorted(int(reference.split()[1]) for reference, _ in recorded)
    assert numbers == list(range(len(numbers))), f"each exists once; seed {SEED}"
    assert len(done) <= len(numbers) <= len(done) + 1, "at most the one under way is done and not acknowledged"
    assert balances()["bank"] == sum(100 + number for number in numbers) - LOANS * 800_000
    last = FIRST + timedelta(days=len(numbers) // A_DAY + 1)
    assert all(one["state"] == "finished" for one in close(str(last), shard_loans=2))
    assert held() == controls(str(last))
