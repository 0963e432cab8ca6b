"""Affordability: what would be left of a month, and what share debts would take, also if income fell. Grants nothing.

Residual income and debt-service ratio are always both computed: a ratio alone passes a household with nothing left.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from reprieve.errors import BadInput, Refusal
from reprieve.lending.budget import Budget
from reprieve.lending.case import Case, schedule

STRESSES: Final = (Decimal(0), Decimal("0.1"), Decimal("0.2"))
"""By how much income is assumed to fall."""
SHARE_UNIT: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class AffordabilityPolicy:
    """What a lender asks for, its own choice within its rule pack: shares to 1e-6, money in minor units.

    `ratio_most` bounds the debt-service ratio, `residual_least` what must be left; `survives` is the fall of income at
    which something must still be left. `source` names the policy in a refusal.
    """

    ratio_most: Decimal
    residual_least: int
    survives: Decimal
    source: str

    def __post_init__(self) -> None:
        for name, share in (("ratio_most", self.ratio_most), ("survives", self.survives)):
            if not 0 <= share <= 1 or share * SHARE_UNIT % 1:
                raise BadInput(name, str(share), "a share from 0 to 1 with at most 6 decimals")


@dataclass(frozen=True, slots=True)
class Month:
    """A month with the new payment, income lower by `fall`; `ratio` is nothing where there is no income.

    `months_survived` is how long money at hand fills the gap; nothing where there is none.
    """

    fall: Decimal
    income: int
    residual: int
    ratio: Decimal | None
    months_survived: int | None


@dataclass(frozen=True, slots=True)
class Assessment:
    """The months looked at, the first without a fall of income, and the refusals; none means affordable."""

    payment: int
    months: tuple[Month, ...]
    refusals: tuple[Refusal, ...]

    @property
    def is_affordable(self) -> bool:
        """Whether every test is passed."""
        return not self.refusals

    def to_dict(self) -> dict[str, Any]:
        """Return the assessment as plain JSON types: money in minor units, shares as decimal strings."""
        return {
            "payment": self.payment, "months": [_month_document(month) for month in self.months],
            "is_affordable": self.is_affordable, "refusals": [refusal.rule for refusal in self.refusals],
            "because": [refusal.because for refusal in self.refusals],
        }  # fmt: skip


def assess(budget: Budget, payment: int, policy: AffordabilityPolicy) -> Assessment:
    """Return the assessment of a monthly payment, in minor units, on top of everything in the budget."""
    falls = sorted({*STRESSES, policy.survives})
    months = tuple(month_with(budget, payment, fall) for fall in falls)
    by_fall = {month.fall: month for month in months}
    found = [_left(by_fall[Decimal(0)], policy), _ratio(by_fall[Decimal(0)], policy)]
    found.append(_survives(by_fall[policy.survives], policy))
    return Assessment(payment, months, tuple(refusal for refusal in found if refusal is not None))


def monthly_payment(case: Case) -> int:
    """Return what a contract asks for in its dearest calendar month, in minor units."""
    months: Counter[str] = Counter()
    for row in schedule(case)["instalments"]:
        months[row["due_on"][:7]] += row["due"]
    return max(months.values())


def month_with(budget: Budget, payment: int, fall: Decimal) -> Month:
    """Return a month with a new payment and an income lower by a share, which is rounded down, the ratio up."""
    kept = SHARE_UNIT - int(fall * SHARE_UNIT)
    income = budget.monthly_income * kept // SHARE_UNIT
    residual = income - budget.spent - payment
    debts = budget.debt_payments + payment
    ratio = None
    if income:
        ratio = Decimal(-(-debts * SHARE_UNIT // income)).scaleb(-6)
    survived = None if residual >= 0 else budget.savings // -residual
    return Month(fall, income, residual, ratio, survived)


def most_affordable(
    budget: Budget, policy: AffordabilityPolicy, payment_of: Callable[[int], int], *, least: int, most: int
) -> int | None:
    """Return the largest sum between two that is affordable, in minor units: borrow less; nothing where none is.

    `payment_of` is the highest monthly payment a sum would cost; a larger sum never costs less.
    """
    if not assess(budget, payment_of(least), policy).is_affordable:
        return None
    low, high = least, most
    while low < high:
        middle = (low + high + 1) // 2
        if assess(budget, payment_of(middle), policy).is_affordable:
            low = middle
        else:
            high = middle - 1
    return low


def _left(month: Month, policy: AffordabilityPolicy) -> Refusal | None:
    if month.residual >= policy.residual_least:
        return None
    because = f"{month.residual} would be left of a month; at least {policy.residual_least} must be (minor units)."
    return Refusal("affordability.residual_income", because, policy.source)


def _ratio(month: Month, policy: AffordabilityPolicy) -> Refusal | None:
    if month.ratio is not None and month.ratio <= policy.ratio_most:
        return None
    share = "no income to set it against" if month.ratio is None else f"{month.ratio:f} of income"
    because = f"Debts would take {share}; at most {policy.ratio_most:f} is allowed."
    return Refusal("affordability.debt_service_ratio", because, policy.source)


def _survives(month: Month, policy: AffordabilityPolicy) -> Refusal | None:
    if month.residual >= 0:
        return None
    because = (
        f"If income fell by {month.fall:f}, {-month.residual} a month would be missing (minor units); "
        f"money at hand would last {month.months_survived} months."
    )
    return Refusal("affordability.stress", because, policy.source)


def _month_document(month: Month) -> dict[str, Any]:
    return {
        "fall": f"{month.fall:f}", "income": month.income, "residual": month.residual,
        "ratio": None if month.ratio is None else f"{month.ratio:f}", "months_survived": month.months_survived,
    }  # fmt: skip
