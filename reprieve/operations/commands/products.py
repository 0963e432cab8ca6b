"""Products: publish a version once the rule pack lets it pass. Never changes a version that is published."""

from collections.abc import Mapping
from typing import Any

from reprieve.errors import BadInput, Refused
from reprieve.lending.product import read_product
from reprieve.lending.product_review import review
from reprieve.operations.command import Answer, Work, command
from reprieve.storage.products import check_new, publish


@command
def publish_product(work: Work, *, product: Mapping[str, Any]) -> Answer:
    """Publish a version of a product, sold from its `offered_from`, on the authority of whoever acts.

    Raises `Refused` with every rule it breaks, `BadInput` for terms that cannot be read or a version out of turn.
    """
    read = read_product(product)
    if read.place != work.clock.place:
        raise BadInput("product.place", read.place, f"{work.clock.place}, the lender's own", code="place")
    if read.offered_from < work.today:
        allowed = f"the open day, {work.today}, or later"
        raise BadInput("product.offered_from", str(read.offered_from), allowed, code="past")
    if read.terms.get("currency") != work.clock.currency:
        allowed = f"{work.clock.currency}, the currency of the lender's books"
        raise BadInput("product.terms.currency", str(read.terms.get("currency")), allowed, code="currency")
    check_new(read)
    judged = review(read, read.offered_from)
    if not judged.may_publish:
        raise Refused(judged.refusals)
    publish(read, rules_sha256=judged.pack_hash, proposed_by=work.user, published_at=work.now)
    findings = [{"rule": found.rule.key, "because": found.because} for found in judged.findings]
    return {
        "product": read.code, "code": read.code, "version": read.version, "pack_hash": judged.pack_hash,
        "findings": findings,
    }  # fmt: skip
