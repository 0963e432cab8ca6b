"""One rule: a dated value that a law or a notice sets, with its scope, authority and source. Never judges a case."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any, Final

LEVELS: Final = (
    "law",
    "judicial_interpretation",
    "department_rule",
    "normative_notice",
    "national_standard",
    "self_regulatory",
    "window_guidance",
)
"""Who speaks, the strongest first."""
UNITS: Final = (
    "rate_per_year", "multiple", "share", "days", "months", "years", "count", "minor_units", "time_of_day", "flag",
    "list", "table",
)  # fmt: skip
APPLIES_BY: Final = ("contract", "accrual", "event", "filing")
"""Which date chooses the value: of the contract, of the day that accrues, of what happened, or of the court filing."""
LENDERS: Final = (
    "bank", "consumer_finance", "micro_loan", "private", "trust", "auto_finance", "platform", "card_issuer",
    "collector", "any_creditor",
)  # fmt: skip
PRODUCTS: Final = ("consumer_loan", "credit_card", "revolving", "payday", "mortgage", "auto_loan")
CONFIDENCES: Final = ("verified", "high")
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
NO_CREDITOR: Final = ("collector", "any_creditor")

Day = date
Value = Decimal | int | bool | str | date | time | tuple[Any, ...] | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule stands: the text's title and number, the article, its date, and where the wording was seen."""

    title: str
    number: str | None = None
    article: str | None = None
    date: Day | None = None
    seen_at: str | None = None
    title_en: str | None = None

    def cite(self, language: str) -> str:
        """Return the source in one line: `法释〔2020〕17号 第25条` with its title, or the same in English.

        >>> Source("民法典", article="art. 561", title_en="Civil Code").cite("en")
        'Civil Code, art. 561'
        """
        if language == "zh" and _HAN.search(self.title):
            number = f"（{self.number}）" if self.number else ""
            return f"《{self.title}》{number}{_article_zh(self.article or '')}"
        return ", ".join(part for part in (self.title_en or self.title, self.number, self.article) if part)


@dataclass(frozen=True, slots=True)
class Rule:
    """A value in force over `[from_, until)` for some lenders and products; an empty scope is everyone.

    `value` is a Decimal for rates, multiples and shares, an int for days, months, years, counts and money, a time, a
    bool, a tuple, or a read-only mapping of those. `says` holds one sentence in `zh` and one in `en`.
    """

    key: str
    value: Value
    unit: str
    from_: date
    until: date | None
    level: str
    applies_by: str
    lenders: tuple[str, ...]
    products: tuple[str, ...]
    confidence: str
    says: Mapping[str, str]
    source: Source
    currency: str | None = None

    def cite(self, language: str) -> str:
        """Return the source in one line, in `zh` or `en`."""
        return self.source.cite(language)

    @property
    def scope(self) -> tuple[frozenset[str], frozenset[str]]:
        """The lenders and products the rule is for, with `any_creditor` spelt out."""
        lenders = set(self.lenders)
        if "any_creditor" in lenders:
            lenders.update(lender for lender in LENDERS if lender not in NO_CREDITOR)
        return frozenset(lenders or LENDERS), frozenset(self.products or PRODUCTS)

    @property
    def narrowness(self) -> int:
        """How many of lender and product the rule names: the narrower rule wins."""
        return bool(self.lenders) + bool(self.products)

    def may_fit(self, lender_type: str | None, product: str | None) -> bool:
        """Return whether the rule may apply; what is not said could be anything."""
        lenders, products = self.scope
        return (lender_type is None or lender_type in lenders) and (product is None or product in products)

    def fits(self, lender_type: str | None, product: str | None) -> bool:
        """Return whether the rule certainly applies: what it is limited to must have been said."""
        is_said = (lender_type or not self.lenders) and (product or not self.products)
        return bool(is_said) and self.may_fit(lender_type, product)

    def to_dict(self) -> dict[str, Any]:
        """Return the published shape: rates as decimal strings, days as ISO dates, what is not set as null."""
        source = {name: plain(getattr(self.source, name)) for name in Source.__slots__}
        shown = {name: plain(getattr(self, name)) for name in Rule.__slots__ if name != "source"}
        shown["from"] = shown.pop("from_")
        return shown | {"source": source}


@dataclass(frozen=True, slots=True)
class NotEncoded:
    """Something a pack leaves out on purpose: what it would say, and why no figure is claimed for it."""

    key: str
    says: Mapping[str, str]
    because: Mapping[str, str]
    confidence: str

    def to_dict(self) -> dict[str, Any]:
        """Return the published shape."""
        return {name: plain(getattr(self, name)) for name in NotEncoded.__slots__}


def plain(value: object) -> Any:
    """Return a value as JSON has it: decimals as strings, days and times in ISO form, tables and lists of those."""
    if isinstance(value, Mapping):
        return {str(key): plain(below) for key, below in value.items()}
    if isinstance(value, tuple | list | frozenset):
        return [plain(below) for below in value]
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else value


def _article_zh(article: str) -> str:
    """Return `art. 25` as `第25条`, `item 3` as `第3项`; whatever else a source has stays as it is."""
    article = re.sub(r"arts?\. ([\d–, ]*\d)", r"第\1条", article)
    article = re.sub(r"items? ([\d–, ]*\d)", r"第\1项", article)
    return article.replace(", ", "、") if article.startswith("第") else article
