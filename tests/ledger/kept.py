"""Case files as the database keeps them, by column, without a database. Checks nothing."""

import json
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

from reprieve.lending.columns import day_number
from reprieve.lending.history import DIRECTIONS, FIRST, OTHER
from reprieve.lending.template import columns_of

COMMON = ("id", "on", "order", "kind", "recorded_at")
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00Z")


def micros(instant):
    """Microseconds since 1970."""
    return (instant - EPOCH) // timedelta(microseconds=1)


def kept(files, *, shuffled=None):
    """The contracts and events of case files, their rows numbered from 1 in order of files and of lists."""
    contracts = [{"row": row, "seen": 0, **columns_of(file.contract)} for row, file in enumerate(files, 1)]
    events, number = [], 0
    for row, file in enumerate(files, 1):
        rows = {event.id: number + 2 + place for place, event in enumerate(file.events)}
        number += 1
        first = {"row": number, "contract": row, "on": day_number(file.contract.disbursed_on), "order": 0}
        if not any(event.kind == "opening" for event in file.events):
            events.append({**first, "amount": file.contract.principal, "seen": 0, "code": FIRST})
        for event in file.events:
            number += 1
            events.append({"row": number, "contract": row, **_event(event, rows)})
    if shuffled is not None:
        shuffled.shuffle(events)
    return _contracts(contracts), _events(events)


def _event(event, rows):
    document = event.model_dump(mode="json", by_alias=True, exclude_none=True)
    amount = document.get("amount")
    is_money = type(amount) is int
    terms = {key: value for key, value in document.items() if key not in COMMON and not (key == "amount" and is_money)}
    is_plain = event.kind == "payment"
    return {
        "on": day_number(event.on), "order": event.order, "amount": amount if is_money else -1,
        "seen": micros(event.recorded_at), "code": DIRECTIONS.index(event.direct_to) if is_plain else OTHER,
        "kind": None if is_plain else event.kind, "terms": None if is_plain else json.dumps(terms),
        "of": rows[event.of] if event.kind == "reversal" else None, "name": event.id,
    }  # fmt: skip


def _contracts(rows):
    texts = [row.pop("template") for row in rows]
    columns = {name: pa.array([row[name] for row in rows], pa.int64()) for name in (rows[0] if rows else {})}
    return pa.table({**columns, "template": pa.array(texts, pa.string()).dictionary_encode()})


def _events(rows):
    numbers = ("row", "contract", "on", "order", "amount", "seen", "code")
    columns = {name: np.array([row[name] for row in rows], np.int64) for name in numbers}
    texts = {
        name: pa.array([row.get(name) for row in rows], pa.int64() if name == "of" else pa.string())
        for name in ("kind", "terms", "of", "name")
    }
    return pa.table({**columns, **texts})
