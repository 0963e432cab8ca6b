"""The word checks: each takes words and returns its complaints, each with a cure; none reads a file."""

import re

FIGURE = re.compile(r"\{(\w+)\}")
HAN = "\u3400-\u9fff\uf900-\ufaff"
ENGLISH_WORDS_MOST = 20
CHINESE_CHARACTERS_MOST = 35
WORDED = {
    "source", "says", "lines", "asks", "plan", "bill", "options", "text", "name", "place", "scope", "hash", "path",
    "on", "first_on", "last_on", "due_on", "earlier", "later", "first", "last", "figure",
}  # fmt: skip
"""Figures that are words or days: whether a space stands beside them shows only once they are filled in."""
_SOURCE = re.compile(r"\s?[（(](?:\{source\}|\{source\}[；;] ?\{level\})[）)]")
_HALF_WIDTH = re.compile(rf"(?<=[{HAN}”》）}}])[,;:?!()]|[,;:?!()](?=[{HAN}“《（{{])")
_BESIDE_FULL_WIDTH = re.compile(r"\s[，。；：、？！（）《》“”]|[，。；：、？！（）《》“”]\s")
_NO_SPACE = re.compile(rf"[{HAN}][A-Za-z0-9¥$€£]|[A-Za-z0-9%][{HAN}]")
_DAY_WRITTEN = re.compile(r"\d+[年月日]|[年月]\d")


def harsh_words(text: str, patterns: dict[str, str], *, is_english: bool) -> list[str]:
    """Complain about words that blame, shame, threaten or hurry: `patterns` to the reason."""
    found = []
    for pattern, because in patterns.items():
        expression = rf"\b(?:{pattern})\b" if is_english else pattern
        match = re.search(expression, text, re.IGNORECASE)
        if match:
            found.append(f"{match.group(0)!r} {because}: say what is so and what can be done")
    return found


def loud_words(text: str, allowed: frozenset[str]) -> list[str]:
    """Complain about exclamation marks and words in capitals."""
    found = ["an exclamation mark: end with a full stop"] if re.search("[!！]", text) else []
    capitals = [word for word in re.findall(r"\b[A-Z]{4,}\b", FIGURE.sub("", text)) if word not in allowed]
    return [*found, *(f"{word} is in capitals: write it small" for word in capitals)]


def long_sentences(text: str, *, is_english: bool) -> list[str]:
    """Complain about sentences that are too long; a source in brackets at the end is not counted."""
    ends, most = (r"[.?!]+(?:\s|$)", ENGLISH_WORDS_MOST) if is_english else ("[。？！；]", CHINESE_CHARACTERS_MOST)
    found = []
    for sentence in re.split(ends, _SOURCE.sub("", text)):
        length = len(sentence.split()) if is_english else _characters(sentence)
        if length > most:
            found.append(f"a sentence of {length}, at most {most}: make two of {sentence!r}")
    return found


def _characters(sentence: str) -> int:
    """Return the length of a Chinese sentence: a character, a figure or a Latin word counts one, a mark nothing."""
    return len(re.findall(rf"\{{\w+\}}|[A-Za-z0-9.%¥]+|[{HAN}]", sentence))


def chinese_marks(text: str) -> list[str]:
    """Complain about marks and spaces that Chinese writes otherwise."""
    found = []
    if _HALF_WIDTH.search(text) or '"' in text or "..." in text:
        found.append("a half-width mark beside Chinese: use the full-width one")
    if _BESIDE_FULL_WIDTH.search(text):
        found.append("a space beside a full-width mark: leave it out")
    if re.search(r"\s[%％]|％", text):
        found.append("a percent sign with a space or full-width: write 18%")
    if re.search("[０-９Ａ-Ｚａ-ｚ]", text):
        found.append("full-width digits or letters: write them half-width")
    if "  " in text or text != text.strip():
        found.append("a space too many")
    shown = _DAY_WRITTEN.sub("日", FIGURE.sub(_stand_in, text))
    if _NO_SPACE.search(shown):
        found.append(f"no space between Chinese and letters or figures: {_NO_SPACE.search(shown).group(0)!r}")
    if re.search(rf"[{HAN}]\s+[{HAN}]", shown):
        found.append("a space between Chinese characters: leave it out")
    return found


def _stand_in(figure: re.Match[str]) -> str:
    """Return what a figure looks like at its edges: a mark where that is not known, else a number."""
    return "”" if figure.group(1) in WORDED else "0"


def english_marks(text: str) -> list[str]:
    """Complain about marks and spaces that English writes otherwise."""
    found = []
    if re.search(r"[，。；：、？！（）《》]", text):
        found.append("a full-width mark: use the English one")
    if re.search(r"\s[,.;:?!%)]|\(\s|  ", text) or text != text.strip():
        found.append("a space too many")
    if '"' in text:
        found.append("straight quotes: use “ and ”")
    if re.search(rf"[{HAN}]", text):
        found.append("Chinese in an English message")
    return found


def one_sided(zh: dict[str, str], en: dict[str, str]) -> list[str]:
    """Complain about messages that one language lacks, and about figures that only one of them names."""
    found = [f"{key}: in one language only" for key in sorted(zh.keys() ^ en.keys())]
    for key in sorted(zh.keys() & en.keys()):
        names = set(FIGURE.findall(zh[key])), set(FIGURE.findall(en[key]))
        if names[0] != names[1]:
            found.append(f"{key}: the figures {sorted(names[0] ^ names[1])} are in one language only")
        found += [f"{key}: no words" for text in (zh[key], en[key]) if not text.strip()]
    return found


def unbound_claims(text: str, words: list[str], *, is_english: bool) -> list[str]:
    """Complain about words that claim what a rule grants where no source of a rule is named."""
    if "{source}" in text:
        return []
    joined = "|".join(words)
    match = re.search(rf"\b(?:{joined})\b" if is_english else joined, FIGURE.sub("", text), re.IGNORECASE)
    return [f"{match.group(0)!r} claims a rule: name it with {{source}}"] if match else []
