"""What is owed today on one debt, and how each part comes about. Every figure is the engine's."""

from datetime import timedelta
from typing import Final

import reprieve
from reprieve.lending.answers import Balance
from reprieve.lending.guide.guide_answer import Owed, as_percent
from reprieve.lending.guide.terms import Terms
from reprieve.words.message import Count, Figure, Message, Money, Percent

NOTEWORTHY: Final = 100
"""A difference in minor units below which a stated sum counts as explained."""


def owed_of(terms: Terms) -> Owed:
    """Return what is owed today, by component, with the reasons."""
    days = reprieve.project(terms.case(), [0, 1], terms.on)["days"]
    return Owed(
        overdue=Balance(**terms.parts, total=terms.debt.overdue),
        not_due=terms.not_due,
        total=terms.total,
        split=terms.split,
        a_day=days[1]["outstanding"]["total"] - days[0]["outstanding"]["total"],
        why=(*_parts(terms), *_check(terms)),
    )


def explained_penalty(terms: Terms) -> int:
    """Return the late interest that the overdue principal bears from its due date to today, by the engine."""
    if not terms.debt.days_overdue or not terms.parts["principal"]:
        return 0
    parts = {**dict.fromkeys(terms.parts, 0), "principal": terms.parts["principal"]}
    debt = terms.debt.model_copy(update={"overdue": parts["principal"], "not_due": None, "days_overdue": 0})
    bare = Terms(debt, terms.place, terms.due_on, terms.currency, terms.rate, terms.multiple, parts, "given")
    return int(
        reprieve.position(bare.case(), terms.due_on + timedelta(terms.debt.days_overdue))["outstanding"]["penalty"]
    )


def _parts(terms: Terms) -> list[Message]:
    parts, said = terms.parts, []
    rates = {"interest": terms.rate, "penalty": terms.late_rate}
    if parts["principal"]:
        said.append(Message("guide.why.principal", {"amount": Money(parts["principal"])}))
    for part, rate in rates.items():
        if parts[part]:
            figures: dict[str, Figure] = {"amount": Money(parts[part]), "rate": Percent(as_percent(rate))}
            said.append(Message(f"guide.why.{part}", figures))
    if parts["fees"]:
        said.append(Message("guide.why.fees", {"amount": Money(parts["fees"])}))
    if terms.not_due:
        assert terms.debt.not_due is not None
        count = Count(terms.debt.not_due.instalments)
        said.append(Message("guide.why.not_due", {"amount": Money(terms.not_due), "count": count}))
    return said


def _check(terms: Terms) -> list[Message]:
    """Say where the lender's own late interest is more than the rate and the days explain."""
    if terms.split != "given" or not terms.debt.days_overdue:
        return []
    most = explained_penalty(terms)
    if terms.parts["penalty"] <= most + NOTEWORTHY:
        return []
    figures: dict[str, Figure] = {
        "stated": Money(terms.parts["penalty"]),
        "explained": Money(most),
        "rate": Percent(as_percent(terms.late_rate)),
        "days": Count(terms.debt.days_overdue),
    }
    return [Message("guide.why.penalty_unexplained", figures)]
