"""The same generator as Hypothesis strategies, so that what fails is shrunk draw by draw. Adds no case of its own."""

import os
import random
from typing import Any

from hypothesis import strategies as st

import reprieve
from tests.histories import contracts, generator
from tests.histories.agreement import KERNEL, ORACLE
from tests.histories.generator import Moment
from tests.histories.oracle import Oracle

Case = dict[str, Any]

IS_KERNEL_HERE = hasattr(reprieve, "position")
SIDE: Oracle = KERNEL if IS_KERNEL_HERE and os.environ.get("SIDE") != "reference" else ORACLE
"""Whose properties are tested: the kernel's; the reference's on demand, and while there is no kernel."""


@st.composite
def histories(draw: st.DrawFn, focus: str | None = None) -> tuple[Case, list[Moment]]:
    """A random history that the side under test accepts, and days to ask about."""
    rng = draw(st.randoms(use_true_random=False))
    case = generator.case(rng, focus, SIDE)
    days = generator.moments(case, rng)
    return case, days


@st.composite
def plain_histories(draw: st.DrawFn, **terms: Any) -> tuple[Case, list[Moment], random.Random]:
    """A contract with `terms` put over it and no events, days to ask about, and a generator for what follows."""
    rng = draw(st.randoms(use_true_random=False))
    contract = contracts.contract(rng, ["rate_change"]) | terms
    contract = {key: value for key, value in contract.items() if value is not None}
    case: Case = {"contract": contract, "events": []}
    return case, generator.moments(case, rng), rng
