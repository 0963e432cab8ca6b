"""Compile the kernels once, before anything runs in parallel: `python -m reprieve.engine.warm`."""

import numpy as np

from reprieve.engine import batch
from reprieve.engine import records as rec
from reprieve.engine import terms as term


def warm() -> None:
    """Compile and cache every kernel on an empty book."""
    none = np.zeros(0, np.int64)
    book = batch.Book(
        np.zeros((0, term.WIDTH), np.int64), np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.uint8),
        none, none, np.zeros((0, 3), np.int64), np.zeros((0, 6), np.int64), np.zeros((0, 4), np.int64), none,
        batch.NO_CALENDAR,
    )  # fmt: skip
    batch.schedules(book)
    batch.solve_instalments(book)
    batch.run_block(book, none, np.zeros((0, rec.POSITION_WIDTH), np.int64), 0, 0)


if __name__ == "__main__":
    warm()
