"""Every message of both catalogues passes every check, and what claims a rule is bound to one."""

import ast
import tomllib
from pathlib import Path

import pytest

from reprieve.lending.guide.compose import messages_in
from reprieve.rules import load
from reprieve.words import words
from reprieve.words.message import Both, Name
from tests.guide.people import PEOPLE, answer_to
from tests.words import checks

pytestmark = pytest.mark.fast

ROOT = Path(__file__).parents[2]
HOUSE = tomllib.loads((Path(__file__).parent / "house.toml").read_text("utf-8"))
CATALOGUES = {language: dict(words(language).messages) for language in ("zh", "en")}
PLACES = ("cn", "us", "eu", "gb")
FOR_BORROWERS = ("guide.", "welcome.", "print.", "calendar.", "problem.", "message.")
"""Groups of messages that a person in arrears reads; the others head tables of figures and rules."""
HARSH = {
    language: {
        pattern: group["because"]
        for group in HOUSE["harsh"]
        if group["language"] == language
        for pattern in group["patterns"]
    }
    for language in CATALOGUES
}
CAPITALS = frozenset(HOUSE["capitals"]["allowed"])
CHECKS = ("harsh", "loud", "long", "marks", "claim")
EXCEPTIONS = {(one["check"], one["language"], key) for one in HOUSE["exception"] for key in one["keys"]}


def complaints(check, language, key, text):
    """Return what a check says of one message."""
    is_english = language == "en"
    if check == "harsh":
        return checks.harsh_words(text, HARSH[language], is_english=is_english)
    if check == "loud":
        return checks.loud_words(text, CAPITALS)
    if check == "marks":
        return checks.english_marks(text) if is_english else checks.chinese_marks(text)
    if not key.startswith(FOR_BORROWERS):
        return []
    if check == "long":
        return checks.long_sentences(text, is_english=is_english)
    return (
        [] if key in HOUSE["bound"] else checks.unbound_claims(text, HOUSE["claims"][language], is_english=is_english)
    )


@pytest.mark.parametrize("language", CATALOGUES)
@pytest.mark.parametrize("check", CHECKS)
def test_words_keep_the_house_rules(check, language):
    found = {
        key: said
        for key, text in CATALOGUES[language].items()
        if (check, language, key) not in EXCEPTIONS and (said := complaints(check, language, key, text))
    }
    assert not found, "\n".join(f"{key}: {', '.join(said)}" for key, said in found.items())


@pytest.mark.parametrize("exception", sorted(EXCEPTIONS), ids=" ".join)
def test_an_exception_is_still_needed(exception):
    check, language, key = exception
    assert complaints(check, language, key, CATALOGUES[language][key]), "take it out of house.toml"


def test_every_exception_and_every_list_says_why():
    for one in [*HOUSE["harsh"], *HOUSE["exception"]]:
        assert len(one["because"]) >= 2
    assert all(HOUSE["bound"].values())


def test_both_languages_say_the_same_things():
    assert not checks.one_sided(CATALOGUES["zh"], CATALOGUES["en"])


@pytest.mark.parametrize("name", PEOPLE)
def test_who_names_a_source_or_is_bound_carries_that_very_rule(name):
    """Whatever names {source} or is listed as bound has a rule, it is in the pack, and the source is its citation."""
    found = answer_to(name)
    rules = load(found.place).rules
    for message in messages_in(found):
        names_source = "{source}" in CATALOGUES["en"][message.key]
        if names_source or message.key in HOUSE["bound"]:
            assert message.rule, f"{message.key} claims a rule and carries none"
        if message.rule:
            cited = {(rule.cite("zh"), rule.cite("en")) for rule in rules if rule.key == message.rule}
            assert cited, f"{message.key} carries {message.rule}, which is not in the pack"
            source = message.figures.get("source")
            assert isinstance(source, Both) or not names_source, message.key
            if isinstance(source, Both):
                assert (source.zh, source.en) in cited, f"{message.key} cites another rule than {message.rule}"


@pytest.mark.parametrize("name", PEOPLE)
def test_filled_in_words_are_spaced_as_chinese_is(name):
    """Days, amounts and rates stand among Chinese as the house rule says; names and citations keep theirs."""
    found, say = answer_to(name), words("zh")
    for message in messages_in(found):
        if not any(isinstance(figure, Both | Name) for figure in message.figures.values()):
            text = say.say(message, found.currency)
            assert not checks.chinese_marks(text), f"{message.key}: {text}"


def claimed_keys():
    """Yield the rule keys that the guide's code names: `law.claim(words, key)`, `quoted(law, key)` and their like."""
    for path in sorted((ROOT / "reprieve" / "lending" / "guide").glob("*.py")):
        calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
        for call in calls:
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            if name in ("claim", "value", "find", "quoted"):
                texts = [one.value for one in call.args if isinstance(one, ast.Constant)]
                if texts and isinstance(texts[-1], str) and "." in texts[-1]:
                    yield path.name, texts[-1]


def test_every_rule_that_the_code_claims_is_in_a_pack():
    there = {rule.key for place in PLACES for rule in load(place).rules}
    found = list(claimed_keys())
    assert len(found) >= 10
    assert not [one for one in found if not any(key.startswith(one[1]) for key in there)]
