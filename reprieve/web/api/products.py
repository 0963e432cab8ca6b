"""`/products`: what is sold, and publishing another version. Never changes a version that is published."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from ninja import Router

from reprieve.lending.bad_input import read_model
from reprieve.lending.field import Document
from reprieve.lending.product import Product
from reprieve.operations import reading
from reprieve.operations.commands.products import publish_product as publish
from reprieve.web.api import shapes
from reprieve.web.commanding import carry_out
from reprieve.web.declared import Declared, promised
from reprieve.web.reading import Asked, read_document, read_query
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


class ProductProposed(Document):
    """A version of a product to publish."""

    product: Product
    """The product."""


@products.get("", **promised(Declared(shapes.ProductsShown, "products:read", is_tagged=True, asks=Asked)))
def list_products(request: HttpRequest) -> HttpResponse:
    """Return every version of every product, and the days it is sold."""
    read_query(request, Asked)
    return tagged(request, {"data": reading.all_products()})


@products.post(
    "",
    **promised(
        Declared(
            shapes.ProductPublished, "products:write", ProductProposed, status=201, moves=True, can_refuse=True,
            example=EXAMPLE,
        )
    ),
)  # fmt: skip
def publish_product(request: HttpRequest) -> HttpResponse:
    """Publish a version of a product once the rule pack lets it pass."""
    document = read_document(request)
    read_model(ProductProposed, document)
    return carry_out(request, publish, document)
