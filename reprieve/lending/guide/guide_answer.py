"""The guide's answer in its published shape: the one document that commands, pages, PDF and calendar only render.

Frozen models, every amount in minor units of `currency`; `to_dict()` is the published JSON. Never computes a figure.
"""

from decimal import Decimal
from typing import Any, Final, Literal

from pydantic import Field

from reprieve.lending.answers import Answer as Part
from reprieve.lending.answers import Balance, Minor
from reprieve.lending.field import Day
from reprieve.words.message import Message

PlanName = Literal[
    "as_agreed", "by_months", "shortest", "at_ceiling", "penalty_waived", "parked", "lower_rate", "interest_free",
    "pause", "catch_up", "lowest",
]  # fmt: skip
FIGURES: Final[dict[str, dict[str, Any]]] = {
    "Money": {"minor": 53664},
    "Percent": {"percent": "18"},
    "On": {"day": "2026-12-23"},
    "Count": {"count": 17},
    "Name": {"name": "22:00"},
    "Term": {"term": "guide.line.rent"},
    "Both": {"zh": "《征信业管理条例》", "en": "Regulation on the credit reporting industry"},
    "Message": {
        "key": "guide.plan.shortest",
        "figures": {"amount": {"minor": 53664}},
        "rule": "contact.quiet_hours",
    },
}
"""An example of every figure a message may hold, and of a message, for the published schema."""
_BALANCE: Final = [{"principal": 720000, "interest": 56000, "penalty": 24000, "fees": 0, "total": 800000}]
_MESSAGE: Final[list[Any]] = [{"key": "guide.plan.shortest", "figures": {"amount": {"minor": 53664}}, "rule": None}]
_MESSAGES: Final[list[Any]] = [_MESSAGE]
_DAY: Final = ["2026-11-23"]


class Citation(Part):
    """A rule that something in the answer claims, as its pack has it."""

    key: str = Field(examples=["cost_ceiling.judicial"])
    """The key of the rule."""
    level: str = Field(examples=["judicial_interpretation"])
    """The authority behind it."""
    says: dict[Literal["zh", "en"], str] = Field(examples=[{"zh": "…", "en": "…"}])
    """What it says, in one sentence."""
    source: dict[Literal["zh", "en"], str] = Field(examples=[{"zh": "…", "en": "…"}])
    """Where it stands, in one line."""


class Growth(Part):
    """What one debt has become some days on, if nothing is paid."""

    days: int = Field(examples=[30])
    """How many days on."""
    on: Day = Field(examples=_DAY)
    """The day."""
    owed: Balance = Field(examples=_BALANCE)
    """What is owed then, by component, as the contract charges."""
    added: Minor = Field(examples=[15978])
    """What has come on top of today's debt, in minor units."""
    days_past_due: int = Field(examples=[90])
    """Days since the oldest missed due date."""
    record_code: str | None = Field(examples=["3"])
    """What a credit record would show for that month; null where the pack names no codes or lateness is not known."""
    at_ceiling: Minor | None = Field(examples=[814203])
    """What is owed then if charges are held to the legal ceiling, in minor units; null where no ceiling is lower."""


class Owed(Part):
    """What is owed today on one debt."""

    overdue: Balance = Field(examples=_BALANCE)
    """What is overdue, by component."""
    not_due: Minor = Field(examples=[0])
    """Principal that has not fallen due, in minor units."""
    total: Minor = Field(examples=[800000])
    """All of it, in minor units."""
    split: Literal["given", "late_interest_first", "all_principal"] = Field(examples=["given"])
    """How the parts are known: stated by the lender, or split by the rule that `why` explains."""
    a_day: Minor = Field(examples=[533])
    """What one more day without paying adds, in minor units."""
    why: tuple[Message, ...] = Field(examples=_MESSAGES)
    """How each part comes about."""


class RecordEvent(Part):
    """Something a credit record shows, or will show, on a day."""

    on: Day | None = Field(examples=_DAY)
    """The day; null where the day is not known."""
    code: str | None = Field(examples=["2"])
    """The code of the month's entry; null where the event is no entry."""
    message: Message = Field(examples=_MESSAGE)
    """What happens."""


class Finding(Part):
    """What a charge comes to beside a legal ceiling."""

    charge: Literal["ordinary", "late"] = Field(examples=["ordinary"])
    """The cost of the credit when paid as agreed, or of being late."""
    percent: Decimal = Field(examples=["28.355686"])
    """What it comes to a year, in percent of the principal still owed."""
    ceiling_percent: Decimal = Field(examples=["24.00"])
    """The ceiling, in percent a year."""
    is_above: bool = Field(examples=[True])
    """Whether it is above the ceiling."""
    effect: Literal["refuse", "flag"] = Field(examples=["flag"])
    """Whether a contract above it is refused, or the part above may be asked back."""
    message: Message = Field(examples=_MESSAGE)
    """The finding in words, with the rule."""
    counted: tuple[Message, ...] = Field(examples=_MESSAGES)
    """What is being counted."""


class Cost(Part):
    """What the credit really costs a year."""

    contract_percent: Decimal | None = Field(examples=["18.00"])
    """The contract rate a year, in percent; null where it is not known."""
    late_percent: Decimal | None = Field(examples=["27.00"])
    """What overdue principal costs a year, in percent."""
    nominal_percent: Decimal | None = Field(examples=["28.355686"])
    """The rate a year of all payments, a month's rate times twelve (年化利率，单利), in percent."""
    effective_percent: Decimal | None = Field(examples=["32.347193"])
    """The same compounded over the year (年化利率，内部收益率法), in percent."""
    ceiling_percent: Decimal | None = Field(examples=["24.0000"])
    """The ceiling these are set beside, in percent a year; null where none can be named."""
    messages: tuple[Message, ...] = Field(examples=_MESSAGES)
    """How it is measured, and what was assumed."""
    findings: tuple[Finding, ...] = Field(examples=[[]])
    """The charges beside the ceilings that apply."""


class PlanRow(Part):
    """One payment of a plan."""

    number: int = Field(examples=[1])
    """Its number, from 1."""
    on: Day = Field(examples=["2026-12-23"])
    """The day it falls due."""
    amount: Minor = Field(examples=[53664])
    """What is paid, in minor units."""
    left: Minor = Field(examples=[758336])
    """What is left to pay on the debt afterwards, interest to come left out, in minor units."""


class Plan(Part):
    """One way to repay one debt."""

    name: PlanName = Field(examples=["shortest"])
    """Which plan it is."""
    debt: int = Field(examples=[0])
    """The place of its debt in `debts`, from 0."""
    is_shortest_affordable: bool = Field(examples=[True])
    """Whether it is the shortest affordable plan at the contract rate, with nothing given up by anyone."""
    is_affordable: bool | None = Field(examples=[True])
    """Whether every payment is within `offer`; null where the surplus is not known."""
    rate_percent: Decimal = Field(examples=["18.00"])
    """The rate of the plan a year, in percent."""
    monthly: Minor = Field(examples=[53664])
    """The payment of an ordinary month, in minor units."""
    months: int = Field(examples=[17])
    """How many payments."""
    first_on: Day = Field(examples=["2026-12-23"])
    """The day of the first payment."""
    last_on: Day = Field(examples=["2028-04-23"])
    """The day of the last payment."""
    last: Minor = Field(examples=[53659])
    """The last payment, which takes the residue of rounding, in minor units."""
    total: Minor = Field(examples=[912283])
    """All payments together, in minor units."""
    extra: Minor = Field(examples=[112283])
    """`total` less what is owed today, in minor units; below 0 where something is waived."""
    saved: Minor | None = Field(examples=[0])
    """What it costs less than the shortest affordable plan at the contract rate, in minor units; null without one."""
    capitalised: Minor = Field(examples=[800000])
    """What bears the plan's rate from the start, in minor units."""
    parked: Minor = Field(examples=[0])
    """What is repaid in equal parts without interest, in minor units."""
    waived: Minor = Field(examples=[0])
    """What the lender gives up, in minor units."""
    pause_months: int = Field(examples=[0])
    """How many months nothing is paid at the start."""
    asks: tuple[Message, ...] = Field(examples=_MESSAGES)
    """What it asks of the lender; nothing for a plan at the contract rate beyond time."""
    rows: tuple[PlanRow, ...] = Field(examples=[[]])
    """Every payment."""


class DebtAnswer(Part):
    """Everything about one debt."""

    number: int = Field(examples=[1])
    """Its number, from 1."""
    name: str | None = Field(examples=["card A"])
    """What the person calls it; null where it has only its number."""
    lender: str = Field(examples=["consumer_finance"])
    """What kind of lender it is; `unknown` where that was not said."""
    lender_name: str | None = Field(examples=["Example Bank"])
    """The lender's name; null where it was not given."""
    offer: Minor | None = Field(examples=[54000])
    """What can be offered on it every month, in minor units; null where the surplus is not known."""
    owed: Owed
    """What is owed today, and why."""
    growth: tuple[Growth, ...] = Field(examples=[[]])
    """What it becomes if nothing is paid."""
    cost: Cost
    """What it costs a year, and whether that is above a ceiling."""
    record: tuple[RecordEvent, ...] = Field(examples=[[]])
    """What it does to the credit record, by day."""
    letter: tuple[Message, ...] = Field(examples=_MESSAGES)
    """A letter to the lender, a paragraph each; a claim carries its rule."""
    phone: tuple[Message, ...] = Field(examples=_MESSAGES)
    """What to say on the phone, a sentence or two each; a claim carries its rule."""
    assumptions: tuple[Message, ...] = Field(examples=_MESSAGES)
    """What was assumed for this debt because it was not given."""


class BudgetLine(Part):
    """One line of a month's money."""

    name: str = Field(examples=["rent"])
    """What it is."""
    amount: Minor = Field(examples=[180000])
    """The amount a month, in minor units."""


class BudgetAnswer(Part):
    """A month's money."""

    income: tuple[BudgetLine, ...] = Field(examples=[[]])
    """What comes in, by source; empty where only the surplus was given."""
    spending: tuple[BudgetLine, ...] = Field(examples=[[]])
    """What goes out, by use; empty where only the surplus was given."""
    surplus: Minor | None = Field(examples=[60000])
    """What is left of a month, in minor units; null where that is not known."""
    buffer: Minor | None = Field(examples=[6000])
    """What is kept for the unexpected, in minor units."""
    available: Minor | None = Field(examples=[54000])
    """What can go to the debts every month, in minor units: the surplus less the buffer, at least 0."""
    stressed: Minor | None = Field(examples=[None])
    """What would be left if income fell by a tenth, in minor units; null where income was not given."""
    messages: tuple[Message, ...] = Field(examples=_MESSAGES)
    """What there is to say about it."""


class Step(Part):
    """One debt or bill in an order of paying."""

    debt: int | None = Field(examples=[0])
    """The place of the debt in `debts`; null for a bill."""
    bill: str | None = Field(examples=[None])
    """The bill that comes first; null for a debt."""
    amount: Minor = Field(examples=[800000])
    """What is owed on it today, in minor units."""
    clear_on: Day | None = Field(examples=["2028-04-23"])
    """The day it is paid off; null where that is not within the time looked at."""


class Strategy(Part):
    """One order in which several debts can be paid, and what it costs."""

    name: Literal["highest_rate_first", "close_one_first", "shared"] = Field(examples=["highest_rate_first"])
    """The dearest first, the smallest first, or a share to each under a plan with every lender."""
    steps: tuple[Step, ...] = Field(examples=[[]])
    """The debts in that order."""
    months: int | None = Field(examples=[40])
    """Months until all are paid; null where that is not within the time looked at."""
    total: Minor | None = Field(examples=[2200000])
    """All payments together, in minor units."""
    extra: Minor | None = Field(examples=[200000])
    """`total` less what is owed today, in minor units."""
    first_closed_on: Day | None = Field(examples=["2027-05-23"])
    """The day the first of the debts is gone."""
    message: Message = Field(examples=_MESSAGE)
    """What it is for."""


class Order(Part):
    """Who is paid first, and why."""

    first: tuple[Step, ...] = Field(examples=[[]])
    """Bills that are behind and come before every lender."""
    first_months: int | None = Field(examples=[2])
    """How many months of the available money they take; null where there is none."""
    strategies: tuple[Strategy, ...] = Field(examples=[[]])
    """Ways to order the debts, side by side; empty for one debt."""
    messages: tuple[Message, ...] = Field(examples=_MESSAGES)
    """Why."""


class Answer(Part):
    """The whole answer for one person on one day."""

    on: Day = Field(examples=_DAY)
    """The day it is given for."""
    place: str = Field(examples=["cn"])
    """Whose rules it stands under."""
    rules_hash: str = Field(examples=["9b74c9897bac770ffc029102a200c5de"])
    """The content hash of the rule pack."""
    currency: str = Field(examples=["CNY"])
    """The currency of every amount."""
    outlook: Literal["affordable", "with_concession", "none", "unknown"] = Field(examples=["affordable"])
    """Whether every debt has an affordable plan at the contract rate, only with a concession, or some has none."""
    headline: tuple[Message, ...] = Field(examples=_MESSAGES)
    """The answer in a sentence or two."""
    owed: Minor = Field(examples=[800000])
    """All debts together today, in minor units."""
    assumptions: tuple[Message, ...] = Field(examples=_MESSAGES)
    """What was assumed because it was not given."""
    debts: tuple[DebtAnswer, ...] = Field(examples=[[]])
    """Each debt."""
    budget: BudgetAnswer
    """A month's money."""
    plans: tuple[Plan, ...] = Field(examples=[[]])
    """The plans side by side, debt after debt."""
    order: Order
    """Who is paid first."""
    contact: tuple[Message, ...] = Field(examples=_MESSAGES)
    """What a lender and its collectors may and may not do."""
    relief: tuple[Message, ...] = Field(examples=_MESSAGES)
    """What the rules say about plans, extensions and pauses, in the pack's own words."""
    asking: tuple[Message, ...] = Field(examples=_MESSAGES)
    """That asking is free, and what to keep away from."""
    advice: tuple[Message, ...] = Field(examples=_MESSAGES)
    """When to seek independent advice, and what to do where no plan fits."""
    rules: tuple[Citation, ...] = Field(examples=[[]])
    """Every rule that a message above carries."""

    def to_dict(self) -> dict[str, Any]:
        """Return the published JSON."""
        return self.model_dump(mode="json")

    def assumed(self) -> list[tuple[tuple[int, ...], Message]]:
        """Return what was assumed, each once, with the numbers of its debts; without numbers where it is of all."""
        found = []
        for said in self.assumptions:
            same = [
                [(one.key, one.figures) == (said.key, said.figures) for one in debt.assumptions] for debt in self.debts
            ]
            numbers = tuple(debt.number for debt, matches in zip(self.debts, same, strict=True) if any(matches))
            found.append((() if len(numbers) == len(self.debts) else numbers, said))
        return found

    def shortest(self, debt: int = 0) -> Plan | None:
        """Return the shortest affordable plan of a debt at the contract rate, if there is one."""
        return next((plan for plan in self.plans if plan.debt == debt and plan.is_shortest_affordable), None)


def as_percent(rate: Decimal, places: int = 3) -> Decimal:
    """Return a rate as percent to a number of decimals, the half to even."""
    return (rate * 100).quantize(Decimal(1).scaleb(-places))
