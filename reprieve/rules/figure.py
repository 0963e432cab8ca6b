"""Reads the figure of a rule as the type its unit promises. Never converts between units."""

from decimal import Decimal

from reprieve.rules.rule import Rule


def whole(rule: Rule) -> int:
    """Return the whole number of a rule in days, months, years, counts or minor units."""
    assert isinstance(rule.value, int), f"{rule.key} is a {rule.unit}"
    return rule.value


def exact(rule: Rule) -> Decimal:
    """Return the number of a rule as a decimal, whole or not."""
    assert isinstance(rule.value, int | Decimal), f"{rule.key} is a {rule.unit}"
    return Decimal(rule.value)
