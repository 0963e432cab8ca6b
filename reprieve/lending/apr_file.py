"""The cash flows of `reprieve apr`: advances and payments, in series or one by one, as an explicit list.

Never computes a rate; `reprieve.engine.cost.solve_apr` does.
"""

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Annotated, Final, Literal, Self

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from reprieve.lending.bad_input import read_model
from reprieve.lending.field import Day, Document, Money, Period, wrong
from reprieve.lending.json_document import read_json

COUNT_MOST: Final = 10_000
FLOWS_MOST: Final = 100_000
YEARS_MOST: Final = 200
Flow = tuple[date | Fraction, int]
"""When (a date, or years after the first advance) and how much (minor units)."""

_FRACTION: Final = re.compile(r"[0-9]{1,9}(/[1-9][0-9]{0,8}|\.[0-9]{1,12})?")
_STEP: Final = re.compile(r"([1-9][0-9]{0,3}) (day|week|semimonth|month|year)")


def _read_years(value: object) -> Fraction:
    years = Fraction(value) if isinstance(value, str) and _FRACTION.fullmatch(value) else None
    if years is None or years > YEARS_MOST:
        raise wrong(f'a number of years up to {YEARS_MOST} as a string, such as "546/365", "1.5" or "0"', code="years")
    return years


def _read_unit_period(value: object) -> str:
    if not isinstance(value, str) or not _STEP.fullmatch(value):
        raise wrong('a count of day, week, semimonth, month or year, such as "1 month" or "2 week"', code="unit_period")
    return value


def _read_every(value: object) -> object:
    if isinstance(value, str) and (_STEP.fullmatch(value) or _FRACTION.fullmatch(value)):
        return value
    raise wrong('a period such as "1 month" beside `on`, a part of a year such as "1/12" beside `at`', code="every")


Years = Annotated[
    Fraction,
    BeforeValidator(_read_years),
    PlainSerializer(str, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": f"^{_FRACTION.pattern}$"}),
]


class FlowSeries(Document):
    """One flow, or several of the same amount at equal steps."""

    on: Day | None = Field(default=None, examples=["1978-02-10"])
    """The day of the first flow."""
    at: Years | None = Field(default=None, examples=["546/365"])
    """In place of `on`: years after the first advance, as a string."""
    amount: Money = Field(examples=[23000])
    """The amount of each flow, in minor units."""
    count: Annotated[int, Field(ge=1, le=COUNT_MOST)] = Field(default=1, examples=[24])
    """How many flows."""
    every: (
        Annotated[
            str,
            BeforeValidator(_read_every),
            WithJsonSchema({"type": "string", "pattern": f"^({_STEP.pattern}|{_FRACTION.pattern})$"}),
        ]
        | None
    ) = Field(default=None, examples=["1 month"])
    """The step between them: a period beside `on`, a part of a year beside `at`."""

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if (self.on is None) == (self.at is None):
            raise wrong("either `on` or `at`", (), "neither" if self.on is None else "both", "one_of_two")
        if self.every is None:
            if self.count > 1:
                raise wrong('the step between the flows, such as "1 month"', ("every",), "nothing", "missing")
            return self
        is_period = bool(_STEP.fullmatch(self.every))
        if is_period != (self.on is not None):
            allowed = 'a period such as "1 month"' if self.on is not None else 'a part of a year such as "1/12"'
            raise wrong(allowed, ("every",), f'"{self.every}"', "every")
        try:
            self.flows()
        except OverflowError:
            raise wrong("flows that end before the year 2300", ("count",), self.count) from None
        return self

    def flows(self) -> list[Flow]:
        """Return the flows one by one; month steps keep the day of the month, clamped to the month's end."""
        if self.on is None:
            assert self.at is not None
            step = Fraction(self.every or "0")
            return [(self.at + step * number, self.amount) for number in range(self.count)]
        if self.every is None:
            return [(self.on, self.amount)]
        period = _period(self.every)
        return [(period.after(self.on, number, self.on.day), self.amount) for number in range(self.count)]


class AprFile(Document):
    """Cash flows whose annual percentage rate is asked for."""

    convention: Literal["us_actuarial", "eu_effective", "cn_simple", "cn_irr"] = Field(examples=["us_actuarial"])
    """How the rate is computed."""
    unit_period: (
        Annotated[
            str,
            BeforeValidator(_read_unit_period),
            WithJsonSchema({"type": "string", "pattern": f"^{_STEP.pattern}$"}),
        ]
        | None
    ) = Field(default=None, examples=["1 month"])
    """The unit-period [found by the convention's own rule]."""
    advances: Annotated[tuple[FlowSeries, ...], Field(strict=False, min_length=1, max_length=COUNT_MOST)] = Field(
        examples=[[{"on": "1978-01-10", "amount": 500000}]]
    )
    """What the lender pays out."""
    payments: Annotated[tuple[FlowSeries, ...], Field(strict=False, min_length=1, max_length=COUNT_MOST)] = Field(
        examples=[[{"on": "1978-02-10", "amount": 23000, "count": 24, "every": "1 month"}]]
    )
    """What the borrower pays."""

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        dated = self.advances[0].on is not None
        total = 0
        for side in ("advances", "payments"):
            for place, series in enumerate(getattr(self, side)):
                total += series.count
                if (series.on is not None) != dated:
                    other = "`on`" if dated else "`at`"
                    raise wrong(f"{other} everywhere, as in $.advances[0]", (side, place), "the other", "mixed")
        if total > FLOWS_MOST:
            raise wrong(f"at most {FLOWS_MOST:,} flows in all", (), f"{total:,} flows")
        return self

    def flows(self, side: Literal["advances", "payments"]) -> list[Flow]:
        """Return the flows of one side one by one."""
        series: tuple[FlowSeries, ...] = getattr(self, side)
        return [flow for one in series for flow in one.flows()]


def _period(words: str) -> Period:
    match = _STEP.fullmatch(words)
    assert match
    count, unit = int(match[1]), match[2]
    return Period.parse(f"{count * 12} month" if unit == "year" else words)


def parse_apr(document: Mapping[str, object] | str | bytes) -> AprFile:
    """Return the cash flows a document holds. Raises `BadInput` for the first fault, with all of them in `.errors`."""
    return read_model(AprFile, read_json(document))
