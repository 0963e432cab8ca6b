"""Relief events: a pause, a statutory moratorium, a signed plan. Never computes what they change."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Discriminator, Field, Tag, model_validator

from reprieve.lending.event import Event
from reprieve.lending.field import Count, Day, Document, Money, Name, Rate, Share, wrong


class PauseRate(Document):
    """The interest of a pause at a rate of its own."""

    rate: Rate = Field(examples=["0.05"])
    """The rate while paused."""


def _pause_interest_kind(value: object) -> str:
    return "PauseRate" if isinstance(value, dict | PauseRate) else "word"


class _Range(Event):
    from_: Day = Field(alias="from", examples=["2026-03-01"])
    """The first day."""
    to: Day = Field(examples=["2026-06-01"])
    """The day after the last."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to <= self.from_:
            raise wrong(f"a day after `from`, {self.from_}", ("to",), self.to)
        return self


class Pause(_Range):
    """Payments pause by agreement."""

    kind: Literal["pause"]
    """This kind of event."""
    rows: Literal["shift", "to_end", "due_after"] = Field(examples=["shift"])
    """The rows of the pause: all later rows move, or they go behind the last, or fall due when it ends."""
    interest: Annotated[
        Annotated[Literal["accrues", "frozen"], Tag("word")] | Annotated[PauseRate, Tag("PauseRate")],
        Discriminator(_pause_interest_kind),
    ] = Field(examples=["accrues"])
    """What interest does in the pause; an object gives a rate of its own."""
    accrued: Literal["next_due", "spread", "end", "capitalised"] = Field(examples=["spread"])
    """Where the interest of the pause goes."""
    ageing: Literal["runs", "stopped"] = Field(examples=["stopped"])
    """Whether days past due count on in the pause."""
    penalty: Literal["runs", "stopped"] = Field(examples=["stopped"])
    """Whether penalty interest runs in the pause, on arrears too."""


class Moratorium(_Range):
    """A statute freezes interest, fees and contact."""

    kind: Literal["moratorium"]
    """This kind of event."""
    basis: Name | None = Field(default=None, examples=["statutory breathing space"])
    """The law or order it rests on."""


class StepUp(Document):
    """The first rows of a plan are smaller."""

    share: Share = Field(examples=["0.5"])
    """The first rows as a share of the level amount, as a decimal string."""
    rows: Count = Field(examples=[3])
    """How many rows are smaller."""


class Claim(Document):
    """What becomes of one component of the claims, in minor units; the parts sum to the claim of that day."""

    paid: Money = Field(default=0, examples=[1000])
    """Paid at signing."""
    held: Money = Field(default=0, examples=[0])
    """Covered by held money."""
    waived: Money = Field(default=0, examples=[0])
    """Given up for good."""
    waived_on_completion: Money = Field(default=0, examples=[0])
    """Parked at 0 % and given up when the plan has been kept."""
    capitalised: Money = Field(default=0, examples=[700000])
    """Becomes principal of the plan."""
    parked: Money = Field(default=0, examples=[0])
    """Owed at 0 %, repaid as `parked` of the plan says."""
    carried: Money = Field(default=0, examples=[0])
    """Keeps its due dates."""


class Claims(Document):
    """The claims of the signing day by component."""

    fees: Claim = Field(default_factory=Claim, examples=[{"waived": 2000}])
    """Fees."""
    penalty: Claim = Field(default_factory=Claim, examples=[{"waived": 24000}])
    """Penalty interest."""
    interest: Claim = Field(default_factory=Claim, examples=[{"parked": 56000}])
    """Interest."""
    principal: Claim = Field(default_factory=Claim, examples=[{"capitalised": 720000}])
    """Principal."""


class Restructure(Event):
    """A signed plan in place of the old rows."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"ageing": {"const": "cure"}}, "required": ["ageing"]},
            "then": {"required": ["kept_rows"]},
            "else": {"properties": {"kept_rows": {"type": "null"}}},
        }
    )

    kind: Literal["restructure"]
    """This kind of event."""
    annual_rate: Rate = Field(examples=["0.12"])
    """The rate of the plan."""
    method: Literal["level_instalment", "level_principal", "interest_only", "bullet", "flat"] = Field(
        examples=["level_instalment"]
    )
    """How the rows of the plan are made; `supported.md` says which are."""
    instalments: Count = Field(examples=[12])
    """How many rows the plan has."""
    first_due_on: Day = Field(examples=["2026-09-15"])
    """The first due date of the plan."""
    step_up: StepUp | None = Field(default=None, examples=[{"share": "0.5", "rows": 3}])
    """Smaller rows at the start [none]."""
    claims: Claims = Field(examples=[{"principal": {"capitalised": 720000}, "penalty": {"waived": 24000}}])
    """What becomes of each component of the claims."""
    parked: Literal["spread", "end"] = Field(default="spread", examples=["end"])
    """Whether parked money is repaid over the rows or after the last."""
    ageing: Literal["runs", "hold", "cure", "reset"] = Field(examples=["hold"])
    """What the plan does to days past due."""
    kept_rows: Count | None = Field(default=None, examples=[3])
    """With `cure`: how many rows in a row must be kept."""

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.first_due_on <= self.on:
            raise wrong(f"a day after the plan is signed, {self.on}", ("first_due_on",), self.first_due_on)
        if (self.ageing == "cure") != (self.kept_rows is not None):
            if self.kept_rows is None:
                raise wrong("the number of rows that must be kept, for `cure`", ("kept_rows",), "nothing", "missing")
            raise wrong('nothing; `kept_rows` goes with ageing "cure" only', ("kept_rows",), self.kept_rows)
        if self.step_up is not None and self.step_up.rows >= self.instalments:
            raise wrong(f"fewer than the {self.instalments} rows", ("step_up", "rows"), self.step_up.rows)
        return self
