"""Every error and refusal a caller may meet, one family. Never formats for a screen and never decides anything."""

from __future__ import annotations

from dataclasses import dataclass


class ReprieveError(Exception):
    """The family: catch this to catch everything Reprieve raises on purpose."""


class Unavailable(ReprieveError):
    """What Reprieve needs cannot be reached right now, a database for one; the sentence says what to do."""


class _PathError(ReprieveError):
    """An error at one place of a document."""

    def __init__(self, path: str, found: str, allowed: str, sentence: str, code: str = "") -> None:
        sentence = sentence or f"At {path}: found {found}; allowed is {allowed}."
        super().__init__(sentence)
        self.path = path
        self.found = found
        self.allowed = allowed
        self.sentence = sentence
        self.code = code

    def __str__(self) -> str:
        return self.sentence

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.path, self.found, self.allowed, self.sentence, self.code)


class BadInput(_PathError):
    """A document, a flag or an argument that cannot be read.

    `path` is the JSON path (`$.contract.penalty.base`), `found` what stands there, `allowed` what may stand there,
    `sentence` all of it in one English sentence (made of the three where left out), `code` a stable word for programs.
    `errors` lists every error found in the same document, this one first.
    """

    def __init__(
        self,
        path: str,
        found: str,
        allowed: str,
        sentence: str = "",
        code: str = "invalid",
        errors: tuple[BadInput, ...] = (),
    ) -> None:
        super().__init__(path, found, allowed, sentence, code)
        self.errors: tuple[BadInput, ...] = errors or (self,)


class Unsupported(_PathError):
    """A well-formed combination of terms that is not in the published matrix (`docs/reference/supported.md`).

    The fields are those of `BadInput`.
    """

    def __init__(self, path: str, found: str, allowed: str, sentence: str = "", code: str = "unsupported") -> None:
        super().__init__(path, found, allowed, sentence, code)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A business no, returned and not raised: the rule that says no, why, and where the rule comes from."""

    rule: str
    because: str
    source: str

    def __str__(self) -> str:
        return f"{self.because} ({self.rule}; {self.source})"


class Refused(ReprieveError):
    """Business noes carried to a door that can only raise; code that decides returns `Refusal` instead."""

    def __init__(self, refusals: tuple[Refusal, ...]) -> None:
        super().__init__(refusals)
        self.refusals = refusals

    def __str__(self) -> str:
        return "\n".join(map(str, self.refusals))
