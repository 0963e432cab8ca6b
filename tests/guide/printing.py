"""What the tests of calendar and print share: fonts, hostile names, and money written without our own words."""

import re

import pytest

from reprieve.operations import print_font

HAS_FONT = bool(set(print_font.FAMILIES) & print_font.families())
needs_font = pytest.mark.skipif(not HAS_FONT, reason=f"this machine has no font with Chinese: {print_font.HOW_TO}")
MONEY = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})*\.\d\d(?!\d|%)")
HOSTILE = (
    '#import "x"', "*bold* _it_", "$x^2$", "#panic()", "]#eval(\"1\")[", "<script>", "\\u{41}", "// gone", "@ref",
    "= Heading", "- item", "{name}", "BEGIN:VALARM", "a;b,c\\d", "`raw`",
)  # fmt: skip
"""Names that would be markup if anything read them as such."""


def money(minor):
    """Write minor units as a table does, without our own words."""
    return f"{abs(minor) // 100:,}.{abs(minor) % 100:02}"


def debts_with_names(names):
    """Return a request with one debt to each lender of a name."""
    debts = [{"overdue": 100_000, "rate": "18%", "days_overdue": 60, "lender_name": name} for name in names]
    return {"debts": debts, "surplus": 300_000}
