"""Where a tidy check is set aside, each with its reason. An entry that is no longer needed fails the tests."""

PURE = ("reprieve/engine/", "reprieve/lending/", "reprieve/rules/", "reprieve/portfolio/", "reprieve/words/")
"""The layers whose answers depend on their arguments alone."""

LONGER_FILES: dict[str, tuple[int, str]] = {}
"""File: how many lines it may have, and why."""

LONGER_FUNCTIONS: dict[tuple[str, str], tuple[int, str]] = {}
"""File and function: how many code lines it may have, and why."""

FLOATS: dict[str, str] = {
    "reprieve/lending/json_document.py": "names the kind of a number that it then refuses; holds none",
}
"""Pure file that may name a float, and why. An iteration that solves for a rate belongs here, never one for money."""

DIVIDES: dict[str, str] = {
    "reprieve/engine/cost.py": "divides Decimal and Fraction only, where `/` is exact or rounds at stated digits",
    "reprieve/engine/day_count.py": "divides Fraction only, where `/` is exact",
    "reprieve/engine/internal_rate.py": "divides Decimal only, at the digits of its own context",
    "reprieve/engine/jit.py": "joins the path of the folder where compiled kernels are kept",
}
"""File of the engine that may use `/`, and why."""

ROUNDS: dict[str, str] = {
    "reprieve/lending/field.py": "asks whether a Decimal fits its places; what does not fit is refused, not rounded",
}
"""Pure file that may use the built-in round, and why."""

VAGUE_NAMES: dict[tuple[str, str], str] = {}
"""File and name that sounds vague but is the noun of the trade, and why."""
