"""The two catalogues say the same things, every key is used, and money and days read as each language writes them."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from reprieve.words import Words, language_of, words

pytestmark = pytest.mark.fast

ZH, EN = words("zh"), words("en")
SOURCES = "\n".join(path.read_text("utf-8") for path in (Path(__file__).parents[2] / "reprieve").rglob("*.py"))


def figures(text):
    return set(re.findall(r"\{(\w+)\}", text))


def test_both_languages_have_the_same_messages_with_the_same_figures():
    assert ZH.messages.keys() == EN.messages.keys()
    for key, text in ZH.messages.items():
        assert text, key
        assert EN.messages[key], key
        assert figures(text) == figures(EN.messages[key]), key


@pytest.mark.parametrize("key", [key for key in EN.messages if not key.startswith(("fault.", "span."))])
def test_every_message_is_said_somewhere(key):
    """What errors and spans say is said by what it matches; `test_slips.py` and `test_chinese.py` reach them."""
    group = key.split(".")[0]
    quotes = (f'"{key}"', f"'{key}'", f'f"{group}.{{', f"f'{group}.{{")
    assert any(quote in SOURCES for quote in quotes)


@pytest.mark.parametrize("key", EN.messages)
def test_words_are_plain_and_short(key):
    assert "!" not in EN.messages[key]
    assert all(len(sentence) <= 45 for sentence in re.split(r"[。；：，？]", ZH.messages[key]))
    assert all(len(sentence.split()) <= 20 for sentence in re.split(r"[.;:?,]", EN.messages[key]))


@pytest.mark.parametrize(
    ("say", "minor", "currency", "text"),
    [
        (ZH, 800000, "CNY", "¥8,000.00"),
        (EN, 800000, "CNY", "¥8,000.00"),
        (EN, 123456, "USD", "$1,234.56"),
        (ZH, 123456, "USD", "US$1,234.56"),
        (EN, 1500, "JPY", "¥1,500"),
        (EN, 1, "CNY", "¥0.01"),
        (EN, -1, "CNY", "−¥0.01"),
        (ZH, 10**15, "CNY", "¥10,000,000,000,000.00"),
    ],
)
def test_money_is_written_to_its_minor_unit(say, minor, currency, text):
    assert say.money(minor, currency) == text


def test_days_and_rates():
    assert ZH.day(date(2026, 3, 1)) == "2026年3月1日"
    assert EN.day(date(2026, 3, 1)) == "1 March 2026"
    assert EN.percent(Decimal(18)) == "18.00%"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_US", "LC_MESSAGES": "zh_TW"}, "zh"),
        ({"LANG": "fr_FR"}, "en"),
        ({}, "en"),
    ],
)
def test_the_locale_names_the_language(environment, language):
    assert language_of(environment) == language


def test_a_key_without_a_message_is_a_mistake():
    with pytest.raises(KeyError):
        Words("en", {}).text("nothing")
