"""What a person tells the guide: the debts, and what is left of a month. Never computes; nothing is stored or sent."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Self
from unicodedata import category

from pydantic import AfterValidator, Field, model_validator

from reprieve.lending.bad_input import bad_value, read_model
from reprieve.lending.currency import CURRENCIES
from reprieve.lending.field import Count, Day, Document, Multiple, Name, Share, drop_default, wrong
from reprieve.lending.guide.quoting import QuotedRate, QuotedShare
from reprieve.lending.json_document import read_json

AMOUNT_MOST: Final = 10**12
"""The most one amount may be: ten thousand million yuan, in fen."""
DAYS_MOST: Final = 3650
DEBTS_MOST: Final = 20
MONTHS_MOST: Final = 480
FIRST_DAY: Final = date(1950, 1, 1)
LAST_DAY: Final = date(2199, 12, 31)
"""The days an answer can be for: all that is looked back and forward to lies within the calendar."""
CURRENCY_OF: Final = {"cn": "CNY", "us": "USD", "eu": "EUR", "gb": "GBP"}


def _on_one_line(name: str) -> str:
    if any(category(mark) in ("Cc", "Zl", "Zp") for mark in name):
        raise wrong("a name on one line, without control characters", (), None, "name")
    return name


Called = Annotated[Name, AfterValidator(_on_one_line)]
"""A name that a person gives: shown, printed and put into a letter as it is."""
Amount = Annotated[int, Field(ge=0, le=AMOUNT_MOST)]
Lender = Literal[
    "bank", "consumer_finance", "micro_loan", "private", "trust", "auto_finance", "platform", "card_issuer", "unknown"
]
Product = Literal["consumer_loan", "credit_card", "revolving", "payday", "mortgage", "auto_loan"]
Bill = Literal["rent", "mortgage", "utilities", "tax", "food", "health", "child_support", "school"]
Income = Literal["wages", "side_job", "platform_work", "business", "benefits", "pension", "family", "other"]
Spending = Literal[
    "rent", "mortgage", "utilities", "food", "household", "transport", "phone", "health", "child_support", "school",
    "elders", "insurance", "tax", "clothing", "social", "other_debts", "other",
]  # fmt: skip


class Parts(Document):
    """What the overdue amount is made of, as the lender states it, in minor units."""

    principal: Amount = Field(default=0, examples=[720000])
    """Principal that is overdue."""
    interest: Amount = Field(default=0, examples=[56000])
    """Interest that is overdue."""
    penalty: Amount = Field(default=0, examples=[24000])
    """Late interest."""
    fees: Amount = Field(default=0, examples=[0])
    """Fees."""

    @property
    def total(self) -> int:
        """All of it, in minor units."""
        return self.principal + self.interest + self.penalty + self.fees


class NotDue(Document):
    """What has not fallen due yet, where the lender has not asked for everything at once."""

    principal: Annotated[int, Field(ge=1, le=AMOUNT_MOST)] = Field(examples=[1200000])
    """The principal of the instalments to come, in minor units."""
    instalments: Annotated[int, Field(ge=1, le=MONTHS_MOST)] = Field(examples=[12])
    """How many monthly instalments are left."""
    next_due_on: Day = Field(examples=["2026-12-10"])
    """The due date of the next one."""


class OwnFee(Document):
    """A fee beside the interest: by the month, by the instalment, or once when the money was paid out."""

    name: Called = Field(default="fee", examples=["service fee"])
    """What the contract calls it."""
    when: Literal["month", "once"] = Field(default="month", examples=["month"])
    """Every month, or once at the start."""
    amount: Annotated[int, Field(ge=1, le=AMOUNT_MOST)] | None = Field(default=None, examples=[4000])
    """The fee each time, in minor units."""
    rate: QuotedShare | None = Field(default=None, examples=["0.5%/month"])
    """The fee each time as a share of the money first borrowed."""
    is_deducted: bool = Field(default=True, examples=[True])
    """Whether a fee at the start was taken out of the money paid out; it costs the same, but rules look at it."""

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if (self.amount is None) == (self.rate is None):
            found = "neither" if self.amount is None else "both"
            raise wrong("either `amount` or `rate`", (), found, "one_of_two")
        return self


class Original(Document):
    """The loan as it was signed, where that is known; the true yearly cost is computed from it."""

    principal: Annotated[int, Field(ge=1, le=AMOUNT_MOST)] = Field(examples=[800000])
    """The money first borrowed, in minor units."""
    instalments: Annotated[int, Field(ge=1, le=MONTHS_MOST)] = Field(examples=[12])
    """How many monthly instalments it had."""
    signed_on: Day | None = Field(default=None, examples=["2025-09-24"])
    """The day of the contract."""
    instalment: Annotated[int, Field(ge=1, le=AMOUNT_MOST)] | None = Field(default=None, examples=[73344])
    """The equal amount of every instalment with its interest, in minor units, where the contract names it."""


class Debt(Document):
    """One debt, with any lender. Only what is overdue is needed; everything else makes the answer sharper."""

    name: Called = Field(default="", examples=["card A"], json_schema_extra=drop_default)
    """What you call it [its number in the list]."""
    lender: Lender = Field(default="unknown", examples=["consumer_finance"])
    """What kind of lender it is."""
    lender_name: Called | None = Field(default=None, examples=["Example Bank"])
    """The lender's name, for the letter."""
    product: Product | None = Field(default=None, examples=["consumer_loan"])
    """What kind of credit it is."""
    overdue: Amount = Field(examples=[800000])
    """All that the lender says is overdue, in minor units; 0 if nothing is overdue yet."""
    parts: Parts | None = Field(default=None, examples=[{"principal": 720000, "interest": 56000, "penalty": 24000}])
    """What that is made of [split by the stated rule]."""
    rate: QuotedRate | None = Field(default=None, examples=["0.18"])
    """The contract rate in any quoting; null if you are not sure."""
    flat_rate: QuotedShare | None = Field(default=None, examples=["0.6%/month"])
    """A fee on the money first borrowed, every instalment, in place of interest (每期手续费); needs `original`."""
    fees: Annotated[tuple[OwnFee, ...], Field(strict=False, max_length=20)] = Field(
        default=(), examples=[[{"name": "service fee", "when": "month", "rate": "0.5%/month"}]]
    )
    """Fees beside the interest [none]."""
    penalty_multiple: Multiple | None = Field(default=None, examples=["1.5"])
    """Late interest as a multiple of the contract rate [the most the rules allow, where they say]."""
    days_overdue: Annotated[int, Field(ge=0, le=DAYS_MOST)] | None = Field(default=None, examples=[60])
    """Days since the oldest missed due date; null if you are not sure."""
    accelerated: bool | None = Field(default=None, examples=[True])
    """Whether the lender has asked for everything at once; null if you are not sure."""
    not_due: NotDue | None = Field(default=None, examples=[None])
    """What has not fallen due yet [nothing]."""
    original: Original | None = Field(default=None, examples=[{"principal": 800000, "instalments": 12}])
    """The loan as it was signed [not known]."""

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.parts is not None and self.parts.total != self.overdue:
            found = f"parts that sum to {self.parts.total}"
            raise wrong(f"parts that sum to `overdue`, {self.overdue}", ("parts",), found, "parts_sum")
        if self.overdue == 0 and self.not_due is None:
            allowed = "an amount above 0, or what is still to come beside it (not due yet); else nothing is owed"
            raise wrong(allowed, ("overdue",), 0, "nothing_owed")
        if self.accelerated and self.not_due is not None:
            allowed = "nothing, since the whole debt has been made due; count it in `overdue`"
            raise wrong(allowed, ("not_due",), "an amount not due", "accelerated")
        if self.rate is not None and self.flat_rate is not None:
            raise wrong("either `rate` or `flat_rate`", ("flat_rate",), "both", "one_of_two")
        if self.flat_rate is not None and self.original is None:
            raise wrong("the loan as signed, since a flat rate is of it", ("original",), "nothing", "missing")
        return self


class Line(Document):
    """An amount that comes or goes in another rhythm than the month."""

    amount: Amount = Field(examples=[150000])
    """The amount each time, in minor units."""
    every: Literal["week", "2 weeks", "month", "quarter", "year"] = Field(examples=["week"])
    """How often."""


class Arrear(Document):
    """A bill that is behind and comes before every lender."""

    bill: Bill = Field(examples=["rent"])
    """Which bill."""
    amount: Annotated[int, Field(ge=1, le=AMOUNT_MOST)] = Field(examples=[300000])
    """What is behind, in minor units."""


class GuideRequest(Document):
    """Debts and a month's money. Amounts are whole minor units (fen, cents); leave out what you do not know."""

    place: Literal["cn", "us", "eu", "gb"] = Field(default="cn", examples=["cn"])
    """Whose rules apply."""
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = Field(
        default_factory=lambda given: CURRENCY_OF[given["place"]], examples=["CNY"]
    )
    """The ISO 4217 currency of every amount [the place's]."""
    debts: Annotated[tuple[Debt, ...], Field(strict=False, max_length=DEBTS_MOST)] = Field(
        examples=[[{"overdue": 800000, "rate": "0.18"}]], json_schema_extra={"minItems": 1}
    )
    """The debts."""
    surplus: Annotated[int, Field(ge=-AMOUNT_MOST, le=AMOUNT_MOST)] | None = Field(default=None, examples=[60000])
    """What is left of a month after everything a household needs, in minor units, if you know it."""
    income: dict[Income, Amount | Line] | None = Field(default=None, examples=[{"wages": 520000}])
    """What comes in, by source: an amount a month, or an amount and how often."""
    spending: dict[Spending, Amount | Line] | None = Field(default=None, examples=[{"rent": 180000, "food": 150000}])
    """What goes out, by use; payments on the debts above left out."""
    income_low: Amount | None = Field(default=None, examples=[400000])
    """What comes in in a low month, if it changes; plans are made on it."""
    buffer: Share = Field(default=Decimal("0.1"), examples=["0.1"])
    """The share of the surplus that is kept for the unexpected."""
    arrears_first: Annotated[tuple[Arrear, ...], Field(strict=False, max_length=20)] = Field(
        default=(), examples=[[{"bill": "rent", "amount": 300000}]]
    )
    """Bills that are behind and come before every lender [none]."""
    months_most: Count = Field(default=60, le=120, examples=[60])
    """The longest plan to look at."""

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if not self.debts:
            raise wrong("at least 1 debt", ("debts",), [], "too_short")
        if self.currency not in CURRENCIES:
            raise wrong("a currency of ISO 4217, such as CNY", ("currency",), self.currency, "currency")
        if self.surplus is not None and (self.income is not None or self.spending is not None):
            raise wrong("either `surplus`, or `income` and `spending`", ("surplus",), "both", "one_of_two")
        if (self.income is None) != (self.spending is None):
            missing = "income" if self.income is None else "spending"
            raise wrong("`income` and `spending` together", (missing,), "only one of the two", "both_or_none")
        return self


def read_request(document: Mapping[str, Any] | str | bytes) -> GuideRequest:
    """Return what a document asks the guide. Raises `BadInput`: where, what was found, what would be right."""
    return read_model(GuideRequest, read_json(document))


def check_day(on: date) -> None:
    """Refuse a day so far off that what comes before or after it leaves the calendar."""
    if not FIRST_DAY <= on <= LAST_DAY:
        raise bad_value("on", on, f"a day from {FIRST_DAY} to {LAST_DAY}")
