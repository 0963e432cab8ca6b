"""The kinds of value a document is made of: money, days, instants, decimal strings, rates, periods.

Every kind refuses floats, booleans as numbers and anything it would have to guess at. Never computes interest.
"""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema, model_validator
from pydantic.config import JsonValue
from pydantic_core import PydanticCustomError

MONEY_MOST: Final = 10**15
INSTALMENTS_MOST: Final = 1200
RATE_MOST: Final = 100
"""The highest rate a year that is read: 10,000 %."""
FIRST_DAY: Final = date(1900, 1, 1)
LAST_DAY: Final = date(2299, 12, 31)

DayCount = Literal["equal_periods", "act_365", "act_360", "act_act_isda", "30_360", "30e_360"]
ActualDayCount = Literal["act_365", "act_360", "act_act_isda", "30_360", "30e_360"]
Rounding = Literal["half_even", "half_up", "up", "down"]
Unit = Literal["month", "semimonth", "week", "day"]

_YEARS_OF_360: Final = ("act_360", "30_360", "30e_360")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_DECIMAL: Final = re.compile(r"[0-9]{1,6}(\.[0-9]{1,15})?")
_PERIOD: Final = re.compile(r"([1-9][0-9]{0,3}) (month|semimonth|week|day)")


class Document(BaseModel):
    """The base of every model that is read: frozen, strict, and no key that is not listed."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        serialize_by_alias=True,
        use_attribute_docstrings=True,
        allow_inf_nan=False,
    )


def wrong(
    allowed: str, at: tuple[str | int, ...] = (), found: object = None, code: str = "invalid"
) -> PydanticCustomError:
    """Return the error a validator raises: what is allowed, and where below the value (`at`) the fault lies."""
    figures = {"allowed": allowed, "at": at, "has_found": found is not None, "found": found}
    return PydanticCustomError(code, "{allowed}", figures)


def either(first: str, second: str) -> ConfigDict:
    """Return the published rule that exactly one of two keys is given; null counts as not given."""
    options: list[JsonValue] = [
        {"required": [key], "properties": {key: {"not": {"type": "null"}}}} for key in (first, second)
    ]
    return ConfigDict(json_schema_extra={"oneOf": options})


def drop_default(schema: dict[str, Any]) -> None:
    """Take a default out of a published field whose default hangs on other keys; its description says which."""
    schema.pop("default", None)


def _read_day(value: object) -> date:
    allowed = f"a date written YYYY-MM-DD, from {FIRST_DAY} to {LAST_DAY}"
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            raise wrong(f"{allowed}, that the calendar has", code="impossible_date") from None
    if type(value) is not date or not FIRST_DAY <= value <= LAST_DAY:
        raise wrong(allowed, code="date")
    return value


def _read_instant(value: object) -> datetime:
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            value = None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise wrong("an instant with its offset, such as 2026-02-15T09:30:00Z", code="instant")
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise wrong("an instant with its offset, such as 2026-02-15T09:30:00Z", code="instant") from None


def _write_instant(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")


def end_of(day: date) -> datetime:
    """Return the last instant (UTC) of a day, which stands in for a recording that is not given."""
    return datetime(day.year, day.month, day.day, 23, 59, 59, 999_999, tzinfo=UTC)


def decimal_of(value: object, *, places: int, most: int, least: str = "0") -> Decimal:
    """Return the number in a decimal string, or raise what is allowed."""
    allowed = f'a decimal string from {least} to {most} with at most {places} decimals, such as "0.18"'
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        raise wrong(allowed, code="decimal_string")
    number = Decimal(value)
    if not Decimal(least) <= number <= most or number != round(number, places):
        raise wrong(allowed, code="decimal_string")
    return number


def _decimal_schema(example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^{_DECIMAL.pattern}$", "examples": [example]})


_WRITE_DECIMAL: Final = PlainSerializer(lambda value: f"{value:f}", return_type=str, when_used="json")

Day = Annotated[date, BeforeValidator(_read_day)]
Instant = Annotated[
    datetime,
    BeforeValidator(_read_instant),
    PlainSerializer(_write_instant, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": f"^{_INSTANT.pattern}$"}),
]
Money = Annotated[int, Field(ge=0, le=MONEY_MOST)]
"""Minor units of the contract's currency."""
PositiveMoney = Annotated[int, Field(ge=1, le=MONEY_MOST)]
Count = Annotated[int, Field(ge=1, le=INSTALMENTS_MOST)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Share = Annotated[
    Decimal,
    BeforeValidator(lambda value: decimal_of(value, places=6, most=1)),
    _WRITE_DECIMAL,
    _decimal_schema("0.05"),
]
"""A part of something, 0 to 1, to 1e-6."""
FineShare = Annotated[
    Decimal,
    BeforeValidator(lambda value: decimal_of(value, places=9, most=1)),
    _WRITE_DECIMAL,
    _decimal_schema("0.005"),
]
"""A part of something, 0 to 1, to 1e-9."""
Multiple = Annotated[
    Decimal,
    BeforeValidator(lambda value: decimal_of(value, places=6, most=100)),
    _WRITE_DECIMAL,
    _decimal_schema("1.5"),
]
"""A multiple of a rate, 0 to 100, to 1e-6."""


class Quote(Document):
    """A rate beside the time it is quoted for."""

    value: Annotated[
        Decimal,
        BeforeValidator(lambda value: decimal_of(value, places=15, most=RATE_MOST)),
        _WRITE_DECIMAL,
        _decimal_schema("0.0005"),
    ] = Field(examples=["0.0005"])
    """The rate as a decimal string: "0.0005" is 0.05%."""
    per: Literal["year", "month", "day"] = Field(examples=["day"])
    """The time the value is quoted for. A month counts 1/12 of a year, a day 1/365 (1/360 where the year has 360)."""

    def per_year(self, day_count: str) -> Decimal:
        """Return the rate a year, exact: a day quote times the year of the day count, a month quote times 12."""
        days = 360 if day_count in _YEARS_OF_360 else 365
        return self.value * {"year": 1, "month": 12, "day": days}[self.per]

    def nano_per_year(self, day_count: str) -> int:
        """Return the rate in 1e-9 a year; `check_rate` has made sure at intake that it is whole."""
        nano = self.per_year(day_count).scaleb(9)
        assert nano == int(nano), f"{self} does not fit 1e-9 a year"
        return int(nano)


def _read_rate(value: object) -> object:
    if isinstance(value, dict | Quote):
        return value
    try:
        return Quote.model_construct(value=decimal_of(value, places=9, most=RATE_MOST), per="year")
    except PydanticCustomError as error:
        allowed = f'{(error.context or {})["allowed"]}, or an object of "value" and "per"'
        raise wrong(allowed, code="rate") from None


Rate = Annotated[
    Quote,
    BeforeValidator(_read_rate),
    WithJsonSchema(
        {
            "anyOf": [
                {
                    "type": "string",
                    "pattern": f"^{_DECIMAL.pattern}$",
                    "description": 'A bare decimal string is a rate a year: "0.18" is 18 % a year.',
                    "examples": ["0.18"],
                },
                {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["value", "per"],
                    "properties": {
                        "value": {
                            "type": "string",
                            "pattern": f"^{_DECIMAL.pattern}$",
                            "description": 'The rate as a decimal string: "0.0005" is 0.05%.',
                            "examples": ["0.0005"],
                        },
                        "per": {
                            "enum": ["year", "month", "day"],
                            "description": "The time it is quoted for: a month is 1/12 of a year, "
                            "a day 1/365 (1/360 for act_360, 30_360 and 30e_360).",
                            "examples": ["day"],
                        },
                    },
                },
            ]
        }
    ),
]
"""A rate: a bare decimal string is per year."""


def check_rate(rate: Quote | None, day_count: str, at: tuple[str | int, ...]) -> None:
    """Refuse a rate that is not a whole multiple of 1e-9 a year, or more than `RATE_MOST` a year."""
    if rate is None:
        return
    yearly = rate.per_year(day_count)
    if yearly > RATE_MOST or yearly.scaleb(9) % 1 != 0:
        allowed = f"a rate that is, for a year, a whole multiple of 0.000000001 and at most {RATE_MOST}"
        raise wrong(allowed, at, f"{rate.value:f} per {rate.per} = {yearly.normalize():f} per year", "rate_fits")


class Period(Document):
    """A count of months, half months, weeks or days."""

    count: Annotated[int, Field(ge=1, le=9999)]
    """How many units make one period."""
    unit: Unit
    """The unit."""

    @model_validator(mode="before")
    @classmethod
    def _from_words(cls, value: object) -> object:
        if isinstance(value, dict):
            return value
        match = _PERIOD.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            raise wrong('a count and a unit, such as "1 month", "1 semimonth", "2 week" or "10 day"', code="period")
        return {"count": int(match[1]), "unit": match[2]}

    def __str__(self) -> str:
        return f"{self.count} {self.unit}"

    def after(self, day: date, steps: int, due_day: int) -> date:
        """Return the date `steps` periods after a day, on the due day, clamped to the month's end.

        Half months pair the due day d with d + 15 (or d - 15). Raises `OverflowError` past the last year.
        """
        if self.unit == "month":
            return _day_in_month(day.year * 12 + day.month - 1 + steps * self.count, due_day)
        if self.unit == "semimonth":
            index = 2 * (day.year * 12 + day.month - 1) + 1
            while _half_month(index, due_day) > day:
                index -= 1
            return _half_month(index + steps * self.count, due_day)
        return day + timedelta(steps * self.count * (7 if self.unit == "week" else 1))

    @classmethod
    def parse(cls, words: str) -> Self:
        """Return the period that words such as "1 month" name."""
        return cls.model_validate(words)


def _day_in_month(month_index: int, due_day: int) -> date:
    year, month = divmod(month_index, 12)
    if year > LAST_DAY.year:
        raise OverflowError
    return date(year, month + 1, min(due_day, monthrange(year, month + 1)[1]))


def _half_month(index: int, due_day: int) -> date:
    early = due_day if due_day <= 15 else due_day - 15
    return _day_in_month(index // 2, early if index % 2 == 0 else early + 15)


PeriodWords = Annotated[
    Period,
    PlainSerializer(str, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": f"^{_PERIOD.pattern}$"}),
]
"""A period as words in JSON ("1 month"), as count and unit in Python."""
