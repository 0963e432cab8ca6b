"""Where a tidy check is set aside, each with its reason. An entry that is no longer needed fails the tests."""

PURE = ("reprieve/engine/", "reprieve/lending/", "reprieve/rules/", "reprieve/portfolio/", "reprieve/words/")
"""The layers whose answers depend on their arguments alone."""

LONGER_FILES: dict[str, tuple[int, str]] = {
    "reprieve/engine/prepayment.py": (
        830,
        "the running row, prepayment, payoff and returns share one scratch; to be split",
    ),
    "reprieve/engine/relief.py": (520, "pauses and restructures meet in one fold; to be split by event"),
    "tests/reference/loan.py": (470, "one loan read from top to bottom beats three files that call each other"),
    "tests/reference/payments.py": (510, "allocation, surplus, payoff and returns follow one payment"),
    "tests/reference/relief.py": (470, "every event that changes terms, one after the other"),
}
"""File: how many lines it may have, and why."""

LONGER_FUNCTIONS: dict[tuple[str, str], tuple[int, str]] = {
    ("reprieve/engine/relief.py", "restructure"): (60, "the conservation of claims reads as one list of steps"),
    ("tests/reference/terms.py", "parse_terms"): (55, "one line a term, as the case file lists them"),
}
"""File and function: how many code lines it may have, and why."""

FLOATS: dict[str, str] = {
    "reprieve/lending/json_document.py": "names the kind of a number that it then refuses; holds none",
    "reprieve/lending/case.py": "turns rates in percent into JSON numbers, for showing; never money",
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
