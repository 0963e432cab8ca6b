"""Sealed texts that somebody asks to read: a dispute, what was shown. Never opened without a trace of who asked."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction

from reprieve.operations.command import Act
from reprieve.storage import applications, disputes
from reprieve.storage.actors import leave_trace, user_row
from reprieve.storage.applications import Shown
from reprieve.storage.lender import open_day

Text = TypeVar("Text")


def dispute(act: Act, number: int) -> dict[str, Any]:
    """Return a dispute with what its customer says; nothing of it where the customer was erased."""
    return _opened(act, "read_dispute", ("dispute", number), disputes.one)


def disclosure(act: Act, number: int) -> dict[str, Any]:
    """Return a disclosure: whose, of which application, and what was shown."""
    shown = _opened(act, "read_disclosure", ("disclosure", number), applications.find_shown)
    return {
        "disclosure": number, "application": shown.application, "customer": shown.customer,
        "language": shown.language, "document_sha256": shown.document_sha256, "shown_at": shown.shown_at.isoformat(),
        "signed_at": shown.signed_at and shown.signed_at.isoformat(), "document": json.loads(shown.text),
    }  # fmt: skip


def disclosure_text(act: Act, number: int) -> bytes:
    """Return what was shown, byte for byte: its SHA-256 is what a signature refers to."""
    shown: Shown = _opened(act, "read_disclosure", ("disclosure", number), applications.find_shown)
    return shown.text.encode()


@transaction.atomic
def _opened(act: Act, action: str, subject: tuple[str, int], read: Callable[[int], Text]) -> Text:
    """Return a text once the trace of its reading is written in the same transaction."""
    found = read(subject[1])
    leave_trace(
        action, (subject[0], str(subject[1])), user=user_row(act.user), request_id=act.request_id, facts={},
        at=open_day(act.now).instant,
    )  # fmt: skip
    return found
