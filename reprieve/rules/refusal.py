"""A rule that says no, in words. Never judges: the code that does returns the rule, and a door asks for the words."""

from reprieve.errors import Refusal
from reprieve.rules.rule import Rule


def refuse(rule: Rule, language: str) -> Refusal:
    """Return the refusal of a rule in `zh` or `en`: its key, its sentence and its citation."""
    return Refusal(rule.key, rule.says[language], rule.cite(language))
