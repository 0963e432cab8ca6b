"""The shapes of origination: budgets, applications, what is shown before signing, disputes. Never computes a figure."""

from typing import Annotated, Any, Literal

from pydantic import Field

from reprieve.lending.answers import Answer, Minor, Schedule
from reprieve.lending.budget import Budget
from reprieve.lending.field import Day, Instant
from reprieve.web.api.shapes import ContractSigned, Cursor

ApplicationNumber = Annotated[int, Field(ge=1, examples=[1])]
Sha256 = Annotated[str, Field(examples=["e63d2e627259aeecb817d6f7aabd2b321b874f5963fbf5f66b7554becfbdb207"])]
State = Literal["submitted", "approved", "declined", "withdrawn", "contracted"]


class StressedMonth(Answer):
    """A month with the new payment, should income fall."""

    fall: str = Field(examples=["0.1"])
    """By which share of income."""
    income: Minor = Field(examples=[540000])
    """The income that is left, in minor units."""
    residual: int = Field(examples=[116656])
    """What is left of the month; below 0 where it is not enough."""
    ratio: str | None = Field(examples=["0.135823"])
    """The share of income that debts take; null where there is no income."""
    months_survived: int | None = Field(examples=[None])
    """How many months money at hand fills the gap; null where there is none."""


class Assessed(Answer):
    """Whether a payment is affordable."""

    payment: Minor = Field(examples=[73344])
    """The payment of the dearest month, in minor units."""
    months: list[StressedMonth]
    """The month as it is, and with less income."""
    is_affordable: bool = Field(examples=[True])
    """Whether every test is passed."""
    refusals: list[str] = Field(examples=[[]])
    """The rules that say no."""
    because: list[str] = Field(examples=[[]])
    """Why, with the figures."""


class Applied(Assessed):
    """An application that was received, and whether it is affordable."""

    application: ApplicationNumber
    """Its number."""
    state: State = Field(examples=["submitted"])
    """Where it stands."""


class ApplicationMoved(Answer):
    """What became of an application."""

    application: ApplicationNumber
    """Its number."""
    state: State = Field(examples=["approved"])
    """Where it stands."""


class BudgetStated(Answer):
    """A budget that was stated."""

    customer: str = Field(examples=["C-1001"])
    """Whose it is."""
    number: int = Field(ge=1, examples=[1])
    """Its number."""
    currency: str = Field(examples=["CNY"])
    """The currency of its figures."""
    income: Minor = Field(examples=[600000])
    """What counts as a month's income, in minor units."""
    spending: Minor = Field(examples=[350000])
    """What goes out in a month."""
    debt_payments: Minor = Field(examples=[0])
    """What of it goes to debts that exist already."""
    left: int = Field(examples=[250000])
    """What is left; below 0 where it is not enough."""


class BudgetShown(Answer):
    """A budget as it was stated."""

    number: int = Field(ge=1, examples=[1])
    """Its number."""
    application: int | None = Field(examples=[1])
    """The application it came with; null where it stands alone."""
    currency: str = Field(examples=["CNY"])
    """The currency of its figures."""
    income: Minor = Field(examples=[600000])
    """What counts as a month's income, in minor units."""
    spending: Minor = Field(examples=[350000])
    """What goes out in a month."""
    debt_payments: Minor = Field(examples=[0])
    """What of it goes to debts that exist already."""
    stated: Budget
    """Every line, as stated."""
    recorded_at: Instant = Field(examples=["2026-09-01T09:30:00Z"])
    """When it was stated."""


class BudgetsPage(Answer):
    """A page of budgets."""

    data: list[BudgetShown]
    """The budgets, in order of recording."""
    has_more: bool
    """Whether another page follows."""
    next: Cursor
    """What the next page comes after."""


class ApplicationListed(Answer):
    """One application of a list."""

    application: ApplicationNumber
    """Its number."""
    customer: str = Field(examples=["C-1001"])
    """Who applies."""
    product: str = Field(examples=["steady"])
    """The product's code."""
    product_version: int = Field(examples=[1])
    """The version that was on sale."""
    currency: str = Field(examples=["CNY"])
    """The currency of its figures."""
    principal: Minor = Field(examples=[800000])
    """What is asked for, in minor units."""
    instalments: int = Field(examples=[12])
    """In how many rows it would be repaid."""
    annual_rate: Any = Field(examples=["0.18"])
    """At which rate, as it was given."""
    purpose: str = Field(examples=["a heat pump"])
    """What it is for."""
    state: State = Field(examples=["submitted"])
    """Where it stands."""
    assessment: Assessed
    """Whether it is affordable."""
    contract: str | None = Field(examples=[None])
    """The contract that came of it, if any."""
    submitted_at: Instant = Field(examples=["2026-09-01T09:30:00Z"])
    """When it was received."""
    decided_at: Instant | None = Field(examples=[None])
    """When it was decided."""


class ApplicationShown(ApplicationListed):
    """An application with its budget and what was shown."""

    budget: BudgetShown | None = Field(examples=[None])
    """The budget it came with."""
    disclosures: list[int] = Field(examples=[[1]])
    """The numbers of what was shown, in order."""


class ApplicationsPage(Answer):
    """A page of applications."""

    data: list[ApplicationListed]
    """The applications, in order of number."""
    has_more: bool
    """Whether another page follows."""
    next: Cursor
    """What the next page comes after."""


class ChargeShown(Answer):
    """One charge of the cost table."""

    name: str = Field(examples=["interest"])
    """What it is."""
    payee: str | None = Field(examples=[None])
    """Who receives it; null is the lender."""
    total: Minor = Field(examples=[80129])
    """What it comes to, in minor units."""
    annualised_percent: str = Field(examples=["18.00"])
    """The yearly cost if it were the only charge, in percent."""


class CostTable(Answer):
    """The cost table, as it was read."""

    on: Day = Field(examples=["2026-09-01"])
    """The day it was shown for."""
    language: Literal["zh", "en"] = Field(examples=["en"])
    """The language of its lines."""
    lines: list[str] = Field(examples=[["What this loan costs"]])
    """The table line by line."""
    currency: str = Field(examples=["CNY"])
    """The currency of its figures."""
    principal: Minor = Field(examples=[800000])
    """What is lent, in minor units."""
    received: Minor = Field(examples=[800000])
    """What is paid out."""
    total_repaid: Minor = Field(examples=[880129])
    """What is repaid in all."""
    finance_charge: Minor = Field(examples=[80129])
    """What it costs beyond the principal."""
    required_by: str | None = Field(examples=["disclosure.cost_table"])
    """The rule that asks for the table, if any."""
    pack_hash: Sha256
    """The content hash of the rule pack."""
    annualised_percent: dict[str, str] = Field(examples=[{"cn_irr": "19.56"}])
    """The yearly cost in percent, by convention."""
    charges: list[ChargeShown]
    """Every charge."""


class QuestionShown(Answer):
    """A question about what was shown, with one's own figures."""

    question: str = Field(examples=["question_total"])
    """Its name."""
    asks: str = Field(examples=["How much do you repay in all?"])
    """The question."""
    options: list[str] = Field(examples=[["8,000.00", "8,801.29"]])
    """What one may answer, by place from 0."""
    right: int = Field(ge=0, examples=[1])
    """The place of the right one."""
    why: str = Field(examples=["12 instalments come to 8,801.29."])
    """Why it is right."""


class DisclosureDocument(Answer):
    """What is shown before signing."""

    language: Literal["zh", "en"] = Field(examples=["en"])
    """The language it is written in."""
    table: CostTable
    """The cost table."""
    schedule: Schedule
    """The schedule."""
    questions: list[QuestionShown]
    """The questions; an answer is never a barrier."""


class Disclosed(DisclosureDocument):
    """What was shown, and the hash that names it."""

    application: ApplicationNumber
    """The application it was shown for."""
    disclosure: int = Field(ge=1, examples=[1])
    """Its number."""
    document_sha256: Sha256
    """The SHA-256 of the document's bytes, which is what is signed."""


class DisclosureShown(Answer):
    """What was shown, as it was shown."""

    disclosure: int = Field(ge=1, examples=[1])
    """Its number."""
    application: ApplicationNumber
    """The application it was shown for."""
    customer: str = Field(examples=["C-1001"])
    """Whom it was shown to."""
    language: Literal["zh", "en"] = Field(examples=["en"])
    """The language it is written in."""
    document_sha256: Sha256
    """The SHA-256 of the document's bytes."""
    shown_at: Instant = Field(examples=["2026-09-01T09:30:00Z"])
    """When it was shown."""
    signed_at: Instant | None = Field(examples=[None])
    """When it was signed, if it was."""
    document: DisclosureDocument
    """The document; its bytes are at `/disclosures/{disclosure}/document`."""


class AnswerTold(Answer):
    """What an answer was told."""

    is_right: bool = Field(examples=[True])
    """Whether it is right."""
    why: str = Field(examples=["12 instalments come to 8,801.29."])
    """Why."""


class QuestionsAnswered(Answer):
    """What the answers were told."""

    application: ApplicationNumber
    """The application."""
    disclosure: int = Field(ge=1, examples=[1])
    """The disclosure."""
    answers: dict[str, AnswerTold] = Field(examples=[{}])
    """By question."""


class ApplicationSigned(ContractSigned):
    """The contract that came of an application."""

    application: ApplicationNumber
    """The application."""
