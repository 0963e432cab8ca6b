"""`/products`: what is sold, what is proposed, and publishing it. Never changes a version that is published."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from ninja import Router

from reprieve.lending.bad_input import read_model
from reprieve.lending.field import Document
from reprieve.lending.product import Product
from reprieve.operations import reading
from reprieve.operations.commands import products as commands
from reprieve.web.api import product_shapes as shapes
from reprieve.web.api.customers import Nothing
from reprieve.web.commanding import NumberedPageAsked, carry_out, paged
from reprieve.web.declared import Declared, promised
from reprieve.web.reading import Asked, number_of, read, read_document, read_query
from reprieve.web.responses import tagged

products: Final = Router(tags=["products"])
EXAMPLE: Final = {
    "product": {
        "code": "gentle", "version": 1, "name": {"zh": "轻松分期", "en": "Gentle instalments"}, "place": "cn",
        "lender_type": "consumer_finance", "kind": "consumer_loan", "offered_from": "2026-09-01",
        "principal_least": 100000, "principal_most": 2000000, "instalments": [6, 12], "rate_least": "0.08",
        "rate_most": "0.12",
        "terms": {
            "currency": "CNY", "method": "level_instalment", "period": "1 month", "day_count": "equal_periods",
            "interest": "daily", "grace_days": 3, "tolerance": 1000,
            "penalty": {"multiple": "1.5", "base": "principal", "replaces_interest": True, "day_count": "act_365"},
            "allocation": {
                "order": ["fee", "penalty", "interest", "principal"], "across": "oldest_instalment_first",
                "surplus": "hold",
            },
        },
    }
}  # fmt: skip


class ProductGiven(Document):
    """A version of a product to propose."""

    product: Product
    """The product."""


@products.get("", **promised(Declared(shapes.ProductsShown, "products:read", is_tagged=True, asks=Asked)))
def list_products(request: HttpRequest) -> HttpResponse:
    """Return every version of every product, and the days it is sold."""
    read_query(request, Asked)
    return tagged(request, {"data": reading.all_products()})


@products.get(
    "/proposals",
    **promised(
        Declared(shapes.ProposalsPage, "products:read", asks=NumberedPageAsked, is_tagged=True, query={"limit": 10})
    ),
)
def list_proposals(request: HttpRequest) -> HttpResponse:
    """Return the versions that were proposed, a page at a time, and whether each was published."""
    asked = read_query(request, NumberedPageAsked)

    def page(*, after: str | None, limit: int) -> list[dict[str, object]]:
        return reading.proposals(after=asked.number(after), limit=limit)

    return paged(request, asked, page, "proposal")


@products.post(
    "/proposals",
    **promised(
        Declared(
            shapes.ProductProposed, "products:write", ProductGiven, status=201, moves=True, can_refuse=True,
            example=EXAMPLE,
        )
    ),
)  # fmt: skip
def propose_product(request: HttpRequest) -> HttpResponse:
    """Propose a version of a product once the rule pack lets it pass; it is not sold yet."""
    document = read_document(request)
    read_model(ProductGiven, document)
    return carry_out(request, commands.propose_product, document)


@products.post(
    "/proposals/{proposal}/publication",
    **promised(
        Declared(
            shapes.ProductPublished, "products:write", Nothing, status=201, moves=True, can_refuse=True, example={},
            path={"proposal": "2"},
        )
    ),
)  # fmt: skip
def publish_product(request: HttpRequest, proposal: str) -> HttpResponse:
    """Publish exactly what was proposed; nobody publishes their own proposal."""
    number = number_of(proposal, "proposal")
    read(request, Nothing)
    return carry_out(request, commands.publish_product, {"proposal": number})
