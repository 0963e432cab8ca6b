"""The published shape of what `reprieve rules` answers: models `rules.schema.json` is written from. Never reads a pack.

`Rule.to_dict()` and `NotEncoded.to_dict()` return the JSON described here.
"""

from typing import Annotated, Final, Literal

from pydantic import Field, JsonValue

from reprieve.lending.answers import Answer
from reprieve.lending.field import Day

Level = Literal[
    "law",
    "judicial_interpretation",
    "department_rule",
    "normative_notice",
    "national_standard",
    "self_regulatory",
    "window_guidance",
]
Unit = Literal[
    "rate_per_year",
    "multiple",
    "share",
    "days",
    "months",
    "years",
    "count",
    "minor_units",
    "time_of_day",
    "flag",
    "list",
    "table",
]


class Says(Answer):
    """One sentence in each language."""

    en: str = Field(examples=["The penalty rate on an overdue loan is at most 150 % of the contract rate."])
    """The English sentence."""
    zh: str = Field(examples=["逾期贷款的罚息利率，最高为合同利率的1.5倍。"])
    """The Chinese sentence."""


class RuleSource(Answer):
    """Where a rule stands."""

    title: str = Field(examples=["中国人民银行关于人民币贷款利率有关问题的通知"])
    """The title of the text, as published."""
    number: str | None = Field(examples=["银发〔2003〕251号"])
    """Its number."""
    article: str | None = Field(examples=["item 3"])
    """The article, section or item."""
    date: Day | None = Field(examples=["2003-12-10"])
    """The day of the text."""
    seen_at: str | None = Field(examples=["full text as of 2025-04-19"])
    """Where the wording was seen, which need not be the regulator's own page."""
    title_en: str | None = Field(examples=["PBoC notice on RMB lending rates"])
    """The title in English, where the text has another language."""


class RuleShown(Answer):
    """One dated value."""

    key: str = Field(examples=["penalty.multiple_most"])
    """What the value is about."""
    value: JsonValue = Field(examples=["1.5"])
    """A decimal string, whole number, time, true or false, list or table, as the unit says."""
    unit: Unit = Field(examples=["multiple"])
    """The unit of the value."""
    currency: str | None = Field(examples=["CNY"])
    """The currency of minor units, else null."""
    from_: Day = Field(alias="from", examples=["2004-01-01"])
    """The first day it holds."""
    until: Day | None = Field(examples=["2027-01-01"])
    """The first day it no longer holds; null while no end is known."""
    level: Level = Field(examples=["normative_notice"])
    """The authority that speaks."""
    applies_by: Literal["contract", "accrual", "event", "filing"] = Field(examples=["contract"])
    """Which date chooses the value."""
    lenders: list[str] = Field(examples=[["bank", "consumer_finance"]])
    """The lender types it is for; empty means every lender."""
    products: list[str] = Field(examples=[["credit_card"]])
    """The products it is for; empty means every product."""
    confidence: Literal["verified", "high"] = Field(examples=["verified"])
    """Whether the wording was read, or is known with high confidence."""
    says: Says
    """What it says, in plain words."""
    source: RuleSource
    """Where it stands."""


class LeftOut(Answer):
    """Something the pack leaves out on purpose."""

    key: str = Field(examples=["cost_ceiling.consumer_finance"])
    """What it would be about."""
    says: Says
    """What is said about it elsewhere."""
    because: Says
    """Why no value is claimed."""
    confidence: Literal["medium", "uncertain", "press_only"] = Field(examples=["press_only"])
    """How sure anyone can be."""


class RulesShown(Answer):
    """What `rules show` answers."""

    place: str = Field(examples=["cn"])
    """The place."""
    on: Day = Field(examples=["2026-11-23"])
    """The day asked about."""
    lender_type: str | None = Field(examples=["consumer_finance"])
    """The lender type asked about; null for any."""
    product: str | None = Field(examples=["consumer_loan"])
    """The product asked about; null for any."""
    content_hash: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    """The SHA-256 of everything the pack says."""
    rules: list[RuleShown]
    """The rules in force."""
    not_encoded: list[LeftOut]
    """What the pack leaves out on purpose."""


class RuleChange(Answer):
    """One rule that is not the same on two days."""

    key: str = Field(examples=["credit_repair.open"])
    """What the rule is about."""
    before: RuleShown | None
    """The rule on the earlier day; null where there was none."""
    after: RuleShown | None
    """The rule on the later day; null where there is none."""


class RulesCompared(Answer):
    """What `rules diff` answers."""

    place: str = Field(examples=["cn"])
    """The place."""
    from_: Day = Field(alias="from", examples=["2026-02-01"])
    """The earlier day."""
    to: Day = Field(examples=["2026-11-23"])
    """The later day."""
    changes: list[RuleChange]
    """The rules that differ."""


class PackChecked(Answer):
    """One pack and how its worked cases went."""

    place: str = Field(examples=["cn"])
    """The place."""
    rules: int = Field(examples=[121])
    """How many dated values it holds."""
    keys: int = Field(examples=[103])
    """Under how many keys."""
    not_encoded: int = Field(examples=[27])
    """How many things it leaves out on purpose."""
    cases: int = Field(examples=[453])
    """How many worked cases stand beside it."""
    failures: list[str]
    """A sentence for each worked case that fails."""
    content_hash: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    """The SHA-256 of everything the pack says."""


class RulesChecked(Answer):
    """What `rules check` answers."""

    packs: list[PackChecked]
    """Each pack that was checked."""


RULES_ANSWERS: Final = {"show": RulesShown, "diff": RulesCompared, "check": RulesChecked}
"""Each command of `reprieve rules`, and what it answers."""
