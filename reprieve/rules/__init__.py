"""Rule packs: what a law, a notice or a standard sets, as dated and cited data. Packs choose values, never methods.

`rules(place, on)` is the way in; `load(place)` returns a whole pack. Calling the package itself, as in
`reprieve.rules("cn", on)`, is the same as calling `rules`.
"""

import sys
from types import ModuleType
from typing import Any

from reprieve.rules.load import load, load_with, places, rules
from reprieve.rules.pack import Pack, RulesInForce
from reprieve.rules.rule import NotEncoded, Rule, Source

__all__ = ["NotEncoded", "Pack", "Rule", "RulesInForce", "Source", "load", "load_with", "places", "rules"]


class _CallablePackage(ModuleType):
    """The front door offers a function and Python a package by the name `reprieve.rules`; this lets it be both."""

    def __call__(self, *arguments: Any, **named: Any) -> RulesInForce:
        return rules(*arguments, **named)


sys.modules[__name__].__class__ = _CallablePackage
