"""Products, what is proposed of them, and their published versions. Never judges one, and never edits a version."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db.backends.postgresql.psycopg_any import DateRange

from reprieve.errors import BadInput
from reprieve.lending.product import Product, read_product
from reprieve.storage import models


@dataclass(frozen=True, slots=True)
class Published:
    """A version of a product as it was published."""

    row: int
    product: Product
    sold_from: date
    sold_until: date | None
    rules_sha256: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """A version that somebody has proposed, and whether it was published."""

    row: int
    product: Product
    proposed_by: int
    proposed_at: datetime
    is_published: bool


def propose(product: Product, *, rules_sha256: str, proposed_by: int, proposed_at: datetime) -> int:
    """Keep a proposal, and return its number."""
    return models.ProductProposal.objects.create(
        product=product.model_dump(mode="json", by_alias=True), rules_sha256=bytes.fromhex(rules_sha256),
        proposed_by_id=proposed_by, proposed_at=proposed_at,
    ).pk  # fmt: skip


def find_proposal(number: int) -> Proposed:
    """Return a proposal. Raises `BadInput` where there is none of that number."""
    row = models.ProductProposal.objects.filter(pk=number).select_related("version").first()
    if row is None:
        raise BadInput("proposal", str(number), "the number of a proposed product", code="unknown_proposal")
    return _proposed(row)


def proposals(after: int, limit: int) -> list[Proposed]:
    """Return proposals in order of number, after one."""
    rows = models.ProductProposal.objects.filter(pk__gt=after).select_related("version").order_by("pk")
    return [_proposed(row) for row in rows[:limit]]


def publish(proposed: Proposed, *, rules_sha256: str, approved_by: int, published_at: datetime) -> None:
    """Add a version on sale from its first day; the version sold until then ends that day."""
    product, start = proposed.product, proposed.product.offered_from
    row, _ = models.Product.objects.get_or_create(
        code=product.code, defaults={"lender_type": product.lender_type, "kind": product.kind}
    )
    for earlier in models.ProductVersion.objects.filter(product=row, on_sale__contains=start):
        if earlier.on_sale.lower >= start:
            allowed = f"a day after {earlier.on_sale.lower}, when version {earlier.version} began to be sold"
            raise BadInput("product.offered_from", str(start), allowed, code="versions_meet")
        earlier.on_sale = DateRange(earlier.on_sale.lower, start)
        earlier.save(update_fields=["on_sale"])
    models.ProductVersion.objects.create(
        product=row, version=product.version, terms=product.model_dump(mode="json", by_alias=True),
        rules_sha256=bytes.fromhex(rules_sha256), on_sale=DateRange(start, None), proposal_id=proposed.row,
        proposed_by_id=proposed.proposed_by, approved_by_id=approved_by, published_at=published_at,
    )  # fmt: skip


def check_new(product: Product) -> None:
    """Raise `BadInput` for a version that does not follow the last one, or a product that turned into another."""
    row = models.Product.objects.filter(code=product.code).first()
    if row is None:
        last = 0
    else:
        last = row.versions.order_by("-version").values_list("version", flat=True).first() or 0
        if (row.lender_type, row.kind) != (product.lender_type, product.kind):
            found, allowed = f"{product.lender_type}, {product.kind}", f"{row.lender_type}, {row.kind}, as before"
            raise BadInput("product.kind", found, allowed, code="another_product")
    if product.version != last + 1:
        raise BadInput("product.version", str(product.version), f"{last + 1}, the next version", code="version")


def on_sale(code: str, on: date) -> Published:
    """Return the version of a product that is sold on a day. Raises `BadInput` where there is none."""
    rows = models.ProductVersion.objects.filter(product__code=code, on_sale__contains=on)
    row = rows.first()
    if row is None:
        raise BadInput("product", f'"{code}"', f"the code of a product on sale on {on}", code="unknown_product")
    return _published(row)


def by_row(row: int) -> Published:
    """Return a version by its row."""
    return _published(models.ProductVersion.objects.get(pk=row))


def all_published() -> list[Published]:
    """Return every version of every product, by code and version."""
    return [_published(row) for row in models.ProductVersion.objects.order_by("product__code", "version")]


def _published(row: models.ProductVersion) -> Published:
    sold = row.on_sale
    product = _read(json.dumps(row.terms, sort_keys=True))
    return Published(row.pk, product, sold.lower, sold.upper, bytes(row.rules_sha256).hex())


@lru_cache(maxsize=64)
def _read(terms: str) -> Product:
    """Return the product of a version's terms; to try them out takes longer than to remember them."""
    return read_product(terms)


def _proposed(row: models.ProductProposal) -> Proposed:
    is_published = hasattr(row, "version")
    return Proposed(row.pk, read_product(row.product), row.proposed_by_id, row.proposed_at, is_published)
