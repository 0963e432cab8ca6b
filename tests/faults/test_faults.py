"""Twenty kills at random under load, as `make faults` does them by the thousand; each point is killed at elsewhere."""

import os

from tests.faults.plan import BY_KIND, at_every_point, at_random
from tests.faults.run import main


def test_twenty_kills_lose_nothing_and_do_nothing_twice(capfd):
    seed = os.environ.get("SEED", "2027")
    code = main(["--count", "20", "--no-points", "--seed", seed])
    said = capfd.readouterr().out
    print(said)
    assert code == 0, said
    assert "fsync on" in said


def test_the_same_seed_kills_the_same():
    assert at_random("7/0", 30) == at_random("7/0", 30) != at_random("8/0", 30)


def test_there_is_one_kill_at_each_point():
    killed = sorted(kill.point for kill in at_every_point("7/0"))
    assert killed == sorted(point for points in BY_KIND.values() for point in points)
