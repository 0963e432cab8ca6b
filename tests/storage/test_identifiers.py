"""What identifies a person opens for nobody else, shows no equal values, and is gone when the key is."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reprieve.errors import BadInput
from reprieve.storage.identifiers import (
    Unreadable,
    blind_index,
    new_person_key,
    normalised,
    person_key,
    rewrapped,
    seal,
    unseal,
)
from reprieve.storage.keyring import keyring_of
from tests.postgres import KEY_FOUR, KEY_ONE, KEY_THREE, KEY_TWO

pytestmark = pytest.mark.fast

OLD = keyring_of(f"a:{KEY_ONE}", f"x:{KEY_TWO}")
BOTH = keyring_of(f"b:{KEY_THREE},a:{KEY_ONE}", f"y:{KEY_FOUR},x:{KEY_TWO}")
NEW = keyring_of(f"b:{KEY_THREE}", f"y:{KEY_FOUR}")
KEY = bytes(range(32))
TEXT = st.text(st.characters(codec="utf-8"))


@given(TEXT, TEXT, TEXT)
def test_what_was_sealed_opens_for_the_same_person_and_kind(text, person, kind):
    assert unseal(seal(text, KEY, person=person, kind=kind), KEY, person=person, kind=kind) == text


@given(st.integers(0, 8 * (1 + 12 + 11 + 16) - 1))
def test_a_single_changed_bit_is_noticed_wherever_it_is(bit):
    sealed = bytearray(seal("13800138000", KEY, person="7", kind="phone"))
    assert len(sealed) == 1 + 12 + 11 + 16
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Unreadable):
        unseal(bytes(sealed), KEY, person="7", kind="phone")


@pytest.mark.parametrize("length", range(40))
def test_a_cut_text_is_noticed(length):
    sealed = seal("13800138000", KEY, person="7", kind="phone")
    with pytest.raises(Unreadable):
        unseal(sealed[:length], KEY, person="7", kind="phone")


@pytest.mark.parametrize(("person", "kind"), [("8", "phone"), ("7", "email"), ("e7", "phon"), ("", "phone7")])
def test_a_text_that_was_moved_to_another_person_or_kind_does_not_open(person, kind):
    sealed = seal("13800138000", KEY, person="7", kind="phone")
    with pytest.raises(Unreadable):
        unseal(sealed, KEY, person=person, kind=kind)


def test_the_same_text_never_looks_the_same_twice():
    assert len({seal("张三", KEY, person="7", kind="name") for _ in range(50)}) == 50
    assert "张三".encode() not in seal("张三", KEY, person="7", kind="name")


def test_a_persons_key_opens_under_the_key_that_wrapped_it_and_for_that_person_alone():
    key_id, wrapped = new_person_key("7", OLD)
    key = person_key("7", wrapped, key_id=key_id, keyring=OLD)
    assert (key_id, len(key)) == ("a", 32)
    assert key not in wrapped
    with pytest.raises(Unreadable):
        person_key("8", wrapped, key_id=key_id, keyring=OLD)
    with pytest.raises(Unreadable, match=r"'a' .*not in REPRIEVE_IDENTIFIER_KEYS"):
        person_key("7", wrapped, key_id=key_id, keyring=NEW)


def test_rotation_wraps_the_same_key_anew_so_that_nothing_is_sealed_again():
    key_id, wrapped = new_person_key("7", OLD)
    key = person_key("7", wrapped, key_id=key_id, keyring=OLD)
    moved_id, moved = rewrapped("7", wrapped, key_id=key_id, keyring=BOTH)
    assert moved_id == "b"
    assert person_key("7", moved, key_id=moved_id, keyring=NEW) == key


def test_two_persons_never_have_one_key():
    assert (
        len({person_key("7", w, key_id=i, keyring=OLD) for i, w in (new_person_key("7", OLD) for _ in range(50))}) == 50
    )


def test_an_index_is_equal_for_equal_values_of_a_kind_under_one_key_and_for_nothing_else():
    def index(kind, value, key_id="x"):
        return blind_index(kind, value, key_id=key_id, keyring=BOTH)

    assert index("phone", "+86 138-0013-8000") == index("phone", "＋8613800138000")
    assert index("phone", "13800138000") != index("phone", "13800138001")
    assert index("phone", "13800138000") != index("bank_account", "13800138000")
    assert index("phone", "13800138000") != index("phone", "13800138000", "y")
    assert len(index("phone", "13800138000")) == 32


@pytest.mark.parametrize(
    ("kind", "written", "compared"),
    [
        ("national_id", "11010519491231002x", "11010519491231002X"),
        ("national_id", " 110105 19491231 002X ", "11010519491231002X"),
        ("email", "Anna.Li@Example.org", "anna.li@example.org"),
        ("email", "anna-li@example.org", "anna-li@example.org"),
        ("bank_account", "6222 0210-0111-1111", "6222021001111111"),
    ],
)
def test_values_are_compared_as_people_mean_them(kind, written, compared):
    assert normalised(kind, written) == compared


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "no key"),
        ("a", "entry 1"),
        (f":{KEY_ONE}", "entry 1"),
        (f"a:{KEY_ONE[:-2]}", "entry 1"),
        ("a:" + base64.urlsafe_b64encode(bytes(16)).decode(), "entry 1"),
        (f"a:{KEY_ONE},a:{KEY_TWO}", "entry 2"),
        (f"a:{KEY_ONE},b:?", "entry 2"),
    ],
)
def test_an_unusable_keyring_is_refused_without_showing_a_key(text, found):
    with pytest.raises(BadInput, match=f"REPRIEVE_IDENTIFIER_KEYS: found {found}") as error:
        keyring_of(text, f"x:{KEY_THREE}")
    assert KEY_ONE[:8] not in str(error.value)


def test_one_key_does_not_serve_two_purposes():
    with pytest.raises(BadInput, match="one purpose, one key"):
        keyring_of(f"a:{KEY_ONE}", f"x:{KEY_ONE}")


def test_a_keyring_is_never_shown():
    assert "\\x01" not in repr(OLD)
