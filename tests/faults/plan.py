"""Which kills, in which order: the same for the same seed and chapter. What each hits depends on the machine's pace."""

import random
from typing import NamedTuple

from reprieve.operations.failpoints import POINTS

OF_SERVER = tuple(point for point in POINTS if point.startswith("command."))
OF_WORKER = tuple(point for point in POINTS if point.startswith("outbox."))
OF_CLERK = tuple(point for point in POINTS if point not in OF_SERVER + OF_WORKER)
BY_KIND = {"server": OF_SERVER, "clerk": OF_CLERK, "worker": OF_WORKER}
RANDOM = {
    "server": 4, "server at a point": 2, "server's worker": 1, "clerk": 4, "clerk at a point": 2, "worker": 3,
    "worker at a point": 2, "postgres": 3, "postgres at once": 1, "backend": 3,
}  # fmt: skip
"""How kills at random are spread."""
WAIT_SECONDS_MOST = 0.8
HURRY = 0.2
"""How many kills do not wait until what was killed before is up again."""
TURNS = {"server": 25, "clerk": 6, "worker": 4}


class Kill(NamedTuple):
    """A kill: whom, where if at a named point, how long after everything is up, or without waiting for that."""

    whom: str
    point: str = ""
    turn: int = 1
    wait: float = 0.0
    is_hurried: bool = False


def at_every_point(seed: str) -> list[Kill]:
    """One kill at each point, of whoever reaches it."""
    rng = random.Random(f"{seed} points")
    kills = [
        Kill(f"{kind} at a point", point, rng.randint(1, 2)) for kind, points in BY_KIND.items() for point in points
    ]
    rng.shuffle(kills)
    return kills


def at_random(seed: str, count: int) -> list[Kill]:
    """That many kills, at random instants and at random points."""
    rng = random.Random(f"{seed} instants")
    return [_drawn(rng, rng.choices(list(RANDOM), list(RANDOM.values()))[0]) for _ in range(count)]


def _drawn(rng: random.Random, whom: str) -> Kill:
    wait, is_hurried = rng.uniform(0, WAIT_SECONDS_MOST), rng.random() < HURRY
    if not whom.endswith(" at a point"):
        return Kill(whom, wait=wait, is_hurried=is_hurried)
    kind = whom.split(maxsplit=1)[0]
    return Kill(whom, rng.choice(BY_KIND[kind]), rng.randint(1, TURNS[kind]), wait)
