"""The terms of one debt with every gap filled: each filling is a message. Never computes what the debt becomes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import reprieve
from reprieve.engine.money import HALF_EVEN, multiply_divide
from reprieve.errors import BadInput, Unsupported
from reprieve.lending.bad_input import bad_value
from reprieve.lending.guide.ceiling import ceiling_of
from reprieve.lending.guide.guide_answer import as_percent
from reprieve.lending.guide.law import Law
from reprieve.lending.guide.request import Debt, Original
from reprieve.words.message import Count, Figure, Message, Name, Percent

NANO: Final = 10**9
YEAR_DAYS: Final = 365
FURTHEST: Final = 365
"""The furthest day the guide looks at."""
LATE_MULTIPLE_KEY: Final = "penalty.multiple_most"
_MONTHLY: Final = {"day_count": "equal_periods", "interest": "scheduled", "period": "1 month"}
ALLOCATION: Final = {
    "order": ["fee", "penalty", "interest", "principal"],
    "across": "oldest_instalment_first",
    "surplus": "hold",
}


@dataclass(frozen=True)
class Terms:
    """One debt as it is computed with."""

    debt: Debt
    place: int
    on: date
    currency: str
    rate: Decimal
    """The contract rate a year."""
    multiple: Decimal
    """Late interest as a multiple of it."""
    parts: dict[str, int]
    """What is overdue by component, in minor units."""
    split: str
    is_rate_known: bool = True
    assumptions: tuple[Message, ...] = field(default=())

    @property
    def due_on(self) -> date:
        """The oldest missed due date; the day itself where lateness is not known."""
        return self.on - timedelta(self.debt.days_overdue or 0)

    @property
    def late_rate(self) -> Decimal:
        """What overdue principal bears a year."""
        return self.rate * self.multiple

    @property
    def not_due(self) -> int:
        """Principal that has not fallen due, in minor units."""
        return self.debt.not_due.principal if self.debt.not_due else 0

    @property
    def total(self) -> int:
        """All that is owed today, in minor units."""
        return self.debt.overdue + self.not_due

    def case(self, *, ceiling: Decimal | None = None, payments: tuple[tuple[date, int], ...] = ()) -> reprieve.Case:
        """Return the debt as a case: its balances taken over today, payments to come, a ceiling if one is asked for."""
        contract = {**self._contract(), **_ceilings(ceiling)}
        if payments:
            contract["allocation"] = {**ALLOCATION, "surplus": "principal" if self.not_due else "hold"}
        paid = [{"kind": "payment", "on": day.isoformat(), "amount": amount} for day, amount in payments]
        return reprieve.Case.read({"contract": contract, "events": [self._opening(), *paid]})

    def _contract(self) -> dict[str, Any]:
        rows = self.debt.not_due.instalments if self.debt.not_due else 1
        return {
            "currency": self.currency,
            "principal": self.total,
            "disbursed_on": (self.due_on - timedelta(31)).isoformat(),
            "annual_rate": f"{self.rate:f}",
            "method": "level_instalment" if self.debt.not_due else "bullet",
            "instalments": rows,
            "period": "1 month",
            "first_due_on": self.due_on.isoformat(),
            "day_count": "equal_periods" if self.debt.not_due else "act_365",
            "penalty": {
                "multiple": f"{self.multiple:f}", "base": "principal", "replaces_interest": True,
                "day_count": "act_365",
            },
            "allocation": ALLOCATION,
        }  # fmt: skip

    def _opening(self) -> dict[str, Any]:
        not_due = self.debt.not_due
        opening: dict[str, Any] = {
            "kind": "opening",
            "on": self.on.isoformat(),
            "balances": {**self.parts, "principal_not_due": self.not_due},
        }
        if self.debt.overdue:
            opening["oldest_unpaid_due_on"] = self.due_on.isoformat()
        if not_due:
            opening |= {"instalments": not_due.instalments, "next_due_on": not_due.next_due_on.isoformat()}
        return opening


def terms_of(debt: Debt, place: int, on: date, currency: str, law: Law) -> Terms:
    """Return a debt's terms with every gap filled, and what was assumed for it."""
    if debt.not_due and debt.not_due.next_due_on <= on:
        path = f"$.debts[{place}].not_due.next_due_on"
        raise bad_value(path, debt.not_due.next_due_on, f"a day after {on}, when the next instalment falls due")
    _check_signing(debt, place, on)
    rate, is_known, about_rate = _rate(debt, place, law, currency)
    multiple, about_multiple = _multiple(debt, law, is_known)
    parts, split, about_split = _parts(debt, rate * multiple)
    about = (*about_rate, *about_multiple, *about_split, *_about_lateness(debt))
    terms = Terms(debt, place, on, currency, rate, multiple, parts, split, is_known, about)
    _check_computable(terms)
    return terms


def _check_signing(debt: Debt, place: int, on: date) -> None:
    """Refuse a contract of a day to come, and lateness from before the contract."""
    signed_on = debt.original.signed_on if debt.original else None
    if signed_on is None:
        return
    if signed_on > on:
        raise bad_value(f"$.debts[{place}].original.signed_on", signed_on, f"a day no later than {on}")
    if (debt.days_overdue or 0) > (on - signed_on).days:
        allowed = f"at most {(on - signed_on).days} days, since the contract is of {signed_on}"
        raise bad_value(f"$.debts[{place}].days_overdue", debt.days_overdue, allowed)


def _check_computable(terms: Terms) -> None:
    """Refuse what the engine cannot carry a year on: instalments too small to repay, figures beyond its integers."""
    try:
        reprieve.project(terms.case(), [FURTHEST], terms.on)
    except Unsupported:
        path = f"$.debts[{terms.place}]" + (".not_due" if terms.not_due else "")
        found = f"{terms.total} minor units at {as_percent(terms.rate):f}% a year"
        allowed = "an amount and a rate that can be computed: fewer instalments, or a smaller amount or rate"
        raise BadInput(path, found, allowed, code="not_computable") from None


def flat_case(
    original: Original, monthly_share: Decimal, currency: str, fees: Sequence[dict[str, Any]] = ()
) -> reprieve.Case:
    """Return a loan that repays equal principal beside a share of the money first borrowed each month."""
    fee = {"name": "flat", "payee": "lender", "when": "each_instalment", "rate": f"{monthly_share:f}"}
    return signed_case(original, Decimal(0), currency, [fee, *fees])


def signed_case(
    original: Original, rate: Decimal, currency: str, fees: list[dict[str, Any]], on: date = date(2001, 1, 1)
) -> reprieve.Case:
    """Return the loan as it was signed: level instalments by equal months, with its fees."""
    contract: dict[str, Any] = {
        "currency": currency, "principal": original.principal, "annual_rate": f"{rate:f}",
        "disbursed_on": (original.signed_on or on).isoformat(), "method": "level_instalment",
        "instalments": original.instalments, "fees": fees, "allocation": ALLOCATION, **_MONTHLY,
    }  # fmt: skip
    if original.instalment is not None:
        contract["instalment"] = original.instalment
    return reprieve.Case.read({"contract": contract, "events": []})


def _rate(debt: Debt, place: int, law: Law, currency: str) -> tuple[Decimal, bool, list[Message]]:
    if debt.rate is not None:
        return debt.rate.per_year("act_365"), True, []
    if debt.flat_rate is not None:
        assert debt.original is not None, "the request asks for it"
        cost = reprieve.cost(flat_case(debt.original, debt.flat_rate.value, currency))
        rate = Decimal(str(cost["apr"]["cn_simple"])).scaleb(-2).quantize(Decimal("0.000001"))
        shares = {"flat": Percent(as_percent(debt.flat_rate.value)), "rate": Percent(as_percent(rate, 2))}
        return rate, True, [Message("guide.assumed.flat_rate", shares)]
    if debt.original is not None and debt.original.instalment is not None:
        rate = _rate_of(debt.original, place)
        return rate, True, [Message("guide.assumed.solved_rate", {"rate": Percent(as_percent(rate, 2))})]
    ceiling = ceiling_of(law)
    if ceiling is None:
        raise bad_value(f"$.debts[{place}].rate", None, 'the contract rate, such as "18%"; it stands in the contract')
    return (
        ceiling.rate,
        False,
        [Message("guide.assumed.rate", {"rate": Percent(as_percent(ceiling.rate))}, ceiling.key)],
    )


def _rate_of(original: Original, place: int) -> Decimal:
    """Return the rate a year at which equal monthly payments repay what was borrowed, to a millionth."""
    assert original.instalment is not None, "the caller looks"
    least = original.principal // original.instalments + 1
    if original.instalment < least:
        path = f"$.debts[{place}].original.instalment"
        raise bad_value(path, original.instalment, f"at least {least}, so that all instalments repay `principal`")
    flows = {
        "convention": "cn_simple",
        "advances": [{"on": "2001-01-01", "amount": original.principal}],
        "payments": [
            {"on": "2001-02-01", "amount": original.instalment, "count": original.instalments, "every": "1 month"}
        ],
    }
    return Decimal(str(reprieve.apr(flows)["apr_percent"])).scaleb(-2).quantize(Decimal("0.000001"))


def _multiple(debt: Debt, law: Law, is_rate_known: bool) -> tuple[Decimal, list[Message]]:
    """Return late interest as a multiple of the contract rate; an assumed rate is a ceiling on lateness too."""
    if debt.penalty_multiple is not None:
        return debt.penalty_multiple, []
    if not is_rate_known:
        return Decimal(1), []
    rule = next((rule for rule in law.rules.all(LATE_MULTIPLE_KEY) if rule.key == LATE_MULTIPLE_KEY), None)
    if rule is None or not isinstance(rule.value, Decimal):
        return Decimal(1), [Message("guide.assumed.no_late_rate")]
    return rule.value, [Message("guide.assumed.late_rate", {"multiple": Name(f"{rule.value.normalize():f}")}, rule.key)]


def _parts(debt: Debt, late_rate: Decimal) -> tuple[dict[str, int], str, list[Message]]:
    if debt.parts is not None:
        return debt.parts.model_dump(), "given", []
    days = debt.days_overdue or 0
    parts = dict.fromkeys(("principal", "interest", "penalty", "fees"), 0)
    parts["principal"] = principal_in(debt.overdue, late_rate, days)
    parts["penalty"] = debt.overdue - parts["principal"]
    if not debt.overdue or not parts["penalty"]:
        return parts, "all_principal", [Message("guide.assumed.all_principal")] if debt.overdue else []
    figures: dict[str, Figure] = {"rate": Percent(as_percent(late_rate)), "days": Count(days)}
    return parts, "late_interest_first", [Message("guide.assumed.late_interest_first", figures)]


def principal_in(overdue: int, late_rate: Decimal, days: int) -> int:
    """Return the principal that, with its own late interest of some days, comes to an overdue amount.

    The stated split rule: overdue ÷ (1 + late rate × days ÷ 365), half to even; the rest is late interest.

    >>> principal_in(800_000, Decimal("0.27"), 60)
    766002
    """
    nano = int(late_rate.scaleb(9))
    return int(multiply_divide(overdue, NANO * YEAR_DAYS, NANO * YEAR_DAYS + nano * days, HALF_EVEN))


def _about_lateness(debt: Debt) -> list[Message]:
    said = []
    if debt.overdue and debt.days_overdue is None:
        said.append(Message("guide.assumed.days"))
    if debt.overdue and debt.accelerated is None and debt.not_due is None:
        said.append(Message("guide.assumed.whole"))
    return said


def _ceilings(rate: Decimal | None) -> dict[str, Any]:
    if rate is None:
        return {}
    return {"ceilings": [{"rate": f"{rate:f}", "measure": "simple_on_outstanding", "clamp": "each_day"}]}
