"""Rotation of the keys of a home: drawn, moved over, resumed after a kill anywhere, left out when nothing uses them."""

import json
import stat

import pytest

from reprieve.errors import Refused
from reprieve.storage.keyring import keyring_of
from reprieve.storage.secret_file import Secrets, read_secrets
from tests.postgres import KEY_ONE, KEY_TWO
from tests.storage.records import LATER, NOW
from tests.storage.test_people import ANNA, BORIS

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """Stands in for the death of the process."""


@pytest.fixture
def path(tmp_path):
    """The secrets file of a home, with a key of each kind."""
    held = Secrets("a", "b", "c", "d", identifier_keys=f"home-1:{KEY_ONE}", index_keys=f"home-1:{KEY_TWO}")
    (tmp_path / "secrets.json").write_text(json.dumps({name: getattr(held, name) for name in Secrets.__slots__}))
    return tmp_path / "secrets.json"


def keys(path):
    held = read_secrets(path)
    return keyring_of(held.identifier_keys, held.index_keys)


@pytest.fixture
def people(db, path):
    """Two customers sealed under the keys of the file."""
    from reprieve.storage import people

    people.register_customer("C-1", ANNA, language="zh", recorded_at=NOW, keyring=keys(path))
    people.register_customer("C-2", BORIS, language="en", recorded_at=NOW, keyring=keys(path))
    return people


def opened(people, path):
    """What identifies each customer, opened with the keys the file has."""
    from reprieve.storage.models import Customer

    return {one.number: people.identifiers_of(one, keys(path)) for one in Customer.objects.all()}


def test_a_rotation_draws_a_key_moves_everybody_and_leaves_a_trace_without_any_key(people, path):
    from reprieve.storage import key_rotation
    from reprieve.storage.models import AuditEntry

    before = keys(path)
    done = key_rotation.rotate(path, LATER)
    assert (done["persons"], done["current"], done["resumed"]) == (2, ["home-2", "home-1"], False)
    assert done["wrapping"] == {"home-2": 2, "home-1": 0}
    assert (done["to_move"], done["unused"]) == (0, ["home-1"])
    assert opened(people, path) == {"C-1": ANNA, "C-2": BORIS}
    assert keys(path).wrapping["home-1"] == before.wrapping["home-1"], "the old key stands behind the new one"
    assert keys(path).indexing == before.indexing, "the indexes keep their key unless asked"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    [trace] = AuditEntry.objects.filter(action="rotate_keys")
    shown = f"{trace.facts} {done}"
    assert not any(
        key in shown for key in read_secrets(path).identifier_keys.replace(":", ",").split(",") if len(key) > 20
    )


def test_an_index_key_is_drawn_when_asked_and_customers_are_found_under_it(people, path):
    from reprieve.storage import key_rotation

    done = key_rotation.rotate(path, LATER, index=True)
    assert done["current"] == ["home-2", "home-2"]
    assert done["indexing"] == {"home-2": 4, "home-1": 0}
    found = people.find_customers("phone", "+8613800138000", keyring=keys(path))
    assert [one.number for one in found] == ["C-1"]


@pytest.mark.parametrize("point", ["after the key is drawn", "between two persons", "after the last person"])
def test_a_kill_anywhere_loses_nobody_and_the_next_start_goes_on_with_the_same_key(people, path, point, monkeypatch):
    from reprieve.storage import key_rotation

    monkeypatch.setattr(people, "ROTATED_AT_ONCE", 1)
    steps = {"after the key is drawn": 0, "between two persons": 1, "after the last person": 2}[point]
    real, done = people._rotated, []

    def dying(keyring, *, after):
        if len(done) == steps:
            raise Killed
        done.append(after)
        return real(keyring, after=after)

    monkeypatch.setattr(people, "_rotated", dying)
    with pytest.raises(Killed):
        key_rotation.rotate(path, LATER)
    assert opened(people, path) == {"C-1": ANNA, "C-2": BORIS}, "half moved, everybody opens"
    assert key_rotation.status(path)["to_move"] == 2 - steps
    monkeypatch.setattr(people, "_rotated", real)
    again = key_rotation.rotate(path, LATER)
    if steps < 2:
        assert (again["resumed"], again["current"][0], again["persons"]) == (True, "home-2", 2 - steps)
    assert key_rotation.status(path)["to_move"] == 0
    assert opened(people, path) == {"C-1": ANNA, "C-2": BORIS}


def test_an_old_key_is_left_out_only_when_nothing_uses_it(people, path, monkeypatch):
    from reprieve.storage import key_rotation
    from reprieve.storage.identifiers import Unreadable
    from reprieve.storage.models import Customer

    old = keys(path)
    key_rotation._draw(path, index=False)
    with pytest.raises(Refused, match="still use an older key"):
        key_rotation.forget(path, LATER)
    assert opened(people, path) == {"C-1": ANNA, "C-2": BORIS}
    key_rotation.rotate(path, LATER)
    assert key_rotation.forget(path, LATER)["left_out"] == ["home-1"]
    assert [*keys(path).wrapping] == ["home-2"]
    assert opened(people, path) == {"C-1": ANNA, "C-2": BORIS}
    monkeypatch.setenv("REPRIEVE_IDENTIFIER_KEYS", "elsewhere")
    with pytest.raises(Unreadable):
        people.identifiers_of(Customer.objects.get(number="C-1"), old)


def test_who_registers_under_the_old_key_meanwhile_is_moved_by_the_next_rotation(people, path):
    from reprieve.storage import key_rotation

    old = keys(path)
    key_rotation.rotate(path, LATER)
    people.register_customer("C-3", {"phone": "+1 217 555 0142"}, language="en", recorded_at=LATER, keyring=old)
    with pytest.raises(Refused):
        key_rotation.forget(path, LATER)
    again = key_rotation.rotate(path, LATER)
    assert (again["resumed"], again["persons"], again["wrapping"]) == (True, 1, {"home-2": 3, "home-1": 0})


def test_webhook_keys_move_along(people, path):
    from reprieve.storage import identifiers, key_rotation
    from reprieve.storage.models import User, WebhookEndpoint

    user = User.objects.create(username="integrator")
    row = WebhookEndpoint.objects.create(
        url="https://example.org/hook", events=[], key_id="-", wrapped=b"-", registered_by=user, registered_at=NOW
    )
    from reprieve.storage.webhooks import _holder

    row.key_id, row.wrapped = identifiers.new_person_key(_holder(row.pk), keys(path))
    row.save()
    assert key_rotation.rotate(path, LATER)["endpoints"] == 1
    assert key_rotation.status(path)["wrapping"] == {"home-2": 3, "home-1": 0}


def test_keys_of_the_environment_are_moved_over_and_never_left_out_by_us(db):
    from reprieve.errors import BadInput
    from reprieve.storage import key_rotation

    assert key_rotation.rotate(None, LATER)["persons"] == 0
    with pytest.raises(BadInput, match="environment"):
        key_rotation.forget(None, LATER)


def test_two_rotations_never_draw_at_once(people, path):
    from django.db import connection

    from reprieve.storage import key_rotation
    from reprieve.storage.advisory import _KEYRING

    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_KEYRING])
        with pytest.raises(Refused, match="rotating the keys right now"):
            key_rotation.rotate(path, LATER)
        assert [*keys(path).wrapping] == ["home-1"]
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_KEYRING])
    finally:
        other.close()
    assert key_rotation.rotate(path, LATER)["current"][0] == "home-2"
