"""`/rules`: what a rule pack says on a day, each value with its source. Open to everybody; never judges a contract."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from reprieve.errors import BadInput
from reprieve.lending.field import Day
from reprieve.lending.rules_answers import RulesCompared, RulesShown
from reprieve.rules import load, places
from reprieve.rules.pack import Pack, differences
from reprieve.rules.rule import LENDERS, PRODUCTS
from reprieve.web.declared import Declared, promised
from reprieve.web.problem import HttpProblem
from reprieve.web.reading import Asked, read_query
from reprieve.web.responses import tagged

rules: Final = Router(tags=["rules"])


class RulesAsked(Asked):
    """Which rules."""

    on: Day = Field(examples=["2026-11-23"])
    """The day asked about."""
    key: str = Field(default="", max_length=100, examples=["penalty"])
    """Only rules whose key begins so."""
    lender_type: str | None = Field(default=None, examples=["consumer_finance"], json_schema_extra={"enum": [*LENDERS]})
    """Only rules for such a lender."""
    product: str | None = Field(default=None, examples=["consumer_loan"], json_schema_extra={"enum": [*PRODUCTS]})
    """Only rules for such a product."""


class ChangesAsked(Asked):
    """Which two days."""

    from_: Day = Field(alias="from", examples=["2026-02-01"])
    """The earlier day."""
    to: Day = Field(examples=["2026-11-23"])
    """The later day."""
    key: str = Field(default="", max_length=100, examples=["credit"])
    """Only rules whose key begins so."""


@rules.get(
    "/{place}",
    **promised(
        Declared(RulesShown, None, asks=RulesAsked, is_tagged=True, query={"on": "2026-11-23", "key": "penalty"})
    ),
)
def show_rules(request: HttpRequest, place: str) -> HttpResponse:
    """Return the rules in force on a day, each with its source, and what is left out on purpose."""
    asked = read_query(request, RulesAsked)
    _check_word("?lender_type", asked.lender_type, LENDERS)
    _check_word("?product", asked.product, PRODUCTS)
    in_force = _pack(place).on(asked.on, asked.lender_type, asked.product)
    left_out = [one.to_dict() for one in in_force.pack.not_encoded if one.key.startswith(asked.key)]
    return tagged(
        request,
        {
            "place": place, "on": asked.on.isoformat(), "lender_type": asked.lender_type, "product": asked.product,
            "content_hash": in_force.pack.content_hash, "rules": [rule.to_dict() for rule in in_force.all(asked.key)],
            "not_encoded": left_out,
        },
    )  # fmt: skip


@rules.get(
    "/{place}/changes",
    **promised(
        Declared(
            RulesCompared, None, asks=ChangesAsked, is_tagged=True, query={"from": "2026-02-01", "to": "2026-11-23"}
        )
    ),
)
def compare_rules(request: HttpRequest, place: str) -> HttpResponse:
    """Return which rules began, ended or changed between two days."""
    asked = read_query(request, ChangesAsked)
    found = differences(_pack(place), asked.from_, asked.to)
    changes = [
        {"key": key, "before": before and before.to_dict(), "after": after and after.to_dict()}
        for key, before, after in found
        if key.startswith(asked.key)
    ]
    return tagged(
        request, {"place": place, "from": asked.from_.isoformat(), "to": asked.to.isoformat(), "changes": changes}
    )


def _pack(place: str) -> Pack:
    if place not in places():
        raise HttpProblem(
            "not-found", f"No rules of {place[:20]!r} are known; there are those of {', '.join(places())}."
        )
    return load(place)


def _check_word(path: str, word: str | None, known: tuple[str, ...]) -> None:
    if word is not None and word not in known:
        raise BadInput(path, f'"{word[:60]}"', f"one of {', '.join(known)}", code="unknown_word")
