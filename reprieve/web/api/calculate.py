"""`/calculate`: questions about one case file, answered on the spot, open to everybody. Never stores what is sent."""

from importlib.resources import files
from typing import Annotated, Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

import reprieve
from reprieve.lending import answers
from reprieve.lending.affordability_file import AffordabilityAsked, answer_affordability
from reprieve.lending.apr_file import AprFile
from reprieve.lending.case_file import CaseFile
from reprieve.lending.disclosure_document import document_of_case
from reprieve.lending.field import Day
from reprieve.lending.guide import answer as guide_answer
from reprieve.lending.guide.guide_answer import Answer as GuideAnswer
from reprieve.lending.guide.request import GuideRequest
from reprieve.lending.json_document import read_json
from reprieve.web.api.origination_shapes import Assessed, DisclosureDocument
from reprieve.web.declared import Declared, promised
from reprieve.web.reading import Asked, Digits, body_of, read_query
from reprieve.web.responses import answered

calculate: Final = Router(tags=["calculate"])
CASE: Final = read_json(files("reprieve.lending.examples").joinpath("eight_thousand.json").read_bytes())
FLOWS: Final = {
    "convention": "us_actuarial", "unit_period": "1 month", "advances": [{"on": "1978-01-10", "amount": 500000}],
    "payments": [{"on": "1978-02-10", "amount": 23000, "count": 24, "every": "1 month"}],
}  # fmt: skip
REQUEST: Final = {"debts": [{"overdue": 800000, "rate": "0.18", "days_overdue": 60}], "surplus": 60000}
BUDGET: Final = {"currency": "CNY", "income": {"wages": 600000}, "spending": {"rent": 150000, "food": 200000}}
DAYS_MOST: Final = 36_500
HORIZONS_MOST: Final = 100


class OnDay(Asked):
    """The day a question is about."""

    on: Day = Field(examples=["2026-04-14"])
    """The day whose end is asked about."""


class OnDayAsKnown(OnDay):
    """The day a question is about, and how much was known."""

    known_on: Day | None = Field(default=None, examples=["2026-04-14"])
    """Only what was recorded by the end of this day (UTC) [everything]."""


class ExplainAsked(OnDayAsKnown):
    """Which figure to explain."""

    figure: Literal["principal", "interest", "penalty", "fees"] = Field(default="penalty", examples=["penalty"])
    """The figure."""


class MaybeOnDay(Asked):
    """A day that may be left out."""

    on: Day | None = Field(default=None, examples=["2026-04-14"])
    """The day of rules that do not go by the contract's day [the contract's day]."""


class DisclosureAsked(MaybeOnDay):
    """What to show, and in which language."""

    language: Literal["zh", "en"] = Field(examples=["en"])
    """The language of whom it is shown to."""


class ProjectAsked(Asked):
    """How far to look ahead."""

    days: list[Annotated[int, Field(strict=True, ge=0, le=DAYS_MOST), Digits]] = Field(
        default=[30, 60, 90, 180], min_length=1, max_length=HORIZONS_MOST, examples=[[30, 60, 90, 180]]
    )
    """How many days on; the name again for each (`days=30&days=60`)."""
    on: Day | None = Field(default=None, examples=["2026-04-14"])
    """The day to look ahead from [the day of the last event]."""


@calculate.post("/schedule", **promised(Declared(answers.Schedule, None, CaseFile, can_refuse=True, example=CASE)))
def calculate_schedule(request: HttpRequest) -> HttpResponse:
    """Return the schedule of a case as it was signed; events are left out."""
    return answered(reprieve.schedule(_case(request)))


@calculate.post(
    "/position",
    **promised(
        Declared(
            answers.Position, None, CaseFile, OnDayAsKnown, can_refuse=True, example=CASE, query={"on": "2026-04-14"}
        )
    ),
)
def calculate_position(request: HttpRequest) -> HttpResponse:
    """Return what is owed at the end of a day, by component, and how late it is."""
    asked = read_query(request, OnDayAsKnown)
    return answered(reprieve.position(_case(request), asked.on, asked.known_on))


@calculate.post(
    "/remaining",
    **promised(
        Declared(answers.Remaining, None, CaseFile, OnDay, can_refuse=True, example=CASE, query={"on": "2026-04-14"})
    ),
)
def calculate_remaining(request: HttpRequest) -> HttpResponse:
    """Return the payments to come, after all that was agreed meanwhile, if each is made in time."""
    asked = read_query(request, OnDay)
    return answered(reprieve.remaining(_case(request), asked.on))


@calculate.post(
    "/explain",
    **promised(
        Declared(
            answers.Explanation, None, CaseFile, ExplainAsked, can_refuse=True, example=CASE,
            query={"on": "2026-04-14", "figure": "penalty"},
        )
    ),
)  # fmt: skip
def calculate_explain(request: HttpRequest) -> HttpResponse:
    """Return the spans of days, bases and rates that sum to a figure."""
    asked = read_query(request, ExplainAsked)
    return answered(reprieve.explain(_case(request), asked.on, asked.figure, asked.known_on))


@calculate.post("/cost", **promised(Declared(answers.Cost, None, CaseFile, MaybeOnDay, can_refuse=True, example=CASE)))
def calculate_cost(request: HttpRequest) -> HttpResponse:
    """Return what the credit costs if it is paid as agreed, and what the rules say of that."""
    asked = read_query(request, MaybeOnDay)
    return answered(reprieve.cost(_case(request), asked.on))


@calculate.post(
    "/project",
    **promised(
        Declared(
            answers.Projection, None, CaseFile, ProjectAsked, can_refuse=True, example=CASE,
            query={"days": [30, 60, 90, 180], "on": "2026-04-14"},
        )
    ),
)  # fmt: skip
def calculate_project(request: HttpRequest) -> HttpResponse:
    """Return what the debt grows to if nothing more is paid, and what the credit record would show."""
    asked = read_query(request, ProjectAsked)
    return answered(reprieve.project(_case(request), asked.days, asked.on))


@calculate.post("/apr", **promised(Declared(answers.Apr, None, AprFile, can_refuse=True, example=FLOWS)))
def calculate_apr(request: HttpRequest) -> HttpResponse:
    """Return the annual percentage rate of plain cash flows."""
    return answered(reprieve.apr(body_of(request)))


@calculate.post(
    "/guide",
    **promised(
        Declared(GuideAnswer, None, GuideRequest, OnDay, can_refuse=True, example=REQUEST, query={"on": "2026-11-23"})
    ),
)
def calculate_guide(request: HttpRequest) -> HttpResponse:
    """Return the guide's whole answer for one person: what it becomes, what the law allows, which plans work."""
    asked = read_query(request, OnDay)
    return answered(guide_answer(body_of(request), asked.on))


@calculate.post(
    "/affordability",
    **promised(
        Declared(Assessed, None, AffordabilityAsked, can_refuse=True, example={"budget": BUDGET, "payment": 73344})
    ),
)
def calculate_affordability(request: HttpRequest) -> HttpResponse:
    """Return whether a payment, or what a contract asks for, is affordable: what is left, also with less income."""
    return answered(answer_affordability(body_of(request)))


@calculate.post(
    "/disclosure",
    **promised(
        Declared(
            DisclosureDocument, None, CaseFile, DisclosureAsked, can_refuse=True, example=CASE,
            query={"language": "en"},
        )
    ),
)  # fmt: skip
def calculate_disclosure(request: HttpRequest) -> HttpResponse:
    """Return what would be shown before a case is signed: the cost table of its place, the schedule, questions."""
    asked = read_query(request, DisclosureAsked)
    case = _case(request)
    return answered(document_of_case(case, asked.on or case.file.contract.disbursed_on, asked.language))


def _case(request: HttpRequest) -> "reprieve.Case":
    return reprieve.Case.read(body_of(request))
