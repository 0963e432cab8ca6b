"""A household's month (收支表): what comes in, what must go out, what other debts take. Never judges spending."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from reprieve.engine.money import HALF_EVEN, UP, multiply_divide
from reprieve.lending.bad_input import read_model
from reprieve.lending.currency import CURRENCIES
from reprieve.lending.field import Document, wrong
from reprieve.lending.guide.budget import A_YEAR
from reprieve.lending.guide.request import AMOUNT_MOST, Amount, Income, Line, Spending
from reprieve.lending.json_document import read_json


class Budget(Document):
    """A month of a household, in minor units; every line is an amount a month, or an amount and how often."""

    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = Field(examples=["CNY"])
    """The ISO 4217 currency of every amount."""
    income: dict[Income, Amount | Line] = Field(examples=[{"wages": 520000}])
    """What comes in after tax and social insurance, by source."""
    income_low: Amount | None = Field(default=None, examples=[400000])
    """What comes in in a low month, where income changes; it is what counts."""
    spending: dict[Spending, Amount | Line] = Field(examples=[{"rent": 180000, "food": 150000}])
    """What goes out, by use; `other_debts` are the payments on debts that exist already."""
    savings: Annotated[int, Field(ge=0, le=AMOUNT_MOST)] = Field(default=0, examples=[600000])
    """Money at hand."""

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.currency not in CURRENCIES:
            raise wrong("a currency of ISO 4217, such as CNY", ("currency",), self.currency, "currency")
        if not self.income:
            raise wrong("at least one line; an income of 0 is a line too", ("income",), {}, "missing")
        return self

    @property
    def monthly_income(self) -> int:
        """What counts as a month's income: the low month where one is given, in minor units."""
        earned = sum(a_month(line) for line in self.income.values())
        return earned if self.income_low is None else min(earned, self.income_low)

    @property
    def debt_payments(self) -> int:
        """A month's payments on debts that exist already, the mortgage among them, in minor units."""
        return sum(
            a_month(line, up=True) for name, line in self.spending.items() if name in ("other_debts", "mortgage")
        )

    @property
    def spent(self) -> int:
        """All that goes out in a month, in minor units, each line rounded up."""
        return sum(a_month(line, up=True) for line in self.spending.values())


def a_month(line: int | Line, *, up: bool = False) -> int:
    """Return a line as an amount a month: half-even, or rounded up.

    >>> a_month(Line(amount=150000, every="week"))
    650000
    """
    if isinstance(line, int):
        return line
    return int(multiply_divide(line.amount, A_YEAR[line.every], 12, UP if up else HALF_EVEN))


def read_budget(document: Mapping[str, Any] | str | bytes) -> Budget:
    """Return the budget of a document. Raises `BadInput`: where, what was found, what is allowed."""
    return read_model(Budget, read_json(document))
