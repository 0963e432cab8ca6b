"""The published matrix: which methods go with which interest, surplus and options. `docs/reference/supported.md` is
written from this table. Never computes anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from reprieve.errors import Unsupported
from reprieve.lending.json_document import path_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reprieve.lending.case_file import CaseFile
    from reprieve.lending.contract import Contract
    from reprieve.lending.relief_event import Restructure

METHODS: Final = ("level_instalment", "level_principal", "interest_only", "bullet", "flat", "explicit")
SURPLUSES: Final = ("hold", "next_instalment", "shorten", "lower", "principal")

_ALL: Final = frozenset(SURPLUSES)
_NOT_SOLVED_AGAIN: Final = frozenset({"hold", "next_instalment", "principal"})
_ROWS_FIXED: Final = frozenset({"hold", "next_instalment"})

MATRIX: Final[dict[tuple[str, str], frozenset[str]]] = {
    ("level_instalment", "scheduled"): _ALL,
    ("level_instalment", "daily"): _ALL,
    ("level_principal", "scheduled"): _ALL,
    ("level_principal", "daily"): _ALL,
    ("interest_only", "scheduled"): _ALL,
    ("interest_only", "daily"): _ALL,
    ("bullet", "scheduled"): _ALL,
    ("bullet", "daily"): _ALL,
    ("flat", "scheduled"): _ROWS_FIXED,
    ("flat", "daily"): frozenset(),
    ("explicit", "scheduled"): _NOT_SOLVED_AGAIN,
    ("explicit", "daily"): _NOT_SOLVED_AGAIN,
}
"""Surplus rules that are supported, by method and interest; none means that the pair itself is not."""

_LEVEL: Final = frozenset({"level_instalment"})
_LEVELS: Final = frozenset({"level_instalment", "level_principal"})
_SOLVED: Final = frozenset(METHODS) - {"explicit"}

OPTIONS: Final[dict[str, frozenset[str]]] = {
    "instalment": _LEVEL,
    "even_last": _LEVEL,
    "instalment_multiple": _LEVEL,
    "balloon": _LEVELS,
    "principal_grace": _LEVELS,
    "principal_every": frozenset({"level_principal"}),
    "down_payment": _SOLVED,
    "financed fee": _SOLVED,
    "given row interest": frozenset({"explicit"}),
}
"""Methods that an option goes with."""

PLAN_METHODS: Final = ("level_instalment", "level_principal", "interest_only", "bullet")
"""Methods of a restructure's plan."""
STEP_UP_METHODS: Final = ("level_instalment",)
"""Methods of a plan that a step-up goes with."""
DUE_DAY_UNITS: Final = ("month",)
"""Units of a period whose due day can change."""


def refuse_unsupported(case: CaseFile) -> None:
    """Raise `Unsupported` for the first combination of a case that is not in the matrix."""
    contract = case.contract
    _refuse_pair(contract)
    _refuse_options(contract)
    _refuse_given_interest(contract)
    for place, event in enumerate(case.events):
        if event.kind == "restructure":
            _refuse_plan(event, ("events", place))
        if event.kind == "due_day_change" and (contract.period is None or contract.period.unit not in DUE_DAY_UNITS):
            path = path_of(("events", place, "kind"))
            sentence = f'At {path}: "due_day_change" is supported with periods of months only.'
            raise Unsupported(path, '"due_day_change"', "periods of months", sentence)


def _refuse_pair(contract: Contract) -> None:
    method, interest, surplus = contract.method, contract.interest, contract.allocation.surplus
    surpluses = MATRIX[method, interest]
    if not surpluses:
        other = [word for word in ("scheduled", "daily") if MATRIX[method, word]]
        raise _unsupported(("contract", "interest"), interest, other, f'method "{method}"')
    if surplus not in surpluses:
        known = [word for word in SURPLUSES if word in surpluses]
        where = ("contract", "allocation", "surplus")
        raise _unsupported(where, surplus, known, f'method "{method}" with interest "{interest}"')


def _refuse_options(contract: Contract) -> None:
    used: dict[str, tuple[tuple[str | int, ...], Any]] = {}
    for key, without in (
        ("instalment", None), ("even_last", False), ("instalment_multiple", 1), ("balloon", 0),
        ("principal_grace", 0), ("principal_every", 1), ("down_payment", 0),
    ):  # fmt: skip
        if getattr(contract, key) != without:
            used[key] = (("contract", key), getattr(contract, key))
    for place, fee in enumerate(contract.fees):
        if fee.collected == "financed":
            used["financed fee"] = (("contract", "fees", place, "collected"), "financed")
    for option, (where, found) in used.items():
        if contract.method not in OPTIONS[option]:
            known = [method for method in METHODS if method in OPTIONS[option]]
            path = path_of(where)
            allowed = "only with the methods " + ", ".join(known)
            sentence = f'At {path}: {option} does not go with method "{contract.method}"; it goes {allowed}.'
            raise Unsupported(path, str(found), allowed, sentence)


def _refuse_given_interest(contract: Contract) -> None:
    """Rows whose interest is given are fixed: nothing accrues on them day by day, and no prepayment changes them."""
    if all(row.interest is None for row in contract.rows):
        return
    what = "rows whose interest is given"
    if contract.interest != "scheduled":
        raise _unsupported(("contract", "interest"), contract.interest, ["scheduled"], what)
    if contract.allocation.surplus not in _ROWS_FIXED:
        where = ("contract", "allocation", "surplus")
        raise _unsupported(where, contract.allocation.surplus, ["hold", "next_instalment"], what)


def _refuse_plan(plan: Restructure, where: tuple[str | int, ...]) -> None:
    if plan.method not in PLAN_METHODS:
        raise _unsupported((*where, "method"), plan.method, list(PLAN_METHODS), "a plan")
    if plan.step_up is not None and plan.method not in STEP_UP_METHODS:
        raise _unsupported((*where, "method"), plan.method, list(STEP_UP_METHODS), "a step-up")


def _unsupported(where: tuple[str | int, ...], found: str, known: Sequence[str], beside: str) -> Unsupported:
    path, allowed = path_of(where), " or ".join(f'"{word}"' for word in known)
    sentence = f'At {path}: "{found}" is not supported with {beside}; supported is {allowed}.'
    return Unsupported(path, f'"{found}"', allowed, sentence)


def supported_page() -> str:
    """Return the reference page of the matrix (`docs/reference/supported.md`)."""
    lines = [
        "# What is supported",
        "",
        "This page is written from the table in `reprieve/lending/supported.py` by `python -m reprieve.cli schemas`.",
        "A combination that is not here is refused: exit code 1, the JSON path, what was found and what is allowed.",
        "",
        "## Method, interest and surplus",
        "",
        "| `method` | `interest` | " + " | ".join(f"`{surplus}`" for surplus in SURPLUSES) + " |",
        "|---|---|" + "---|" * len(SURPLUSES),
    ]
    for (method, interest), surpluses in MATRIX.items():
        marks = " | ".join("yes" if surplus in surpluses else "no" for surplus in SURPLUSES)
        lines.append(f"| `{method}` | `{interest}` | {marks} |")
    lines += [
        "",
        "Rows whose interest is given go with `scheduled` only, and with `hold` and `next_instalment` only.",
        "",
        "## Options and methods",
        "",
        "| option | " + " | ".join(f"`{method}`" for method in METHODS) + " |",
        "|---|" + "---|" * len(METHODS),
    ]
    for option, methods in OPTIONS.items():
        marks = " | ".join("yes" if method in methods else "no" for method in METHODS)
        lines.append(f"| {option if ' ' in option else f'`{option}`'} | {marks} |")
    plans, step_ups = (" and ".join(f"`{method}`" for method in methods) for methods in (PLAN_METHODS, STEP_UP_METHODS))
    lines += [
        "",
        "## Events",
        "",
        f"The plan of a `restructure` is made by {plans}; a `step_up` goes with {step_ups}.",
        "A `due_day_change` goes with periods of months.",
        "",
    ]
    return "\n".join(lines)
