"""The rules a message may lean on: those in force that day, for that lender. Never holds a value of its own."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from reprieve.lending.guide.request import Debt
from reprieve.rules import Rule, RulesInForce, rules
from reprieve.words.message import Both, Figure, Message


@dataclass(frozen=True)
class Law:
    """The rules in force on a day, for a lender and a product where they are known."""

    rules: RulesInForce
    """The rules in force on the day of the answer."""
    at_signing: RulesInForce
    """Those in force on the day of the contract; of the answer's day where that is not known."""
    is_signing_known: bool = False

    @property
    def is_private(self) -> bool:
        """Whether the lender is a private person: no standard for institutions binds it, and it reports to nobody."""
        return self.rules.lender_type == "private"

    @property
    def place(self) -> str:
        """Whose rules they are."""
        return self.rules.place

    def find(self, key: str) -> Rule | None:
        """Return the rule of a key, if one certainly applies."""
        return self.rules.find(key)

    def value(self, key: str) -> Any:
        """Return the value of a rule that certainly applies, or nothing."""
        rule = self.find(key)
        return None if rule is None else rule.value

    def claim(self, words: str, key: str, **figures: Figure) -> list[Message]:
        """Return a message that a rule grants, with its source filled in as `source`; nothing without the rule."""
        rule = self.find(key)
        return [] if rule is None else [claimed(words, rule, **figures)]


def law_of(place: str, on: date, debt: Debt) -> Law:
    """Return the rules of a place on a day for the lender of a debt, which may be unknown."""
    lender = None if debt.lender == "unknown" else debt.lender
    signed_on = debt.original.signed_on if debt.original else None
    at_signing = rules(place, signed_on or on, lender, debt.product)
    return Law(rules(place, on, lender, debt.product), at_signing, signed_on is not None)


def quoted(law: Law, prefix: str) -> list[Message]:
    """Return every rule of a kind that certainly applies, in the pack's own words."""
    keys = dict.fromkeys(rule.key for rule in law.rules.all(prefix))
    return [message for key in keys for message in told(law, key)]


def told(law: Law, key: str) -> list[Message]:
    """Return the rule of this very key in the pack's own words, if it certainly applies."""
    rule = law.find(key)
    return [] if rule is None else [in_words(rule)]


def in_words(rule: Rule) -> Message:
    """Return a rule in the pack's own words."""
    return claimed("guide.rule", rule, says=Both(rule.says["zh"], rule.says["en"]))


def claimed(words: str, rule: Rule, **figures: Figure) -> Message:
    """Return a message that a rule grants, with the source of the rule as its figure `source`."""
    return Message(words, {**figures, "source": source_of(rule)}, rule.key)


def source_of(rule: Rule) -> Both:
    """Return where a rule stands, in both languages."""
    return Both(rule.cite("zh"), rule.cite("en"))
