"""Terms that many loans share, read once: a template. What each loan has of its own is laid beside it by column.

A loan whose terms a column cannot hold, or that might be refused, is left to be read by itself; nothing is guessed.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
from pyarrow import compute

from reprieve.engine import terms as term
from reprieve.engine.batch import Book
from reprieve.errors import ReprieveError
from reprieve.lending.case import Case
from reprieve.lending.columns import Tables, day_number, to_date
from reprieve.lending.contract import Contract
from reprieve.lending.field import FIRST_DAY, INSTALMENTS_MOST, LAST_DAY, MONEY_MOST, RATE_MOST

OWN: Final = ("principal", "disbursed_on", "annual_rate", "instalments", "first_due_on", "due_day", "instalment")
"""Terms that each loan has of its own; `instalment` only where it was agreed."""
RATE_PLACES: Final = 15
"""A rate comes as it is quoted, a whole number of 1e-15."""
_TRIED: Final = 3
"""How many loans of a template are tried before all of them are left to be read singly."""
_PERIOD_DAYS: Final = {"month": 31, "semimonth": 16, "week": 7, "day": 1}


@dataclass(frozen=True)
class Terms:
    """Contracts as columns: a book without events, each loan's template, and whether it could be laid out."""

    book: Book
    templates: tuple[Contract | None, ...]
    template: np.ndarray
    is_sound: np.ndarray


def lay_terms(contracts: pa.Table, read_singly: frozenset[int] = frozenset()) -> Terms:
    """Return contracts as columns; those whose rows are in `read_singly` have been checked already.

    `contracts` has `row`, `template` (a JSON text without what is `OWN`) and what each loan has of its own: days as
    numbers, the rate in 1e-15 per 1/`per` of a year, -1 where a loan has no agreed instalment.
    """
    texts = contracts["template"].combine_chunks()
    kind = texts.indices.to_numpy().astype(np.int64)
    own = {name: contracts[name].to_numpy() for name in ("row", *_COLUMNS)}
    checked = np.isin(own["row"], np.fromiter(read_singly, np.int64, len(read_singly)))
    tables = Tables()
    rows = np.zeros((len(texts.dictionary), term.WIDTH), np.int64)
    found: list[Contract | None] = []
    is_sound = np.zeros(len(kind), bool)
    terms = np.zeros((len(kind), term.WIDTH), np.int64)
    for number, text in enumerate(texts.dictionary.to_pylist()):
        places = np.flatnonzero(kind == number)
        contract = _template(json.loads(text), own, places)
        found.append(contract)
        if contract is not None:
            rows[number] = tables.contract(contract)
            terms[places] = rows[number]
            part = {name: column[places] for name, column in own.items()}
            is_sound[places] = _is_sound(contract, part) | checked[places]
            _lay_own(terms, places, contract, part)
    return Terms(tables.book(terms), tuple(found), kind, is_sound)


_COLUMNS: Final = ("principal", "disbursed_on", "rate", "per", "instalments", "first_due_on", "due_day", "instalment")


def columns_of(contract: Contract) -> dict[str, Any]:
    """Return the template and own terms of a contract that was read by itself."""
    document = contract.model_dump(mode="json", by_alias=True, exclude_none=True)
    shared = {key: value for key, value in document.items() if key not in OWN}
    return {
        "template": json.dumps(shared), "principal": contract.principal,
        "disbursed_on": day_number(contract.disbursed_on), "rate": int(contract.annual_rate.value.scaleb(RATE_PLACES)),
        "per": {"year": 1, "month": 12, "day": 365}[contract.annual_rate.per], "instalments": contract.instalments,
        "first_due_on": day_number(contract.first_due_on), "due_day": contract.due_day,
        "instalment": contract.instalment or -1,
    }  # fmt: skip


def with_contracts(
    contracts: pa.Table | None, gone: Collection[int], read: Sequence[tuple[int, int, Contract]]
) -> pa.Table:
    """Return contracts as columns without some rows, and with contracts that were read by themselves.

    Each of those is its row, its instant of recording (microseconds) and what was read.
    """
    names = ("row", "seen", "template", *_COLUMNS)
    loans = [{"row": row, "seen": seen, **columns_of(contract)} for row, seen, contract in read]
    types = {name: pa.string() if name == "template" else pa.int64() for name in names}
    parts = [pa.table({name: pa.array([loan[name] for loan in loans], types[name]) for name in names})]
    if contracts is not None:
        is_gone = compute.is_in(contracts["row"], pa.array(sorted(gone), pa.int64()))
        kept = contracts.filter(compute.invert(is_gone)).select(names)
        text = kept["template"].cast(pa.string())
        parts.append(kept.set_column(names.index("template"), "template", text))
    whole = pa.concat_tables(parts).sort_by("row")
    return whole.set_column(names.index("template"), "template", whole["template"].combine_chunks().dictionary_encode())


def _template(shared: dict[str, Any], own: dict[str, np.ndarray], places: np.ndarray) -> Contract | None:
    """Return the contract of the first loan of a template that can be read."""
    for place in places[:_TRIED].tolist():
        loan = {name: int(own[name][place]) for name in _COLUMNS}
        try:
            return Case.read({"contract": {**shared, **_document(loan)}}).file.contract
        except (ReprieveError, OverflowError):
            continue
    return None


def _document(loan: dict[str, int]) -> dict[str, Any]:
    """Return what a loan has of its own as a contract has it."""
    rate = f"{loan['rate'] // 10**RATE_PLACES}.{loan['rate'] % 10**RATE_PLACES:0{RATE_PLACES}}"
    per = {1: "year", 12: "month", 365: "day"}.get(loan["per"], "")
    agreed = {"instalment": loan["instalment"]} if loan["instalment"] != -1 else {}
    return agreed | {
        "principal": loan["principal"], "disbursed_on": to_date(loan["disbursed_on"]).isoformat(),
        "annual_rate": {"value": rate, "per": per}, "instalments": loan["instalments"],
        "first_due_on": to_date(loan["first_due_on"]).isoformat(), "due_day": loan["due_day"],
    }  # fmt: skip


def _lay_own(terms: np.ndarray, places: np.ndarray, contract: Contract, own: dict[str, np.ndarray]) -> None:
    """Write what each loan of a template has of its own into its row."""
    has_instalment = own["instalment"] != -1
    terms[places, term.PRINCIPAL] = own["principal"]
    terms[places, term.DISBURSED_ON] = own["disbursed_on"]
    terms[places, term.RATE] = own["rate"] * _times(contract, own["per"]) // 10 ** (RATE_PLACES - 9)
    terms[places, term.INSTALMENTS] = own["instalments"]
    terms[places, term.FIRST_DUE_ON] = own["first_due_on"]
    terms[places, term.DUE_DAY] = own["due_day"]
    terms[places, term.INSTALMENT] = np.where(has_instalment, own["instalment"], 0)
    terms[places, term.INSTALMENT_AGREED] = has_instalment
    terms[places, term.EVEN_LAST] = contract.even_last & ~has_instalment


def _times(contract: Contract, per: np.ndarray) -> np.ndarray:
    """Return how often the time a rate is quoted for goes into a year."""
    days = 360 if contract.day_count in ("act_360", "30_360", "30e_360") else 365
    return np.where(per == 365, days, per)


def _is_sound(contract: Contract, own: dict[str, np.ndarray]) -> np.ndarray:
    """Return which loans of a template surely could be read; the others are asked one by one."""
    principal, count, instalment = own["principal"], own["instalments"], own["instalment"]
    lent, times = principal - contract.down_payment, _times(contract, own["per"])
    rate = own["rate"]
    sound: np.ndarray = (
        (principal >= 1) & (principal <= MONEY_MOST) & (lent >= 1) & (lent >= contract.balloon)
        & (own["disbursed_on"] >= day_number(FIRST_DAY)) & (own["first_due_on"] > own["disbursed_on"])
        & (own["due_day"] >= 1) & (own["due_day"] <= 31)
        & (count >= max(1, contract.principal_grace + 1, contract.principal_every, *_fee_rows(contract)))
        & (count <= INSTALMENTS_MOST)
        & (own["per"] >= 1) & (rate >= 0) & (rate <= RATE_MOST * 10**RATE_PLACES // np.maximum(times, 1))
        & ((instalment == -1) | (instalment >= 1) & (instalment <= MONEY_MOST))
    )  # fmt: skip
    sound &= np.where(sound, rate, 0) * times % 10 ** (RATE_PLACES - 9) == 0
    deducted = [fee.amount for fee in contract.fees if fee.collected == "deducted" and fee.amount is not None]
    sound &= principal >= max(deducted, default=0)
    if contract.method != "level_instalment":
        sound &= instalment == -1
    sound &= _fits_rows(contract, own) if contract.method == "explicit" else _fits_calendar(contract, own)
    return sound


def _fee_rows(contract: Contract) -> list[int]:
    return [fee.when[-1] for fee in contract.fees if isinstance(fee.when, tuple)]


def _fits_rows(contract: Contract, own: dict[str, np.ndarray]) -> np.ndarray:
    """Return which loans' own terms are those of the template's explicit rows."""
    whole = sum(row.principal for row in contract.rows)
    fits: np.ndarray = (
        (own["instalments"] == len(contract.rows))
        & (own["first_due_on"] == day_number(contract.rows[0].due_on))
        & (own["principal"] - contract.down_payment == whole)
    )
    return fits


def _fits_calendar(contract: Contract, own: dict[str, np.ndarray]) -> np.ndarray:
    """Return which loans' rows surely fall due before the last day that can be written."""
    assert contract.period is not None, "a schedule that is no list of rows has a period"
    step = contract.period.count * _PERIOD_DAYS[contract.period.unit]
    last: np.ndarray = own["first_due_on"] + np.minimum(own["instalments"], INSTALMENTS_MOST) * step
    fits: np.ndarray = last < day_number(date(LAST_DAY.year, 1, 1))
    return fits
