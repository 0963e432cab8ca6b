"""Products come about between two people: one proposes, another publishes exactly that."""

import pytest

from reprieve.errors import BadInput, Refused
from tests.operations.lending import PRODUCT, act, establish, publish

pytestmark = pytest.mark.django_db


def proposed(user="officer", **changed):
    from reprieve.operations.commands.products import propose_product

    product = {**PRODUCT, "code": "swift", "offered_from": "2026-01-10", **changed}
    return propose_product(act("2026-01-02", user=user), product=product).answer["proposal"]


def published(proposal, user="approver", on="2026-01-02"):
    from reprieve.operations.commands.products import publish_product

    return publish_product(act(on, user=user), proposal=proposal).answer


def sold():
    from reprieve.operations.reading import all_products

    return [one["product"]["code"] for one in all_products()]


def refused(rule):
    return pytest.raises(Refused, check=lambda error: error.refusals[0].rule == rule)


def test_what_is_proposed_is_not_sold_until_somebody_else_publishes_it(db):
    from reprieve.storage.models import ProductVersion

    establish()
    number = proposed()
    assert sold() == ["steady"]
    assert published(number)["product"] == "swift"
    assert sold() == ["steady", "swift"]
    version = ProductVersion.objects.get(product__code="swift")
    assert (version.proposed_by.username, version.approved_by.username) == ("officer", "approver")
    assert version.proposal_id == number


def test_nobody_publishes_their_own_proposal_or_without_the_authority(db):
    establish()
    with refused("authority.own_proposal"):
        published(proposed(user="approver"))
    with refused("authority.role"):
        published(proposed(user="approver"), user="officer")
    assert sold() == ["steady"]


def test_a_proposal_is_published_once(db):
    establish()
    number = proposed()
    published(number)
    with refused("product.published"):
        published(number)
    with pytest.raises(BadInput, match="number of a proposed product"):
        published(number + 1)


def test_of_two_proposals_of_one_version_one_is_published(db):
    establish()
    first, second = proposed(), proposed(principal_most=900_000)
    published(second)
    with pytest.raises(BadInput) as caught:
        published(first)
    assert caught.value.code == "version"


def test_a_proposal_whose_first_day_has_passed_is_proposed_again(db):
    establish()
    number = proposed()
    with pytest.raises(BadInput) as caught:
        published(number, on="2026-01-11")
    assert caught.value.code == "past"


def test_proposals_are_listed_with_what_became_of_them(db):
    from reprieve.operations.reading import proposals

    establish()
    proposed()
    publish("2026-01-02", code="other")
    rows = [(row["product"]["code"], row["is_published"]) for row in proposals()]
    assert rows == [("steady", True), ("swift", False), ("other", True)]
