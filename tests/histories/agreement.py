"""Compares the kernel with the reference on one history: every figure, on several days. Never decides who is right."""

import random
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any, NamedTuple

import reprieve
from reprieve import errors
from reprieve.engine.calendar import CALENDAR_START
from reprieve.lending.columns import calendar_row, to_date
from tests import reference
from tests.histories.census import kinds_of
from tests.histories.generator import MOMENTS, Moment, case, moments
from tests.histories.oracle import Oracle

Case = dict[str, Any]
Answer = dict[str, Any]
Question = tuple[Case, date, date | None]

CALENDARS = ("cn",)
KERNEL_REFUSALS = (errors.ReprieveError,)
REFERENCE_REFUSALS = (reference.Unsupported,)
BEYOND_INTEGERS = "where a pause is to come"
"""Ends the refusal of what only the kernel's integers cannot hold: the sums of long uneven periods."""


class Verdict(NamedTuple):
    """What came out for one history: was it refused on any day, which kinds it held, and the figures that differ."""

    number: int
    is_refused: bool
    kinds: list[str]
    differences: list[str]


def kernel_schedule(case: Case) -> Answer:
    """The kernel's schedule of `case`, or its refusal."""
    return _answer(partial(ask_kernel_for_schedule, case), KERNEL_REFUSALS)


def kernel_positions(questions: list[Question]) -> list[Answer]:
    """The kernel's positions, one a question, or its refusals: the one place that knows the kernel's front door."""
    return [_answer(partial(ask_kernel, *question), KERNEL_REFUSALS) for question in questions]


def reference_schedule(case: Case) -> Answer:
    """The reference's schedule of `case`, or its refusal."""
    return _answer(partial(reference.schedule, case), REFERENCE_REFUSALS)


def reference_positions(questions: list[Question]) -> list[Answer]:
    """The reference's positions, one a question, or its refusals."""
    return [_answer(partial(ask_reference, *question), REFERENCE_REFUSALS) for question in questions]


def ask_reference(case: Case, on: date, known_on: date | None) -> Answer:
    """The reference's position, refusals raised: what the oracle needs."""
    return dict(reference.position(case, on.isoformat(), known_on.isoformat() if known_on else None))


def ask_kernel(case: Case, on: date, known_on: date | None) -> Answer:
    """The kernel's position, refusals raised; without the bucket, which the reference does not know."""
    answer = reprieve.position(reprieve.Case.read(case), on, known_on).to_dict()
    return {figure: value for figure, value in answer.items() if figure != "bucket"}


def ask_kernel_for_schedule(case: Case) -> Answer:
    """The kernel's schedule, refusals raised."""
    return dict(reprieve.schedule(reprieve.Case.read(case)).to_dict())


def _share_calendars() -> None:
    """Both sides roll due dates by the same closed days, which the kernel's calendars give."""
    for name in CALENDARS:
        closed = calendar_row(name).nonzero()[0].tolist()
        reference.CALENDARS[name] = {to_date(day + CALENDAR_START) for day in closed}


_share_calendars()
ORACLE = Oracle(reference.schedule, ask_reference, REFERENCE_REFUSALS)
KERNEL = Oracle(ask_kernel_for_schedule, ask_kernel, KERNEL_REFUSALS)


def numbered(seed: int, number: int) -> random.Random:
    """The generator of one history of a run."""
    return random.Random(f"{seed}:{number}")


def history(seed: int, number: int, focus: str | None = None) -> tuple[Case, list[Moment]]:
    """History `number` of the run `seed`, and the days to ask about."""
    rng = numbered(seed, number)
    made = case(rng, focus, ORACLE)
    return made, moments(made, rng, MOMENTS)


def judge(seed: int, number: int, focus: str | None = None) -> Verdict:
    """Compares both sides on one history."""
    made, days = history(seed, number, focus)
    answers = _answers(made, days)
    is_refused = any("refused" in slow for _, _, slow in answers)
    found = [line for label, kernel, slow in answers for line in _unequal(label, kernel, slow)]
    return Verdict(number, is_refused, [kind for kind, times in kinds_of(made).items() if times], found)


def differences(case: Case, days: list[Moment]) -> list[str]:
    """The figures that differ, as sentences; a crash of either side is a difference."""
    return [line for label, kernel, slow in _answers(case, days) for line in _unequal(label, kernel, slow)]


def _answers(case: Case, days: list[Moment]) -> list[tuple[str, Answer, Answer]]:
    """What was asked, the kernel's answer, the reference's."""
    questions = [(case, on, known_on) for on, known_on in days]
    labels = [f"{on}" + (f" as known on {known_on}" if known_on else "") for on, known_on in days]
    positions = zip(labels, kernel_positions(questions), reference_positions(questions), strict=True)
    return [("schedule", kernel_schedule(case), reference_schedule(case)), *positions]


def _answer(ask: Callable[[], Answer], refusals: tuple[type[Exception], ...]) -> Answer:
    try:
        return ask()
    except refusals as error:
        return {"refused": f"{type(error).__name__}: {error}"}
    except Exception as error:  # noqa: BLE001 -- a crash is a finding to report beside its history
        return {"crashed": f"{type(error).__name__}: {error}"}


def _unequal(label: str, kernel: Answer, slow: Answer) -> Iterator[str]:
    for side, answer in (("kernel", kernel), ("reference", slow)):
        if "crashed" in answer:
            yield f"{label}: the {side} crashed with {answer['crashed']}"
    if "crashed" in kernel or "crashed" in slow:
        return
    if BEYOND_INTEGERS in kernel.get("refused", ""):
        return
    if ("refused" in kernel) != ("refused" in slow):
        side, answer = ("kernel", kernel) if "refused" in kernel else ("reference", slow)
        yield f"{label}: only the {side} refuses: {answer['refused']}"
    elif "refused" not in kernel:
        yield from (f"{label}: {line}" for line in _unequal_figures("", kernel, slow))


def _unequal_figures(path: str, kernel: Any, slow: Any) -> Iterator[str]:
    if isinstance(kernel, dict) and isinstance(slow, dict):
        for key in sorted({*kernel, *slow}):
            yield from _unequal_figures(f"{path}.{key}" if path else key, kernel.get(key), slow.get(key))
    elif isinstance(kernel, list) and isinstance(slow, list) and len(kernel) == len(slow):
        for place, pair in enumerate(zip(kernel, slow, strict=True)):
            yield from _unequal_figures(f"{path}[{place}]", *pair)
    elif kernel != slow:
        yield f"{path} is {kernel} by the kernel and {slow} by the reference"
