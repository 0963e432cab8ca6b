"""Payments written in sets: their events, and the entries that they post. Never decides what a payment does."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import numpy as np
import pyarrow as pa

from reprieve.storage.statements import copy, next_rows

_TERMS: Final = json.dumps({"direct_to": "oldest"})


@dataclass(frozen=True)
class PaymentRows:
    """Payments by column: an event each, which has its row's number already, and the lines that it posts.

    `amounts` is int64[accounts, payments], debit positive, in order of `accounts`; days are numbers since 1970.
    """

    row: np.ndarray
    contract: np.ndarray
    name: list[str]
    on: np.ndarray
    amount: np.ndarray
    reference: list[str]
    product: pa.Array
    currency: pa.Array
    accounts: tuple[str, ...]
    amounts: np.ndarray


def record_payments(paid: PaymentRows, *, posted_on: date, recorded_at: datetime, recorded_by: int) -> None:
    """Write payments with the entries they post, in the transaction at hand."""
    count = len(paid.row)
    at = pa.repeat(pa.scalar(recorded_at, pa.timestamp("us", "UTC")), count)
    on = pa.array(paid.on.astype(np.int32)).view(pa.date32())
    copy("event", pa.table({
        "id": paid.row, "contract_id": paid.contract, "event_id": paid.name, "event_on": on,
        "event_order": np.zeros(count, np.int64), "kind": pa.repeat("payment", count), "amount_minor": paid.amount,
        "terms": pa.repeat(_TERMS, count), "reference": paid.reference, "recorded_at": at,
        "recorded_by_id": np.full(count, recorded_by),
    }))  # fmt: skip
    payment, account = np.nonzero(paid.amounts.T)
    posting = np.unique(payment)
    entry = np.array(next_rows("journal_entry", len(posting)), np.int64)
    copy("journal_entry", pa.table({
        "id": entry, "posted_on": pa.repeat(pa.scalar(posted_on), len(posting)), "value_on": on.take(posting),
        "product": paid.product.take(posting), "currency": paid.currency.take(posting), "event_id": paid.row[posting],
        "recorded_at": at.take(posting),
    }))  # fmt: skip
    copy("journal_line", pa.table({
        "entry_id": entry[np.searchsorted(posting, payment)], "account": pa.array(paid.accounts).take(account),
        "amount_minor": paid.amounts[account, payment],
    }))  # fmt: skip
