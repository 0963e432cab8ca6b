"""The shapes of products: what is proposed, published and sold. Never judges one."""

from pydantic import Field

from reprieve.lending.answers import Answer
from reprieve.lending.field import Day, Instant
from reprieve.lending.product import Product
from reprieve.web.api.shapes import Cursor


class ProductFinding(Answer):
    """Something a rule points out without forbidding it."""

    rule: str = Field(examples=["cost_ceiling.judicial"])
    """The rule."""
    because: str = Field(examples=["The cost is 28.4 % a year; above 24 % a borrower may ask for the rest back."])
    """What it points out."""


class ProductPublished(Answer):
    """A version of a product that was published."""

    proposal: int = Field(ge=1, examples=[1])
    """The number of what was proposed."""
    product: str = Field(examples=["steady"])
    """The product's code."""
    code: str = Field(examples=["steady"])
    """The same."""
    version: int = Field(examples=[1])
    """The version."""
    pack_hash: str = Field(examples=["e63d2e627259aeecb817d6f7aabd2b321b874f5963fbf5f66b7554becfbdb207"])
    """The content hash of the rule pack that let it pass."""
    findings: list[ProductFinding]
    """What the rules point out."""


class ProductProposed(ProductPublished):
    """A version of a product that was proposed; it is not sold until somebody else publishes it."""


class ProposalListed(Answer):
    """A proposed version of a product."""

    proposal: int = Field(ge=1, examples=[1])
    """Its number."""
    proposed_at: Instant = Field(examples=["2026-06-01T09:30:00Z"])
    """When it was proposed."""
    is_published: bool = Field(examples=[True])
    """Whether somebody else has published it."""
    product: Product
    """The product."""


class ProposalsPage(Answer):
    """A page of proposals."""

    data: list[ProposalListed]
    """The proposals, in order of number."""
    has_more: bool
    """Whether another page follows."""
    next: Cursor
    """What the next page comes after."""


class ProductSold(Answer):
    """A version of a product, and the days it is sold."""

    sold_from: Day = Field(examples=["2026-01-01"])
    """The first day."""
    sold_until: Day | None = Field(examples=[None])
    """The first day it is no longer sold; null while no end is known."""
    pack_hash: str = Field(examples=["e63d2e627259aeecb817d6f7aabd2b321b874f5963fbf5f66b7554becfbdb207"])
    """The content hash of the rule pack that let it pass."""
    product: Product
    """The product."""


class ProductsShown(Answer):
    """Every version of every product."""

    data: list[ProductSold]
    """The versions."""
