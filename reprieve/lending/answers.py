"""The answers in their published shape: models that `answers.schema.json` is written from. Never computes a figure.

The front door returns plain frozen objects; their `to_dict()` equals the JSON described here.
"""

from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from reprieve.lending.field import Day

Minor = Annotated[int, Field(strict=True)]
"""Minor units of the case's currency."""
Percent = Annotated[Decimal, WithJsonSchema({"type": "number"})]
"""A rate in percent, as a JSON number; no money is computed with it."""
Part = Literal["principal", "interest", "penalty", "fees"]


class Answer(BaseModel):
    """The base of every answer: frozen, and no key that is not listed."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, serialize_by_alias=True)


class ScheduleRow(Answer):
    """One row of a schedule."""

    number: int = Field(examples=[1])
    """The number of the row, from 1."""
    due_on: Day = Field(examples=["2026-02-15"])
    """The day it falls due."""
    principal: Minor = Field(examples=[61344])
    """Principal, in minor units."""
    interest: Minor = Field(examples=[12000])
    """Interest, in minor units."""
    fees: Minor = Field(examples=[0])
    """Scheduled fees, in minor units."""
    due: Minor = Field(examples=[73344])
    """Principal, interest and fees together, in minor units."""
    balance: Minor = Field(examples=[738656])
    """Principal left after the row, in minor units."""


class Totals(Answer):
    """The sums of a schedule."""

    principal: Minor = Field(examples=[800000])
    """Principal, in minor units."""
    interest: Minor = Field(examples=[80129])
    """Interest, in minor units."""
    fees: Minor = Field(examples=[0])
    """Scheduled fees, in minor units."""
    due: Minor = Field(examples=[880129])
    """All of it, in minor units."""


class Schedule(Answer):
    """The contract as signed, row by row."""

    instalments: tuple[ScheduleRow, ...] = Field(examples=[[]])
    """The rows, in order of their days."""
    totals: Totals = Field(examples=[{"principal": 800000, "interest": 80129, "fees": 0, "due": 880129}])
    """The sums of the rows."""


class Balance(Answer):
    """One part of what is owed, by component."""

    principal: Minor = Field(examples=[62264])
    """Principal, in minor units."""
    interest: Minor = Field(examples=[11080])
    """Interest, in minor units."""
    penalty: Minor = Field(examples=[139])
    """Penalty interest, in minor units."""
    fees: Minor = Field(examples=[0])
    """Fees, in minor units."""
    total: Minor = Field(examples=[73483])
    """The four together, in minor units."""


class PaymentToCome(Balance):
    """A payment to come, by component, if each before it is made in time."""

    due_on: Day = Field(examples=["2026-05-15"])
    """The day it falls due."""


class Remaining(Answer):
    """What is left to pay, if all of it is paid in time, whatever was agreed since the contract was signed."""

    on: Day = Field(examples=["2026-04-14"])
    """The day whose end is asked about."""
    now: Balance = Field(examples=[{"principal": 0, "interest": 0, "penalty": 0, "fees": 0, "total": 0}])
    """What has fallen due and is unpaid."""
    payments: tuple[PaymentToCome, ...] = Field(examples=[[]])
    """The payments to come, in order of their days."""
    total: Minor = Field(examples=[880129])
    """What is owed now and all payments to come together, in minor units."""


class NextDue(Answer):
    """The next row to fall due."""

    on: Day = Field(examples=["2026-04-15"])
    """The day."""
    amount: Minor = Field(examples=[73344])
    """What falls due that day if nothing more is paid, in minor units."""


_BALANCE: Final = [{"principal": 62264, "interest": 11080, "penalty": 139, "fees": 0, "total": 73483}]


class Position(Answer):
    """What is owed at the end of a day."""

    on: Day = Field(examples=["2026-03-18"])
    """The day; its events are in, its interest is not."""
    due: Balance = Field(examples=_BALANCE)
    """Due, and in grace or tolerated."""
    arrears: Balance = Field(examples=_BALANCE)
    """Overdue."""
    accrued: Balance = Field(examples=_BALANCE)
    """Accrued and not yet due."""
    not_due: Balance = Field(examples=_BALANCE)
    """Principal that has not fallen due."""
    parked: Balance = Field(examples=_BALANCE)
    """Set aside at 0 % by a plan."""
    outstanding: Balance = Field(examples=_BALANCE)
    """The sum of the five parts."""
    held: Minor = Field(examples=[0])
    """Money received that pays nothing yet, in minor units."""
    refundable: Minor = Field(examples=[0])
    """Held money that can be given back, in minor units."""
    payoff: Minor = Field(examples=[750000])
    """What ends the loan that day, in minor units."""
    days_past_due: int = Field(examples=[0])
    """Days since the oldest due date that is not covered, as relief has it."""
    contractual_days_past_due: int = Field(examples=[0])
    """The same by the contract as it was before relief."""
    bucket: str | None = Field(examples=["1-30"])
    """The rule pack's name for that many days past due; null without rules, or where the pack has none that day."""
    status: Literal["active", "in_relief", "charged_off", "closed"] = Field(examples=["active"])
    """Where the loan stands."""
    next_due: NextDue | None = Field(examples=[{"on": "2026-04-15", "amount": 73344}])
    """The next row to fall due; null if none does."""


class Span(Answer):
    """One stretch of days with one base and one rate: `base × rate × fraction`, rounded once to 1e-6 minor units."""

    from_: Day | None = Field(alias="from", examples=["2026-03-15"])
    """The first day; null for an amount that no days explain."""
    to: Day | None = Field(examples=["2026-03-19"])
    """The day after the last."""
    component: Part = Field(examples=["penalty"])
    """What the span adds to."""
    instalment: int | None = Field(examples=[2])
    """The row it belongs to; null if it belongs to none."""
    base: Minor | None = Field(examples=[62264])
    """What bears the rate, in minor units."""
    rate: str | None = Field(examples=["0.27"])
    """The rate a year, as a decimal string."""
    fraction: str | None = Field(pattern="^[0-9]+/[1-9][0-9]*$", examples=["4/365"])
    """The part of a year, as numerator and denominator."""
    amount_micro: int = Field(examples=[184233205])
    """What the span adds, in millionths of a minor unit; less than nothing where something is taken back."""
    rule: str = Field(examples=["penalty: 1.5 times the contract rate"])
    """The rule it follows."""


class Explanation(Answer):
    """How a figure comes about: the spans sum to it."""

    on: Day | None = Field(default=None, examples=["2026-03-19"])
    """The day."""
    figure: str = Field(examples=["penalty"])
    """The figure explained."""
    total: int = Field(examples=[184])
    """What the spans come to by the named rounding, in minor units."""
    spans: tuple[Span, ...] = Field(examples=[[]])
    """The spans, in order of their days."""
    collected: Minor = Field(examples=[0])
    """What was already collected, waived or moved, in minor units."""
    amount: Minor = Field(examples=[184])
    """The figure: `total` less `collected`, in minor units."""


class Rates(Answer):
    """The cost of credit as a rate a year, by each convention, in percent."""

    us_actuarial: Percent | None = Field(examples=[18])
    """Regulation Z, appendix J."""
    eu_effective: Percent | None = Field(examples=[19])
    """Directive 2008/48/EC, annex I."""
    cn_simple: Percent | None = Field(examples=[18])
    """The rate of a period times the periods of a year (PBoC notice 2021 No. 3)."""
    cn_irr: Percent | None = Field(examples=[19])
    """The rate of a period, compounded over a year."""
    eir: Percent | None = Field(examples=[19])
    """Effective interest rate (IFRS 9), actual days over 365."""


class Both(Answer):
    """The same words in each language."""

    en: str = Field(examples=["Civil Code, art. 561"])
    """The English words."""
    zh: str = Field(examples=["《中华人民共和国民法典》第561条"])
    """The Chinese words."""


class Finding(Answer):
    """What a rule says of one charge of the contract."""

    rule: str = Field(examples=["cost_ceiling.judicial"])
    """The key of the rule in the pack, or `contract.ceilings[0]` for a ceiling of the contract itself."""
    about: Literal["cost", "late", "penalty"] = Field(examples=["cost"])
    """The whole cost if paid as signed, what being late bears, or the penalty rate by itself."""
    verdict: Literal["within", "flag", "refuse", "unknown"] = Field(examples=["flag"])
    """Within the limit; beyond one that is pointed out; beyond one that forbids the contract; or not known that day."""
    measure: Literal[
        "simple_on_outstanding",
        "irr_nominal",
        "irr_effective",
        "penalty_rate",
        "daily_share",
        "total_share",
        "default_fees",
    ] = Field(examples=["simple_on_outstanding"])
    """What is measured: a rate a year, a share a day or in all of what was lent, or fees in minor units."""
    measured: str | None = Field(examples=["0.2841"])
    """The figure of the contract, as a decimal string: 0.2841 is 28.41 %."""
    limit: str | None = Field(examples=["0.24"])
    """The limit, likewise; null where it hangs on a value the pack does not know for that day."""
    counted: tuple[Part, ...] = Field(examples=[["interest", "fees"]])
    """The components that were counted."""
    counted_fees: tuple[str, ...] = Field(examples=[["service fee"]])
    """The names of the fees that were counted, those outside an APR included."""
    level: str | None = Field(examples=["normative_notice"])
    """The authority that speaks; null for a ceiling of the contract itself."""
    says: Both | None = Field(examples=[{"en": "At most 24 % a year.", "zh": "年利率不超过24%。"}])
    """What the rule says; null likewise."""
    source: Both | None = Field(examples=[{"en": "Civil Code, art. 680", "zh": "《中华人民共和国民法典》第680条"}])
    """Where the rule stands; null likewise."""


class Lawfulness(Answer):
    """What the rules of the contract's day say of it."""

    on: Day = Field(examples=["2026-01-15"])
    """The day asked about, else the contract's; a rule that goes by the contract is that of the contract's day."""
    place: str | None = Field(examples=["cn"])
    """The rule pack; null where only the contract's own ceilings judge."""
    pack_hash: str | None = Field(examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"])
    """The SHA-256 of everything the pack says."""
    findings: tuple[Finding, ...] = Field(examples=[[]])
    """Each charge beside each limit that certainly holds."""
    not_judged: tuple[str, ...] = Field(examples=[["cost_ceiling.micro_loan"]])
    """Limits that may hold, but hang on a lender type or a product that was not said."""
    is_refused: bool = Field(examples=[False])
    """Whether a finding forbids the contract."""


class Cost(Answer):
    """What the credit costs if it is paid as signed."""

    total_repaid: Minor = Field(examples=[880129])
    """All the borrower pays, in minor units."""
    finance_charge: Minor = Field(examples=[80129])
    """Interest and the fees that count in an APR, in minor units."""
    apr: Rates = Field(examples=[dict.fromkeys(("us_actuarial", "eu_effective", "cn_simple", "cn_irr", "eir"), 18)])
    """The cost as a rate, in percent."""
    lawfulness: Lawfulness | None = Field(examples=[None])
    """What the rules say of the contract; null without rules and without own ceilings on all cash flows."""


class ProjectedDay(Position):
    """What the debt has grown to some days on if nothing more is paid."""

    days: int = Field(examples=[30])
    """How many days on."""
    credit_record: str | None = Field(examples=["1"])
    """What the credit record would show for that month as of the day; null without rules that keep codes."""


class RecordSource(Answer):
    """A rule about the credit record."""

    rule: str = Field(examples=["credit_record.prior_notice"])
    """Its key in the pack."""
    says: Both
    """What it says."""
    source: Both
    """Where it stands."""


class RecordEffect(Answer):
    """What being late does to the credit record."""

    first_adverse_on: Day | None = Field(examples=["2026-03-19"])
    """The first day, among those asked about, that counts as late; null if none does."""
    code: str | None = Field(examples=["1"])
    """The code of that day."""
    retention_years: int | None = Field(examples=[5])
    """How many years an adverse entry is kept; null where no rule says."""
    retention_from: Literal["start", "end"] | None = Field(examples=["end"])
    """Whether the years count from the start or from the end of being late."""
    prior_notice: bool = Field(examples=[True])
    """Whether the borrower is told before adverse information is furnished."""
    sources: tuple[RecordSource, ...] = Field(examples=[[]])
    """The rules that say so."""


class Projection(Answer):
    """What the debt grows to if nothing more is paid."""

    days: tuple[ProjectedDay, ...] = Field(examples=[[]])
    """The days asked about."""
    credit_record: RecordEffect | None = Field(examples=[None])
    """What being late does to the credit record; null without rules that keep codes."""


class Apr(Answer):
    """The annual percentage rate of plain cash flows."""

    apr_percent: Percent = Field(examples=[9])
    """The rate a year, in percent."""
    convention: Literal["us_actuarial", "eu_effective", "cn_simple", "cn_irr"] = Field(examples=["us_actuarial"])
    """The convention it follows."""
    unit_period: str = Field(examples=["1 month"])
    """The unit-period used, given or found."""


ANSWERS: Final[dict[str, type[Answer]]] = {
    "schedule": Schedule,
    "position": Position,
    "remaining": Remaining,
    "explain": Explanation,
    "project": Projection,
    "cost": Cost,
    "apr": Apr,
}
"""The answer of each command."""
