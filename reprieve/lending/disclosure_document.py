"""The disclosure document as it is shown before signing: cost table, schedule, questions, in words. Stores nothing."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from reprieve.errors import BadInput
from reprieve.lending.case import Case, schedule
from reprieve.lending.comprehension import questions
from reprieve.lending.disclosure import disclosure_of, disclosure_words
from reprieve.words import Words
from reprieve.words.message import Figure, Money, Percent


def document_of(case: Case, on: date, language: str, third_parties: Mapping[str, str]) -> dict[str, Any]:
    """Return what is shown of a contract on a day, in `zh` or `en`, as plain JSON types.

    `third_parties` names who receives each fee of a third party, by the fee's name.
    """
    table = disclosure_of(case, on, third_parties)
    said = disclosure_words(language)
    asked = []
    for question in questions(case, table):
        asks, why = question.say(language, table.currency)
        options = [_option(said, option, table.currency) for option in question.options]
        name = question.asks.key
        asked.append({"question": name, "asks": asks, "options": options, "right": question.right, "why": why})
    return {
        "language": language, "table": table.as_shown(language), "schedule": schedule(case).to_dict(),
        "questions": asked,
    }  # fmt: skip


def document_of_case(case: Case, on: date, language: str) -> dict[str, Any]:
    """Return what would be shown of a case that stands alone. Raises `BadInput` where it leaves open whose rules hold.

    A fee of a third party is refused: only a product says who receives it.
    """
    if case.file.rules is None:
        raise BadInput("$.rules", "nothing", "the place whose rules hold, such as cn", code="missing")
    for place, fee in enumerate(case.file.contract.fees):
        if fee.payee == "third_party":
            allowed = "lender; a product names who receives the fee of a third party, a case file alone does not"
            raise BadInput(f"$.contract.fees[{place}].payee", '"third_party"', allowed, code="third_party")
    return document_of(case, on, language, {})


def _option(said: Words, option: Figure, currency: str) -> str:
    """Return an option as its language writes it: money, or a rate."""
    assert isinstance(option, Money | Percent), "an option is a sum or a rate"
    return said.money(option.minor, currency) if isinstance(option, Money) else said.percent(option.percent)
