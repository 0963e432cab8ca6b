"""Quotes: figures that hold until an instant, and the hash of the facts they rest on. Never changes one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from reprieve.errors import BadInput, Refusal, Refused
from reprieve.storage.models import Quote


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote as it was made."""

    id: int
    kind: str
    contract: str
    as_of: date
    figures: dict[str, Any]
    facts_sha256: bytes
    quoted_by: int | None
    valid_until_at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """What a quote rests on: its kind, the loan at a version, the open day, and what was asked."""

    kind: str
    contract: str
    version: int
    on: date
    asked: Mapping[str, Any]

    def sha256(self) -> bytes:
        """Return the hash that names these facts; the order of keys does not matter."""
        named = {"kind": self.kind, "contract": self.contract, "version": self.version, "on": self.on.isoformat()}
        text = json.dumps({**named, "asked": dict(self.asked)}, sort_keys=True, ensure_ascii=False)
        return sha256(text.encode()).digest()


def make_quote(
    facts: Facts, figures: Mapping[str, Any], *, contract_row: int, quoted_by: int, quoted_at: datetime,
    valid_until_at: datetime,
) -> int:  # fmt: skip
    """Keep a quote, and who asked for it; return its number."""
    return Quote.objects.create(
        contract_id=contract_row, kind=facts.kind, as_of=facts.on, figures=dict(figures), facts_sha256=facts.sha256(),
        quoted_by_id=quoted_by, quoted_at=quoted_at, valid_until_at=valid_until_at,
    ).pk  # fmt: skip


def find_quote(quote: int, kind: str, contract: str) -> Quoted:
    """Return a quote of a contract. Raises `BadInput` where there is none of that number and kind."""
    row = Quote.objects.filter(pk=quote, kind=kind, contract__number=contract).first()
    if row is None:
        allowed = f"the number of a {kind} quoted for contract {contract}"
        raise BadInput("quote_id" if kind != "preview" else "preview_id", str(quote), allowed, code="unknown_quote")
    return Quoted(
        row.pk, kind, contract, row.as_of, row.figures, bytes(row.facts_sha256), row.quoted_by_id, row.valid_until_at
    )


def check_quote(quoted: Quoted, facts: Facts, now: datetime) -> None:
    """Raise `Refused` where a quote has run out, or the facts it rests on have moved."""
    if now > quoted.valid_until_at:
        because = f"These figures held until {quoted.valid_until_at:%Y-%m-%d %H:%M} UTC. Ask for them again."
        raise Refused((Refusal(f"{quoted.kind}.expired", because, "what is previewed is what is committed"),))
    if facts.sha256() != quoted.facts_sha256:
        because = "Something has changed since these figures were shown, so they no longer hold. Ask for them again."
        raise Refused((Refusal(f"{quoted.kind}.facts_moved", because, "what is previewed is what is committed"),))
