"""A loan of a bench book as a case file, and the reference's answer as the kernel's columns. Never asks the kernel."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import numpy as np

from reprieve.engine import calendar as cal
from reprieve.engine import events as ev
from reprieve.engine import money
from reprieve.engine import records as rec
from reprieve.engine import terms as term
from reprieve.engine.batch import Book

_EPOCH: Final = date(1970, 1, 1)
_PARTS: Final = {
    "due": rec.O_DUE_PRINCIPAL,
    "arrears": rec.O_ARREARS_PRINCIPAL,
    "parked": rec.O_PARKED_PRINCIPAL,
}
_COMPONENTS: Final = ("principal", "interest", "penalty", "fees")
_WAIVED: Final = ("fees", "penalty", "interest", "principal")


def case_of(book: Book, loan: int) -> dict[str, Any]:
    """Return the case of one loan of a book that `books` drew."""
    events = range(int(book.offsets[loan]), int(book.offsets[loan + 1]))
    return {
        "contract": _contract(book.terms[loan].tolist(), book.fees),
        "events": [event_of(book, at, at - events.start) for at in events],
    }


def figures_of(answer: dict[str, Any]) -> list[int]:
    """Return the reference's position as the kernel's columns."""
    figures = [0] * rec.POSITION_WIDTH
    for part, place in _PARTS.items():
        for at, component in enumerate(_COMPONENTS):
            figures[place + at] = answer[part][component]
    figures[rec.O_ACCRUED_INTEREST] = answer["accrued"]["interest"]
    figures[rec.O_NOT_DUE_PRINCIPAL] = answer["not_due"]["principal"]
    figures[rec.O_HELD] = answer["held"]
    figures[rec.O_PAYOFF] = answer["payoff"]
    figures[rec.O_DAYS_PAST_DUE] = answer["days_past_due"]
    figures[rec.O_CONTRACTUAL_DAYS_PAST_DUE] = answer["contractual_days_past_due"]
    figures[rec.O_STATUS] = rec.STATUSES.index(answer["status"])
    figures[rec.O_NEXT_DUE_ON] = -1
    if answer["next_due"] is not None:
        figures[rec.O_NEXT_DUE_ON] = (date.fromisoformat(answer["next_due"]["on"]) - _EPOCH).days
        figures[rec.O_NEXT_DUE_AMOUNT] = answer["next_due"]["amount"]
    return figures


def day_text(day: int) -> str:
    """Return a day number as an ISO date."""
    return (_EPOCH + timedelta(int(day))).isoformat()


def _name(table: dict[str, int], code: int) -> str:
    return next(name for name, number in table.items() if number == code)


def _rate(value: int) -> str:
    return f"{Decimal(int(value)) / term.RATE_UNIT:f}"


def _share(value: int) -> str:
    return f"{Decimal(int(value)) / term.SHARE_UNIT:f}"


def _contract(t: list[int], fees: np.ndarray) -> dict[str, Any]:
    rounding = _name(money.ROUNDINGS, t[term.ROUNDING])
    return {
        "currency": "CNY", "principal": t[term.PRINCIPAL], "disbursed_on": day_text(t[term.DISBURSED_ON]),
        "annual_rate": _rate(t[term.RATE]), "method": "level_instalment", "instalments": t[term.INSTALMENTS],
        "period": "1 month", "first_due_on": day_text(t[term.FIRST_DUE_ON]), "due_day": t[term.DUE_DAY],
        "instalment": t[term.INSTALMENT], "day_count": _name(cal.DAY_COUNTS, t[term.DAY_COUNT]),
        "interest": "daily" if t[term.DAILY] else "scheduled", "rounding": rounding, "instalment_rounding": rounding,
        "grace_days": t[term.GRACE_DAYS], "tolerance": t[term.TOLERANCE],
        "penalty": {"multiple": "1.5", "base": "principal", "replaces_interest": True, "day_count": "act_365"},
        "late_fee": _late_fee(t),
        "allocation": {
            "order": ["fee", "penalty", "interest", "principal"],
            "across": "component_first" if t[term.COMPONENT_FIRST] else "oldest_instalment_first",
            "surplus": _name(term.SURPLUSES, t[term.SURPLUS]),
        },
        "fees": [_fee(fees[t[term.FEES_AT]])] if t[term.FEES_N] else [],
    }  # fmt: skip


def _late_fee(t: list[int]) -> dict[str, Any] | None:
    if t[term.LATE_KIND] == term.NONE:
        return None
    if t[term.LATE_KIND] == term.FIXED:
        return {"fixed": t[term.LATE_VALUE]}
    fee = {"percent": _share(t[term.LATE_VALUE]), "min": t[term.LATE_MIN], "max": t[term.LATE_MAX]}
    return {key: value for key, value in fee.items() if value != -1}


def _fee(fee: np.ndarray) -> dict[str, Any]:
    value = int(fee[term.FEE_VALUE])
    size = {"rate": _rate(value)} if fee[term.FEE_RATE] else {"amount": value}
    return {
        "name": "service fee", "payee": "lender", "when": "each_instalment", "base": "original", "collected": "paid",
        "on_payoff": "stops", "in_apr": True, **size,
    }  # fmt: skip


def event_of(book: Book, at: int, place: int) -> dict[str, Any]:
    """Return one event as a case file has it; `place` counts the loan's events."""
    kind, amount, argument = int(book.kind[at]), int(book.amount[at]), int(book.argument[at])
    event: dict[str, Any] = {"id": f"{place:04}", "on": day_text(book.on[at]), "kind": ev.KINDS[kind]}
    if kind == ev.PAYMENT:
        return event | {"amount": amount}
    if kind == ev.FEE_EVENT:
        return event | {"name": "notice", "amount": amount}
    if kind == ev.WAIVER:
        return event | {"component": _WAIVED[argument], "amount": "all" if amount == -1 else amount}
    if kind == ev.RATE_CHANGE:
        return event | {"annual_rate": _rate(argument)}
    if kind == ev.RETURN:
        return event | {"of": f"{argument:04}", "mode": "returned"}
    if kind == ev.PAUSE:
        return event | _pause(book.extra[argument : argument + ev.PAUSE_WIDTH].tolist())
    assert kind == ev.RESTRUCTURE, "a kind that the books do not draw"
    return event | _plan(book.extra[argument : argument + ev.PLAN_WIDTH].tolist())


def _pause(fields: list[int]) -> dict[str, Any]:
    return {
        "from": day_text(fields[ev.PAUSE_FROM]),
        "to": day_text(fields[ev.PAUSE_TO]),
        "rows": _name(ev.PAUSE_ROW_MODES, fields[ev.PAUSE_ROWS]),
        "interest": "accrues" if fields[ev.PAUSE_RATE] == -1 else "frozen",
        "accrued": _name(ev.PAUSE_ACCRUALS, fields[ev.PAUSE_ACCRUED]),
        "ageing": "stopped" if fields[ev.PAUSE_AGEING_STOPS] else "runs",
        "penalty": "stopped" if fields[ev.PAUSE_PENALTY_STOPS] else "runs",
    }


def _plan(fields: list[int]) -> dict[str, Any]:
    width = len(ev.TREATMENTS)
    claims = {}
    for place, component in enumerate(ev.CLAIM_COMPONENTS):
        start = ev.PLAN_CLAIMS + place * width
        claims[component] = dict(zip(ev.TREATMENTS, fields[start : start + width], strict=True))
    return {
        "annual_rate": _rate(fields[ev.PLAN_RATE]),
        "method": "level_instalment",
        "instalments": fields[ev.PLAN_COUNT],
        "first_due_on": day_text(fields[ev.PLAN_FIRST_DUE]),
        "claims": claims,
        "parked": "end" if fields[ev.PLAN_PARKED_END] else "spread",
        "ageing": _name(ev.AGEINGS, fields[ev.PLAN_AGEING]),
        "kept_rows": fields[ev.PLAN_KEPT_ROWS] or None,
    }
