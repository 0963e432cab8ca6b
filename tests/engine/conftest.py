"""Uncompiled, an integer that wraps is a fault wherever it is not meant: see `filterwarnings` in `pyproject.toml`."""

from collections.abc import Iterator

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def _a_wrap_is_a_fault() -> Iterator[None]:
    with np.errstate(over="warn"):
        yield
