"""Customers and what identifies them, in the database: register, read, find, rotate keys, erase. Never logs a value."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from reprieve.storage import identifiers
from reprieve.storage.home import home_path
from reprieve.storage.identifiers import INDEXED, Unreadable
from reprieve.storage.keyring import Keyring, keyring_of
from reprieve.storage.models import Customer, Identifier, PersonKey
from reprieve.storage.secret_file import read_secrets

ROTATED_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True, repr=False)
class Sealer:
    """Seals and opens the texts of one person. Made for one request, and never kept."""

    person: str
    key: bytes

    def seal(self, text: str, kind: str) -> bytes:
        """Seal a text of this person, such as a message or a document."""
        return identifiers.seal(text, self.key, person=self.person, kind=kind)

    def unseal(self, sealed: bytes | memoryview, kind: str) -> str:
        """Return a text of this person. Raises `Unreadable`."""
        return identifiers.unseal(bytes(sealed), self.key, person=self.person, kind=kind)


def register_customer(
    number: str, values: Mapping[str, str], *, language: str, recorded_at: datetime, keyring: Keyring | None = None
) -> Customer:
    """Record a new customer with a key of their own and their identifiers, by kind, in one transaction."""
    keyring = keyring or current_keyring()
    with transaction.atomic():
        customer = Customer.objects.create(number=number, language=language, registered_at=recorded_at)
        key_id, wrapped = identifiers.new_person_key(_person(customer), keyring)
        PersonKey.objects.create(customer=customer, key_id=key_id, wrapped=wrapped)
        add_identifiers(customer, values, recorded_at=recorded_at, keyring=keyring)
    return customer


@transaction.atomic
def add_identifiers(
    customer: Customer, values: Mapping[str, str], *, recorded_at: datetime, keyring: Keyring | None = None
) -> None:
    """Record further identifiers of a customer, by kind. An erasure at the same moment waits, and takes them along."""
    keyring = keyring or current_keyring()
    list(PersonKey.objects.select_for_update(no_key=True).filter(customer=customer))
    sealer = sealer_of(customer, keyring)
    Identifier.objects.bulk_create(
        Identifier(
            customer=customer,
            kind=kind,
            sealed=sealer.seal(value, kind),
            recorded_at=recorded_at,
            **_index(kind, value, keyring),
        )
        for kind, value in values.items()
    )


def sealer_of(customer: Customer, keyring: Keyring | None = None) -> Sealer:
    """Return what seals and opens this customer's texts. Raises `Unreadable` where the customer was erased."""
    row = PersonKey.objects.filter(customer=customer).first()
    if row is None:
        raise Unreadable(f"Customer {customer.number} was erased: what identified them cannot be read any more.")
    return _sealer(row, keyring or current_keyring())


def identifiers_of(customer: Customer, keyring: Keyring | None = None) -> dict[str, str]:
    """Return the latest identifier of each kind, in the clear."""
    sealer = sealer_of(customer, keyring)
    rows = Identifier.objects.filter(customer=customer).order_by("recorded_at", "id")
    return {kind: sealer.unseal(sealed, kind) for kind, sealed in rows.values_list("kind", "sealed")}


def identifiers_of_many(customers: Collection[int], keyring: Keyring | None = None) -> dict[int, dict[str, str]]:
    """Return the latest identifier of each kind of many customers, in the clear; nothing of those who were erased."""
    keyring = keyring or current_keyring()
    sealers = {row.customer_id: _sealer(row, keyring) for row in PersonKey.objects.filter(customer__in=customers)}
    found: dict[int, dict[str, str]] = {customer: {} for customer in sealers}
    rows = Identifier.objects.filter(customer__in=sealers).order_by("recorded_at", "id")
    for customer, kind, sealed in rows.values_list("customer_id", "kind", "sealed"):
        found[customer][kind] = sealers[customer].unseal(sealed, kind)
    return found


def find_customers(kind: str, value: str, *, keyring: Keyring | None = None) -> list[Customer]:
    """Return the customers who have this very value, under any key of the keyring, without opening any."""
    keyring = keyring or current_keyring()
    indexes = [identifiers.blind_index(kind, value, key_id=key_id, keyring=keyring) for key_id in keyring.indexing]
    rows = Identifier.objects.filter(kind=kind, blind_index__in=indexes)
    return list(Customer.objects.filter(pk__in=rows.values("customer")).order_by("pk"))


def known_values(kind: str, values: Iterable[str], *, keyring: Keyring | None = None) -> set[str]:
    """Return those of some values that a customer has already, under any key of the keyring, without opening any."""
    keyring = keyring or current_keyring()
    indexes = {
        identifiers.blind_index(kind, value, key_id=key_id, keyring=keyring): value
        for value in set(values)
        for key_id in keyring.indexing
    }
    rows = Identifier.objects.filter(kind=kind, blind_index__in=list(indexes))
    return {indexes[bytes(found)] for found in rows.values_list("blind_index", flat=True) if found is not None}


def rotate_keys(keyring: Keyring | None = None) -> int:
    """Move every person and every index over to the current keys, and return how many persons there were to move.

    Safe to stop and start again at any point: each step commits whole, and what is moved already is not met again.
    """
    keyring = keyring or current_keyring()
    moved, last = 0, 0
    while locked := _rotated(keyring, after=last):
        moved, last = moved + sum(locked.values()), max(locked)
    return moved


def erase_customer(customer: Customer, *, erased_at: datetime) -> None:
    """Destroy a customer's key and identifiers. History of money stays; the sealed texts in it never open again.

    The master keys and backups are the rest of it: see `docs/threat_model.md`.
    """
    with transaction.atomic():
        PersonKey.objects.filter(customer=customer).delete()
        Identifier.objects.filter(customer=customer).delete()
        Customer.objects.filter(pk=customer.pk, erased_at__isnull=True).update(erased_at=erased_at)


def current_keyring() -> Keyring:
    """Return the keyring of the settings."""
    return _keyring(settings.IDENTIFIER_KEYS, settings.INDEX_KEYS)


def _drawn_since() -> Keyring | None:
    """Return the keys of the embedded home as its file has them now; nothing where they stand in the environment."""
    if os.environ.get("DATABASE_URL") or os.environ.get("REPRIEVE_IDENTIFIER_KEYS"):
        return None
    held = read_secrets(home_path(os.environ) / "secrets.json")
    return None if held is None else keyring_of(held.identifier_keys, held.index_keys)


@cache
def _keyring(identifier_keys: str, index_keys: str) -> Keyring:
    return keyring_of(identifier_keys, index_keys)


@transaction.atomic
def _rotated(keyring: Keyring, *, after: int) -> dict[int, bool]:
    """Move some persons over, in order of number, and return those looked at, each with whether it was moved.

    Two processes never wait for the same person. One that another has just moved is seen only once it is locked.
    """
    is_stale = ~Q(key_id=keyring.wrapping_id) | Q(
        customer__identifiers__in=Identifier.objects.exclude(index_key_id__in=["", keyring.indexing_id])
    )
    stale = PersonKey.objects.filter(is_stale).values("pk")
    locking = PersonKey.objects.filter(pk__in=stale, pk__gt=after).order_by("pk").select_for_update(skip_locked=True)
    locked = [row.pk for row in locking[:ROTATED_AT_ONCE]]
    rows = list(PersonKey.objects.filter(pk__in=stale).filter(pk__in=locked))
    _rewrap(rows, keyring)
    _reindex(rows, keyring)
    moved = {row.pk for row in rows}
    return {pk: pk in moved for pk in locked}


def _rewrap(rows: Iterable[PersonKey], keyring: Keyring) -> None:
    for row in rows:
        person = str(row.customer_id)
        row.key_id, row.wrapped = identifiers.rewrapped(person, bytes(row.wrapped), key_id=row.key_id, keyring=keyring)
    PersonKey.objects.bulk_update(rows, ["key_id", "wrapped"])


def _reindex(rows: Iterable[PersonKey], keyring: Keyring) -> None:
    """Compute again the indexes of persons whose keys have just been wrapped under the current master key."""
    sealers = {row.customer_id: _sealer(row, keyring) for row in rows}
    found = list(Identifier.objects.filter(customer__in=sealers, kind__in=INDEXED))
    for row in found:
        value = sealers[row.customer_id].unseal(row.sealed, row.kind)
        for name, index in _index(row.kind, value, keyring).items():
            setattr(row, name, index)
    Identifier.objects.bulk_update(found, ["blind_index", "index_key_id"])


def _index(kind: str, value: str, keyring: Keyring) -> dict[str, bytes | str]:
    if kind not in INDEXED:
        return {}
    key_id = keyring.indexing_id
    return {
        "blind_index": identifiers.blind_index(kind, value, key_id=key_id, keyring=keyring),
        "index_key_id": key_id,
    }


def _sealer(row: PersonKey, keyring: Keyring) -> Sealer:
    """Return the sealer of a person; a key that was drawn since this process started is read from its file."""
    person = str(row.customer_id)
    if row.key_id not in keyring.wrapping:
        keyring = _drawn_since() or keyring
    return Sealer(person, identifiers.person_key(person, bytes(row.wrapped), key_id=row.key_id, keyring=keyring))


def _person(customer: Customer) -> str:
    return str(customer.pk)
