"""Customers are found by what identifies them, keys rotate under them, and an erased customer is gone for good."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from reprieve.storage.identifiers import Unreadable
from reprieve.storage.keyring import keyring_of
from tests.postgres import KEY_FOUR, KEY_ONE, KEY_THREE, KEY_TWO
from tests.storage.records import LATER, NOW

OLD = keyring_of(f"one:{KEY_ONE}", f"two:{KEY_TWO}")
BOTH = keyring_of(f"three:{KEY_THREE},one:{KEY_ONE}", f"four:{KEY_FOUR},two:{KEY_TWO}")
NEW = keyring_of(f"three:{KEY_THREE}", f"four:{KEY_FOUR}")
ANNA = {"name": "李安娜", "national_id": "11010519491231002X", "phone": "+86 138 0013 8000", "address": "北京市"}
BORIS = {"name": "Boris", "phone": "+49 30 901820", "email": "boris@example.org"}


@pytest.fixture
def people(db):
    from reprieve.storage import people

    return people


@pytest.fixture
def anna(people):
    return people.register_customer("C-1", ANNA, language="zh", recorded_at=NOW)


@pytest.fixture
def boris(people):
    return people.register_customer("C-2", BORIS, language="en", recorded_at=NOW)


def _numbers(customers) -> list[str]:
    return [customer.number for customer in customers]


def test_what_was_registered_is_read_back_and_stands_nowhere_in_the_clear(people, anna):
    from reprieve.storage.models import Identifier, PersonKey

    assert people.identifiers_of(anna) == ANNA
    stored = b"".join(
        [*(bytes(row.sealed) + bytes(row.blind_index or b"") for row in Identifier.objects.all())]
        + [bytes(row.wrapped) for row in PersonKey.objects.all()]
    )
    for value in ANNA.values():
        assert value.encode() not in stored


def test_a_customer_is_found_by_an_equal_value_of_that_kind_only(people, anna, boris):
    assert _numbers(people.find_customers("phone", "+8613800138000")) == ["C-1"]
    assert _numbers(people.find_customers("email", "BORIS@example.org")) == ["C-2"]
    assert _numbers(people.find_customers("bank_account", "+8613800138000")) == []
    assert _numbers(people.find_customers("phone", "+8613800138001")) == []


def test_the_latest_value_of_a_kind_is_read_and_the_earlier_still_finds(people, anna):
    people.add_identifiers(anna, {"phone": "+86 139 0000 0000"}, recorded_at=LATER)
    assert people.identifiers_of(anna)["phone"] == "+86 139 0000 0000"
    assert _numbers(people.find_customers("phone", "+8613800138000")) == ["C-1"]


def test_one_identity_number_belongs_to_one_customer(people, anna):
    from django.db import IntegrityError, transaction

    from reprieve.storage.models import Customer

    with pytest.raises(IntegrityError, match="one_customer_a_national_id"), transaction.atomic():
        people.register_customer("C-3", {"national_id": "11010519491231002x"}, language="zh", recorded_at=NOW)
    assert not Customer.objects.filter(number="C-3").exists(), "a customer is registered whole or not at all"


def test_keys_rotate_without_a_gap(people, anna, boris):
    assert _numbers(people.find_customers("phone", "+8613800138000", keyring=BOTH)) == ["C-1"], "before"
    assert people.rotate_keys(BOTH) == 2
    assert people.rotate_keys(BOTH) == 0, "what is moved is not met again"
    # Now the old keys can be left out for good.
    assert people.identifiers_of(anna, NEW) == ANNA
    assert people.identifiers_of(boris, NEW) == BORIS
    assert _numbers(people.find_customers("phone", "+8613800138000", keyring=NEW)) == ["C-1"]
    with pytest.raises(Unreadable):
        people.identifiers_of(anna, OLD)
    assert people.find_customers("phone", "+8613800138000", keyring=OLD) == []


def test_an_index_key_rotates_alone(people, anna):
    index_only = keyring_of(f"one:{KEY_ONE}", f"four:{KEY_FOUR},two:{KEY_TWO}")
    assert people.rotate_keys(index_only) == 1
    assert people.rotate_keys(index_only) == 0
    assert _numbers(people.find_customers("national_id", ANNA["national_id"], keyring=NEW)) == ["C-1"]


def test_rotation_leaves_every_sealed_text_as_it_is(people, anna):
    from reprieve.storage.models import Identifier

    before = sorted(bytes(sealed) for sealed in Identifier.objects.values_list("sealed", flat=True))
    people.rotate_keys(BOTH)
    assert sorted(bytes(sealed) for sealed in Identifier.objects.values_list("sealed", flat=True)) == before


def test_rotation_takes_many_small_steps(people, anna, boris, monkeypatch):
    monkeypatch.setattr(people, "ROTATED_AT_ONCE", 1)
    assert people.rotate_keys(BOTH) == 2
    assert people.identifiers_of(anna, NEW) == ANNA


def test_an_erased_customer_is_neither_read_nor_found_and_their_messages_never_open_again(people, anna, boris):
    from reprieve.storage.models import Identifier, Message

    sealer = people.sealer_of(anna)
    sealed = sealer.seal("亲爱的李安娜：……", "message")
    message = Message.objects.create(customer=anna, is_inbound=False, channel="sms", sealed=sealed, recorded_at=NOW)
    assert people.sealer_of(anna).unseal(message.sealed, "message") == "亲爱的李安娜：……"

    people.erase_customer(anna, erased_at=LATER)
    anna.refresh_from_db()
    message.refresh_from_db()
    assert anna.erased_at == LATER
    assert bytes(message.sealed) == sealed, "history stays"
    with pytest.raises(Unreadable, match="C-1 was erased"):
        people.sealer_of(anna)
    with pytest.raises(Unreadable):
        people.sealer_of(boris).unseal(message.sealed, "message")
    assert not Identifier.objects.filter(customer=anna).exists()
    assert people.find_customers("phone", "+8613800138000") == []
    assert people.identifiers_of(boris) == BORIS


def test_an_erasure_is_dated_once(people, anna):
    people.erase_customer(anna, erased_at=LATER)
    people.erase_customer(anna, erased_at=LATER.replace(year=2030))
    anna.refresh_from_db()
    assert anna.erased_at == LATER


def test_identifiers_moved_between_customers_do_not_open(people, anna, boris):
    from reprieve.storage.models import Identifier

    Identifier.objects.filter(customer=boris, kind="name").update(
        sealed=Identifier.objects.get(customer=anna, kind="name").sealed
    )
    with pytest.raises(Unreadable):
        people.identifiers_of(boris)


def test_two_rotations_at_once_share_the_work(fresh_database):
    from django.db import connections

    from reprieve.storage import people

    for number in range(40):
        people.register_customer(f"C-{number}", {"phone": f"+86 138 0013 {number:04}"}, language="zh", recorded_at=NOW)

    def rotate(_):
        try:
            return people.rotate_keys(BOTH)
        finally:
            connections.close_all()

    people.ROTATED_AT_ONCE, kept = 3, people.ROTATED_AT_ONCE
    try:
        with ThreadPoolExecutor(2) as pool:
            moved = list(pool.map(rotate, range(2)))
    finally:
        people.ROTATED_AT_ONCE = kept
    assert sum(moved) == 40
    assert _numbers(people.find_customers("phone", "+8613800130039", keyring=NEW)) == ["C-39"]
