"""What one debt becomes if nothing is paid: the engine's projection, beside the same under the legal ceiling."""

from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

import reprieve
from reprieve.lending.answers import Balance
from reprieve.lending.guide.guide_answer import Growth
from reprieve.lending.guide.law import Law
from reprieve.lending.guide.record import code_of
from reprieve.lending.guide.terms import FURTHEST, Terms

HORIZONS: Final = (30, 60, 90, 180, FURTHEST)


def growth_of(terms: Terms, law: Law, ceiling: Decimal | None) -> tuple[Growth, ...]:
    """Return what the debt becomes at each horizon; beside it at a ceiling where that lets less be charged."""
    charged = _projected(terms.case(), terms)
    held = _projected(terms.case(ceiling=ceiling), terms) if ceiling is not None else charged
    return tuple(_row(terms, law, days, at, at_most) for days, at, at_most in zip(HORIZONS, charged, held, strict=True))


def _projected(case: reprieve.Case, terms: Terms) -> list[dict[str, Any]]:
    days: list[dict[str, Any]] = reprieve.project(case, list(HORIZONS), terms.on)["days"]
    return days


def _row(terms: Terms, law: Law, days: int, at: dict[str, Any], at_most: dict[str, Any]) -> Growth:
    late = int(at["days_past_due"])
    is_known = terms.debt.days_overdue is not None or not terms.debt.overdue
    lower = int(at_most["outstanding"]["total"])
    return Growth(
        days=days,
        on=terms.on + timedelta(days),
        owed=Balance(**at["outstanding"]),
        added=at["outstanding"]["total"] - terms.total,
        days_past_due=late,
        record_code=code_of(law, late) if is_known else None,
        at_ceiling=lower if lower < at["outstanding"]["total"] else None,
    )
