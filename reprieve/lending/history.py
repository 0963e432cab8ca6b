"""Loans and all that was ever recorded on them, as columns in replay order. Computes nothing, and leaves nothing out.

What counts at some instant is chosen afterwards (`known`): what was recorded by then, without what was voided by then.
A document is read once for all events that say the same.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from reprieve.engine import events as ev
from reprieve.engine import terms as term
from reprieve.engine.batch import Book
from reprieve.errors import ReprieveError
from reprieve.lending.case_file import CaseFile
from reprieve.lending.columns import ENCODERS, RELIEF_STAGE, STAGES, Tables, day_number, to_date
from reprieve.lending.contract import Contract
from reprieve.lending.event_kind import AnyEvent
from reprieve.lending.field import LAST_DAY, MONEY_MOST, check_rate
from reprieve.lending.joined import taken
from reprieve.lending.supported import refuse_unsupported
from reprieve.lending.template import Terms, lay_terms

DIRECTIONS: Final = ("oldest", "current", "principal")
"""What a plain payment is directed to, in order of its code."""
FIRST: Final = 8
"""Code of the row that stands for the first disbursement."""
OTHER: Final = 9
"""Code of an event that brings its document along."""
VOID: Final = 255
"""The kind of a reversal that undoes a payment as if it never was; the kernel never meets it."""
_STAGE: Final = np.full(256, STAGES["reversal"], np.int64)
_STAGE[: len(ev.KINDS)] = [STAGES.get(kind, RELIEF_STAGE) for kind in ev.KINDS]
_DAY_ROOM: Final = 1 << 18
_EVENT: Final[TypeAdapter[Any]] = TypeAdapter(AnyEvent)
_AT: Final = datetime(2000, 1, 1, tzinfo=UTC)
_OWN_DAYS: Final = frozenset({"opening", "pause", "moratorium", "restructure"})
"""Kinds with further fields, whose documents must fit the day they took effect."""


@dataclass(frozen=True)
class History:
    """Loans in order of their rows, with every event, in replay order.

    `book` has events that count and events that do not; the argument of a reversal is the place of its payment among
    all events, and void reversals are of the kind `VOID`. `row` and `seen` are the events' own rows and instants of
    recording (microseconds), `first` the rows of first disbursements, -1 where a loan was taken over.
    """

    rows: np.ndarray
    rows_seen: np.ndarray
    book: Book
    row: np.ndarray
    seen: np.ndarray
    first: np.ndarray
    templates: tuple[Contract | None, ...]
    template: np.ndarray

    @property
    def loan(self) -> np.ndarray:
        """The place of each event's loan."""
        return np.repeat(np.arange(len(self.rows)), np.diff(self.book.offsets))

    def counts(self, is_recorded: np.ndarray) -> np.ndarray:
        """Return which events count when those of a mask are recorded: neither voided nor a void reversal."""
        is_void = self.book.kind == VOID
        kept: np.ndarray = is_recorded & ~is_void
        kept[self.book.argument[is_void & is_recorded]] = False
        return kept

    def book_of(self, loans: np.ndarray, kept: np.ndarray) -> Book:
        """Return the book of the loans at some places, with those of their events that count."""
        book = self.book
        before = np.concatenate([np.zeros(1, np.int64), np.cumsum(kept)])
        returns = np.flatnonzero(book.kind == ev.RETURN)
        argument = book.argument.copy()
        paid = argument[returns]
        own = before[paid] - before[book.offsets[self.loan[returns]]]
        argument[returns] = np.where(kept[paid], own, -1)
        return taken(_with_argument(book, argument), loans, kept)


def lay_history(
    contracts: pa.Table, events: pa.Table, read_singly: frozenset[int] = frozenset()
) -> tuple[History, frozenset[int]]:
    """Return the history of loans, and the rows of those that cannot be laid out: they are to be read by themselves.

    `contracts` is as `lay_terms` has it, with `seen`. `events` has `row`, `contract`, `on` (day number), `order`,
    `amount` (-1: none), `seen` and `code`: that of a plain payment's direction, `FIRST` or `OTHER`; an other event has
    `kind`, `terms` (JSON) and of a reversal `of`, the row of the payment; `name` is there where events tie.
    """
    terms = lay_terms(contracts, read_singly)
    rows = contracts["row"].to_numpy()
    columns = {name: events[name].to_numpy() for name in ("row", "contract", "on", "order", "amount", "seen", "code")}
    place = np.minimum(np.searchsorted(rows, columns["contract"]), max(len(rows) - 1, 0))
    columns["loan"] = place
    tables = Tables()
    laid, is_odd = _read_documents(events, columns, terms, tables)
    odd = ~terms.is_sound
    odd[place[is_odd]] = True
    odd[place[_is_early_or_late(columns, terms.book.terms)]] = True
    odd[_with_odd_openings(columns, laid, len(rows))] = True
    first = np.full(len(rows), -1, np.int64)
    is_first = columns["code"] == FIRST
    first[place[is_first]] = columns["row"][is_first]
    kept = np.flatnonzero(~is_first & ~odd[place])
    names = events["name"].combine_chunks()
    order = kept[_replay_order({name: column[kept] for name, column in (columns | laid).items()}, names.take(kept))]
    return _history(contracts, terms, ~odd, _Events(columns, laid, order), tables, first), frozenset(rows[odd].tolist())


def places_of(rows: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return where some rows stand, -1 for those that are not there."""
    if not len(rows):
        return np.full(len(wanted), -1, np.int64)
    order = np.argsort(rows)
    found = order[np.minimum(np.searchsorted(rows, wanted, sorter=order), len(rows) - 1)]
    places: np.ndarray = np.where(rows[found] == wanted, found, -1)
    return places


@dataclass(frozen=True)
class _Events:
    """Events as they came, as they were laid out, and the places of those that stay, in replay order."""

    columns: Mapping[str, np.ndarray]
    laid: Mapping[str, np.ndarray]
    order: np.ndarray


def _history(
    contracts: pa.Table, terms: Terms, is_sound: np.ndarray, events: _Events, tables: Tables, first: np.ndarray
) -> History:
    columns, order = events.columns, events.order
    counts = np.bincount(columns["loan"][order], minlength=len(is_sound))[is_sound]
    argument = events.laid["argument"][order]
    kind = events.laid["kind"][order]
    is_reversal = (kind == ev.RETURN) | (kind == VOID)
    argument[is_reversal] = places_of(columns["row"][order], argument[is_reversal])
    side = tables.book(np.zeros((0, term.WIDTH), np.int64))
    book = Book(
        terms.book.terms[is_sound], np.concatenate([[0], np.cumsum(counts)]), columns["on"][order].astype(np.int32),
        kind.astype(np.uint8), events.laid["amount"][order], argument, np.concatenate([terms.book.rows, side.rows]),
        terms.book.fees, terms.book.ceilings, side.extra, terms.book.calendars,
    )  # fmt: skip
    openings = argument[kind == ev.OPENING]
    book.extra[openings + ev.OPEN_ROWS_AT] += len(terms.book.rows)
    return History(
        contracts["row"].to_numpy()[is_sound], contracts["seen"].to_numpy()[is_sound], book, columns["row"][order],
        columns["seen"][order], first[is_sound], terms.templates, terms.template[is_sound],
    )  # fmt: skip


def _read_documents(
    events: pa.Table, columns: Mapping[str, np.ndarray], terms: Terms, tables: Tables
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return kind, amount and argument of every event, and which of them could not be read."""
    code = columns["code"]
    is_odd = np.zeros(len(code), bool)
    laid = {
        "kind": np.full(len(code), ev.PAYMENT, np.int64), "amount": columns["amount"].copy(), "argument": code.copy(),
    }  # fmt: skip
    others = np.flatnonzero(code == OTHER)
    documents = events.take(others).select(["kind", "terms", "of"]).to_pydict()
    reader = _Reader(columns, terms, tables)
    for place, kind, text, of in zip(others.tolist(), *documents.values(), strict=True):
        found = reader.read(place, kind, text, of)
        if found is None:
            is_odd[place] = True
        else:
            laid["kind"][place], laid["amount"][place], laid["argument"][place] = found
    is_odd |= (code != FIRST) & (columns["amount"] != -1) & ~_is_money(columns["amount"])
    is_odd |= _with_odd_reversals(columns, laid)
    return laid, is_odd


def _is_money(amount: np.ndarray) -> np.ndarray:
    found: np.ndarray = (amount >= 1) & (amount <= MONEY_MOST)
    return found


class _Reader:
    """Reads the documents of events, each text once for all loans of a template."""

    def __init__(self, columns: Mapping[str, np.ndarray], terms: Terms, tables: Tables) -> None:
        self._columns, self._terms, self._tables = columns, terms, tables
        self._known: dict[tuple[str, str, bool, int], tuple[int, int, int] | None] = {}

    def read(self, place: int, kind: str, text: str, of: int | None) -> tuple[int, int, int] | None:
        """Return kind, amount and argument of the event at a place, or nothing where it cannot be read."""
        amount = int(self._columns["amount"][place])
        template = int(self._terms.template[self._columns["loan"][place]])
        if kind == "reversal":
            mode = json.loads(text).get("mode")
            known = {"void": VOID, "returned": ev.RETURN}
            return None if mode not in known or of is None or amount != -1 else (known[mode], 0, of)
        if kind in _OWN_DAYS:
            return self._read(place, kind, text, template)
        key = (kind, text, amount != -1, template)
        if key not in self._known:
            self._known[key] = self._read(place, kind, text, template)
        found = self._known[key]
        return found if found is None or amount == -1 else (found[0], amount, found[2])

    def _read(self, place: int, kind: str, text: str, template: int) -> tuple[int, int, int] | None:
        contract = self._terms.templates[template]
        if contract is None:
            return None
        amount = int(self._columns["amount"][place])
        document = {**json.loads(text), "id": "~", "kind": kind, "recorded_at": _AT}
        if amount != -1:
            document["amount"] = amount
        try:
            event = _EVENT.validate_python({**document, "on": to_date(int(self._columns["on"][place]))})
            _check(event, contract)
            return ENCODERS[kind](self._tables, event, contract, {})
        except (ReprieveError, ValidationError, PydanticCustomError, OverflowError):
            return None


def _check(event: Any, contract: Contract) -> None:
    """Raise what reading the whole case would raise for an event that its contract does not go with."""
    refuse_unsupported(CaseFile.model_construct(contract=contract, events=(event,), rules=None))
    check_rate(getattr(event, "annual_rate", None), contract.day_count, ("annual_rate",))
    own = getattr(event, "interest", None)
    check_rate(getattr(own, "rate", None), contract.day_count, ("interest", "rate"))


def _with_odd_reversals(columns: Mapping[str, np.ndarray], laid: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return which events are reversals of what is no payment before them, or was reversed already."""
    is_odd = np.zeros(len(columns["row"]), bool)
    at = np.flatnonzero((laid["kind"] == ev.RETURN) | (laid["kind"] == VOID))
    paid = places_of(columns["row"], laid["argument"][at])
    _, inverse, counts = np.unique(paid, return_inverse=True, return_counts=True)
    is_odd[at] = (
        (paid < 0) | (laid["kind"][paid] != ev.PAYMENT) | (columns["loan"][paid] != columns["loan"][at])
        | (columns["on"][paid] > columns["on"][at]) | (counts[inverse] > 1)
    )  # fmt: skip
    return is_odd


def _is_early_or_late(columns: Mapping[str, np.ndarray], terms: np.ndarray) -> np.ndarray:
    """Return which events lie before the disbursement, or after the last day that can be written."""
    on = columns["on"]
    wrong: np.ndarray = (on < terms[columns["loan"], term.DISBURSED_ON]) | (on > day_number(LAST_DAY))
    wrong &= columns["code"] != FIRST
    return wrong


def _with_odd_openings(columns: Mapping[str, np.ndarray], laid: Mapping[str, np.ndarray], loans: int) -> np.ndarray:
    """Return which loans have two openings, or an event before theirs."""
    is_opening = laid["kind"] == ev.OPENING
    own = columns["loan"][is_opening]
    opened = np.full(loans, np.iinfo(np.int64).min)
    opened[own] = columns["on"][is_opening]
    odd = np.bincount(own, minlength=loans) > 1
    is_event = columns["code"] != FIRST
    odd[columns["loan"][is_event & (columns["on"] < opened[columns["loan"]])]] = True
    return odd


def _replay_order(columns: Mapping[str, np.ndarray], names: pa.Array) -> np.ndarray:
    """Return the places of events by loan, day, stage, order, instant of recording and name."""
    day = (columns["on"] + _DAY_ROOM // 2) << 5
    key = (columns["loan"] * (_DAY_ROOM << 5)) + day + _STAGE[columns["kind"]]
    order = np.argsort(key, kind="stable")
    sorted_key = key[order]
    is_same = sorted_key[1:] == sorted_key[:-1]
    tied = np.flatnonzero(np.concatenate([[False], is_same]) | np.concatenate([is_same, [False]]))
    if len(key) and len(tied):
        some = order[tied]
        texts = np.array([name or "" for name in names.take(some).to_pylist()])
        order[tied] = some[np.lexsort((texts, columns["seen"][some], columns["order"][some], key[some]))]
    return order


def _with_argument(book: Book, argument: np.ndarray) -> Book:
    return Book(**{**vars(book), "argument": argument})
