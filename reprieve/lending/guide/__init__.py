"""The guide: a person's own debts in, one exact and kind answer out. Never reads a clock, stores or sends anything."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reprieve.lending.guide.guide_answer import Answer
    from reprieve.lending.guide.request import GuideRequest

__all__ = ["answer"]


def answer(request: "GuideRequest | Mapping[str, Any] | str | bytes", on: date) -> "Answer":
    """Return the whole answer for one person on a day.

    `request` is a `GuideRequest` or the JSON document of one. Raises `BadInput`, saying where, what was found and what
    would be right.
    """
    from reprieve.lending.guide.compose import compose
    from reprieve.lending.guide.request import GuideRequest, check_day, read_request

    check_day(on)

    return compose(request if isinstance(request, GuideRequest) else read_request(request), on)
