"""The case file: one contract, its events and its rules, read from JSON or a dict and normalised.

`parse_case` is the only way in. Never computes interest; see `case_format.md` for the fields and their defaults.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic.config import JsonDict

from reprieve.lending.bad_input import read_model
from reprieve.lending.contract import Contract
from reprieve.lending.event import Opening, Payment, Reversal
from reprieve.lending.event_kind import AnyEvent
from reprieve.lending.field import Document, Name, check_rate, wrong
from reprieve.lending.json_document import read_json
from reprieve.lending.relief_event import Pause
from reprieve.lending.supported import refuse_unsupported
from reprieve.rules.rule import LENDERS, PRODUCTS

EVENTS_MOST: Final = 100_000


def _one_of(words: tuple[str, ...]) -> Callable[[JsonDict], None]:
    """Publish the words of a closed list."""

    def publish(schema: JsonDict) -> None:
        schema["anyOf"] = [{"enum": list(words), "type": "string"}, {"type": "null"}]

    return publish


class Rules(Document):
    """Which rule pack governs the case."""

    place: Literal["cn", "us", "eu", "gb"] = Field(examples=["cn"])
    """The place whose law holds."""
    lender_type: Name | None = Field(default=None, examples=["consumer_finance"], json_schema_extra=_one_of(LENDERS))
    """The kind of lender, in the pack's words [any]."""
    product: Name | None = Field(default=None, examples=["consumer_loan"], json_schema_extra=_one_of(PRODUCTS))
    """The kind of product, in the pack's words [any]."""

    @field_validator("lender_type", "product")
    @classmethod
    def _known(cls, word: str | None, about: ValidationInfo) -> str | None:
        known = LENDERS if about.field_name == "lender_type" else PRODUCTS
        if word is not None and word not in known:
            raise wrong(f"one of {', '.join(known)}", code="unknown_word")
        return word


def _rules_schema(schema: dict[str, Any]) -> None:
    """Publish that a bare word stands for the place."""
    reference = schema.pop("anyOf")
    schema["anyOf"] = [{"enum": ["cn", "us", "eu", "gb"], "description": "The place alone."}, *reference]


class CaseFile(Document):
    """A contract, its events, and the rules they stand under."""

    contract: Contract
    """What lender and borrower agreed."""
    events: Annotated[tuple[AnyEvent, ...], Field(strict=False, max_length=EVENTS_MOST)] = Field(
        default=(), examples=[[{"kind": "payment", "on": "2026-02-15", "amount": 73344}]]
    )
    """What happened; the order of recording never matters."""
    rules: Rules | None = Field(default=None, examples=["cn"], json_schema_extra=_rules_schema)
    """The rule pack [none]; a bare place such as "cn" will do."""

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, document: object) -> object:
        """Name events by their place, and read a bare place as rules."""
        if not isinstance(document, dict):
            return document
        filled = dict(document)
        events = document.get("events")
        if isinstance(events, list | tuple):
            filled["events"] = [_named(event, place) for place, event in enumerate(events)]
        if isinstance(document.get("rules"), str):
            filled["rules"] = {"place": document["rules"]}
        return filled

    @model_validator(mode="after")
    def _events_agree(self) -> Self:
        self._check_names()
        self._check_days()
        self._check_opening()
        for place, event in enumerate(self.events):
            self._check_terms(place, event)
        return self

    def _check_names(self) -> None:
        seen: dict[str, int] = {}
        for place, event in enumerate(self.events):
            if event.id in seen:
                other = f"a name no other event has; $.events[{seen[event.id]}] has it"
                raise wrong(other, ("events", place, "id"), event.id, "repeated_id")
            seen[event.id] = place
        reversed_by: dict[str, int] = {}
        for place, event in enumerate(self.events):
            if not isinstance(event, Reversal):
                continue
            at = ("events", place, "of")
            paid = self.events[seen[event.of]] if event.of in seen else None
            if not isinstance(paid, Payment):
                raise wrong("the id of a payment of this case", at, event.of, "reversal_of")
            if event.of in reversed_by:
                other = f"a payment that no other event reverses; $.events[{reversed_by[event.of]}] does"
                raise wrong(other, at, event.of, "reversed_twice")
            if event.on < paid.on:
                raise wrong(f"a day on or after the payment's, {paid.on}", ("events", place, "on"), event.on)
            reversed_by[event.of] = place

    def _check_days(self) -> None:
        start = self.contract.disbursed_on
        for place, event in enumerate(self.events):
            if event.on < start:
                raise wrong(f"a day on or after the disbursement, {start}", ("events", place, "on"), event.on)

    def _check_opening(self) -> None:
        openings = [(place, event) for place, event in enumerate(self.events) if isinstance(event, Opening)]
        if not openings:
            return
        if len(openings) > 1:
            raise wrong("one opening", ("events", openings[1][0], "kind"), "a second opening")
        opening = openings[0][1]
        for place, event in enumerate(self.events):
            if event.on < opening.on:
                raise wrong(f"a day on or after the opening's, {opening.on}", ("events", place, "on"), event.on)

    def _check_terms(self, place: int, event: AnyEvent) -> None:
        """Rates fit the contract's day count, and rows can only be counted in periods where there is one."""
        day_count = self.contract.day_count
        check_rate(getattr(event, "annual_rate", None), day_count, ("events", place, "annual_rate"))
        if isinstance(event, Pause):
            own = None if isinstance(event.interest, str) else event.interest.rate
            check_rate(own, day_count, ("events", place, "interest", "rate"))


def _named(event: object, place: int) -> object:
    return {"id": f"{place:06}", **event} if isinstance(event, dict) else event


def parse_case(document: Mapping[str, Any] | str | bytes) -> CaseFile:
    """Return the case a document holds, every default filled in.

    Takes JSON text, UTF-8 bytes, or a mapping of the same shape (dates may be `datetime.date`). Raises `BadInput` for
    the first fault, with all that were found in `.errors`, and `Unsupported` for a combination that is not in the
    published matrix.
    """
    case = read_model(CaseFile, read_json(document))
    refuse_unsupported(case)
    return case
