"""The documentation holds together: links lead somewhere, words come in both languages, worked figures are right."""

import json
import re
from collections import Counter
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.fast

ROOT = Path(__file__).resolve().parents[2]
OUTSIDE = ("http://", "https://", "mailto:")
GLOSSARY_COLUMNS = 4

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")


@cache
def _pages() -> dict[Path, str]:
    """Return every Markdown page of the repository."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return {page: page.read_text(encoding="utf-8") for page in sorted(pages)}


def _anchors(text: str) -> set[str]:
    """Return the addresses of a page's headings."""
    headings = re.findall(r"^#+ +(.+?) *$", _FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _broken_links(page: Path, text: str) -> list[str]:
    """Return the links of a page that lead nowhere."""
    broken = []
    for link in _LINK.findall(_FENCE.sub("", text)):
        if link.startswith(OUTSIDE):
            continue
        address, _, anchor = link.partition("#")
        target = (page.parent / address).resolve() if address else page
        if not target.exists() or (anchor and anchor not in _anchors(target.read_text(encoding="utf-8"))):
            broken.append(link)
    return broken


def _glossary() -> list[list[str]]:
    """Return the cells of every row of the glossary."""
    lines = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [row for row in rows if set(row[0]) - {"-"} and row[0] != "English"]


def test_every_link_leads_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {link}" for page, text in _pages().items() for link in _broken_links(page, text)
    ]
    assert not broken, f"mend or remove: {broken}"


def test_a_broken_link_is_noticed() -> None:
    page = ROOT / "README.md"
    text = "[a](docs/nowhere.md) [b](docs/glossary.md#no-such-heading) [c](docs/glossary.md) [d](https://example.org)"
    assert _broken_links(page, text) == ["docs/nowhere.md", "docs/glossary.md#no-such-heading"]


def test_every_json_example_can_be_read() -> None:
    for page, text in _pages().items():
        for language, block in _FENCE.findall(text):
            if language == "json":
                assert json.loads(block), f"{page.relative_to(ROOT)}: not JSON:\n{block}"


def test_every_word_of_the_glossary_has_both_languages() -> None:
    for row in _glossary():
        assert len(row) == GLOSSARY_COLUMNS, f"a row is | English | 中文 | meaning | 含义 |, with no bar inside: {row}"
        english, chinese, meaning, meaning_chinese = row
        assert _LATIN.search(english), row
        assert not _HAN.search(english + meaning), f"put Chinese into the Chinese columns: {row}"
        assert _HAN.search(chinese), row
        assert _HAN.search(meaning_chinese), row
        assert meaning.endswith("."), f"a meaning is one sentence: {row}"
        assert meaning_chinese.endswith("。"), f"a meaning is one sentence: {row}"


def test_no_word_of_the_glossary_has_two_meanings() -> None:
    for column in (0, 1):
        twice = [word for word, times in Counter(row[column] for row in _glossary()).items() if times > 1]
        assert not twice, f"one noun, one row: {twice}"


def test_every_decision_names_what_it_refused() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [page.name[:4] for page in pages] == [f"{number:04}" for number in range(1, len(pages) + 1)]
    for page in pages:
        for heading in ("## Decision", "## Why", "## Refused"):
            assert heading in _pages()[page], f"{page.name} lacks {heading!r}"


def test_every_idea_has_its_page_with_an_example() -> None:
    pages = sorted((ROOT / "docs" / "concepts").glob("[1-9]-*.md"))
    assert [page.name[0] for page in pages] == list("1234567")
    for page in pages:
        assert "## Example" in _pages()[page], page.name


def test_the_figures_on_the_concept_pages_are_what_the_rules_give() -> None:
    interest = 800_000 * Fraction(18, 100) / 12
    instalment = 73_344
    principal = instalment - interest
    a_day = Fraction(27, 100) / 365
    # The first instalment is unpaid: ten days, and each of three closes after it.
    after = {days: f"{float(principal * a_day * days / 100):.2f}" for days in (9, 10, 11)}
    # 300.00 two days into grace: 120.00 to interest, 180.00 to principal; the fourth day shows both spans.
    spans = (principal * a_day * 2, (principal - 18_000) * a_day * 2)
    shown = {
        "1-": ["733.44", "613.44", after[10]],
        "4-": [*(f"{float(span / 100):.6f}" for span in spans), f"{float(sum(spans) / 100):.2f}"],
        "7-": [*after.values(), *(f"{float(after[d]) - float(after[d - 1]):.2f}" for d in (10, 11))],
    }
    for number, figures in shown.items():
        [page] = (ROOT / "docs" / "concepts").glob(f"{number}*.md")
        missing = [figure for figure in figures if figure not in _pages()[page]]
        assert not missing, f"{page.name} should show {missing}"
