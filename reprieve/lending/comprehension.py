"""Questions before signing, with the customer's own numbers: what it costs, what being late costs. Never a barrier.

A wrong answer shows why and blocks nothing. The options come from the same figures, so none can be ruled out by size.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final, TypeVar

from reprieve.lending.case import Case, position, schedule
from reprieve.lending.disclosure import Disclosure, disclosure_words
from reprieve.words.message import Count, Figure, Message, Money, Percent

LATE_DAYS: Final = 30
OPTIONS: Final = 3

Number = TypeVar("Number", int, Decimal)


@dataclass(frozen=True, slots=True)
class Question:
    """A question, its options from small to large, which one is right, and the sentence that says why."""

    asks: Message
    options: tuple[Figure, ...]
    right: int
    why: Message

    def is_right(self, option: int) -> bool:
        """Return whether an answer, the place of an option, is right."""
        return option == self.right

    def say(self, language: str, currency: str) -> tuple[str, str]:
        """Return the question and its reason in a language, `zh` or `en`, money in the loan's currency."""
        said = disclosure_words(language)
        return said.say(self.asks, currency), said.say(self.why, currency)


def questions(case: Case, disclosure: Disclosure) -> tuple[Question, ...]:
    """Return the questions of a contract that is about to be signed: the whole sum, a late month, the yearly cost."""
    rows = schedule(case)["instalments"]
    asked = [_total(disclosure, len(rows)), _late(case, rows[0]), _rate(disclosure, case)]
    return tuple(asked)


def _total(disclosure: Disclosure, count: int) -> Question:
    total, principal = disclosure.total_repaid, disclosure.principal
    charge = total - principal
    why = Message("question_total_why", {
        "count": Count(count), "total": Money(total), "principal": Money(principal), "charge": Money(charge),
    })  # fmt: skip
    others = (principal, total + max(charge, principal // 10), principal + charge // 2, total + principal // 5)
    return _question(Message("question_total"), total, others, why)


def _late(case: Case, row: dict[str, int]) -> Question:
    """Ask what the first instalment costs more when it is paid a month late, as the kernel has it."""
    contract = case.file.contract
    day = contract.first_due_on + timedelta(LATE_DAYS)
    arrears = position(Case(case.file.model_copy(update={"events": ()})), day)["arrears"]
    late = arrears["penalty"] + max(0, arrears["fees"] - row["fees"])
    why = Message("question_late_why", {"late": Money(late)})
    asks = Message("question_late", {"days": Count(LATE_DAYS)})
    return _question(asks, late, (0, late * 2, row["due"] // 10, row["due"]), why)


def _rate(disclosure: Disclosure, case: Case) -> Question:
    contract = case.file.contract
    percent = next(iter(disclosure.annualised.values()))
    share = Decimal(disclosure.finance_charge * 10_000 // disclosure.principal).scaleb(-2)
    why = Message("question_rate_why", {"percent": Percent(percent)})
    monthly = (percent / 12).quantize(Decimal("0.01"))
    asks = Message("question_rate")
    rate = contract.annual_rate.per_year(contract.day_count) * 100
    wrong = _distinct((monthly, share, rate, percent * 2), percent)
    options = sorted([percent, *wrong])
    return Question(asks, tuple(Percent(option) for option in options), options.index(percent), why)


def _question(asks: Message, right: int, others: Iterable[int], why: Message) -> Question:
    options = sorted([right, *_distinct(others, right)])
    return Question(asks, tuple(Money(option) for option in options), options.index(right), why)


def _distinct(others: Iterable[Number], right: Number) -> list[Number]:
    """Return the first wrong options that differ from the right one and from each other."""
    return list(dict.fromkeys(other for other in others if other != right))[: OPTIONS - 1]
