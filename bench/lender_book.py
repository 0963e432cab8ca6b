"""A lender's book in PostgreSQL: loans of a few products, their events in order of time, COPYed in. Closes nothing.

Terms, payments and everything else are drawn as the full book's are (`books`), but what a product says is the same for
all its loans. Each event has its row, recorded on its day; each contract has the row of its first disbursement.
"""

import io
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Final

import numpy as np
import pyarrow as pa
from psycopg import Connection
from pyarrow import csv

from bench import plans
from bench.books import book_from, solve
from bench.case_of import case_of, day_text, event_of
from bench.contracts import AS_OF, draw_contracts, row_fees
from bench.happenings import draw_other_events, draw_payments, join, prepay_some
from reprieve.engine import events as ev
from reprieve.engine import terms as term
from reprieve.engine.batch import Book
from reprieve.lending.case import Case
from reprieve.lending.changes import moved
from reprieve.lending.columns import to_date
from reprieve.lending.contract import Contract
from reprieve.lending.joined import stacked, taken
from reprieve.lending.posting import posting_table
from reprieve.lending.posting_columns import accounts, event_amounts, opening_amounts

PRODUCTS: Final = 10
OWN: Final = (
    term.PRINCIPAL, term.DISBURSED_ON, term.RATE, term.INSTALMENTS, term.FIRST_DUE_ON, term.DUE_DAY, term.INSTALMENT,
)  # fmt: skip
"""Terms that each loan has of its own; all others are its product's."""
GUARDED: Final = ("contract", "event", "journal_entry", "journal_line")
ROWS: Final = 1_000_000
LOANS: Final = 50_000
"""How many rows are written, and how many loans computed, at once."""
PAYMENT: Final = '{"direct_to": "oldest"}'
_COMMON: Final = ("id", "on", "kind", "amount")


def draw(loans: int, seed: int = 2026) -> tuple[Book, np.ndarray]:
    """Return a book of loans in order of disbursement, and the number of each loan's product."""
    rng = np.random.default_rng(seed)
    products, fees = _products(rng)
    terms, _ = draw_contracts(rng, loans)
    terms = terms[np.argsort(terms[:, term.DISBURSED_ON], kind="stable")]
    product = rng.integers(0, PRODUCTS, loans)
    shared = [field for field in range(term.WIDTH) if field not in OWN]
    terms[:, shared] = products[product][:, shared]
    solve(terms, fees)
    payments = prepay_some(rng, terms, draw_payments(rng, terms, row_fees(terms, fees)))
    others, extra = draw_other_events(rng, terms, payments)
    signing = plans.draw_plans(rng, terms)
    events = plans.clear_the_way(join(payments, others), signing, loans)
    signed, fields = plans.sign(rng, book_from(terms, fees, events, extra), signing, len(extra))
    return _computable(book_from(terms, fees, join(events, signed), np.concatenate([extra, fields])), product)


def _computable(book: Book, product: np.ndarray) -> tuple[Book, np.ndarray]:
    """Return a book without the some 50 loans in a million that the kernel refuses at one of their events."""
    parts, kept = [], []
    for start in range(0, len(book), LOANS):
        some = taken(book, np.arange(start, min(len(book), start + LOANS)))
        error = moved(some, some.terms[:, term.DISBURSED_ON] - 1, np.full(len(some), AS_OF)).error
        parts.append(taken(some, np.flatnonzero(error == 0)))
        kept.append(start + np.flatnonzero(error == 0))
    return stacked(parts), product[np.concatenate(kept)]


def _products(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the terms and fees of the products: six hold a surplus, the others lower, shorten, prepay."""
    terms, fees = draw_contracts(rng, PRODUCTS)
    terms[:, term.SURPLUS] = [term.HOLD] * (PRODUCTS - 3) + [term.LOWER, term.SHORTEN, term.TO_PRINCIPAL]
    terms[:, term.COMPONENT_FIRST] = np.arange(PRODUCTS) % 5 == 4
    terms[:, term.DAILY] = np.arange(PRODUCTS) % 4 != 3
    return terms, fees


def fill(connection: Connection, book: Book, product: np.ndarray) -> None:
    """Write products, contracts, events, and the entries that events post; the connection is a superuser's.

    The triggers that look at each entry rest meanwhile: a command's own statements are small, this one is not.
    """
    for table in GUARDED:
        connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    again = _drop_indexes(connection)
    _fill_products(connection)
    _fill_contracts(connection, book, product)
    numbers = _numbers(book)
    for part in _event_tables(book, numbers):
        copy_in(connection, "event", part)
    _fill_journal(connection, book, product, numbers)
    for statement in again:
        connection.execute(statement)
    for table in GUARDED:
        connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
    for table in ("customer", "product", "product_version", *GUARDED):
        connection.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
    connection.commit()


def _drop_indexes(connection: Connection) -> list[str]:
    """Drop the indexes of the large tables but their keys, and return what makes them again."""
    tables = list(GUARDED)
    rules = connection.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid::regclass::text = ANY(%s) AND contype = 'u'", [tables],
    ).fetchall()  # fmt: skip
    for table, name, _ in rules:
        connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    indexes = connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname NOT LIKE '%%_pkey'",
        [tables],
    ).fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    return [
        *(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}" for table, name, definition in rules),
        *(definition for _, definition in indexes),
    ]


def _numbers(book: Book) -> np.ndarray:
    """Return the row of each loan's first disbursement, then of each event: in order of days, as they were recorded."""
    on = np.concatenate([book.terms[:, term.DISBURSED_ON], book.on.astype(np.int64)])
    numbers = np.empty(len(on), np.int64)
    numbers[np.argsort(on, kind="stable")] = np.arange(1, len(on) + 1)
    return numbers


def _fill_journal(connection: Connection, book: Book, product: np.ndarray, numbers: np.ndarray) -> None:
    """Write what first disbursements and events have posted, in order of their rows."""
    entry, account, amount = _lines(book, product, numbers)
    order = np.argsort(entry, kind="stable")
    entry, account, amount = entry[order], account[order], amount[order]
    owner = np.concatenate([np.arange(len(book)), np.repeat(np.arange(len(book)), np.diff(book.offsets))])
    on = np.concatenate([book.terms[:, term.DISBURSED_ON], book.on.astype(np.int64)])
    of_number = np.empty(len(numbers) + 1, np.int64)
    of_number[numbers] = np.arange(len(numbers))
    events, inverse = np.unique(entry, return_inverse=True)
    codes = pa.array([f"product-{number}" for number in range(1, PRODUCTS + 1)])
    for start in range(0, len(events), ROWS):
        some = events[start : start + ROWS]
        days = _days(on[of_number[some]])
        copy_in(connection, "journal_entry", _table(
            id=np.arange(start + 1, start + 1 + len(some)), posted_on=days, value_on=days,
            product=codes.take(pa.array(product[owner[of_number[some]]])), currency=["CNY"] * len(some), event_id=some,
            recorded_at=_instants(on[of_number[some]]),
        ))  # fmt: skip
    names = pa.array(accounts(posting_table()))
    for start in range(0, len(entry), ROWS):
        part = slice(start, start + ROWS)
        copy_in(connection, "journal_line", _table(
            entry_id=inverse[part] + 1, account=names.take(pa.array(account[part])), amount_minor=amount[part],
        ))  # fmt: skip


def _lines(book: Book, product: np.ndarray, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the lines that first disbursements and events post: the event's row, the account's place, the amount."""
    templates = tuple(_contract(book, int(np.flatnonzero(product == number)[0])) for number in range(PRODUCTS))
    found = []
    for start in range(0, len(book), LOANS):
        loans = np.arange(start, min(len(book), start + LOANS))
        some = taken(book, loans)
        done = moved(some, some.terms[:, term.DISBURSED_ON] - 1, np.full(len(some), AS_OF))
        rows = [
            (numbers[loans[done.opened]], opening_amounts(some, done, templates, product[loans], posting_table())),
            (numbers[len(book) + book.offsets[start] + done.event], event_amounts(some, done, posting_table())),
        ]
        for number, amounts in rows:
            account, at = np.nonzero(amounts)
            found.append((number[at], account, amounts[account, at]))
    return tuple(np.concatenate(column) for column in zip(*found, strict=True))  # type: ignore[return-value]


def _fill_products(connection: Connection) -> None:
    numbers = range(1, PRODUCTS + 1)
    at = datetime(2020, 1, 1, tzinfo=UTC)
    copy_in(connection, "customer", _table(id=[1], number=["C-1"], language=["zh"], time_zone=[""], registered_at=[at]))
    connection.cursor().executemany(
        "INSERT INTO product (id, code, lender_type, kind) OVERRIDING SYSTEM VALUE VALUES (%s, %s, %s, %s)",
        [(number, f"product-{number}", "consumer_finance", "consumer_loan") for number in numbers],
    )
    connection.cursor().executemany(
        "INSERT INTO product_version (id, product_id, version, terms, rules_sha256, on_sale, published_at)"
        " OVERRIDING SYSTEM VALUE VALUES (%s, %s, 1, '{}', '', '[2020-01-01,)', %s)",
        [(number, number, at) for number in numbers],
    )


def _fill_contracts(connection: Connection, book: Book, product: np.ndarray) -> None:
    templates = {int(number): _document(book, int(np.flatnonzero(product == number)[0])) for number in set(product)}
    terms, count = book.terms, len(book)
    documents = [
        _with_own(templates[number], row) for number, row in zip(product.tolist(), terms[:, OWN].tolist(), strict=True)
    ]
    opened = terms[:, term.DISBURSED_ON]
    copy_in(connection, "contract", _table(
        id=np.arange(1, count + 1), number=[f"L-{number:08}" for number in range(1, count + 1)],
        customer_id=np.ones(count, np.int64), product_version_id=product + 1, currency=["CNY"] * count,
        principal_minor=terms[:, term.PRINCIPAL], disbursed_on=_days(opened), terms=documents,
        recorded_at=_instants(opened),
    ))  # fmt: skip


def _document(book: Book, loan: int) -> dict[str, Any]:
    """Return a contract as it is kept."""
    document: dict[str, Any] = _contract(book, loan).model_dump(mode="json", by_alias=True, exclude_none=True)
    return document


def _contract(book: Book, loan: int) -> Contract:
    return Case.read({"contract": case_of(book, loan)["contract"]}).file.contract


def _with_own(template: dict[str, Any], own: Sequence[int]) -> str:
    principal, disbursed_on, rate, instalments, first_due_on, due_day, instalment = own
    return json.dumps(template | {
        "principal": principal, "disbursed_on": day_text(disbursed_on), "instalments": instalments,
        "annual_rate": {"value": f"{rate / term.RATE_UNIT:.9f}".rstrip("0"), "per": "year"},
        "first_due_on": day_text(first_due_on), "due_day": due_day, "instalment": instalment,
    })  # fmt: skip


def _event_tables(book: Book, numbers: np.ndarray) -> Iterator[pa.Table]:
    """Yield the rows of events, first disbursements included, in order of their rows."""
    loan = np.repeat(np.arange(len(book)), np.diff(book.offsets))
    place = np.arange(len(loan)) - book.offsets[loan]
    order = np.argsort(numbers)
    for start in range(0, len(order), ROWS):
        yield _events_of(book, order[start : start + ROWS], start, loan, place)


def _events_of(book: Book, chosen: np.ndarray, start: int, loan: np.ndarray, place: np.ndarray) -> pa.Table:
    loans = len(book)
    is_first = chosen < loans
    at = np.where(is_first, 0, chosen - loans)
    owner = np.where(is_first, chosen, loan[at])
    on = np.where(is_first, book.terms[owner, term.DISBURSED_ON], book.on[at])
    kind = np.where(is_first, ev.DISBURSEMENT, book.kind[at])
    amount = np.where(is_first, book.terms[owner, term.PRINCIPAL], book.amount[at])
    terms = [PAYMENT] * len(chosen)
    for number in np.flatnonzero(kind != ev.PAYMENT).tolist():
        terms[number] = "{}" if is_first[number] else _terms(book, int(at[number]), int(place[at[number]]))
    has_amount = np.isin(kind, [ev.PAYMENT, ev.FEE_EVENT, ev.DISBURSEMENT]) | ((kind == ev.WAIVER) & (amount >= 0))
    return _table(
        id=np.arange(start + 1, start + 1 + len(chosen)), contract_id=owner + 1,
        event_id=["contract" if first else f"{number + 1:06}" for first, number in zip(
            is_first.tolist(), place[at].tolist(), strict=True)],
        event_on=_days(on), event_order=np.zeros(len(chosen), np.int64), kind=np.array(ev.KINDS)[kind],
        amount_minor=pa.array(amount, mask=~has_amount), terms=terms, reference=[""] * len(chosen),
        recorded_at=_instants(on),
    )  # fmt: skip


def _terms(book: Book, at: int, place: int) -> str:
    document = event_of(book, at, place)
    if "of" in document:
        document["of"] = f"{int(document['of']) + 1:06}"
    is_money = type(document.get("amount")) is int
    return json.dumps({
        key: value for key, value in document.items()
        if key not in _COMMON[:3] and not (key == "amount" and is_money) and value is not None
    })  # fmt: skip


def copy_in(connection: Connection, table: str, rows: pa.Table) -> None:
    """COPY rows into a table, by column name."""
    kept = io.BytesIO()
    csv.write_csv(rows, kept, csv.WriteOptions(include_header=False))
    with connection.cursor().copy(f"COPY {table} ({', '.join(rows.column_names)}) FROM STDIN (FORMAT CSV)") as copy:
        copy.write(kept.getbuffer())


def _table(**columns: Any) -> pa.Table:
    return pa.table(columns)


def _days(numbers: np.ndarray) -> pa.Array:
    return pa.array(numbers.astype(np.int32), pa.date32())


def _instants(days: np.ndarray) -> pa.Array:
    """Return ten in the morning of days, UTC."""
    micros = days.astype(np.int64) * 86_400_000_000 + 36_000_000_000
    return pa.array(micros, pa.timestamp("us", "UTC"))


def as_of() -> date:
    """Return the day the book is looked at."""
    return to_date(AS_OF)


def instant(day: date) -> datetime:
    """Return the last hour of a day, when it is closed."""
    return datetime.combine(day, time(23), UTC)
