"""Which tables keep their history: rows are added, never changed. Never enforced here: triggers and grants do that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

APPEND_ONLY: Final[Mapping[str, tuple[str, ...]]] = {
    "agreement": (),
    "amendment": (),
    "audit_entry": (),
    "bank_file": (),
    "budget": (),
    "close_checkpoint": (),
    "comprehension": (),
    "consent": (),
    "contact_attempt": (),
    "contact_preference": (),
    "contract": (),
    "credit_record_row": (),
    "disclosure": (),
    "event": (),
    "journal_entry": (),
    "journal_line": (),
    "message": (),
    "month_lock": (),
    "product_proposal": (),
    "product_version": ("on_sale",),
    "quote": (),
    "signature": (),
    "transition": (),
}
"""Table: the columns that may still change."""

WRITTEN_BY_TRIGGERS: Final = frozenset({"amendment"})
"""Tables that the app may read only: the database itself writes them."""
