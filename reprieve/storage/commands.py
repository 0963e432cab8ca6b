"""What a command asks as it begins and keeps as it ends, each in one call. Never decides whether it may run.

The calls are functions of the database (migration 0009): whatever a lock protects is read after the lock was taken.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from reprieve.storage.actors import unknown_user
from reprieve.storage.contracts import Added, Held, held_of
from reprieve.storage.idempotency import answer_of, check_key, still_running
from reprieve.storage.journal import last_day_of
from reprieve.storage.lender import OpenDay, Terms, missing_lender, open_day_of
from reprieve.storage.statements import ask, tell

_BEGIN: Final = "SELECT * FROM begin_command(%s, %s, %s)"
_KEEP: Final = "SELECT keep_command(%s::jsonb, %s::jsonb, %s::jsonb)"


@dataclass(frozen=True, slots=True)
class Started:
    """What a command found as it began; all it holds is held until the transaction ends.

    `answer` is the first answer of its key, if there is one, and then nothing else was asked. `held` is the contract
    that was named, if it is known.
    """

    user: int
    answer: dict[str, Any] | None
    lender: Terms | None = None
    closed_on: date | None = None
    locked_until: date | None = None
    is_listened_to: bool = False
    held: Held | None = None

    def open_day(self, now: datetime) -> OpenDay:
        """Return the open day at an instant of the wall clock. Raises `Refused` where no lender has been set up."""
        if self.lender is None:
            raise missing_lender()
        return open_day_of(now, self.lender, self.closed_on)


def start(username: str, key: str, request_sha256: bytes, *, contract: str = "") -> Started:
    """Hold the key of a command, the open day and the contract it names, and return what there is to know.

    Raises `BadInput` for a user that is not known or a key that stood for another request, `Refused` while the same
    key is being worked on.
    """
    check_key(key)
    row = ask(_BEGIN, [username, key, contract])
    assert row is not None, "a function has an answer"
    user, is_key_free, first_sha256, answer, *lender, closed_on, month, is_listened_to = row[:12]
    if user is None:
        raise unknown_user(username)
    if not is_key_free:
        raise still_running()
    if first_sha256 is not None:
        return Started(user, answer_of(bytes(first_sha256), request_sha256, answer))
    locked_until = None if month is None else last_day_of(month)
    terms = None if lender[0] is None else Terms(*lender)
    held = None if row[12] is None else held_of(contract, row[12:])
    return Started(user, None, terms, closed_on, locked_until, is_listened_to, held)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a command that was done: its request, what it concerned, and when."""

    user: int
    key: str
    request_sha256: bytes
    action: str
    subject: tuple[str, str]
    request_id: str
    facts: Mapping[str, Any]
    at: datetime


def keep(kept: Kept, answer: Mapping[str, Any], added: Sequence[Added] = ()) -> None:
    """Keep the first answer of a key and the trace of who did what, in the transaction that did the work.

    `added` are events that were left to be written with them (`Held.added`).
    """
    subject, subject_id = kept.subject
    document = json.dumps({
        "by": kept.user, "key": kept.key, "request": kept.request_sha256.hex(), "action": kept.action,
        "subject": subject, "subject_id": subject_id, "request_id": kept.request_id, "facts": kept.facts,
        "at": kept.at.isoformat(),
    })  # fmt: skip
    tell(_KEEP, [document, json.dumps(answer), json.dumps(added) if added else None])


def is_listened_to() -> bool:
    """Return whether anybody asked to be told what happens."""
    row = ask("SELECT EXISTS (SELECT FROM webhook_endpoint)", [])
    return bool(row and row[0])
