"""Says in Chinese what an error or the rule of a span says in English: a message is a pattern in English, and words.

Errors are made in English, for programs and for people, deep in code that has no language. Never changes what a person
typed, a key or a flag, and leaves words for which there is no message as they are.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from reprieve.words import Words, words

PREFIX: Final = "fault."
"""How the keys of messages about errors begin."""
SPAN: Final = "span."
"""How the keys of messages about the spans of an explanation begin."""
_FIGURE: Final = re.compile(r"\\\{(\w+)\\\}")


def retold(text: str, say: Words, about: str = PREFIX) -> str:
    """Return what an error found or allows, or by which rule a span came about, in a language; in English as it is.

    >>> retold("a whole number of at least 1", words("zh"))
    '整数，最小 1'
    """
    key, figures = match(text, about) if say.language != "en" else ("", {})
    return say.text(key, **{name: retold(given, say) for name, given in figures.items()}) if key else text


def match(text: str, about: str = PREFIX) -> tuple[str, Mapping[str, str]]:
    """Return the key of the message that a text in English is, and its figures; an empty key where there is none."""
    for key, pattern in _patterns(about):
        found = pattern.fullmatch(text)
        if found:
            return key, found.groupdict()
    return "", {}


@cache
def _patterns(about: str) -> list[tuple[str, re.Pattern[str]]]:
    """Return the patterns of all messages, those with the most words of their own first."""
    messages = {key: text for key, text in words("en").messages.items() if key.startswith(about)}
    by_length = sorted(messages, key=lambda key: -len(re.sub(r"\{\w+\}", "", messages[key])))
    return [(key, _pattern(messages[key])) for key in by_length]


def _pattern(text: str) -> re.Pattern[str]:
    """Return a message as a pattern: a figure is anything, and the same wherever its name stands again."""
    seen: set[str] = set()

    def figure(found: re.Match[str]) -> str:
        name = found[1]
        again = name in seen
        seen.add(name)
        return f"(?P={name})" if again else f"(?P<{name}>.+?)"

    return re.compile(_FIGURE.sub(figure, re.escape(text).replace("“", '"').replace("”", '"')))
