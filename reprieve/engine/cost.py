"""What credit costs: annual percentage rates by four conventions, effective interest rates, the total cost of a loan.

Pure: amounts in minor units and times in, percentages as `Decimal` out, to 30 significant digits. Never rounds for
display and never judges a rate: the caller does both. A flow is `(when, amount)`, where `when` is a date, or an exact
number of years after some common start; the two do not mix in one calculation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from itertools import pairwise
from typing import Final, Literal, TypedDict

from reprieve.engine.internal_rate import DIGITS, Placed, Rate, internal_rate
from reprieve.engine.unit_period import (
    UnitPeriod,
    count_periods,
    eu_basis,
    eu_interval,
    find_unit_period,
    is_semimonthly,
    read_unit_period,
    series_due_day,
)
from reprieve.errors import BadInput

When = date | Fraction
Flow = tuple[When, int]
Convention = Literal["us_actuarial", "eu_effective", "cn_irr", "cn_simple"]

CONVENTIONS: Final[tuple[Convention, ...]] = ("us_actuarial", "eu_effective", "cn_irr", "cn_simple")

_MONTH: Final = UnitPeriod("month", 1)
_SEMIMONTH: Final = UnitPeriod("semimonth", 1)
_ANSWER: Final = Context(prec=DIGITS)
_WORK: Final = Context(prec=60)


@dataclass(frozen=True, slots=True)
class AprAnswer:
    """A yearly rate in percent, and what it was computed from.

    `periodic_rate` is the rate of one `unit_period` as a fraction of one; `iterations` counts how often the flows were
    valued. A rate is negative where less is paid than was advanced.
    """

    apr_percent: Decimal
    convention: str
    unit_period: str
    periodic_rate: Decimal
    iterations: int


@dataclass(frozen=True, slots=True)
class SplitPayment:
    """One payment of a schedule by what it pays; `fees` are those that enter an APR."""

    when: When
    principal: int = 0
    interest: int = 0
    fees: int = 0
    fees_outside_apr: int = 0


class CostOfCredit(TypedDict):
    """The cost of a schedule; rates in percent, amounts in minor units."""

    advanced: int
    total_repaid: int
    finance_charge: int
    interest: int
    fees: int
    fees_outside_apr: int
    apr_percent: dict[str, Decimal]
    irr_nominal_percent: Decimal
    irr_effective_percent: Decimal


@dataclass(frozen=True, slots=True)
class AmortisedCostRow:
    """One period of an amortised cost table, unrounded."""

    opening: Decimal
    interest: Decimal
    cash: Decimal
    closing: Decimal


def solve_apr(
    convention: str,
    advances: Sequence[Flow],
    payments: Sequence[Flow],
    unit_period: str | UnitPeriod | None = None,
) -> AprAnswer:
    """Return the annual percentage rate of plain cash flows.

    `us_actuarial`: Regulation Z Appendix J: the rate of one unit-period times the unit-periods in a year, a broken
    part of a unit-period bearing simple interest. The unit-period is found by (b)(4) when left out.
    `eu_effective`: Directive 2008/48/EC Annex I (2014/17/EU, 2023/2225 Annex III): effective yearly rate, intervals by
    remark (c); `unit_period` only says which basis they are stated in.
    `cn_irr`: (1 + r)^k - 1, and `cn_simple`: r * k, with r the rate of one period and k the periods in a year
    (PBoC notice 2021 No. 3, annex; k = 12 for months). Flows that do not lie on whole periods are placed by actual
    days over 365, and r is then the rate of one twelfth of a year.

    Raises `BadInput` for an unknown convention, no flows, mixed or negative ones, and flows with no rate or several.

    >>> month = Fraction(1, 12)
    >>> monthly = [(month * k, 883330) for k in range(1, 13)]
    >>> round(solve_apr("cn_irr", [(Fraction(0), 9900000)], monthly).apr_percent, 2)
    Decimal('13.58')
    """
    _check(advances, payments)
    unit = read_unit_period(unit_period) if isinstance(unit_period, str) else unit_period
    if convention == "us_actuarial":
        return _us_actuarial(advances, payments, unit)
    if convention == "eu_effective":
        return _eu_effective(advances, payments, unit)
    if convention in ("cn_irr", "cn_simple"):
        return _chinese(convention, advances, payments, unit)
    allowed = ", ".join(CONVENTIONS)
    sentence = f"$.convention is {convention!r}; it must be one of {allowed}."
    raise BadInput("$.convention", convention, allowed, sentence)


def effective_interest_rate(advances: Sequence[Flow], payments: Sequence[Flow]) -> AprAnswer:
    """Return the effective interest rate a year (IFRS 9 Appendix A): what discounts the cash to the opening amount.

    Dates are placed by actual days over 365. For flows at 1, 2, 3, … the rate is that of one such period, whatever it
    is.
    """
    _check(advances, payments)
    rate = internal_rate(_placed(advances, payments, _actual_years(_origin(advances, payments))))
    return _answer("eir", rate.over(), UnitPeriod("year", 1), rate.over(), rate.iterations)


def amortised_cost(opening: Decimal, cash: Sequence[Decimal], rate_percent: Decimal) -> tuple[AmortisedCostRow, ...]:
    """Return the amortised cost period by period at a rate a period (IFRS 9 IG B.26, B.27); nothing is rounded."""
    rows: list[AmortisedCostRow] = []
    with localcontext(_WORK):
        for paid in cash:
            interest = opening * rate_percent / 100
            closing = opening + interest - paid
            rows.append(AmortisedCostRow(opening, interest, paid, closing))
            opening = closing
    return tuple(rows)


def revised_amortised_cost(cash: Sequence[Decimal], rate_percent: Decimal) -> Decimal:
    """Return what revised cash flows, one a period from the next on, are worth at the original rate (IFRS 9 B5.4.6)."""
    worth = Decimal(0)
    with localcontext(_WORK):
        for paid in reversed(cash):
            worth = (worth + paid) / (1 + rate_percent / 100)
    return _ANSWER.plus(worth)


def irr_nominal(advances: Sequence[Flow], payments: Sequence[Flow]) -> Decimal:
    """Return twelve times the monthly rate, in percent: the ceiling measure `irr_nominal`.

    Flows lie on whole months where they can, otherwise on actual days over 365 as in `cn_irr`.
    """
    _check(advances, payments)
    rate, _ = _yearly_rate(advances, payments, _MONTH)
    return _percent(_times(rate.over(Fraction(1, 12)), Fraction(12)))


def irr_effective(advances: Sequence[Flow], payments: Sequence[Flow]) -> Decimal:
    """Return the monthly rate compounded over a year, in percent: the ceiling measure `irr_effective`."""
    _check(advances, payments)
    rate, _ = _yearly_rate(advances, payments, _MONTH)
    return _percent(rate.over())


def cost_of_credit(advances: Sequence[Flow], payments: Sequence[SplitPayment]) -> CostOfCredit:
    """Return what a schedule costs: totals, finance charge, and its rate by each convention.

    `advances` are gross: what is deducted from them is a payment of the same day. The finance charge is interest and
    the fees that enter an APR; `fees_outside_apr` are repaid but enter no rate. All rates are of the same flows.
    """
    rated: list[Flow] = [(paid.when, paid.principal + paid.interest + paid.fees) for paid in payments]
    interest = sum(paid.interest for paid in payments)
    fees = sum(paid.fees for paid in payments)
    outside = sum(paid.fees_outside_apr for paid in payments)
    return {
        "advanced": sum(amount for _, amount in advances),
        "total_repaid": sum(amount for _, amount in rated) + outside,
        "finance_charge": interest + fees,
        "interest": interest,
        "fees": fees,
        "fees_outside_apr": outside,
        "apr_percent": {name: solve_apr(name, advances, rated).apr_percent for name in CONVENTIONS},
        "irr_nominal_percent": irr_nominal(advances, rated),
        "irr_effective_percent": irr_effective(advances, rated),
    }


def _check(advances: Sequence[Flow], payments: Sequence[Flow]) -> None:
    for path, flows in (("$.advances", advances), ("$.payments", payments)):
        if not any(amount for _, amount in flows):
            raise BadInput(path, "none", "at least one amount above 0", f"{path} has no amount above 0.")
        for place, (_, amount) in enumerate(flows):
            if amount < 0:
                sentence = f"{path}[{place}].amount is {amount}; amounts are 0 or more minor units."
                raise BadInput(f"{path}[{place}].amount", str(amount), "0 or more", sentence)
    kinds = {isinstance(when, date) for when, _ in (*advances, *payments)}
    if len(kinds) > 1:
        sentence = "Some flows have a date and some a number of years; give all the one or all the other."
        raise BadInput("$.payments", "dates and years mixed", "either", sentence)


def _us_actuarial(advances: Sequence[Flow], payments: Sequence[Flow], unit: UnitPeriod | None) -> AprAnswer:
    origin = _origin(advances, payments)
    if isinstance(origin, date):
        unit = unit or find_unit_period(_days(advances), _days(payments))
    else:
        unit = unit or _usual_step(advances, payments)
    flows: list[Placed] = []
    for sign, side in ((1, advances), (-1, payments)):
        due_day = series_due_day(_days(side))
        for when, amount in side:
            if isinstance(when, date) and isinstance(origin, date):
                whole, part = count_periods(origin, when, unit, due_day)
            else:
                whole, part = divmod((_years(when) - _years(origin)) * unit.per_year, 1)
            flows.append(Placed(sign * amount, Fraction(whole), part))
    rate = internal_rate(flows)
    return _answer("us_actuarial", _times(rate.over(), unit.per_year), unit, rate.over(), rate.iterations)


def _eu_effective(advances: Sequence[Flow], payments: Sequence[Flow], unit: UnitPeriod | None) -> AprAnswer:
    origin = _origin(advances, payments)
    if not isinstance(origin, date):
        unit = unit or UnitPeriod("year", 1)
        rate = internal_rate(_placed(advances, payments, _actual_years(origin)))
    else:
        basis = eu_basis(_days(advances), _days(payments), unit)
        unit = UnitPeriod(basis, 1)
        flows: list[Placed] = []
        for sign, side in ((1, advances), (-1, payments)):
            due_day = series_due_day(_days(side))
            flows += [
                Placed(sign * amount, eu_interval(origin, when, basis, due_day))
                for when, amount in side
                if isinstance(when, date)
            ]
        rate = internal_rate(flows)
    return _answer("eu_effective", rate.over(), unit, rate.over(1 / unit.per_year), rate.iterations)


def _chinese(convention: str, advances: Sequence[Flow], payments: Sequence[Flow], unit: UnitPeriod | None) -> AprAnswer:
    rate, unit = _yearly_rate(advances, payments, unit)
    periodic = rate.over(1 / unit.per_year)
    yearly = _times(periodic, unit.per_year) if convention == "cn_simple" else rate.over()
    return _answer(convention, yearly, unit, periodic, rate.iterations)


def _yearly_rate(
    advances: Sequence[Flow], payments: Sequence[Flow], unit: UnitPeriod | None
) -> tuple[Rate, UnitPeriod]:
    """Return the rate of a year, and the period it belongs to: whole periods where all flows lie on them."""
    origin = _origin(advances, payments)
    if isinstance(origin, date):
        days = _days(advances), _days(payments)
        unit = unit or find_unit_period(*days)
        years = _whole_periods(origin, days, unit)
        if years is not None:
            return internal_rate(_placed(advances, payments, lambda when: years[when])), unit
        unit = _MONTH
    return internal_rate(_placed(advances, payments, _actual_years(origin))), unit or _MONTH


def _whole_periods(
    origin: date, sides: tuple[Sequence[date], Sequence[date]], unit: UnitPeriod
) -> dict[When, Fraction] | None:
    """Return each date's years from the origin in whole periods, or nothing where one does not lie on them."""
    if unit == _SEMIMONTH:
        days = sorted({origin, *sides[0], *sides[1]})
        return {day: Fraction(place, 24) for place, day in enumerate(days)} if is_semimonthly(days) else None
    years: dict[When, Fraction] = {}
    for series in sides:
        due_day = series_due_day(series)
        for day in series:
            whole, part = count_periods(origin, day, unit, due_day)
            if part:
                return None
            years[day] = whole / unit.per_year
    return years


def _usual_step(advances: Sequence[Flow], payments: Sequence[Flow]) -> UnitPeriod:
    """Return the period that flows placed in years follow each other at most often."""
    times = [sorted({_years(when) for when, _ in side} | {_years(_origin(advances, payments))})
             for side in (advances, payments)]  # fmt: skip
    steps = Counter(after - before for side in times for before, after in pairwise(side))
    usual = min(steps, key=lambda step: (-steps[step], step), default=Fraction(0))
    for unit, a_year in (("month", 12), ("semimonth", 24), ("week", 52), ("day", 365)):
        if usual * a_year >= 1 and (usual * a_year).denominator == 1 and usual <= 1:
            return read_unit_period(f"{usual * a_year} {unit}")
    sentence = 'The flows follow no usual period; give $.unit_period, such as "1 month".'
    raise BadInput("$.unit_period", "none", "a count and a unit", sentence)


def _placed(advances: Sequence[Flow], payments: Sequence[Flow], years: Callable[[When], Fraction]) -> list[Placed]:
    sides = ((1, advances), (-1, payments))
    return [Placed(sign * amount, years(when)) for sign, side in sides for when, amount in side]


def _actual_years(origin: When) -> Callable[[When], Fraction]:
    """Return a function from a flow's time to years after the origin: as given, or actual days over 365."""

    def years(when: When) -> Fraction:
        if isinstance(when, date) and isinstance(origin, date):
            return Fraction((when - origin).days, 365)
        return _years(when) - _years(origin)

    return years


def _origin(advances: Sequence[Flow], payments: Sequence[Flow]) -> When:
    whens = [when for when, _ in (*advances, *payments)]
    days = [when for when in whens if isinstance(when, date)]
    return min(days) if days else min(_years(when) for when in whens)


def _days(flows: Sequence[Flow]) -> list[date]:
    return [when for when, _ in flows if isinstance(when, date)]


def _years(when: When) -> Fraction:
    assert isinstance(when, Fraction), "flows placed in years carry exact fractions"
    return when


def _answer(convention: str, yearly: Decimal, unit: UnitPeriod, periodic: Decimal, iterations: int) -> AprAnswer:
    """Return the answer, its figures rounded to 30 digits."""
    return AprAnswer(_percent(yearly), convention, str(unit), _ANSWER.plus(periodic), iterations)


def _times(rate: Decimal, count: Fraction) -> Decimal:
    return _WORK.divide(_WORK.multiply(rate, Decimal(count.numerator)), Decimal(count.denominator))


def _percent(rate: Decimal) -> Decimal:
    """Return a rate in percent with 30 significant digits, which no path to it can change."""
    return _ANSWER.multiply(rate, Decimal(100))
