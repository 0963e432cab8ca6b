"""Reads the copied official cases and says what agreeing with a printed rate means. Never computes one."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

Case = dict[str, Any]

FIGURES = Path(__file__).parent / "figures"


def cases(name: str, *families: str) -> list[Any]:
    """Return the cases of one file (and of some families only) as pytest parameters named after their ids."""
    read = json.loads((FIGURES / f"{name}.json").read_text("utf-8"), parse_float=Decimal)["cases"]
    return [pytest.param(case, id=case["id"]) for case in read if not families or case["family"] in families]


def cents(amount: Decimal | int) -> int:
    """Return an amount in minor units; a figure that has no whole number of them is a mistake in the file."""
    minor = Decimal(amount) * 100
    assert minor == int(minor)
    return int(minor)


def rounded(value: Decimal, places: int) -> Decimal:
    """Return a value in a number of decimals, halves up, as the sources print it."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
