"""The page about rules shows what the packs hold: its entries can be read, and its Python answers what it says."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from reprieve.rules import load, load_with, rules
from reprieve.rules.load import pack_of

pytestmark = pytest.mark.fast

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text("utf-8")
ENTRIES = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
TODAY = date(2026, 11, 23)


def test_the_entry_it_shows_is_the_entry_of_the_pack():
    [shown] = pack_of("cn", {"page.toml": ENTRIES[0]}).rules
    held = rules("cn", TODAY, "bank").get(shown.key)
    for field in ("value", "unit", "from_", "until", "level", "applies_by", "lenders", "confidence", "says"):
        assert getattr(shown, field) == getattr(held, field), field
    assert (shown.source.number, shown.source.article) == (held.source.number, held.source.article)


def test_the_file_of_later_values_it_shows_can_be_added():
    added = load_with("cn", {"lpr.toml": ENTRIES[1]})
    assert added.on(date(2026, 1, 19)).get("reference_rate.lpr_1y").value == Decimal("0.03")
    assert added.on(date(2026, 1, 20)).find("reference_rate.lpr_1y") is None


def test_its_python_answers_what_it_says():
    answer = rules("cn", TODAY, "consumer_finance", "consumer_loan")
    found = answer.get("penalty.multiple_most")
    assert (f'Decimal("{found.value}")' in PAGE, found.cite("zh") in PAGE) == (True, True)
    assert answer.find("reference_rate.lpr_1y") is None


def test_everything_it_says_is_left_out_is():
    left_out = {one.confidence for one in load("cn").not_encoded}
    assert left_out == {"medium", "uncertain", "press_only"}
