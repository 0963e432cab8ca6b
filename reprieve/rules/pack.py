"""A rule pack: all rules of one place, and those in force on a day for a lender and a product. Never reads a file."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from hashlib import sha256
from itertools import combinations, groupby
from operator import attrgetter
from typing import Any

from reprieve.errors import BadInput
from reprieve.rules.rule import LENDERS, PRODUCTS, NotEncoded, Rule
from reprieve.rules.timeline import holds, meet


@dataclass(frozen=True)
class Pack:
    """The rules of one place, sorted by key and first day, and what the pack leaves out on purpose."""

    place: str
    rules: tuple[Rule, ...]
    not_encoded: tuple[NotEncoded, ...] = ()

    @cached_property
    def content_hash(self) -> str:
        """The SHA-256 of everything the pack says, in hex; layout and order of its files do not matter."""
        rules = [rule.to_dict() for rule in self.rules]
        content = {"place": self.place, "rules": rules, "not_encoded": [left.to_dict() for left in self.not_encoded]}
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return sha256(text.encode()).hexdigest()

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Every key of the pack once."""
        return tuple(self._by_key)

    @cached_property
    def _by_key(self) -> Mapping[str, tuple[Rule, ...]]:
        return {key: tuple(same) for key, same in groupby(self.rules, key=attrgetter("key"))}

    def history(self, key: str) -> tuple[Rule, ...]:
        """Return every rule of a key, the earliest first."""
        return self._by_key.get(key, ())

    def on(self, day: date, lender_type: str | None = None, product: str | None = None) -> "RulesInForce":
        """Return the rules in force on a day for a lender type and a product. Raises `BadInput` for unknown words."""
        _check_word("lender_type", lender_type, LENDERS)
        _check_word("product", product, PRODUCTS)
        return RulesInForce(self, day, lender_type, product)


@dataclass(frozen=True)
class RulesInForce:
    """What holds on one day. A lender type or product that was not said (None) could be any.

    `all()` lists every rule that may apply; `find` and `get` only answer with one that certainly does.
    """

    pack: Pack
    on: date
    lender_type: str | None = None
    product: str | None = None

    @property
    def place(self) -> str:
        """The place whose rules these are."""
        return self.pack.place

    def all(self, prefix: str = "") -> tuple[Rule, ...]:
        """Return the rules in force whose keys begin with a prefix, those beaten by a narrower one left out."""
        return self._held(rule for rule in self.pack.rules if rule.key.startswith(prefix))

    def find(self, key: str) -> Rule | None:
        """Return the narrowest rule of a key that certainly applies, or nothing."""
        held = self._held(self.pack.history(key))
        return next((rule for rule in held if rule.fits(self.lender_type, self.product)), None)

    def get(self, key: str) -> Rule:
        """Return the rule of a key. Raises `BadInput` saying when, or for whom, the pack does know it."""
        found = self.find(key)
        if found is None:
            raise self._unknown(key)
        return found

    def _held(self, rules: Iterable[Rule]) -> tuple[Rule, ...]:
        held = [
            rule
            for rule in rules
            if holds(rule.from_, rule.until, self.on) and rule.may_fit(self.lender_type, self.product)
        ]
        certain = [rule for rule in held if rule.fits(self.lender_type, self.product)]
        return tuple(rule for rule in held if not any(_beats(other, rule) for other in certain))

    def _unknown(self, key: str) -> BadInput:
        path, history = f"rules {self.place}: {key}", self.pack.history(key)
        if not history:
            close = ", ".join(get_close_matches(key, self.pack.keys, n=3)) or "`reprieve rules show` lists them"
            return BadInput(path, "no such rule", f"a key of the pack: {close}", code="unknown_rule")
        if not any(holds(rule.from_, rule.until, self.on) for rule in history):
            spans = _known_spans(history)
            allowed = f"a day the pack knows ({spans}), or a file of later values"
            sentence = f"At {path}: not known on {self.on}; the pack knows it {spans}. Load a file with later values."
            return BadInput(path, f"no value on {self.on}", allowed, sentence, "rule_not_known_then")
        scopes = sorted({", ".join((*rule.lenders, *rule.products)) or "all" for rule in history})
        found = f"lender type {self.lender_type or 'not said'}, product {self.product or 'not said'}"
        return BadInput(path, found, f"one it is for: {'; '.join(scopes)}", code="rule_not_for_these")


def make_pack(place: str, rules: Iterable[Rule], not_encoded: Iterable[NotEncoded] = ()) -> Pack:
    """Return a pack of rules that do not contradict each other. Raises `BadInput` where two answer one question."""
    in_order = sorted(rules, key=lambda rule: (rule.key, rule.from_, rule.lenders, rule.products))
    for _, same in groupby(in_order, key=attrgetter("key")):
        for first, second in combinations(same, 2):
            if _clash(first, second):
                raise _two_answers(place, first, second)
    return Pack(place, tuple(in_order), tuple(sorted(not_encoded, key=attrgetter("key"))))


def differences(pack: Pack, earlier: date, later: date, **scope: Any) -> list[tuple[str, Rule | None, Rule | None]]:
    """Return (key, rule on the earlier day, rule on the later) for every rule that is not the same on both."""
    before = {(rule.key, rule.scope): rule for rule in pack.on(earlier, **scope).all()}
    after = {(rule.key, rule.scope): rule for rule in pack.on(later, **scope).all()}
    changed = [where for where in {**before, **after} if before.get(where) is not after.get(where)]
    changed.sort(key=lambda where: (where[0], sorted(where[1][0]), sorted(where[1][1])))
    return [(where[0], before.get(where), after.get(where)) for where in changed]


def _beats(other: Rule, rule: Rule) -> bool:
    return other.key == rule.key and other.narrowness > rule.narrowness


def _clash(first: Rule, second: Rule) -> bool:
    if first.narrowness != second.narrowness or not meet((first.from_, first.until), (second.from_, second.until)):
        return False
    return all(one & other for one, other in zip(first.scope, second.scope, strict=True))


def _two_answers(place: str, first: Rule, second: Rule) -> BadInput:
    path = f"{place}: {first.key}: from"
    found = f"two rules for the same lenders and products on {second.from_}, one of them from {first.from_}"
    allowed = "one answer a day: end the earlier with `until`, or narrow one scope"
    return BadInput(path, found, allowed, code="two_answers")


def _known_spans(history: tuple[Rule, ...]) -> str:
    """Return the days a key is known for, in words: `from 2019-08-20 until 2026-01-01`."""
    joined: list[tuple[date, date | None]] = []
    for rule in history:
        if joined and joined[-1][1] == rule.from_:
            joined[-1] = (joined[-1][0], rule.until)
        else:
            joined.append((rule.from_, rule.until))
    return ", ".join(f"from {first}" + (f" until {end}" if end else "") for first, end in dict.fromkeys(joined))


def _check_word(name: str, found: str | None, words: tuple[str, ...]) -> None:
    if found is not None and found not in words:
        close = get_close_matches(found, words, n=1)
        hint = f' Did you mean "{close[0]}"?' if close else ""
        allowed = f"one of {', '.join(words)}"
        sentence = f'At {name}: found "{found}"; allowed is {allowed}.{hint}'
        raise BadInput(name, f'"{found}"', allowed, sentence, "unknown_word")
