"""Products: propose a version, and publish what somebody else proposed. Never changes a version that is published."""

from collections.abc import Mapping
from typing import Any

from reprieve.errors import BadInput, Refused
from reprieve.lending.product import Product, read_product
from reprieve.lending.product_review import Review, review
from reprieve.operations.command import Answer, Work, command
from reprieve.operations.recording import refuse
from reprieve.storage import products


@command
def propose_product(work: Work, *, product: Mapping[str, Any]) -> Answer:
    """Propose a version of a product, to be sold from its `offered_from`, once the rule pack lets it pass.

    Raises `Refused` with every rule it breaks, `BadInput` for terms that cannot be read or a version out of turn.
    """
    read = read_product(product)
    _check(work, read)
    judged = _judged(read)
    number = products.propose(read, rules_sha256=judged.pack_hash, proposed_by=work.user, proposed_at=work.now)
    return {"proposal": number, **_answer(read, judged)}


@command
def publish_product(work: Work, *, proposal: int) -> Answer:
    """Publish what was proposed, exactly; whoever acts approves it, and cannot be who proposed it.

    Judged again, by the rules of today: refused where they no longer let it pass, or it was published before.
    """
    found = products.find_proposal(proposal)
    if found.proposed_by == work.user:
        raise refuse("authority.own_proposal", "Nobody approves their own proposal; somebody else has to publish this.")
    if found.is_published:
        raise refuse("product.published", f"Proposal {proposal} was published before.")
    _check(work, found.product)
    judged = _judged(found.product)
    products.publish(found, rules_sha256=judged.pack_hash, approved_by=work.user, published_at=work.now)
    return {"proposal": proposal, **_answer(found.product, judged)}


def _check(work: Work, product: Product) -> None:
    """Raise `BadInput` for a product of another place, currency or day, or a version that does not come next."""
    if product.place != work.clock.place:
        raise BadInput("product.place", product.place, f"{work.clock.place}, the lender's own", code="place")
    if product.offered_from < work.today:
        allowed = f"the open day, {work.today}, or later"
        raise BadInput("product.offered_from", str(product.offered_from), allowed, code="past")
    if product.terms.get("currency") != work.clock.currency:
        allowed = f"{work.clock.currency}, the currency of the lender's books"
        raise BadInput("product.terms.currency", str(product.terms.get("currency")), allowed, code="currency")
    products.check_new(product)


def _judged(product: Product) -> Review:
    judged = review(product, product.offered_from)
    if not judged.may_publish:
        raise Refused(judged.refusals)
    return judged


def _answer(product: Product, judged: Review) -> Answer:
    findings = [{"rule": found.rule.key, "because": found.because} for found in judged.findings]
    return {
        "product": product.code, "code": product.code, "version": product.version, "pack_hash": judged.pack_hash,
        "findings": findings,
    }  # fmt: skip
